#pragma once

#include <deque>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "simulator/engine/engine.hpp"

namespace signalbox::simulator::okx {

/// One algo order: a stop, a target, a pair or a trigger order, as the venue keeps it. The matching
/// engine holds its legs as conditional orders; what they trade as when they fire is the plain
/// order that the venue makes of them.
struct Algo {
  enum class Type : std::uint8_t { conditional = 1, oco, trigger };
  std::uint64_t number = 0;
  std::string client_id;
  AccountId account{};
  MarketId market{};
  Type type = Type::conditional;
  Side side = Side::sell;
  Quantity size;
  Price stop_trigger, stop_price;      ///< zero price: at market
  Price target_trigger, target_price;  ///< zero trigger: rests as a limit order
  Price trigger, trigger_price;
  OrderId stop = OrderId::none;  ///< or the only leg
  OrderId target = OrderId::none;
  OrderId parent = OrderId::none;  ///< attached to it
  bool placed = true;              ///< false: its parent has not filled yet
  WallTime created{};

  bool is_pair() const { return type == Type::oco; }
};

/// All algo orders there ever were.
class Algos {
 public:
  static constexpr std::uint64_t first_number = 700'000'000'000;

  Algo& add(Algo algo);
  Algo* find(std::uint64_t number);
  Algo* find(AccountId account, std::string_view client_id);
  Algo* of(OrderId order);
  const Algo* of(OrderId order) const { return const_cast<Algos*>(this)->of(order); }
  void bind(Algo& algo, OrderId order) { by_order_[order] = algo.number; }
  std::vector<Algo*> attached_to(OrderId parent);
  const std::deque<Algo>& all() const { return algos_; }
  std::deque<Algo>& all() { return algos_; }

 private:
  std::deque<Algo> algos_;
  std::map<OrderId, std::uint64_t> by_order_;
};

/// How an algo order stands, by its legs.
struct AlgoState {
  std::string_view word;         ///< "live", "effective", …; empty: not placed yet
  std::string_view actual_side;  ///< "sl", "tp" of what fired
  OrderId child = OrderId::none;
};
AlgoState state_of(const Algo& algo, const Orders& orders);
/// Whether this leg stands at the venue as a plain order.
bool is_plain(const Algo& algo, const Order& leg);

}  // namespace signalbox::simulator::okx
