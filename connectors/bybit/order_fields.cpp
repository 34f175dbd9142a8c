#include "connectors/bybit/order_fields.hpp"

#include <string>

#include "connectors/bybit/words.hpp"
#include "connectors/kit/verdict.hpp"
#include "messages/ids.hpp"

namespace signalbox::bybit {
namespace {

tl::unexpected<Error> wrong(std::string_view name, std::string_view what) {
  return failed(Fault::bad_input, "\"" + std::string{name} + "\" " + std::string{what});
}

std::optional<Price> price_or_none(const std::optional<Decimal>& value) {
  if (!value || value->is_zero()) return std::nullopt;
  return Price{*value};
}

int trigger_side(const OrderFields& fields) {
  if (!fields.trigger_price || !fields.made_at || fields.made_at->is_zero()) return 0;
  return *fields.trigger_price < *fields.made_at ? -1 : 1;
}

/// What is not said of a conditional spot order is in its id when it is ours.
int trigger_side_by_leg(std::string_view link_id, Side side) {
  const auto parsed = parse_client_order_id(link_id);
  if (!parsed) return 0;
  const bool stop = parsed->leg.kind == LegKind::stop;
  if (!stop && parsed->leg.kind != LegKind::target) return 0;
  return (side == Side::sell) == stop ? -1 : 1;
}

}  // namespace

Result<void> OrderFields::read(const JsonObject& from) {
  for (const auto field : from)
    if (auto read = read_field(field); !read) return read;
  return {};
}

Result<void> OrderFields::read_field(JsonValue field) {
  const auto is = [&](std::string_view word) { return field.name() == word; };
  if (is("category")) return take(field, category);
  if (is("symbol")) return take(field, name);
  if (is("orderId")) return take(field, order_id);
  if (is("orderLinkId")) return take(field, link_id);
  if (is("parentOrderLinkId")) return take(field, parent_link_id);
  if (is("side")) return take(field, side);
  if (is("orderType")) return take(field, order_type);
  if (is("stopOrderType")) return take(field, stop_order_type);
  if (is("createType")) return take(field, create_type);
  if (is("timeInForce")) return take(field, time_in_force);
  if (is("orderStatus")) return take(field, status);
  if (is("rejectReason")) return take(field, reject_reason);
  if (is("cancelType")) return take(field, cancel_type);
  if (is("price")) return take_amount(field, price);
  if (is("qty")) return take_amount(field, quantity);
  if (is("leavesQty")) return take_amount(field, left);
  if (is("cumExecQty")) return take_amount(field, executed);
  if (is("cumExecValue")) return take_amount(field, executed_value);
  if (is("avgPrice")) return take_amount(field, average);
  if (is("triggerPrice")) return take_amount(field, trigger_price);
  if (is("takeProfit")) return take_amount(field, take_profit);
  if (is("stopLoss")) return take_amount(field, stop_loss);
  if (is("lastPriceOnCreated")) return take_amount(field, made_at);
  if (is("triggerDirection")) return take_whole(field, trigger_direction);
  if (is("positionIdx")) return take_whole(field, position_index);
  if (is("createdTime")) return take_whole(field, created);
  if (is("updatedTime")) return take_whole(field, updated);
  if (is("reduceOnly")) return take(field, reduce_only);
  if (is("marketUnit")) {
    in_quote = field.text() == "quoteCoin";
    return {};
  }
  return {};
}

Result<OrderRow> OrderFields::row(const Markets& markets, Category of) const {
  const auto* market = find(markets, of, name);
  if (name.empty()) return wrong("symbol", "is missing");
  if (!market) return failed(Fault::not_found, "order: an instrument that is not loaded");
  if (order_id.empty() || !VenueOrderId::fits(order_id)) return wrong("orderId", "is missing");
  const auto side_word = side_of(side);
  if (!side_word) return wrong("side", "is unknown");
  if (status.empty()) return wrong("orderStatus", "is missing");
  if (!quantity) return wrong("qty", "is missing");
  const auto guess = trigger_side(*this);
  const auto kind =
      kind_of({.order_type = order_type,
               .stop_order_type = stop_order_type,
               .has_trigger_price = unless_zero(trigger_price).has_value(),
               .side = *side_word,
               .trigger_direction = trigger_direction,
               .trigger_side = guess != 0 ? guess : trigger_side_by_leg(link_id, *side_word)});
  if (!kind) return wrong("orderType", "is unknown");

  OrderRow row;
  row.key = {market->index, VenueOrderId{order_id}};
  auto& report = row.report;
  report.symbol = market->instrument.symbol;
  report.venue_id = row.key.id;
  kit::set_client_id(report, link_id);
  const auto read = read_status({status, reject_reason, cancel_type});
  report.status = read.status;
  report.refusal = read.refusal;
  if (!read.known) report.detail = kit::shown("unknown status " + std::string{status});
  if (!read.why.empty()) report.detail = kit::shown(read.why);
  report.side = *side_word;
  report.kind = *kind;
  report.quantity = Quantity{*quantity};
  report.filled = Quantity{executed.value_or(Decimal{})};
  // Of an amount of money nobody can say how much base it will be: what has filled is all we know.
  if (in_quote) report.quantity = report.filled;
  if (kit::has_limit_price(*kind)) report.price = price_or_none(price);
  if (kit::is_conditional(*kind)) {
    report.trigger_price = price_or_none(trigger_price);
    // One that was taken away unfired looks like any cancelled one.
    report.triggered =
        report.filled.is_positive() || (!read.waiting && report.status != OrderStatus::cancelled &&
                                        report.status != OrderStatus::rejected);
  }
  report.time = kit::wall_from_ms(updated ? updated : created);
  return row;
}

Result<void> ExecutionFields::read(const JsonObject& from) {
  for (const auto field : from)
    if (auto read = read_field(field); !read) return read;
  return {};
}

Result<void> ExecutionFields::read_field(JsonValue field) {
  const auto is = [&](std::string_view word) { return field.name() == word; };
  if (is("category")) return take(field, category);
  if (is("symbol")) return take(field, name);
  if (is("orderId")) return take(field, order_id);
  if (is("orderLinkId")) return take(field, link_id);
  if (is("execId")) return take(field, execution_id);
  if (is("side")) return take(field, side);
  if (is("execType")) return take(field, type);
  if (is("orderType")) return take(field, order_type);
  if (is("feeCurrency")) return take(field, fee_currency);
  if (is("execPrice")) return take_amount(field, price);
  if (is("execQty")) return take_amount(field, quantity);
  if (is("execValue")) return take_amount(field, value);
  if (is("execFee")) return take_signed(field, fee);
  if (is("feeRate")) return take_signed(field, fee_rate);
  if (is("execTime")) return take_whole(field, time);
  if (is("isMaker")) return take(field, maker);
  return {};
}

Result<std::optional<FillRow>> ExecutionFields::row(const Markets& markets, Category of) const {
  if (!is_trade()) return std::optional<FillRow>{};
  const auto* market = find(markets, of, name);
  if (!market) return failed(Fault::not_found, "execution: an instrument that is not loaded");
  const auto side_word = side_of(side);
  if (order_id.empty() || !VenueOrderId::fits(order_id)) return wrong("orderId", "is missing");
  if (execution_id.empty() || !TradeId::fits(execution_id)) return wrong("execId", "is missing");
  if (!side_word) return wrong("side", "is unknown");
  if (!price || !quantity || !price->is_positive() || !quantity->is_positive())
    return wrong("execPrice or execQty", "says no trade");
  FillRow row;
  row.key = {market->index, VenueOrderId{order_id}};
  auto& report = row.report;
  report.symbol = market->instrument.symbol;
  report.id = kit::own_client_id(link_id);
  report.venue_id = row.key.id;
  report.trade_id = TradeId{execution_id};
  report.side = *side_word;
  report.price = Price{*price};
  report.quantity = Quantity{*quantity};
  report.maker = maker;
  report.time = kit::wall_from_ms(time);
  if (!fee) return std::optional{row};
  // Derivatives leave the currency out: it is what they settle in. On spot a fee is taken from what
  // was bought, except a maker's rebate.
  auto asset = market->settle;
  if (of == Category::spot) {
    const bool in_base = (*side_word == Side::buy) == !fee->is_negative();
    asset = in_base ? market->instrument.base : market->instrument.quote;
  }
  if (!fee_currency.empty()) asset = Asset::fits(fee_currency) ? Asset{fee_currency} : Asset{};
  if (!asset.empty()) {
    report.fee = *fee;
    report.fee_asset = asset;
  }
  return std::optional{row};
}

}  // namespace signalbox::bybit
