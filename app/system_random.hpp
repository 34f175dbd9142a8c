#pragma once

#include <random>

#include "seams/random.hpp"

namespace signalbox {

/// Jitter, the journal's book, the number of a process; nothing that must be secret.
class SystemRandom final : public Random {
 public:
  std::uint64_t next() override { return engine_(); }

 private:
  std::mt19937_64 engine_{(std::uint64_t{std::random_device{}()} << 32) ^ std::random_device{}()};
};

}  // namespace signalbox
