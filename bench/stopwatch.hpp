#pragma once

#include <algorithm>
#include <vector>

#include "messages/time.hpp"

namespace signalbox::bench {

/// Durations of one measurement, over all blocks.
class Figures {
 public:
  void add(Duration d) { all_.push_back(d); }
  std::size_t count() const { return all_.size(); }
  /// Microseconds; not money.
  double percentile_us(unsigned percent) const {
    if (all_.empty()) return 0;
    auto sorted = all_;
    std::sort(sorted.begin(), sorted.end());
    const auto at = std::min(sorted.size() - 1, sorted.size() * percent / 100);
    return std::chrono::duration<double, std::micro>(sorted[at]).count();
  }

 private:
  std::vector<Duration> all_;
};

}  // namespace signalbox::bench
