#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "connectors/coinbase/order_fields.hpp"
#include "messages/venue_reports.hpp"

namespace signalbox {
class JsonReader;
}

namespace signalbox::coinbase {

/// One message of either host, told by its channel. Texts are valid until the next frame.
struct Frame {
  enum class Kind : std::uint8_t {
    orders = 1,  ///< of the user channel
    tickers,
    levels,
    trades,
    heartbeat,
    subscriptions,  ///< which channels this connection has now: `channels`
    error,          ///< `text`
    other,          ///< a channel we need nothing of
  };
  Kind kind = Kind::other;
  /// Counts the messages of a connection; absent where the message carries none.
  std::optional<std::int64_t> sequence;
  std::string_view text;

  /// An order event tells quantities since the order began, and no trades.
  struct Order {
    ReadOrder order;
    std::string_view product;  ///< of the book, which may be another than was ordered on
  };
  std::vector<Order> orders;
  bool snapshot = false;
  std::size_t rows = 0;  ///< of a snapshot's page, also those of products that are not loaded

  struct Ticker {
    std::string_view product;
    std::optional<Decimal> price, bid, bid_quantity, ask, ask_quantity;
    std::optional<Decimal> volume, low, high, change_percent;
    WallTime time{};
  };
  std::vector<Ticker> tickers;

  struct Level {
    std::string_view product;
    Side side = Side::buy;
    Decimal price, quantity;  ///< the quantity that is there now; zero: none
    WallTime time{};
  };
  std::vector<Level> levels;

  struct Trade {
    std::string_view product, id;
    Side side = Side::buy;
    Decimal price, quantity;
    WallTime time{};
  };
  std::vector<Trade> trades;

  std::vector<std::string_view> channels;
  bool has_channel(std::string_view name) const;
};

/// How many open orders a page of the user channel's snapshot holds; a shorter one is the last.
inline constexpr std::size_t snapshot_page = 50;

/// Reads the frames of both hosts. Pure: no state but reused buffers. Loop thread only.
class FrameReader {
 public:
  explicit FrameReader(const Markets& markets);
  ~FrameReader();

  /// Valid until the next frame.
  Result<const Frame*> read(std::string_view frame);

 private:
  Result<void> read_events(std::string_view channel, const JsonArray& events);
  Result<void> read_orders(const JsonObject& event);
  Result<void> read_tickers(const JsonObject& event);
  Result<void> read_levels(const JsonObject& event);
  Result<void> read_trades(const JsonObject& event);

  const Markets& markets_;
  std::unique_ptr<JsonReader> json_;
  Frame frame_;
  WallTime time_{};
};

/// Nothing when a side of the book is empty. `received` is the time when the venue tells none.
std::optional<Tick> tick_of(const Frame::Ticker& ticker, const Market& market, WallTime received);

}  // namespace signalbox::coinbase
