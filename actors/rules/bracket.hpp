#pragma once

#include <algorithm>
#include <array>
#include <optional>
#include <span>

#include "actors/rules/cover.hpp"
#include "actors/rules/plan.hpp"
#include "actors/rules/slot.hpp"

namespace signalbox {

/// One protected position from its entry to its end: told what became of its legs, it says how
/// they shall stand. Pure: no clock, no I/O; every call is given the time.
///
/// Promise: whatever fills is under a live stop within `cover_within`, or being closed. Exits
/// never exceed what is held. Wishes are states, so saying them again is harmless.
class Bracket {
 public:
  Bracket(const Plan& plan, CoverPolicy policy);

  /// The first decision: the entry shall stand.
  void open(Wishes& out);
  /// Before a replay. Until `resume` the time without cover is not held against it: nobody has
  /// asked the venue yet what stands.
  void pause() { resumed_ = false; }
  /// After replay and reconciliation. An entry that was never sent stays unsent.
  void resume(MonoTime now);

  /// Takes in what happened, and decides nothing: a journal's replay uses only these.
  void apply(const LegEvent& event, MonoTime now);
  /// The unfilled rest of the entry shall go; protection stays.
  void drop_entry() { entry_unwanted_ = true; }
  /// Everything shall be sold; `why` is the outcome. The first reason stays.
  void begin_close(BracketOutcome why, MonoTime now);

  /// So much is sold at market, the rest stays protected; all of it closes the bracket.
  void shed(Quantity quantity, MonoTime now);
  /// Of what it holds, promised to sales by command already.
  Quantity shedding() const { return closing_ ? held() : shed_; }
  /// Its orders are cancelled, and what it holds is its business no more.
  void release() { let_go(BracketOutcome::released); }
  /// Somebody else keeps cancelling its stops: it is left alone, but for commands.
  void leave_alone();
  bool hands_off() const { return hands_off_; }
  /// Somebody else has closed so much of it at the venue.
  void lose(Quantity quantity, Price price);
  /// New prices, which were checked (amend.hpp): an absent stop and no targets stay as they are.
  void amend(const std::optional<Price>& stop, std::span<const Price> targets);
  /// What the position could be left at, as seen at `seen`. True: `decide` has something to do.
  bool on_price(Price market, MonoTime seen, MonoTime now);
  /// Whether its account is READY: the engine can only be the stop while it is.
  void on_link(bool ready) { link_ready_ = ready; }
  /// Needs to be told of every price: its stop follows the market, or the engine watches a leg that
  /// does not stand at the venue.
  bool watches() const;
  /// The engine is the stop: nothing of it stands at the venue.
  bool by_engine() const { return engine_; }

  /// Says how the legs shall stand now. Call it after every change and when `next_due` passes.
  void decide(MonoTime now, Wishes& out);

  /// When `decide` must be called next though nothing happens, after it was called at `now`.
  std::optional<MonoTime> next_due(MonoTime now) const;

  const Plan& plan() const { return plan_; }
  bool ended() const { return ended_; }
  bool resumed() const { return resumed_; }
  bool closing() const { return closing_.has_value(); }
  bool entry_live() const { return entry_.live(); }
  bool entry_standing() const { return entry_.stands(); }
  BracketPhase phase() const;
  /// How it is protected now; below what was chosen where the venue would not have it.
  Tier tier() const { return engine_ ? Tier::engine : plan_.facts.tier; }
  /// Owned now, in base; negative: more was sold than bought.
  Quantity held() const { return acquired_ - released_; }
  Quantity covered() const;
  /// Quote received less quote paid, known fees taken off.
  Decimal cash() const;
  Quantity entry_filled() const { return entry_filled_; }
  Duration longest_uncovered(MonoTime now) const { return clock_.longest(now); }
  std::optional<Price> stop_price() const;
  /// Names, quantities, prices and profit; valid once ended.
  SignalOutcome outcome(MonoTime now) const;

 private:
  static constexpr std::size_t slots_max = legs_per_kind_max;
  static constexpr std::uint32_t outdated_terms = ~0U;
  static constexpr std::int64_t trail_steps = 20;  ///< a trail moves by this part of its offset

  void check_deadlines(MonoTime now);
  void give_up_cover(MonoTime now);
  void on_funds(Quantity free, MonoTime now);
  void let_go(BracketOutcome why);
  void refresh_cover(MonoTime now);
  void wish_entry(Wishes& out);
  void wish_protected(MonoTime now, Wishes& out);
  void wish_closed(MonoTime now, Wishes& out);
  void wish_left_alone(MonoTime now, Wishes& out);
  void wish_nothing(Wishes& out);
  void wish_gone(std::size_t index, Wishes& out) const;
  void wish_slot(std::size_t index, Quantity quantity, std::size_t target_index, Wishes& out);
  void wish_moved(Wishes& out) const;
  void wish_targets_alone(MonoTime now, Wishes& out);
  void wish_completed(Wishes& out);
  Quantity wish_slots(Wishes& out);
  void wish_swaps(MonoTime now, Wishes& out);
  void wish_taken_by_engine(MonoTime now, Wishes& out);
  void wish_take(std::size_t index, Quantity quantity, MonoTime now, Wishes& out);
  void wish_shed(MonoTime now, Wishes& out);
  void wish_sale(Quantity quantity, Side side, Wishes& out);
  void end_if_done();
  void on_exit_gone(const LegEvent& event, bool stood, MonoTime now);
  void on_exit_refused(const LegEvent& event, MonoTime now);
  void on_filled(const LegEvent& event, MonoTime now);
  void find_again(Quantity quantity);
  void on_target_hit(std::size_t slot);
  void outgrow(const Slot& larger);
  void restore_terms(const LegEvent& event, MonoTime now);
  bool follow_market(Price market, MonoTime now);
  bool watches_targets() const;
  bool stop_reached() const;
  bool target_reached(std::size_t target) const;
  bool takes_at(std::size_t slot) const;
  bool may_swap(MonoTime now) const { return !swap_again_at_ || now >= *swap_again_at_; }
  bool pausing(MonoTime now) const { return retry_at_ && now < *retry_at_; }
  std::size_t target_at(Price price) const;

  bool sells() const { return plan_.signal.side == Side::buy; }
  Side exit_side() const { return opposite(plan_.signal.side); }
  bool manages() const { return !hands_off_ || closing_ || let_go_; }
  bool protects() const { return !plan_.unprotected_by_request && !let_go_; }
  /// By request nothing protects it, and it is sold at its targets.
  bool targets_alone() const {
    return plan_.unprotected_by_request && !plan_.signal.take_profit.empty() && !target_refused_ &&
           !let_go_;
  }
  bool waits_as_dust() const;
  Quantity to_complete() const;
  /// What could be sold now if nothing held it.
  Quantity sellable() const { return to_sellable(held()); }
  Quantity to_sellable(Quantity quantity) const;
  Quantity free() const;
  Quantity held_by_legs() const;
  bool exitable(Quantity quantity) const;
  Price lowest_exit() const;
  /// Of what shall be sold by command, what no order sells yet.
  Quantity to_shed() const { return shed_ - std::min(shed_, close_.remaining()); }
  bool any_exit_live() const;
  std::size_t free_slot() const;
  bool outdated(const Slot& slot) const { return slot.live() && slot.terms != terms_; }
  /// New stops go up before the old ones come down where the venue lets both stand.
  bool new_before_old() const { return !plan_.facts.exits_hold_balance && !plan_.facts.pairs; }
  using Shares = std::array<Quantity, targets_max>;
  /// Of each target's share, what no order sells and no slice stands for.
  Shares lacking() const;
  /// The target that has least of its share under orders, and how much of `quantity` it takes.
  std::pair<std::size_t, Quantity> share_of_target(Quantity quantity) const;
  bool safer(Price a, Price b) const { return sells() ? a > b : a < b; }
  std::optional<Price> average_entry() const;
  Price basis() const;
  std::optional<Price> target_price(std::size_t index) const;
  WishedLeg wished_stop(std::size_t slot, Quantity quantity) const;
  std::optional<WishedLeg> wished_target(std::size_t slot, Quantity quantity) const;
  LegView* view(LegId leg);
  Slot* slot_of(LegId leg);

  Plan plan_;
  CoverPolicy policy_;
  CoverClock clock_;

  LegView entry_;
  LegView close_;
  std::array<Slot, slots_max> slots_{};

  Quantity acquired_;      ///< bought (for a long), fees in base taken off
  Quantity released_;      ///< sold again
  Quantity entry_filled_;  ///< before fees
  Notional entry_paid_;
  Quantity exit_filled_;
  Notional exit_paid_;
  Notional fees_quote_;
  Quantity lost_;  ///< of what was released: closed by somebody else
  Notional lost_paid_;
  Quantity stop_filled_, target_filled_;
  std::array<Quantity, targets_max> taken_{};  ///< sold by each target
  std::array<bool, targets_max> hit_{};

  std::uint32_t terms_ = 0;          ///< counts the times stops had to move
  std::optional<Price> stop_floor_;  ///< break-even or trail: the stop lies no looser
  std::optional<Price> best_;        ///< the market's best price since the trail began
  std::optional<MonoTime> trailed_at_;
  Quantity too_small_;  ///< the venue would not sell so little
  Quantity shed_;       ///< still to be sold at market while the rest stays
  /// On spot, what the venue has of it, free or held by legs of its own; believed until then.
  std::optional<Quantity> at_venue_;
  MonoTime at_venue_until_{};
  bool short_ = false;  ///< the venue has less than is held here: another holds it, or it is gone

  std::optional<Price> market_;  ///< the last price seen, and when
  MonoTime market_at_{};
  bool link_ready_ = false;
  bool engine_ = false;          ///< the engine is the stop
  bool guarded_ = false;         ///< and can be it now
  bool target_refused_ = false;  ///< the venue will not have the targets: they are not watched
  std::optional<MonoTime> swap_again_at_;
  Duration swap_pause_{};  ///< grows while nothing is taken

  bool entry_done_ = false;  ///< no entry order lives or will be sent
  bool entry_unwanted_ = false;
  bool completed_ = false;   ///< more was bought to be worth an order, once
  bool stop_alone_ = false;  ///< pairs were refused: stops without targets from now on
  bool stranded_ = false;
  bool ended_ = false;
  bool resumed_ = true;
  std::optional<BracketOutcome> closing_;
  std::optional<BracketOutcome> let_go_;  ///< no longer managed
  bool was_covered_ = false;              ///< all of it, once
  std::optional<MonoTime> closing_since_;
  std::optional<MonoTime> first_fill_;
  MonoTime retry_after(MonoTime now);
  Duration retry_pause_{};            ///< grows with each failure, until something works
  std::optional<MonoTime> retry_at_;  ///< no new exit is wished before
  std::optional<MonoTime> regrown_at_;
  bool taken_away_ = false;  ///< it was cancelled by somebody else
  bool put_back_ = false;    ///< and stood again after that
  bool hands_off_ = false;
};

}  // namespace signalbox
