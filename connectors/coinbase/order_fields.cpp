#include "connectors/coinbase/order_fields.hpp"

#include <algorithm>
#include <cctype>
#include <string>

#include "connectors/coinbase/collar.hpp"
#include "connectors/coinbase/errors.hpp"
#include "connectors/coinbase/fields.hpp"

namespace signalbox::coinbase {
namespace {

using kit::pass;
using kit::take;

constexpr std::string_view target_suffix = "-tp";

tl::unexpected<Error> wrong(std::string_view name, std::string_view what) {
  return failed(Fault::bad_input, "\"" + std::string{name} + "\" " + std::string{what});
}

std::optional<Price> price_or_none(const std::optional<Decimal>& value) {
  if (!value || value->is_zero()) return std::nullopt;
  return Price{*value};
}

std::optional<Side> side_of(std::string_view word) {
  if (word == "BUY") return Side::buy;
  if (word == "SELL") return Side::sell;
  return std::nullopt;
}

std::optional<TimeInForce> tif_of(std::string_view word) {
  if (word == "GOOD_UNTIL_CANCELLED") return TimeInForce::gtc;
  if (word == "IMMEDIATE_OR_CANCEL") return TimeInForce::ioc;
  if (word == "FILL_OR_KILL") return TimeInForce::fok;
  return std::nullopt;
}

/// "STOP_LIMIT" and "Stop Limit" are one word.
bool same_word(std::string_view a, std::string_view b) {
  const auto plain = [](char c) {
    return c == ' ' ? '_' : static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  };
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [&](char x, char y) { return plain(x) == plain(y); });
}

}  // namespace

VenueOrderId target_id(std::string_view order_id) {
  return VenueOrderId{std::string{order_id} + std::string{target_suffix}};
}
std::string_view bracket_of(std::string_view target) {
  if (!target.ends_with(target_suffix)) return {};
  target.remove_suffix(target_suffix.size());
  return target;
}
bool is_venue_id(std::string_view text) {
  return !text.empty() && text.size() <= VenueOrderId::capacity - target_suffix.size();
}
std::string_view wire_id(const VenueOrderId& id) {
  const auto bracket = bracket_of(id.view());
  return bracket.empty() ? id.view() : bracket;
}

// ---- orders ----

Result<void> OrderFields::read(const JsonObject& from) {
  for (const auto field : from)
    if (auto read = read_field(field); !read) return read;
  return {};
}

Result<void> OrderFields::read_configuration(JsonValue field) {
  const auto all = field.object();
  if (!all) return {};
  for (const auto member : *all) {
    const auto inner = member.object();
    if (!inner) continue;
    configuration = member.name();
    for (const auto each : *inner) {
      const auto named = [&](std::string_view name) { return each.name() == name; };
      Result<void> read;
      if (named("base_size")) read = take_amount(each, base_size);
      if (named("quote_size")) read = take_amount(each, quote_size);
      if (named("limit_price")) read = take_amount(each, limit_price);
      if (named("stop_price")) read = take_amount(each, stop_price);
      if (named("stop_trigger_price")) read = take_amount(each, stop_trigger_price);
      if (named("stop_direction")) stop_direction = each.text().value_or(std::string_view{});
      if (named("post_only")) take_truth(each, post_only);
      if (!read) return read;
    }
  }
  return {};
}

Result<void> OrderFields::read_field(JsonValue field) {
  const auto named = [&](std::string_view name) { return field.name() == name; };
  const auto none = [] { return Result<void>{}; };
  if (named("order_id")) return take(field, order_id);
  if (named("client_order_id")) return take(field, client_id);
  if (named("product_id")) return take(field, product);
  if (named("side") || named("order_side")) return take(field, side);
  if (named("status")) return take(field, status);
  if (named("order_type")) return take(field, type);
  if (named("time_in_force")) return take(field, time_in_force);
  if (named("trigger_status")) return take(field, trigger_status);
  if (named("reject_reason") || named("reject_Reason")) return take(field, reject_reason);
  if (named("reject_message") || named("cancel_message") || named("cancel_reason")) {
    if (const auto text = field.text(); text && !text->empty()) why = *text;
    return {};
  }
  if (named("originating_order_id")) return take(field, parent);
  if (named("attached_order_id")) return take(field, attached);
  if (named("order_configuration")) return read_configuration(field);
  if (named("limit_price")) return take_amount(field, limit_price);
  if (named("stop_price")) return take_amount(field, stop_price);
  if (named("filled_size") || named("cumulative_quantity")) return take_amount(field, filled);
  if (named("leaves_quantity")) return take_amount(field, left);
  if (named("average_filled_price") || named("avg_price")) return take_amount(field, average);
  if (named("filled_value")) return take_amount(field, value);
  if (named("total_fees")) return take_signed(field, fees);
  if (named("post_only")) return take_truth(field, post_only), none();
  if (named("size_in_quote")) return take_truth(field, in_quote), none();
  if (named("created_time") || named("creation_time")) return take_time(field, created), none();
  if (named("last_fill_time")) return take_time(field, last_fill), none();
  return {};
}

bool OrderFields::is(std::string_view kind) const { return same_word(type, kind); }

OrderKind OrderFields::kind(Side of, const Instrument& instrument) const {
  if (configuration.starts_with("market_") || (configuration.empty() && is("MARKET")))
    return OrderKind::market;
  const bool conditional =
      configuration.starts_with("stop_limit_") || (configuration.empty() && is("STOP_LIMIT"));
  if (!conditional) return OrderKind::limit;
  const auto trigger = price_or_none(stop_price);
  const auto limit = price_or_none(limit_price);
  // Without a word of the direction the limit tells: a stop's lies beyond its trigger.
  bool stop =
      trigger && limit ? (of == Side::sell ? *limit <= *trigger : *limit >= *trigger) : true;
  if (stop_direction == "STOP_DIRECTION_STOP_UP") stop = of == Side::buy;
  if (stop_direction == "STOP_DIRECTION_STOP_DOWN") stop = of == Side::sell;
  const bool collared = trigger && limit && collar(*trigger, of, instrument) == limit;
  if (stop) return collared ? OrderKind::stop_market : OrderKind::stop_limit;
  return collared ? OrderKind::take_profit_market : OrderKind::take_profit_limit;
}

OrderStatus OrderFields::own_status() const {
  const bool some = filled && filled->is_positive();
  if (status == "FILLED") return OrderStatus::filled;
  if (status == "CANCELLED") return OrderStatus::cancelled;
  if (status == "EXPIRED") return OrderStatus::expired;
  if (status == "FAILED") return OrderStatus::rejected;
  // Attached to an entry that has not filled: it waits.
  if ((status == "PENDING" || status == "QUEUED") && !parent.empty()) return OrderStatus::pending;
  // OPEN, and everything under way: CANCEL_QUEUED and EDIT_QUEUED may still be filled.
  return some ? OrderStatus::partially_filled : OrderStatus::working;
}

Result<ReadOrder> OrderFields::order(const Markets& markets) const {
  if (product.empty()) return wrong("product_id", "is missing");
  const auto* market = find_loaded(markets, product);
  if (!market) return failed(Fault::not_found, "order: a product that is not loaded");
  return order(*market);
}

Result<ReadOrder> OrderFields::order(const Market& market) const {
  if (!is_venue_id(order_id)) return wrong("order_id", "is missing");
  const auto of = side_of(side);
  if (!of) return wrong("side", "is unknown");
  if (status.empty()) return wrong("status", "is missing");

  OrderRow row;
  row.key = {market.index, VenueOrderId{order_id}};
  auto& report = row.report;
  report.symbol = market.instrument.symbol;
  report.venue_id = row.key.id;
  kit::set_client_id(report, client_id);
  if (VenueOrderId::fits(parent)) report.parent_id = VenueOrderId{parent};
  report.status = own_status();
  if (report.status == OrderStatus::rejected || report.status == OrderStatus::expired)
    report.refusal = refusal_of(reject_reason);
  report.detail = kit::shown(!why.empty() ? why : says_nothing(reject_reason) ? "" : reject_reason);
  if (says_nothing(status)) report.detail = kit::shown(status);
  report.side = *of;
  report.kind = kind(*of, market.instrument);
  report.filled = Quantity{filled.value_or(Decimal{})};
  // Of an amount of money nobody can say how much base it will be: what has filled is all we know.
  const bool sized_in_quote = in_quote.value_or(false) || (quote_size && !base_size);
  if (base_size)
    report.quantity = Quantity{*base_size};
  else
    report.quantity =
        Quantity{report.filled.decimal() + (sized_in_quote ? Decimal{} : left.value_or(Decimal{}))};
  if (kit::has_limit_price(report.kind)) report.price = price_or_none(limit_price);
  if (kit::is_conditional(report.kind)) {
    report.trigger_price = price_or_none(stop_price);
    report.triggered = trigger_status == "STOP_TRIGGERED" || report.filled.is_positive();
  }
  report.time = last_fill == WallTime{} ? created : std::max(created, last_fill);

  ReadOrder read{.is_bracket = configuration.starts_with("trigger_bracket_") ||
                               (configuration.empty() && is("BRACKET")),
                 .parent = parent,
                 .attached = attached};
  if (read.is_bracket)
    read.rows = bracket(row);
  else
    read.rows.push_back(row);
  auto& details = read.details;
  details.created = created;
  if (const auto price = price_or_none(average)) details.average = price->decimal();
  details.cost = value;
  details.time_in_force = tif_of(time_in_force);
  details.post_only = post_only.value_or(false);
  details.fee = fees;
  details.fee_asset = market.instrument.quote;
  return read;
}

/// It rests as its target. When the stop fires with nothing filled, it moves there; once the target
/// has filled in part it never does, so from the first fill on only one of the two stands.
Bounded<OrderRow, 2> OrderFields::bracket(const OrderRow& whole) const {
  const bool fired = trigger_status == "STOP_TRIGGERED";
  const bool some = whole.report.filled.is_positive();
  OrderRow stop = whole, target = whole;
  stop.report.kind = OrderKind::stop_market;
  stop.report.price.reset();
  stop.report.trigger_price = price_or_none(stop_trigger_price ? stop_trigger_price : stop_price);
  stop.report.triggered = fired;
  target.report.kind = OrderKind::limit;
  target.report.price = price_or_none(limit_price);
  target.report.trigger_price.reset();
  target.report.triggered = false;
  target.key.id = target_id(order_id);
  target.report.venue_id = target.key.id;
  auto& idle = fired ? target.report : stop.report;
  idle.filled = {};
  if (fired || some || whole.report.status == OrderStatus::filled) {
    idle.status = OrderStatus::cancelled;
    idle.refusal = Refusal::none;
  }
  return {stop, target};
}

// ---- fills ----

Result<void> FillFields::read(const JsonObject& from) {
  for (const auto field : from)
    if (auto read = read_field(field); !read) return read;
  return {};
}

Result<void> FillFields::read_field(JsonValue field) {
  const auto named = [&](std::string_view name) { return field.name() == name; };
  if (named("entry_id")) return take(field, entry_id);
  if (named("trade_id")) return take(field, trade_id);
  if (named("order_id")) return take(field, order_id);
  if (named("product_id")) return take(field, product);
  if (named("side")) return take(field, side);
  if (named("trade_type")) return take(field, type);
  if (named("liquidity_indicator")) return take(field, liquidity);
  if (named("price")) return take_amount(field, price);
  if (named("size")) return take_amount(field, size);
  if (named("commission")) return take_signed(field, commission);
  if (named("size_in_quote")) take_truth(field, in_quote);
  if (named("trade_time")) take_time(field, time);
  return {};
}

Result<std::optional<FillRow>> FillFields::row(const Market& market) const {
  if (type == "REVERSAL" || type == "CORRECTION") return std::optional<FillRow>{};
  if (!is_venue_id(order_id)) return wrong("order_id", "is missing");
  if (trade_id.empty() || !TradeId::fits(trade_id)) return wrong("trade_id", "is missing");
  const auto of = side_of(side);
  if (!of) return wrong("side", "is unknown");
  if (!price || !size || !price->is_positive() || !size->is_positive())
    return wrong("price or size", "says no trade");
  auto base = *size;
  if (in_quote.value_or(false)) {
    const auto shared = Decimal::div(*size, *price, Rounding::half_even);
    const auto on_lot = shared ? Decimal::to_step(*shared, market.instrument.lot_size.decimal(),
                                                  Rounding::half_even)
                               : shared;
    if (!on_lot || !on_lot->is_positive()) return wrong("size", "is no amount of base");
    base = *on_lot;
  }
  FillRow row;
  row.key = {market.index, VenueOrderId{order_id}};
  auto& report = row.report;
  report.symbol = market.instrument.symbol;
  report.venue_id = row.key.id;
  report.trade_id = TradeId{trade_id};
  report.side = *of;
  report.price = Price{*price};
  report.quantity = Quantity{base};
  report.maker = liquidity == "MAKER";
  report.time = time;
  if (commission) {
    report.fee = *commission;
    report.fee_asset = market.instrument.quote;
  }
  return std::optional{row};
}

}  // namespace signalbox::coinbase
