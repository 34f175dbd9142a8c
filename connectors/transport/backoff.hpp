#pragma once

#include <algorithm>

#include "messages/time.hpp"
#include "seams/random.hpp"

namespace signalbox {

/// How long to wait before the next try: doubling from `first` to `most`, each drawn from the
/// upper half, so that many connections cut by one fault do not come back in one moment.
class Backoff {
 public:
  Backoff(Duration first, Duration most) : first_(first), most_(most), next_(first) {}

  Duration next(Random& random) {
    const auto whole = next_;
    next_ = std::min(next_ * 2, most_);
    const auto half = static_cast<std::uint64_t>((whole / 2).count());
    return whole / 2 + Duration{static_cast<std::int64_t>(half == 0 ? 0 : random.next() % half)};
  }
  void reset() { next_ = first_; }

 private:
  Duration first_;
  Duration most_;
  Duration next_;
};

}  // namespace signalbox
