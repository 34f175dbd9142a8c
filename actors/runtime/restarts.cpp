#include "actors/runtime/restarts.hpp"

#include <algorithm>
#include <stdexcept>

namespace signalbox {

RestartPause::RestartPause(RestartPauseOptions options) : options_(options) {
  if (options_.base <= Duration::zero() || options_.cap < options_.base ||
      options_.jitter_percent >= 100)
    throw std::invalid_argument("backoff: needs 0 < base <= cap and jitter below 100 percent");
}

Duration RestartPause::next(Duration lived, Random& random) {
  if (lived >= options_.stable_after) streak_ = 0;
  Duration wait = options_.base;
  for (unsigned i = 0; i < streak_ && wait < options_.cap; ++i)
    wait = wait > options_.cap / 2 ? options_.cap : wait * 2;
  if (wait < options_.cap) ++streak_;

  const Duration spread = wait / 100 * options_.jitter_percent;
  const auto choices = static_cast<std::uint64_t>(spread.count()) + 1;
  return wait - Duration{static_cast<Duration::rep>(random.next() % choices)};
}

bool RestartBudget::spend(MonoTime now) {
  while (!spent_.empty() && now - spent_.front() >= window_) spent_.pop_front();
  spent_.push_back(now);
  if (spent_.size() <= max_) return true;
  spent_.pop_front();
  return false;
}

}  // namespace signalbox
