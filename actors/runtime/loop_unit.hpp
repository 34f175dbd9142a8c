#pragma once

#include <caf/execution_unit.hpp>
#include <cstddef>

#include "actors/runtime/loop.hpp"
#include "actors/runtime/loop_clock.hpp"

namespace signalbox {

/// What resumes actors on one Loop: CAF's idea of a worker. Pinned actors hold theirs for life.
class LoopUnit final : public caf::execution_unit {
 public:
  /// Messages one actor may handle before the next ready actor has its turn.
  static constexpr std::size_t messages_per_resume = 64;

  LoopUnit(caf::actor_system& system, Loop& loop)
      : caf::execution_unit(&system), loop_(loop), clock_(loop) {}

  /// Any thread, though CAF asks less.
  void exec_later(caf::resumable* actor) override;

  Loop& loop() { return loop_; }
  /// Loop thread only.
  LoopClock& clock() { return clock_; }

 private:
  static void resume(void* unit, void* actor);

  Loop& loop_;
  LoopClock clock_;
};

}  // namespace signalbox
