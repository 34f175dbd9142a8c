#include <algorithm>

#include "simulator/engine/engine.hpp"
#include "simulator/engine/money.hpp"

namespace signalbox::simulator {
namespace {

constexpr Decimal fee_unit = Decimal::from_raw(Decimal::one_raw / 100'000'000);  // 8 digits

bool within_limit(const Order& o, Price p) {
  if (!has_price(o.type)) return true;
  return o.side == Side::buy ? p <= o.price : p >= o.price;
}

}  // namespace

/// How much of the order could go at this price, in lots.
Quantity Engine::wanted(const Market& m, const Order& o, Price price) const {
  const auto lot = m.spec.instrument.lot_size;
  auto quantity = o.rest();
  if (o.for_quote.is_positive()) {
    const auto left = o.for_quote - o.filled_quote;
    const auto affordable = Decimal::div(left.decimal(), price.decimal(), Rounding::down);
    quantity = affordable ? to_lot(Quantity{*affordable}, lot) : Quantity{};
  }
  if (o.side == Side::sell && o.for_quote.is_positive())
    return std::min(quantity, to_lot(Quantity{accounts_.payable(o.lock)}, lot));
  if (o.side == Side::buy && !has_price(o.type)) {
    // A market buy holds nothing in advance beyond its estimate: it stops where the money ends.
    const auto payable = accounts_.payable(o.lock);
    if (with_fee(o.account, cost_of(price, quantity).decimal()) > payable) {
      const auto affordable =
          Decimal::div(payable, with_fee(o.account, price.decimal()), Rounding::down);
      quantity = affordable ? to_lot(Quantity{*affordable}, lot) : Quantity{};
    }
  }
  return quantity;
}

void Engine::enter_step(const Market& m, Order& o) {
  if (o.step != m.step) o.filled_in_step = {};
  o.step = m.step;
}

/// What planned faults leave of a fill.
Quantity Engine::allowed(const Market& m, Order& o, Quantity quantity) {
  enter_step(m, o);
  return hooks().may_fill(o, quantity);
}

bool Engine::can_fill_now(const Market& m, Order& taker) {
  auto left = taker.rest();
  if (allowed(m, taker, left) < left) return false;
  for (const auto& level : m.external.on(opposite(taker.side))) {
    if (!within_limit(taker, level.price)) break;
    left -= std::min(left, level.quantity);
  }
  for (const auto id : m.resting.all(opposite(taker.side))) {
    const auto& maker = orders_[id];
    if (!within_limit(taker, maker.price)) break;
    left -= std::min(left, maker.rest());
  }
  return left.is_zero();
}

/// A live order meets the book: what can trade trades, the rest stands or ends.
void Engine::take(Market& m, Order& o, WallTime now) {
  o.on_book = true;
  if (!o.working_since) o.working_since = now;
  const bool kill = o.time_in_force == TimeInForce::fok && has_price(o.type);
  if (kill && !can_fill_now(m, o)) return expire(m, o, EndReason::fill_or_kill, now);
  match(m, o, now);
  if (o.done()) return;
  if (!has_price(o.type)) return expire(m, o, EndReason::no_liquidity, now);
  if (kill) return expire(m, o, EndReason::fill_or_kill, now);
  if (o.time_in_force == TimeInForce::ioc) return expire(m, o, EndReason::immediate_rest, now);
  m.resting.add(o);
}

void Engine::match(Market& m, Order& taker, WallTime now) {
  const auto against = opposite(taker.side);
  while (!taker.done()) {
    const auto& levels = m.external.on(against);
    const auto resting = m.resting.best(against);
    const auto better = [&](Price a, Price b) { return taker.side == Side::buy ? a < b : a > b; };
    const bool meets_account =
        resting && (levels.empty() || better(orders_[*resting].price, levels.front().price));
    if (!meets_account && levels.empty()) return;
    const auto price = meets_account ? orders_[*resting].price : levels.front().price;
    if (!within_limit(taker, price)) return;

    if (meets_account && prevent_self_trade(m, taker, orders_[*resting], now)) continue;
    auto quantity = std::min(wanted(m, taker, price),
                             meets_account ? orders_[*resting].rest() : levels.front().quantity);
    quantity = std::min(quantity, allowed(m, taker, quantity));
    if (!quantity.is_positive()) return;
    if (!meets_account) {
      m.external.take(against, quantity);
      trade_with_market(m, taker, price, quantity, false, now);
      continue;
    }
    auto& maker = orders_[*resting];
    const auto id = ++m.trades;
    show_print(m, taker.market, id, price, quantity, taker.side == Side::sell, now);
    enter_step(m, maker);
    fill(m, maker, id, price, quantity, true, now);
    fill(m, taker, id, price, quantity, false, now);
  }
}

/// Standing orders that the outside market has reached trade at their own price.
void Engine::cross(Market& m, Side side, WallTime now) {
  const auto against = opposite(side);
  for (const auto id : m.resting.all(side)) {
    auto& order = orders_[id];
    while (!order.done()) {
      const auto& levels = m.external.on(against);
      if (levels.empty()) return;
      if (!within_limit(order, levels.front().price)) return;
      auto quantity = std::min(order.rest(), levels.front().quantity);
      quantity = std::min(quantity, allowed(m, order, quantity));
      if (!quantity.is_positive()) break;
      m.external.take(against, quantity);
      trade_with_market(m, order, order.price, quantity, true, now);
    }
  }
}

bool Engine::prevent_self_trade(Market& m, Order& taker, Order& maker, WallTime now) {
  if (taker.account != maker.account || taker.self_trade == SelfTrade::allow) return false;
  const auto mode = taker.self_trade;
  if (mode == SelfTrade::expire_maker || mode == SelfTrade::expire_both)
    end_with_list(m, maker, OrderState::self_trade, EndReason::self_trade, now);
  if (mode == SelfTrade::expire_taker || mode == SelfTrade::expire_both)
    end_with_list(m, taker, OrderState::self_trade, EndReason::self_trade, now);
  return true;
}

void Engine::trade_with_market(Market& m, Order& o, Price price, Quantity quantity, bool maker,
                               WallTime now) {
  const auto id = ++m.trades;
  const bool buyer_is_maker = (o.side == Side::buy) == maker;
  show_print(m, o.market, id, price, quantity, buyer_is_maker, now);
  fill(m, o, id, price, quantity, maker, now);
}

void Engine::fill(Market& m, Order& o, std::uint64_t trade, Price price, Quantity quantity,
                  bool maker, WallTime now) {
  if (m.spec.pairs == PairPolicy::first_fill_ends_sibling || o.rest() == quantity)
    end_sibling(m, o, now);

  const auto& i = m.spec.instrument;
  const auto quote = value_of(price, quantity);
  const bool buys = o.side == Side::buy;
  const auto received = buys ? quantity.decimal() : quote.decimal();
  const auto& account = accounts_.spec(o.account);
  const bool on_top = buys && account.fees_in_quote;
  const auto rate = maker ? account.maker_fee : account.taker_fee;
  const auto exact_fee = times(on_top ? quote.decimal() : received, rate, Rounding::down);
  const auto fee = Decimal::to_step(exact_fee, fee_unit, Rounding::down).value_or(exact_fee);
  const auto paid = buys ? quote.decimal() : quantity.decimal();
  accounts_.pay(o.lock, on_top ? paid + fee : paid);
  accounts_.credit(o.account, buys ? i.base : i.quote, on_top ? received : received - fee);

  o.filled_in_step += quantity;
  o.filled += quantity;
  o.filled_quote += quote;
  o.updated = now;
  if (o.for_quote.is_positive() && wanted(m, o, price).is_zero()) o.quantity = o.filled;
  const bool whole = o.rest().is_zero();
  o.state = whole ? OrderState::filled : OrderState::partly_filled;
  if (whole) {
    o.on_book = false;
    m.resting.remove(o.id);
    orders_.close(o);
  }
  restate_lock(o, false);

  const Trade t{trade, o.id,     o.account,      o.market, o.side,
                price, quantity, quote,          fee,      buys && !on_top ? i.base : i.quote,
                maker, now,      buys && !on_top};
  tell({OrderChange::traded, o, &t, {}, {}, now});
  if (whole) on_ended(m, o, now);
}

void Engine::show_print(Market& m, MarketId market, std::uint64_t trade, Price price,
                        Quantity quantity, bool buyer_is_maker, WallTime now) {
  m.last = price;
  const Print print{trade, price, quantity, buyer_is_maker};
  for (auto* sink : sinks_) sink->on_print(market, print, now);
}

}  // namespace signalbox::simulator
