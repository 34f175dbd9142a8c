#pragma once

#include <caf/actor.hpp>
#include <caf/actor_control_block.hpp>
#include <caf/error.hpp>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "actors/runtime/restarts.hpp"
#include "actors/runtime/types.hpp"
#include "seams/clock.hpp"
#include "seams/random.hpp"

namespace signalbox {

class LoopUnit;

/// A child that must live. `start` makes it and tells whoever sends to it about the new handle;
/// it runs on the supervisor's loop, at first and again after each death. If it throws, that
/// counts as a death.
struct ChildSpec {
  std::string name;
  std::function<caf::strong_actor_ptr()> start;
};

/// What happened to a child; `name` is empty for the supervisor's own end.
struct SupervisionEvent {
  enum class Kind : std::uint8_t { started = 1, died = 2, gave_up = 3, stopped = 4 };
  Kind kind = Kind::started;
  std::string name;
  caf::error reason;               ///< `died`, `gave_up`
  Duration retry_in = Duration{};  ///< `died`, when it will be restarted
};

struct SupervisorOptions {
  RestartPauseOptions backoff;
  std::size_t max_restarts = 5;  ///< over all children, within `window`
  Duration window = std::chrono::seconds{60};
  Duration stop_within = std::chrono::seconds{5};  ///< then children are killed
};

/// Keeps named children alive: one that ends, for whatever reason, is started again in place
/// after a backoff with jitter. More than `max_restarts` within `window` is escalated: the
/// supervisor stops its other children and quits with ExitCause::restart_limit, which its own
/// monitor sees. Asked to quit, it stops the children in reverse order, waits at most
/// `stop_within`, and no child outlives it.
///
/// `clock` and `random` belong to the supervisor's loop and outlive it; `observe` is called on
/// that loop.
caf::actor spawn_supervisor(caf::actor_system& system, LoopUnit* unit, SupervisorOptions options,
                            std::vector<ChildSpec> children, const Clock& clock, Random& random,
                            std::function<void(const SupervisionEvent&)> observe = {});

/// Messages a supervisor takes. A name that exists is replaced: the old child is stopped first.
struct StartChild {
  ChildSpec child;
};
/// An unknown name is ignored.
struct StopChild {
  std::string name;
};

}  // namespace signalbox

SIGNALBOX_ACTOR_MESSAGE(signalbox::StartChild)
SIGNALBOX_ACTOR_MESSAGE(signalbox::StopChild)
