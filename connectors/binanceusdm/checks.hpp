#pragma once

#include <optional>

#include "connectors/binanceusdm/markets.hpp"
#include "connectors/kit/order_checks.hpp"
#include "messages/venue_requests.hpp"

namespace signalbox::binanceusdm {

/// Whether the request can be said in the venue's words and stands on tick and lot.
std::optional<Rejection> why_not(const PlaceOrders& orders, const Market& market);
/// One order that changes a standing one; it may go without an id of ours.
std::optional<Rejection> why_not(const OrderSpec& order, const Market& market);
/// By either id, in letters the venue takes.
std::optional<Rejection> why_not(const ClientOrderId& id, const VenueOrderId& venue_id);

}  // namespace signalbox::binanceusdm
