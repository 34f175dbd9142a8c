#include "actors/runtime/loop_clock.hpp"

#include <utility>

#include "actors/runtime/steady_clock.hpp"

namespace signalbox {
using Base = caf::detail::simple_actor_clock;

void LoopClock::set_ordinary_timeout(time_point due, caf::abstract_actor* self,
                                     caf::atom_value type, std::uint64_t id) {
  Base::set_ordinary_timeout(due, self, type, id);
  rearm();
}

void LoopClock::set_multi_timeout(time_point due, caf::abstract_actor* self, caf::atom_value type,
                                  std::uint64_t id) {
  Base::set_multi_timeout(due, self, type, id);
  rearm();
}

void LoopClock::set_request_timeout(time_point due, caf::abstract_actor* self, caf::message_id id) {
  Base::set_request_timeout(due, self, id);
  rearm();
}

void LoopClock::schedule_message(time_point due, caf::strong_actor_ptr receiver,
                                 caf::mailbox_element_ptr content) {
  Base::schedule_message(due, std::move(receiver), std::move(content));
  rearm();
}

void LoopClock::schedule_message(time_point due, caf::group target, caf::strong_actor_ptr sender,
                                 caf::message content) {
  Base::schedule_message(due, std::move(target), std::move(sender), std::move(content));
  rearm();
}

void LoopClock::cancel_timeouts_of(caf::actor_id actor) { handle(timeouts_cancellation{actor}); }

void LoopClock::cancel_all() {
  Base::cancel_all();
  loop_.timers().cancel(timer_);
  armed_for_.reset();
}

void LoopClock::rearm() {
  if (schedule_.empty()) return;
  const time_point due = schedule_.begin()->first;
  if (armed_for_ && *armed_for_ <= due) return;
  loop_.timers().cancel(timer_);
  armed_for_ = due;
  timer_ = loop_.timers().at(SteadyClock::from(due), [this] {
    armed_for_.reset();
    trigger_expired_timeouts();
    rearm();
  });
}

}  // namespace signalbox
