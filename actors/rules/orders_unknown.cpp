// Orders of unknown fate: when they are looked for, and when sent again. Only the venue's own
// record ends a search (orders_search.cpp): an order report, a fill, or silence of every endpoint
// after the order's validity has passed.
#include <algorithm>

#include "actors/rules/orders.hpp"

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
  order.search->order_awaited_until = MonoTime::min();
  order.search->next_step = now.mono;
  searching_.insert(order.spec.id);
}

MonoTime Orders::window_end(const Order& order) const {
  return order.sent_at.mono + order.valid_for + link_.clock_error + policy_.window_slack;
}

bool Orders::after_window(const Order& order, MonoTime asked_at) const {
  return asked_at >= window_end(order);
}

void Orders::send_again(Order& order, Now now, OrdersOut& out) {
  if (!policy_.live_ids_unique || order.order_class != OrderClass::protective ||
      order.search->sent_again)
    return;
  PlaceOrders request{.request = RequestId::none,
                      .symbol = order.symbol,
                      .order_class = order.order_class,
                      .linkage = order.linkage,
                      .orders = {},
                      .valid_for = order.valid_for,
                      .epoch = policy_.epoch};
  for (const auto& id : order.group) {
    // Of a pair one leg of which was there, the other was, too: again would be a second pair.
    const Order& each = orders_.at(id);
    if (each.state != Order::State::unknown || each.cancel_wanted || each.last_report) return;
    request.orders.push_back(each.spec);
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
    Order& each = orders_.at(spec.id);
    if (!each.live()) continue;
    if (!each.search) search_again(each, now);
    each.search->sent_again = true;
    each.first_sent_at = each.sent_at;
    each.sent_at = now;  // the window for silence starts again
    each.again_open = each.sent_twice = true;
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
  history_again(now);
  for (const auto& id : sought_on({})) search_again(orders_.at(id), now);
}

void Orders::orphan_requests(Now now, OrdersOut& out) {
  const auto orphaned = std::exchange(pending_, {});
  open_asked_.clear();
  fills_asked_.clear();
  history_.under_way = false;
  for (auto& [venue_id, unnamed] : unnamed_) unnamed.under_way = false;
  if (picture_) picture_ = Picture{.due = now.mono, .pause = policy_.query_pause};
  for (const auto& [id, pending] : orphaned) {
    Order* order = find_by(pending.order, {});
    if (order == nullptr || !order->live()) continue;
    order->cancel_under_way = false;
    if (pending.kind != Pending::Kind::place) {
      search_again(*order, now);
      continue;
    }
    for (Order* each : live_of(order->group))
      if (each->state == Order::State::sent) mark_unknown(*each, now, out);
  }
}

void Orders::on_time(Now now, OrdersOut& out) {
  if (!way_open()) return;
  picture_step(now, out);
  history_step(now, out);
  ask_whose(now, out);
  for (auto it = searching_.begin(); it != searching_.end();) {
    Order& order = orders_.at(*it);
    if (!order.search && !order.cancel_held) {
      it = searching_.erase(it);
      continue;
    }
    ++it;
    if (order.cancel_held && now.mono >= window_end(order)) cancel(order, now, out);
    if (!order.search) continue;
    auto& search = *order.search;
    if (!search.paged && now.mono - search.since >= policy_.unknown_page &&
        order.state == Order::State::unknown) {
      search.paged = true;
      out.pages.push_back(
          Detail{"order " + order.spec.id.str() + " is of unknown fate for too long"});
    }
    if (search.next_step <= now.mono) search_step(order, now, out);
  }
}

std::optional<MonoTime> Orders::next_due() const {
  std::optional<MonoTime> due;
  if (!way_open()) return due;
  due = picture_due();
  const auto consider = [&](MonoTime at) { due = due ? std::min(*due, at) : at; };
  if (!picture_ && !history_.wanted.empty() && !history_.under_way) consider(history_.due);
  if (const auto whose = whose_due()) consider(*whose);
  for (const auto& id : searching_) {
    const Order& order = orders_.at(id);
    if (order.search) consider(order.search->next_step);
    if (order.cancel_held) consider(window_end(order));
  }
  return due;
}

void Orders::drop_entries(const SignalHash& bracket) {
  const auto found = of_bracket_.find(bracket);
  if (found == of_bracket_.end()) return;
  for (const auto& id : found->second)
    if (Order& order = orders_.at(id); order.live() && order.order_class == OrderClass::entry)
      order.cancel_wanted = true;
}

void Orders::after_replay(Now now) {
  pending_.clear();  // replay asked nobody
  history_.under_way = false;
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
  return static_cast<std::size_t>(std::count_if(
      searching_.begin(), searching_.end(),
      [this](const auto& id) { return orders_.at(id).state == Order::State::unknown; }));
}

bool Orders::settled() const {
  return !picture_ && !history_busy() &&
         std::none_of(searching_.begin(), searching_.end(),
                      [this](const auto& id) { return orders_.at(id).search.has_value(); });
}

std::vector<SignalHash> Orders::unsettled() const {
  std::vector<SignalHash> brackets;
  for (const auto& id : sought_on({})) brackets.push_back(orders_.at(id).bracket);
  return brackets;
}

bool Orders::frozen(const Symbol& symbol) const {
  if (contradicted_.contains(symbol)) return true;
  return std::any_of(searching_.begin(), searching_.end(), [&](const auto& id) {
    const Order& order = orders_.at(id);
    return order.state == Order::State::unknown && order.symbol == symbol &&
           order.order_class == OrderClass::entry;
  });
}

}  // namespace signalbox
