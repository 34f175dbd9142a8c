#include "connectors/kraken/checks.hpp"

#include <algorithm>

namespace signalbox::kraken {
namespace {

using kit::has_limit_price;
using kit::is_conditional;
using kit::is_stop;
using Answer = std::optional<Rejection>;

Answer no(Refusal refusal, std::string_view why) { return Rejection{refusal, Detail{why}}; }

bool on_step(Decimal value, Decimal step) {
  const auto rounded = Decimal::to_step(value, step, Rounding::down);
  return rounded && *rounded == value;
}

/// Both kinds of id: what stands in a form and in JSON as it is.
bool is_id(std::string_view id) {
  constexpr std::size_t id_max = 36;  // a UUID
  return !id.empty() && id.size() <= id_max && std::all_of(id.begin(), id.end(), [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-' ||
           c == '_';
  });
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

Answer check_quantity(Quantity quantity, const Instrument& instrument) {
  if (!quantity.is_positive()) return no(Refusal::invalid, "quantity is not above zero");
  if (quantity < instrument.quantity_min)
    return no(Refusal::minimum, "quantity is below " + instrument.quantity_min.str());
  if (!on_step(quantity.decimal(), instrument.lot_size.decimal()))
    return no(Refusal::precision, "quantity is not a multiple of " + instrument.lot_size.str());
  return std::nullopt;
}

Answer check_order(const OrderSpec& spec, const Market& market) {
  const auto& instrument = market.instrument;
  if (!is_id(spec.id.view())) return no(Refusal::invalid, "client order id");
  if (auto bad = check_quantity(spec.quantity, instrument)) return bad;
  if (auto bad = check_price(spec.price, has_limit_price(spec.kind), "price", instrument))
    return bad;
  if (auto bad =
          check_price(spec.trigger_price, is_conditional(spec.kind), "trigger price", instrument))
    return bad;
  if (!word(spec.trigger)) return no(Refusal::unsupported, "spot has no mark price to trigger by");
  if (spec.post_only && spec.kind != OrderKind::limit)
    return no(Refusal::unsupported, "only a limit order can be post-only");
  if (spec.post_only && spec.time_in_force != TimeInForce::gtc)
    return no(Refusal::invalid, "a post-only order rests until it is cancelled");
  if (is_conditional(spec.kind) && spec.time_in_force != TimeInForce::gtc)
    return no(Refusal::unsupported, "a conditional order waits until it is cancelled");
  // A sale on spot only ever reduces; a purchase never does.
  if (spec.reduce_only && spec.side == Side::buy)
    return no(Refusal::unsupported, "spot has no reduce-only purchases");
  return std::nullopt;
}

Answer check_close(const PlaceOrders& orders) {
  const auto& entry = orders.orders[0];
  const auto& exit = orders.orders[1];
  if (is_conditional(entry.kind))
    return no(Refusal::unsupported, "an exit is not attached to a conditional entry");
  if (entry.reduce_only) return no(Refusal::invalid, "a reduce-only order has no exits");
  if (!is_stop(exit.kind)) return no(Refusal::invalid, "the exit of an entry is its stop");
  if (exit.side == entry.side) return no(Refusal::invalid, "an exit is on the other side");
  if (exit.quantity != entry.quantity)
    return no(Refusal::unsupported, "the venue sizes the exit by what the entry fills");
  if (exit.post_only || exit.time_in_force != TimeInForce::gtc)
    return no(Refusal::unsupported, "an attached exit rests until it is cancelled");
  if (!entry.price || !exit.trigger_price) return std::nullopt;
  const bool below = *exit.trigger_price < *entry.price;
  if (below != (exit.side == Side::sell) || *exit.trigger_price == *entry.price)
    return no(Refusal::invalid, "the stop is on the wrong side of the entry");
  return std::nullopt;
}

Answer check_linkage(const PlaceOrders& orders) {
  const auto few = [&](std::size_t n) { return orders.orders.size() != n; };
  constexpr std::string_view wrong_count = "wrong number of orders for this linkage";
  switch (orders.linkage) {
    case Linkage::single:
      if (few(1)) return no(Refusal::invalid, wrong_count);
      return std::nullopt;
    case Linkage::one_triggers_other:
      if (few(2)) return no(Refusal::invalid, wrong_count);
      return check_close(orders);
    case Linkage::one_cancels_other:
      return no(Refusal::unsupported, "the venue has no one-cancels-other");
    case Linkage::one_triggers_pair:
      return no(Refusal::unsupported, "the venue attaches one exit, never two");
  }
  return no(Refusal::unsupported, "no such linkage");
}

bool ids_repeat(const PlaceOrders& orders) {
  const auto& all = orders.orders;
  for (std::size_t i = 0; i < all.size(); ++i)
    for (std::size_t j = i + 1; j < all.size(); ++j)
      if (all[i].id == all[j].id) return true;
  return false;
}

}  // namespace

std::optional<Rejection> why_not(const NewOrder& order) {
  if (!order.quantity.is_positive()) return no(Refusal::invalid, "quantity is not above zero");
  if (has_limit_price(order.kind) && !order.price)
    return no(Refusal::invalid, "a limit order needs a price");
  if (is_conditional(order.kind) && (!order.trigger_price || !order.trigger_price->is_positive()))
    return no(Refusal::invalid, "a conditional order needs a trigger price above zero");
  if (!word(order.trigger)) return no(Refusal::unsupported, "spot has no mark price to trigger by");
  if (order.in_quote && (order.kind != OrderKind::market || order.side != Side::buy))
    return no(Refusal::unsupported, "only a purchase at market is sized in money");
  if (order.close && order.in_quote)
    return no(Refusal::unsupported, "an order sized in money has no exit");
  if (order.post_only && order.kind != OrderKind::limit)
    return no(Refusal::unsupported, "only a limit order can be post-only");
  if (!order.client_id.empty() && !is_id(order.client_id))
    return no(Refusal::invalid, "client order id");
  return std::nullopt;
}

std::optional<Rejection> why_not(const OrderName& name) {
  if (name.order_id.empty() && name.client_id.empty()) return no(Refusal::invalid, "no order id");
  if (!name.order_id.empty() && !is_id(name.order_id))
    return no(Refusal::invalid, "venue order id");
  if (!name.client_id.empty() && !is_id(name.client_id))
    return no(Refusal::invalid, "client order id");
  return std::nullopt;
}

std::optional<Rejection> why_not(const PlaceOrders& orders, const Market& market) {
  if (orders.orders.empty()) return no(Refusal::invalid, "no order");
  if (!market.instrument.trading && orders.order_class == OrderClass::entry)
    return no(Refusal::maintenance, "the symbol is not traded now");
  for (const auto& spec : orders.orders)
    if (auto bad = check_order(spec, market)) return bad;
  if (ids_repeat(orders)) return no(Refusal::invalid, "two orders with one client order id");
  return check_linkage(orders);
}

std::optional<Rejection> why_not(const AmendOrder& amend, const Market& market) {
  if (auto bad = why_not(OrderName{amend.venue_id.view(), amend.id.view()})) return bad;
  if (!amend.quantity && !amend.price && !amend.trigger_price)
    return no(Refusal::invalid, "nothing is to be changed");
  if (amend.quantity)
    if (auto bad = check_quantity(*amend.quantity, market.instrument)) return bad;
  if (amend.price)
    if (auto bad = check_price(amend.price, true, "price", market.instrument)) return bad;
  if (amend.trigger_price)
    return check_price(amend.trigger_price, true, "trigger price", market.instrument);
  return std::nullopt;
}

}  // namespace signalbox::kraken
