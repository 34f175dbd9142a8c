#pragma once

#include <string_view>
#include <vector>

#include "simulation/cover_judge.hpp"

namespace signalbox::simulation {

/// What went on after a deadline that no jump of the host's clock may move.
struct LateSpan {
  SignalHash bracket;
  CoverStory::Span span;  ///< from the deadline until it ended
  bool sells = false;     ///< what the deadline asks for is a sale
  std::string_view what;
};

/// Entries that stood after they had expired and positions held after their time limit, of
/// brackets that lived through a jump. A process or a shard that starts anew reads a deadline off
/// the wall clock, for it has nothing else: those are left out.
std::vector<LateSpan> late_deadlines(World& world, const CaseFile& file);

}  // namespace signalbox::simulation
