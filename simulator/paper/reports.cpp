#include "simulator/paper/reports.hpp"

namespace signalbox::simulator {
namespace {

OrderStatus to_status(OrderState state) {
  switch (state) {
    case OrderState::held: return OrderStatus::pending;
    case OrderState::open: return OrderStatus::working;
    case OrderState::partly_filled: return OrderStatus::partially_filled;
    case OrderState::filled: return OrderStatus::filled;
    case OrderState::cancelled: return OrderStatus::cancelled;
    case OrderState::expired:
    case OrderState::self_trade: break;
  }
  return OrderStatus::expired;
}

OrderKind to_kind(OrderType type) {
  switch (type) {
    case OrderType::market: return OrderKind::market;
    case OrderType::limit:
    case OrderType::limit_maker: return OrderKind::limit;
    case OrderType::stop_loss: return OrderKind::stop_market;
    case OrderType::stop_loss_limit: return OrderKind::stop_limit;
    case OrderType::take_profit: return OrderKind::take_profit_market;
    case OrderType::take_profit_limit: break;
  }
  return OrderKind::take_profit_limit;
}

VenueOrderId number(std::uint64_t n) { return VenueOrderId{std::to_string(n)}; }
VenueOrderId order_number(OrderId id) { return number(static_cast<std::uint64_t>(id)); }

ClientOrderId our_form(const ClientId& id) {
  return parse_client_order_id(id.view()) ? ClientOrderId{id.view()} : ClientOrderId{};
}

std::string_view why_ended(EndReason reason) {
  switch (reason) {
    case EndReason::immediate_rest: return "the rest could not fill at once";
    case EndReason::fill_or_kill: return "could not fill whole at once";
    case EndReason::no_liquidity: return "nobody left to trade with";
    case EndReason::sibling: return "the other leg went first";
    case EndReason::parent: return "its entry ended unfilled";
    case EndReason::refused_when_live: return "refused when its entry filled";
    case EndReason::self_trade: return "would have traded with the same account";
    case EndReason::venue: return "ended by the venue";
    case EndReason::by_user:
    case EndReason::none: break;
  }
  return {};
}

}  // namespace

OrderReport to_report(const Order& o, const MarketSpec& market) {
  OrderReport r;
  r.symbol = market.instrument.symbol;
  r.id = our_form(o.client_id);
  if (r.id.empty()) r.raw_client_id = Text<40>{o.client_id.view()};
  r.venue_id = order_number(o.id);
  if (o.list != ListId::none)
    r.parent_id = VenueOrderId{"list-" + std::to_string(static_cast<std::int64_t>(o.list))};
  r.status = to_status(o.state);
  r.side = o.side;
  r.kind = to_kind(o.type);
  r.quantity = o.quantity;
  r.filled = o.filled;
  if (has_price(o.type)) r.price = o.price;
  if (is_conditional(o.type)) r.trigger_price = o.stop_price;
  r.triggered = o.triggered;
  if (o.end == EndReason::refused_when_live) r.refusal = Refusal::other;
  r.detail = Detail{why_ended(o.end)};
  r.time = o.updated;
  return r;
}

FillReport to_report(const Trade& t, const Order& o, const MarketSpec& market) {
  FillReport r;
  r.symbol = market.instrument.symbol;
  r.id = our_form(o.client_id);
  r.venue_id = order_number(t.order);
  r.trade_id = TradeId{std::to_string(t.id)};
  r.side = t.side;
  r.price = t.price;
  r.quantity = t.quantity;
  r.fee = t.fee;
  r.fee_asset = t.fee_asset;
  r.maker = t.maker;
  r.time = t.time;
  return r;
}

Balance to_report(const AssetBalance& b) { return {b.asset, Quantity{b.free}, Quantity{b.locked}}; }

Tick to_report(const BookTop& top, const MarketSpec& market, WallTime time) {
  return {market.instrument.symbol, top.bid, top.bid_quantity, top.ask, top.ask_quantity, time};
}

std::optional<NewOrder> to_order(const OrderSpec& spec, bool in_pair) {
  NewOrder o;
  o.client_id = to_client_id(spec.id);
  o.side = spec.side;
  o.time_in_force = spec.time_in_force;
  o.quantity = spec.quantity;
  o.price = spec.price.value_or(Price{});
  o.stop_price = spec.trigger_price.value_or(Price{});
  o.self_trade = SelfTrade::expire_maker;
  switch (spec.kind) {
    case OrderKind::market: o.type = OrderType::market; break;
    case OrderKind::limit:
      o.type = spec.post_only || in_pair ? OrderType::limit_maker : OrderType::limit;
      break;
    case OrderKind::stop_market: o.type = OrderType::stop_loss; break;
    case OrderKind::stop_limit: o.type = OrderType::stop_loss_limit; break;
    case OrderKind::take_profit_market: o.type = OrderType::take_profit; break;
    case OrderKind::take_profit_limit: o.type = OrderType::take_profit_limit; break;
  }
  if (is_conditional(o.type) && spec.trigger != Trigger::last) return std::nullopt;
  return o;
}

Refusal to_refusal(Reject reject) {
  switch (reject) {
    case Reject::unknown_market: return Refusal::invalid;
    case Reject::market_closed: return Refusal::maintenance;
    case Reject::price_filter:
    case Reject::lot_size: return Refusal::precision;
    case Reject::market_lot_size: return Refusal::maximum;
    case Reject::percent_price: return Refusal::price_band;
    case Reject::notional: return Refusal::minimum;
    case Reject::too_many_orders:
    case Reject::too_many_conditional:
    case Reject::too_many_lists: return Refusal::too_many_orders;
    case Reject::insufficient_balance: return Refusal::insufficient_funds;
    case Reject::would_trigger: return Refusal::would_trigger;
    case Reject::would_take: return Refusal::would_take;
    case Reject::duplicate_id:
    case Reject::duplicate_list_id: return Refusal::duplicate_id;
    case Reject::price_relation: return Refusal::would_trigger;
    case Reject::unknown_order: return Refusal::not_found;
    case Reject::cancel_restricted:
    case Reject::amend_refused: return Refusal::invalid;
    case Reject::injected:
    case Reject::full: break;
  }
  return Refusal::other;
}

std::string_view to_text(Reject reject) {
  switch (reject) {
    case Reject::unknown_market: return "no such instrument";
    case Reject::market_closed: return "market is closed";
    case Reject::price_filter: return "price outside its limits or off its tick";
    case Reject::lot_size: return "quantity outside its limits or off its lot";
    case Reject::market_lot_size: return "quantity over the market maximum";
    case Reject::percent_price: return "price too far from the market";
    case Reject::notional: return "value outside its limits";
    case Reject::too_many_orders: return "too many open orders";
    case Reject::too_many_conditional: return "too many conditional orders";
    case Reject::too_many_lists: return "too many order lists";
    case Reject::insufficient_balance: return "insufficient balance";
    case Reject::would_trigger: return "would trigger immediately";
    case Reject::would_take: return "would match immediately";
    case Reject::duplicate_id: return "client order id is in use";
    case Reject::duplicate_list_id: return "list id is in use";
    case Reject::price_relation: return "the legs lie on the wrong sides";
    case Reject::unknown_order: return "unknown order";
    case Reject::cancel_restricted: return "not cancelled due to restrictions";
    case Reject::amend_refused: return "the quantity may only shrink to more than is filled";
    case Reject::injected: return "refused by a planned fault";
    case Reject::full: return "the simulator is full";
  }
  return "?";
}

}  // namespace signalbox::simulator
