#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>

#include "messages/time.hpp"
#include "seams/random.hpp"

namespace signalbox {

struct RestartPauseOptions {
  Duration base = std::chrono::milliseconds{100};
  Duration cap = std::chrono::seconds{30};
  /// A wait is drawn from [(100 - jitter) %, 100 %] of the doubled base, so that connections
  /// which died together do not come back together.
  unsigned jitter_percent = 20;
  /// Who lived this long before failing starts again at `base`.
  Duration stable_after = std::chrono::seconds{60};
};

/// How long to wait before the next attempt: base, 2 × base, 4 × base … up to the cap, with
/// jitter. Pure; one thread.
class RestartPause {
 public:
  explicit RestartPause(RestartPauseOptions options);

  /// After a failure of something that had lived for `lived`. Always in (0, cap].
  Duration next(Duration lived, Random& random);
  unsigned streak() const { return streak_; }

 private:
  RestartPauseOptions options_;
  unsigned streak_ = 0;
};

/// Restarts are allowed while fewer than `max` happened within `window`. Beyond that the fault
/// is not one a restart cures, and whoever is above must decide. Pure; one thread.
class RestartBudget {
 public:
  RestartBudget(std::size_t max, Duration window) : max_(max), window_(window) {}

  /// Counts a failure at `now`; false when it was one too many.
  [[nodiscard]] bool spend(MonoTime now);

 private:
  std::size_t max_;
  Duration window_;
  std::deque<MonoTime> spent_;  // at most max_ + 1
};

}  // namespace signalbox
