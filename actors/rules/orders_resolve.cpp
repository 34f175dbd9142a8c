// An operator's evidence for an order whose fate nobody here knows.
#include <algorithm>

#include "actors/rules/orders.hpp"

namespace signalbox {
namespace {

/// The trade id of what an operator says was traded: replay tells it from the venue's by this.
constexpr std::string_view resolved_trade = "resolved";

}  // namespace

std::optional<Orders::NotResolved> Orders::resolve(const Resolve& evidence, Now now,
                                                   OrdersOut& out) {
  const auto no = [](Reason reason, std::string_view field, std::string_view detail) {
    return NotResolved{reason, field, Detail{detail}};
  };
  Order* order = find_by(evidence.order, {});
  if (order == nullptr) return no(Reason::not_found, "order", "no order of ours has this id");
  if (order->state != Order::State::unknown)
    return no(Reason::fate_known, "order",
              order->live() ? name_of(stage_of(*order)) : std::string_view{"it is over"});
  if (now.mono < window_end(*order))
    return no(Reason::too_early, "order", "the venue may still take it");

  if (evidence.found == Evidence::absent) {
    if (evidence.filled || order->filled.is_positive())
      return no(Reason::bad_field, "found", "what has traded was not absent: it is `ended`");
    out.records.push_back(AbsentRecord{order->spec.id, true});
    end(*order, LegEnd::absent, Refusal::none, now, out);
    return std::nullopt;
  }

  const Quantity filled = evidence.filled.value_or(order->filled);
  if (filled < order->filled || filled > order->spec.quantity)
    return no(Reason::bad_field, "filled", "between what is known to have traded and the order's");
  if (filled > order->filled) {
    if (!evidence.price || !evidence.price->is_positive())
      return no(Reason::bad_field, "price", "what it traded at");
    const FillReport fill{.symbol = order->symbol,
                          .id = order->spec.id,
                          .venue_id = order->venue_id,
                          .trade_id = TradeId{resolved_trade},
                          .side = order->spec.side,
                          .price = *evidence.price,
                          .quantity = filled - order->filled,
                          .fee = std::nullopt,
                          .fee_asset = {},
                          .time = now.wall};
    static_cast<void>(apply(*order, fill, now, out));
  }
  order->again_open = false;  // its window has passed
  OrderReport over{.symbol = order->symbol,
                   .id = order->spec.id,
                   .venue_id = order->venue_id,
                   .side = order->spec.side,
                   .kind = order->spec.kind,
                   .quantity = order->spec.quantity,
                   .filled = filled,
                   .detail = Detail{"as an operator found out"},
                   .time = now.wall};
  over.status = filled == order->spec.quantity ? OrderStatus::filled : OrderStatus::cancelled;
  apply(*order, over, now, out);
  return std::nullopt;
}

Quantity Orders::untold(Order& order, const FillReport& fill) {
  if (fill.trade_id.view() == resolved_trade) {
    order.resolved = fill.quantity;
    return fill.quantity;
  }
  const Quantity told = std::min(order.resolved, fill.quantity);
  order.resolved -= told;
  return fill.quantity - told;
}

}  // namespace signalbox
