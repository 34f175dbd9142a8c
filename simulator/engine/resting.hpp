#pragma once

#include <map>
#include <optional>
#include <set>
#include <tuple>
#include <vector>

#include "simulator/engine/types.hpp"

namespace signalbox::simulator {

/// Accounts' orders that stand on one instrument's book, by price and then by when they came to
/// stand there.
class RestingOrders {
 public:
  void add(const Order& order);
  void remove(OrderId id);

  std::optional<OrderId> best(Side side) const;
  /// Best first.
  std::vector<OrderId> all(Side side) const;
  bool has(OrderId id) const { return places_.count(id) != 0; }

 private:
  struct Place {
    Side side = Side::buy;
    Price rank;  ///< the price, negated for buys: the best is always the smallest
    std::uint64_t arrival = 0;
    OrderId id = OrderId::none;

    friend bool operator<(const Place& a, const Place& b) {
      return std::tie(a.rank, a.arrival) < std::tie(b.rank, b.arrival);
    }
  };
  std::set<Place>& on(Side side) { return side == Side::buy ? buys_ : sells_; }
  const std::set<Place>& on(Side side) const { return side == Side::buy ? buys_ : sells_; }

  std::set<Place> buys_, sells_;
  std::map<OrderId, Place> places_;
  std::uint64_t arrivals_ = 0;
};

/// Conditional orders that wait for their price.
class ArmedOrders {
 public:
  /// Stop buys and take-profit sells fire when the price rises to them.
  static bool rising(Side side, OrderType type) { return (side == Side::buy) == is_stop(type); }
  static bool reached(Side side, OrderType type, Price stop, Price market) {
    return rising(side, type) ? market >= stop : market <= stop;
  }

  void add(const Order& order);
  void remove(const Order& order);
  /// Orders whose price has been reached, oldest first.
  std::vector<OrderId> due(Price for_rising, Price for_falling) const;

 private:
  std::set<std::pair<Price, OrderId>> rising_, falling_;
};

}  // namespace signalbox::simulator
