#include <algorithm>

#include "simulator/coinbase/api.hpp"

namespace signalbox::simulator::coinbase {
namespace {

constexpr std::string_view configurations[] = {
    "market_market_ioc", "limit_limit_gtc",           "sor_limit_ioc",
    "limit_limit_fok",   "stop_limit_stop_limit_gtc", "trigger_bracket_gtc"};

Answer wrong(std::string_view what) { return no(400, "INVALID_ARGUMENT", what); }

}  // namespace

Answer Api::accepted(const Call& call, OrderId id, std::string_view client_id,
                     OrderId attached) const {
  return {200,
          fmt::format(
              R"({{"success":true,"failure_reason":"UNKNOWN_FAILURE_REASON","order_id":"{0}",)"
              R"("success_response":{{"order_id":"{0}","product_id":"{1}","side":"{2}",)"
              R"("client_order_id":"{3}","attached_order_id":"{4}"}},"order_configuration":null}})",
              uuid(id), plain(call.params.text("product_id")), plain(call.params.text("side")),
              plain(client_id), attached == OrderId::none ? "" : uuid(attached))};
}

/// At once, or accepted first and failed afterwards.
Answer Api::refused(const Call& call, MarketId market, const NewOrder& order,
                    std::string_view why) {
  if (settings_.late_refusals && !order.client_id.empty()) {
    constexpr std::uint64_t first_ghost = 900'000'000'000;
    constexpr std::size_t ghosts_max = 100'000;
    if (ghosts_.size() == ghosts_max) ghosts_.erase(ghosts_.begin());
    const auto number =
        ghosts_.empty() ? first_ghost : static_cast<std::uint64_t>(ghosts_.back().id) + 1;
    ghosts_.push_back({OrderId{number}, call.account, market, order, why, call.now});
    const auto answer = accepted(call, ghosts_.back().id, order.client_id.view(), OrderId::none);
    on_ghost(ghosts_.back());
    return answer;
  }
  // Too little money is told twice, as it is by the venue: in general and by the preview.
  const bool poor = why == "INSUFFICIENT_FUND";
  const bool preview = poor || why.starts_with("PREVIEW_");
  return {200,
          fmt::format(
              R"({{"success":false,"failure_reason":"UNKNOWN_FAILURE_REASON","order_id":"",)"
              R"("error_response":{{"error":"{0}","message":"{3}","error_details":"",)"
              R"("preview_failure_reason":"{1}","new_order_failure_reason":"{2}"}},)"
              R"("order_configuration":{{}}}})",
              why,
              poor      ? "PREVIEW_INSUFFICIENT_FUND"
              : preview ? why
                        : "UNKNOWN_PREVIEW_FAILURE_REASON",
              preview ? "UNKNOWN_FAILURE_REASON" : why,
              poor ? "Insufficient balance in source account" : fmt::format("refused: {}", why))};
}

std::optional<Answer> Api::read_order(Call& call, MarketId, NewOrder& order) const {
  const auto& p = call.params;
  const auto side = p.text("side");
  const auto id = p.text("client_order_id");
  const std::string name{p.inside("order_configuration")};
  if (side != "BUY" && side != "SELL") return wrong("side");
  if (id.empty() || !ClientId::fits(id)) return wrong("client_order_id");
  if (std::find(std::begin(configurations), std::end(configurations), name) ==
      std::end(configurations))
    return wrong("order_configuration");
  const auto inner = [&](std::string_view field) {
    return "order_configuration." + name + "." + std::string{field};
  };
  order.client_id = ClientId{id};
  order.side = side == "BUY" ? Side::buy : Side::sell;
  const auto size = p.decimal(inner("base_size"));
  const auto quote = p.decimal(inner("quote_size"));
  if (name == "market_market_ioc" && quote && order.side == Side::buy && !size)
    order.for_quote = Notional{*quote};
  else if (!size || !size->is_positive())
    return wrong("base_size");
  else
    order.quantity = Quantity{*size};
  if (name == "market_market_ioc") {
    order.type = OrderType::market;
    return std::nullopt;
  }
  const auto limit = p.decimal(inner("limit_price"));
  if (!limit || !limit->is_positive()) return wrong("limit_price");
  order.price = Price{*limit};
  order.type = p.text(inner("post_only")) == "true" ? OrderType::limit_maker : OrderType::limit;
  if (name == "sor_limit_ioc") order.time_in_force = TimeInForce::ioc;
  if (name == "limit_limit_fok") order.time_in_force = TimeInForce::fok;
  if (name != "stop_limit_stop_limit_gtc") return std::nullopt;
  const auto stop = p.decimal(inner("stop_price"));
  const auto direction = p.text(inner("stop_direction"));
  if (!stop || !stop->is_positive()) return wrong("stop_price");
  if (direction != "STOP_DIRECTION_STOP_UP" && direction != "STOP_DIRECTION_STOP_DOWN")
    return wrong("stop_direction");
  const bool rises = direction == "STOP_DIRECTION_STOP_UP";
  order.type = (order.side == Side::buy) == rises ? OrderType::stop_loss_limit
                                                  : OrderType::take_profit_limit;
  order.stop_price = Price{*stop};
  return std::nullopt;
}

Answer Api::create(Call& call) {
  const auto& p = call.params;
  const auto market = find_wire(p.text("product_id"));
  NewOrder order;
  if (!market) return refused(call, MarketId{0}, order, "INVALID_PRODUCT_ID");
  if (const auto bad = read_order(call, *market, order)) return *bad;
  // A used id gives its order back, whatever has become of it and whatever is asked for now.
  if (const auto* old = engine_.orders().find(call.account, order.client_id))
    return accepted(call, old->id, order.client_id.view(), OrderId::none);
  for (const auto& ghost : ghosts_)
    if (ghost.account == call.account && ghost.order.client_id == order.client_id)
      return accepted(call, ghost.id, order.client_id.view(), OrderId::none);
  const auto name = p.inside("order_configuration");
  if (name == "trigger_bracket_gtc")
    return refused(call, *market, order, "PREVIEW_BRACKET_ORDER_NOT_SUPPORTED");
  if (!p.inside("attached_order_configuration").empty())
    return place_attached(call, *market, order);
  const auto placed = engine_.place(call.account, *market, order, call.now);
  if (placed) return accepted(call, *placed, order.client_id.view(), OrderId::none);
  return refused(call, *market, order,
                 refusal(placed.error(), order, engine_.spec(*market).instrument));
}

/// An entry with the bracket that shall close it: alive once the entry has filled completely.
Answer Api::place_attached(Call& call, MarketId market, const NewOrder& entry) {
  const auto& p = call.params;
  constexpr std::string_view prefix = "attached_order_configuration.trigger_bracket_gtc.";
  const auto field = [&](std::string_view name) {
    return p.decimal(std::string{prefix} + std::string{name});
  };
  const auto limit = field("limit_price");
  const auto trigger = field("stop_trigger_price");
  if (is_conditional(entry.type))
    return refused(call, market, entry, "ATTACHED_ORDERS_ONLY_ALLOWED_ON_MARKET_LIMIT");
  if (field("base_size")) return refused(call, market, entry, "ATTACHED_ORDER_SIZE_MUST_BE_NIL");
  if (!limit || !trigger) return refused(call, market, entry, "SINGLE_LEGGED_TPSL_NOT_ALLOWED");
  const auto& instrument = engine_.spec(market).instrument;
  NewOrder target{.side = entry.side == Side::buy ? Side::sell : Side::buy,
                  .type = OrderType::limit,
                  .quantity = entry.quantity};
  target.price = Price{*limit};
  auto stop = target;
  // When it fires it becomes a limit order 5 % beyond.
  stop.type = OrderType::stop_loss_limit;
  stop.stop_price = Price{*trigger};
  const auto beyond = Decimal::parse(stop.side == Side::sell ? "0.95" : "1.05").value();
  const auto exact = Decimal::mul(*trigger, beyond, Rounding::down).value_or(*trigger);
  stop.price = Price{
      Decimal::to_step(exact, instrument.tick_size.decimal(), Rounding::down).value_or(exact)};
  NewList list;
  list.kind = ListKind::otoco;
  for (const auto& each : {entry, stop, target}) list.orders.push_back(each);
  const auto placed = engine_.place(call.account, market, list, call.now);
  if (!placed) return refused(call, market, entry, refusal(placed.error(), entry, instrument));
  return accepted(call, placed->as_placed[0].id, entry.client_id.view(), placed->as_placed[1].id);
}

const Order* Api::named(AccountId account, std::string_view order_id) const {
  const auto id = from_uuid(order_id);
  const auto* order = id ? engine_.orders().find(*id) : nullptr;
  if (!order || order->account != account) return nullptr;
  return shown(*order) == order ? order : nullptr;
}

Answer Api::cancel(Call& call) {
  constexpr std::size_t orders_max = 100;
  const auto ids = call.params.list("order_ids");
  if (ids.empty() || ids.size() > orders_max) return wrong("order_ids");
  std::string results;
  for (const auto& id : ids) {
    const auto* order = named(call.account, id);
    bool good = order && (!order->done() || is_child(*order));
    if (good) {
      auto victim = order->id;
      // The stop of a bracket may have gone first: then its target is what is left of it.
      if (order->done()) victim = engine_.orders()[order->list].orders[2];
      good = engine_.cancel(call.account, victim, {}, CancelOnly::any, call.now).has_value();
    }
    results += fmt::format(
        R"({}{{"success":{},"failure_reason":"{}","order_id":"{}"}})", results.empty() ? "" : ",",
        good, good ? "UNKNOWN_CANCEL_FAILURE_REASON" : "UNKNOWN_CANCEL_ORDER", plain(id));
  }
  return {200, fmt::format(R"({{"results":[{}]}})", results)};
}

Answer Api::edit_refused(std::string_view why) const {
  return {200, fmt::format(R"({{"success":false,"errors":[{{"edit_failure_reason":"{}",)"
                           R"("preview_failure_reason":"UNKNOWN_PREVIEW_FAILURE_REASON"}}]}})",
                           why)};
}

Answer Api::edit(Call& call) {
  const auto* order = named(call.account, call.params.text("order_id"));
  if (!order || order->done()) return edit_refused("ORDER_NOT_FOUND");
  if (is_child(*order) || !has_price(order->type))
    return edit_refused("ONLY_LIMIT_ORDER_EDITS_SUPPORTED");
  if (order->triggered) return edit_refused("CANNOT_EDIT_TRIGGERED_ORDER");
  // What is left out reads as zero.
  const auto price = call.params.decimal("price").value_or(Decimal{});
  const auto size = call.params.decimal("size").value_or(Decimal{});
  const auto stop = call.params.decimal("stop_price").value_or(order->stop_price.decimal());
  if (size.is_zero()) return edit_refused("INVALID_EDITED_SIZE");
  // The matching engine changes quantities, downwards.
  if (price != order->price.decimal() || stop != order->stop_price.decimal())
    return edit_refused("INVALID_EDITED_PRICE");
  if (size == order->quantity.decimal())
    return edit_refused("EDIT_REQUEST_EQUAL_TO_ORIGINAL_REQUEST");
  const auto amended =
      engine_.amend(call.account, order->id, Quantity{size}, order->client_id, call.now);
  return amended ? Answer{200, R"({"success":true})"}
                 : edit_refused("CANNOT_EDIT_TO_BELOW_FILLED_SIZE");
}

}  // namespace signalbox::simulator::coinbase
