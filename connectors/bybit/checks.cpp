#include "connectors/bybit/checks.hpp"

#include <algorithm>

namespace signalbox::bybit {
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

/// Both kinds of id: letters, digits, dash and underscore.
bool is_id(std::string_view id) {
  return !id.empty() && std::all_of(id.begin(), id.end(), [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-' ||
           c == '_';
  });
}

Answer check_price(Price price, std::string_view name, const Instrument& instrument) {
  const std::string field{name};
  if (!price.is_positive()) return no(Refusal::invalid, field + " is not above zero");
  if (!on_step(price.decimal(), instrument.tick_size.decimal()))
    return no(Refusal::precision, field + " is not a multiple of " + instrument.tick_size.str());
  return std::nullopt;
}

Answer check_price(const std::optional<Price>& price, bool wanted, std::string_view name,
                   const Instrument& instrument) {
  const std::string field{name};
  if (price.has_value() != wanted)
    return no(Refusal::invalid, wanted ? "this kind of order needs a " + field
                                       : "this kind of order has no " + field);
  return wanted ? check_price(*price, name, instrument) : std::nullopt;
}

Answer check_quantity(Quantity quantity, bool at_market, Quantity post_only_max,
                      const Instrument& instrument) {
  if (!quantity.is_positive()) return no(Refusal::invalid, "quantity is not above zero");
  if (quantity < instrument.quantity_min)
    return no(Refusal::minimum, "quantity is below " + instrument.quantity_min.str());
  if (!on_step(quantity.decimal(), instrument.lot_size.decimal()))
    return no(Refusal::precision, "quantity is not a multiple of " + instrument.lot_size.str());
  auto most = at_market && !instrument.market_quantity_max.is_zero()
                  ? instrument.market_quantity_max
                  : instrument.quantity_max;
  if (!post_only_max.is_zero()) most = post_only_max;
  if (!most.is_zero() && quantity > most)
    return no(Refusal::maximum, "quantity is above " + most.str());
  return std::nullopt;
}

Answer check_order(const OrderSpec& spec, const Market& market) {
  const auto& instrument = market.instrument;
  const bool spot = market.category == Category::spot;
  if (!is_id(spec.id.view())) return no(Refusal::invalid, "client order id");
  const auto post_only_max = spec.post_only ? market.post_only_max : Quantity{};
  if (auto bad =
          check_quantity(spec.quantity, !has_limit_price(spec.kind), post_only_max, instrument))
    return bad;
  if (auto bad = check_price(spec.price, has_limit_price(spec.kind), "price", instrument))
    return bad;
  if (auto bad =
          check_price(spec.trigger_price, is_conditional(spec.kind), "trigger price", instrument))
    return bad;
  if (spot && is_conditional(spec.kind) && spec.trigger != Trigger::last)
    return no(Refusal::unsupported, "spot triggers by the last price only");
  if (spec.post_only && spec.kind != OrderKind::limit)
    return no(Refusal::unsupported, "only a limit order can be post-only");
  if (spec.post_only && spec.time_in_force != TimeInForce::gtc)
    return no(Refusal::invalid, "a post-only order rests until it is cancelled");
  // A sale on spot only ever reduces; a purchase never does.
  if (spot && spec.reduce_only && spec.side == Side::buy)
    return no(Refusal::unsupported, "spot has no reduce-only purchases");
  return std::nullopt;
}

/// The side of the market on which an exit of this side waits.
Price waits_at(const OrderSpec& exit) {
  return exit.trigger_price ? *exit.trigger_price : *exit.price;
}

Answer check_exit(const OrderSpec& entry, const OrderSpec& exit) {
  if (entry.side == exit.side) return no(Refusal::invalid, "entry and exit are on the same side");
  // The venue makes them of what the entry fills.
  if (exit.quantity > entry.quantity)
    return no(Refusal::invalid, "an exit is larger than its entry");
  if (exit.kind == OrderKind::market)
    return no(Refusal::invalid, "an exit needs a price to wait for");
  if (exit.post_only) return no(Refusal::unsupported, "an attached exit cannot be post-only");
  if (exit.time_in_force != TimeInForce::gtc)
    return no(Refusal::unsupported, "an attached exit rests until it is cancelled");
  return std::nullopt;
}

Answer check_attached(const PlaceOrders& orders, const Market& market) {
  const auto& all = orders.orders;
  const auto& entry = all[0];
  if (is_conditional(entry.kind))
    return no(Refusal::unsupported, "exits are not attached to a conditional entry");
  if (market.category == Category::spot && entry.kind != OrderKind::limit)
    return no(Refusal::unsupported, "on spot exits can be attached to a limit entry only");
  if (entry.reduce_only) return no(Refusal::invalid, "a reduce-only order has no exits");
  for (std::size_t i = 1; i < all.size(); ++i)
    if (auto bad = check_exit(entry, all[i])) return bad;
  if (!is_stop(all[1].kind)) return no(Refusal::invalid, "the first exit is the stop");
  if (all.size() < 3) return std::nullopt;
  if (is_stop(all[2].kind)) return no(Refusal::invalid, "the second exit is the target");
  if (all[1].quantity != all[2].quantity)
    return no(Refusal::invalid, "stop and target differ in quantity");
  const auto low = all[1].side == Side::sell ? waits_at(all[1]) : waits_at(all[2]);
  const auto high = all[1].side == Side::sell ? waits_at(all[2]) : waits_at(all[1]);
  if (low >= high) return no(Refusal::invalid, "stop and target are on the wrong sides");
  return std::nullopt;
}

Answer check_linkage(const PlaceOrders& orders, const Market& market) {
  const auto few = [&](std::size_t n) { return orders.orders.size() != n; };
  constexpr std::string_view wrong_count = "wrong number of orders for this linkage";
  switch (orders.linkage) {
    case Linkage::single:
      if (few(1)) return no(Refusal::invalid, wrong_count);
      return std::nullopt;
    case Linkage::one_cancels_other:
      return no(Refusal::unsupported, "the venue has no pairs without an entry");
    case Linkage::one_triggers_other:
      if (few(2)) return no(Refusal::invalid, wrong_count);
      return check_attached(orders, market);
    case Linkage::one_triggers_pair:
      if (few(3)) return no(Refusal::invalid, wrong_count);
      return check_attached(orders, market);
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

std::optional<Rejection> why_not(const NewOrder& order, const Market& market) {
  if (!order.quantity.is_positive()) return no(Refusal::invalid, "quantity is not above zero");
  if (!order.at_market && !order.price) return no(Refusal::invalid, "a limit order needs a price");
  if (order.trigger_price && !order.trigger_price->is_positive())
    return no(Refusal::invalid, "trigger price is not above zero");
  const bool spot = market.category == Category::spot;
  const bool exits = order.stop || order.target;
  if (exits && spot && order.at_market)
    return no(Refusal::unsupported, "on spot exits can be attached to a limit entry only");
  if (exits && order.reduce_only) return no(Refusal::invalid, "a reduce-only order has no exits");
  if (order.in_quote && !(spot && order.at_market))
    return no(Refusal::unsupported, "only a spot order at market is sized in money");
  return std::nullopt;
}

std::optional<Rejection> why_not(const PlaceOrders& orders, const Market& market) {
  if (orders.orders.empty()) return no(Refusal::invalid, "no order");
  if (!market.instrument.trading && orders.order_class == OrderClass::entry)
    return no(Refusal::maintenance, "the symbol is not traded now");
  for (const auto& spec : orders.orders)
    if (auto bad = check_order(spec, market)) return bad;
  if (ids_repeat(orders)) return no(Refusal::invalid, "two orders with one client order id");
  return check_linkage(orders, market);
}

std::optional<Rejection> why_not(const AmendOrder& amend, const Market& market) {
  if (auto bad = why_not(amend.id, amend.venue_id)) return bad;
  if (!amend.quantity && !amend.price && !amend.trigger_price)
    return no(Refusal::invalid, "nothing is to be changed");
  if (amend.quantity)
    if (auto bad = check_quantity(*amend.quantity, false, {}, market.instrument)) return bad;
  if (amend.price)
    if (auto bad = check_price(*amend.price, "price", market.instrument)) return bad;
  if (amend.trigger_price)
    return check_price(*amend.trigger_price, "trigger price", market.instrument);
  return std::nullopt;
}

std::optional<Rejection> why_not(const ClientOrderId& id, const VenueOrderId& venue_id) {
  if (id.empty() && venue_id.empty()) return no(Refusal::invalid, "no order id");
  if (!id.empty() && !is_id(id.view())) return no(Refusal::invalid, "client order id");
  if (!venue_id.empty() && !is_id(venue_id.view())) return no(Refusal::invalid, "venue order id");
  return std::nullopt;
}

}  // namespace signalbox::bybit
