#include "connectors/okx/checks.hpp"

#include "connectors/okx/names.hpp"

namespace signalbox::okx {
namespace {

using kit::has_limit_price;
using kit::is_conditional;
using kit::is_stop;
using Answer = std::optional<Rejection>;

Answer no(Refusal refusal, std::string_view why) { return Rejection{refusal, Detail{why}}; }

bool on_step(Decimal value, Decimal step) {
  if (!step.is_positive()) return true;
  const auto rounded = Decimal::to_step(value, step, Rounding::down);
  return rounded && *rounded == value;
}

Answer check_price(const std::optional<Price>& price, bool wanted, std::string_view name,
                   const Instrument& instrument) {
  const std::string field{name};
  if (price.has_value() != wanted)
    return no(Refusal::invalid, wanted ? "this kind of order needs a " + field
                                       : "this kind of order has no " + field);
  if (!wanted) return std::nullopt;
  if (!price->is_positive()) return no(Refusal::invalid, field + " is not above zero");
  if (!on_step(price->decimal(), instrument.tick_size.decimal()))
    return no(Refusal::precision, field + " is not a multiple of " + instrument.tick_size.str());
  return std::nullopt;
}

Answer check_quantity(Quantity quantity, OrderKind kind, const Market& market) {
  const auto& instrument = market.instrument;
  if (!quantity.is_positive()) return no(Refusal::invalid, "quantity is not above zero");
  if (quantity < instrument.quantity_min)
    return no(Refusal::minimum, "quantity is below " + instrument.quantity_min.str());
  if (!on_step(quantity.decimal(), instrument.lot_size.decimal()) || !to_size(quantity, market))
    return no(Refusal::precision, "quantity is not a multiple of " + instrument.lot_size.str());
  const auto most = kind == OrderKind::market && !instrument.market_quantity_max.is_zero()
                        ? instrument.market_quantity_max
                        : instrument.quantity_max;
  if (!most.is_zero() && quantity > most)
    return no(Refusal::maximum, "quantity is above " + most.str());
  return std::nullopt;
}

Answer check_order(const OrderSpec& spec, const Market& market, bool may_be_nameless) {
  if (!(may_be_nameless && spec.id.empty()) && !is_client_id(spec.id.view()))
    return no(Refusal::invalid, "client order id");
  if (auto bad = check_quantity(spec.quantity, spec.kind, market)) return bad;
  if (auto bad = check_price(spec.price, has_limit_price(spec.kind), "price", market.instrument))
    return bad;
  if (auto bad = check_price(spec.trigger_price, is_conditional(spec.kind), "trigger price",
                             market.instrument))
    return bad;
  if (is_conditional(spec.kind) && spec.trigger != Trigger::last && !market.is_swap())
    return no(Refusal::unsupported, "spot triggers by the last price only");
  if (is_conditional(spec.kind) && spec.time_in_force != TimeInForce::gtc)
    return no(Refusal::unsupported, "a conditional order has no time in force");
  if (spec.kind == OrderKind::market && spec.time_in_force == TimeInForce::fok)
    return no(Refusal::unsupported, "a market order cannot be fill-or-kill");
  if (spec.post_only && spec.kind != OrderKind::limit)
    return no(Refusal::unsupported, "only a limit order can be post-only");
  if (spec.post_only && spec.time_in_force != TimeInForce::gtc)
    return no(Refusal::invalid, "a post-only order rests until it is cancelled");
  // A sale on spot only ever reduces; a purchase never does.
  if (spec.reduce_only && spec.side == Side::buy && !market.is_swap())
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
  if (stop.reduce_only != target.reduce_only)
    return no(Refusal::invalid, "only one of stop and target is reduce-only");
  if (target.post_only) return no(Refusal::unsupported, "a target of a pair cannot be post-only");
  if (target.time_in_force != TimeInForce::gtc)
    return no(Refusal::unsupported, "a target of a pair rests until it is cancelled");
  const auto at = target.kind == OrderKind::limit ? *target.price : *target.trigger_price;
  const bool apart = stop.side == Side::sell ? *stop.trigger_price < at : *stop.trigger_price > at;
  if (!apart) return no(Refusal::invalid, "stop and target are on the wrong sides");
  if (!algo_client_id({stop.id, target.id}))
    return no(Refusal::invalid, "stop and target are of different signals");
  return std::nullopt;
}

Answer check_entry(const OrderSpec& entry, const OrderSpec& exit, const Market& market,
                   Wording wording) {
  if (is_conditional(entry.kind))
    return no(Refusal::unsupported, "exits can be attached to a market or limit entry only");
  if (entry.side == exit.side) return no(Refusal::invalid, "entry and exit are on the same side");
  if (entry.quantity < exit.quantity)
    return no(Refusal::invalid, "the exit is larger than its entry");
  const bool spot_purchase =
      !market.is_swap() && entry.kind == OrderKind::market && entry.side == Side::buy;
  if (spot_purchase && wording == Wording::documented)
    return no(Refusal::unsupported, "no exits on a spot market purchase sized in base");
  return std::nullopt;
}

Answer check_linkage(const PlaceOrders& orders, const Market& market, Wording wording) {
  const auto& all = orders.orders;
  const auto few = [&](std::size_t n) { return all.size() != n; };
  constexpr std::string_view wrong_count = "wrong number of orders for this linkage";
  switch (orders.linkage) {
    case Linkage::single:
      if (few(1)) return no(Refusal::invalid, wrong_count);
      return std::nullopt;
    case Linkage::one_cancels_other:
      if (few(2)) return no(Refusal::invalid, wrong_count);
      return check_pair(all[0], all[1]);
    case Linkage::one_triggers_other:
      if (few(2)) return no(Refusal::invalid, wrong_count);
      return check_entry(all[0], all[1], market, wording);
    case Linkage::one_triggers_pair:
      if (few(3)) return no(Refusal::invalid, wrong_count);
      if (auto bad = check_entry(all[0], all[1], market, wording)) return bad;
      return check_pair(all[1], all[2]);
  }
  return no(Refusal::unsupported, "no such linkage");
}

bool ids_repeat(const PlaceOrders& orders) {
  const auto& all = orders.orders;
  for (std::size_t i = 0; i < all.size(); ++i)
    for (std::size_t j = i + 1; j < all.size(); ++j)
      if (!all[i].id.empty() && all[i].id == all[j].id) return true;
  return false;
}

}  // namespace

Answer why_not(const PlaceOrders& orders, const Market& market, Wording wording) {
  if (orders.orders.empty()) return no(Refusal::invalid, "no order");
  if (!market.instrument.trading && orders.order_class == OrderClass::entry)
    return no(Refusal::maintenance, "the symbol is not traded now");
  for (const auto& spec : orders.orders)
    if (auto bad = check_order(spec, market, wording == Wording::ccxt)) return bad;
  if (ids_repeat(orders)) return no(Refusal::invalid, "two orders with one client order id");
  return check_linkage(orders, market, wording);
}

Answer why_not(const AmendOrder& amend, const Market& market) {
  if (auto bad = why_not(amend.id, amend.venue_id)) return bad;
  if (!amend.quantity && !amend.price && !amend.trigger_price)
    return no(Refusal::invalid, "nothing to amend");
  if (auto bad = check_price(amend.price, amend.price.has_value(), "price", market.instrument))
    return bad;
  if (auto bad = check_price(amend.trigger_price, amend.trigger_price.has_value(), "trigger price",
                             market.instrument))
    return bad;
  if (!amend.quantity) return std::nullopt;
  return check_quantity(*amend.quantity, OrderKind::limit, market);
}

Answer why_not(const ClientOrderId& id, const VenueOrderId& venue_id) {
  if (id.empty() && venue_id.empty()) return no(Refusal::invalid, "no order id");
  if (!id.empty() && !is_client_id(id.view())) return no(Refusal::invalid, "client order id");
  if (!venue_id.empty() && !parse_venue_id(venue_id.view()))
    return no(Refusal::invalid, "venue order id");
  return std::nullopt;
}

bool is_algo(const PlaceOrders& orders) {
  return orders.linkage == Linkage::one_cancels_other ||
         (orders.linkage == Linkage::single && !orders.orders.empty() &&
          is_conditional(orders.orders[0].kind));
}

}  // namespace signalbox::okx
