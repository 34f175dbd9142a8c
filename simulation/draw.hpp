#pragma once

#include <cstdint>

#include "messages/time.hpp"

namespace signalbox::simulation {

/// splitmix64: the same draws on every machine. Each purpose has a stream of its own, so that
/// drawing more for one does not shift the others.
class Draw {
 public:
  explicit Draw(std::uint64_t seed, std::uint64_t purpose = 0)
      : state_(seed * 0x9e3779b97f4a7c15ULL ^ (purpose + 1) * 0xd1342543de82ef95ULL) {}

  std::uint64_t next() {
    auto z = state_ += 0x9e3779b97f4a7c15ULL;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ULL;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebULL;
    return z ^ (z >> 31);
  }
  std::uint64_t below(std::uint64_t bound) { return next() % bound; }
  std::int64_t between(std::int64_t low, std::int64_t high) {
    return low + static_cast<std::int64_t>(below(static_cast<std::uint64_t>(high - low + 1)));
  }
  bool chance(std::uint16_t permille) { return below(1000) < permille; }
  Duration span(Duration low, Duration high) {
    return Duration{between(low.count(), high.count())};
  }

 private:
  std::uint64_t state_;
};

}  // namespace signalbox::simulation
