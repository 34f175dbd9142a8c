// What a bracket does about the market's price: the stop that follows it, targets that cannot stand
// beside a stop, and the stop that the engine itself is.
#include <algorithm>

#include "actors/rules/bracket.hpp"

namespace signalbox {

bool Bracket::watches() const {
  return !ended_ && !closing_ && protects() && plan_.signal.stop_loss &&
         (plan_.signal.trail.has_value() || engine_ || watches_targets());
}

bool Bracket::watches_targets() const {
  // Where a resting exit holds the balance a target can stand beside its stop only as one order.
  const bool beside = !plan_.facts.exits_hold_balance || (plan_.facts.pairs && !stop_alone_);
  return plan_.signal.stop_loss && !plan_.signal.take_profit.empty() && !target_refused_ &&
         (engine_ || !beside);
}

bool Bracket::on_price(Price market, MonoTime seen, MonoTime now) {
  market_ = market;
  market_at_ = seen;
  if (!watches() || entry_filled_.is_zero()) return false;
  bool matters = plan_.signal.trail && follow_market(market, now);
  // Without a word from the market nobody could be the stop: now somebody can be.
  matters = matters || (engine_ && (!guarded_ || stop_reached()));
  if (!watches_targets() || !may_swap(now)) return matters;
  for (std::size_t i = 0; i < slots_max && !matters; ++i) matters = takes_at(i);
  for (std::size_t i = 0; engine_ && i < plan_.signal.take_profit.size() && !matters; ++i)
    matters = target_reached(i);
  return matters;
}

bool Bracket::follow_market(Price market, MonoTime now) {
  const Trail& trail = *plan_.signal.trail;
  if (!best_ && trail.activation && safer(*trail.activation, market)) return false;
  if (!best_ || safer(market, *best_)) best_ = market;
  const Price stop = sells() ? *best_ - trail.offset : *best_ + trail.offset;
  // Every move is an order: small ones wait until they are worth it.
  const Price least{Decimal::div(trail.offset.decimal(), Decimal{trail_steps}, Rounding::up)
                        .value_or(trail.offset.decimal())};
  const Price now_at = stop_price().value();  // only what has a stop watches
  if (!safer(stop, sells() ? now_at + least : now_at - least)) return false;
  if (trailed_at_ && now - *trailed_at_ < policy_.regrow_every) return false;
  trailed_at_ = now;
  stop_floor_ = stop;
  ++terms_;
  return true;
}

bool Bracket::stop_reached() const {
  const auto stop = stop_price();
  return market_ && stop && !safer(*market_, *stop);
}

bool Bracket::target_reached(std::size_t target) const {
  return market_ && !safer(target_price(target).value(), *market_);
}

/// The slot's stop stands alone and its target could be had now.
bool Bracket::takes_at(std::size_t slot) const {
  const Slot& s = slots_[slot];
  return s.stop.stands() && s.stop.filled.is_zero() && !s.stop.triggered_at && !s.target.live() &&
         !s.swapping && !outdated(s) && target_reached(s.target_index);
}

void Bracket::wish_swaps(MonoTime now, Wishes& out) {
  const bool may_begin = may_swap(now) && shed_.is_zero();
  for (std::size_t i = 0; i < slots_max; ++i) {
    Slot& slot = slots_[i];
    if (slot.swapping && !slot.stop.live()) {
      // What it held is free. The market may have turned, or the venue taken too long to say so:
      // then the stop goes up again.
      slot.swapping = false;
      const Quantity rest = std::min(slot.stop.quantity - slot.stop.filled, free());
      const bool in_time = slot.bare_since && now - *slot.bare_since < policy_.swap_within;
      if (in_time && target_reached(slot.target_index) && exitable(rest))
        wish_take(i, rest, now, out);
    } else if (may_begin && takes_at(i)) {
      swap_pause_ = std::clamp(swap_pause_ * 2, policy_.regrow_every, policy_.retry_pause_max);
      swap_again_at_ = now + swap_pause_;
      slot.swapping = true;
      slot.bare_since.reset();
      wish_gone(i, out);
    }
  }
}

void Bracket::wish_taken_by_engine(MonoTime now, Wishes& out) {
  if (!may_swap(now) || pausing(now)) return;
  const Shares lacks = lacking();
  for (std::size_t i = 0; i < plan_.signal.take_profit.size(); ++i) {
    const Quantity quantity = std::min(lacks[i], free() - std::min(to_shed(), free()));
    const std::size_t index = free_slot();
    if (!target_reached(i) || !exitable(quantity) || index == slots_max) continue;
    swap_pause_ = std::clamp(swap_pause_ * 2, policy_.regrow_every, policy_.retry_pause_max);
    swap_again_at_ = now + swap_pause_;
    slots_[index] = Slot{.target_index = i, .terms = terms_};
    wish_take(index, quantity, now, out);
  }
}

void Bracket::wish_take(std::size_t index, Quantity quantity, MonoTime now, Wishes& out) {
  Slot& slot = slots_[index];
  slot.taking = true;
  slot.bare_since = now;
  slot.target = LegView{.state = LegView::State::sent, .quantity = quantity};
  auto leg = *wished_target(index, quantity);
  leg.time_in_force = TimeInForce::ioc;
  out.push_back({.order_class = OrderClass::protective, .linkage = Linkage::single, .legs = {leg}});
}

}  // namespace signalbox
