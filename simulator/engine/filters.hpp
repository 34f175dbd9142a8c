#pragma once

#include <optional>

#include "simulator/engine/market.hpp"

namespace signalbox::simulator {

/// The rules an order must meet by itself, before any balance is looked at. `reference` is the
/// price that bands and the value of orders without a price are measured by.
std::optional<Reject> why_filtered(const MarketSpec& market, const NewOrder& order,
                                   Price reference);

/// The value rule alone, for an order whose quantity is changed later.
std::optional<Reject> why_notional(const MarketSpec& market, OrderType type, Price at,
                                   Quantity quantity);

}  // namespace signalbox::simulator
