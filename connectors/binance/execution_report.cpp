#include "connectors/binance/execution_report.hpp"

#include "connectors/binance/checks.hpp"
#include "connectors/binance/errors.hpp"
#include "connectors/kit/take.hpp"

namespace signalbox::binance {
namespace {

tl::unexpected<Error> wrong(std::string_view name, std::string_view what) {
  return failed(Fault::bad_input,
                "executionReport: \"" + std::string{name} + "\" " + std::string{what});
}

std::optional<Price> price_or_none(const std::optional<Decimal>& value) {
  if (!value || value->is_zero()) return std::nullopt;
  return Price{*value};
}

/// A rejected order, or a held leg that the venue would not activate.
Refusal refusal_of(std::string_view why) {
  const auto says = [&](std::string_view word) { return why.find(word) != why.npos; };
  if (why.empty() || why == "NONE") return Refusal::none;
  if (says("INSUFFICIENT") || says("BALANCE")) return Refusal::insufficient_funds;
  if (says("OCO_TRIGGER") || says("UNFILLED") || says("OTO_PHASE")) return Refusal::none;
  return Refusal::other;
}

}  // namespace

Result<void> ExecutionReport::read(const JsonObject& from) {
  for (const auto field : from)
    if (auto read = read_field(field); !read) return read;
  return {};
}

Result<void> ExecutionReport::read_field(JsonValue field) {
  const auto name = field.name();
  if (name == "eR") return take(field, expiry_reason);
  if (name.size() != 1) return {};
  switch (name[0]) {
    case 's': return take(field, symbol);
    case 'c': return take(field, client_id);
    case 'C': return take(field, original_id);
    case 'S': return take(field, side);
    case 'o': return take(field, type);
    case 'q': return take(field, quantity);
    case 'p': return take(field, price);
    case 'P': return take(field, stop_price);
    case 'g': return take(field, list);
    case 'x': return take(field, execution);
    case 'X': return take(field, status);
    case 'r': return take(field, reason);
    case 'i': return take(field, number);
    case 'l': return take(field, last_quantity);
    case 'L': return take(field, last_price);
    case 'z': return take(field, filled);
    case 'n': return field.is_null() ? Result<void>{} : take(field, fee);
    case 'N': return take(field, fee_asset);
    case 't': return take(field, trade);
    case 'T': return take(field, time);
    case 'w': return take(field, on_book);
    case 'm': return take(field, maker);
    default: return {};
  }
}

Result<OrderRow> ExecutionReport::row(const Markets& markets) const {
  const auto* market = markets.find_wire(symbol);
  if (symbol.empty()) return wrong("s", "is missing");
  if (!market) return failed(Fault::not_found, "executionReport: a symbol that is not loaded");
  if (number < 0) return wrong("i", "is missing");
  const auto kind = kind_of(type);
  const auto side_word = side_of(side);
  const auto status_word = status_of(status);
  if (!kind) return wrong("o", "is unknown");
  if (!side_word) return wrong("S", "is unknown");
  if (status.empty()) return wrong("X", "is missing");
  if (!quantity || !filled) return wrong("q or z", "is missing");

  OrderRow row;
  row.key = {market->index, venue_order_id(number)};
  auto& report = row.report;
  report.symbol = market->instrument.symbol;
  report.venue_id = row.key.id;
  if (list >= 0) report.parent_id = venue_order_id(list);
  // When an order is cancelled or replaced, `c` is the id of that, and ours is in `C`.
  set_client_id(report, original_id.empty() ? client_id : original_id);
  report.kind = *kind;
  report.side = *side_word;
  report.status = status_word.value_or(OrderStatus::working);
  if (!status_word) report.detail = shown("unknown status " + std::string{status});
  report.quantity = Quantity{*quantity};
  report.filled = Quantity{*filled};
  if (has_limit_price(*kind)) report.price = price_or_none(price);
  if (is_conditional(*kind)) {
    report.trigger_price = price_or_none(stop_price);
    report.triggered = on_book || report.filled.is_positive();
  }
  if (report.status == OrderStatus::rejected || report.status == OrderStatus::expired) {
    const auto why = expiry_reason.empty() && reason != "NONE" ? reason : expiry_reason;
    report.refusal = refusal_of(why);
    if (!why.empty()) report.detail = shown(why);
  }
  report.time = wall_from_ms(time);
  return row;
}

Result<std::optional<FillRow>> ExecutionReport::fill(const OrderRow& row) const {
  if (execution != "TRADE") return std::optional<FillRow>{};
  if (trade < 0 || !last_quantity || !last_price || !last_quantity->is_positive() ||
      !last_price->is_positive())
    return wrong("t, l or L", "says no trade");
  FillRow fill;
  fill.key = row.key;
  fill.report.symbol = row.report.symbol;
  fill.report.id = row.report.id;
  fill.report.venue_id = row.report.venue_id;
  fill.report.trade_id = trade_id(trade);
  fill.report.side = row.report.side;
  fill.report.price = Price{*last_price};
  fill.report.quantity = Quantity{*last_quantity};
  if (fee && !fee_asset.empty() && Asset::fits(fee_asset)) {
    fill.report.fee = *fee;
    fill.report.fee_asset = Asset{fee_asset};
  } else if (fee && fee->is_zero()) {
    fill.report.fee = *fee;  // nothing was charged, so no asset is named
  }
  fill.report.maker = maker;
  fill.report.time = row.report.time;
  return std::optional<FillRow>{fill};
}

}  // namespace signalbox::binance
