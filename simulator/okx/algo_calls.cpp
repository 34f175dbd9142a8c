#include <fmt/format.h>

#include <charconv>

#include "simulator/okx/okx_dialect.hpp"

namespace signalbox::simulator::okx {
namespace {

constexpr std::size_t page_rows = 100;
constexpr std::string_view at_market = "-1";

std::uint64_t number_of(std::string_view text) {
  std::uint64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  return error == std::errc{} && end == text.data() + text.size() ? number : 0;
}

std::string row(const Algo& algo) {
  return fmt::format(
      R"({{"algoId":"{}","algoClOrdId":"{}","clOrdId":"","tag":"","sCode":"0","sMsg":""}})",
      algo.number, algo.client_id);
}

std::string_view type_word(Algo::Type type) {
  switch (type) {
    case Algo::Type::oco: return "oco";
    case Algo::Type::trigger: return "trigger";
    case Algo::Type::conditional: break;
  }
  return "conditional";
}

bool names(std::string_view types, std::string_view word) {
  return ("," + std::string{types} + ",").find("," + std::string{word} + ",") != std::string::npos;
}

}  // namespace

std::optional<ApiError> OkxDialect::read_exits(const Body& body, Algo& to) const {
  const auto bad = [](std::string_view name) {
    return ApiError{200, 51000, fmt::format("Parameter {} error", name), true};
  };
  bool wrong = false;
  const auto price = [&](std::string_view name, Price& into) {
    if (body.text(name) == at_market) return;
    if (const auto value = body.number(name, wrong)) into = Price{*value};
  };
  price("slTriggerPx", to.stop_trigger);
  price("slOrdPx", to.stop_price);
  price("tpTriggerPx", to.target_trigger);
  price("tpOrdPx", to.target_price);
  if (body.text("tpOrdKind") == "limit") to.target_trigger = {};
  if (wrong) return bad("slTriggerPx");
  for (const std::string_view name : {"slTriggerPxType", "tpTriggerPxType"})
    if (body.has(name) && body.text(name) != "last")
      return ApiError{200, 51415, "Spot triggers on the last price only", true};
  const bool has_stop = to.stop_trigger.is_positive();
  const bool has_target = to.target_trigger.is_positive() || to.target_price.is_positive();
  if (!has_stop && !has_target) return bad("slTriggerPx");
  if (has_stop && body.text("slOrdPx").empty()) return bad("slOrdPx");
  if (has_target && body.text("tpOrdPx").empty()) return bad("tpOrdPx");
  to.type = has_stop && has_target ? Algo::Type::oco : Algo::Type::conditional;
  return std::nullopt;
}

Bounded<NewOrder, 2> OkxDialect::legs_of(const Algo& algo) const {
  Bounded<NewOrder, 2> legs;
  const auto add = [&](std::string_view suffix, OrderType at_market_type, OrderType limit_type,
                       Price trigger, Price price) {
    NewOrder leg;
    // The engine names every leg; the venue names only the pair.
    leg.client_id = ClientId{algo.client_id.empty() ? fmt::format("algo{}{}", algo.number, suffix)
                                                    : algo.client_id + std::string{suffix}};
    leg.side = algo.side;
    leg.quantity = algo.size;
    leg.price = price;
    leg.stop_price = trigger;
    leg.type = price.is_positive() ? limit_type : at_market_type;
    leg.self_trade = SelfTrade::expire_maker;
    legs.push_back(leg);
  };
  if (algo.type == Algo::Type::trigger) {
    const bool above = algo.trigger > engine_.last(algo.market);
    const bool is_stop = above == (algo.side == Side::buy);
    add("", is_stop ? OrderType::stop_loss : OrderType::take_profit,
        is_stop ? OrderType::stop_loss_limit : OrderType::take_profit_limit, algo.trigger,
        algo.trigger_price);
    return legs;
  }
  if (algo.stop_trigger.is_positive())
    add("", OrderType::stop_loss, OrderType::stop_loss_limit, algo.stop_trigger, algo.stop_price);
  if (algo.target_trigger.is_positive())
    add("t", OrderType::take_profit, OrderType::take_profit_limit, algo.target_trigger,
        algo.target_price);
  else if (algo.target_price.is_positive())
    add("t", OrderType::limit, OrderType::limit, {}, algo.target_price);
  return legs;
}

OkxDialect::Answer OkxDialect::submit(Algo algo, WallTime now) {
  if (const auto* used = algos_.find(algo.account, algo.client_id);
      used && state_of(*used, engine_.orders()).word == "live")
    return refuse(to_error(Reject::duplicate_id, true));
  algo.placed = true;
  auto& kept = algos_.add(std::move(algo));
  const auto legs = legs_of(kept);
  placing_ = &kept;
  std::optional<Reject> why;
  if (legs.size() == 2) {
    NewList list;
    list.kind = ListKind::oco;
    list.client_id = engine_.make_client_id();
    for (const auto& leg : legs) list.orders.push_back(leg);
    if (const auto placed = engine_.place(kept.account, kept.market, list, now); !placed)
      why = placed.error();
  } else if (const auto placed = engine_.place(kept.account, kept.market, legs[0], now); !placed) {
    why = placed.error();
  }
  placing_ = nullptr;
  if (!why) return {row(kept), {}};
  algos_.all().pop_back();
  return refuse(to_error(*why, true));
}

OkxDialect::Answer OkxDialect::place_algo(const Call& call) {
  const auto& body = call.body();
  const auto market = find_market(body.text("instId"));
  if (!market) return refuse_row(51001, "Instrument ID does not exist.");
  Algo algo;
  algo.account = call.account;
  algo.market = *market;
  algo.created = call.now;
  algo.client_id = body.has("algoClOrdId") ? body.text("algoClOrdId") : body.text("clOrdId");
  if (algo.client_id.size() > 32) return refuse_row(51000, "Parameter algoClOrdId error");
  algo.side = body.text("side") == "buy" ? Side::buy : Side::sell;
  bool bad = false;
  const auto size = body.number("sz", bad);
  if (bad || !size || !size->is_positive()) return refuse_row(51000, "Parameter sz error");
  algo.size = Quantity{*size};
  const auto type = body.text("ordType");
  const auto mode = body.text("tdMode");
  if (mode != "cash" && mode != "cross") return refuse_row(51000, "Parameter tdMode error");
  if (type == "trigger") {
    algo.type = Algo::Type::trigger;
    const auto trigger = body.number("triggerPx", bad);
    if (bad || !trigger) return refuse_row(51000, "Parameter triggerPx error");
    algo.trigger = Price{*trigger};
    if (body.text("orderPx") != at_market)
      if (const auto price = body.number("orderPx", bad)) algo.trigger_price = Price{*price};
    return submit(std::move(algo), call.now);
  }
  if (type != "conditional" && type != "oco") return refuse_row(51000, "Parameter ordType error");
  if (mode == "cash" && settings_.refuses_cash_exits)
    return refuse_row(51000, "Parameter tdMode  error ");
  if (const auto wrong = read_exits(body, algo)) return refuse(*wrong);
  if (type == "conditional" && algo.is_pair()) {
    // Of both in one such order, the venue keeps the stop.
    algo.type = Algo::Type::conditional;
    algo.target_trigger = algo.target_price = {};
  }
  return submit(std::move(algo), call.now);
}

OkxDialect::Answer OkxDialect::cancel_algos(const Call& call) {
  if (call.bodies.size() != 1) return refuse(51000, "Parameter error", 400);
  const auto& body = call.body();
  auto* found = body.has("algoId") ? algos_.find(number_of(body.text("algoId")))
                                   : algos_.find(call.account, body.text("algoClOrdId"));
  if (!found || found->account != call.account || state_of(*found, engine_.orders()).word != "live")
    return refuse(to_error(Reject::unknown_order, true));
  // One leg takes the other with it.
  const auto leg = found->stop != OrderId::none ? found->stop : found->target;
  const auto cancelled =
      engine_.cancel(call.account, leg, engine_.make_client_id(), CancelOnly::any, call.now);
  if (!cancelled) return refuse(to_error(cancelled.error(), true));
  return {row(*found), {}};
}

OkxDialect::Answer OkxDialect::amend_algo(const Call& call) {
  const auto& body = call.body();
  auto* found = body.has("algoId") ? algos_.find(number_of(body.text("algoId")))
                                   : algos_.find(call.account, body.text("algoClOrdId"));
  if (!found || found->account != call.account || state_of(*found, engine_.orders()).word != "live")
    return refuse_row(51503, "Order modification failed as the order has been filled or canceled.");
  bool bad = false;
  const auto size = body.number("newSz", bad);
  if (bad || !size) return refuse_row(51000, "Parameter newSz error");
  const auto leg = found->stop != OrderId::none ? found->stop : found->target;
  const auto& order = engine_.orders()[leg];
  if (const auto amended =
          engine_.amend(call.account, leg, Quantity{*size}, order.client_id, call.now);
      !amended)
    return refuse_row(51000, "Parameter newSz error");
  found->size = Quantity{*size};
  tell_algo(*found, call.now);
  return {row(*found), {}};
}

OkxDialect::Answer OkxDialect::algo(const Call& call) {
  auto* found = call.query.has("algoId")
                    ? algos_.find(number_of(call.query.text("algoId")))
                    : algos_.find(call.account, call.query.text("algoClOrdId"));
  if (!found || found->account != call.account) return refuse(51603, "Order does not exist");
  const auto state = state_of(*found, engine_.orders());
  if (state.word.empty()) return refuse(51603, "Order does not exist");
  return {algo_json(*found, state), {}};
}

OkxDialect::Answer OkxDialect::list_algos(const Call& call, std::string_view state) {
  const auto types = call.query.text("ordType");
  if (types.empty()) return refuse(50014, "Parameter ordType can not be empty.", 400);
  const auto market = find_market(call.query.text("instId"));
  const auto after = number_of(call.query.text("after"));
  std::string rows;
  std::size_t count = 0;
  const auto& all = algos_.all();
  for (auto each = all.rbegin(); each != all.rend() && count < page_rows; ++each) {
    if (each->account != call.account || (market && each->market != *market) ||
        !names(types, type_word(each->type)) || (after != 0 && each->number >= after))
      continue;
    const auto now = state_of(*each, engine_.orders());
    if (now.word != state) continue;
    rows += (count++ == 0 ? "" : ",") + algo_json(*each, now);
  }
  return {rows, {}};
}

OkxDialect::Answer OkxDialect::open_algos(const Call& call) { return list_algos(call, "live"); }

OkxDialect::Answer OkxDialect::ended_algos(const Call& call) {
  const auto state = call.query.text("state");
  if (state.empty()) return refuse(50014, "Parameter state can not be empty.", 400);
  return list_algos(call, state);
}

}  // namespace signalbox::simulator::okx
