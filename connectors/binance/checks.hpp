#pragma once

#include <optional>

#include "connectors/binance/markets.hpp"
#include "messages/venue_requests.hpp"

namespace signalbox::binance {

/// Why a request is not sent at all: the venue would refuse it, or worse, would not.
struct Rejection {
  Refusal refusal = Refusal::invalid;
  Detail detail;
};

/// Whether the request can be said in the venue's words and stands on tick and lot. Nothing is
/// rounded or repaired here: what does not fit is refused.
std::optional<Rejection> why_not(const PlaceOrders& orders, const Market& market);
/// Only the quantity of an order can be changed, and only downwards; the venue checks that.
std::optional<Rejection> why_not(const AmendOrder& amend, const Market& market);
/// By either id, in letters the venue takes.
std::optional<Rejection> why_not(const ClientOrderId& id, const VenueOrderId& venue_id);

constexpr bool is_conditional(OrderKind kind) { return kind >= OrderKind::stop_market; }
constexpr bool has_limit_price(OrderKind kind) {
  return kind == OrderKind::limit || kind == OrderKind::stop_limit ||
         kind == OrderKind::take_profit_limit;
}
constexpr bool is_stop(OrderKind kind) {
  return kind == OrderKind::stop_market || kind == OrderKind::stop_limit;
}

}  // namespace signalbox::binance
