#include "connectors/binanceusdm/order_fields.hpp"

#include <charconv>

#include "connectors/binance/orders.hpp"
#include "connectors/binanceusdm/ids.hpp"
#include "connectors/kit/take.hpp"
#include "connectors/kit/verdict.hpp"

namespace signalbox::binanceusdm {
namespace {

tl::unexpected<Error> wrong(std::string_view name, std::string_view what) {
  return failed(Fault::bad_input, "order: \"" + std::string{name} + "\" " + std::string{what});
}

std::optional<Price> price_or_none(const std::optional<Decimal>& value) {
  if (!value || value->is_zero()) return std::nullopt;
  return Price{*value};
}

/// The child's number comes as a text, as a number, empty or not at all.
Result<void> take_child(JsonValue field, std::string_view& into) {
  into = field.number().value_or(field.text().value_or(std::string_view{}));
  if (into == "0") into = {};
  return {};
}

/// A null is "no such price".
Result<void> take_or_null(JsonValue field, std::optional<Decimal>& into) {
  return field.is_null() ? Result<void>{} : take(field, into);
}

}  // namespace

Result<void> OrderFields::read(const JsonObject& from) {
  for (const auto field : from)
    if (auto read = read_field(field); !read) return read;
  return {};
}

Result<void> OrderFields::read_field(JsonValue field) {
  const auto is = [&](std::string_view name) { return field.name() == name; };
  if (is("symbol")) return take(field, symbol);
  if (is("orderId")) return take(field, number);
  if (is("algoId")) return take(field, algo_number);
  if (is("clientOrderId") || is("clientAlgoId")) return take(field, client_id);
  if (is("actualOrderId")) return take_child(field, child);
  if (is("price")) return take_or_null(field, price);
  if (is("origQty") || is("quantity")) return take_or_null(field, quantity);
  if (is("executedQty") || is("actualQty")) return take_or_null(field, executed);
  if (is("avgPrice")) return take_or_null(field, average);
  if (is("cumQuote")) return take_or_null(field, cost);
  if (is("stopPrice") || is("triggerPrice")) return take_or_null(field, stop_price);
  if (is("status")) return take(field, status);
  if (is("algoStatus")) return take(field, algo_status);
  if (is("type") || is("orderType")) return take(field, type);
  if (is("origType")) return take(field, original_type);
  if (is("side")) return take(field, side);
  if (is("timeInForce")) return take(field, time_in_force);
  if (is("reduceOnly")) return take(field, reduce_only);
  if (is("closePosition")) return take(field, close_position);
  if (is("updateTime")) return take(field, updated);
  if (is("time") || is("createTime")) return take(field, created);
  if (is("triggerTime")) return take(field, triggered);
  return {};
}

Result<OrderState> OrderFields::order(const Markets& markets, const Market* market) const {
  if (!symbol.empty()) market = markets.find_wire(symbol);
  if (!market) return failed(Fault::not_found, "order: a symbol that is not loaded");
  if (number < 0 && algo_number < 0) return wrong("orderId", "is missing");
  OrderState read;
  auto& row = read.row;
  row.key = {market->index, algo_number >= 0 ? algo_id(algo_number) : plain_id(number)};
  row.report.symbol = market->instrument.symbol;
  row.report.venue_id = row.key.id;
  set_client_id(row.report, client_id);
  row.report.time = wall_from_ms(updated ? updated : created);
  const auto state = algo_number >= 0 ? algo_status : status;
  row.described = !state.empty() && !type.empty() && !side.empty();
  if (!row.described) return read;
  if (auto described = describe(read); !described) return pass(described);
  return read;
}

Result<void> OrderFields::describe(OrderState& to) const {
  auto& report = to.row.report;
  auto& details = to.details;
  // A conditional order that has triggered is a market or limit order of another original type.
  const auto kind = kind_of(original_type.empty() ? type : original_type);
  const auto side_word = binance::side_of(side);
  if (!kind) return wrong("type", "is unknown");
  if (!side_word) return wrong("side", "is unknown");
  report.kind = *kind;
  report.side = *side_word;
  report.quantity = Quantity{quantity.value_or(Decimal{})};
  if (!report.quantity.is_positive() && !close_position) return wrong("quantity", "is missing");
  report.filled = Quantity{executed.value_or(Decimal{})};
  if (has_limit_price(*kind)) report.price = price_or_none(price);
  if (is_conditional(*kind)) report.trigger_price = price_or_none(stop_price);

  if (algo_number >= 0) {
    const auto state = algo_state_of(algo_status);
    to.algo = state.value_or(AlgoState::waiting);
    to.child = VenueOrderId{child};
    report.status = status_of(*to.algo);
    report.triggered = *to.algo == AlgoState::triggered || *to.algo == AlgoState::finished;
    if (!state) report.detail = shown("unknown status " + std::string{algo_status});
  } else {
    const auto word = status_of(status);
    // It stands at the venue under a status of tomorrow: better live and named than not there.
    report.status = word.value_or(OrderStatus::working);
    report.triggered = is_conditional(*kind);
    if (!word) report.detail = shown("unknown status " + std::string{status});
  }

  details.created = wall_from_ms(created ? created : updated);
  if (average && average->is_positive()) details.average = *average;
  details.cost = cost;
  details.post_only = time_in_force == "GTX";
  details.reduce_only = reduce_only;
  details.time_in_force =
      time_in_force == "GTX" ? TimeInForce::gtc : binance::time_in_force_of(time_in_force);
  return {};
}

}  // namespace signalbox::binanceusdm
