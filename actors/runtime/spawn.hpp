#pragma once

#include <caf/actor_config.hpp>
#include <caf/actor_system.hpp>
#include <caf/behavior.hpp>
#include <caf/infer_handle.hpp>
#include <tuple>
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

namespace detail {

/// The actor's first turn: calls `function` with its arguments and answers the behavior.
template <class F, class... Ts>
auto first_turn(F function, Ts&&... xs) {
  using Infer = caf::infer_handle_from_fun<F>;
  return [function = std::move(function),
          args = std::make_tuple(std::forward<Ts>(xs)...)](caf::local_actor* self) mutable {
    const auto call = [&](auto&&... each) -> decltype(auto) {
      if constexpr (Infer::mode == caf::spawn_mode::function_with_selfptr)
        return function(static_cast<typename Infer::impl*>(self),
                        std::forward<decltype(each)>(each)...);
      else
        return function(std::forward<decltype(each)>(each)...);
    };
    if constexpr (std::is_void_v<decltype(std::apply(call, std::move(args)))>) {
      std::apply(call, std::move(args));
      return caf::behavior{};
    } else {
      auto behavior = std::apply(call, std::move(args));
      return caf::behavior{std::move(behavior.unbox())};
    }
  };
}

}  // namespace detail

/// Spawns an actor from its function: `spawn_on(system, unit, bracket_actor, args…)`, where the
/// function takes `Pinned<…>* self` first and answers the behavior. Arguments are copied or moved
/// to the actor; wrap in std::ref what it shall refer to.
///
/// Use it instead of CAF's `spawn` also from within actors: CAF dereferences a null pointer when
/// such a function takes no further argument, which a checking standard library refuses.
template <class F, class... Ts>
requires(!std::is_base_of_v<caf::abstract_actor, F>) caf::infer_handle_from_fun_t<F> spawn_on(
    caf::actor_system& system, LoopUnit* unit, F function, Ts&&... xs) {
  caf::actor_config config{unit};
  config.init_fun = caf::actor_config::init_fun_type{
      detail::first_turn(std::move(function), std::forward<Ts>(xs)...)};
  return system.spawn_impl<caf::infer_impl_from_fun_t<F>, caf::no_spawn_options>(config);
}

}  // namespace signalbox
