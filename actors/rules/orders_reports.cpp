// What the venue says of orders: answers to requests, reports and trades, and what they end.
#include <algorithm>

#include "actors/rules/orders.hpp"
#include "messages/plant.hpp"

namespace signalbox {
namespace {

LegEnd end_of(OrderStatus status) {
  switch (status) {
    case OrderStatus::filled: return LegEnd::filled;
    case OrderStatus::expired: return LegEnd::expired;
    case OrderStatus::rejected: return LegEnd::rejected;
    default: return LegEnd::cancelled;
  }
}

OrderStage stage_of(LegEnd end) {
  switch (end) {
    case LegEnd::filled: return OrderStage::filled;
    case LegEnd::cancelled: return OrderStage::cancelled;
    case LegEnd::expired: return OrderStage::expired;
    case LegEnd::rejected: return OrderStage::rejected;
    case LegEnd::absent: break;
  }
  return OrderStage::absent;
}

}  // namespace

void Orders::on(const WriteResult& result, Now now, OrdersOut& out) {
  const auto pending = answered(result.request);
  if (!pending) return;
  if (pending->again && result.outcome != Outcome::unknown) close_again(*pending, now);
  // What the venue says of each order is a report like any other, whoever asked for it.
  for (const auto& report : result.orders) on(report, now, out);
  Order* order = find_by(pending->order, {});
  if (order == nullptr) return;

  if (pending->kind == Pending::Kind::cancel) {
    order->cancel_under_way = false;
    if (!order->live()) return;
    // Refused or unknown, a cancel is never simply repeated: it may have lost against a fill.
    // Accepted without a terminal report, the siblings may have gone too. The venue knows.
    for (Order* each : live_of(order->group)) search_again(*each, now);
    return;
  }

  // Something of ours holds what we wanted to sell, or somebody else does.
  if (result.refusal == Refusal::insufficient_funds && order->order_class != OrderClass::entry) {
    want_picture(now);
    want_funds(*order, now, out);
  }
  // An answer that settles nothing; the second sending refused says nothing about the first.
  const bool doubtful = result.outcome == Outcome::unknown ||
                        result.refusal == Refusal::duplicate_id ||
                        (result.outcome == Outcome::refused && pending->again);
  note_placed(*order, doubtful ? Outcome::unknown : result.outcome, result.refusal, result.detail,
              now, out);
  for (Order* each : live_of(order->group)) {
    const bool sought = each->state == Order::State::sent || each->state == Order::State::unknown;
    if (doubtful) {
      // Known from the stream already, it needs no answer.
      if (sought) mark_unknown(*each, now, out);
    } else if (result.outcome == Outcome::refused && !sought) {
      search_again(*each, now);  // refused, and yet the stream has shown it
    } else if (result.outcome == Outcome::refused) {
      refuse(*each, result.refusal, result.detail, now, out);
    } else if (sought) {
      OrderReport accepted{.symbol = each->symbol, .id = each->spec.id, .venue_id = each->venue_id};
      const bool child = each->linkage == Linkage::one_triggers_pair ||
                         each->linkage == Linkage::one_triggers_other;
      accepted.status =
          child && each->leg.kind != LegKind::entry ? OrderStatus::pending : OrderStatus::working;
      on(accepted, now, out);
    }
  }
}

void Orders::want_funds(const Order& order, Now now, OrdersOut& out) {
  const auto owner = owners_.find(order.bracket);
  if (owner == owners_.end() || owner->second.instrument.kind != MarketKind::spot) return;
  if (order.spec.side != Side::sell || order.lost) return;
  short_of_funds_.insert_or_assign(order.bracket, order.leg);
  // What is under way was asked before this refusal; its answer asks again.
  if (funds_asked_ == RequestId::none || !awaits(funds_asked_)) ask_funds(now, out);
}

void Orders::ask_funds(Now now, OrdersOut& out) {
  funds_told_to_ = std::exchange(short_of_funds_, {});
  funds_asked_ = ask({.kind = Pending::Kind::funds, .asked_at = now.mono});
  out.requests.push_back(QueryBalances{funds_asked_});
}

void Orders::on(const BalancesResult& result, Now now, OrdersOut& out) {
  if (!answered(result.request)) return;
  for (const auto& [bracket, leg] : std::exchange(funds_told_to_, {})) {
    const auto owner = owners_.find(bracket);
    if (result.outcome != Outcome::accepted || owner == owners_.end()) continue;
    // Not listed is none.
    Quantity free;
    for (const auto& each : result.items)
      if (each.asset == owner->second.instrument.base) free = each.free;
    out.told.push_back({bracket, {.what = LegEvent::What::funds, .leg = leg, .quantity = free}});
  }
  if (!short_of_funds_.empty()) ask_funds(now, out);
}

void Orders::on(const OrderReport& report, Now now, OrdersOut& out) {
  Order* order = find_by(report.id, report.venue_id);
  if (order == nullptr && !is_terminal(report.status))
    order = adopt(report.id, report.symbol, now, out);
  if (order == nullptr) return;
  apply(*order, report, now, out);
  judge_lost(now, out);
}

/// Its trades may name it by either.
void Orders::called(Order& order, const VenueOrderId& id) {
  if (id.empty() || id == order.venue_id) return;
  (order.venue_id.empty() ? order.venue_id : order.fired_as) = id;
  by_venue_id_[id] = order.spec.id;
}

void Orders::apply(Order& order, const OrderReport& report, Now now, OrdersOut& out) {
  if (SIGNALBOX_PLANTED(expired_order_thought_open) && report.status == OrderStatus::expired)
    return;
  called(order, report.venue_id);
  if (!order.live()) {
    // It lives after all: the second sending, or one that was said not to be there. Nobody wants
    // it any more.
    if ((order.sent_twice || order.disowned) && !is_terminal(report.status) &&
        !order.cancel_under_way && now.mono >= order.cancel_again_at) {
      order.holds_late = true;
      send_cancel(order, now, out);
    }
    if (order.holds_late && is_terminal(report.status)) {
      order.holds_late = false;
      tell(order, {.what = LegEvent::What::freed}, out);
    }
    return;
  }
  if (!order.described) describe_as(order, report, out);
  if (report.quantity.is_positive() && report.filled > report.quantity) {
    // The trades say how much it was; more than all of it is not waited for.
    tell_contradiction(
        {Contradiction::Kind::overfilled, order.symbol, order.spec.id, order.venue_id}, out);
    auto possible = report;
    possible.filled = report.quantity;
    return apply(order, possible, now, out);
  }
  order.reported_filled = std::max(order.reported_filled, report.filled);
  // The stream may be faster than the answer, and speaks where no answer came.
  const bool rejected = report.status == OrderStatus::rejected;
  note_placed(order, rejected ? Outcome::refused : Outcome::accepted, report.refusal, report.detail,
              now, out);

  if (is_terminal(report.status)) {
    if (const auto end = window_end(order); order.again_open && now.mono < end) {
      // The venue is asked again when nothing can arrive under this id any more.
      search_again(order, now);
      order.search->next_step = end;
      return;
    }
    if (order.last_report) return;
    order.last_report = report;
    order.last_report->id = order.spec.id;
    out.records.push_back(*order.last_report);
    order.search.reset();
    settle(order, now, out);
    return;
  }

  // An older word, overtaken: the order is over, only its trades are awaited.
  if (order.last_report) return;

  const bool pending = report.status == OrderStatus::pending;
  const auto state = pending ? Order::State::pending : Order::State::working;
  const bool fires = report.triggered && !order.triggered;
  const bool learned = order.state != state || fires;
  // A wanted cancel goes on until the order is over.
  if (order.search && !order.cancel_wanted && order.filled >= report.filled) order.search.reset();
  if (learned) {
    OrderReport record = report;
    record.id = order.spec.id;
    out.records.push_back(record);
    order.state = state;
    order.triggered = order.triggered || report.triggered;
    tell(order,
         {.what = pending ? LegEvent::What::pending : LegEvent::What::standing,
          .quantity = order.spec.quantity},
         out);
    if (fires) tell(order, {.what = LegEvent::What::triggered}, out);
    publish(order, OrderStage::working, {}, now, out);
    // It was wished away while nobody knew where it was, or was never wished for.
    if ((order.cancel_wanted || order.adopted) && !order.cancel_under_way) cancel(order, now, out);
  }
  // The venue counts more than the trades we have seen: fetch them if the stream does not bring
  // them soon.
  if (report.filled > order.filled && !order.search) {
    search_again(order, now);
    order.search->next_step = now.mono + policy_.fills_pause;
  }
}

void Orders::on(const FillReport& fill, Now now, OrdersOut& out) {
  Order* order = find_by(fill.id, fill.venue_id);
  if (order == nullptr) {
    if (counted(fill.id, fill)) return;
    order = adopt(fill.id, fill.symbol, now, out);
  }
  if (order == nullptr) return;
  if (apply(*order, fill, now, out)) settle(*order, now, out);
  judge_lost(now, out);
}

bool Orders::apply(Order& order, const FillReport& fill, Now now, OrdersOut& out) {
  if (SIGNALBOX_PLANTED(second_fill_dropped) && !order.trades.empty()) return false;
  if (std::find(order.trades.begin(), order.trades.end(), fill.trade_id) != order.trades.end())
    return false;
  order.trades.push_back(fill.trade_id);
  const Quantity quantity = untold(order, fill);
  order.filled += quantity;
  // It counts all the same: what was traded is held.
  if (order.described && order.filled > order.spec.quantity)
    tell_contradiction(
        {Contradiction::Kind::trades_exceed, order.symbol, order.spec.id, order.venue_id}, out);
  called(order, fill.venue_id);
  note_placed(order, Outcome::accepted, Refusal::none, {}, now, out);
  FillReport record = fill;
  record.id = order.spec.id;
  out.records.push_back(record);
  if (quantity.is_zero()) return true;

  note_lost_trade(order, record);
  if (!order.described) {
    // As much as has traded, until the venue says what it asked for.
    order.spec.side = fill.side;
    order.spec.quantity = order.filled;
    const bool first = order.trades.size() == 1;
    tell(order, quantity_event(order, first ? LegEvent::What::sent : LegEvent::What::standing),
         out);
  }
  auto event = trade_event(order, record);
  event.quantity = quantity;
  if (const auto owner = owners_.find(order.bracket); owner != owners_.end())
    out.fills.push_back({.signal = owner->second.signal,
                         .strategy = owner->second.strategy,
                         .account = owner->second.account,
                         .leg = order.leg.kind,
                         .fill = record});
  tell(order, event, out);
  if (order.state != Order::State::ended && order.state != Order::State::pending)
    order.state = Order::State::working;
  static_cast<void>(now);
  return true;
}

LegEvent Orders::quantity_event(const Order& order, LegEvent::What what) {
  return {.what = what,
          .quantity = order.spec.quantity,
          .price = order.spec.trigger_price.value_or(order.spec.price.value_or(Price{}))};
}

LegEvent Orders::trade_event(const Order& order, const FillReport& fill) const {
  LegEvent event{.what = LegEvent::What::filled,
                 .late = order.state == Order::State::ended,
                 .quantity = fill.quantity,
                 .price = fill.price};
  const auto owner = owners_.find(order.bracket);
  if (owner == owners_.end()) return event;
  const Instrument& instrument = owner->second.instrument;
  if (fill.fee && fill.fee_asset == instrument.base) event.base_fee = Quantity{*fill.fee};
  if (fill.fee && fill.fee_asset == instrument.quote) event.quote_fee = Notional{*fill.fee};
  if (!fill.fee && fill.side == Side::buy && instrument.fee_in_base)
    event.base_fee =
        Quantity{Decimal::mul(fill.quantity.decimal(), instrument.taker_fee, Rounding::ceil)
                     .value_or(Decimal{})};
  return event;
}

void Orders::close_again(const Pending& pending, Now now) {
  const Order* first = find(pending.order);
  if (first == nullptr) return;
  for (Order* each : live_of(first->group)) {
    // The second has been answered for; the first may still be on its way, for as long as it is
    // valid.
    each->sent_at = each->first_sent_at;
    search_again(*each, now);
  }
}

void Orders::settle(Order& order, Now now, OrdersOut& out) {
  if (!order.live()) return;
  const bool complete = order.described && order.filled >= order.spec.quantity;
  if (complete) {
    end(order, LegEnd::filled, Refusal::none, now, out);
    ask_for_siblings(order, now);
    return;
  }
  if (!order.last_report) return;
  if (order.filled >= order.last_report->filled) {
    const auto& last = *order.last_report;
    end(order, end_of(last.status), last.refusal, now, out);
    return;
  }
  // Over by its status, but trades are missing: they decide the quantity, so they are awaited.
  if (!order.search) {
    search_again(order, now);
    order.search->next_step = now.mono + policy_.fills_pause;
  }
}

void Orders::end(Order& order, LegEnd how, Refusal refusal, Now now, OrdersOut& out) {
  --live_;
  order.state = Order::State::ended;
  order.cancel_held = false;
  order.disowned = how == LegEnd::rejected || how == LegEnd::absent;
  order.search.reset();
  order.cancel_wanted = false;
  tell(order, {.what = LegEvent::What::ended, .end = how, .refusal = refusal}, out);
  publish(order, stage_of(how), order.last_report ? order.last_report->detail : Detail{}, now, out);
}

void Orders::ask_for_siblings(const Order& order, Now now) {
  if (order.leg.kind == LegKind::entry) return;
  // The venue ends the other leg and says so; should that be lost, it is asked.
  for (Order* other : live_of(order.group)) {
    if (other->search) continue;
    search_again(*other, now);
    other->search->next_step = now.mono + policy_.fills_pause;
  }
}

void Orders::refuse(Order& order, Refusal refusal, const Detail& detail, Now now, OrdersOut& out) {
  apply(order,
        OrderReport{.symbol = order.symbol,
                    .id = order.spec.id,
                    .status = OrderStatus::rejected,
                    .side = order.spec.side,
                    .kind = order.spec.kind,
                    .quantity = order.spec.quantity,
                    .filled = order.filled,
                    .refusal = refusal,
                    .detail = detail,
                    .time = now.wall},
        now, out);
}

}  // namespace signalbox
