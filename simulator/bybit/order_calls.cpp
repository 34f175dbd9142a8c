#include <algorithm>

#include "simulator/bybit/api.hpp"

namespace signalbox::simulator::bybit {
namespace {

bool is_link_id(std::string_view id) {
  return id.size() <= ClientId::capacity && std::all_of(id.begin(), id.end(), [](char c) {
           return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') ||
                  c == '-' || c == '_';
         });
}

Answer wrong(std::string_view what) {
  return no(10001, fmt::format("Request parameter error: {}", what));
}

}  // namespace

Answer Api::acknowledged(OrderId id, const ClientId& link_id) const {
  return {0, "OK",
          fmt::format(R"({{"orderId":"{}","orderLinkId":"{}"}})", static_cast<std::uint64_t>(id),
                      link_id.view())};
}

std::optional<Answer> Api::read_order(Call& call, MarketId market, NewOrder& order) const {
  const auto& p = call.params;
  const auto side = p.text("side");
  const auto type = p.text("orderType");
  const auto link_id = p.text("orderLinkId");
  const auto life = p.text("timeInForce");
  const auto quantity = p.decimal("qty");
  if (side != "Buy" && side != "Sell") return wrong("side");
  if (type != "Market" && type != "Limit") return wrong("orderType");
  if (!is_link_id(link_id)) return wrong("orderLinkId");
  if (!quantity || !quantity->is_positive()) return wrong("qty");
  const bool at_market = type == "Market";
  order.client_id = ClientId{link_id};
  order.side = side == "Buy" ? Side::buy : Side::sell;
  order.quantity = Quantity{*quantity};
  if (!at_market) {
    const auto price = p.decimal("price");
    if (!price || !price->is_positive()) return wrong("price");
    order.price = Price{*price};
    if (life == "IOC") order.time_in_force = TimeInForce::ioc;
    if (life == "FOK") order.time_in_force = TimeInForce::fok;
  }
  order.type = at_market            ? OrderType::market
               : life == "PostOnly" ? OrderType::limit_maker
                                    : OrderType::limit;
  const auto unit = p.text("marketUnit");
  const bool in_quote =
      !is_linear() && (unit == "quoteCoin" || (unit.empty() && order.side == Side::buy));
  if (at_market && in_quote) {
    order.for_quote = Notional{*quantity};
    order.quantity = {};
  }
  const auto self_trade = p.text("smpType");
  order.self_trade = self_trade == "CancelMaker"   ? SelfTrade::expire_maker
                     : self_trade == "CancelTaker" ? SelfTrade::expire_taker
                     : self_trade == "CancelBoth"  ? SelfTrade::expire_both
                                                   : SelfTrade::allow;
  if (!p.has("triggerPrice")) return std::nullopt;

  const auto trigger = p.decimal("triggerPrice");
  const auto filter = p.text("orderFilter");
  if (!trigger || !trigger->is_positive()) return wrong("triggerPrice");
  if (is_linear() && !p.has("triggerDirection")) return wrong("triggerDirection");
  if (!is_linear() && filter != "tpslOrder" && filter != "StopOrder") return wrong("orderFilter");
  // Said, or by where the market stands.
  const auto said = settings_.late_stops_wait ? std::string_view{} : p.text("triggerDirection");
  const bool rises = said.empty() ? Price{*trigger} > engine_.last(market) : said == "1";
  const bool stop = (order.side == Side::buy) == rises;
  order.type = stop ? (at_market ? OrderType::stop_loss : OrderType::stop_loss_limit)
                    : (at_market ? OrderType::take_profit : OrderType::take_profit_limit);
  order.stop_price = Price{*trigger};
  return std::nullopt;
}

Answer Api::create(Call& call) {
  const auto& p = call.params;
  if (p.text("category") != category()) return wrong("category");
  const auto market = find_symbol(p.text("symbol"));
  if (!market) return no(170121, "Invalid symbol.");
  NewOrder order;
  if (const auto bad = read_order(call, *market, order)) return *bad;
  // An id is taken for good, whatever has become of its order.
  const auto ghost = std::any_of(ghosts_.begin(), ghosts_.end(), [&](const Ghost& g) {
    return g.account == call.account && g.order.client_id == order.client_id;
  });
  if (!order.client_id.empty() && (ghost || engine_.orders().find(call.account, order.client_id)))
    return no(170141, "Duplicate clientOrderId");
  if (p.has("takeProfit") || p.has("stopLoss")) return place_attached(call, *market, order);

  if (p.text("orderFilter") == "StopOrder") stop_book_.insert(order.client_id);
  const auto placed = engine_.place(call.account, *market, order, call.now);
  if (placed) return acknowledged(*placed, order.client_id);
  if (placed.error() != Reject::would_take)
    return refusal(placed.error(), order, engine_.spec(*market).instrument);
  // Acknowledged first; the matching engine takes it out again.
  constexpr std::uint64_t first_ghost = 9'000'000'000;
  constexpr std::size_t ghosts_max = 100'000;
  if (ghosts_.size() == ghosts_max) ghosts_.erase(ghosts_.begin());
  const auto number =
      ghosts_.empty() ? first_ghost : static_cast<std::uint64_t>(ghosts_.back().id) + 1;
  ghosts_.push_back({OrderId{number}, call.account, *market, order, call.now});
  on_ghost(ghosts_.back());
  return acknowledged(ghosts_.back().id, order.client_id);
}

/// An entry with what shall close it: live once the entry has filled completely.
Answer Api::place_attached(Call& call, MarketId market, const NewOrder& entry) {
  const auto& p = call.params;
  if (entry.type != OrderType::limit && entry.type != OrderType::limit_maker)
    return wrong("takeProfit and stopLoss go with limit orders");
  const auto& instrument = engine_.spec(market).instrument;
  // What the entry leaves after its fee can be sold again, and no more.
  auto quantity = entry.quantity;
  if (entry.side == Side::buy) {
    const auto kept = Decimal{1} - engine_.accounts().spec(call.account).taker_fee;
    const auto net = Decimal::mul(quantity.decimal(), kept, Rounding::down);
    const auto lots =
        net ? Decimal::to_step(*net, instrument.lot_size.decimal(), Rounding::down) : net;
    if (lots) quantity = Quantity{*lots};
  }
  const auto exit = [&](std::string_view trigger, std::string_view type, std::string_view limit,
                        OrderType market_type, OrderType limit_type) {
    NewOrder order{.side = entry.side == Side::buy ? Side::sell : Side::buy, .quantity = quantity};
    order.stop_price = Price{p.decimal(trigger).value_or(Decimal{})};
    const bool at_limit = p.text(type) == "Limit";
    order.type = at_limit ? limit_type : market_type;
    if (at_limit) order.price = Price{p.decimal(limit).value_or(Decimal{})};
    return order;
  };
  NewList list;
  list.orders.push_back(entry);
  if (p.has("stopLoss"))
    list.orders.push_back(exit("stopLoss", "slOrderType", "slLimitPrice", OrderType::stop_loss,
                               OrderType::stop_loss_limit));
  if (p.has("takeProfit"))
    list.orders.push_back(exit("takeProfit", "tpOrderType", "tpLimitPrice", OrderType::take_profit,
                               OrderType::take_profit_limit));
  list.kind = list.orders.size() == 3 ? ListKind::otoco : ListKind::oto;
  const auto placed = engine_.place(call.account, market, list, call.now);
  if (!placed) return refusal(placed.error(), entry, instrument);
  return acknowledged(placed->as_placed[0].id, entry.client_id);
}

/// By number if both ids are there.
const Order* Api::named_order(Call& call) const {
  const auto number = call.params.integer("orderId");
  const auto link_id = call.params.text("orderLinkId");
  const auto* order =
      number ? engine_.orders().find(static_cast<OrderId>(*number))
             : (link_id.empty() ? nullptr : engine_.orders().find(call.account, ClientId{link_id}));
  return order && order->account == call.account && !is_hidden(*order) ? order : nullptr;
}

Answer Api::amend(Call& call) {
  const auto* order = named_order(call);
  if (!order || order->done()) return unknown_order();
  const auto quantity = call.params.decimal("qty");
  // The matching engine changes quantities, downwards.
  if (!quantity || call.params.has("price") || call.params.has("triggerPrice"))
    return wrong("only qty can be changed here");
  if (Quantity{*quantity} == order->quantity) return no(10001, "order not modified");
  const auto id = order->id;
  const auto link_id = order->client_id;
  const auto amended =
      engine_.amend(call.account, id, Quantity{*quantity}, order->client_id, call.now);
  if (!amended) return refusal(amended.error(), {}, engine_.spec(order->market).instrument);
  return acknowledged(id, link_id);
}

Answer Api::cancel(Call& call) {
  const auto* order = named_order(call);
  const auto filter = call.params.has("orderFilter") ? call.params.text("orderFilter") : "Order";
  const bool there = order && !order->done() && (is_linear() || book_of(*order) == filter);
  if (!there) return unknown_order();
  const auto id = order->id;
  const auto link_id = order->client_id;
  const auto cancelled = engine_.cancel(call.account, id, {}, CancelOnly::any, call.now);
  if (!cancelled) return unknown_order();
  return acknowledged(id, link_id);
}

Answer Api::cancel_all(Call& call) {
  const auto market = find_symbol(call.params.text("symbol"));
  const std::vector<OrderId> open{engine_.orders().open(call.account).begin(),
                                  engine_.orders().open(call.account).end()};
  std::string list;
  for (const auto id : open) {
    const auto& order = engine_.orders()[id];
    if (order.done() || is_hidden(order) || (market && order.market != *market)) continue;
    const auto link_id = order.client_id;
    if (!engine_.cancel(call.account, id, {}, CancelOnly::any, call.now)) continue;
    list += fmt::format("{}{}", list.empty() ? "" : ",", acknowledged(id, link_id).result);
  }
  return {0, "OK", fmt::format(R"({{"list":[{}],"success":"1"}})", list)};
}

}  // namespace signalbox::simulator::bybit
