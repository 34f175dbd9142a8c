#include "connectors/kraken/order_terms.hpp"

#include "connectors/kraken/json_members.hpp"
#include "connectors/kraken/take.hpp"

namespace signalbox::kraken {
namespace {

// Brackets in names are part of what is signed, in their encoded form.
constexpr std::string_view close_type_name = "close%5Bordertype%5D";
constexpr std::string_view close_price_name = "close%5Bprice%5D";
constexpr std::string_view close_price2_name = "close%5Bprice2%5D";

/// A form has two prices: of a conditional order the first is its trigger, the second its limit.
struct TwoPrices {
  std::optional<Decimal> first, second;
};
TwoPrices two_prices(OrderKind kind, const std::optional<Decimal>& price,
                     const std::optional<Decimal>& trigger_price) {
  const auto limit = kit::has_limit_price(kind) ? price : std::nullopt;
  if (!kit::is_conditional(kind)) return {limit, std::nullopt};
  return {trigger_price, limit};
}

void add_flags(Query& form, const NewOrder& order) {
  std::string flags;
  const auto add = [&](bool wanted, std::string_view flag) {
    if (wanted) flags.append(flags.empty() ? "" : ",").append(flag);
  };
  add(order.post_only, "post");
  add(order.fee_in_quote, "fciq");
  add(order.in_quote, "viqc");
  if (!flags.empty()) form.add("oflags", flags);
}

void add_triggers(JsonMembers& members, const NewOrder& order) {
  if (!order.trigger_price) return;
  std::string triggers = "{";
  JsonMembers{triggers}
      .add("reference", word(order.trigger).value_or("last"))
      .add("price", *order.trigger_price)
      .add("price_type", "static");
  members.add_raw("triggers", triggers + "}");
}

void add_conditional(JsonMembers& members, const CloseOrder& close) {
  std::string conditional = "{";
  JsonMembers inner{conditional};
  inner.add("order_type", word(close.kind));
  if (close.trigger_price && kit::is_conditional(close.kind))
    inner.add("trigger_price", *close.trigger_price);
  if (close.price && kit::has_limit_price(close.kind)) inner.add("limit_price", *close.price);
  members.add_raw("conditional", conditional + "}");
}

std::optional<Decimal> decimal_of(const std::optional<Price>& price) {
  return price ? std::optional{price->decimal()} : std::nullopt;
}

}  // namespace

// ---- forms ----

void add_order(Query& form, const NewOrder& order, const Market& market) {
  form.add("pair", market.wire).add("type", word(order.side)).add("ordertype", word(order.kind));
  form.add("volume", order.quantity);
  const auto prices = two_prices(order.kind, order.price, order.trigger_price);
  if (prices.first) form.add("price", *prices.first);
  if (prices.second) form.add("price2", *prices.second);
  if (order.trigger != Trigger::last) form.add("trigger", word(order.trigger).value_or("last"));
  // A market order is IOC whatever it says, and GTC is the default.
  if (order.kind == OrderKind::limit && order.life != TimeInForce::gtc)
    form.add("timeinforce", form_word(order.life));
  add_flags(form, order);
  if (order.close) {
    form.add(close_type_name, word(order.close->kind));
    const auto close =
        two_prices(order.close->kind, order.close->price, order.close->trigger_price);
    if (close.first) form.add(close_price_name, *close.first);
    if (close.second) form.add(close_price2_name, *close.second);
  }
  if (order.self_trade != SelfTrade::cancel_newest)
    form.add("stptype", form_word(order.self_trade));
  if (order.deadline) form.add("deadline", time_text(*order.deadline));
  if (!order.client_id.empty()) form.add("cl_ord_id", order.client_id);
}

void add_change(Query& form, const OrderChange& change) {
  add_cancel(form, {.name = change.name});
  if (change.quantity) form.add("order_qty", *change.quantity);
  if (change.price) form.add("limit_price", *change.price);
  if (change.trigger_price) form.add("trigger_price", *change.trigger_price);
}

void add_cancel(Query& form, const OrderCancel& cancel) {
  if (!cancel.name.order_id.empty())
    form.add("txid", cancel.name.order_id);
  else
    form.add("cl_ord_id", cancel.name.client_id);
  if (!cancel.extra_name.empty()) form.add(cancel.extra_name, cancel.extra);
}

// ---- websocket parameters ----

void append_order(std::string& out, const NewOrder& order, const Market& market) {
  JsonMembers members{out};
  members.add("order_type", word(order.kind)).add("side", word(order.side));
  members.add("symbol", market.stream_name);
  members.add(order.in_quote ? "cash_order_qty" : "order_qty", order.quantity);
  if (order.price && kit::has_limit_price(order.kind)) members.add("limit_price", *order.price);
  if (kit::is_conditional(order.kind)) add_triggers(members, order);
  if (order.kind == OrderKind::limit && order.life != TimeInForce::gtc)
    members.add("time_in_force", stream_word(order.life));
  if (order.post_only) members.add_raw("post_only", "true");
  if (order.fee_in_quote) members.add("fee_preference", "quote");
  if (order.close) add_conditional(members, *order.close);
  if (order.self_trade != SelfTrade::cancel_newest)
    members.add("stp_type", stream_word(order.self_trade));
  if (order.deadline) members.add("deadline", time_text(*order.deadline));
  if (!order.client_id.empty()) members.add("cl_ord_id", order.client_id);
}

void append_change(std::string& out, const OrderChange& change) {
  JsonMembers members{out};
  if (!change.name.order_id.empty())
    members.add("order_id", change.name.order_id);
  else
    members.add("cl_ord_id", change.name.client_id);
  if (change.quantity) members.add("order_qty", *change.quantity);
  if (change.price) members.add("limit_price", *change.price);
  if (change.trigger_price) members.add("trigger_price", *change.trigger_price);
}

void append_cancel(std::string& out, const OrderCancel& cancel) {
  const bool by_venue_id = !cancel.name.order_id.empty();
  const auto id = by_venue_id ? cancel.name.order_id : cancel.name.client_id;
  JsonMembers{out}.add_raw(by_venue_id ? "order_id" : "cl_ord_id",
                           std::string{"[\""}.append(id).append("\"]"));
}

// ---- our messages ----

NewOrder new_order(const PlaceOrders& orders, std::optional<WallTime> deadline) {
  const auto& spec = orders.orders[0];
  NewOrder order;
  order.client_id = spec.id.view();
  order.side = spec.side;
  order.kind = spec.kind;
  order.quantity = spec.quantity.decimal();
  order.price = decimal_of(spec.price);
  order.trigger_price = decimal_of(spec.trigger_price);
  order.trigger = spec.trigger;
  order.life = spec.time_in_force;
  order.post_only = spec.post_only;
  // A fee taken from what was bought would leave less than the exits are to sell.
  order.fee_in_quote = true;
  // An entry that meets our own resting exit gives way; an exit takes out our own resting entry.
  order.self_trade =
      orders.order_class == OrderClass::entry ? SelfTrade::cancel_newest : SelfTrade::cancel_oldest;
  order.deadline = deadline;
  if (orders.linkage == Linkage::one_triggers_other) {
    const auto& exit = orders.orders[1];
    order.close = CloseOrder{.kind = exit.kind,
                             .price = decimal_of(exit.price),
                             .trigger_price = decimal_of(exit.trigger_price)};
    order.trigger = exit.trigger;
  }
  return order;
}

OrderChange change_of(const AmendOrder& amend) {
  OrderChange change{.name = {amend.venue_id.view(), amend.id.view()}};
  if (amend.quantity) change.quantity = amend.quantity->decimal();
  change.price = decimal_of(amend.price);
  change.trigger_price = decimal_of(amend.trigger_price);
  return change;
}

}  // namespace signalbox::kraken
