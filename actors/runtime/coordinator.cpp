#include "actors/runtime/coordinator.hpp"

#include <caf/actor_system.hpp>
#include <caf/make_actor.hpp>
#include <caf/monitorable_actor.hpp>
#include <stdexcept>

#include "actors/runtime/system_config.hpp"

namespace signalbox {
namespace {

/// CAF sends `aout` lines to a printer actor with a thread of its own. Ours has no thread and
/// prints nothing: what matters is counted and reported as an incident.
class SilentPrinter final : public caf::monitorable_actor {
 public:
  explicit SilentPrinter(caf::actor_config& config) : caf::monitorable_actor(config) {}
  using caf::monitorable_actor::enqueue;
  void enqueue(caf::mailbox_element_ptr, caf::execution_unit*) override {}
};

/// Bounds what is run at the end: actors that keep waking each other are cut off.
constexpr std::size_t turns_at_stop_max = 100'000;

}  // namespace

caf::actor_system::module* Coordinator::make(caf::actor_system& system, caf::detail::type_list<>) {
  return new Coordinator(system);
}

Coordinator* Coordinator::of(caf::actor_system& system) {
  return dynamic_cast<Coordinator*>(&system.scheduler());
}

Coordinator::Coordinator(caf::actor_system& system) : abstract_coordinator(system) {
  const auto* config = SystemConfig::of(system);
  if (!config || config->loops.empty())
    throw std::logic_error("the coordinator needs a SystemConfig with at least one loop");
  for (Loop* loop : config->loops) units_.push_back(std::make_unique<LoopUnit>(system, *loop));
}

void Coordinator::enqueue(caf::resumable* actor) {
  for (const auto& unit : units_)
    if (unit->loop().on_this_thread()) return unit->exec_later(actor);
  cold().exec_later(actor);
}

void Coordinator::start() {
  caf::actor_config config{&cold()};
  utility_actors_[printer_id] = caf::make_actor<SilentPrinter, caf::actor>(
      system().next_actor_id(), system().node(), &system(), config);
}

void Coordinator::finish() {
  const auto run_what_is_left = [this] {
    bool any = true;
    for (std::size_t turn = 0; any && turn < turns_at_stop_max; ++turn) {
      any = false;
      for (const auto& unit : units_)
        if (unit->loop().poll()) any = true;
    }
  };
  run_what_is_left();
  clock_.cancel_all();
  run_what_is_left();
}

}  // namespace signalbox
