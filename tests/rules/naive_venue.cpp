#include "tests/rules/naive_venue.hpp"

namespace signalbox::test {

std::vector<std::size_t> NaiveVenue::live() const {
  std::vector<std::size_t> all;
  for (const auto& each : orders_)
    if (each.live()) all.push_back(each.number);
  return all;
}

Quantity NaiveVenue::bought_by(const SignalHash& bracket) const {
  Quantity sum;
  for (const auto& each : orders_)
    if (each.bracket == bracket && each.leg.kind == LegKind::entry) sum += each.filled;
  return sum;
}

/// What live sells may still take; a stop and a target of one slice take it once.
Quantity NaiveVenue::locked() const {
  std::map<std::pair<SignalHash, int>, Quantity> slices;
  for (const auto& each : orders_) {
    if (!each.live() || each.spec.side != Side::sell || each.status == OrderStatus::pending)
      continue;
    const int slice = each.leg.kind == LegKind::close ? -1 : each.leg.index;
    auto& taken = slices[{each.bracket, slice}];
    taken = std::max(taken, each.rest());
  }
  Quantity sum;
  for (const auto& [slice, taken] : slices) sum += taken;
  return sum;
}

OrderReport NaiveVenue::report(const Held& order, WallTime now) const {
  OrderReport r;
  r.symbol = btc_usdt;
  r.id = order.spec.id;
  r.venue_id = VenueOrderId{std::to_string(order.number)};
  r.status = order.status;
  if (order.live() && order.filled.is_positive()) r.status = OrderStatus::partially_filled;
  r.side = order.spec.side;
  r.kind = order.spec.kind;
  r.quantity = order.spec.quantity;
  r.filled = order.filled;
  r.triggered = order.triggered;
  r.time = now;
  return r;
}

WriteResult NaiveVenue::place(const PlaceOrders& request, WallTime now) {
  WriteResult result{.request = request.request, .outcome = Outcome::refused};
  const auto refuse = [&](Refusal why) {
    result.refusal = why;
    return result;
  };
  Quantity asked;
  for (const auto& spec : request.orders) {
    const auto known = newest_.find(spec.id);
    if (known != newest_.end()) {
      if (spec.side == Side::buy && request.order_class == OrderClass::entry)
        wrongs_.push_back("an entry was sent twice: " + spec.id.str());
      if (orders_[known->second].live() && options_.ids_unique)
        return refuse(Refusal::duplicate_id);
      // A stop sent again under its id, whose first sending came late and traded meanwhile: here
      // the balance refuses it.
      if (orders_[known->second].filled.is_positive()) return refuse(Refusal::insufficient_funds);
    }
    if (spec.side == Side::sell) asked = std::max(asked, spec.quantity);
    if (!spec.quantity.is_positive()) wrongs_.push_back("nothing was asked for: " + spec.id.str());
  }
  const bool attached = request.linkage == Linkage::one_triggers_pair ||
                        request.linkage == Linkage::one_triggers_other;
  if (options_.holds_balance && !attached && asked.is_positive() &&
      locked() + held_outside_ + asked > base_) {
    // Nobody told us of what others hold; the venue's refusal does.
    if (held_outside_.is_positive()) return refuse(Refusal::insufficient_funds);
    wrongs_.push_back("sells exceed what is held: " + asked.str() + " beside " + locked().str() +
                      " of " + base_.str() + ", " + request.orders[0].id.str());
    return refuse(Refusal::insufficient_funds);
  }

  std::vector<std::size_t> group;
  for (const auto& spec : request.orders) {
    const auto parsed = parse_client_order_id(spec.id.view());
    Held held{.spec = spec, .leg = parsed->leg, .bracket = parsed->signal};
    held.linkage = request.linkage;
    held.number = orders_.size();
    if (attached && parsed->leg.kind != LegKind::entry) held.status = OrderStatus::pending;
    newest_[spec.id] = held.number;
    group.push_back(held.number);
    orders_.push_back(held);
  }
  for (const auto number : group) {
    orders_[number].group = group;
    const auto said = report(orders_[number], now);
    result.orders.push_back(said);
    events_.push_back(said);
  }
  result.outcome = Outcome::accepted;
  // Market orders trade at once, in two parts where they are large.
  auto& first = orders_[group[0]];
  if (first.spec.kind == OrderKind::market) {
    const Quantity part = first.spec.quantity > qty("0.5") ? qty("0.3") : first.spec.quantity;
    trade(first.number, part, now);
    if (first.live()) trade(first.number, first.rest(), now);
    result.orders.clear();
    for (const auto number : group) result.orders.push_back(report(orders_[number], now));
  } else if (first.spec.time_in_force == TimeInForce::fok) {
    end(first, OrderStatus::expired, now);
  }
  return result;
}

WriteResult NaiveVenue::cancel(const CancelOrder& request, WallTime now) {
  WriteResult result{.request = request.request, .outcome = Outcome::refused};
  const auto known = newest_.find(request.id);
  if (known == newest_.end() || !orders_[known->second].live()) {
    result.refusal = Refusal::not_found;
    return result;
  }
  auto& order = orders_[known->second];
  end(order, OrderStatus::cancelled, now);
  result.outcome = Outcome::accepted;
  for (const auto number : order.group) result.orders.push_back(report(orders_[number], now));
  return result;
}

void NaiveVenue::end(Held& order, OrderStatus how, WallTime now) {
  if (!order.live()) return;
  order.status = how;
  events_.push_back(report(order, now));
  const bool was_entry = order.leg.kind == LegKind::entry;
  for (const auto number : order.group) {
    auto& other = orders_[number];
    if (!other.live()) continue;
    // A pair goes together; legs that waited for an entry go with it, or start to work.
    if (was_entry && how == OrderStatus::filled) {
      other.status = OrderStatus::working;
      events_.push_back(report(other, now));
    } else if (was_entry || order.linkage != Linkage::single) {
      other.status = OrderStatus::expired;
      events_.push_back(report(other, now));
    }
  }
}

void NaiveVenue::cancel_outside(std::size_t number, WallTime now) {
  end(orders_[number], OrderStatus::cancelled, now);
}

void NaiveVenue::expire(std::size_t number, WallTime now) {
  end(orders_[number], OrderStatus::expired, now);
}

bool NaiveVenue::trade(std::size_t number, Quantity quantity, WallTime now) {
  auto& order = orders_[number];
  if (!order.live() || order.status == OrderStatus::pending) return false;
  quantity = std::min(quantity, order.rest());
  if (order.spec.reduce_only) {
    const Quantity closes = order.spec.side == Side::sell ? base_ : -base_;
    quantity = std::min(quantity, std::max(closes, Quantity{}));
    if (quantity.is_zero()) {
      end(order, OrderStatus::expired, now);
      return false;
    }
  }
  if (order.leg.kind == LegKind::stop && !order.triggered) {
    order.triggered = true;
    events_.push_back(report(order, now));
  }
  // The first trade of one leg ends the other.
  if (order.linkage != Linkage::single && order.leg.kind != LegKind::entry)
    for (const auto other : order.group)
      if (other != number && orders_[other].leg.kind != LegKind::entry && orders_[other].live()) {
        orders_[other].status = OrderStatus::expired;
        events_.push_back(report(orders_[other], now));
      }
  fill(order, quantity, now);
  return true;
}

void NaiveVenue::fill(Held& order, Quantity quantity, WallTime now) {
  order.filled += quantity;
  FillReport f;
  f.symbol = btc_usdt;
  f.id = order.spec.id;
  f.venue_id = VenueOrderId{std::to_string(order.number)};
  f.trade_id = TradeId{std::to_string(fills_.size() + 1)};
  f.side = order.spec.side;
  f.price = order.spec.price.value_or(order.spec.trigger_price.value_or(Price{100}));
  f.quantity = quantity;
  f.time = now;
  Quantity fee;
  if (order.spec.side == Side::buy) {
    fee = Quantity{*Decimal::mul(quantity.decimal(), options_.fee, Rounding::ceil)};
    base_ += quantity - fee;
    f.fee_asset = Asset{"BTC"};
  } else {
    base_ -= quantity;
    f.fee_asset = Asset{"USDT"};
  }
  if (options_.tells_fees) f.fee = fee.decimal();
  fills_.push_back(f);
  events_.push_back(f);
  if (order.filled == order.spec.quantity)
    end(order, OrderStatus::filled, now);
  else
    events_.push_back(report(order, now));
}

OrdersResult NaiveVenue::query(const QueryOrder& request) const {
  OrdersResult r;
  r.request = request.request;
  const auto known = newest_.find(request.id);
  if (known == newest_.end()) {
    r.outcome = Outcome::refused;
    r.refusal = Refusal::not_found;
    return r;
  }
  r.outcome = Outcome::accepted;
  r.items.push_back(report(orders_[known->second], {}));
  return r;
}

BalancesResult NaiveVenue::query(const QueryBalances& request) const {
  const Quantity held = locked() + held_outside_;
  BalancesResult r;
  r.request = request.request;
  r.outcome = Outcome::accepted;
  r.items.push_back({spot_instrument().base, base_ - std::min(held, base_), held});
  return r;
}

PositionsResult NaiveVenue::query(const QueryPositions& request) const {
  PositionsResult r;
  r.request = request.request;
  r.outcome = Outcome::accepted;
  if (!base_.is_zero()) r.items.push_back({.symbol = btc_usdt, .quantity = base_});
  return r;
}

OrdersResult NaiveVenue::query(const QueryOpenOrders& request) const {
  OrdersResult r;
  r.request = request.request;
  r.outcome = Outcome::accepted;
  for (const auto number : live()) r.items.push_back(report(orders_[number], {}));
  return r;
}

FillsResult NaiveVenue::query(const QueryFills& request) const {
  FillsResult r;
  r.request = request.request;
  r.outcome = Outcome::accepted;
  for (const auto& each : fills_)
    if (each.time >= request.since) r.items.push_back(each);
  return r;
}

}  // namespace signalbox::test
