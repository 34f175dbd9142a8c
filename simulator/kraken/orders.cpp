#include <algorithm>

#include "simulator/kraken/kraken_dialect.hpp"

namespace signalbox::simulator::kraken {
namespace {

Answer wrong(std::string_view field) {
  return no(fmt::format("EGeneral:Invalid arguments:{}", field));
}

bool is_client_id(std::string_view id) {
  return id.size() <= ClientId::capacity && std::all_of(id.begin(), id.end(), [](char c) {
           return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') ||
                  c == '-' || c == '_';
         });
}

bool contains(std::string_view list, std::string_view word) { return list.find(word) != list.npos; }

/// The prices of an order in the order that its kind has them.
bool set_prices(OrderType type, const std::optional<Decimal>& limit,
                const std::optional<Decimal>& trigger, Price& price, Price& stop_price) {
  if (has_price(type)) {
    if (!limit || !limit->is_positive()) return false;
    price = Price{*limit};
  }
  if (is_conditional(type)) {
    if (!trigger || !trigger->is_positive()) return false;
    stop_price = Price{*trigger};
  }
  return true;
}

SelfTrade self_trade(std::string_view word) {
  if (word.ends_with("oldest")) return SelfTrade::expire_maker;
  return word.ends_with("both") ? SelfTrade::expire_both : SelfTrade::expire_taker;
}

std::optional<TimeInForce> life(std::string_view word) {
  if (word.empty() || word == "GTC" || word == "gtc") return TimeInForce::gtc;
  if (word == "IOC" || word == "ioc") return TimeInForce::ioc;
  if (word == "FOK" || word == "fok") return TimeInForce::fok;
  return std::nullopt;
}

}  // namespace

// ---- what is asked for ----

tl::expected<KrakenDialect::Wanted, Answer> KrakenDialect::read_form(const Params& p) const {
  const auto refuse = [](std::string_view field) { return tl::unexpected(wrong(field)); };
  Wanted wanted;
  const auto market = find_pair(p.text("pair"));
  if (!market) return tl::unexpected(no("EQuery:Unknown asset pair"));
  wanted.market = *market;
  auto& order = wanted.order;
  const auto side = p.text("type");
  const auto type = type_of(p.text("ordertype"));
  const auto quantity = p.decimal("volume");
  const auto tif = life(p.text("timeinforce"));
  if (side != "buy" && side != "sell") return refuse("type");
  if (!type) return refuse("ordertype");
  if (!quantity || !quantity->is_positive()) return refuse("volume");
  if (!tif) return refuse("timeinforce");
  if (p.has("cl_ord_id") && p.has("userref")) return refuse("cl_ord_id");
  if (!is_client_id(p.text("cl_ord_id"))) return refuse("cl_ord_id");
  order.side = side == "buy" ? Side::buy : Side::sell;
  order.type = *type;
  order.client_id = ClientId{p.text("cl_ord_id")};
  order.quantity = Quantity{*quantity};
  order.time_in_force = *tif;
  order.self_trade = self_trade(p.text("stptype"));
  const bool conditional = is_conditional(*type);
  if (!set_prices(*type, p.decimal(conditional ? "price2" : "price"), p.decimal("price"),
                  order.price, order.stop_price))
    return refuse("price");
  const auto flags = p.text("oflags");
  if (contains(flags, "post")) {
    if (*type != OrderType::limit) return refuse("oflags");
    order.type = OrderType::limit_maker;
  }
  if (contains(flags, "viqc")) {
    if (*type != OrderType::market || order.side != Side::buy) return refuse("oflags");
    order.for_quote = Notional{*quantity};
    order.quantity = {};
  }
  if (p.has("close[ordertype]")) {
    const auto close = type_of(p.text("close[ordertype]"));
    if (!close || *close == OrderType::market) return refuse("close[ordertype]");
    wanted.close = Close{.type = *close};
    if (!set_prices(*close, p.decimal(is_conditional(*close) ? "close[price2]" : "close[price]"),
                    p.decimal("close[price]"), wanted.close->price, wanted.close->stop_price))
      return refuse("close[price]");
  }
  if (p.has("deadline")) wanted.deadline = time_in(p.text("deadline"));
  if (p.has("deadline") && !wanted.deadline) return refuse("deadline");
  wanted.validate = p.is_true("validate");
  return wanted;
}

tl::expected<KrakenDialect::Wanted, Answer> KrakenDialect::read_frame(const Params& p) const {
  const auto refuse = [](std::string_view field) { return tl::unexpected(wrong(field)); };
  Wanted wanted;
  const auto symbol = p.text("params.symbol");
  const auto market = find_pair(symbol);
  if (!market || names(*market).ws != symbol)
    return tl::unexpected(no(fmt::format("Currency pair not supported {}", plain(symbol))));
  wanted.market = *market;
  auto& order = wanted.order;
  const auto side = p.text("params.side");
  const auto type = type_of(p.text("params.order_type"));
  const auto quantity = p.decimal("params.order_qty");
  const auto money = p.decimal("params.cash_order_qty");
  const auto tif = life(p.text("params.time_in_force"));
  if (side != "buy" && side != "sell") return refuse("side");
  if (!type) return refuse("order_type");
  if (!tif) return refuse("time_in_force");
  if (!is_client_id(p.text("params.cl_ord_id"))) return refuse("cl_ord_id");
  order.side = side == "buy" ? Side::buy : Side::sell;
  order.type = *type;
  order.client_id = ClientId{p.text("params.cl_ord_id")};
  order.time_in_force = *tif;
  order.self_trade = self_trade(p.text("params.stp_type"));
  if (money && *type == OrderType::market && order.side == Side::buy)
    order.for_quote = Notional{*money};
  else if (!quantity || !quantity->is_positive())
    return refuse("order_qty");
  else
    order.quantity = Quantity{*quantity};
  if (!set_prices(*type, p.decimal("params.limit_price"), p.decimal("params.triggers.price"),
                  order.price, order.stop_price))
    return refuse("limit_price");
  if (p.is_true("params.post_only")) {
    if (*type != OrderType::limit) return refuse("post_only");
    order.type = OrderType::limit_maker;
  }
  if (p.has("params.conditional.order_type")) {
    const auto close = type_of(p.text("params.conditional.order_type"));
    if (!close || *close == OrderType::market) return refuse("conditional");
    wanted.close = Close{.type = *close};
    if (!set_prices(*close, p.decimal("params.conditional.limit_price"),
                    p.decimal("params.conditional.trigger_price"), wanted.close->price,
                    wanted.close->stop_price))
      return refuse("conditional");
  }
  if (p.has("params.deadline")) wanted.deadline = time_in(p.text("params.deadline"));
  if (p.has("params.deadline") && !wanted.deadline) return refuse("deadline");
  wanted.validate = p.is_true("params.validate");
  return wanted;
}

// ---- what is done ----

std::optional<Answer> KrakenDialect::too_fast(AccountId account, MarketId market, std::int64_t cost,
                                              WallTime now) {
  if (limits_.order(account, market, cost, now)) return std::nullopt;
  return no("EOrder:Rate limit exceeded");
}

/// The younger the order, the dearer its change.
std::int64_t KrakenDialect::age_cost(const Order& order, bool amend, WallTime now) {
  struct Row {
    std::int64_t seconds, amend, cancel;
  };
  constexpr auto rows = std::array{Row{5, 3, 8},  Row{10, 2, 6}, Row{15, 1, 5},
                                   Row{45, 0, 4}, Row{90, 0, 2}, Row{300, 0, 1}};
  for (const auto& row : rows)
    if (now - order.created < std::chrono::seconds{row.seconds})
      return amend ? 1 + row.amend : row.cancel;
  return amend ? 1 : 0;
}

tl::expected<OrderId, Answer> KrakenDialect::place(AccountId account, const Wanted& wanted,
                                                   WallTime now) {
  if (wanted.deadline && *wanted.deadline < now)
    return tl::unexpected(no("EService:Deadline elapsed"));
  if (auto late = too_fast(account, wanted.market, 1, now)) return tl::unexpected(std::move(*late));
  if (!engine_.accounts().spec(account).can_trade)
    return tl::unexpected(no("EGeneral:Permission denied"));
  const auto& instrument = engine_.spec(wanted.market).instrument;
  if (wanted.validate) {
    if (const auto why = engine_.why_not(account, wanted.market, wanted.order))
      return tl::unexpected(refusal(*why, wanted.order, instrument));
    return OrderId::none;
  }
  auto order = wanted.order;
  // The engine tells of a fill before it answers with the order's number.
  const auto next = OrderId{engine_.orders().all().size() + 1};
  if (wanted.close) closes_.emplace(next, *wanted.close);
  auto placed = engine_.place(account, wanted.market, order, now);
  if (!placed && placed.error() == Reject::would_trigger && settings_.late_stops_fire) {
    order.type = has_price(order.type) ? OrderType::limit : OrderType::market;
    placed = engine_.place(account, wanted.market, order, now);
  }
  if (placed) return *placed;
  closes_.erase(next);
  if (placed.error() != Reject::would_take || !settings_.post_only_ends_on_stream)
    return tl::unexpected(refusal(placed.error(), order, instrument));
  // Accepted first; the matching engine takes it out again.
  constexpr std::uint64_t first_ghost = 900'000'000'000;
  constexpr std::size_t ghosts_max = 100'000;
  if (ghosts_.size() == ghosts_max) ghosts_.erase(ghosts_.begin());
  const auto number =
      ghosts_.empty() ? first_ghost : static_cast<std::uint64_t>(ghosts_.back().id) + 1;
  ghosts_.push_back({OrderId{number}, account, wanted.market, order, now});
  Order gone{.id = OrderId{number}, .account = account, .market = wanted.market};
  gone.client_id = order.client_id;
  gone.side = order.side;
  gone.type = order.type;
  gone.quantity = order.quantity;
  gone.price = order.price;
  tell(account, executions, execution_json(gone, "pending_new", now), now);
  tell(account, executions,
       fmt::format(R"({{"order_id":"{}","exec_type":"canceled","order_status":"canceled",)"
                   R"("reason":"Post only order","timestamp":"{}"}})",
                   order_name(gone.id), time_text(now)),
       now);
  return gone.id;
}

const Order* KrakenDialect::named(AccountId account, std::string_view id,
                                  std::string_view client_id) const {
  const auto number = order_of(id);
  const auto* order = number ? engine_.orders().find(*number)
                             : (client_id.empty() || !is_client_id(client_id)
                                    ? nullptr
                                    : engine_.orders().find(account, ClientId{client_id}));
  return order && order->account == account ? order : nullptr;
}

Answer KrakenDialect::amend(AccountId account, const Order* order, const Params& p,
                            std::string_view prefix, WallTime now) {
  const auto field = [&](std::string_view name) { return std::string{prefix}.append(name); };
  if (!order || order->done()) return no("EOrder:Unknown order");
  if (closes_.contains(order->id)) return no("EGeneral:Invalid arguments:conditional close");
  if (auto late = too_fast(account, order->market, age_cost(*order, true, now), now)) return *late;
  const auto quantity = p.decimal(field("order_qty"));
  // The matching engine changes quantities, downwards.
  if (!quantity || p.has(field("limit_price")) || p.has(field("trigger_price")))
    return wrong("only order_qty can be changed here");
  const auto& instrument = engine_.spec(order->market).instrument;
  const auto id = order->id;
  if (Quantity{*quantity} != order->quantity)
    if (const auto amended = engine_.amend(account, id, Quantity{*quantity}, order->client_id, now);
        !amended)
      return refusal(amended.error(), {}, instrument);
  return {{},
          fmt::format(R"({{"amend_id":"A{}","cl_ord_id":"{}"}})", order_name(id).substr(1),
                      engine_.orders()[id].client_id.view())};
}

Answer KrakenDialect::cancel(AccountId account, const Order* order, WallTime now) {
  if (!order || order->done()) return no("EOrder:Unknown order");
  if (auto late = too_fast(account, order->market, age_cost(*order, false, now), now)) return *late;
  const auto id = order->id;
  const auto client_id = order->client_id;
  if (!engine_.cancel(account, id, {}, CancelOnly::any, now)) return no("EOrder:Unknown order");
  return {{},
          fmt::format(R"({{"order_id":"{}","cl_ord_id":"{}"}})", order_name(id), client_id.view())};
}

Answer KrakenDialect::cancel_all(AccountId account, WallTime now) {
  const std::vector<OrderId> open{engine_.orders().open(account).begin(),
                                  engine_.orders().open(account).end()};
  std::size_t count = 0;
  for (const auto id : open)
    if (!engine_.orders()[id].done() && engine_.cancel(account, id, {}, CancelOnly::any, now))
      ++count;
  return {{}, fmt::format(R"({{"count":{}}})", count)};
}

void KrakenDialect::settle(WallTime now) {
  // A close order may fill at once, and is no parent itself.
  const auto fills = std::exchange(fills_, {});
  for (const auto& fill : fills) {
    const auto& parent = engine_.orders()[fill.parent];
    const auto& close = closes_.at(fill.parent);
    NewOrder order{.side = opposite(parent.side), .type = close.type, .quantity = fill.quantity};
    order.price = close.price;
    order.stop_price = close.stop_price;
    const bool small = fill.quantity < engine_.spec(parent.market).instrument.quantity_min;
    if (small && !settings_.small_closes_stand) continue;
    parents_.emplace(OrderId{engine_.orders().all().size() + 1}, fill.parent);
    static_cast<void>(engine_.place(parent.account, parent.market, order, now));
  }
}

}  // namespace signalbox::simulator::kraken
