#pragma once

#include <caf/actor_config.hpp>
#include <caf/actor_system.hpp>
#include <caf/infer_handle.hpp>
#include <type_traits>
#include <utility>

#include "actors/runtime/loop_unit.hpp"

namespace signalbox {

/// Spawns an actor class on a loop: `spawn_on<RiskActor>(system, unit, args…)`. Without a unit
/// the system decides (the cold loop, or CAF's scheduler under virtual time).
template <class Impl, class... Ts>
requires std::is_base_of_v<caf::abstract_actor, Impl> caf::infer_handle_from_class_t<Impl> spawn_on(
    caf::actor_system& system, LoopUnit* unit, Ts&&... xs) {
  caf::actor_config config{unit};
  return system.spawn_class<Impl, caf::no_spawn_options>(config, std::forward<Ts>(xs)...);
}

/// Spawns an actor from its function: `spawn_on(system, unit, bracket_actor, args…)`, where the
/// function takes `Pinned<…>* self` first and answers the behavior.
template <class F, class... Ts>
requires(!std::is_base_of_v<caf::abstract_actor, F>) caf::infer_handle_from_fun_t<F> spawn_on(
    caf::actor_system& system, LoopUnit* unit, F function, Ts&&... xs) {
  using Impl = caf::infer_impl_from_fun_t<F>;
  static_assert(caf::detail::spawnable<F, Impl, Ts...>(),
                "the function does not take these arguments");
  caf::actor_config config{unit};
  return system.spawn_functor(std::true_type{}, config, function, std::forward<Ts>(xs)...);
}

}  // namespace signalbox
