#include "actors/runtime/direct.hpp"

#include <caf/actor_config.hpp>
#include <caf/actor_system.hpp>
#include <caf/scheduled_actor.hpp>

#include "actors/runtime/coordinator.hpp"
#include "actors/runtime/system_config.hpp"

namespace signalbox {
namespace {

LoopUnit* unit_for(const caf::actor_config& config, caf::actor_system& system) {
  if (auto* unit = dynamic_cast<LoopUnit*>(config.host)) return unit;
  auto* coordinator = Coordinator::of(system);
  return coordinator ? &coordinator->cold() : nullptr;
}

}  // namespace

DirectTarget::DirectTarget(caf::scheduled_actor& actor, const caf::actor_config& config)
    : actor_(actor), unit_(unit_for(config, actor.home_system())) {
  if (const auto* settings = SystemConfig::of(actor.home_system())) policy_ = settings->direct;
}

bool DirectTarget::ready(const caf::execution_unit* here) const {
  if (running_) return false;
  if (unit_ ? !unit_->loop().on_this_thread() : !policy_ || !here) return false;
  // Blocked means: initialised, idle, nothing queued. A running or dead actor's mailbox is not.
  if (!actor_.mailbox().blocked()) return false;
  return !policy_ || policy_->direct();
}

bool DirectTarget::deliver(caf::mailbox_element& message, caf::execution_unit* here) {
  struct Running {
    explicit Running(bool& f) : flag(f) { flag = true; }
    ~Running() { flag = false; }
    bool& flag;
  } const running(running_);
  const auto result = actor_.activate(unit_or(here), message);
  return result != caf::scheduled_actor::activation_result::skipped;
}

caf::execution_unit* DirectTarget::unit_or(caf::execution_unit* other) const {
  return unit_ ? unit_ : other;
}

}  // namespace signalbox
