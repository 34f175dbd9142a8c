#include "connectors/binance/order_fields.hpp"

#include "connectors/binance/checks.hpp"
#include "connectors/binance/errors.hpp"
#include "connectors/kit/take.hpp"

namespace signalbox::binance {
namespace {

constexpr std::size_t fills_max = 10'000;  // in one answer

tl::unexpected<Error> wrong(std::string_view name, std::string_view what) {
  return failed(Fault::bad_input, "order: \"" + std::string{name} + "\" " + std::string{what});
}

std::optional<Price> price_or_none(const std::optional<Decimal>& value) {
  if (!value || value->is_zero()) return std::nullopt;
  return Price{*value};
}

/// Orders of long ago say -1 where nobody knows any more.
Result<void> take_if_known(JsonValue field, std::optional<Decimal>& into) {
  const auto text = field.text();
  return text && text->starts_with('-') ? Result<void>{} : take(field, into);
}

/// One trade inside an order's answer: what is common to all of them the order says.
Result<FillRow> read_fill(const JsonObject& object) {
  const auto price = amount(object, "price");
  const auto quantity = amount(object, "qty");
  const auto fee = json_decimal_if(object, "commission");
  const auto asset = json_text_if(object, "commissionAsset");
  const auto trade = json_integer(object, "tradeId");
  if (!price) return pass(price);
  if (!quantity) return pass(quantity);
  if (!trade) return pass(trade);
  if (!price->is_positive() || !quantity->is_positive())
    return wrong("fills", "holds an amount out of range");
  FillRow fill;
  fill.report.trade_id = trade_id(*trade);
  fill.report.price = Price{*price};
  fill.report.quantity = Quantity{*quantity};
  if (fee && *fee && asset && *asset && Asset::fits(**asset)) {
    fill.report.fee = **fee;
    fill.report.fee_asset = Asset{**asset};
  }
  return fill;
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
  if (is("orderListId")) return take(field, list);
  if (is("clientOrderId")) return take(field, client_id);
  if (is("origClientOrderId")) return take(field, original_id);
  if (is("transactTime")) return take(field, transacted);
  if (is("updateTime")) return take(field, updated);
  if (is("time")) return take(field, created);
  if (is("workingTime")) return take(field, working_since);
  if (is("price")) return take(field, price);
  if (is("origQty") || is("qty")) return take(field, quantity);
  if (is("executedQty")) return take(field, executed);
  if (is("cummulativeQuoteQty")) return take_if_known(field, quote_filled);
  if (is("timeInForce")) return take(field, time_in_force);
  if (is("stopPrice")) return take(field, stop_price);
  if (is("status")) return take(field, status);
  if (is("type")) return take(field, type);
  if (is("side")) return take(field, side);
  if (is("expiryReason")) return take(field, expiry_reason);
  if (is("isWorking")) {
    bool working = false;
    auto read = take(field, working);
    is_working = working;
    return read;
  }
  if (is("fills")) return read_fills(field);
  return {};
}

Result<void> OrderFields::read_fills(JsonValue field) {
  const auto array = field.array();
  if (!array) return wrong("fills", "is not an array");
  for (const auto element : *array) {
    const auto object = element.object();
    if (!object) return wrong("fills", "holds no objects");
    if (fills.size() == fills_max) return wrong("fills", "is too long");
    auto fill = read_fill(*object);
    if (!fill) return pass(fill);
    fills.push_back(*fill);
  }
  return {};
}

Result<OrderRow> OrderFields::row(const Markets& markets) const {
  const auto* market = markets.find_wire(symbol);
  if (!market) return failed(Fault::not_found, "order: a symbol that is not loaded");
  if (number < 0) return wrong("orderId", "is missing");
  OrderRow row;
  row.key = {market->index, venue_order_id(number)};
  auto& report = row.report;
  report.symbol = market->instrument.symbol;
  report.venue_id = row.key.id;
  if (list >= 0) report.parent_id = venue_order_id(list);
  // A cancel has an id of its own; the order it ended is named apart.
  set_client_id(report, original_id.empty() ? client_id : original_id);
  report.time = wall_from_ms(transacted ? transacted : updated ? updated : created);
  row.described = !status.empty() && !type.empty() && !side.empty() && quantity.has_value();
  if (!row.described) return row;

  const auto status_word = status_of(status);
  const auto kind = kind_of(type);
  const auto side_word = side_of(side);
  if (!kind) return wrong("type", "is unknown");
  if (!side_word) return wrong("side", "is unknown");
  report.kind = *kind;
  report.side = *side_word;
  // It stands at the venue under a status of tomorrow: better live and named than not there.
  report.status = status_word.value_or(OrderStatus::working);
  if (!status_word) report.detail = shown("unknown status " + std::string{status});
  report.quantity = Quantity{*quantity};
  report.filled = Quantity{executed.value_or(Decimal{})};
  if (has_limit_price(*kind)) report.price = price_or_none(price);
  if (is_conditional(*kind)) {
    report.trigger_price = price_or_none(stop_price);
    report.triggered = report.filled.is_positive() || is_working.value_or(working_since > 0);
  }
  if (!expiry_reason.empty()) report.detail = shown(expiry_reason);
  return row;
}

Result<DescribedOrder> OrderFields::described(const Markets& markets) const {
  auto own = row(markets);
  if (!own) return pass(own);
  if (!own->described) return failed(Fault::bad_input, "order: not described");
  DescribedOrder order{.row = *own, .fills = fills_of(*own)};
  auto& details = order.details;
  details.created = wall_from_ms(created ? created : transacted ? transacted : updated);
  details.cost = quote_filled;
  const auto filled = own->report.filled.decimal();
  if (quote_filled && filled.is_positive())
    if (const auto average = Decimal::div(*quote_filled, filled, Rounding::half_even))
      details.average = *average;
  details.time_in_force = time_in_force_of(time_in_force);
  details.post_only = type == "LIMIT_MAKER";
  if (!original_id.empty()) details.answer_id = decltype(details.answer_id){client_id};
  return order;
}

std::vector<FillRow> OrderFields::fills_of(const OrderRow& row) const {
  auto rows = fills;
  for (auto& fill : rows) {
    fill.key = row.key;
    fill.report.symbol = row.report.symbol;
    fill.report.id = row.report.id;
    fill.report.venue_id = row.report.venue_id;
    fill.report.side = row.report.side;
    fill.report.time = row.report.time;
    // What fills before the answer comes back has taken.
    fill.report.maker = false;
  }
  return rows;
}

}  // namespace signalbox::binance
