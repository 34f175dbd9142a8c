#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "connectors/binance/markets.hpp"
#include "connectors/kit/order_rows.hpp"

namespace signalbox::binance {

/// Words of the venue for words of ours. An unknown status is nothing: the caller says so.
std::optional<OrderStatus> status_of(std::string_view status);
std::optional<OrderKind> kind_of(std::string_view type);
std::optional<Side> side_of(std::string_view side);
std::optional<TimeInForce> time_in_force_of(std::string_view text);

VenueOrderId venue_order_id(std::int64_t number);
TradeId trade_id(std::int64_t number);

}  // namespace signalbox::binance
