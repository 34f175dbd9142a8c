#include "connectors/bybit/order_body.hpp"

#include "connectors/bybit/json_body.hpp"

namespace signalbox::bybit {
namespace {

JsonBody begin(std::string& out, const Market& market) {
  JsonBody body{out};
  body.add("category", word(market.category)).add("symbol", market.name);
  return body;
}

void add_name(JsonBody& body, const OrderName& name) {
  if (!name.order_id.empty())
    body.add("orderId", name.order_id);
  else
    body.add("orderLinkId", name.link_id);
}

/// In hedge mode an order belongs to one of two positions: one that opens to its own side's, one
/// that reduces to the other.
std::int64_t position_index(Side side, bool reduces) {
  const bool of_buys = (side == Side::buy) != reduces;
  return of_buys ? 1 : 2;
}

struct ExitNames {
  std::string_view trigger_price, type, limit, trigger;
};
constexpr ExitNames stop_names{"stopLoss", "slOrderType", "slLimitPrice", "slTriggerBy"};
constexpr ExitNames target_names{"takeProfit", "tpOrderType", "tpLimitPrice", "tpTriggerBy"};

void add_exit(JsonBody& body, const ExitNames& names, const AttachedExit& exit, bool say_type) {
  body.add(names.trigger_price, exit.trigger_price);
  if (exit.limit)
    body.add(names.type, "Limit").add(names.limit, *exit.limit);
  else if (say_type)
    body.add(names.type, "Market");
  if (exit.trigger != Trigger::last) body.add(names.trigger, word(exit.trigger));
}

void add_exits(JsonBody& body, const NewOrder& order, const Market& market) {
  if (!order.stop && !order.target) return;
  const bool linear = market.category == Category::linear;
  const bool limits = (order.stop && order.stop->limit) || (order.target && order.target->limit);
  const bool partial = limits || (linear && order.scope == ExitScope::filled);
  // Spot wants to be told that an exit goes at market; a whole position's never goes otherwise.
  const bool say_type = partial || !linear;
  if (partial) body.add("tpslMode", "Partial");
  if (order.stop) add_exit(body, stop_names, *order.stop, say_type);
  if (order.target) add_exit(body, target_names, *order.target, say_type);
}

AttachedExit attached(const OrderSpec& spec) {
  // A plain limit order as a target is, at this venue, one that is placed when its price is
  // reached.
  const auto trigger = spec.trigger_price ? spec.trigger_price : spec.price;
  AttachedExit exit{.trigger_price = trigger ? trigger->decimal() : Decimal{},
                    .trigger = spec.trigger};
  if (spec.price) exit.limit = spec.price->decimal();
  return exit;
}

bool protects(const PlaceOrders& orders) {
  return orders.order_class == OrderClass::protective || orders.order_class == OrderClass::close;
}

}  // namespace

void append_order(std::string& out, const NewOrder& order, const Market& market) {
  const bool spot = market.category == Category::spot;
  auto body = begin(out, market);
  body.add("side", word(order.side));
  body.add("orderType", order.at_market ? "Market" : "Limit");
  if (spot && order.at_market && !order.in_quote) body.add("marketUnit", "baseCoin");
  body.add("qty", order.quantity);
  if (!order.at_market && order.price) body.add("price", *order.price);
  // A market order is IOC whatever it says, and GTC is the default.
  if (!order.at_market && order.life != Life::until_cancelled)
    body.add("timeInForce", word(order.life));
  if (order.trigger_price) {
    body.add("triggerPrice", *order.trigger_price);
    body.add_number("triggerDirection", static_cast<std::int64_t>(order.direction));
    if (!spot && order.trigger != Trigger::last) body.add("triggerBy", word(order.trigger));
    if (spot) body.add("orderFilter", word(order.filter));
  }
  if (order.reduce_only) body.add("reduceOnly", true);
  if (order.close_on_trigger) body.add("closeOnTrigger", true);
  if (!spot && order.mode == PositionMode::hedge)
    body.add_number("positionIdx", position_index(order.side, order.reduce_only));
  add_exits(body, order, market);
  if (!order.self_trade.empty()) body.add("smpType", order.self_trade);
  if (!order.link_id.empty()) body.add("orderLinkId", order.link_id);
  body.end();
}

void append_change(std::string& out, const OrderChange& change, const Market& market) {
  auto body = begin(out, market);
  add_name(body, change.name);
  if (change.quantity) body.add("qty", *change.quantity);
  if (change.price) body.add("price", *change.price);
  if (change.trigger_price) body.add("triggerPrice", *change.trigger_price);
  body.end();
}

void append_cancel(std::string& out, const OrderCancel& cancel, const Market& market) {
  auto body = begin(out, market);
  add_name(body, cancel.name);
  if (market.category == Category::spot) body.add("orderFilter", word(cancel.filter));
  if (!cancel.extra_name.empty()) body.add_raw(cancel.extra_name, cancel.extra_json);
  body.end();
}

NewOrder new_order(const PlaceOrders& orders, const Market& market, PositionMode mode) {
  const auto& spec = orders.orders[0];
  const bool linear = market.category == Category::linear;
  NewOrder order;
  order.link_id = spec.id.view();
  order.side = spec.side;
  order.at_market = !kit::has_limit_price(spec.kind);
  order.quantity = spec.quantity.decimal();
  if (spec.price) order.price = spec.price->decimal();
  order.life = life_of(spec.time_in_force, spec.post_only);
  if (kit::is_conditional(spec.kind)) {
    order.trigger_price = spec.trigger_price->decimal();
    const bool falls = (spec.side == Side::sell) == kit::is_stop(spec.kind);
    order.direction = falls ? Direction::falls_to : Direction::rises_to;
    order.trigger = spec.trigger;
    // What protects must hold what it sells; what enters need not lock money for days.
    order.filter = protects(orders) ? Filter::tpsl : Filter::stop;
  }
  // A sale on spot reduces anyway, and the venue has no such word there.
  order.reduce_only = linear && spec.reduce_only;
  // When margin is short at the moment it fires, other orders give way to it.
  order.close_on_trigger = order.reduce_only && kit::is_stop(spec.kind);
  order.mode = mode;
  // Whoever takes is judged by its own mode: an entry that meets our own resting exit gives way,
  // an exit that meets our own resting entry takes that out.
  order.self_trade = orders.order_class == OrderClass::entry ? "CancelTaker" : "CancelMaker";
  if (orders.linkage == Linkage::one_triggers_other ||
      orders.linkage == Linkage::one_triggers_pair) {
    order.stop = attached(orders.orders[1]);
    if (orders.orders.size() == 3) order.target = attached(orders.orders[2]);
  }
  return order;
}

}  // namespace signalbox::bybit
