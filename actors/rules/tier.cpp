#include "actors/rules/tier.hpp"

namespace signalbox {
namespace {

bool can_rest_partly_filled(const Signal& signal) {
  return signal.time_in_force.value_or(TimeInForce::gtc) != TimeInForce::fok;
}

}  // namespace

TierWorth worth_of(const TierFacts& facts, const Signal& signal) {
  const bool targets = !signal.take_profit.empty();
  if (facts.tier == Tier::engine) {
    // A stop with a limit is an order, and the engine only sells; by the market that it sees.
    const auto& stop = signal.stop_loss;
    const bool other =
        stop && (stop->limit_offset || stop->trigger.value_or(Trigger::last) != Trigger::last);
    return other ? TierWorth::none : TierWorth::engine;
  }
  if (!facts.survives_engine) return TierWorth::none;
  if (facts.covers_partial && facts.both_legs && facts.stop_survives_partial_target)
    return TierWorth::native;
  if (facts.tier == Tier::attached) {
    // Attached exits are one pair, or one stop.
    if (signal.take_profit.size() > 1 || (targets && !facts.both_legs)) return TierWorth::none;
    return can_rest_partly_filled(signal) ? TierWorth::attached_cut_short : TierWorth::attached;
  }
  if (!facts.covers_partial) return TierWorth::none;
  if (facts.both_legs || !targets) return TierWorth::resting;
  return facts.exits_hold_balance ? TierWorth::resting_watched : TierWorth::none;
}

std::optional<TierFacts> choose_tier(std::span<const TierFacts> facts, MarketKind market,
                                     const Signal& signal) {
  const Tier least = signal.min_tier.value_or(Tier::resting);
  const TierFacts* best = nullptr;
  TierWorth most = TierWorth::none;
  for (const auto& each : facts) {
    if (each.market != market || each.entry != signal.type || each.tier < least) continue;
    const TierWorth worth = worth_of(each, signal);
    if (worth <= most) continue;
    best = &each;
    most = worth;
  }
  return best == nullptr ? std::nullopt : std::optional{*best};
}

}  // namespace signalbox
