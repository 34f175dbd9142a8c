#pragma once

#include <unordered_map>
#include <vector>

#include "simulator/engine/types.hpp"

namespace signalbox::simulator {

std::string_view word_of(OrderChange change);

/// What the venue remembers of everything that happened: the judge's evidence. It is fed by the
/// engine's events and by nothing the engine under test says.
class Record : public EngineSink {
 public:
  static constexpr std::size_t entries_max = 8'000'000;  // entries; then `truncated`

  /// One change of one order, with what the order was after it.
  struct Entry {
    WallTime time{};
    OrderChange change = OrderChange::accepted;
    OrderId order = OrderId::none;
    AccountId account{};
    MarketId market{};
    Side side = Side::buy;
    OrderType type = OrderType::market;
    OrderState state = OrderState::open;
    bool triggered = false;
    Quantity rest;
    std::uint32_t trade = 0;  ///< of `traded`: index into `trades()`
    ClientId client_id;
  };
  struct Refusal {
    WallTime time{};
    AccountId account{};
    MarketId market{};
    NewOrder order;
    Reject reject = Reject::full;
  };

  void on_order(const OrderEvent& event) override;
  void on_refused(AccountId account, MarketId market, const NewOrder& order, Reject reject,
                  WallTime time) override;

  const std::vector<Entry>& entries() const { return entries_; }
  const std::vector<Trade>& trades() const { return trades_; }
  const std::vector<Refusal>& refusals() const { return refusals_; }
  /// Indices into `trades()`, oldest first.
  const std::vector<std::uint32_t>& trades_of(OrderId order) const;
  /// The bound was reached: later entries are missing, and no verdict may be drawn.
  bool truncated() const { return truncated_; }

 private:
  std::vector<Entry> entries_;
  std::vector<Trade> trades_;
  std::vector<Refusal> refusals_;
  std::unordered_map<OrderId, std::vector<std::uint32_t>> by_order_;
  bool truncated_ = false;
};

}  // namespace signalbox::simulator
