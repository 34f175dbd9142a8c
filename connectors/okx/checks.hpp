#pragma once

#include <optional>

#include "connectors/kit/order_rows.hpp"
#include "connectors/kit/verdict.hpp"
#include "connectors/okx/markets.hpp"
#include "connectors/okx/modes.hpp"
#include "messages/venue_requests.hpp"

namespace signalbox::okx {

using kit::Rejection;

/// Whether the request can be said in the venue's words and stands on tick and lot. Nothing is
/// rounded or repaired here: what does not fit is refused.
std::optional<Rejection> why_not(const PlaceOrders& orders, const Market& market, Wording wording);
std::optional<Rejection> why_not(const AmendOrder& amend, const Market& market);
/// By either id, in letters the venue takes.
std::optional<Rejection> why_not(const ClientOrderId& id, const VenueOrderId& venue_id);

/// Whether the request becomes an algo order: a stop, a conditional target, a pair.
bool is_algo(const PlaceOrders& orders);

}  // namespace signalbox::okx
