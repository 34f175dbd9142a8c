#pragma once

#include <cstddef>
#include <vector>

#include "messages/time.hpp"

namespace signalbox::kit {

/// The venue's time, measured: asked several times, half of each round trip taken off, the median
/// believed. It runs on our monotonic clock, so a stepped wall clock does not move it. Pure.
class ServerClock {
 public:
  static constexpr std::size_t samples_wanted = 5;

  /// `resolution`: of the time that the venue tells.
  explicit ServerClock(Duration resolution = std::chrono::milliseconds{1})
      : resolution_(resolution) {}

  /// Forgets the samples of an earlier measurement, not what was learned from them.
  void start_measuring() { samples_.clear(); }
  /// One question and its answer; true once there are enough and the clock is set.
  bool add(MonoTime asked, MonoTime answered, WallTime venue_said);

  bool is_set() const { return set_; }
  WallTime at(MonoTime now) const { return WallTime{now.time_since_epoch() + ahead_}; }
  /// Venue minus our wall clock.
  Duration offset(MonoTime now, WallTime wall) const { return at(now) - wall; }
  /// Bound of the error: half the round trip believed, and the resolution.
  Duration error() const { return error_; }

 private:
  struct Sample {
    Duration ahead;  // of our monotonic clock
    Duration round_trip;
  };
  Duration resolution_;
  std::vector<Sample> samples_;
  Duration ahead_{};
  Duration error_{};
  bool set_ = false;
};

}  // namespace signalbox::kit
