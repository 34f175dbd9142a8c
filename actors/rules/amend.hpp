#pragma once

#include <optional>

#include "actors/rules/bracket.hpp"
#include "messages/commands.hpp"
#include "messages/reasons.hpp"

namespace signalbox {

/// Where the market stood when risk saw the command.
struct MarketNow {
  Price bid, ask;
};

struct AmendRefused {
  Reason reason = Reason::bad_field;
  Detail detail;
};

/// Whether a bracket may take these prices; nothing: it may. A stop moves only towards safety, and
/// neither a stop nor a target may lie where it would trade at once. No market means no.
std::optional<AmendRefused> check_amend(const Bracket& bracket, const Amend& amend,
                                        const std::optional<MarketNow>& market);

}  // namespace signalbox
