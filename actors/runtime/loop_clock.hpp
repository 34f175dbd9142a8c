#pragma once

#include <caf/detail/simple_actor_clock.hpp>
#include <optional>

#include "actors/runtime/loop.hpp"
#include "seams/timers.hpp"

namespace signalbox {

/// CAF's delayed messages and timeouts of one loop, on that loop's timers: no clock thread, and
/// an actor's deadlines never leave its loop. Loop thread only; RuntimeClock stands in front.
class LoopClock final : public caf::detail::simple_actor_clock {
 public:
  explicit LoopClock(Loop& loop) : loop_(loop) {}

  void set_ordinary_timeout(time_point due, caf::abstract_actor* self, caf::atom_value type,
                            std::uint64_t id) override;
  void set_multi_timeout(time_point due, caf::abstract_actor* self, caf::atom_value type,
                         std::uint64_t id) override;
  void set_request_timeout(time_point due, caf::abstract_actor* self, caf::message_id id) override;
  void schedule_message(time_point due, caf::strong_actor_ptr receiver,
                        caf::mailbox_element_ptr content) override;
  void schedule_message(time_point due, caf::group target, caf::strong_actor_ptr sender,
                        caf::message content) override;
  /// For actors that may be gone by the time it runs.
  void cancel_timeouts_of(caf::actor_id actor);
  void cancel_all() override;

 private:
  void rearm();

  Loop& loop_;
  TimerId timer_ = TimerId::none;
  std::optional<time_point> armed_for_;
};

}  // namespace signalbox
