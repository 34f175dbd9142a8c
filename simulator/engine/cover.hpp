#pragma once

#include <optional>
#include <string>
#include <vector>

#include "simulator/engine/record.hpp"

namespace signalbox::simulator {

/// A question to the record: for how long was something bought and not covered by a live stop?
struct CoverQuestion {
  AccountId account{};
  MarketId market{};
  /// Only orders whose client id starts with this; empty asks about all.
  std::string client_prefix;
  /// Less than this uncovered is dust: what no venue would let anyone sell.
  Quantity dust;
  /// A fired stop that rests unfilled counts as cover for this long.
  Duration fired_counts_for = std::chrono::seconds{1};
  /// Where an interval that never closed is cut.
  WallTime until{};
};

/// One interval in which more was held than live stops would sell.
struct Uncovered {
  WallTime from{};
  Duration length{};
  Quantity most;
  friend bool operator==(const Uncovered&, const Uncovered&) = default;
};

/// From the venue's record alone: bought less sold less fees in base, against the unfilled
/// quantity of live sell stops. Long positions; the first interval comes first.
std::vector<Uncovered> uncovered(const Record& record, const CoverQuestion& question);

/// The longest of them; a length of zero when there is none.
Uncovered longest_uncovered(const Record& record, const CoverQuestion& question);

/// What the asked-about orders hold at the end of the record.
Quantity held_position(const Record& record, const CoverQuestion& question);

}  // namespace signalbox::simulator
