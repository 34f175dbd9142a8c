// How a bracket's legs shall stand, given what it holds. The state is kept in bracket.cpp.
#include <algorithm>

#include "actors/rules/bracket.hpp"
#include "actors/rules/rounding.hpp"

namespace signalbox {

void Bracket::wish_entry(Wishes& out) {
  const Signal& s = plan_.signal;
  const bool wanted = !closing_ && !entry_unwanted_;
  if (!wanted && (!entry_.live() || entry_.state == LegView::State::cancelling)) return;
  WishedLeg entry{.leg = {LegKind::entry, 0},
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
    const bool orphan = !slot.stop.live() && slot.target.live();
    const bool done = held().is_zero();
    if (orphan || done || slot.sells_twice()) wish_gone(i, out);
  }

  const Quantity rest = free();
  if (!rest.is_positive() || (retry_at_ && now < *retry_at_)) return;
  if (exitable(rest)) {
    const std::size_t slot = free_slot();
    if (slot < slots_max) {
      retry_at_.reset();
      wish_slot(slot, rest, out);
      return;
    }
  }
  // Too little for a stop of its own, or no slot left: one slice is taken down and comes back
  // larger, not more often than the venue and the market can stand.
  const bool quiet = entry_done_ || free_slot() == slots_max;
  if (!quiet || (regrown_at_ && now < *regrown_at_ + policy_.regrow_every)) return;
  const auto standing = std::find_if(slots_.begin(), slots_.end(), [](const Slot& s) {
    return s.stop.stands() && s.stop.filled.is_zero() && s.target.filled.is_zero();
  });
  if (standing == slots_.end()) return;
  regrown_at_ = now;
  wish_gone(static_cast<std::size_t>(standing - slots_.begin()), out);
}

void Bracket::wish_closed(MonoTime now, Wishes& out) {
  for (std::size_t i = 0; i < slots_max; ++i)
    if (slots_[i].live()) wish_gone(i, out);
  if (close_.live() || (retry_at_ && now < *retry_at_)) return;

  // More sold than bought: buy the surplus back. Otherwise sell what nothing else may still sell.
  const bool surplus = held().is_negative();
  Quantity quantity = surplus ? to_sellable(-held()) : free();
  if (plan_.instrument.market_quantity_max.is_positive())
    quantity = std::min(quantity, to_sellable(plan_.instrument.market_quantity_max));
  if (!exitable(quantity)) return;
  retry_at_.reset();
  close_ = LegView{.state = LegView::State::sent, .quantity = quantity};
  out.push_back({.order_class = OrderClass::close,
                 .linkage = Linkage::single,
                 .legs = {WishedLeg{.leg = {LegKind::close, 0},
                                    .side = surplus ? plan_.signal.side : exit_side(),
                                    .kind = OrderKind::market,
                                    .quantity = quantity,
                                    .reduce_only = plan_.instrument.kind == MarketKind::linear}}});
}

void Bracket::wish_gone(std::size_t index, Wishes& out) const {
  const Slot& slot = slots_[index];
  const auto gone = [&](LegKind kind, const LegView& leg) {
    if (!leg.live() || leg.state == LegView::State::cancelling) return;
    out.push_back({.order_class = OrderClass::protective,
                   .linkage = Linkage::single,
                   .legs = {WishedLeg{.leg = {kind, static_cast<std::uint8_t>(index)},
                                      .side = exit_side()}}});
  };
  // The venue takes the other leg of a linked pair with the one that is cancelled. A stop that
  // fills now is let fill: what it sells need not be sold again.
  const bool closing = closing_.has_value() || held().is_zero();
  if (slot.target.live()) gone(LegKind::target, slot.target);
  if (slot.linked && slot.target.live()) return;
  if (slot.stop.live() && (closing || slot.stop.filled.is_zero())) gone(LegKind::stop, slot.stop);
}

void Bracket::wish_slot(std::size_t index, Quantity quantity, Wishes& out) {
  Slot& slot = slots_[index];
  slot = Slot{};
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
                .trigger = stop.trigger.value_or(
                    plan_.instrument.kind == MarketKind::spot ? Trigger::last : Trigger::mark),
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
  if (entry_filled_.is_positive())
    if (const auto average =
            Decimal::div(entry_paid_.decimal(), entry_filled_.decimal(), Rounding::half_even))
      return Price{*average};
  return plan_.reference;
}

std::optional<Price> Bracket::stop_price() const {
  if (!plan_.signal.stop_loss) return std::nullopt;
  const StopLoss& stop = *plan_.signal.stop_loss;
  return stop.price ? *stop.price : moved_by_percent(basis(), *stop.percent, !sells());
}

std::optional<Price> Bracket::target_price(std::size_t index) const {
  if (index >= plan_.signal.take_profit.size()) return std::nullopt;
  const TakeProfit& target = plan_.signal.take_profit[index];
  return target.price ? *target.price : moved_by_percent(basis(), *target.percent, sells());
}

}  // namespace signalbox
