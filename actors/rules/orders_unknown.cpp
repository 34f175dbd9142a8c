// Orders of unknown fate. Only the venue's own record ends the search: an order report, a fill,
// or silence of every endpoint after the order's validity has passed.
#include <algorithm>

#include "actors/rules/orders.hpp"
#include "messages/plant.hpp"

namespace signalbox {

void Orders::mark_unknown(Order& order, Now now, OrdersOut& out) {
  if (order.state != Order::State::unknown) {
    order.state = Order::State::unknown;
    tell(order, {.what = LegEvent::What::unknown}, out);
    publish(order, OrderStage::unknown, {}, now, out);
  }
  search_again(order, now);
}

void Orders::search_again(Order& order, Now now) {
  if (!order.search) order.search = Order::Search{.since = now.mono, .pause = policy_.query_pause};
  order.search->under_way = false;
  order.search->next_step = now.mono;
  searching_.insert(order.spec.id);
}

MonoTime Orders::window_end(const Order& order) const {
  return order.sent_at.mono + order.valid_for + link_.clock_error + policy_.window_slack;
}

bool Orders::after_window(const Order& order, MonoTime asked_at) const {
  return asked_at >= window_end(order);
}

void Orders::search_step(Order& order, Now now, OrdersOut& out) {
  auto& search = *order.search;
  search.under_way = true;
  search.next_step = now.mono + search.pause;
  search.pause = std::min(search.pause * 2, policy_.query_pause_max);
  if (SIGNALBOX_PLANTED(asks_at_random))
    search.next_step += std::chrono::microseconds{SIGNALBOX_PLANTED_CHANCE % 1'000};
  // What nobody has heard of yet is proven absent at the end of its window, and not later.
  if (const auto end = window_end(order); now.mono < end && search.next_step > end)
    search.next_step = end;
  const Pending about{.order = order.spec.id, .symbol = order.symbol, .asked_at = now.mono};
  const auto asking = [&](Pending::Kind kind) {
    Pending pending = about;
    pending.kind = kind;
    return ask(pending);
  };

  const bool trades_missing = order.reported_filled > order.filled;
  if (trades_missing || (search.order_silent && search.open_orders_silent)) {
    // From before it was sent: a venue's clock may be behind ours, and the host's may have been set
    // since. What is not found is looked for further back.
    search.fills_back = search.fills_back == Duration{}
                            ? (order.replayed ? policy_.fills_back_replayed : policy_.fills_back)
                            : std::min(search.fills_back * 10, policy_.fills_back_max);
    const auto sent = std::min(order.sent_at.wall, now.wall) + link_.clock_offset;
    out.requests.push_back(QueryFills{.request = asking(Pending::Kind::query_fills),
                                      .symbol = order.symbol,
                                      .since = sent - link_.clock_error - search.fills_back});
  } else if (search.order_silent) {
    out.requests.push_back(
        QueryOpenOrders{.request = asking(Pending::Kind::query_open), .symbol = order.symbol});
  } else {
    out.requests.push_back(QueryOrder{.request = asking(Pending::Kind::query_order),
                                      .symbol = order.symbol,
                                      .id = order.spec.id,
                                      .venue_id = order.venue_id});
  }
}

void Orders::on(const OrdersResult& result, Now now, OrdersOut& out) {
  const auto pending = answered(result.request);
  if (!pending) return;
  if (result.outcome == Outcome::accepted)
    for (const auto& report : result.items) on(report, now, out);
  if (pending->kind == Pending::Kind::picture) return on_picture(result, pending->asked_at, now);
  if (pending->kind == Pending::Kind::identify) return on_identified(pending->venue_id, result);
  Order* order = find_by(pending->order, {});
  if (order == nullptr || !order->search) return;
  order->search->under_way = false;
  const bool late_enough = after_window(*order, pending->asked_at);

  if (pending->kind == Pending::Kind::query_order) {
    const bool found = result.outcome == Outcome::accepted && !result.items.empty();
    const bool silent = result.outcome == Outcome::refused && result.refusal == Refusal::not_found;
    if (found && order->live()) {
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
    }
    // A stop must not wait for the window to pass: where a live id is unique, the same id again
    // can only land once.
    if (silent && !late_enough) send_again(*order, now, out);
    return;
  }
  const bool listed =
      std::any_of(result.items.begin(), result.items.end(), [&](const OrderReport& r) {
        return r.id == order->spec.id ||
               (!order->venue_id.empty() && r.venue_id == order->venue_id);
      });
  if (result.outcome == Outcome::accepted && !listed && late_enough) {
    order->search->open_orders_silent = true;
    order->search->next_step = now.mono;
  }
}

void Orders::on(const FillsResult& result, Now now, OrdersOut& out) {
  const auto pending = answered(result.request);
  if (!pending) return;
  bool nameless = false;
  if (result.outcome == Outcome::accepted)
    for (const auto& fill : result.items) {
      if (identified(fill, now, out))
        on(fill, now, out);
      else
        nameless = true;
    }
  Order* order = find_by(pending->order, {});
  if (order == nullptr || !order->search) return;
  order->search->under_way = false;
  // Of an order that is known to live, the missing trades were all there was to look for.
  const bool known = order->state == Order::State::working || order->state == Order::State::pending;
  const bool over = order->last_report && is_terminal(order->last_report->status);
  if (known && !over && !order->cancel_wanted && order->filled >= order->reported_filled) {
    order->search.reset();
    return;
  }
  if (result.outcome != Outcome::accepted || !after_window(*order, pending->asked_at)) return;
  // One of the trades may be of this order: the venue is asked whose they are first.
  if (nameless && order->venue_id.empty()) return;
  order->search->fills_silent = order->filled.is_zero();
  prove_absent_if_silent(*order, now, out);
}

bool Orders::identified(const FillReport& fill, Now now, OrdersOut& out) {
  const bool known = !fill.id.empty() || find_by(fill.id, fill.venue_id) != nullptr ||
                     foreign_.contains(fill.venue_id);
  if (known || fill.venue_id.empty()) return true;
  std::size_t under_way = 0;
  bool asked = false;
  for (const auto& [request, pending] : pending_) {
    if (pending.kind != Pending::Kind::identify) continue;
    ++under_way;
    asked = asked || pending.venue_id == fill.venue_id;
  }
  // The others are asked about with the next look at the trades.
  if (!asked && under_way < identify_max)
    out.requests.push_back(QueryOrder{.request = ask({.kind = Pending::Kind::identify,
                                                      .symbol = fill.symbol,
                                                      .venue_id = fill.venue_id,
                                                      .asked_at = now.mono}),
                                      .symbol = fill.symbol,
                                      .venue_id = fill.venue_id});
  return false;
}

void Orders::on_identified(const VenueOrderId& venue_id, const OrdersResult& result) {
  if (result.outcome != Outcome::accepted) return;  // asked again with the next look at the trades
  const bool ours = std::any_of(result.items.begin(), result.items.end(), [&](const auto& report) {
    return find_by(report.id, report.venue_id) != nullptr;
  });
  if (ours) return;
  if (foreign_.size() >= foreign_max) foreign_.clear();
  foreign_.insert(venue_id);
}

void Orders::prove_absent_if_silent(Order& order, Now now, OrdersOut& out) {
  const auto& search = *order.search;
  if (!search.order_silent || !search.open_orders_silent) return;
  if (search.fills_silent) {
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

void Orders::send_again(Order& order, Now now, OrdersOut& out) {
  const bool may = policy_.live_ids_unique && order.order_class == OrderClass::protective &&
                   order.state == Order::State::unknown && !order.cancel_wanted &&
                   order.filled.is_zero() && !order.search->sent_again && !order.last_report;
  if (!may) return;
  PlaceOrders request{.request = RequestId::none,
                      .symbol = order.symbol,
                      .order_class = order.order_class,
                      .linkage = order.linkage,
                      .orders = {},
                      .valid_for = order.valid_for,
                      .epoch = policy_.epoch};
  for (const auto& id : order.group) {
    Order* each = find_by(id, {});
    if (each == nullptr || each->state != Order::State::unknown || !each->filled.is_zero()) return;
    request.orders.push_back(each->spec);
  }
  mark_sent_again(request, now);
  request.request = ask({.kind = Pending::Kind::place,
                         .order = order.spec.id,
                         .symbol = order.symbol,
                         .asked_at = now.mono,
                         .again = true});
  out.records.push_back(request);
  out.requests.push_back(request);
}

void Orders::mark_sent_again(const PlaceOrders& request, Now now) {
  for (const auto& spec : request.orders) {
    Order* each = find_by(spec.id, {});
    if (each == nullptr || !each->live()) continue;
    if (!each->search) search_again(*each, now);
    each->search->sent_again = true;
    if (!each->sent_twice) each->first_sent_at = each->sent_at;
    each->sent_at = now;  // the window for silence starts again
    each->again_open = each->sent_twice = true;
  }
}

void Orders::on(const LinkReport& link, Now now, OrdersOut& out) {
  const bool lost = link.state < LinkState::stale && way_open();
  const bool fresh = link.state == LinkState::ready &&
                     (link_.state != LinkState::ready || link.generation != link_.generation);
  link_ = link;
  if (lost) orphan_requests(now, out);
  if (!fresh) return;
  // Whatever happened while the stream was away shows in what is open now.
  picture_ = Picture{.due = now.mono, .pause = policy_.query_pause};
  for (const auto& id : std::vector<ClientOrderId>{searching_.begin(), searching_.end()})
    if (Order* order = find_by(id, {}); order && order->live() && order->search)
      search_again(*order, now);
}

void Orders::orphan_requests(Now now, OrdersOut& out) {
  const auto orphaned = std::exchange(pending_, {});
  if (picture_) picture_ = Picture{.due = now.mono, .pause = policy_.query_pause};
  for (const auto& [id, pending] : orphaned) {
    Order* order = find_by(pending.order, {});
    if (order == nullptr || !order->live()) continue;
    order->cancel_under_way = false;
    if (pending.kind != Pending::Kind::place) {
      search_again(*order, now);
      continue;
    }
    for (const auto& each : std::vector<ClientOrderId>{order->group})
      if (Order* leg = find_by(each, {}); leg != nullptr && leg->state == Order::State::sent)
        mark_unknown(*leg, now, out);
  }
}

void Orders::on_time(Now now, OrdersOut& out) {
  if (!way_open()) return;
  picture_step(now, out);
  for (auto it = searching_.begin(); it != searching_.end();) {
    Order* order = find_by(*it, {});
    if (order == nullptr || !order->search || !order->live()) {
      it = searching_.erase(it);
      continue;
    }
    ++it;
    auto& search = *order->search;
    if (!search.paged && now.mono - search.since >= policy_.unknown_page &&
        order->state == Order::State::unknown) {
      search.paged = true;
      out.pages.push_back(
          Detail{"order " + order->spec.id.str() + " is of unknown fate for too long"});
    }
    if (!search.under_way && search.next_step <= now.mono) search_step(*order, now, out);
  }
}

std::optional<MonoTime> Orders::next_due() const {
  std::optional<MonoTime> due;
  if (!way_open()) return due;
  due = picture_due();
  for (const auto& id : searching_) {
    const Order* order = find(id);
    if (order == nullptr || !order->search || !order->live() || order->search->under_way) continue;
    due = due ? std::min(*due, order->search->next_step) : order->search->next_step;
  }
  return due;
}

void Orders::after_replay(Now now) {
  pending_.clear();  // replay asked nobody
  for (auto& [id, order] : orders_) {
    order.replayed = true;
    if (!order.live()) continue;
    order.cancel_under_way = false;
    // What the venue had confirmed, the picture at READY confirms again.
    if (order.state != Order::State::sent && !order.cancel_wanted) continue;
    if (order.state == Order::State::sent) order.state = Order::State::unknown;
    search_again(order, now);
  }
}

std::size_t Orders::unknown_count() const {
  return static_cast<std::size_t>(
      std::count_if(searching_.begin(), searching_.end(), [this](const auto& id) {
        const Order* order = find(id);
        return order != nullptr && order->state == Order::State::unknown;
      }));
}

bool Orders::settled() const {
  return !picture_ && std::none_of(searching_.begin(), searching_.end(), [this](const auto& id) {
    const Order* order = find(id);
    return order != nullptr && order->live() && order->search;
  });
}

std::vector<SignalHash> Orders::unsettled() const {
  std::vector<SignalHash> brackets;
  for (const auto& id : searching_)
    if (const Order* order = find(id); order != nullptr && order->live() && order->search)
      brackets.push_back(order->bracket);
  return brackets;
}

bool Orders::frozen(const Symbol& symbol) const {
  return std::any_of(searching_.begin(), searching_.end(), [&](const auto& id) {
    const Order* order = find(id);
    return order != nullptr && order->state == Order::State::unknown && order->symbol == symbol &&
           order->order_class == OrderClass::entry;
  });
}

}  // namespace signalbox
