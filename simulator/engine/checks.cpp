#include <algorithm>

#include "simulator/engine/engine.hpp"
#include "simulator/engine/filters.hpp"
#include "simulator/engine/money.hpp"

namespace signalbox::simulator {
namespace {

/// The price that says on which side of the market a leg lies.
Price side_price(const NewOrder& o) { return is_conditional(o.type) ? o.stop_price : o.price; }

}  // namespace

Price Engine::reference(const Market& m) const {
  return m.last.is_positive() ? m.last : m.external.as_set().bid;
}

Price Engine::trigger_price(const Market& m, bool rising) const {
  if (m.spec.trigger_by == TriggerBy::last) return m.last;
  return rising ? m.external.as_set().ask : m.external.as_set().bid;
}

bool Engine::would_take(const Market& m, Side side, Price price) const {
  const auto& levels = m.external.on(opposite(side));
  const auto resting = m.resting.best(opposite(side));
  const auto reaches = [&](Price p) { return side == Side::buy ? p <= price : p >= price; };
  return (!levels.empty() && reaches(levels.front().price)) ||
         (resting && reaches(orders_[*resting].price));
}

Notional Engine::walk_cost(const Market& m, const NewOrder& order) const {
  if (order.for_quote.is_positive()) return order.for_quote;
  Notional cost;
  auto left = order.quantity;
  for (const auto& level : m.external.on(opposite(order.side))) {
    const auto here = std::min(left, level.quantity);
    cost += cost_of(level.price, here);
    left -= here;
    if (left.is_zero()) break;
  }
  return cost;
}

bool Engine::affords(AccountId account, const Market& m, const NewOrder& order) const {
  const auto& i = m.spec.instrument;
  if (order.side == Side::sell && order.for_quote.is_positive()) {
    const auto needed =
        Decimal::div(order.for_quote.decimal(), reference(m).decimal(), Rounding::down);
    return needed && accounts_.free(account, i.base) >= *needed;
  }
  if (order.side == Side::sell) return accounts_.free(account, i.base) >= order.quantity.decimal();
  const auto cost = order.type == OrderType::market ? walk_cost(m, order)
                    : has_price(order.type)         ? cost_of(order.price, order.quantity)
                                                    : cost_of(order.stop_price, order.quantity);
  return accounts_.free(account, i.quote) >= with_fee(account, cost.decimal());
}

/// Whether the market, as it stands, lets an order of this kind come to life.
std::optional<Reject> Engine::why_not_live(const Market& m, const NewOrder& order) const {
  if (is_conditional(order.type)) {
    const auto market = trigger_price(m, ArmedOrders::rising(order.side, order.type));
    if (market.is_positive() &&
        ArmedOrders::reached(order.side, order.type, order.stop_price, market))
      return Reject::would_trigger;
  }
  if (order.type == OrderType::limit_maker && would_take(m, order.side, order.price))
    return Reject::would_take;
  return std::nullopt;
}

std::optional<Reject> Engine::why_not_placed(AccountId account, MarketId market,
                                             const NewOrder& order) const {
  const auto& m = at(market);
  if (orders_.full()) return Reject::full;
  if (!m.spec.instrument.trading || !accounts_.spec(account).can_trade)
    return Reject::market_closed;
  if (const auto why = why_filtered(m.spec, order, reference(m))) return why;
  if (const auto* used = orders_.find(account, order.client_id);
      !order.client_id.empty() && used && !used->done())
    return Reject::duplicate_id;
  return std::nullopt;
}

std::optional<Reject> Engine::why_no_room(AccountId account, MarketId market,
                                          std::span<const NewOrder> orders) const {
  std::size_t open = orders.size();
  auto conditional = static_cast<std::size_t>(std::count_if(
      orders.begin(), orders.end(), [](const auto& o) { return is_conditional(o.type); }));
  const bool adds_conditional = conditional > 0;
  const auto& i = at(market).spec.instrument;
  const auto fits = [](std::size_t count, std::size_t max) { return max == 0 || count <= max; };
  // Where there is room for all of the account's, those of one market need not be counted.
  const auto most = open + orders_.open(account).size();
  if (fits(most, i.orders_max) && (!adds_conditional || fits(most, i.conditional_orders_max)))
    return std::nullopt;
  for (const auto id : orders_.open(account)) {
    const auto& o = orders_[id];
    if (o.market != market) continue;
    ++open;
    if (o.armed() || (o.held() && is_conditional(o.type))) ++conditional;
  }
  if (!fits(open, i.orders_max)) return Reject::too_many_orders;
  if (adds_conditional && !fits(conditional, i.conditional_orders_max))
    return Reject::too_many_conditional;
  return std::nullopt;
}

std::optional<Reject> Engine::why_not(AccountId account, MarketId market,
                                      const NewOrder& order) const {
  if (const auto why = why_not_placed(account, market, order)) return why;
  if (const auto why = why_no_room(account, market, {&order, 1})) return why;
  if (const auto why = why_not_live(at(market), order)) return why;
  if (!affords(account, at(market), order)) return Reject::insufficient_balance;
  return std::nullopt;
}

/// A pair is one stop and one order on the profitable side; `now` also holds both against the
/// market.
std::optional<Reject> Engine::why_not_paired(const Market& m, const NewOrder& a, const NewOrder& b,
                                             bool now) const {
  if (is_stop(a.type) == is_stop(b.type) || a.side != b.side || a.quantity != b.quantity)
    return Reject::price_relation;
  const auto stop = side_price(is_stop(a.type) ? a : b);
  const auto profit = side_price(is_stop(a.type) ? b : a);
  const auto low = a.side == Side::sell ? stop : profit;
  const auto high = a.side == Side::sell ? profit : stop;
  if (low >= high) return Reject::price_relation;
  const auto last = reference(m);
  if (now && last.is_positive() && (low >= last || last >= high)) return Reject::price_relation;
  return std::nullopt;
}

std::optional<Reject> Engine::why_no_list(AccountId account, MarketId market,
                                          const NewList& list) const {
  const auto& m = at(market);
  const std::size_t expected = list.kind == ListKind::otoco ? 3 : 2;
  if (list.orders.size() != expected) return Reject::price_relation;
  if (const auto* used = orders_.find_list(account, list.client_id);
      !list.client_id.empty() && used && !used->done)
    return Reject::duplicate_list_id;
  for (std::size_t i = 0; i < expected; ++i) {
    if (const auto why = why_not_placed(account, market, list.orders[i])) return why;
    for (std::size_t j = 0; j < i; ++j)
      if (!list.orders[i].client_id.empty() && list.orders[i].client_id == list.orders[j].client_id)
        return Reject::duplicate_id;
  }
  const std::span all{list.orders.begin(), list.orders.size()};
  if (const auto why = why_no_room(account, market, all)) return why;
  if (m.spec.lists_max != 0 && orders_.open(account).size() >= m.spec.lists_max) {
    std::size_t open = 1;
    std::vector<ListId> seen;
    for (const auto id : orders_.open(account)) {
      const auto& o = orders_[id];
      if (o.market != market || o.list == ListId::none) continue;
      if (std::find(seen.begin(), seen.end(), o.list) != seen.end()) continue;
      seen.push_back(o.list);
      ++open;
    }
    if (open > m.spec.lists_max) return Reject::too_many_lists;
  }

  const auto& first = list.orders[0];
  if (list.kind == ListKind::oco) {
    if (const auto why = why_not_paired(m, first, list.orders[1], true)) return why;
    for (const auto& leg : list.orders)
      if (const auto why = why_not_live(m, leg)) return why;
    if (!affords(account, m, list.orders[0]) || !affords(account, m, list.orders[1]))
      return Reject::insufficient_balance;
    return std::nullopt;
  }
  if (list.kind == ListKind::otoco)
    if (const auto why = why_not_paired(m, list.orders[1], list.orders[2], false)) return why;
  if (const auto why = why_not_live(m, first)) return why;
  if (!affords(account, m, first)) return Reject::insufficient_balance;
  return std::nullopt;
}

}  // namespace signalbox::simulator
