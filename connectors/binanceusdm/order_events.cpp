#include "connectors/binanceusdm/order_events.hpp"

#include "connectors/binance/orders.hpp"
#include "connectors/binanceusdm/ids.hpp"
#include "connectors/kit/take.hpp"
#include "connectors/kit/verdict.hpp"

namespace signalbox::binanceusdm {
namespace {

tl::unexpected<Error> wrong(std::string_view name, std::string_view what) {
  return failed(Fault::bad_input,
                "order update: \"" + std::string{name} + "\" " + std::string{what});
}

std::optional<Price> price_or_none(const std::optional<Decimal>& value) {
  if (!value || value->is_zero()) return std::nullopt;
  return Price{*value};
}

/// A liquidation's fee or loss may be below zero; a fee that is none is left out.
Result<void> take_fee(JsonValue field, std::optional<Decimal>& into) {
  const auto fee = json_decimal(field, field.name());
  if (!fee) return pass(fee);
  into = *fee;
  return {};
}

/// Why an order expired, where that is a refusal.
Refusal refusal_of(std::string_view reason) {
  if (reason == "4") return Refusal::reduce_only;
  if (reason == "5" || reason == "7") return Refusal::other;
  return Refusal::none;
}

}  // namespace

Result<void> TradeUpdate::read(const JsonObject& from) {
  for (const auto field : from)
    if (auto read = read_field(field); !read) return read;
  return {};
}

Result<void> TradeUpdate::read_field(JsonValue field) {
  const auto name = field.name();
  if (name == "ot") return take(field, original_type);
  if (name == "sp") return take(field, stop_price);
  if (name == "ap") return take(field, average);
  if (name == "er") return take(field, expiry_reason);
  if (name.size() != 1) return {};
  switch (name[0]) {
    case 's': return take(field, symbol);
    case 'c': return take(field, client_id);
    case 'S': return take(field, side);
    case 'o': return take(field, type);
    case 'f': return take(field, time_in_force);
    case 'q': return take(field, quantity);
    case 'p': return take(field, price);
    case 'x': return take(field, execution);
    case 'X': return take(field, status);
    case 'i': return take(field, number);
    case 'l': return take(field, last_quantity);
    case 'L': return take(field, last_price);
    case 'z': return take(field, filled);
    case 'n': return field.is_null() ? Result<void>{} : take_fee(field, fee);
    case 'N': return take(field, fee_asset);
    case 't': return take(field, trade);
    case 'T': return take(field, time);
    case 'm': return take(field, maker);
    case 'R': return take(field, reduce_only);
    default: return {};
  }
}

Result<OrderState> TradeUpdate::order(const Markets& markets) const {
  const auto* market = markets.find_wire(symbol);
  if (symbol.empty()) return wrong("s", "is missing");
  if (!market) return failed(Fault::not_found, "order update: a symbol that is not loaded");
  const auto kind = kind_of(original_type.empty() ? type : original_type);
  const auto side_word = binance::side_of(side);
  const auto word = status_of(status);
  if (number < 0) return wrong("i", "is missing");
  if (!kind) return wrong("o", "is unknown");
  if (!side_word) return wrong("S", "is unknown");
  if (status.empty()) return wrong("X", "is missing");
  if (!quantity || !filled) return wrong("q or z", "is missing");

  OrderState state;
  state.row.key = {market->index, plain_id(number)};
  auto& report = state.row.report;
  report.symbol = market->instrument.symbol;
  report.venue_id = state.row.key.id;
  set_client_id(report, client_id);
  report.kind = *kind;
  report.side = *side_word;
  report.status = word.value_or(OrderStatus::working);
  if (!word) report.detail = shown("unknown status " + std::string{status});
  report.quantity = Quantity{*quantity};
  report.filled = Quantity{*filled};
  if (has_limit_price(*kind)) report.price = price_or_none(price);
  if (is_conditional(*kind)) {
    report.trigger_price = price_or_none(stop_price);
    report.triggered = true;  // until then it is not in this book
  }
  if (report.status == OrderStatus::expired || report.status == OrderStatus::rejected) {
    report.refusal = refusal_of(expiry_reason);
    if (!expiry_reason.empty() && expiry_reason != "0")
      report.detail = shown("expiry reason " + std::string{expiry_reason});
  }
  report.time = wall_from_ms(time);
  return state;
}

Result<std::optional<FillRow>> TradeUpdate::fill(const OrderRow& row) const {
  const bool traded = execution == "TRADE" ||
                      (execution == "CALCULATED" && last_quantity && last_quantity->is_positive());
  if (!traded) return std::optional<FillRow>{};
  if (trade < 0 || !last_quantity || !last_price || !last_quantity->is_positive() ||
      !last_price->is_positive())
    return wrong("t, l or L", "says no trade");
  FillRow fill;
  fill.key = row.key;
  auto& report = fill.report;
  report.symbol = row.report.symbol;
  report.id = row.report.id;
  report.venue_id = row.report.venue_id;
  report.trade_id = TradeId{std::to_string(trade)};
  report.side = row.report.side;
  report.price = Price{*last_price};
  report.quantity = Quantity{*last_quantity};
  if (fee && !fee_asset.empty() && Asset::fits(fee_asset)) {
    report.fee = *fee;
    report.fee_asset = Asset{fee_asset};
  }
  report.maker = maker;
  report.time = row.report.time;
  return std::optional<FillRow>{fill};
}

Result<OrderState> read_algo_update(const JsonObject& from, std::int64_t time_ms,
                                    const Markets& markets) {
  OrderFields fields;
  for (const auto field : from) {
    const auto is = [&](std::string_view name) { return field.name() == name; };
    Result<void> read;
    if (is("s")) read = take(field, fields.symbol);
    if (is("caid")) read = take(field, fields.client_id);
    if (is("aid")) read = take(field, fields.algo_number);
    if (is("o")) read = take(field, fields.type);
    if (is("S")) read = take(field, fields.side);
    if (is("q")) read = take(field, fields.quantity);
    if (is("p")) read = take(field, fields.price);
    if (is("tp")) read = take(field, fields.stop_price);
    if (is("X")) read = take(field, fields.algo_status);
    if (is("f")) read = take(field, fields.time_in_force);
    if (is("R")) read = take(field, fields.reduce_only);
    if (is("cp")) read = take(field, fields.close_position);
    if (is("rm")) read = take(field, fields.failed_why);
    if (is("ai")) fields.child = field.number().value_or(field.text().value_or(std::string_view{}));
    if (!read) return pass(read);
  }
  if (fields.child == "0") fields.child = {};
  fields.updated = time_ms;
  auto state = fields.order(markets, nullptr);
  if (!state) return state;
  if (!state->row.described) return wrong("X, o or S", "is missing");
  auto& report = state->row.report;
  if (state->algo == AlgoState::rejected || state->algo == AlgoState::expired) {
    report.refusal = state->algo == AlgoState::rejected ? Refusal::other : Refusal::none;
    report.detail = shown(fields.failed_why);
  }
  return state;
}

}  // namespace signalbox::binanceusdm
