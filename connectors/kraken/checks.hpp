#pragma once

#include <optional>

#include "connectors/kit/verdict.hpp"
#include "connectors/kraken/order_terms.hpp"

namespace signalbox::kraken {

using kit::Rejection;

/// Whether the venue could make sense of it at all; steps and sizes are its own matter.
std::optional<Rejection> why_not(const NewOrder& order);
std::optional<Rejection> why_not(const OrderName& name);

/// Whether the request can be said in the venue's words and stands on tick and lot. Nothing is
/// rounded or repaired here: what does not fit is refused.
std::optional<Rejection> why_not(const PlaceOrders& orders, const Market& market);
std::optional<Rejection> why_not(const AmendOrder& amend, const Market& market);

}  // namespace signalbox::kraken
