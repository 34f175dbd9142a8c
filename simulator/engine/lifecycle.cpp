#include <algorithm>
#include <cassert>

#include "simulator/engine/engine.hpp"
#include "simulator/engine/filters.hpp"
#include "simulator/engine/money.hpp"

namespace signalbox::simulator {
namespace {

NewOrder as_new(const Order& o) {
  return {.client_id = o.client_id,
          .side = o.side,
          .type = o.type,
          .time_in_force = o.time_in_force,
          .quantity = o.quantity,
          .price = o.price,
          .stop_price = o.stop_price,
          .for_quote = o.for_quote,
          .self_trade = o.self_trade};
}

}  // namespace

/// Runs what one change leads to until nothing moves: each round fires an order that waited,
/// activates a list, or uses up outside liquidity, and all three are finite.
void Engine::settle(MarketId market, WallTime now) {
  auto& m = at(market);
  do {
    cross(m, Side::buy, now);
    cross(m, Side::sell, now);
    activate_waiting(m, now);
  } while (fire_due(m, now));
  flush(market, now);
}

bool Engine::fire_due(Market& m, WallTime now) {
  const auto due = m.armed.due(trigger_price(m, true), trigger_price(m, false));
  bool fired = false;
  for (const auto id : due) {
    auto& order = orders_[id];
    if (!order.armed()) continue;  // its sibling went first
    fire(m, order, now);
    fired = true;
  }
  return fired;
}

void Engine::fire(Market& m, Order& o, WallTime now) {
  m.armed.remove(o);
  o.triggered = true;
  o.on_book = true;
  o.working_since = o.updated = now;
  end_sibling(m, o, now);
  tell({OrderChange::activated, o, nullptr, {}, {}, now});
  take(m, o, now);
}

void Engine::activate_waiting(Market& m, WallTime now) {
  while (!to_activate_.empty()) {
    const auto id = to_activate_.front();
    to_activate_.erase(to_activate_.begin());
    activate(m, orders_[id], now);
  }
}

/// The first order has filled: the held legs come to life, or none of them does.
void Engine::activate(Market& m, OrderList& list, WallTime now) {
  list.legs_live = true;
  list.updated = now;
  const auto refused = [&](const Order& leg) {
    if (leg.done() || hooks().refuse_when_live(leg)) return true;
    const auto order = as_new(leg);
    if (why_filtered(m.spec, order, reference(m)) || !affords(list.account, m, order)) return true;
    const auto why = why_not_live(m, order);
    return why && !(*why == Reject::would_trigger && m.spec.late_stops == LatePolicy::fire);
  };
  bool any_refused = false;
  for (std::size_t i = 1; i < list.orders.size(); ++i)
    any_refused = any_refused || refused(orders_[list.orders[i]]);

  for (std::size_t i = 1; i < list.orders.size(); ++i) {
    auto& leg = orders_[list.orders[i]];
    if (leg.done()) continue;
    if (any_refused) {
      end(m, leg, OrderState::expired, EndReason::refused_when_live, {}, now);
      continue;
    }
    leg.state = OrderState::open;
    leg.updated = now;
    if (!leg.armed()) {
      leg.on_book = true;
      leg.working_since = now;
    }
  }
  if (any_refused) return on_ended(m, orders_[list.orders[1]], now);
  const bool locked = restate_lock(orders_[list.orders[1]], true);
  assert(locked);
  static_cast<void>(locked);
  tell(list, ListChange::started, now);
  for (std::size_t i = 1; i < list.orders.size(); ++i)
    tell({OrderChange::activated, orders_[list.orders[i]], nullptr, {}, {}, now});
  for (std::size_t i = 1; i < list.orders.size(); ++i)
    if (auto& leg = orders_[list.orders[i]]; !leg.done()) go_live(m, leg, now);
}

void Engine::expire(Market& m, Order& o, EndReason why, WallTime now) {
  end_with_list(m, o, OrderState::expired, why, now);
}

void Engine::end_with_list(Market& m, Order& o, OrderState state, EndReason why, WallTime now) {
  end(m, o, state, why, {}, now);
  on_ended(m, o, now);
}

/// Takes an order out of the market. What that means for its list is for `on_ended`.
void Engine::end(Market& m, Order& o, OrderState state, EndReason why, const ClientId& cancel_id,
                 WallTime now) {
  if (o.armed()) m.armed.remove(o);
  m.resting.remove(o.id);
  o.state = state;
  o.end = why;
  o.on_book = false;
  o.updated = now;
  orders_.close(o);
  restate_lock(o, false);
  const auto change = state == OrderState::cancelled    ? OrderChange::cancelled
                      : state == OrderState::self_trade ? OrderChange::prevented
                                                        : OrderChange::expired;
  const auto id =
      change == OrderChange::cancelled && cancel_id.empty() ? make_client_id() : cancel_id;
  tell({change, o, nullptr, id, {}, now});
}

void Engine::on_ended(Market& m, Order& o, WallTime now) {
  if (o.list == ListId::none) return;
  auto& list = orders_[o.list];
  const bool first_of_chain = list.kind != ListKind::oco && list.orders[0] == o.id;
  if (first_of_chain && !list.legs_live) {
    if (o.state == OrderState::filled) {
      to_activate_.push_back(list.id);
      return;
    }
    list.legs_live = true;
    for (std::size_t i = 1; i < list.orders.size(); ++i)
      if (auto& leg = orders_[list.orders[i]]; !leg.done())
        end(m, leg, OrderState::expired, EndReason::parent, {}, now);
  } else if (o.state != OrderState::filled) {
    // One leg that ends for its own reasons (self-trade prevention, the venue's hand, a rest that
    // found no market) takes the other with it: a pair is one order with two prices.
    if (auto* other = sibling(o); other && !other->done())
      end(m, *other, OrderState::expired, EndReason::sibling, {}, now);
  }
  const bool all_done = std::all_of(list.orders.begin(), list.orders.end(),
                                    [&](OrderId id) { return orders_[id].done(); });
  if (!all_done || list.done) return;
  list.done = true;
  list.updated = now;
  tell(list, ListChange::done, now);
}

Order* Engine::sibling(const Order& o) {
  if (o.list == ListId::none) return nullptr;
  const auto& list = orders_[o.list];
  if (list.kind == ListKind::oto) return nullptr;
  const std::size_t pair_at = list.kind == ListKind::oco ? 0 : 1;
  const auto a = list.orders[pair_at];
  const auto b = list.orders[pair_at + 1];
  if (o.id != a && o.id != b) return nullptr;
  return &orders_[o.id == a ? b : a];
}

void Engine::end_sibling(Market& m, const Order& o, WallTime now) {
  auto* other = sibling(o);
  if (!other || other->done()) return;
  end(m, *other, OrderState::expired, EndReason::sibling, {}, now);
}

/// What a buyer needs, where the fee is taken from the same balance.
Decimal Engine::with_fee(AccountId account, Decimal cost) const {
  const auto& spec = accounts_.spec(account);
  return spec.fees_in_quote ? cost + times(cost, spec.taker_fee, Rounding::up) : cost;
}

/// What an order could still take from the balance its side pays with.
Decimal Engine::lock_needed(const Order& o) const {
  if (o.done() || o.held()) return {};
  if (o.side == Side::sell) {
    return o.for_quote.is_positive() ? Decimal{} : o.rest().decimal();
  }
  if (has_price(o.type)) return with_fee(o.account, cost_of(o.price, o.rest()).decimal());
  if (is_conditional(o.type)) return with_fee(o.account, cost_of(o.stop_price, o.rest()).decimal());
  return {};
}

bool Engine::restate_lock(const Order& o, bool may_grow) {
  auto needed = lock_needed(o);
  if (const auto* other = sibling(o)) needed = std::max(needed, lock_needed(*other));
  if (!may_grow) needed = std::min(needed, accounts_.held(o.lock));
  return accounts_.restate(o.lock, needed);
}

void Engine::tell(const OrderEvent& event) {
  for (auto* sink : sinks_) sink->on_order(event);
}

void Engine::tell(const OrderList& list, ListChange change, WallTime now) {
  for (auto* sink : sinks_) sink->on_list(list, change, now);
}

void Engine::flush(MarketId market, WallTime now) {
  for (std::size_t i = 0; i < accounts_.count(); ++i) {
    const auto account = static_cast<AccountId>(i);
    const auto changes = accounts_.take_changes(account);
    if (changes.empty()) continue;
    for (auto* sink : sinks_) sink->on_balances(account, changes, now);
  }
  auto& m = at(market);
  const auto top = visible(m);
  if (top == m.shown) return;
  m.shown = top;
  for (auto* sink : sinks_) sink->on_book(market, top, now);
}

/// The outside top with accounts' orders that stand at or before it.
BookTop Engine::visible(const Market& m) const {
  auto top = m.external.as_set();
  const auto take_best = [](const std::vector<Level>& levels, Price& price, Quantity& quantity) {
    quantity = levels.empty() ? Quantity{} : levels.front().quantity;
    if (!levels.empty()) price = levels.front().price;
  };
  take_best(m.external.on(Side::buy), top.bid, top.bid_quantity);
  take_best(m.external.on(Side::sell), top.ask, top.ask_quantity);
  const auto add = [&](Side side, Price& price, Quantity& quantity, Price other) {
    const auto best = m.resting.best(side);
    if (!best) return;
    const auto own = orders_[*best].price;
    const bool buys = side == Side::buy;
    // A partly filled order may stand where the outside market has nothing left; showing it would
    // show a crossed book.
    if (other.is_positive() && (buys ? own >= other : own <= other)) return;
    if (price.is_positive() && (buys ? own < price : own > price)) return;
    if (own != price) quantity = {};
    price = own;
    for (const auto id : m.resting.all(side)) {
      if (orders_[id].price != own) break;
      quantity += orders_[id].rest();
    }
  };
  const auto outside = top;
  add(Side::buy, top.bid, top.bid_quantity, outside.ask);
  add(Side::sell, top.ask, top.ask_quantity, outside.bid);
  return top;
}

}  // namespace signalbox::simulator
