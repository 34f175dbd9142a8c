#include "connectors/binance/checks.hpp"

#include <algorithm>

#include "connectors/kit/order_checks.hpp"

namespace signalbox::binance {
namespace {

using Answer = std::optional<Rejection>;

bool is_venue_id(std::string_view id) {
  return !id.empty() &&
         std::all_of(id.begin(), id.end(), [](char c) { return c >= '0' && c <= '9'; });
}

Answer check_order(const OrderSpec& spec, const Instrument& instrument) {
  if (auto bad = check_quantity(spec.quantity, spec.kind, instrument)) return bad;
  if (auto bad = check_price(spec.price, has_limit_price(spec.kind), "price", instrument))
    return bad;
  if (auto bad =
          check_price(spec.trigger_price, is_conditional(spec.kind), "trigger price", instrument))
    return bad;
  if (is_conditional(spec.kind) && spec.trigger != Trigger::last)
    return no(Refusal::unsupported, "spot triggers by the last price only");
  if (spec.post_only && spec.kind != OrderKind::limit)
    return no(Refusal::unsupported, "only a limit order can be post-only");
  if (spec.post_only && spec.time_in_force != TimeInForce::gtc)
    return no(Refusal::invalid, "a post-only order rests until it is cancelled");
  // A sale on spot only ever reduces; a purchase never does.
  if (spec.reduce_only && spec.side == Side::buy)
    return no(Refusal::unsupported, "spot has no reduce-only purchases");
  return std::nullopt;
}

/// Stop and target that close the same quantity, on the right sides of each other.
Answer check_pair(const OrderSpec& stop, const OrderSpec& target) {
  if (!is_stop(stop.kind)) return no(Refusal::invalid, "the first of a pair is the stop");
  if (target.kind == OrderKind::market || is_stop(target.kind))
    return no(Refusal::invalid, "the second of a pair is the target");
  if (stop.side != target.side || stop.quantity != target.quantity)
    return no(Refusal::invalid, "stop and target differ in side or quantity");
  if (target.time_in_force != TimeInForce::gtc && target.kind == OrderKind::limit)
    return no(Refusal::unsupported, "a limit target of a pair rests until it is cancelled");
  const auto at = target.kind == OrderKind::limit ? *target.price : *target.trigger_price;
  const bool apart = stop.side == Side::sell ? *stop.trigger_price < at : *stop.trigger_price > at;
  if (!apart) return no(Refusal::invalid, "stop and target are on the wrong sides");
  return std::nullopt;
}

Answer check_entry(const OrderSpec& entry, const OrderSpec& exit) {
  if (entry.kind != OrderKind::limit)
    return no(Refusal::unsupported, "exits can be attached to a limit entry only");
  if (entry.side == exit.side) return no(Refusal::invalid, "entry and exit are on the same side");
  return std::nullopt;
}

Answer check_linkage(const PlaceOrders& orders, const Market& market) {
  const auto& all = orders.orders;
  const auto few = [&](std::size_t n) { return all.size() != n; };
  constexpr std::string_view wrong_count = "wrong number of orders for this linkage";
  switch (orders.linkage) {
    case Linkage::single:
      if (few(1)) return no(Refusal::invalid, wrong_count);
      return std::nullopt;
    case Linkage::one_cancels_other:
      if (few(2)) return no(Refusal::invalid, wrong_count);
      if (!market.oco) return no(Refusal::unsupported, "no OCO on this symbol");
      return check_pair(all[0], all[1]);
    case Linkage::one_triggers_other:
      if (few(2)) return no(Refusal::invalid, wrong_count);
      if (!market.oto) return no(Refusal::unsupported, "no OTO on this symbol");
      return check_entry(all[0], all[1]);
    case Linkage::one_triggers_pair:
      if (few(3)) return no(Refusal::invalid, wrong_count);
      if (!market.oto || !market.oco) return no(Refusal::unsupported, "no OTOCO on this symbol");
      if (auto bad = check_entry(all[0], all[1])) return bad;
      return check_pair(all[1], all[2]);
  }
  return no(Refusal::unsupported, "no such linkage");
}

}  // namespace

std::optional<Rejection> why_not(const PlaceOrders& orders, const Market& market) {
  if (orders.orders.empty()) return no(Refusal::invalid, "no order");
  if (!market.instrument.trading && orders.order_class == OrderClass::entry)
    return no(Refusal::maintenance, "the symbol is not traded now");
  for (const auto& spec : orders.orders) {
    if (!is_plain_client_id(spec.id.view())) return no(Refusal::invalid, "client order id");
    if (auto bad = check_order(spec, market.instrument)) return bad;
  }
  if (ids_repeat(orders)) return no(Refusal::invalid, "two orders with one client order id");
  return check_linkage(orders, market);
}

std::optional<Rejection> why_not(const OrderSpec& order, const Market& market) {
  if (!order.id.empty() && !is_plain_client_id(order.id.view()))
    return no(Refusal::invalid, "client order id");
  return check_order(order, market.instrument);
}

std::optional<Rejection> why_not(const AmendOrder& amend, const Market& market) {
  if (auto bad = why_not(amend.id, amend.venue_id)) return bad;
  // The new order would get an id of the venue's own if ours were not sent along.
  if (amend.id.empty()) return no(Refusal::invalid, "an amendment needs the client order id");
  if (!market.amend) return no(Refusal::unsupported, "no amendments on this symbol");
  if (amend.price || amend.trigger_price || !amend.quantity)
    return no(Refusal::unsupported, "only the quantity can be amended");
  return check_quantity(*amend.quantity, OrderKind::limit, market.instrument);
}

std::optional<Rejection> why_not(const ClientOrderId& id, const VenueOrderId& venue_id) {
  if (id.empty() && venue_id.empty()) return no(Refusal::invalid, "no order id");
  if (!id.empty() && !is_plain_client_id(id.view())) return no(Refusal::invalid, "client order id");
  if (!venue_id.empty() && !is_venue_id(venue_id.view()))
    return no(Refusal::invalid, "venue order id");
  return std::nullopt;
}

}  // namespace signalbox::binance
