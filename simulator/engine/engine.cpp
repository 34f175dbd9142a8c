#include "simulator/engine/engine.hpp"

#include <algorithm>
#include <cassert>

#include "simulator/engine/filters.hpp"
#include "simulator/engine/money.hpp"

namespace signalbox::simulator {

Engine::Engine() { add_sink(record_); }

void Engine::remove_sink(EngineSink& sink) {
  sinks_.erase(std::remove(sinks_.begin(), sinks_.end(), &sink), sinks_.end());
}

MarketId Engine::add_market(MarketSpec spec) {
  markets_.push_back(std::make_unique<Market>(std::move(spec)));
  return static_cast<MarketId>(markets_.size() - 1);
}

AccountId Engine::add_account(AccountSpec spec) { return accounts_.add(std::move(spec)); }

std::optional<MarketId> Engine::find_market(const Symbol& symbol) const {
  for (std::size_t i = 0; i < markets_.size(); ++i)
    if (markets_[i]->spec.instrument.symbol == symbol) return static_cast<MarketId>(i);
  return std::nullopt;
}

std::optional<AccountId> Engine::find_account(const AccountName& name) const {
  for (std::size_t i = 0; i < accounts_.count(); ++i)
    if (accounts_.spec(static_cast<AccountId>(i)).name == name) return static_cast<AccountId>(i);
  return std::nullopt;
}

ClientId Engine::make_client_id() {
  // Twenty-two characters, as the venue's own; a counter behind a mix, so a run repeats itself.
  constexpr std::string_view alphabet =
      "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
  std::string text(22, '0');
  auto state = ++made_ids_ * 0x9e3779b97f4a7c15ULL;
  for (auto& c : text) {
    state ^= state >> 29;
    state *= 0xbf58476d1ce4e5b9ULL;
    state ^= state >> 32;
    c = alphabet[state % alphabet.size()];
  }
  return ClientId{text};
}

bool Engine::deposit(AccountId account, const Asset& asset, Decimal amount, WallTime now) {
  if (amount.is_negative()) {
    if (!accounts_.debit(account, asset, -amount)) return false;
  } else {
    accounts_.credit(account, asset, amount);
  }
  for (auto* sink : sinks_) sink->on_transfer(account, asset, amount, now);
  const auto changes = accounts_.take_changes(account);
  for (auto* sink : sinks_) sink->on_balances(account, changes, now);
  return true;
}

void Engine::set_top(MarketId market, const BookTop& top, WallTime now) {
  auto& m = at(market);
  ++m.step;
  m.external.set(top);
  if (m.last.is_zero()) m.last = top.bid;
  settle(market, now);
}

void Engine::print(MarketId market, Price price, Quantity quantity, bool buyer_is_maker,
                   WallTime now) {
  auto& m = at(market);
  show_print(m, market, ++m.trades, price, quantity, buyer_is_maker, now);
  settle(market, now);
}

void Engine::move_to(MarketId market, Price price, Quantity quantity, WallTime now) {
  const auto tick = at(market).spec.instrument.tick_size;
  set_top(market, {price - tick, quantity, price + tick, quantity}, now);
  print(market, price, quantity, false, now);
}

void Engine::set_trading(MarketId market, bool trading, WallTime) {
  at(market).spec.instrument.trading = trading;
}

void Engine::refuse(AccountId account, MarketId market, std::span<const NewOrder> orders,
                    Reject why, WallTime now) {
  for (const auto& order : orders)
    for (auto* sink : sinks_) sink->on_refused(account, market, order, why, now);
}

Order& Engine::create(AccountId account, MarketId market, const NewOrder& from, ListId list,
                      WallTime now) {
  Order order;
  order.account = account;
  order.market = market;
  order.list = list;
  order.client_id = from.client_id.empty() ? make_client_id() : from.client_id;
  order.side = from.side;
  order.type = from.type;
  order.time_in_force = from.time_in_force;
  order.self_trade = from.self_trade;
  order.quantity = from.quantity;
  order.price = has_price(from.type) ? from.price : Price{};
  order.stop_price = is_conditional(from.type) ? from.stop_price : Price{};
  order.for_quote = from.for_quote;
  order.created = order.updated = now;
  const auto& i = at(market).spec.instrument;
  order.lock = accounts_.open_lock(account, from.side == Side::buy ? i.quote : i.base);
  return orders_.add(std::move(order));
}

void Engine::go_live(Market& m, Order& order, WallTime now) {
  if (order.armed())
    m.armed.add(order);
  else
    take(m, order, now);
}

Engine::Answer<OrderId> Engine::place(AccountId account, MarketId market, const NewOrder& order,
                                      WallTime now) {
  if (const auto why = why_not(account, market, order)) {
    refuse(account, market, {&order, 1}, *why, now);
    return tl::unexpected(*why);
  }
  auto& m = at(market);
  auto& placed = create(account, market, order, ListId::none, now);
  const bool locked = restate_lock(placed, true);
  assert(locked);
  static_cast<void>(locked);
  if (!placed.armed()) {
    placed.on_book = true;
    placed.working_since = now;
  }
  tell({OrderChange::accepted, placed, nullptr, {}, {}, now});
  go_live(m, placed, now);
  settle(market, now);
  return placed.id;
}

Engine::Answer<PlacedList> Engine::place(AccountId account, MarketId market, const NewList& wanted,
                                         WallTime now) {
  const std::span all{wanted.orders.begin(), wanted.orders.size()};
  if (const auto why = why_no_list(account, market, wanted)) {
    refuse(account, market, all, *why, now);
    return tl::unexpected(*why);
  }
  auto& m = at(market);
  const bool pair_now = wanted.kind == ListKind::oco;
  auto& list = orders_.add(
      OrderList{.account = account,
                .market = market,
                .kind = wanted.kind,
                .client_id = wanted.client_id.empty() ? make_client_id() : wanted.client_id,
                .created = now,
                .updated = now,
                .legs_live = pair_now});
  for (const auto& order : wanted.orders)
    list.orders.push_back(create(account, market, order, list.id, now).id);
  // The legs of a pair hold one amount between them: only one of them can ever take it.
  const std::size_t pair_at = pair_now ? 0 : 1;
  if (list.kind != ListKind::oto)
    orders_[list.orders[pair_at + 1]].lock = orders_[list.orders[pair_at]].lock;

  tell(list, ListChange::started, now);
  for (std::size_t i = 0; i < list.orders.size(); ++i) {
    auto& order = orders_[list.orders[i]];
    if (!pair_now && i > 0) {
      order.state = OrderState::held;
    } else if (!order.armed()) {
      order.on_book = true;
      order.working_since = now;
    }
  }
  const bool locked = restate_lock(orders_[list.orders[0]], true);
  assert(locked);
  static_cast<void>(locked);
  for (const auto id : list.orders)
    tell({OrderChange::accepted, orders_[id], nullptr, {}, {}, now});
  for (const auto id : list.orders)
    if (auto& order = orders_[id]; !order.held() && !order.done()) go_live(m, order, now);

  PlacedList placed{list.id, {}};
  for (const auto id : list.orders) placed.as_placed.push_back(orders_[id]);
  settle(market, now);
  return placed;
}

Engine::Answer<std::vector<OrderId>> Engine::cancel(AccountId account, OrderId id,
                                                    const ClientId& cancel_id, CancelOnly only,
                                                    WallTime now) {
  const auto* found = orders_.find(id);
  if (!found || found->account != account || found->done())
    return tl::unexpected(Reject::unknown_order);
  if ((only == CancelOnly::untouched && !found->filled.is_zero()) ||
      (only == CancelOnly::partly_filled && found->filled.is_zero()))
    return tl::unexpected(Reject::cancel_restricted);
  if (found->list != ListId::none) {
    auto all = cancel(account, found->list, cancel_id, now);
    if (all) std::stable_partition(all->begin(), all->end(), [&](OrderId o) { return o == id; });
    return all;
  }
  auto& order = orders_[id];
  end(at(order.market), order, OrderState::cancelled, EndReason::by_user, cancel_id, now);
  settle(order.market, now);
  return std::vector{id};
}

Engine::Answer<std::vector<OrderId>> Engine::cancel(AccountId account, ListId id,
                                                    const ClientId& cancel_id, WallTime now) {
  const auto* found = orders_.find(id);
  if (!found || found->account != account || found->done)
    return tl::unexpected(Reject::unknown_order);
  const auto common = cancel_id.empty() ? make_client_id() : cancel_id;
  std::vector<OrderId> cancelled;
  auto& m = at(found->market);
  const auto market = found->market;
  for (const auto member : orders_[id].orders) {
    auto& order = orders_[member];
    if (order.done()) continue;
    cancelled.push_back(member);
    end(m, order, OrderState::cancelled, EndReason::by_user, common, now);
  }
  for (const auto member : cancelled) on_ended(m, orders_[member], now);
  settle(market, now);
  return cancelled;
}

Engine::Answer<OrderId> Engine::amend(AccountId account, OrderId id, Quantity quantity,
                                      const ClientId& new_client_id, WallTime now) {
  const auto* found = orders_.find(id);
  if (!found || found->account != account || found->done())
    return tl::unexpected(Reject::unknown_order);
  auto& order = orders_[id];
  auto& m = at(order.market);
  if (quantity >= order.quantity || quantity <= order.filled)
    return tl::unexpected(Reject::amend_refused);
  if (!on_step(quantity.decimal(), m.spec.instrument.lot_size.decimal()) ||
      quantity < m.spec.instrument.quantity_min)
    return tl::unexpected(Reject::lot_size);
  const auto at_price = has_price(order.type) ? order.price : order.stop_price;
  if (const auto why = why_notional(m.spec, order.type, at_price, quantity))
    return tl::unexpected(*why);
  const auto* used = orders_.find(account, new_client_id);
  if (!new_client_id.empty() && used && used->id != id && !used->done())
    return tl::unexpected(Reject::duplicate_id);

  const auto amend_one = [&](Order& o, const ClientId& new_id) {
    const auto previous = o.client_id;
    o.quantity = quantity;
    o.updated = now;
    orders_.rename(o, new_id);
    tell({OrderChange::amended, o, nullptr, {}, previous, now});
  };
  amend_one(order, new_client_id.empty() ? make_client_id() : new_client_id);
  if (auto* other = sibling(order); other && !other->done()) amend_one(*other, other->client_id);
  if (!order.held()) restate_lock(order, false);
  if (order.list != ListId::none) tell(orders_[order.list], ListChange::updated, now);
  settle(order.market, now);
  return id;
}

}  // namespace signalbox::simulator
