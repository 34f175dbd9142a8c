#pragma once

#include <algorithm>

#include "messages/time.hpp"

namespace signalbox {

/// What the monotonic clock of another process shows, as far as its messages tell. A message says
/// when it was sent and comes in later, so each gives a time that the other clock had passed by
/// then; the best of them is kept, and trusted less the older it gets, for clocks drift. The
/// estimate is late by the fastest recent journey of a message and never early.
class PeerClock {
 public:
  static constexpr std::int64_t drift_parts = 1000;  ///< clocks differ by less than one in so many
  /// Of any process; what claims more is cut, so that no sum below overflows.
  static constexpr Duration uptime_max = std::chrono::hours{24 * 365 * 100};

  void forget() { known_ = false; }

  /// A message that was sent at `at` has come in.
  void heard(Duration at, MonoTime now) {
    const Duration sample = std::min(at, uptime_max) - now.time_since_epoch();
    if (known_ && sample < ahead_by(now)) return;
    known_ = true;
    ahead_ = sample;
    measured_ = now;
  }

  /// Not later than what the other clock shows at `now`.
  Duration at_least(MonoTime now) const {
    return known_ ? std::max(Duration{}, now.time_since_epoch() + ahead_by(now)) : Duration{};
  }

 private:
  Duration ahead_by(MonoTime now) const { return ahead_ - (now - measured_) / drift_parts; }

  bool known_ = false;
  Duration ahead_{};  // the other clock minus ours
  MonoTime measured_{};
};

}  // namespace signalbox
