#pragma once

#include "messages/enums.hpp"

namespace signalbox {

/// The last check before any write to a venue, as a table of trading state × order class. It reads
/// what an order is for, never who sent it. Protective orders and cancels pass in every state: a
/// halt must not hold up protection.
constexpr bool gate_lets(TradingState state, OrderClass order_class) {
  return order_class != OrderClass::entry || state == TradingState::active;
}

}  // namespace signalbox
