#pragma once

#include "tests/support/virtual_time.hpp"

namespace signalbox::simulator::test {

/// A clock and its timers, moved by hand.
struct VirtualWorld {
  signalbox::test::VirtualClock clock;
  signalbox::test::VirtualTimers timers;

  /// Whatever falls due happens at its own time, in order.
  void pass(Duration d) {
    const auto until = clock.mono() + d;
    for (auto due = timers.next_due(); due && *due <= until; due = timers.next_due()) {
      if (*due > clock.mono()) clock.advance_to(*due);
      timers.fire_one(clock.mono());
    }
    clock.advance_to(until);
  }
  void run() { pass(Duration::zero()); }
};

}  // namespace signalbox::simulator::test
