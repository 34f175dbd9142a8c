#include "connectors/kraken/known_orders.hpp"

#include <string>

#include "connectors/kit/verdict.hpp"
#include "connectors/kraken/words.hpp"

namespace signalbox::kraken {
namespace {

tl::unexpected<Error> wrong(std::string_view name, std::string_view what) {
  return failed(Fault::bad_input, "execution: \"" + std::string{name} + "\" " + std::string{what});
}

void set_if(std::optional<Price>& to, const std::optional<Decimal>& from) {
  if (from && from->is_positive()) to = Price{*from};
}

}  // namespace

const OrderRow* KnownOrders::find(const VenueOrderId& id) const {
  const auto found = orders_.find(id);
  return found == orders_.end() ? nullptr : &found->second;
}

void KnownOrders::learn(const OrderRow& row) {
  const auto [at, added] = orders_.insert_or_assign(row.key.id, row);
  if (!added) return;
  by_age_.push_back(at->first);
  // Those that live are looked at again later; with nothing but living ones the oldest goes.
  for (std::size_t tries = by_age_.size(); orders_.size() > orders_max && tries > 0; --tries) {
    const auto oldest = by_age_.front();
    by_age_.pop_front();
    const bool lives = !is_terminal(orders_.at(oldest).report.status);
    if (lives && tries > 1)
      by_age_.push_back(oldest);
    else
      orders_.erase(oldest);
  }
}

Result<KnownOrders::Heard> KnownOrders::hear(const ExecutionFields& event) {
  const VenueOrderId id{event.order_id};
  const auto* known = find(id);
  Heard heard;
  const bool whole = !event.symbol.empty() && !event.side.empty();
  if (!known && !whole) {
    heard.stranger = id;
    return heard;
  }
  const auto row = merged(event, known);
  if (!row) return pass(row);
  if (event.is_trade()) {
    auto fill = fill_of(event, *row);
    if (!fill) return pass(fill);
    heard.fill = *fill;
  }
  // A trade alone, as the first picture tells old ones, does not describe its order.
  if (!known && (!event.quantity || event.order_type.empty())) {
    if (!event.is_trade()) heard.stranger = id;
    return heard;
  }
  learn(*row);
  heard.order = *row;
  return heard;
}

Result<OrderRow> KnownOrders::merged(const ExecutionFields& event, const OrderRow* known) const {
  OrderRow row = known ? *known : OrderRow{};
  auto& report = row.report;
  if (!event.symbol.empty()) {
    const auto* market = markets_.find_any(event.symbol);
    if (!market) return failed(Fault::not_found, "execution: a pair that is not loaded");
    row.key = {market->index, VenueOrderId{event.order_id}};
    report.symbol = market->instrument.symbol;
  }
  report.venue_id = row.key.id;
  if (!event.client_id.empty()) kit::set_client_id(report, event.client_id);
  if (!event.parent_id.empty() && VenueOrderId::fits(event.parent_id))
    report.parent_id = VenueOrderId{event.parent_id};
  if (!event.side.empty()) {
    const auto side = side_of(event.side);
    if (!side) return wrong("side", "is unknown");
    report.side = *side;
  }
  if (!event.order_type.empty()) {
    const auto kind = kind_of(event.order_type);
    if (!kind) return wrong("order_type", "is unknown");
    report.kind = *kind;
  }
  if (event.quantity) report.quantity = Quantity{*event.quantity};
  if (event.filled) report.filled = Quantity{*event.filled};
  set_if(report.price, event.limit);
  set_if(report.trigger_price, event.trigger);
  if (event.triggered) report.triggered = *event.triggered;
  if (kit::is_conditional(report.kind) && report.filled.is_positive()) report.triggered = true;
  if (!event.status.empty()) {
    const auto read = read_status(event.status, event.reason, report.filled.is_positive());
    // An answer may have told the end before the stream tells the middle.
    if (!is_terminal(report.status) || is_terminal(read.status)) report.status = read.status;
    report.refusal = read.refusal;
    if (!read.known) report.detail = kit::shown("unknown status " + std::string{event.status});
  }
  if (!event.reason.empty()) report.detail = kit::shown(event.reason);
  if (event.time != WallTime{}) report.time = event.time;
  return row;
}

Result<FillRow> KnownOrders::fill_of(const ExecutionFields& event, const OrderRow& order) const {
  if (event.trade_id.empty() || !TradeId::fits(event.trade_id))
    return wrong("exec_id", "is missing");
  if (!event.last_price || !event.last_quantity || !event.last_price->is_positive() ||
      !event.last_quantity->is_positive())
    return wrong("last_price or last_qty", "says no trade");
  FillRow row;
  row.key = order.key;
  auto& report = row.report;
  report.symbol = order.report.symbol;
  report.id = order.report.id;
  report.venue_id = order.key.id;
  report.trade_id = TradeId{event.trade_id};
  report.side = order.report.side;
  report.price = Price{*event.last_price};
  report.quantity = Quantity{*event.last_quantity};
  report.maker = event.liquidity == "m";
  report.time = event.time;
  const auto asset = common_name(event.fee_asset);
  if (event.fee && !asset.empty() && Asset::fits(asset)) {
    report.fee = *event.fee;
    report.fee_asset = Asset{asset};
  }
  return row;
}

}  // namespace signalbox::kraken
