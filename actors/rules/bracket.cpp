#include "actors/rules/bracket.hpp"

#include <algorithm>

#include "actors/rules/refusals.hpp"
#include "actors/rules/rounding.hpp"
#include "messages/plant.hpp"

namespace signalbox {

Bracket::Bracket(const Plan& plan, CoverPolicy policy)
    : plan_(plan), policy_(policy), engine_(plan.facts.tier == Tier::engine) {
  if (!plan_.held_already) return;
  entry_done_ = true;
  acquired_ = entry_filled_ = plan_.quantity;
  entry_paid_ = notional(plan_.reference, plan_.quantity, Rounding::half_even).value_or(Notional{});
}

void Bracket::open(Wishes& out) {
  if (!plan_.held_already) wish_entry(out);
}

void Bracket::resume(MonoTime now) {
  resumed_ = true;
  clock_.begin_again(now);
  // Pauses were for a venue that may have changed its mind, and why it refused was not recorded.
  retry_at_.reset();
  retry_pause_ = {};
  // Nothing recorded means nothing sent: the moment for this entry has passed.
  if (!entry_.live() && acquired_.is_zero()) entry_done_ = true;
}

void Bracket::apply(const LegEvent& event, MonoTime now) {
  if (event.what == LegEvent::What::freed) {
    retry_at_.reset();  // a sale was refused because of it: what waited need not wait longer
    return;
  }
  if (event.what == LegEvent::What::funds) return on_funds(event.quantity, now);
  LegView* leg = view(event.leg);
  if (leg == nullptr) return;
  if (SIGNALBOX_PLANTED(lost_stop_not_replaced) && event.leg.kind == LegKind::stop &&
      event.what == LegEvent::What::ended && event.end == LegEnd::cancelled)
    return;
  Slot* slot = slot_of(event.leg);
  const bool stood = leg->stands() && (slot == nullptr || !slot->coming_down);
  const bool wished = leg->live();  // by us; otherwise a journal tells it
  leg->on(event, now);

  // An order of it was found at the venue after it was thought over: it has to go.
  if (event.what == LegEvent::What::sent) ended_ = false;
  if (event.what == LegEvent::What::filled) on_filled(event, now);
  if (event.what == LegEvent::What::filled ||
      (event.what == LegEvent::What::standing && event.leg.kind == LegKind::stop))
    retry_pause_ = {};
  if (event.what == LegEvent::What::standing && event.leg.kind == LegKind::stop && taken_away_)
    put_back_ = true;
  if (event.what == LegEvent::What::sent && event.leg.kind == LegKind::stop)
    slot->linked = event.linked;
  if (event.what == LegEvent::What::cancelling && slot != nullptr) {
    slot->coming_down = true;
    if (slot->swapping) slot->bare_since = now;
  }
  if (event.what == LegEvent::What::sent && !wished) restore_terms(event, now);
  if (event.what == LegEvent::What::ended && event.end == LegEnd::filled &&
      event.leg.kind == LegKind::target)
    on_target_hit(event.leg.index);
  if (event.leg.kind == LegKind::entry) {
    // Sent anew after it had filled in part: that was to complete it.
    if (event.what == LegEvent::What::sent && entry_done_ && entry_filled_.is_positive())
      completed_ = true;
    if (event.what == LegEvent::What::sent) entry_done_ = false;
    if (event.what == LegEvent::What::ended) entry_done_ = true;
  }
  const bool refused = event.what == LegEvent::What::ended &&
                       (event.end == LegEnd::rejected || event.refusal != Refusal::none);
  if (refused && event.leg.kind != LegKind::entry)
    on_exit_refused(event, now);
  else if (event.what == LegEvent::What::ended && event.end != LegEnd::filled)
    on_exit_gone(event, stood, now);
}

MonoTime Bracket::retry_after(MonoTime now) {
  if (stranded_) return now + policy_.stranded_retry_every;
  retry_pause_ = std::clamp(retry_pause_ * 2, policy_.retry_every, policy_.retry_pause_max);
  return now + retry_pause_;
}

void Bracket::on_exit_gone(const LegEvent& event, bool stood, MonoTime now) {
  const LegKind kind = event.leg.kind;
  // Nobody took what was sold: asked again at once, an empty market would be asked without end.
  // What never arrived is asked again at once.
  if (kind == LegKind::close && event.end != LegEnd::absent) retry_at_ = retry_after(now);
  // A stop that stood and that somebody else took away comes back at once. Once may be a mistake;
  // twice is meant.
  if (kind != LegKind::stop || !stood || event.end != LegEnd::cancelled) return;
  taken_away_ = true;
  if (put_back_) leave_alone();
}

void Bracket::leave_alone() {
  hands_off_ = true;
  entry_unwanted_ = true;
}

void Bracket::let_go(BracketOutcome why) {
  let_go_ = why;
  entry_unwanted_ = true;
  shed_ = {};
}

void Bracket::give_up_cover(MonoTime now) {
  // What was there before and never stood under a stop was not put at risk by us: nobody asked us
  // to sell it.
  if (plan_.held_already && !was_covered_)
    let_go(BracketOutcome::cover_failed);
  else
    begin_close(BracketOutcome::cover_failed, now);
}

/// Exits never ask for more than there is: what another order holds, or what somebody took away,
/// is no reason to leave the rest bare.
void Bracket::on_funds(Quantity free, MonoTime now) {
  at_venue_ = free + held_by_legs();
  short_ = to_sellable(*at_venue_) < sellable();
  if (!short_) {
    at_venue_.reset();
    return;
  }
  at_venue_until_ = retry_at_.value_or(now);
  if (at_venue_until_ <= now) at_venue_until_ = retry_after(now);
  retry_at_.reset();
}

void Bracket::begin_close(BracketOutcome why, MonoTime now) {
  if (closing_ || let_go_) return;
  closing_ = why;
  closing_since_ = now;
  // What a refused stop was waiting for is no reason to sell later.
  retry_at_.reset();
  retry_pause_ = {};
}

void Bracket::on_filled(const LegEvent& event, MonoTime now) {
  // A late fill can arrive in any state; it is owned and must be protected like any other.
  ended_ = false;
  const auto paid = notional(event.price, event.quantity, Rounding::half_even).value_or(Notional{});
  fees_quote_ += event.quote_fee;
  if (event.leg.kind == LegKind::entry) {
    entry_filled_ += event.quantity;
    entry_paid_ += paid;
    acquired_ += event.quantity - event.base_fee;
    at_venue_.reset();
    if (!first_fill_) first_fill_ = now;
    clock_.on_fill(acquired_, now);
    return;
  }
  if (event.side == plan_.signal.side) {
    // More had been sold than was held, and this is bought back.
    acquired_ += event.quantity - event.base_fee;
    exit_paid_ -= paid;
    return;
  }
  exit_filled_ += event.quantity;
  exit_paid_ += paid;
  released_ += event.quantity;
  if (at_venue_) *at_venue_ -= std::min(*at_venue_, event.quantity);
  if (held().is_negative()) find_again(-held());
  if (event.leg.kind == LegKind::stop) stop_filled_ += event.quantity;
  if (event.leg.kind == LegKind::close) shed_ -= std::min(shed_, event.quantity);
  if (event.leg.kind == LegKind::target) {
    target_filled_ += event.quantity;
    swap_pause_ = {};
    taken_[slots_[event.leg.index].target_index] += event.quantity;
  }
}

void Bracket::lose(Quantity quantity, Price price) {
  lost_ += quantity;
  lost_paid_ += notional(price, quantity, Rounding::half_even).value_or(Notional{});
  released_ += quantity;
  shed_ = std::min(shed_, sellable());
  // Exits for more than is held would close what others hold.
  ++terms_;
}

void Bracket::find_again(Quantity quantity) {
  // What we thought somebody else had closed was this trade of ours, heard of late.
  const Quantity back = std::min(quantity, lost_);
  if (back.is_zero()) return;
  lost_paid_ -=
      notional(*average_price(lost_paid_, lost_), back, Rounding::half_even).value_or(Notional{});
  lost_ -= back;
  released_ -= back;
}

void Bracket::restore_terms(const LegEvent& event, MonoTime now) {
  if (event.leg.kind != LegKind::target && event.leg.kind != LegKind::stop) return;
  Slot& slot = slots_[event.leg.index];
  if (event.leg.kind == LegKind::target) {
    slot.target_index = target_at(event.price);
    // One whose stop is gone was sent to sell at once.
    slot.taking = plan_.signal.stop_loss && !slot.stop.live();
    if (slot.taking) slot.bare_since = now;
    return;
  }
  slot.terms = terms_;
  slot.coming_down = slot.swapping = slot.taking = false;
  if (!slot.target.live()) slot.target = LegView{};
  if (new_before_old()) outgrow(slot);
  const auto stop = stop_price();
  if (plan_.signal.trail && stop && safer(event.price, *stop)) stop_floor_ = event.price;
  if (!watches_targets()) return;
  // No order says which target it waits for: as it was when it was placed, it was the neediest.
  const LegView own = std::exchange(slot.stop, LegView{});
  slot.target_index = share_of_target(event.quantity).first;
  slot.stop = own;
}

/// Sent for more than nothing stood for, it was to take the place of a smaller one.
void Bracket::outgrow(const Slot& larger) {
  Quantity all;
  for (const auto& slot : slots_)
    if (!outdated(slot)) all += slot.holds();
  for (auto& slot : slots_) {
    if (all <= sellable()) return;
    if (!slot.live() || outdated(slot) || slot.stop.quantity >= larger.stop.quantity) continue;
    all -= slot.holds();
    slot.terms = outdated_terms;
  }
}

void Bracket::on_target_hit(std::size_t slot) {
  const std::size_t target = slots_[slot].target_index;
  const bool watched = watches_targets();
  const bool more = std::any_of(slots_.begin(), slots_.end(), [&](const Slot& s) {
    return (s.target.live() || (watched && s.live())) && s.target_index == target;
  });
  if (more || (engine_ && exitable(lacking()[target])) || std::exchange(hit_[target], true)) return;
  const auto hits = std::count(hit_.begin(), hit_.end(), true);
  const auto after = plan_.signal.break_even_after;
  const auto entry = average_entry();
  if (!after || hits != *after || !entry || (stop_floor_ && !safer(*entry, *stop_floor_))) return;
  stop_floor_ = entry;
  ++terms_;
}

void Bracket::shed(Quantity quantity, MonoTime now) {
  shed_ = to_sellable(std::min(shed_ + quantity, sellable()));
  // What would be left could not be sold: all goes.
  if (!exitable(to_sellable(sellable() - shed_))) begin_close(BracketOutcome::closed, now);
}

void Bracket::amend(const std::optional<Price>& stop, std::span<const Price> targets) {
  if (stop && plan_.signal.stop_loss) {
    plan_.signal.stop_loss->price = stop;
    plan_.signal.stop_loss->percent.reset();
  }
  for (std::size_t i = 0; i < std::min(targets.size(), plan_.signal.take_profit.size()); ++i) {
    plan_.signal.take_profit[i].price = targets[i];
    plan_.signal.take_profit[i].percent.reset();
  }
  ++terms_;
}

void Bracket::on_exit_refused(const LegEvent& event, MonoTime now) {
  if (event.leg.kind == LegKind::close) {
    retry_at_ = retry_after(now);
    if (!closing_) shed_ = {};  // nothing obliges us: it goes back under a stop
    // The market has gone where this is worth less than the venue takes, whatever we reckon.
    if (event.refusal == Refusal::minimum) too_small_ = std::max(too_small_, close_.quantity);
    return;
  }
  const auto after = after_refused_exit(event.refusal);
  if (event.leg.kind == LegKind::target && slots_[event.leg.index].taking) {
    // Nothing was lost by it but the moment: the stop goes up again, or watching goes on.
    if (after == AfterRefusal::try_otherwise) target_refused_ = true;
    if (engine_ && after == AfterRefusal::try_again) retry_at_ = retry_after(now);
    return;
  }
  if (event.leg.kind == LegKind::target && targets_alone()) {
    if (after == AfterRefusal::try_otherwise) target_refused_ = true;
    retry_at_ = retry_after(now);
    return;
  }
  if (event.leg.kind == LegKind::target && after != AfterRefusal::close_now) {
    // Of a pair both legs are refused, and the stop speaks for both. A target that was asked for by
    // itself is done without.
    if (!slots_[event.leg.index].linked) stop_alone_ = true;
    return;
  }
  switch (after) {
    case AfterRefusal::close_now:
      // The market is already past the stop: do now what it would have done.
      begin_close(BracketOutcome::stopped, now);
      break;
    case AfterRefusal::try_again:
      // Of pairs a venue may take fewer than of orders, and none of ours goes for waiting: the stop
      // goes alone, at once, and its target is watched.
      if (event.refusal == Refusal::too_many_orders && plan_.facts.pairs && !stop_alone_ &&
          !plan_.signal.take_profit.empty())
        stop_alone_ = true;
      else
        retry_at_ = retry_after(now);
      break;
    case AfterRefusal::try_otherwise:
      // The target may be what the venue disliked; a stop alone still protects. Then the engine,
      // where the signal takes so little; what goes below that only sells.
      if (!stop_alone_ && !plan_.signal.take_profit.empty()) {
        stop_alone_ = true;
      } else if (plan_.signal.min_tier == Tier::engine) {
        engine_ = true;
      } else {
        give_up_cover(now);
      }
  }
}

void Bracket::decide(MonoTime now, Wishes& out) {
  if (ended_) return;
  // What was found at the venue came without a stop that could be placed: it can only be closed.
  if (protects() && !plan_.signal.stop_loss) begin_close(BracketOutcome::recovered, now);
  if (at_venue_ && now >= at_venue_until_) at_venue_.reset();
  refresh_cover(now);
  check_deadlines(now);
  // A target may have taken part of what was to be sold by command.
  shed_ = std::min(shed_, sellable());
  if (closing_ || entry_unwanted_) wish_entry(out);
  if (let_go_) wish_nothing(out);
  if (SIGNALBOX_PLANTED(partial_entry_asked_again) && entry_done_ && !entry_.live() && !closing_ &&
      !entry_unwanted_ && entry_filled_.is_positive() && entry_filled_ < plan_.quantity)
    wish_entry(out);
  if (protects() || (closing_ && !let_go_)) {
    if (closing_ || held().is_negative())
      wish_closed(now, out);
    else if (hands_off_)
      wish_left_alone(now, out);
    else
      wish_protected(now, out);
  } else if (targets_alone()) {
    wish_targets_alone(now, out);
  }
  end_if_done();
}

void Bracket::refresh_cover(MonoTime now) {
  guarded_ = engine_ && link_ready_ && market_ && now - market_at_ < policy_.ticker_age_max &&
             !pausing(now);
  const Quantity covers = covered();
  const Quantity open = sellable() - std::min(covers, sellable());
  // Below the venue's minimum no stop can be placed: outside the promise until it grows.
  const bool counts = protects() && manages() && exitable(open);
  was_covered_ = was_covered_ || open.is_zero();
  clock_.update(released_ + covers, counts ? open : Quantity{}, now);
  if (open.is_zero()) short_ = false;
  // What was lacking came back, and stands under a stop.
  if (stranded_ && !closing_ && open.is_zero()) stranded_ = false;
}

void Bracket::check_deadlines(MonoTime now) {
  if (const auto since = clock_.open_since();
      resumed_ && since && now - *since >= policy_.cover_within &&
      !SIGNALBOX_PLANTED(flatten_forgotten) && !SIGNALBOX_PLANTED(partial_fill_not_covered)) {
    // What is not there cannot be sold either, and the stop of the rest is not given up for it.
    if (short_ && covered().is_positive() && !closing_)
      stranded_ = true;
    else
      give_up_cover(now);
  }
  if (!manages()) return;
  for (const auto& slot : slots_)
    if (slot.stop.triggered_at && slot.stop.live() &&
        now - *slot.stop.triggered_at >= policy_.gap_within)
      begin_close(BracketOutcome::stopped, now);
  if (engine_ && stop_reached() && exitable(sellable())) begin_close(BracketOutcome::stopped, now);
  if (first_fill_ && plan_.signal.time_limit && now - *first_fill_ >= *plan_.signal.time_limit)
    begin_close(BracketOutcome::closed, now);
  if (plan_.entry_expires && now >= *plan_.entry_expires &&
      !SIGNALBOX_PLANTED(entry_expiry_by_wall_clock))
    entry_unwanted_ = true;
  if (closing_since_ && !stranded_ && exitable(sellable()) &&
      now - *closing_since_ >= policy_.flatten_within)
    stranded_ = true;
}

Decimal Bracket::cash() const {
  const Notional left = exit_paid_ + lost_paid_;
  return ((sells() ? left - entry_paid_ : entry_paid_ - left) - fees_quote_).decimal();
}

std::optional<MonoTime> Bracket::next_due(MonoTime now) const {
  if (ended_) return std::nullopt;
  std::optional<MonoTime> due;
  // What has passed was decided on already; to be called for it again would be to spin.
  const auto consider = [&due, now](MonoTime at) {
    if (at > now) due = due ? std::min(*due, at) : at;
  };
  if (!manages()) return retry_at_ && *retry_at_ > now && shed_.is_positive() ? retry_at_ : due;
  if (!closing_) {
    if (const auto since = clock_.open_since()) consider(*since + policy_.cover_within);
    for (const auto& slot : slots_)
      if (slot.stop.triggered_at && slot.stop.live())
        consider(*slot.stop.triggered_at + policy_.gap_within);
    if (first_fill_ && plan_.signal.time_limit) consider(*first_fill_ + *plan_.signal.time_limit);
    for (std::size_t i = 0; i < slots_max; ++i)
      if (slots_[i].taking && slots_[i].target.live())
        consider(*slots_[i].bare_since + policy_.swap_within);
      else if (swap_again_at_ && takes_at(i))
        consider(*swap_again_at_);
    if (guarded_) consider(market_at_ + policy_.ticker_age_max);
    if (regrown_at_ && entry_done_ && free().is_positive())
      consider(*regrown_at_ + policy_.regrow_every);
  } else if (!stranded_ && sellable().is_positive()) {
    consider(*closing_since_ + policy_.flatten_within);
  }
  if (plan_.entry_expires && entry_.live() && !entry_unwanted_) consider(*plan_.entry_expires);
  if (retry_at_ && (free().is_positive() || held().is_negative())) consider(*retry_at_);
  if (at_venue_) consider(at_venue_until_);
  return due;
}

Quantity Bracket::covered() const {
  Quantity sum;
  for (const auto& slot : slots_) sum += slot.covers();
  return guarded_ ? std::max(sum, sellable()) : sum;
}

Quantity Bracket::to_sellable(Quantity quantity) const {
  return to_lot(quantity, plan_.instrument);
}

Quantity Bracket::free() const {
  Quantity taken = close_.remaining();
  if (SIGNALBOX_PLANTED(sold_while_a_stop_stands) && closing_)
    return to_sellable(sellable() - std::min(taken, sellable()));
  for (const auto& slot : slots_)
    if (closing_ || !outdated(slot) || !new_before_old()) taken += slot.holds();
  const Quantity all = at_venue_ ? std::min(sellable(), to_sellable(*at_venue_)) : sellable();
  const Quantity rest = all - std::min(taken, all);
  return to_sellable(rest);
}

Quantity Bracket::held_by_legs() const {
  Quantity sum = close_.remaining();
  for (const auto& slot : slots_) sum += slot.holds();
  return sum;
}

bool Bracket::exitable(Quantity quantity) const {
  if (quantity <= too_small_) return false;
  return meets_minimum(quantity, lowest_exit(), plan_.instrument);
}

Price Bracket::lowest_exit() const {
  // The stop's price is the lowest a long's exits are worth; a market close is worth the reference.
  const Price stop = stop_price().value_or(plan_.reference);
  const auto& wanted = plan_.signal.stop_loss;
  return wanted && wanted->limit_offset && sells() ? stop - *wanted->limit_offset : stop;
}

bool Bracket::any_exit_live() const {
  return close_.live() ||
         std::any_of(slots_.begin(), slots_.end(), [](const Slot& s) { return s.live(); });
}

std::size_t Bracket::free_slot() const {
  const auto found =
      std::find_if(slots_.begin(), slots_.end(), [](const Slot& s) { return !s.live(); });
  return static_cast<std::size_t>(found - slots_.begin());
}

Slot* Bracket::slot_of(LegId leg) {
  const bool exits = leg.kind == LegKind::stop || leg.kind == LegKind::target;
  return exits && leg.index < slots_max ? &slots_[leg.index] : nullptr;
}

LegView* Bracket::view(LegId leg) {
  if (leg.kind == LegKind::entry) return &entry_;
  if (leg.kind == LegKind::close) return &close_;
  Slot* slot = slot_of(leg);
  if (slot == nullptr) return nullptr;
  return leg.kind == LegKind::stop ? &slot->stop : &slot->target;
}

BracketPhase Bracket::phase() const {
  if (ended_) return BracketPhase::ended;
  if (stranded_) return BracketPhase::stranded;
  if (closing_ || let_go_) return BracketPhase::closing;
  if (hands_off_) return BracketPhase::hands_off;
  return entry_filled_.is_zero() ? BracketPhase::entering : BracketPhase::open;
}

void Bracket::end_if_done() {
  if (!entry_done_ || any_exit_live()) return;
  if (SIGNALBOX_PLANTED(unfilled_entry_has_no_outcome) && entry_filled_.is_zero()) return;
  // What is left cannot be sold, or nothing is left, or it was not ours to protect.
  const Quantity left = held().is_negative() ? to_sellable(-held()) : sellable();
  if ((protects() || targets_alone()) && exitable(left)) return;
  if (waits_as_dust()) return;
  ended_ = true;
}

bool Bracket::waits_as_dust() const {
  return policy_.dust == DustPolicy::wait && protects() && !closing_ && held().is_positive() &&
         sellable().is_positive();
}

SignalOutcome Bracket::outcome(MonoTime now) const {
  SignalOutcome o;
  o.id = plan_.signal.id;
  o.strategy = plan_.signal.strategy;
  o.account = plan_.signal.account;
  o.symbol = plan_.signal.symbol;
  o.filled = entry_filled_;
  o.left = held();
  o.uncovered_longest = clock_.longest(now);
  o.entry_price = average_price(entry_paid_, entry_filled_);
  o.exit_price = average_price(exit_paid_ + lost_paid_, exit_filled_ + lost_);
  if (entry_filled_.is_zero()) {
    o.outcome = let_go_.value_or(BracketOutcome::not_executed);
  } else if (let_go_) {
    o.outcome = *let_go_;
  } else if (!protects() && (!targets_alone() || exit_filled_.is_zero())) {
    o.outcome = BracketOutcome::unprotected;
  } else {
    o.profit = cash();
    if (closing_)
      o.outcome = *closing_;
    else if (lost_ > exit_filled_)
      o.outcome = BracketOutcome::closed_outside;
    else if (exit_filled_.is_zero())
      o.outcome = BracketOutcome::dust;
    else
      o.outcome =
          stop_filled_ >= target_filled_ ? BracketOutcome::stopped : BracketOutcome::target_hit;
  }
  return o;
}

}  // namespace signalbox
