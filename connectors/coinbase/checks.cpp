#include "connectors/coinbase/checks.hpp"

#include <algorithm>

#include "connectors/coinbase/collar.hpp"
#include "connectors/kit/order_checks.hpp"

namespace signalbox::coinbase {
namespace {

using kit::check_price;
using kit::check_quantity;
using kit::has_limit_price;
using kit::is_conditional;
using kit::is_stop;
using kit::no;
using Answer = std::optional<Rejection>;

Answer check_order(const OrderSpec& spec, const Market& market) {
  const auto& instrument = market.instrument;
  if (!kit::is_plain_client_id(spec.id.view())) return no(Refusal::invalid, "client order id");
  if (auto bad = check_quantity(spec.quantity, spec.kind, instrument)) return bad;
  if (auto bad = check_price(spec.price, has_limit_price(spec.kind), "price", instrument))
    return bad;
  const bool conditional = is_conditional(spec.kind);
  if (auto bad = check_price(spec.trigger_price, conditional, "trigger price", instrument))
    return bad;
  if (conditional && spec.trigger != Trigger::last)
    return no(Refusal::unsupported, "triggers by the last price only");
  if (conditional && spec.time_in_force != TimeInForce::gtc)
    return no(Refusal::unsupported, "a conditional order rests until it is cancelled");
  if (conditional && !has_limit_price(spec.kind) &&
      !collar(*spec.trigger_price, spec.side, instrument))
    return no(Refusal::invalid, "trigger price leaves no room for a limit price");
  if (spec.kind == OrderKind::market && spec.time_in_force == TimeInForce::fok)
    return no(Refusal::unsupported, "a market order cannot be fill-or-kill");
  if (spec.kind == OrderKind::market && !market.market_orders)
    return no(Refusal::unsupported, "the product takes limit orders only now");
  if (spec.post_only && spec.kind != OrderKind::limit)
    return no(Refusal::unsupported, "only a limit order can be post-only");
  if (spec.post_only && spec.time_in_force != TimeInForce::gtc)
    return no(Refusal::invalid, "a post-only order rests until it is cancelled");
  // A sale on spot only ever reduces; a purchase never does.
  if (spec.reduce_only && spec.side == Side::buy)
    return no(Refusal::unsupported, "spot has no reduce-only purchases");
  return std::nullopt;
}

/// The venue attaches exactly one thing: a bracket of a stop that becomes a limit order of the
/// venue's choice, and a target that rests.
Answer check_attached(const OrderSpec& entry, const OrderSpec& stop, const OrderSpec& target) {
  if (is_conditional(entry.kind))
    return no(Refusal::unsupported, "exits can be attached to a market or limit entry only");
  if (stop.side != opposite(entry.side) || target.side != stop.side)
    return no(Refusal::invalid, "entry and exits are not on opposite sides");
  if (stop.kind != OrderKind::stop_market)
    return no(Refusal::unsupported, "an attached stop has no limit price of ours");
  if (target.kind != OrderKind::limit || target.post_only ||
      target.time_in_force != TimeInForce::gtc)
    return no(Refusal::unsupported, "an attached target is a plain resting limit order");
  if (stop.quantity != entry.quantity || target.quantity != entry.quantity)
    return no(Refusal::unsupported, "attached exits have the entry's quantity");
  const bool apart = stop.side == Side::sell ? *stop.trigger_price < *target.price
                                             : *stop.trigger_price > *target.price;
  if (!apart) return no(Refusal::invalid, "stop and target are on the wrong sides");
  if (!entry.price) return std::nullopt;
  const auto [low, high] = std::minmax(*stop.trigger_price, *target.price);
  if (*entry.price <= low || *entry.price >= high)
    return no(Refusal::invalid, "the entry's price is not between stop and target");
  return std::nullopt;
}

}  // namespace

Answer why_not(const PlaceOrders& orders, const Market& market) {
  const auto& all = orders.orders;
  if (all.empty()) return no(Refusal::invalid, "no order");
  if (!market.instrument.trading && orders.order_class == OrderClass::entry)
    return no(Refusal::maintenance, "the product is not traded now");
  for (const auto& spec : all)
    if (auto bad = check_order(spec, market)) return bad;
  if (kit::ids_repeat(orders)) return no(Refusal::invalid, "two orders with one client order id");
  constexpr std::string_view wrong_count = "wrong number of orders for this linkage";
  switch (orders.linkage) {
    case Linkage::single:
      if (all.size() != 1) return no(Refusal::invalid, wrong_count);
      return std::nullopt;
    case Linkage::one_triggers_pair:
      if (all.size() != 3) return no(Refusal::invalid, wrong_count);
      return check_attached(all[0], all[1], all[2]);
    case Linkage::one_triggers_other:
      return no(Refusal::unsupported, "a stop without a target cannot be attached");
    case Linkage::one_cancels_other:
      // trigger_bracket is such a pair, but whether spot takes it is not certain.
      return no(Refusal::unsupported, "no pair of exits without an entry");
  }
  return no(Refusal::unsupported, "no such linkage");
}

Answer why_not(const AmendOrder& amend, const Market& market) {
  if (!is_order_id(amend.venue_id.view()))
    return no(Refusal::invalid, "amended by the venue's order id only");
  // A size that is left out reads as zero there.
  if (!amend.quantity || !amend.price)
    return no(Refusal::invalid, "price and quantity are amended together");
  if (auto bad = check_price(amend.price, true, "price", market.instrument)) return bad;
  if (auto bad = check_price(amend.trigger_price, amend.trigger_price.has_value(), "trigger price",
                             market.instrument))
    return bad;
  return check_quantity(*amend.quantity, OrderKind::limit, market.instrument);
}

bool is_order_id(std::string_view id) {
  return !id.empty() && id.size() <= VenueOrderId::capacity && kit::is_plain_client_id(id);
}

}  // namespace signalbox::coinbase
