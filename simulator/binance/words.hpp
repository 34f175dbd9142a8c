#pragma once

#include <string>
#include <string_view>

#include "simulator/engine/types.hpp"

namespace signalbox::simulator::binance {

// The engine's values in the venue's spelling.
std::string_view word(Side side);
std::string_view word(OrderType type);
std::string_view word(OrderState state);
std::string_view word(TimeInForce tif);
std::string_view word(SelfTrade mode);
std::string_view word(ListKind kind);
/// Empty when the order did not expire.
std::string_view word(EndReason reason);

/// Eight digits after the point, as every amount on this venue.
std::string amount(Decimal value);
template <class Tag>
std::string amount(Amount<Tag> value) {
  return amount(value.decimal());
}

std::int64_t ms(WallTime time);

/// "BTCUSDT".
std::string wire_symbol(const Instrument& instrument);

}  // namespace signalbox::simulator::binance
