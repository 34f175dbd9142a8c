#pragma once

#include <cstdint>

namespace signalbox {

/// Where randomness comes from (jitter, the journal's book): seeded in simulation.
/// One thread, the owner's.
class Random {
 public:
  virtual ~Random() = default;
  virtual std::uint64_t next() = 0;
};

}  // namespace signalbox
