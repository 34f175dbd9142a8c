#pragma once

#include <caf/actor_system_config.hpp>
#include <memory>
#include <vector>

#include "actors/runtime/actor_roster.hpp"
#include "actors/runtime/direct.hpp"
#include "actors/runtime/incidents.hpp"

namespace signalbox {

class Loop;

/// What our actors find through their actor system: who else lives, whom to tell of an incident,
/// the policy of direct delivery, and the loops that run them. Runtime fills it for production,
/// the test stage for virtual time; an actor system with another configuration runs our actors
/// as plain CAF actors.
class SystemConfig : public caf::actor_system_config {
 public:
  explicit SystemConfig(Incidents::Listener listener = {}) : incidents(std::move(listener)) {}

  /// Shared: a terminated actor's memory may outlive the system that ran it.
  std::shared_ptr<ActorRoster> roster = std::make_shared<ActorRoster>();
  Incidents incidents;
  DirectPolicy* direct = nullptr;
  std::vector<Loop*> loops;  ///< the cold loop is the last; empty when CAF's scheduler runs

  static SystemConfig* of(caf::actor_system& system);
};

}  // namespace signalbox
