#include "actors/runtime/system_config.hpp"

#include <caf/actor_system.hpp>

namespace signalbox {

SystemConfig* SystemConfig::of(caf::actor_system& system) {
  // CAF hands its configuration out as const; the object is ours and was never const.
  return const_cast<SystemConfig*>(dynamic_cast<const SystemConfig*>(&system.config()));
}

}  // namespace signalbox
