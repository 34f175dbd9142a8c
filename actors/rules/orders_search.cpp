// What the venue is asked about orders of unknown fate, and what its answers prove. Open orders and
// trades are asked for once for all that are sought on a symbol.
#include <algorithm>
#include <set>
#include <unordered_set>

#include "actors/rules/orders.hpp"
#include "messages/plant.hpp"

namespace signalbox {

void Orders::search_step(Order& order, Now now, OrdersOut& out) {
  auto& search = *order.search;
  search.next_step = now.mono + search.pause;
  search.pause = std::min(search.pause * 2, answer_within(order, now));
  if (SIGNALBOX_PLANTED(asks_at_random))
    search.next_step += std::chrono::microseconds{SIGNALBOX_PLANTED_CHANCE % 1'000};
  // What nobody has heard of yet is proven absent at the end of its window, and not later.
  const auto end = window_end(order);
  if (now.mono < end && search.next_step > end) search.next_step = end;

  if (order.reported_filled > order.filled) return ask_fills(order, now, out);
  if (!search.order_silent && search.order_awaited_until <= now.mono) {
    search.order_awaited_until = now.mono + answer_within(order, now);
    out.requests.push_back(QueryOrder{.request = ask({.kind = Pending::Kind::query_order,
                                                      .order = order.spec.id,
                                                      .symbol = order.symbol,
                                                      .asked_at = now.mono}),
                                      .symbol = order.symbol,
                                      .id = order.spec.id,
                                      .venue_id = order.venue_id});
  }
  if (search.order_awaited_until > now.mono)
    search.next_step = std::min(search.next_step, search.order_awaited_until);
  // Before its window has passed, silence of these proves nothing.
  if (now.mono < end) return;
  if (!search.open_orders_silent)
    ask_open_orders(order, now, out);
  else if (!search.fills_told)
    ask_fills(order, now, out);
}

/// For how long the answer to a question about this order is waited for, and the longest pause.
Duration Orders::answer_within(const Order& order, Now now) const {
  const bool hurry =
      order.order_class != OrderClass::entry && now.mono - order.search->since < policy_.hurry_for;
  return hurry ? policy_.hurry_pause_max : policy_.query_pause_max;
}

void Orders::ask_open_orders(const Order& order, Now now, OrdersOut& out) {
  auto& asked = open_asked_[order.symbol];
  if (asked.awaited_until > now.mono && after_window(order, asked.asked_at)) return;
  asked = {.asked_at = now.mono, .awaited_until = now.mono + answer_within(order, now)};
  out.requests.push_back(QueryOpenOrders{.request = ask({.kind = Pending::Kind::query_open,
                                                         .order = order.spec.id,
                                                         .symbol = order.symbol,
                                                         .asked_at = now.mono}),
                                         .symbol = order.symbol,
                                         .urgent = true});
}

/// From before it was sent: a venue's clock may be behind ours, and the host's may have been set
/// since. What is not found is looked for further back.
WallTime Orders::fills_since(const Order& order, Now now) const {
  const auto sent = std::min(order.sent_at.wall, now.wall) + link_.clock_offset;
  return sent - link_.clock_error - fills_back(order);
}

Duration Orders::fills_back(const Order& order) const {
  return std::max(order.search->fills_back,
                  order.replayed ? policy_.fills_back_replayed : policy_.fills_back);
}

void Orders::ask_fills(const Order& order, Now now, OrdersOut& out) {
  auto& asked = fills_asked_[order.symbol];
  const auto silent = order.search->open_orders_silent;
  if (asked.awaited_until > now.mono && asked.since <= fills_since(order, now) &&
      (!silent || asked.asked_at >= *silent))
    return;
  // As far back as anybody needs who is sought on this symbol.
  auto since = fills_since(order, now);
  for (const auto& id : sought_on(order.symbol))
    since = std::min(since, fills_since(orders_.at(id), now));
  asked = {
      .asked_at = now.mono, .awaited_until = now.mono + answer_within(order, now), .since = since};
  out.requests.push_back(QueryFills{.request = ask({.kind = Pending::Kind::query_fills,
                                                    .order = order.spec.id,
                                                    .symbol = order.symbol,
                                                    .asked_at = now.mono,
                                                    .since = since}),
                                    .symbol = order.symbol,
                                    .since = since});
}

/// Of all symbols when none is given.
std::vector<ClientOrderId> Orders::sought_on(const std::optional<Symbol>& symbol) const {
  std::vector<ClientOrderId> sought;
  for (const auto& id : searching_) {
    const Order& order = orders_.at(id);
    if (order.search && (!symbol || order.symbol == *symbol)) sought.push_back(id);
  }
  return sought;
}

void Orders::on(const OrdersResult& result, Now now, OrdersOut& out) {
  const auto pending = answered(result.request);
  if (!pending) return;
  if (result.outcome == Outcome::accepted) {
    const bool picture = pending->kind == Pending::Kind::picture;
    std::vector<Contradiction> untrue;
    if (picture || pending->kind == Pending::Kind::query_open) {
      untrue = contradictions_in(result.items);
      note_contradictions(untrue, picture ? std::nullopt : std::optional{pending->symbol}, now,
                          out);
    }
    for (const auto& report : result.items)
      if (!concerns(untrue, report.id, report.venue_id)) on(report, now, out);
  }
  switch (pending->kind) {
    case Pending::Kind::identify: return on_identified(result, *pending, now, out);
    case Pending::Kind::query_order: return on_order_answer(result, *pending, now, out);
    case Pending::Kind::picture:
      on_picture(result, pending->asked_at, now, out);
      return on_open_orders(result, *pending, now, out);
    default: return on_open_orders(result, *pending, now, out);
  }
}

void Orders::on_order_answer(const OrdersResult& result, const Pending& pending, Now now,
                             OrdersOut& out) {
  Order* order = find_by(pending.order, {});
  if (order == nullptr || !order->search) return;
  order->search->order_awaited_until = MonoTime::min();
  const bool late_enough = after_window(*order, pending.asked_at);
  const bool found = result.outcome == Outcome::accepted && !result.items.empty();
  const bool silent = result.outcome == Outcome::refused && result.refusal == Refusal::not_found;
  if (found) {
    // Reports of a state we knew leave nothing to search for.
    const auto& report = result.items.front();
    if (!is_terminal(report.status) && order->filled >= report.filled) order->search.reset();
    if (order->cancel_wanted && !order->cancel_under_way && !is_terminal(report.status)) {
      if (now.mono >= order->cancel_again_at) {
        cancel(*order, now, out);
      } else {
        search_again(*order, now);
        order->search->next_step = order->cancel_again_at;
      }
    }
  }
  if (silent && late_enough) {
    order->search->order_silent = true;
    order->search->next_step = now.mono;  // and now the next endpoint
    prove_absent_if_silent(*order, now, out);
  }
  // A stop must not wait for the window to pass: where a live id is unique, the same id again
  // can only land once.
  if (silent && !late_enough) send_again(*order, now, out);
}

/// One answer for all that are sought on its symbols.
void Orders::on_open_orders(const OrdersResult& result, const Pending& pending, Now now,
                            OrdersOut& out) {
  const bool picture = pending.kind == Pending::Kind::picture;
  if (const auto asked = open_asked_.find(pending.symbol);
      asked != open_asked_.end() && asked->second.asked_at == pending.asked_at)
    asked->second.awaited_until = MonoTime::min();
  if (result.outcome != Outcome::accepted) return;
  std::unordered_set<ClientOrderId> ids;
  std::unordered_set<VenueOrderId> venue_ids;
  for (const auto& report : result.items) {
    ids.insert(report.id);
    venue_ids.insert(report.venue_id);
  }
  for (const auto& id : sought_on(picture ? std::nullopt : std::optional{pending.symbol})) {
    Order& order = orders_.at(id);
    if (order.search->open_orders_silent || !after_window(order, pending.asked_at)) continue;
    if (ids.contains(id) || (!order.venue_id.empty() && venue_ids.contains(order.venue_id)))
      continue;
    order.search->open_orders_silent = now.mono;
    order.search->next_step = now.mono;
    prove_absent_if_silent(order, now, out);
  }
}

void Orders::on(const FillsResult& result, Now now, OrdersOut& out) {
  const auto pending = answered(result.request);
  if (!pending) return;
  if (pending->kind == Pending::Kind::history) return on_history(result, *pending, now, out);
  if (const auto asked = fills_asked_.find(pending->symbol);
      asked != fills_asked_.end() && asked->second.asked_at == pending->asked_at)
    asked->second.awaited_until = MonoTime::min();
  if (result.outcome != Outcome::accepted) return;
  const auto sought = sought_on(pending->symbol);
  std::set<ClientOrderId> missed;
  for (const auto& id : sought)
    if (const Order& order = orders_.at(id); order.reported_filled > order.filled)
      missed.insert(id);
  bool nameless = false;
  for (const auto& fill : result.items) {
    if (identified(fill, now))
      on(fill, now, out);
    else
      nameless = true;
  }
  ask_whose(now, out);
  for (const auto& id : sought) {
    Order& order = orders_.at(id);
    if (!order.search || pending->since > fills_since(order, now)) continue;
    auto& search = *order.search;
    const bool known = order.state == Order::State::working || order.state == Order::State::pending;
    const bool lives = known && !order.last_report && !order.cancel_wanted;
    if (missed.contains(id)) {
      if (order.filled < order.reported_filled)
        search.fills_back = std::min(fills_back(order) * 10, policy_.fills_back_max);
      else if (lives)
        order.search.reset();  // the missing trades were all there was to look for
      continue;
    }
    // One of the trades may be of this order: the venue is asked whose they are first.
    if (!search.open_orders_silent || pending->asked_at < *search.open_orders_silent ||
        (nameless && order.venue_id.empty()))
      continue;
    // What was seen to live is not taken for absent because nobody finds it.
    if (lives) {
      order.search.reset();
      continue;
    }
    search.fills_told = true;
    prove_absent_if_silent(order, now, out);
  }
}

void Orders::prove_absent_if_silent(Order& order, Now now, OrdersOut& out) {
  const auto& search = *order.search;
  if (!search.order_silent || !search.open_orders_silent || !search.fills_told) return;
  if (order.filled.is_zero()) {
    out.records.push_back(AbsentRecord{order.spec.id});
    end(order, LegEnd::absent, Refusal::none, now, out);
  } else {
    // It traded and is open nowhere: what is left of it was cancelled out of our sight.
    apply(order,
          OrderReport{.symbol = order.symbol,
                      .id = order.spec.id,
                      .status = OrderStatus::cancelled,
                      .quantity = order.spec.quantity,
                      .filled = order.filled,
                      .time = now.wall},
          now, out);
  }
}

}  // namespace signalbox
