#pragma once

#include <functional>

#include "connectors/kit/order_rows.hpp"
#include "connectors/transport/json.hpp"

namespace signalbox::binance {

using namespace kit;

/// How a symbol's name is looked up.
using FindMarket = std::function<const MarketBase*(std::string_view wire)>;

/// Of `ticker/24hr`, spot or futures: the latter have no top of the book in it.
Result<DayTicker> read_day_ticker(const JsonObject& from, const FindMarket& find);
/// Of `depth`: its `bids` and `asks`.
Result<BookDepth> read_depth(const JsonObject& from);
/// Levels as `[["price","quantity"],…]`.
Result<std::vector<BookLevel>> read_levels(const JsonObject& from, std::string_view name);

}  // namespace signalbox::binance
