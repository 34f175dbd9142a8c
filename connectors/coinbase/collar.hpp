#pragma once

#include <optional>

#include "messages/instrument.hpp"

namespace signalbox::coinbase {

/// The venue has no stop that becomes a market order. What stands for one is a stop-limit whose
/// limit lies so far beyond its trigger; the venue does the same when the stop of one of its own
/// brackets fires. A gap wider than this leaves the order resting, and the engine flattens.
inline constexpr std::int64_t collar_percent = 5;

/// The limit price of such an order, on the tick; nothing when there is none above zero.
std::optional<Price> collar(Price trigger, Side side, const Instrument& instrument);

}  // namespace signalbox::coinbase
