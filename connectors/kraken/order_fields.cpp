#include "connectors/kraken/order_fields.hpp"

#include <string>

#include "connectors/kit/verdict.hpp"
#include "connectors/kraken/words.hpp"

namespace signalbox::kraken {
namespace {

using kit::take;

tl::unexpected<Error> wrong(std::string_view name, std::string_view what) {
  return failed(Fault::bad_input, "\"" + std::string{name} + "\" " + std::string{what});
}

std::optional<Price> price_or_none(const std::optional<Decimal>& value) {
  return value && value->is_positive() ? std::optional{Price{*value}} : std::nullopt;
}

/// A pending, queued or fired order says so in its flags of many meanings.
bool has_fired(std::string_view misc) {
  return misc.find("stopped") != misc.npos || misc.find("touched") != misc.npos;
}

}  // namespace

Result<void> OrderFields::read(const JsonObject& from) {
  for (const auto field : from)
    if (auto read = read_field(field); !read) return read;
  return {};
}

Result<void> OrderFields::read_field(JsonValue field) {
  const auto is = [&](std::string_view word) { return field.name() == word; };
  if (is("cl_ord_id")) return take(field, client_id);
  if (is("refid")) return take(field, parent_id);
  if (is("status")) return take(field, status);
  if (is("reason")) return take(field, reason);
  if (is("misc")) return take(field, misc);
  if (is("oflags")) return take(field, flags);
  if (is("vol")) return take_amount(field, quantity);
  if (is("vol_exec")) return take_amount(field, executed);
  if (is("cost")) return take_amount(field, cost);
  if (is("price")) return take_amount(field, average);
  if (is("stopprice")) return take_amount(field, stop_price);
  if (is("limitprice")) return take_amount(field, limit_price);
  if (is("opentm")) return take_seconds(field, opened);
  if (is("closetm")) return take_seconds(field, closed);
  if (is("fee")) {
    if (const auto text = field.text()) fee_text = *text;
    return take_signed(field, fee);
  }
  if (is("descr")) {
    const auto description = field.object();
    return description ? read_description(*description)
                       : Result<void>{wrong("descr", "is missing")};
  }
  return {};
}

Result<void> OrderFields::read_description(const JsonObject& from) {
  for (const auto field : from) {
    const auto is = [&](std::string_view word) { return field.name() == word; };
    Result<void> read;
    if (is("pair")) read = take(field, pair);
    if (is("type")) read = take(field, side);
    if (is("ordertype")) read = take(field, order_type);
    if (is("price")) read = take_price(field, price);
    if (is("price2")) read = take_price(field, price2);
    if (!read) return read;
  }
  return {};
}

std::optional<Decimal> OrderFields::limit() const {
  const auto kind = kind_of(order_type);
  if (!kind || !kit::has_limit_price(*kind)) return std::nullopt;
  const auto said = unless_zero(kit::is_conditional(*kind) ? price2 : price);
  return said ? said : unless_zero(limit_price);
}

std::optional<Decimal> OrderFields::trigger() const {
  const auto kind = kind_of(order_type);
  if (!kind || !kit::is_conditional(*kind)) return std::nullopt;
  const auto said = unless_zero(price);
  return said ? said : unless_zero(stop_price);
}

Result<OrderRow> OrderFields::row(const Markets& markets) const {
  if (pair.empty()) return wrong("pair", "is missing");
  const auto* market = markets.find_any(pair);
  if (!market) return failed(Fault::not_found, "order: a pair that is not loaded");
  if (order_id.empty() || !VenueOrderId::fits(order_id)) return wrong("order id", "is missing");
  const auto side_word = side_of(side);
  if (!side_word) return wrong("type", "is unknown");
  const auto kind = kind_of(order_type);
  if (!kind) return wrong("ordertype", "is unknown");
  if (status.empty()) return wrong("status", "is missing");
  if (!quantity) return wrong("vol", "is missing");

  OrderRow row;
  row.key = {market->index, VenueOrderId{order_id}};
  auto& report = row.report;
  report.symbol = market->instrument.symbol;
  report.venue_id = row.key.id;
  kit::set_client_id(report, client_id);
  if (VenueOrderId::fits(parent_id)) report.parent_id = VenueOrderId{parent_id};
  report.side = *side_word;
  report.kind = *kind;
  report.quantity = Quantity{*quantity};
  report.filled = Quantity{executed.value_or(Decimal{})};
  // Of an amount of money nobody can say how much base it will be: what has filled is all we know.
  if (flags.find("viqc") != flags.npos) report.quantity = report.filled;
  const auto read = read_status(status, reason, report.filled.is_positive());
  report.status = read.status;
  report.refusal = read.refusal;
  if (!read.known)
    report.detail = kit::shown("unknown status " + std::string{status});
  else if (!reason.empty())
    report.detail = kit::shown(reason);
  report.price = price_or_none(limit());
  report.trigger_price = price_or_none(trigger());
  report.triggered =
      kit::is_conditional(*kind) &&
      (report.filled.is_positive() || has_fired(misc) || report.status == OrderStatus::filled);
  report.time = closed == WallTime{} ? opened : closed;
  return row;
}

Result<void> TradeFields::read(const JsonObject& from) {
  for (const auto field : from) {
    const auto is = [&](std::string_view word) { return field.name() == word; };
    Result<void> read;
    if (is("ordertxid")) read = take(field, order_id);
    if (is("pair")) read = take(field, pair);
    if (is("type")) read = take(field, side);
    if (is("price")) read = take_amount(field, price);
    if (is("vol")) read = take_amount(field, quantity);
    if (is("cost")) read = take_amount(field, cost);
    if (is("fee")) read = take_signed(field, fee);
    if (is("time")) read = take_seconds(field, time);
    if (is("maker")) read = take(field, maker);
    if (!read) return read;
  }
  return {};
}

Result<FillRow> TradeFields::row(const Markets& markets) const {
  const auto* market = markets.find_any(pair);
  if (!market) return failed(Fault::not_found, "trade: a pair that is not loaded");
  const auto side_word = side_of(side);
  if (order_id.empty() || !VenueOrderId::fits(order_id)) return wrong("ordertxid", "is missing");
  if (trade_id.empty() || !TradeId::fits(trade_id)) return wrong("trade id", "is missing");
  if (!side_word) return wrong("type", "is unknown");
  if (!price || !quantity || !price->is_positive() || !quantity->is_positive())
    return wrong("price or vol", "says no trade");
  FillRow row;
  row.key = {market->index, VenueOrderId{order_id}};
  auto& report = row.report;
  report.symbol = market->instrument.symbol;
  report.venue_id = row.key.id;
  report.trade_id = TradeId{trade_id};
  report.side = *side_word;
  report.price = Price{*price};
  report.quantity = Quantity{*quantity};
  report.maker = maker;
  report.time = time;
  // The answer does not name the currency: it is the quote's unless an order asked for the base,
  // which none of ours does.
  if (fee) {
    report.fee = *fee;
    report.fee_asset = market->instrument.quote;
  }
  return row;
}

}  // namespace signalbox::kraken
