#pragma once

#include <array>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "simulation/marks.hpp"
#include "simulation/oracle.hpp"
#include "simulation/plan.hpp"

namespace signalbox::simulation {

struct SessionResult {
  std::uint64_t seed = 0;
  std::uint64_t trace_hash = 0;
  Duration virtual_time{};
  std::size_t signals = 0;  ///< accepted
  std::size_t brackets = 0;
  std::size_t trades = 0;
  std::size_t starts = 0;  ///< of the process
  std::size_t faults = 0;  ///< strikes
  std::vector<Violation> violations;
  Marks marks;
};

/// Runs one plan from the first start to the judgement. `line` hears everything that happens.
/// One thread.
using Line = std::function<void(MonoTime at, std::string_view what, std::string_view text)>;
SessionResult run_session(const Plan& plan, const Line& line = {});

}  // namespace signalbox::simulation
