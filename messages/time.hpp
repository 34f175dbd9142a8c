#pragma once

#include <chrono>
#include <cstdint>

namespace signalbox {

using Duration = std::chrono::nanoseconds;

/// Time that only moves forward: deadlines, ages and pacing use nothing else, so a stepped wall
/// clock can never move a deadline.
struct MonoClock {
  using rep = std::int64_t;
  using period = std::nano;
  using duration = Duration;
  using time_point = std::chrono::time_point<MonoClock, Duration>;
  static constexpr bool is_steady = true;
};
using MonoTime = MonoClock::time_point;

/// Nanoseconds since the epoch, UTC: what is written on the bus and in the journal.
using WallTime = std::chrono::sys_time<Duration>;

constexpr std::int64_t ns(WallTime t) { return t.time_since_epoch().count(); }
constexpr std::int64_t ns(MonoTime t) { return t.time_since_epoch().count(); }
constexpr WallTime wall_from_ns(std::int64_t n) { return WallTime{Duration{n}}; }
constexpr MonoTime mono_from_ns(std::int64_t n) { return MonoTime{Duration{n}}; }

}  // namespace signalbox
