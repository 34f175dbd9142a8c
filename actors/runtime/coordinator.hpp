#pragma once

#include <caf/scheduler/abstract_coordinator.hpp>

#include "actors/runtime/runtime_clock.hpp"

namespace signalbox {

/// CAF's scheduler module over our loops. It owns no thread: Runtime runs the loops. Loaded with
/// `SystemConfig::load<Coordinator>()`, it takes the place of CAF's own workers, which then never
/// start.
class Coordinator final : public caf::scheduler::abstract_coordinator {
 public:
  static caf::actor_system::module* make(caf::actor_system& system, caf::detail::type_list<>);
  /// Null when another scheduler runs `system`.
  static Coordinator* of(caf::actor_system& system);

  explicit Coordinator(caf::actor_system& system);

  /// In the order of SystemConfig::loops.
  LoopUnit& unit(std::size_t index) { return *units_.at(index); }
  LoopUnit& cold() { return *units_.back(); }

  /// Actors that are not pinned run on the loop that woke them, or on the cold loop.
  void enqueue(caf::resumable* actor) override;
  caf::actor_clock& clock() noexcept override { return clock_; }
  bool detaches_utility_actors() const override { return false; }

  /// After the loops' threads have ended: runs what is left on the calling thread and drops the
  /// messages that wait for their time, with the references they hold.
  void finish();

 protected:
  void start() override;
  void stop() override { finish(); }

 private:
  RuntimeClock::Units units_;
  RuntimeClock clock_{units_};
};

}  // namespace signalbox
