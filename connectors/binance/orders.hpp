#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "connectors/binance/markets.hpp"
#include "connectors/kit/order_rows.hpp"
#include "messages/result.hpp"

namespace signalbox {
class JsonObject;
}

namespace signalbox::binance {

/// Words of the venue for words of ours. An unknown status is nothing: the caller says so.
std::optional<OrderStatus> status_of(std::string_view status);
std::optional<OrderKind> kind_of(std::string_view type);
std::optional<Side> side_of(std::string_view side);
std::optional<TimeInForce> time_in_force_of(std::string_view text);

VenueOrderId venue_order_id(std::int64_t number);
TradeId trade_id(std::int64_t number);

/// A row of `myTrades` or `userTrades`: what both have. The caller knows how its market tells the
/// side and the maker.
Result<FillRow> read_trade(const JsonObject& from, const MarketBase& market, Side side, bool maker);

}  // namespace signalbox::binance
