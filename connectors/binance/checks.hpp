#pragma once

#include <optional>

#include "connectors/binance/markets.hpp"
#include "connectors/kit/order_rows.hpp"
#include "connectors/kit/verdict.hpp"
#include "messages/venue_requests.hpp"

namespace signalbox::binance {

/// Whether the request can be said in the venue's words and stands on tick and lot. Nothing is
/// rounded or repaired here: what does not fit is refused.
std::optional<Rejection> why_not(const PlaceOrders& orders, const Market& market);
/// One order that replaces another; it may go without an id of ours.
std::optional<Rejection> why_not(const OrderSpec& order, const Market& market);
/// Only the quantity of an order can be changed, and only downwards; the venue checks that.
std::optional<Rejection> why_not(const AmendOrder& amend, const Market& market);
/// By either id, in letters the venue takes.
std::optional<Rejection> why_not(const ClientOrderId& id, const VenueOrderId& venue_id);

}  // namespace signalbox::binance
