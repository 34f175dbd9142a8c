#pragma once

#include <caf/fwd.hpp>

namespace signalbox {

class LoopUnit;

/// Decides, each time direct delivery would be legal, whether to use it. Simulation draws the
/// answer from its seed, so that both orders of events are explored.
class DirectPolicy {
 public:
  virtual ~DirectPolicy() = default;
  virtual bool direct() = 0;
};

/// Switches direct delivery off.
class NeverDirect final : public DirectPolicy {
 public:
  bool direct() override { return false; }
};

/// The side of a pinned actor that lets a sender run it in place, without mailbox, allocation or
/// clock. Legal only when nothing can be overtaken and nothing re-entered: on the actor's own
/// loop, while the actor waits with an empty mailbox, and not from within another direct
/// delivery to it. Everywhere else the message is queued. Senders use `send_now` (link.hpp).
///
/// Off our loops (virtual time) it needs a policy; without one nothing is delivered directly.
class DirectTarget {
 public:
  DirectTarget(const DirectTarget&) = delete;
  DirectTarget& operator=(const DirectTarget&) = delete;

  /// The actor's loop; null when CAF's own scheduler runs it.
  LoopUnit* unit() const { return unit_; }

  /// Whether a message may be delivered now, by the calling thread. `here` is what executes the
  /// caller; off our loops it is needed.
  bool ready(const caf::execution_unit* here) const;
  /// Runs the actor's handler for `message`. False when the actor wants the message later (it
  /// awaits a response): the content is untouched and the caller queues it.
  [[nodiscard]] bool deliver(caf::mailbox_element& message, caf::execution_unit* here);

 protected:
  DirectTarget(caf::scheduled_actor& actor, const caf::actor_config& config);
  ~DirectTarget() = default;

  caf::execution_unit* unit_or(caf::execution_unit* other) const;

 private:
  caf::scheduled_actor& actor_;
  LoopUnit* unit_;
  DirectPolicy* policy_ = nullptr;
  bool running_ = false;
};

}  // namespace signalbox
