#pragma once

#include <chrono>

#include "seams/clock.hpp"

namespace signalbox {

/// The machine's clocks. Any thread.
class SteadyClock final : public Clock {
 public:
  MonoTime mono() const override { return now(); }
  WallTime wall() const override {
    return std::chrono::time_point_cast<Duration>(std::chrono::system_clock::now());
  }

  static MonoTime now() { return from(std::chrono::steady_clock::now()); }
  static MonoTime from(std::chrono::steady_clock::time_point t) {
    return MonoTime{std::chrono::duration_cast<Duration>(t.time_since_epoch())};
  }
  static std::chrono::steady_clock::time_point to(MonoTime t) {
    return std::chrono::steady_clock::time_point{
        std::chrono::duration_cast<std::chrono::steady_clock::duration>(t.time_since_epoch())};
  }
};

}  // namespace signalbox
