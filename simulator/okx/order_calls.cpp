#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "simulator/okx/okx_dialect.hpp"

namespace signalbox::simulator::okx {
namespace {

constexpr std::size_t page_rows = 100;

std::uint64_t number_of(std::string_view text) {
  std::uint64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  return error == std::errc{} && end == text.data() + text.size() ? number : 0;
}

bool is_name(std::string_view id) {
  return id.size() <= 32 && std::all_of(id.begin(), id.end(), [](char c) {
           return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
         });
}

std::string row(std::uint64_t number, std::string_view client_id, WallTime now) {
  return fmt::format(
      R"({{"clOrdId":"{}","ordId":"{}","tag":"","ts":"{}","sCode":"0","sMsg":"","subCode":""}})",
      client_id, number, ms(now));
}

}  // namespace

const Order* OkxDialect::named_order(const Body& body, AccountId account) const {
  const Order* order = nullptr;
  if (body.has("ordId"))
    order = engine_.orders().find(static_cast<OrderId>(number_of(body.text("ordId"))));
  else if (body.has("clOrdId"))
    order = engine_.orders().find(account, ClientId{body.text("clOrdId")});
  if (!order || order->account != account) return nullptr;
  const auto* algo = algos_.of(order->id);
  if (!algo) return order;
  // A leg has no clOrdId, and is no plain order before it fires.
  return body.has("ordId") && is_plain(*algo, *order) ? order : nullptr;
}

const OkxDialect::Ghost* OkxDialect::named_ghost(const Body& body, AccountId account) const {
  const auto number = number_of(body.text("ordId"));
  for (auto each = ghosts_.rbegin(); each != ghosts_.rend(); ++each)
    if (each->account == account &&
        (each->number == number || (number == 0 && each->client_id == body.text("clOrdId"))))
      return &*each;
  return nullptr;
}

std::optional<ApiError> OkxDialect::read_order(const Body& body, MarketId, NewOrder& to) const {
  const auto bad = [](std::string_view name) {
    return ApiError{200, 51000, fmt::format("Parameter {} error", name), true};
  };
  const auto mode = body.text("tdMode");
  if (mode != (settings_.account_level >= 3 ? "cross" : "cash")) return bad("tdMode");
  if (!is_name(body.text("clOrdId"))) return bad("clOrdId");
  to.client_id = ClientId{body.text("clOrdId")};
  const auto side = body.text("side");
  if (side != "buy" && side != "sell") return bad("side");
  to.side = side == "buy" ? Side::buy : Side::sell;
  bool wrong = false;
  const auto size = body.number("sz", wrong);
  const auto price = body.number("px", wrong);
  if (wrong || !size || !size->is_positive()) return bad("sz");
  to.quantity = Quantity{*size};
  const auto type = body.text("ordType");
  if (type == "market") {
    to.type = OrderType::market;
    const auto by = body.text("tgtCcy");
    if (by == "quote_ccy" || (by.empty() && to.side == Side::buy)) {
      to.for_quote = Notional{*size};
      to.quantity = {};
    }
  } else {
    if (!price || !price->is_positive()) return bad("px");
    to.price = Price{*price};
    to.type = type == "post_only" ? OrderType::limit_maker : OrderType::limit;
    if (type == "ioc") to.time_in_force = TimeInForce::ioc;
    if (type == "fok") to.time_in_force = TimeInForce::fok;
    if (type != "limit" && type != "post_only" && type != "ioc" && type != "fok")
      return bad("ordType");
  }
  const auto prevention = body.text("stpMode");
  to.self_trade = prevention == "cancel_taker"  ? SelfTrade::expire_taker
                  : prevention == "cancel_both" ? SelfTrade::expire_both
                                                : SelfTrade::expire_maker;
  return std::nullopt;
}

OkxDialect::Answer OkxDialect::place(const Call& call) {
  const auto& body = call.body();
  const auto market = find_market(body.text("instId"));
  if (!market) return refuse_row(51001, "Instrument ID does not exist.");
  NewOrder order;
  if (const auto wrong = read_order(body, *market, order)) return refuse(*wrong);
  if (!order.for_quote.is_positive() &&
      order.quantity < engine_.spec(*market).instrument.quantity_min)
    return refuse_row(51020, "Your order should meet or exceed the minimum order amount.");
  if (const auto* exits = body.first("attachAlgoOrds"))
    return place_attached(call, order, *market, *exits);
  const auto placed = engine_.place(call.account, *market, order, call.now);
  if (placed)
    return {row(static_cast<std::uint64_t>(*placed), order.client_id.view(), call.now), {}};
  if (placed.error() != Reject::would_take) return refuse(to_error(placed.error(), false));
  // Accepted, and cancelled the moment it would have taken.
  Ghost ghost{first_ghost + ghosts_.size(),
              call.account,
              *market,
              order.client_id.str(),
              order.side,
              order.quantity,
              order.price,
              call.now};
  ghosts_.push_back(ghost);
  push(call.account, "orders", ghost_json(ghost), call.now);
  return {row(ghost.number, ghost.client_id, call.now), {}};
}

OkxDialect::Answer OkxDialect::place_attached(const Call& call, const NewOrder& entry,
                                              MarketId market, const Body& exits) {
  if (entry.type == OrderType::market && entry.side == Side::buy)
    return refuse_row(51000, "Parameter attachAlgoOrds error");
  Algo algo;
  algo.account = call.account;
  algo.market = market;
  algo.side = opposite(entry.side);
  algo.client_id = exits.text("attachAlgoClOrdId");
  algo.created = call.now;
  // What a purchase leaves after its fee can be sold, and no more.
  algo.size = entry.quantity;
  if (entry.side == Side::buy) {
    const auto fee = Decimal::mul(entry.quantity.decimal(),
                                  engine_.accounts().spec(call.account).taker_fee, Rounding::up);
    const auto left =
        Decimal::to_step(entry.quantity.decimal() - fee.value_or(Decimal{}),
                         engine_.spec(market).instrument.lot_size.decimal(), Rounding::down);
    algo.size = Quantity{left.value_or(entry.quantity.decimal())};
  }
  if (const auto wrong = read_exits(exits, algo)) return refuse(*wrong);
  algo.placed = false;

  auto& kept = algos_.add(algo);
  NewList list;
  const auto legs = legs_of(kept);
  list.kind = legs.size() == 2 ? ListKind::otoco : ListKind::oto;
  list.client_id = engine_.make_client_id();
  list.orders.push_back(entry);
  for (const auto& leg : legs) list.orders.push_back(leg);
  placing_ = &kept;
  const auto placed = engine_.place(call.account, market, list, call.now);
  placing_ = nullptr;
  if (!placed) {
    algos_.all().pop_back();
    return refuse(to_error(placed.error(), false));
  }
  const auto parent = placed->as_placed[0].id;
  kept.parent = parent;
  // Filled at once, its exits stand already: now it can be said whose they are.
  tell_algo(kept, call.now);
  return {row(static_cast<std::uint64_t>(parent), entry.client_id.view(), call.now), {}};
}

OkxDialect::Answer OkxDialect::cancel(const Call& call) {
  const auto& body = call.body();
  const auto* order = named_order(body, call.account);
  if (!order || order->done()) return refuse(to_error(Reject::unknown_order, false));
  const auto number = static_cast<std::uint64_t>(order->id);
  const auto client_id = algos_.of(order->id) ? std::string{} : order->client_id.str();
  const auto cancelled =
      engine_.cancel(call.account, order->id, engine_.make_client_id(), CancelOnly::any, call.now);
  if (!cancelled) return refuse(to_error(cancelled.error(), false));
  attach_rest(*order, call.now);
  return {row(number, client_id, call.now), {}};
}

/// The other reading of what becomes of attached exits: placed for what has filled.
void OkxDialect::attach_rest(const Order& parent, WallTime now) {
  if (!settings_.attach_after_partial || !parent.filled.is_positive()) return;
  for (const auto* attached : algos_.attached_to(parent.id)) {
    Algo algo = *attached;
    algo.size = std::min(algo.size, parent.filled);
    if (algo.side == Side::sell)
      algo.size = std::min(
          algo.size,
          Quantity{Decimal::to_step(
                       engine_.accounts().free(parent.account,
                                               engine_.spec(parent.market).instrument.base),
                       engine_.spec(parent.market).instrument.lot_size.decimal(), Rounding::down)
                       .value_or(Decimal{})});
    algo.stop = algo.target = OrderId::none;
    algo.created = now;
    static_cast<void>(submit(algo, now));
    return;
  }
}

OkxDialect::Answer OkxDialect::amend(const Call& call) {
  const auto& body = call.body();
  const auto* order = named_order(body, call.account);
  if (!order || order->done())
    return refuse_row(51503, "Order modification failed as the order has been filled or canceled.");
  bool bad = false;
  const auto size = body.number("newSz", bad);
  if (bad || !size || body.has("newPx")) return refuse_row(51000, "Parameter newPx error");
  const auto amended =
      engine_.amend(call.account, order->id, Quantity{*size}, order->client_id, call.now);
  if (!amended) return refuse_row(51000, "Parameter newSz error");
  return {row(static_cast<std::uint64_t>(order->id), order->client_id.view(), call.now), {}};
}

OkxDialect::Answer OkxDialect::order(const Call& call) {
  if (const auto* found = named_order(call.query, call.account)) return {order_json(*found), {}};
  if (const auto* ghost = named_ghost(call.query, call.account)) return {ghost_json(*ghost), {}};
  return refuse(51603, "Order does not exist");
}

OkxDialect::Answer OkxDialect::open_orders(const Call& call) {
  const auto after = number_of(call.query.text("after"));
  const auto market = find_market(call.query.text("instId"));
  const auto& open = engine_.orders().open(call.account);
  std::string rows;
  std::size_t count = 0;
  for (auto id = open.rbegin(); id != open.rend() && count < page_rows; ++id) {
    const auto& each = engine_.orders()[*id];
    const auto* algo = algos_.of(each.id);
    if ((algo && !is_plain(*algo, each)) || (market && each.market != *market) ||
        (after != 0 && static_cast<std::uint64_t>(each.id) >= after))
      continue;
    rows += (count++ == 0 ? "" : ",") + order_json(each);
  }
  return {rows, {}};
}

OkxDialect::Answer OkxDialect::ended_orders(const Call& call) {
  const auto market = find_market(call.query.text("instId"));
  const auto state = call.query.text("state");
  std::string rows;
  std::size_t count = 0;
  const auto& all = engine_.orders().all();
  for (auto each = all.rbegin(); each != all.rend() && count < page_rows; ++each) {
    const auto* algo = algos_.of(each->id);
    if (each->account != call.account || !each->done() || (market && each->market != *market) ||
        (algo && !is_plain(*algo, *each)))
      continue;
    if (!state.empty() && (state == "filled") != (each->state == OrderState::filled)) continue;
    rows += (count++ == 0 ? "" : ",") + order_json(*each);
  }
  return {rows, {}};
}

}  // namespace signalbox::simulator::okx
