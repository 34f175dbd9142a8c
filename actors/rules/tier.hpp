#pragma once

#include <cstdint>
#include <optional>
#include <span>

#include "messages/instrument.hpp"
#include "messages/signal.hpp"

namespace signalbox {

/// What a way of holding protection really gives one signal, worst first. Names of tiers do not
/// enter it, only facts do: an unverified one counts as "no".
enum class TierWorth : std::uint8_t {
  none = 0,            ///< does not protect this signal
  engine,              ///< nothing at the venue: the engine watches stop and targets, and sells
  attached_cut_short,  ///< the entry's first partial fill ends the rest of it, and is covered
  resting_watched,     ///< the stop stands, the engine watches the targets
  resting,             ///< stop and targets stand; a partly filled target may end its stop
  attached,            ///< of an entry that fills at once or not at all
  native,              ///< both legs, over partial fills of entry and target, without the engine
};
template <>
inline constexpr auto enum_names<TierWorth> =
    std::array{Named{TierWorth::none, "none"},
               Named{TierWorth::engine, "engine"},
               Named{TierWorth::attached_cut_short, "attached, cut short by a partial fill"},
               Named{TierWorth::resting_watched, "resting, targets watched by the engine"},
               Named{TierWorth::resting, "resting"},
               Named{TierWorth::attached, "attached"},
               Named{TierWorth::native, "native"}};

TierWorth worth_of(const TierFacts& facts, const Signal& signal);

/// The best way to protect this signal that the venue's facts allow and the signal accepts.
/// Nothing when there is none at `min_tier` (default resting) or better.
std::optional<TierFacts> choose_tier(std::span<const TierFacts> facts, MarketKind market,
                                     const Signal& signal);

}  // namespace signalbox
