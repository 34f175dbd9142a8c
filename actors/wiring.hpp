#pragma once

#include <caf/event_based_actor.hpp>
#include <caf/stateful_actor.hpp>
#include <optional>

#include "actors/messages.hpp"
#include "actors/recorder.hpp"
#include "actors/runtime/link.hpp"
#include "actors/runtime/pinned.hpp"
#include "actors/shard.hpp"
#include "messages/plant.hpp"

// What the shard's actors share. Included by their .cpp files only.

namespace signalbox {

/// The other ends of the hot chain, told to each actor before anything else.
struct Peers {
  caf::actor risk;
  caf::actor brackets;
  caf::actor orders;
};

inline Now now_of(const Clock& clock) {
  return {SIGNALBOX_PLANTED_MONO(deadlines_by_wall_clock, clock.mono(), clock.wall()),
          clock.wall()};
}

/// Wakes an actor with TimePassed when its rules' next deadline comes, with one pending message
/// at a time, or a second one when an earlier deadline appears.
class Alarm {
 public:
  void set(caf::event_based_actor* self, std::optional<MonoTime> due, MonoTime now) {
    if (!due || (armed_ && *armed_ <= *due && *armed_ > now)) return;
    armed_ = due;
    self->delayed_send(self, std::max(*due - now, Duration{}), TimePassed{});
  }

 private:
  std::optional<MonoTime> armed_;
};

}  // namespace signalbox

SIGNALBOX_ACTOR_MESSAGE(signalbox::Peers)
