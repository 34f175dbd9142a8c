#pragma once

#include <optional>
#include <span>

#include "messages/instrument.hpp"
#include "messages/signal.hpp"

namespace signalbox {

/// The best way to protect this signal that the venue's facts allow and the signal accepts.
/// Nothing when there is none at `min_tier` (default resting) or better.
///
/// Attached exits protect nothing while an entry is partly filled, so they are used only for
/// entries that cannot rest partly filled (fill-or-kill).
std::optional<TierFacts> choose_tier(std::span<const TierFacts> facts, MarketKind market,
                                     const Signal& signal);

}  // namespace signalbox
