// How a bracket's legs shall stand, given what it holds. The state is kept in bracket.cpp.
#include <algorithm>

#include "actors/rules/bracket.hpp"
#include "actors/rules/rounding.hpp"
#include "messages/plant.hpp"

namespace signalbox {

void Bracket::wish_entry(Wishes& out) {
  const Signal& s = plan_.signal;
  const bool wanted = !closing_ && !entry_unwanted_;
  if (!wanted && (!entry_.live() || entry_.state == LegView::State::cancelling)) return;
  WishedLeg entry{.leg = plan_.unprotected_by_request ? lone_entry : LegId{LegKind::entry, 0},
                  .side = s.side,
                  .kind = s.type == EntryType::market ? OrderKind::market : OrderKind::limit,
                  .quantity = wanted ? plan_.quantity : Quantity{},
                  .price = s.price,
                  .trigger_price = std::nullopt,
                  .trigger = Trigger::last,
                  .time_in_force = s.time_in_force.value_or(TimeInForce::gtc),
                  .post_only = s.post_only,
                  .reduce_only = s.reduce_only};
  if (s.type == EntryType::market) entry.price.reset();
  Wish wish{.order_class = OrderClass::entry, .linkage = Linkage::single, .legs = {entry}};
  // Wished is as good as sent until told otherwise: a fill that comes before the confirmation of
  // a wish must not make the bracket wish again.
  if (wanted) entry_ = LegView{.state = LegView::State::sent, .quantity = plan_.quantity};
  if (wanted && protects() && plan_.facts.tier == Tier::attached) {
    // Fees in base are paid out of what was bought: the exits must not ask for more.
    Quantity quantity = plan_.quantity;
    if (plan_.instrument.fee_in_base && sells())
      quantity -=
          Quantity{Decimal::mul(quantity.decimal(), plan_.instrument.taker_fee, Rounding::ceil)
                       .value_or(Decimal{})};
    wish.legs.push_back(wished_stop(0, to_sellable(quantity)));
    wish.linkage = Linkage::one_triggers_other;
    if (const auto target = wished_target(0, to_sellable(quantity))) {
      wish.legs.push_back(*target);
      wish.linkage = Linkage::one_triggers_pair;
      slots_[0].linked = true;
      slots_[0].target =
          LegView{.state = LegView::State::pending, .quantity = to_sellable(quantity)};
    }
    slots_[0].stop = LegView{.state = LegView::State::pending, .quantity = to_sellable(quantity)};
  }
  out.push_back(wish);
}

void Bracket::wish_targets_alone(MonoTime now, Wishes& out) {
  for (std::size_t i = 0; i < slots_max; ++i)
    if (slots_[i].live() && (outdated(slots_[i]) || !held().is_positive())) wish_gone(i, out);
  wish_shed(now, out);
  if (pausing(now)) return;
  Quantity rest = free() - std::min(to_shed(), free());
  while (exitable(rest) && free_slot() < slots_max) {
    const auto index = free_slot();
    const auto [target, quantity] = share_of_target(rest);
    slots_[index] = Slot{.target_index = target, .terms = terms_};
    slots_[index].target = LegView{.state = LegView::State::sent, .quantity = quantity};
    out.push_back({.order_class = OrderClass::protective,
                   .linkage = Linkage::single,
                   .legs = {*wished_target(index, quantity)}});
    rest -= quantity;
  }
}

Quantity Bracket::to_complete() const {
  const Instrument& i = plan_.instrument;
  // What is bought must be worth an order itself, at the lowest price an exit may have; with what
  // is there already it is worth one after fees.
  const auto worth =
      Decimal::div(i.notional_min.decimal(), lowest_exit().decimal(), Rounding::ceil);
  const Quantity least = std::max(i.quantity_min, Quantity{worth.value_or(amount_max)});
  const auto fee = Decimal::mul(least.decimal(), i.taker_fee, Rounding::ceil);
  return to_lot(least + Quantity{fee.value_or(amount_max)}, i) + i.lot_size;
}

void Bracket::wish_completed(Wishes& out) {
  if (policy_.dust != DustPolicy::complete || completed_ || plan_.held_already || !entry_done_ ||
      entry_unwanted_ || !held().is_positive() || exitable(sellable()) || any_exit_live())
    return;
  const Quantity quantity = to_complete();
  completed_ = true;
  if (entry_filled_ + quantity > plan_.quantity) return;  // more than was approved: it is dust
  entry_done_ = false;
  entry_ = LegView{.state = LegView::State::sent, .quantity = quantity};
  out.push_back({.order_class = OrderClass::entry,
                 .linkage = Linkage::single,
                 .legs = {WishedLeg{.leg = {LegKind::entry, 0},
                                    .side = plan_.signal.side,
                                    .kind = OrderKind::market,
                                    .quantity = quantity}}});
}

void Bracket::wish_protected(MonoTime now, Wishes& out) {
  // An attached entry protects nothing while it is partly filled: take what filled and cover it.
  if (plan_.facts.tier == Tier::attached && entry_.live() && entry_filled_.is_positive() &&
      entry_filled_ < plan_.quantity && !entry_unwanted_) {
    entry_unwanted_ = true;
    wish_entry(out);
  }

  for (std::size_t i = 0; i < slots_max; ++i) {
    Slot& slot = slots_[i];
    // Legs attached to an entry wait for it.
    const bool waits =
        i == 0 && plan_.facts.tier == Tier::attached && entry_.live() && entry_filled_.is_zero();
    if (!slot.live() || waits) continue;
    // A target whose stop is gone protects nothing and may hold the balance a new stop needs; a
    // leg larger than what is left of its slice would sell what the other has sold already.
    const bool at_once = slot.taking && now - *slot.bare_since < policy_.swap_within;
    const bool orphan = !slot.stop.live() && slot.target.live() && !at_once;
    const bool done = held().is_zero() && !at_once;
    if (orphan || done || slot.sells_twice()) wish_gone(i, out);
  }

  if (watches_targets()) wish_swaps(now, out);
  if (watches_targets() && engine_) wish_taken_by_engine(now, out);
  wish_completed(out);
  wish_moved(out);
  wish_shed(now, out);

  if (engine_ || pausing(now)) return;  // it is the stop itself
  if (SIGNALBOX_PLANTED(partial_fill_not_covered) && entry_.live()) return;
  if (!wish_slots(out).is_positive() || at_venue_) return;
  // Too little for a stop of its own, or no slot left: one slice is taken down and comes back
  // larger, not more often than the venue and the market can stand.
  const bool quiet = entry_done_ || free_slot() == slots_max;
  if (!quiet || (regrown_at_ && now < *regrown_at_ + policy_.regrow_every)) return;
  const auto standing = std::find_if(slots_.begin(), slots_.end(), [](const Slot& s) {
    return s.stop.stands() && s.stop.filled.is_zero() && s.target.filled.is_zero();
  });
  if (standing == slots_.end()) return;
  regrown_at_ = now;
  if (new_before_old() && free_slot() < slots_max) {
    // Where both may stand the larger one goes up first; this one comes down when that stands.
    const auto before = out.size();
    standing->terms = outdated_terms;
    wish_slots(out);
    if (out.size() > before) return;
  }
  wish_gone(static_cast<std::size_t>(standing - slots_.begin()), out);
}

/// Answers what is left without a slice of its own.
Quantity Bracket::wish_slots(Wishes& out) {
  Quantity rest = free() - std::min(to_shed(), free());
  while (exitable(rest) && free_slot() < slots_max) {
    const auto [target, quantity] = share_of_target(rest);
    retry_at_.reset();
    wish_slot(free_slot(), quantity, target, out);
    rest -= quantity;
  }
  return rest;
}

void Bracket::wish_moved(Wishes& out) const {
  Quantity current;
  bool settling = exitable(free() - std::min(to_shed(), free()));
  for (const auto& slot : slots_) {
    if (outdated(slot)) continue;
    current += slot.covers();
    settling = settling || (slot.live() && !slot.stop.stands());
  }
  for (std::size_t i = 0; i < slots_max; ++i) {
    const Slot& slot = slots_[i];
    if (!outdated(slot) || slot.stop.triggered_at || slot.taking) continue;
    const bool waits = plan_.facts.tier == Tier::attached && entry_.live();
    // Where the old stop holds the balance it has to go first: one slice at a time, and the next
    // when that one stands again.
    const bool covered_anew = current >= sellable() || free_slot() == slots_max;
    if (waits || (new_before_old() ? !covered_anew : settling)) continue;
    wish_gone(i, out);
    if (!new_before_old()) return;
  }
}

void Bracket::wish_shed(MonoTime now, Wishes& out) {
  if (!shed_.is_positive() || close_.live() || pausing(now)) return;
  // Stops that are on the move count twice: one thing after the other.
  if (new_before_old() &&
      std::any_of(slots_.begin(), slots_.end(), [this](const Slot& s) { return outdated(s); }))
    return;
  Quantity available = free();
  for (std::size_t i = slots_max; available < shed_ && i-- > 0;) {
    if (!slots_[i].live()) continue;
    available += slots_[i].holds();
    wish_gone(i, out);
  }
  if (free() < shed_) return;  // until the slices are down
  if (exitable(shed_))
    wish_sale(shed_, exit_side(), out);
  else
    shed_ = {};
}

void Bracket::wish_sale(Quantity quantity, Side side, Wishes& out) {
  if (plan_.instrument.market_quantity_max.is_positive())
    quantity = std::min(quantity, to_sellable(plan_.instrument.market_quantity_max));
  if (!exitable(quantity)) return;
  retry_at_.reset();
  close_ = LegView{.state = LegView::State::sent, .quantity = quantity};
  out.push_back({.order_class = OrderClass::close,
                 .linkage = Linkage::single,
                 .legs = {WishedLeg{.leg = {LegKind::close, 0},
                                    .side = side,
                                    .kind = OrderKind::market,
                                    .quantity = quantity,
                                    .reduce_only = plan_.instrument.kind == MarketKind::linear}}});
}

void Bracket::wish_closed(MonoTime now, Wishes& out) {
  for (std::size_t i = 0; i < slots_max; ++i)
    if (slots_[i].live()) wish_gone(i, out);
  if (close_.live() || pausing(now)) return;

  // More sold than bought: buy the surplus back. Otherwise sell what nothing else may still sell.
  const bool surplus = held().is_negative();
  if (surplus &&
      (SIGNALBOX_PLANTED(sold_while_a_stop_stands) || SIGNALBOX_PLANTED(closes_too_much)))
    return;
  Quantity quantity = surplus ? to_sellable(-held()) : free();
  if (SIGNALBOX_PLANTED(closes_too_much)) quantity += quantity;
  wish_sale(quantity, surplus ? plan_.signal.side : exit_side(), out);
}

void Bracket::wish_left_alone(MonoTime now, Wishes& out) {
  // Flat, what is left of its orders would open something.
  if (held().is_zero()) wish_nothing(out);
  wish_shed(now, out);
}

void Bracket::wish_nothing(Wishes& out) {
  for (std::size_t i = 0; i < slots_max; ++i)
    if (slots_[i].live()) wish_gone(i, out);
}

void Bracket::wish_gone(std::size_t index, Wishes& out) const {
  const Slot& slot = slots_[index];
  const auto gone = [&](LegKind kind, const LegView& leg) {
    if (leg.state == LegView::State::cancelling) return;
    out.push_back({.order_class = OrderClass::protective,
                   .linkage = Linkage::single,
                   .legs = {WishedLeg{.leg = {kind, static_cast<std::uint8_t>(index)},
                                      .side = exit_side()}}});
  };
  // The venue takes the other leg of a linked pair with the one that is cancelled. A stop that
  // fills now is let fill: what it sells need not be sold again.
  const bool closing = closing_ || let_go_ || held().is_zero();
  if (slot.target.live()) gone(LegKind::target, slot.target);
  if (slot.linked && slot.target.live()) return;
  if (slot.stop.live() && (closing || slot.stop.filled.is_zero())) gone(LegKind::stop, slot.stop);
}

Bracket::Shares Bracket::lacking() const {
  const auto& targets = plan_.signal.take_profit;
  // What the stop has sold is nobody's share any more.
  Quantity all = held();
  for (const auto& taken : taken_) all += taken;
  Shares lacks{};
  Quantity unshared = to_sellable(all);
  for (std::size_t i = 0; i < targets.size(); ++i) {
    Quantity assigned = taken_[i];
    for (const auto& slot : slots_)
      if (slot.live() && slot.target_index == i && !(outdated(slot) && new_before_old()))
        assigned += slot.holds();
    const auto exact =
        Decimal::mul(all.decimal(), targets[i].fraction.value_or(Decimal{}), Rounding::half_even);
    // The last one takes what the lots of the others leave over.
    const Quantity share =
        i + 1 == targets.size() ? unshared : to_sellable(Quantity{exact.value_or(Decimal{})});
    unshared -= share;
    lacks[i] = share - std::min(assigned, share);
  }
  return lacks;
}

std::pair<std::size_t, Quantity> Bracket::share_of_target(Quantity quantity) const {
  const auto& targets = plan_.signal.take_profit;
  if (targets.size() < 2) return {0, quantity};
  const Shares lacks = lacking();
  std::pair<std::size_t, Quantity> neediest{0, {}};
  for (std::size_t i = 0; i < targets.size(); ++i) {
    const Quantity part = std::min(lacks[i], quantity);
    if (lacks[i] > neediest.second) neediest = {i, lacks[i]};
    const Quantity left = quantity - part;
    // A slice, and what it leaves, must each be worth an order.
    if (exitable(part) && (left.is_zero() || exitable(left))) return {i, part};
  }
  return {neediest.first, quantity};
}

void Bracket::wish_slot(std::size_t index, Quantity quantity, std::size_t target_index,
                        Wishes& out) {
  Slot& slot = slots_[index];
  slot = Slot{.target_index = target_index, .terms = terms_};
  slot.stop = LegView{.state = LegView::State::sent, .quantity = quantity};
  Wish wish{.order_class = OrderClass::protective,
            .linkage = Linkage::single,
            .legs = {wished_stop(index, quantity)}};
  const auto target = stop_alone_ ? std::nullopt : wished_target(index, quantity);
  if (target && plan_.facts.pairs) {
    wish.legs.push_back(*target);
    wish.linkage = Linkage::one_cancels_other;
    slot.linked = true;
    slot.target = slot.stop;
  }
  out.push_back(wish);
  if (target && !plan_.facts.pairs && !plan_.facts.exits_hold_balance) {
    slot.target = slot.stop;
    out.push_back(
        {.order_class = OrderClass::protective, .linkage = Linkage::single, .legs = {*target}});
  }
}

WishedLeg Bracket::wished_stop(std::size_t slot, Quantity quantity) const {
  const StopLoss& stop = *plan_.signal.stop_loss;
  WishedLeg leg{.leg = {LegKind::stop, static_cast<std::uint8_t>(slot)},
                .side = exit_side(),
                .kind = OrderKind::stop_market,
                .quantity = quantity,
                .price = std::nullopt,
                .trigger_price = stop_price(),
                .trigger = stop.trigger.value_or(default_trigger(plan_.instrument.kind)),
                .reduce_only = plan_.instrument.kind == MarketKind::linear};
  if (stop.limit_offset) {
    leg.kind = OrderKind::stop_limit;
    leg.price =
        sells() ? *leg.trigger_price - *stop.limit_offset : *leg.trigger_price + *stop.limit_offset;
  }
  return leg;
}

std::optional<WishedLeg> Bracket::wished_target(std::size_t slot, Quantity quantity) const {
  const auto price = target_price(slots_[slot].target_index);
  if (!price) return std::nullopt;
  return WishedLeg{.leg = {LegKind::target, static_cast<std::uint8_t>(slot)},
                   .side = exit_side(),
                   .kind = OrderKind::limit,
                   .quantity = quantity,
                   .price = price,
                   .reduce_only = plan_.instrument.kind == MarketKind::linear};
}

Price Bracket::basis() const {
  // Percent counts from the limit price, or from the average fill of a market entry; attached
  // exits are placed before any fill, so from the reference.
  if (plan_.signal.price) return *plan_.signal.price;
  return average_entry().value_or(plan_.reference);
}

std::optional<Price> Bracket::average_entry() const {
  return average_price(entry_paid_, entry_filled_);
}

std::optional<Price> Bracket::stop_price() const {
  if (!plan_.signal.stop_loss) return std::nullopt;
  const StopLoss& stop = *plan_.signal.stop_loss;
  const Price asked = stop.price ? *stop.price : moved_by_percent(basis(), *stop.percent, !sells());
  return stop_floor_ && safer(*stop_floor_, asked) ? *stop_floor_ : asked;
}

std::optional<Price> Bracket::target_price(std::size_t index) const {
  if (index >= plan_.signal.take_profit.size()) return std::nullopt;
  const TakeProfit& target = plan_.signal.take_profit[index];
  return target.price ? *target.price : moved_by_percent(basis(), *target.percent, sells());
}

std::size_t Bracket::target_at(Price price) const {
  const auto off = [&](std::size_t i) {
    const Price target = target_price(i).value_or(Price{});
    return std::max(target, price) - std::min(target, price);
  };
  std::size_t nearest = 0;
  for (std::size_t i = 1; i < plan_.signal.take_profit.size(); ++i)
    if (off(i) < off(nearest)) nearest = i;
  return nearest;
}

}  // namespace signalbox
