#include "actors/rules/orders.hpp"

#include <algorithm>

#include "actors/rules/rounding.hpp"
#include "messages/plant.hpp"

namespace signalbox {
namespace {

bool stands_as(const Order& order, const OrderSpec& spec) {
  OrderSpec same = spec;
  same.id = order.spec.id;
  return order.spec == same;
}

}  // namespace

OrderStage stage_of(const Order& order) {
  if (order.state == Order::State::unknown) return OrderStage::unknown;
  if (order.state != Order::State::working) return OrderStage::intended;
  return order.cancel_wanted ? OrderStage::cancelling : OrderStage::working;
}

void OrdersOut::clear() {
  records.clear();
  requests.clear();
  told.clear();
  events.clear();
  fills.clear();
  placed.clear();
  pages.clear();
  lost.clear();
  lost_signals.clear();
  frozen_changed.clear();
}

bool OrdersOut::empty() const {
  return records.empty() && requests.empty() && told.empty() && events.empty() && fills.empty() &&
         placed.empty() && pages.empty() && lost.empty() && lost_signals.empty() &&
         frozen_changed.empty();
}

Orders::Orders(OrdersPolicy policy) : policy_(std::move(policy)) {}

void Orders::own(const SignalHash& bracket, Owner owner) {
  owners_.insert_or_assign(bracket, std::move(owner));
}

void Orders::forget(const SignalHash& bracket, Now now) {
  for (const auto& id : of_bracket_[bracket]) {
    const auto found = orders_.find(id);
    if (found->second.live()) --live_;
    by_venue_id_.erase(found->second.venue_id);
    by_venue_id_.erase(found->second.fired_as);
    searching_.erase(id);
    orders_.erase(found);
  }
  of_bracket_.erase(bracket);
  const auto first = newest_.lower_bound({bracket, LegId{}});
  auto last = first;
  while (last != newest_.end() && last->first.first == bracket) ++last;
  newest_.erase(first, last);
  owners_.erase(bracket);
  // What a lost signal held has been closed: its trades must not be counted once more.
  for (auto it = lost_.begin(); it != lost_.end(); ++it)
    if (recovered_key(policy_.account, it->first) == bracket) {
      note_past(it->first, now.wall);
      lost_.erase(it);
      break;
    }
  note_past(bracket, now.wall);
}

void Orders::note_past(const SignalHash& bracket, WallTime when) {
  if (!past_.try_emplace(bracket, when).second) return;
  past_order_.push_back(bracket);
  if (past_order_.size() > policy_.past_max) {
    past_.erase(past_order_.front());
    past_order_.pop_front();
  }
}

void Orders::wish(const SignalHash& bracket, const Wish& wish, Now now, OrdersOut& out) {
  const auto owner = owners_.find(bracket);
  if (owner == owners_.end()) return;

  bool any_live = false;
  for (const auto& leg : wish.legs) {
    Order* order = live_leg(bracket, leg.leg);
    if (order == nullptr) continue;
    any_live = true;
    // What stands as wished stays; everything else goes first, and its end makes the bracket
    // wish again.
    order->cancel_held = false;
    if (leg.quantity.is_zero() || !stands_as(*order, to_spec(leg, owner->second.instrument)))
      cancel(*order, now, out);
  }
  const bool wanted = std::all_of(wish.legs.begin(), wish.legs.end(),
                                  [](const WishedLeg& leg) { return leg.quantity.is_positive(); });
  if (!any_live && wanted) place(bracket, owner->second, wish, now, out);
}

void Orders::place(const SignalHash& bracket, const Owner& owner, const Wish& wish, Now now,
                   OrdersOut& out) {
  PlaceOrders request{.request = RequestId::none,
                      .symbol = owner.instrument.symbol,
                      .order_class = wish.order_class,
                      .linkage = wish.linkage,
                      .orders = {},
                      .valid_for = wish.order_class == OrderClass::entry
                                       ? policy_.valid_for
                                       : std::min(policy_.valid_for, policy_.exit_valid_for),
                      .epoch = policy_.epoch};
  for (const auto& leg : wish.legs) {
    const auto newest = newest_.find({bracket, leg.leg});
    std::uint32_t generation = 0;
    if (newest != newest_.end())
      generation = parse_client_order_id(newest->second.view())->generation + 1;
    if (generation > generation_max) {
      out.pages.push_back(Detail{"a leg has used up its order ids; resolve this bracket by hand"});
      return;
    }
    auto spec = to_spec(leg, owner.instrument);
    if (SIGNALBOX_PLANTED(ids_by_chance))
      generation += static_cast<std::uint32_t>(SIGNALBOX_PLANTED_CHANCE % 1'000);
    spec.id = client_order_id(policy_.book, bracket, leg.leg, generation);
    request.orders.push_back(spec);
  }
  request.request = ask({.kind = Pending::Kind::place,
                         .order = request.orders[0].id,
                         .symbol = request.symbol,
                         .asked_at = now.mono});
  out.records.push_back(request);
  insert(bracket, request, now, out);
  out.requests.push_back(request);
}

void Orders::insert(const SignalHash& bracket, const PlaceOrders& request, Now now,
                    OrdersOut& out) {
  std::vector<ClientOrderId> group;
  for (const auto& spec : request.orders) group.push_back(spec.id);
  for (const auto& spec : request.orders) {
    const auto parsed = parse_client_order_id(spec.id.view());
    Order order;
    order.bracket = bracket;
    order.leg = parsed->leg;
    order.symbol = request.symbol;
    order.order_class = request.order_class;
    order.spec = spec;
    order.group = group;
    order.linkage = request.linkage;
    order.sent_at = now;
    order.valid_for = request.valid_for;
    newest_[{bracket, parsed->leg}] = spec.id;
    of_bracket_[bracket].push_back(spec.id);
    ++live_;
    const auto& placed = orders_.insert_or_assign(spec.id, std::move(order)).first->second;
    tell(placed, quantity_event(placed, LegEvent::What::sent), out);
    publish(placed, OrderStage::intended, {}, now, out);
  }
}

void Orders::not_recorded(const PlaceOrders& request, Now now, OrdersOut& out) {
  static_cast<void>(answered(request.request));
  for (const auto& spec : request.orders)
    if (Order* order = find_by(spec.id, {})) {
      const Detail why{"the journal cannot record it"};
      note_placed(*order, Outcome::refused, Refusal::not_sent, why, now, out);
      refuse(*order, Refusal::not_sent, why, now, out);
    }
}

void Orders::note_placed(Order& order, Outcome outcome, Refusal refusal, const Detail& detail,
                         Now now, OrdersOut& out) const {
  const auto owner = owners_.find(order.bracket);
  if (order.order_class != OrderClass::entry || owner == owners_.end()) return;
  if (order.placed == outcome || order.placed.value_or(Outcome::unknown) != Outcome::unknown)
    return;
  order.placed = outcome;
  out.placed.emplace_back(order.bracket, Placed{.id = owner->second.signal,
                                                .strategy = owner->second.strategy,
                                                .account = owner->second.account,
                                                .symbol = order.symbol,
                                                .order = order.spec.id,
                                                .venue_order = order.venue_id,
                                                .outcome = outcome,
                                                .refusal = refusal,
                                                .detail = detail,
                                                .time = now.wall});
}

void Orders::cancel(Order& order, Now now, OrdersOut& out) {
  // Sent twice, it may come to live again after its cancel for as long as it is valid, and nothing
  // else can be sold before. Until then it stands and covers.
  if (order.again_open && order.state == Order::State::working && !order.cancel_wanted &&
      now.mono < window_end(order)) {
    order.cancel_held = true;
    searching_.insert(order.spec.id);
    return;
  }
  order.cancel_held = false;
  const bool was_wanted = std::exchange(order.cancel_wanted, true);
  if (!was_wanted) {
    out.records.push_back(CancelOrder{.request = RequestId::none,
                                      .symbol = order.symbol,
                                      .id = order.spec.id,
                                      .venue_id = order.venue_id,
                                      .epoch = policy_.epoch});
    tell(order, {.what = LegEvent::What::cancelling}, out);
    publish(order, OrderStage::cancelling, {}, now, out);
  }
  if (!order.cancel_under_way) send_cancel(order, now, out);
}

void Orders::send_cancel(Order& order, Now now, OrdersOut& out) {
  order.cancel_under_way = true;
  order.cancel_pause =
      std::clamp(order.cancel_pause * 2, policy_.query_pause, policy_.query_pause_max);
  order.cancel_again_at = now.mono + order.cancel_pause;
  out.requests.push_back(CancelOrder{.request = ask({.kind = Pending::Kind::cancel,
                                                     .order = order.spec.id,
                                                     .symbol = order.symbol,
                                                     .asked_at = now.mono}),
                                     .symbol = order.symbol,
                                     .id = order.spec.id,
                                     .venue_id = order.venue_id,
                                     .epoch = policy_.epoch});
}

void Orders::replay(const OrderRecord& record, Now now, OrdersOut& out) {
  if (const auto* placed = std::get_if<PlaceOrders>(&record)) {
    if (placed->orders.empty()) return;
    const auto& first = placed->orders[0].id;
    if (find(first) != nullptr)
      mark_sent_again(*placed, now);
    else if (const auto parsed = parse_client_order_id(first.view()))
      insert(parsed->signal, *placed, now, out);
  } else if (const auto* cancelled = std::get_if<CancelOrder>(&record)) {
    if (Order* order = find_by(cancelled->id, {}); order && order->live()) {
      order->cancel_wanted = true;
      tell(*order, {.what = LegEvent::What::cancelling}, out);
    }
  } else if (const auto* report = std::get_if<OrderReport>(&record)) {
    // An end was recorded only when nothing could come under this id any more.
    if (Order* order = find_by(report->id, {}); order && is_terminal(report->status))
      order->again_open = false;
    on(*report, now, out);
  } else if (const auto* fill = std::get_if<FillReport>(&record)) {
    on(*fill, now, out);
  } else if (const auto* absent = std::get_if<AbsentRecord>(&record)) {
    if (Order* order = find_by(absent->order, {}); order && order->live())
      end(*order, LegEnd::absent, Refusal::none, now, out);
  }
}

const Order* Orders::find(const ClientOrderId& id) const {
  const auto found = orders_.find(id);
  return found == orders_.end() ? nullptr : &found->second;
}

Order* Orders::find_by(const ClientOrderId& id, const VenueOrderId& venue_id) {
  if (const auto found = orders_.find(id); found != orders_.end()) return &found->second;
  const auto mapped = by_venue_id_.find(venue_id);
  return mapped == by_venue_id_.end() ? nullptr : &orders_.at(mapped->second);
}

Order* Orders::live_leg(const SignalHash& bracket, LegId leg) {
  const auto newest = newest_.find({bracket, leg});
  if (newest == newest_.end()) return nullptr;
  Order& order = orders_.at(newest->second);
  return order.live() ? &order : nullptr;
}

std::vector<Order*> Orders::live_of(const std::vector<ClientOrderId>& group) {
  std::vector<Order*> live;
  for (const auto& id : group)
    if (Order& order = orders_.at(id); order.live()) live.push_back(&order);
  return live;
}

RequestId Orders::ask(Pending pending) {
  const auto id = ++last_request_;
  pending_.emplace(id, pending);
  return RequestId{id};
}

std::optional<Orders::Pending> Orders::answered(RequestId request) {
  const auto found = pending_.find(static_cast<std::uint64_t>(request));
  if (found == pending_.end()) return std::nullopt;
  const Pending pending = found->second;
  pending_.erase(found);
  return pending;
}

void Orders::tell(const Order& order, LegEvent event, OrdersOut& out) const {
  if (order.lost) return;
  // Of an order that is no leg of it, a bracket hears what it traded and nothing else.
  if (!is_newest(order)) {
    if (event.what != LegEvent::What::filled) return;
    event.late = true;
  }
  event.leg = order.leg;
  event.side = order.spec.side;
  event.order = order.spec.id;
  event.venue_order = order.venue_id;
  event.linked = order.linkage != Linkage::single && order.leg.kind != LegKind::entry;
  out.told.push_back({order.bracket, event});
}

OrderEvent Orders::describe(const Order& order, OrderStage stage) const {
  OrderEvent event;
  if (const auto owner = owners_.find(order.bracket); owner != owners_.end()) {
    event.signal = owner->second.signal;
    event.strategy = owner->second.strategy;
    event.account = owner->second.account;
  }
  event.symbol = order.symbol;
  event.leg = order.leg.kind;
  event.order = order.spec.id;
  event.venue_order = order.venue_id;
  event.stage = stage;
  event.side = order.spec.side;
  event.kind = order.spec.kind;
  event.quantity = order.spec.quantity;
  event.filled = order.filled;
  event.price = order.spec.price;
  event.trigger_price = order.spec.trigger_price;
  if (order.last_report) event.refusal = order.last_report->refusal;
  return event;
}

void Orders::publish(const Order& order, OrderStage stage, const Detail& detail, Now now,
                     OrdersOut& out) const {
  auto event = describe(order, stage);
  event.detail = detail;
  event.time = now.wall;
  out.events.push_back(event);
}

std::set<Symbol> Orders::sought() const {
  std::set<Symbol> symbols;
  for (const auto& [id, order] : orders_)
    if (order.live() && (order.search || order.state == Order::State::sent))
      symbols.insert(order.symbol);
  for (const auto& [id, unnamed] : unnamed_) symbols.insert(unnamed.trades.front().symbol);
  return symbols;
}

void Orders::list(std::vector<OrderEvent>& into, WallTime time) const {
  for (const auto& [id, order] : orders_) {
    if (!order.live()) continue;
    into.push_back(describe(order, stage_of(order)));
    into.back().time = time;
  }
}

}  // namespace signalbox
