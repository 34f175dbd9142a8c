#include "connectors/okx/algo_fields.hpp"

#include "connectors/kit/verdict.hpp"

namespace signalbox::okx {
namespace {

using kit::OrderRow;
using kit::take;

constexpr std::size_t children_max = 100;
constexpr std::string_view at_market = "-1";

tl::unexpected<Error> wrong(std::string_view name, std::string_view what) {
  return failed(Fault::bad_input, "algo order: \"" + std::string{name} + "\" " + std::string{what});
}

bool is_limit_price(std::string_view price) { return !price.empty() && price != at_market; }

std::optional<Price> limit_price(std::string_view price) {
  if (!is_limit_price(price)) return std::nullopt;
  const auto value = Decimal::parse(price);
  return value && value->is_positive() ? std::optional{Price{*value}} : std::nullopt;
}

bool any_of(std::string_view word, std::initializer_list<std::string_view> words) {
  for (const auto each : words)
    if (word == each) return true;
  return false;
}

struct Leg {
  OrderKind kind;
  std::optional<Price> price, trigger;
};

Leg stop_of(const AlgoFields& f) {
  return {is_limit_price(f.stop_price) ? OrderKind::stop_limit : OrderKind::stop_market,
          limit_price(f.stop_price), price_or_none(f.stop_trigger)};
}
Leg target_of(const AlgoFields& f) {
  const bool rests = f.target_kind == "limit" || !f.target_trigger;
  const auto conditional =
      is_limit_price(f.target_price) ? OrderKind::take_profit_limit : OrderKind::take_profit_market;
  return {rests ? OrderKind::limit : conditional, limit_price(f.target_price),
          rests ? std::nullopt : price_or_none(f.target_trigger)};
}
Leg trigger_of(const AlgoFields& f) {
  return {is_limit_price(f.order_price) ? OrderKind::stop_limit : OrderKind::stop_market,
          limit_price(f.order_price), price_or_none(f.trigger)};
}

/// Where a leg stands when the algo order has the state it has.
void set_state(const AlgoFields& fields, const AlgoRow& row, bool is_target, OrderReport& report) {
  report.status = OrderStatus::working;
  if (any_of(fields.state, {"live", "pause"})) return;
  if (any_of(fields.state, {"order_failed", "partially_failed"})) {
    report.status = OrderStatus::rejected;
    report.refusal = Refusal::other;
    report.detail = kit::shown("failCode " + std::string{fields.fail_code});
  } else if (fields.state == "canceled") {
    report.status = OrderStatus::cancelled;
  } else if (row.fired) {
    const bool mine = !row.is_pair || !row.fired_target || *row.fired_target == is_target;
    report.triggered = mine;
    if (mine) return;
    report.status = OrderStatus::expired;
    report.detail = Detail{"the other leg of the pair was triggered"};
  } else {
    report.detail = kit::shown("unknown state " + std::string{fields.state});
  }
}

OrderRow leg_row(const AlgoFields& fields, const AlgoRow& row, const Market& market, Side side,
                 Quantity quantity, const Leg& leg, bool is_target) {
  OrderRow out;
  out.key = {market.index, algo_id(row.number, is_target && row.is_pair)};
  auto& report = out.report;
  report.symbol = market.instrument.symbol;
  report.venue_id = out.key.id;
  if (row.is_pair) report.parent_id = algo_id(row.number);
  report.id = is_target && row.is_pair ? row.ids.target : row.ids.stop;
  if (report.id.empty()) kit::set_client_id(report, row.client_id);
  report.side = side;
  report.kind = leg.kind;
  report.quantity = quantity;
  report.price = leg.price;
  report.trigger_price = leg.trigger;
  report.time = kit::wall_from_ms(fields.updated ? fields.updated : fields.created);
  set_state(fields, row, is_target, report);
  return out;
}

}  // namespace

Result<void> AlgoFields::read(const JsonObject& from) {
  for (const auto field : from) {
    const auto is = [&](std::string_view name) { return field.name() == name; };
    Result<void> read;
    if (is("instId"))
      read = take(field, instrument);
    else if (is("algoId"))
      read = take(field, number);
    else if (is("algoClOrdId"))
      read = take(field, algo_client_id);
    else if (is("clOrdId"))
      read = take(field, client_id);
    else if (is("state"))
      read = take(field, state);
    else if (is("side"))
      read = take(field, side);
    else if (is("ordType"))
      read = take(field, type);
    else if (is("sz"))
      read = take_number(field, size);
    else if (is("slTriggerPx"))
      read = take_number(field, stop_trigger);
    else if (is("slOrdPx"))
      read = take(field, stop_price);
    else if (is("tpTriggerPx"))
      read = take_number(field, target_trigger);
    else if (is("tpOrdPx"))
      read = take(field, target_price);
    else if (is("tpOrdKind"))
      read = take(field, target_kind);
    else if (is("triggerPx"))
      read = take_number(field, trigger);
    else if (is("orderPx") || is("ordPx")) {
      if (order_price.empty()) read = take(field, order_price);
    } else if (is("actualSide"))
      read = take(field, actual_side);
    else if (is("failCode"))
      read = take(field, fail_code);
    else if (is("ordId"))
      read = take(field, child);
    else if (is("reduceOnly"))
      read = take_flag(field, reduce_only);
    else if (is("cTime"))
      read = take_whole(field, created);
    else if (is("uTime"))
      read = take_whole(field, updated);
    else if (is("linkedOrd")) {
      if (const auto linked = field.object()) parent = text_or_none(*linked, "ordId");
    } else if (is("ordIdList")) {
      const auto array = field.array();
      if (!array && !field.is_null()) return wrong("ordIdList", "is not an array");
      if (!array) continue;
      for (const auto element : *array) {
        const auto id = element.text();
        if (!id || children.size() == children_max) return wrong("ordIdList", "holds no ids");
        if (is_number(*id)) children.push_back(*id);
      }
    }
    if (!read) return read;
  }
  return {};
}

Result<AlgoRow> algo_row(const AlgoFields& fields, const Markets& markets) {
  const auto* market = markets.find_wire(fields.instrument);
  if (fields.instrument.empty()) return wrong("instId", "is missing");
  if (!market) return failed(Fault::not_found, "algo order: a symbol that is not loaded");
  if (!any_of(fields.type, {"conditional", "oco", "trigger"}))
    return failed(Fault::not_found, "algo order: of a type we do not place");
  if (!is_number(fields.number)) return wrong("algoId", "is missing or no number");
  if (fields.state.empty()) return wrong("state", "is missing");
  const auto side = side_of(fields.side);
  if (!side) return wrong("side", "is unknown");
  // One that closes the whole position carries no size.
  const auto quantity = to_base(fields.size.value_or(Decimal{}), *market);
  if (!quantity || quantity->is_negative()) return wrong("sz", "is out of range");

  AlgoRow row;
  row.number = fields.number;
  row.market = market->index;
  row.client_id = fields.algo_client_id.empty() ? fields.client_id : fields.algo_client_id;
  if (is_number(fields.parent)) row.parent = fields.parent;
  const bool triggers = fields.type == "trigger";
  const bool has_stop = fields.stop_trigger.has_value();
  const bool has_target = fields.target_trigger || is_limit_price(fields.target_price);
  row.is_pair = !triggers && has_stop && has_target;
  row.fired = any_of(fields.state, {"effective", "partially_effective"});
  row.ended = any_of(fields.state, {"canceled", "order_failed", "partially_failed"});
  if (fields.actual_side == "tp" || fields.actual_side == "sl")
    row.fired_target = fields.actual_side == "tp";
  if (const auto ids = parse_algo_client_id(row.client_id)) row.ids = *ids;
  for (const auto each : fields.children) row.children.emplace_back(each);
  if (row.children.empty() && is_number(fields.child)) row.children.emplace_back(fields.child);

  const auto add = [&](const Leg& leg, bool is_target) {
    row.legs.push_back(leg_row(fields, row, *market, *side, *quantity, leg, is_target));
  };
  if (triggers) add(trigger_of(fields), false);
  if (!triggers && (has_stop || !has_target)) add(stop_of(fields), false);
  if (!triggers && has_target) add(target_of(fields), true);
  return row;
}

}  // namespace signalbox::okx
