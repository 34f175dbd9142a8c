#include "connectors/okx/order_fields.hpp"

#include <array>

#include "connectors/kit/verdict.hpp"

namespace signalbox::okx {
namespace {

using kit::OrderRow;
using kit::pass;
using kit::take;

constexpr std::size_t attached_max = 20;

tl::unexpected<Error> wrong(std::string_view name, std::string_view what) {
  return failed(Fault::bad_input, "order: \"" + std::string{name} + "\" " + std::string{what});
}

struct State {
  std::string_view word;
  OrderStatus status;
};
constexpr auto states = std::array{
    State{"live", OrderStatus::working},
    State{"partially_filled", OrderStatus::partially_filled},
    State{"filled", OrderStatus::filled},
    State{"canceled", OrderStatus::cancelled},
    State{"mmp_canceled", OrderStatus::cancelled},
};

/// Why the venue ended it: what was asked of an order and could not be had is no cancel.
struct Source {
  std::string_view number;
  OrderStatus status;
  Refusal refusal;
  std::string_view text;
};
constexpr auto sources = std::array{
    Source{"13", OrderStatus::expired, Refusal::none, "fill-or-kill could not fill"},
    Source{"14", OrderStatus::expired, Refusal::none, "the rest of an immediate order"},
    Source{"31", OrderStatus::rejected, Refusal::would_take, "post-only would have taken"},
    Source{"32", OrderStatus::expired, Refusal::none, "self-trade prevention"},
};

/// A type of tomorrow is what its price makes it: better named so than not there.
OrderKind kind_of(const OrderFields& fields) {
  const bool at_market = fields.type == "market" || fields.type == "optimal_limit_ioc";
  return at_market || !price_or_none(fields.price) ? OrderKind::market : OrderKind::limit;
}

void set_state(const OrderFields& fields, OrderReport& report) {
  report.status = OrderStatus::working;
  bool known = false;
  for (const auto& each : states)
    if (each.word == fields.state) {
      report.status = each.status;
      known = true;
    }
  if (!known) report.detail = kit::shown("unknown state " + std::string{fields.state});
  if (report.status != OrderStatus::cancelled || fields.cancel_source.empty()) return;
  report.detail = kit::shown("cancelSource " + std::string{fields.cancel_source});
  for (const auto& each : sources) {
    if (each.number != fields.cancel_source) continue;
    report.status = each.status;
    report.refusal = each.refusal;
    report.detail = Detail{each.text};
  }
}

/// A spot market order sized in quote says its size in quote: what it is in base shows when it
/// is done.
std::optional<Quantity> quantity_of(const OrderFields& fields, const Market& market) {
  const auto filled = fields.filled.value_or(Decimal{});
  if (!market.is_swap() && fields.size_currency == "quote_ccy") return Quantity{filled};
  return fields.size ? to_base(*fields.size, market) : std::nullopt;
}

Result<std::optional<kit::FillRow>> fill_of(const OrderFields& fields, const Market& market,
                                            const OrderRow& order) {
  if (fields.trade.empty() || !fields.last_size || fields.last_size->is_zero())
    return std::optional<kit::FillRow>{};
  const auto quantity = to_base(*fields.last_size, market);
  if (!quantity || !quantity->is_positive()) return wrong("fillSz", "is out of range");
  if (!fields.last_price || !fields.last_price->is_positive())
    return wrong("fillPx", "is out of range");
  if (!TradeId::fits(fields.trade)) return wrong("tradeId", "is too long");
  kit::FillRow fill;
  fill.key = order.key;
  auto& report = fill.report;
  report.symbol = order.report.symbol;
  report.id = order.report.id;
  report.venue_id = order.report.venue_id;
  report.trade_id = TradeId{fields.trade};
  report.side = order.report.side;
  report.price = Price{*fields.last_price};
  report.quantity = *quantity;
  if (fields.fill_fee && Asset::fits(fields.fill_fee_asset)) {
    // Paid is negative at the venue. A rebate is not counted as money that we have.
    report.fee = fields.fill_fee->is_negative() ? -*fields.fill_fee : Decimal{};
    report.fee_asset = Asset{fields.fill_fee_asset};
  }
  report.maker = fields.execution == "M";
  report.time = kit::wall_from_ms(fields.filled_at ? fields.filled_at : fields.updated);
  return std::optional{fill};
}

OrderRow attached_row(const OrderRow& parent, bool is_target, const ClientOrderId& id) {
  OrderRow row;
  row.key = {parent.key.market, attached_id(parent.key.id.view(), is_target)};
  auto& report = row.report;
  report.symbol = parent.report.symbol;
  report.id = id;
  report.venue_id = row.key.id;
  report.parent_id = parent.key.id;
  report.status = OrderStatus::pending;
  report.side = opposite(parent.report.side);
  report.quantity = parent.report.quantity;
  report.time = parent.report.time;
  return row;
}

void add_attached(const OrderFields& fields, PlainRow& to) {
  for (const auto& each : fields.attached) {
    if (!each.fail_code.empty() && each.fail_code != "0") to.attached_failed = true;
    const auto ids = parse_algo_client_id(each.client_id);
    const bool has_stop = each.stop_trigger.has_value();
    if (has_stop) {
      auto row = attached_row(to.order, false, ids ? ids->stop : ClientOrderId{});
      row.report.kind = each.stop_price == "-1" ? OrderKind::stop_market : OrderKind::stop_limit;
      row.report.trigger_price = price_or_none(each.stop_trigger);
      to.attached.push_back(row);
    }
    if (each.target_trigger || !each.target_price.empty()) {
      const auto id = !ids ? ClientOrderId{} : has_stop ? ids->target : ids->stop;
      auto row = attached_row(to.order, true, id);
      row.report.kind =
          each.target_kind == "limit" ? OrderKind::limit : OrderKind::take_profit_market;
      row.report.trigger_price = price_or_none(each.target_trigger);
      to.attached.push_back(row);
    }
  }
}

}  // namespace

std::optional<Side> side_of(std::string_view side) {
  if (side == "buy") return Side::buy;
  if (side == "sell") return Side::sell;
  return std::nullopt;
}

Result<void> AttachedFields::read(const JsonObject& from) {
  for (const auto field : from) {
    const auto is = [&](std::string_view name) { return field.name() == name; };
    Result<void> read;
    if (is("attachAlgoClOrdId"))
      read = take(field, client_id);
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
    else if (is("failCode"))
      read = take(field, fail_code);
    else if (is("failReason"))
      read = take(field, fail_reason);
    if (!read) return read;
  }
  return {};
}

Result<void> OrderFields::read(const JsonObject& from) {
  for (const auto field : from) {
    const auto is = [&](std::string_view name) { return field.name() == name; };
    Result<void> read;
    if (is("instId"))
      read = take(field, instrument);
    else if (is("ordId"))
      read = take(field, number);
    else if (is("clOrdId"))
      read = take(field, client_id);
    else if (is("state"))
      read = take(field, state);
    else if (is("side"))
      read = take(field, side);
    else if (is("ordType"))
      read = take(field, type);
    else if (is("posSide"))
      read = take(field, position_side);
    else if (is("tdMode"))
      read = take(field, trade_mode);
    else if (is("tgtCcy"))
      read = take(field, size_currency);
    else if (is("px"))
      read = take_number(field, price);
    else if (is("sz"))
      read = take_number(field, size);
    else if (is("accFillSz"))
      read = take_number(field, filled);
    else if (is("avgPx"))
      read = take_number(field, average);
    else if (is("fillPx"))
      read = take_number(field, last_price);
    else if (is("fillSz"))
      read = take_number(field, last_size);
    else if (is("fee"))
      read = take_number(field, fee);
    else if (is("feeCcy"))
      read = take(field, fee_asset);
    else if (is("fillFee"))
      read = take_number(field, fill_fee);
    else if (is("fillFeeCcy"))
      read = take(field, fill_fee_asset);
    else if (is("tradeId"))
      read = take(field, trade);
    else if (is("execType"))
      read = take(field, execution);
    else if (is("cancelSource"))
      read = take(field, cancel_source);
    else if (is("amendResult"))
      read = take(field, amend_result);
    else if (is("algoId"))
      read = take(field, algo);
    else if (is("algoClOrdId"))
      read = take(field, algo_client_id);
    else if (is("reduceOnly"))
      read = take_flag(field, reduce_only);
    else if (is("cTime"))
      read = take_whole(field, created);
    else if (is("uTime"))
      read = take_whole(field, updated);
    else if (is("fillTime"))
      read = take_whole(field, filled_at);
    else if (is("linkedAlgoOrd")) {
      if (const auto linked = field.object()) linked_algo = text_or_none(*linked, "algoId");
    } else if (is("attachAlgoOrds")) {
      const auto array = field.array();
      if (!array && !field.is_null()) return wrong("attachAlgoOrds", "is not an array");
      if (!array) continue;
      for (const auto element : *array) {
        const auto object = element.object();
        if (!object || attached.size() == attached_max)
          return wrong("attachAlgoOrds", "holds what it should not");
        if (read = attached.emplace_back().read(*object); !read) return read;
      }
    }
    if (!read) return read;
  }
  return {};
}

Result<PlainRow> plain_row(const OrderFields& fields, const Markets& markets) {
  const auto* market = markets.find_wire(fields.instrument);
  if (fields.instrument.empty()) return wrong("instId", "is missing");
  if (!market) return failed(Fault::not_found, "order: a symbol that is not loaded");
  if (!is_number(fields.number)) return wrong("ordId", "is missing or no number");
  if (fields.state.empty()) return wrong("state", "is missing");
  const auto side = side_of(fields.side);
  const auto kind = kind_of(fields);
  if (!side) return wrong("side", "is unknown");
  if (fields.type.empty()) return wrong("ordType", "is missing");
  const auto quantity = quantity_of(fields, *market);
  const auto filled = to_base(fields.filled.value_or(Decimal{}), *market);
  if (!quantity || quantity->is_negative()) return wrong("sz", "is missing or out of range");
  if (!filled || filled->is_negative()) return wrong("accFillSz", "is out of range");

  PlainRow row;
  row.order.key = {market->index, plain_id(fields.number)};
  auto& report = row.order.report;
  report.symbol = market->instrument.symbol;
  report.venue_id = row.order.key.id;
  kit::set_client_id(report, fields.client_id);
  report.side = *side;
  report.kind = kind;
  report.quantity = *quantity;
  report.filled = *filled;
  if (kind == OrderKind::limit) report.price = price_or_none(fields.price);
  report.time = kit::wall_from_ms(fields.updated ? fields.updated : fields.created);
  set_state(fields, report);
  // The fill that completes it may come before the state that says so, never after.
  row.algo = !fields.algo.empty() ? fields.algo : fields.linked_algo;
  if (!row.algo.empty()) {
    row.legs = parse_algo_client_id(fields.algo_client_id);
    report.parent_id = algo_id(row.algo);
    if (report.id.empty() && row.legs && row.legs->target.empty()) {
      report.id = row.legs->stop;
      report.raw_client_id = {};
    }
  }
  auto fill = fill_of(fields, *market, row.order);
  if (!fill) return pass(fill);
  row.fill = *fill;
  add_attached(fields, row);
  return row;
}

}  // namespace signalbox::okx
