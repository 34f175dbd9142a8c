#pragma once

#include <optional>

#include "connectors/coinbase/markets.hpp"
#include "connectors/kit/verdict.hpp"
#include "messages/venue_requests.hpp"

namespace signalbox::coinbase {

using kit::Rejection;

/// Why an order is not sent: the venue would refuse it, or worse, would not. Nothing is rounded or
/// repaired here.
std::optional<Rejection> why_not(const PlaceOrders& orders, const Market& market);
std::optional<Rejection> why_not(const AmendOrder& amend, const Market& market);

/// Letters, digits and '-': what the venue's own order ids are made of.
bool is_order_id(std::string_view id);

}  // namespace signalbox::coinbase
