#include "connectors/okx/order_words.hpp"

#include "connectors/okx/names.hpp"

namespace signalbox::okx {
namespace {

using kit::has_limit_price;
using kit::is_stop;

constexpr std::string_view at_market = "-1";

std::string_view side_word(Side side) { return side == Side::buy ? "buy" : "sell"; }

std::string_view trigger_word(Trigger trigger) {
  switch (trigger) {
    case Trigger::mark: return "mark";
    case Trigger::index: return "index";
    case Trigger::last: break;
  }
  return "last";
}

std::string_view type_word(const OrderSpec& spec) {
  if (spec.kind == OrderKind::market) return "market";
  if (spec.post_only) return "post_only";
  switch (spec.time_in_force) {
    case TimeInForce::ioc: return "ioc";
    case TimeInForce::fok: return "fok";
    case TimeInForce::gtc: break;
  }
  return "limit";
}

void price_or_market(JsonBody& body, std::string_view name, const OrderSpec& spec) {
  if (has_limit_price(spec.kind))
    body.add(name, spec.price->decimal());
  else
    body.add(name, at_market);
}

}  // namespace

void OrderWords::size(JsonBody& body, std::string_view name, Quantity quantity) const {
  body.add(name, to_size(quantity, market).value_or(Decimal{}));
}

/// A hedged account holds long and short apart: what closes names the side it closes.
void OrderWords::side(JsonBody& body, const OrderSpec& spec) const {
  body.add("side", side_word(spec.side));
  if (!market.is_swap()) return;
  if (modes.hedged) {
    const bool of_long = (spec.side == Side::buy) != spec.reduce_only;
    body.add("posSide", of_long ? "long" : "short");
  } else if (spec.reduce_only) {
    body.add_bare("reduceOnly", "true");
  }
}

void OrderWords::plain(JsonBody& body, const PlaceOrders& orders) const {
  const auto& spec = orders.orders[0];
  body.add("tdMode", word_of(market.is_swap() ? modes.swap : modes.spot));
  if (!spec.id.empty()) body.add("clOrdId", spec.id.view());
  side(body, spec);
  body.add("ordType", type_word(spec));
  if (spec.kind == OrderKind::limit) body.add("px", spec.price->decimal());
  size(body, "sz", spec.quantity);
  // A market purchase on spot would otherwise be sized in quote.
  if (!market.is_swap()) body.add("tgtCcy", "base_ccy");
  // The default cancels what rests, which may be our own protection.
  if (wording == Wording::documented && orders.order_class == OrderClass::entry)
    body.add("stpMode", "cancel_taker");
  if (orders.orders.size() > 1) attached(body, orders);
}

void OrderWords::attached(JsonBody& body, const PlaceOrders& orders) const {
  const auto& stop = orders.orders[1];
  body.name("attachAlgoOrds").open('[').open('{');
  LegIds ids{stop.id, {}};
  if (is_stop(stop.kind))
    stop_leg(body, stop);
  else
    target_leg(body, stop, true);
  if (orders.orders.size() == 3) {
    target_leg(body, orders.orders[2], true);
    ids.target = orders.orders[2].id;
  }
  if (const auto name = algo_client_id(ids); name && !name->empty())
    body.add("attachAlgoClOrdId", *name);
  body.close('}').close(']');
}

void OrderWords::stop_leg(JsonBody& body, const OrderSpec& stop) const {
  body.add("slTriggerPx", stop.trigger_price->decimal());
  price_or_market(body, "slOrdPx", stop);
  body.add("slTriggerPxType", trigger_word(stop.trigger));
}

/// A target at a limit price rests in the book and has no trigger; a conditional one waits for it.
void OrderWords::target_leg(JsonBody& body, const OrderSpec& target, bool is_attached) const {
  if (target.kind == OrderKind::limit) {
    body.add("tpOrdKind", "limit").add("tpOrdPx", target.price->decimal());
    return;
  }
  body.add("tpTriggerPx", target.trigger_price->decimal());
  if (is_attached && wording == Wording::ccxt && has_limit_price(target.kind))
    body.add("tpOrdKind", "limit");
  price_or_market(body, "tpOrdPx", target);
  body.add("tpTriggerPxType", trigger_word(target.trigger));
}

void OrderWords::algo(JsonBody& body, const PlaceOrders& orders) const {
  const auto& first = orders.orders[0];
  const bool is_pair = orders.linkage == Linkage::one_cancels_other;
  // What opens waits for a price of its own; what closes is a stop-loss or take-profit.
  const bool opens = !is_pair && orders.order_class == OrderClass::entry;
  const auto spot_mode = opens ? modes.spot : modes.spot_exits;
  body.add("tdMode", word_of(market.is_swap() ? modes.swap : spot_mode));
  const LegIds ids{first.id, is_pair ? orders.orders[1].id : ClientOrderId{}};
  if (const auto name = algo_client_id(ids); name && !name->empty())
    body.add(wording == Wording::ccxt ? "clOrdId" : "algoClOrdId", *name);
  side(body, first);
  body.add("ordType", opens ? "trigger" : is_pair ? "oco" : "conditional");
  size(body, "sz", first.quantity);
  if (!market.is_swap() && (opens || first.side == Side::buy)) body.add("tgtCcy", "base_ccy");
  if (opens) {
    body.add("triggerPx", first.trigger_price->decimal());
    price_or_market(body, "orderPx", first);
    if (first.trigger != Trigger::last) body.add("triggerPxType", trigger_word(first.trigger));
    return;
  }
  for (const auto& leg : orders.orders)
    is_stop(leg.kind) ? stop_leg(body, leg) : target_leg(body, leg, false);
}

void OrderWords::amend_plain(JsonBody& body, const AmendOrder& amend) const {
  if (amend.quantity) size(body, "newSz", *amend.quantity);
  if (amend.price) body.add("newPx", amend.price->decimal());
}

void OrderWords::amend_algo(JsonBody& body, const AmendOrder& amend, AlgoLeg leg) const {
  struct Names {
    std::string_view trigger, price;
  };
  constexpr Names names[] = {{"newSlTriggerPx", "newSlOrdPx"},
                             {"newTpTriggerPx", "newTpOrdPx"},
                             {"newTriggerPx", "newOrdPx"}};
  const auto& [trigger, price] = names[static_cast<std::size_t>(leg) - 1];
  if (amend.quantity) size(body, "newSz", *amend.quantity);
  if (amend.trigger_price) body.add(trigger, amend.trigger_price->decimal());
  if (amend.price) body.add(price, amend.price->decimal());
}

}  // namespace signalbox::okx
