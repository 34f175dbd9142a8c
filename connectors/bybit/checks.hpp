#pragma once

#include <optional>

#include "connectors/bybit/order_body.hpp"
#include "connectors/kit/verdict.hpp"
#include "messages/venue_requests.hpp"

namespace signalbox::bybit {

using kit::Rejection;

/// Whether the venue could make sense of it at all; steps and sizes are its own matter.
std::optional<Rejection> why_not(const NewOrder& order, const Market& market);

/// Whether the request can be said in the venue's words and stands on tick and lot. Nothing is
/// rounded or repaired here: what does not fit is refused.
std::optional<Rejection> why_not(const PlaceOrders& orders, const Market& market);
std::optional<Rejection> why_not(const AmendOrder& amend, const Market& market);
/// By either id, in letters the venue takes.
std::optional<Rejection> why_not(const ClientOrderId& id, const VenueOrderId& venue_id);

}  // namespace signalbox::bybit
