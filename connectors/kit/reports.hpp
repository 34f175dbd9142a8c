#pragma once

#include <deque>
#include <optional>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "connectors/kit/order_rows.hpp"
#include "connectors/venue.hpp"
#include "seams/clock.hpp"

namespace signalbox::kit {

/// What this connection has told its sink about orders and fills, so that a fill is told once
/// whichever way it comes, an old picture never follows a newer event, and what is missing after
/// a gap is known. Bounded: the oldest ended orders and fills are forgotten first. Loop thread
/// only.
class Reports {
 public:
  static constexpr std::size_t ended_kept_max = 4096;   // orders
  static constexpr std::size_t fills_kept_max = 16384;  // fills

  explicit Reports(const Clock& clock) : clock_(clock) {}
  void set_sink(VenueSink* sink) { sink_ = sink; }

  /// From the account's stream. Tells.
  void streamed(const OrderRow& row);
  /// From the answer to a write: the caller tells. `echo_due` is until when the stream must have
  /// said something about it, if it has not since `sent`.
  void answered(const OrderRow& row, MonoTime sent, MonoTime echo_due);
  /// From a picture asked for at `asked`. Tells unless the stream has spoken since.
  void pictured(const OrderRow& row, MonoTime asked);
  /// Tells, once.
  void filled(const FillRow& row);
  /// The fill with our id of its order where the venue left it out.
  FillReport named(const FillRow& row) const;
  bool has_ended(const OrderKey& key) const;
  /// It has ended, whatever the venue still calls it: another order has taken its place.
  void gone(const OrderKey& key);
  /// The venue says that it knows no such order. It may be shown again all the same: then it lives.
  void not_found(const OrderKey& key);

  /// Something may have been executed here although nothing was heard.
  void touch(MarketIndex market) { touched_[market] = clock_.mono(); }
  /// Symbols touched since then, and those with live orders.
  std::vector<MarketIndex> touched_since(MonoTime since) const;

  struct Live {
    OrderKey key;
    ClientOrderId id;
  };
  /// Live orders that a picture asked for at `asked` did not show.
  std::vector<Live> missing(const std::vector<OrderRow>& picture, MonoTime asked) const;
  /// Orders of which a picture shows more than the stream has told: gone, filled further, new, or
  /// there although they were not found before.
  std::vector<OrderKey> ahead_of_stream(const std::vector<OrderRow>& picture, MonoTime asked) const;
  bool streamed_since(const OrderKey& key, MonoTime since) const;

  /// When the next echo is due.
  std::optional<MonoTime> next_echo_due() const;
  void forget_echoes() { echoes_.clear(); }

 private:
  struct Known {
    ClientOrderId id;
    Quantity filled;
    bool held = false;  // pending: whether the venue shows and streams those is not documented
    bool ended = false;
    bool not_found = false;  // ended because nobody could find it, not by any word of its end
    MonoTime streamed_at = MonoTime::min();
  };
  struct FillKey {
    OrderKey order;
    TradeId trade;
    friend bool operator==(const FillKey&, const FillKey&) = default;
  };
  struct FillKeyHash {
    std::size_t operator()(const FillKey& key) const noexcept {
      return OrderKeyHash{}(key.order) ^
             std::hash<std::string_view>{}(key.trade.view()) * 0xC2B2AE3D27D4EB4FU;
    }
  };

  Known& remember(const OrderRow& row);
  void end(const OrderKey& key, Known& known);
  void live_again(const OrderKey& key, Known& known);

  const Clock& clock_;
  VenueSink* sink_ = nullptr;
  std::unordered_map<OrderKey, Known, OrderKeyHash> orders_;
  std::deque<OrderKey> ended_;                                   // oldest first
  std::unordered_map<OrderKey, MonoTime, OrderKeyHash> echoes_;  // not heard yet, by when
  std::unordered_set<FillKey, FillKeyHash> fills_;
  std::deque<FillKey> fills_by_age_;
  std::unordered_map<MarketIndex, MonoTime> touched_;
};

}  // namespace signalbox::kit
