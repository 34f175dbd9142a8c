#include "actors/rules/tier.hpp"

namespace signalbox {
namespace {

bool can_rest_partly_filled(const Signal& signal) {
  return signal.time_in_force.value_or(TimeInForce::gtc) != TimeInForce::fok;
}

/// What a tier really gives this signal; zero: unusable.
int worth(const TierFacts& facts, const Signal& signal) {
  const bool native = facts.covers_partial && facts.both_legs && facts.survives_engine &&
                      facts.stop_survives_partial_target;
  if (native) return 4;
  if (!facts.survives_engine) return 0;  // the engine as the stop is not built yet: never chosen
  // Attached exits are one pair.
  if (facts.tier == Tier::attached)
    return can_rest_partly_filled(signal) || signal.take_profit.size() > 1 ? 0 : 3;
  const bool target_wanted = !signal.take_profit.empty();
  return facts.both_legs || !target_wanted ? 2 : 0;
}

}  // namespace

std::optional<TierFacts> choose_tier(std::span<const TierFacts> facts, MarketKind market,
                                     const Signal& signal) {
  const Tier least = signal.min_tier.value_or(Tier::resting);
  const TierFacts* best = nullptr;
  for (const auto& each : facts) {
    if (each.market != market || each.entry != signal.type || each.tier < least) continue;
    const int gain = worth(each, signal);
    if (gain > 0 && (best == nullptr || gain > worth(*best, signal))) best = &each;
  }
  return best == nullptr ? std::nullopt : std::optional{*best};
}

}  // namespace signalbox
