#pragma once

#include <deque>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "tests/rules/rules_kit.hpp"

namespace signalbox::test {

/// A venue as simple as can be, to judge orders and brackets by: it holds orders, trades when it
/// is told to, and counts. What it must never see, it counts as `wrongs`.
class NaiveVenue {
 public:
  struct Options {
    bool holds_balance = true;  ///< a resting sell locks what it would sell
    bool ids_unique = true;     ///< among live orders
    bool tells_fees = true;
    Decimal fee = Decimal::from_raw(1'000'000'000'000'000);  ///< of a buy, in base
  };
  explicit NaiveVenue(Options options) : options_(options) {}

  WriteResult place(const PlaceOrders& request, WallTime now);
  WriteResult cancel(const CancelOrder& request, WallTime now);
  OrdersResult query(const QueryOrder& request) const;
  OrdersResult query(const QueryOpenOrders& request) const;
  FillsResult query(const QueryFills& request) const;

  struct Held {
    OrderSpec spec;
    LegId leg;
    SignalHash bracket;
    Linkage linkage = Linkage::single;
    std::vector<std::size_t> group;
    std::size_t number = 0;
    OrderStatus status = OrderStatus::working;
    bool triggered = false;
    Quantity filled;

    bool live() const { return !is_terminal(status); }
    Quantity rest() const { return live() ? spec.quantity - filled : Quantity{}; }
  };
  /// The market trades with an order; a stop has fired first. False: there is nothing to trade.
  bool trade(std::size_t number, Quantity quantity, WallTime now);
  void expire(std::size_t number, WallTime now);
  /// Somebody else cancels it.
  void cancel_outside(std::size_t number, WallTime now);

  const std::deque<Held>& orders() const { return orders_; }
  std::vector<std::size_t> live() const;
  Quantity base() const { return base_; }
  /// Trades of others on the account: what it holds changes.
  void trade_outside(Side side, Quantity quantity) {
    base_ += side == Side::buy ? quantity : -quantity;
  }
  /// An order of somebody else's holds so much of the base.
  void hold_outside(Quantity quantity) { held_outside_ = quantity; }
  PositionsResult query(const QueryPositions& request) const;
  BalancesResult query(const QueryBalances& request) const;
  Quantity bought_by(const SignalHash& bracket) const;
  const std::vector<FillReport>& fills() const { return fills_; }
  const std::vector<std::string>& wrongs() const { return wrongs_; }

  using Said = std::variant<OrderReport, FillReport>;
  /// Everything said since the last call, in order.
  std::vector<Said> take_events() { return std::exchange(events_, {}); }

 private:
  OrderReport report(const Held& order, WallTime now) const;
  void end(Held& order, OrderStatus how, WallTime now);
  void fill(Held& order, Quantity quantity, WallTime now);
  Quantity locked() const;

  Options options_;
  std::deque<Held> orders_;
  std::map<ClientOrderId, std::size_t> newest_;
  Quantity base_;
  Quantity held_outside_;
  std::vector<FillReport> fills_;
  std::vector<Said> events_;
  std::vector<std::string> wrongs_;
};

}  // namespace signalbox::test
