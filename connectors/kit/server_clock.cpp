#include "connectors/kit/server_clock.hpp"

#include <algorithm>

namespace signalbox::kit {

bool ServerClock::add(MonoTime asked, MonoTime answered, WallTime venue_said) {
  const Duration round_trip = answered - asked;
  const MonoTime middle = asked + round_trip / 2;
  // Truncated, it was half a step later on average.
  const Duration said = venue_said.time_since_epoch() + resolution_ / 2;
  samples_.push_back({said - middle.time_since_epoch(), round_trip});
  if (samples_.size() < samples_wanted) return false;

  std::sort(samples_.begin(), samples_.end(),
            [](const Sample& a, const Sample& b) { return a.ahead < b.ahead; });
  const auto& believed = samples_[samples_.size() / 2];
  ahead_ = believed.ahead;
  error_ = believed.round_trip / 2 + resolution_;
  samples_.clear();
  set_ = true;
  return true;
}

}  // namespace signalbox::kit
