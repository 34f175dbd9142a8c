#include "actors/runtime/runtime_clock.hpp"

#include <caf/abstract_actor.hpp>
#include <utility>

namespace signalbox {

LoopClock* RuntimeClock::mine() const {
  const Loop* here = Loop::current();
  if (!here) return nullptr;
  for (const auto& unit : units_)
    if (&unit->loop() == here) return &unit->clock();
  return nullptr;
}

void RuntimeClock::on_cold(std::function<void(LoopClock&)> call) const {
  LoopUnit& cold = *units_.back();
  cold.loop().post([&cold, call = std::move(call)] { call(cold.clock()); });
}

void RuntimeClock::set_ordinary_timeout(time_point due, caf::abstract_actor* self,
                                        caf::atom_value type, std::uint64_t id) {
  if (auto* clock = mine()) return clock->set_ordinary_timeout(due, self, type, id);
  on_cold([=, actor = caf::strong_actor_ptr{self->ctrl()}](LoopClock& clock) {
    clock.set_ordinary_timeout(due, actor->get(), type, id);
  });
}

void RuntimeClock::set_multi_timeout(time_point due, caf::abstract_actor* self,
                                     caf::atom_value type, std::uint64_t id) {
  if (auto* clock = mine()) return clock->set_multi_timeout(due, self, type, id);
  on_cold([=, actor = caf::strong_actor_ptr{self->ctrl()}](LoopClock& clock) {
    clock.set_multi_timeout(due, actor->get(), type, id);
  });
}

void RuntimeClock::set_request_timeout(time_point due, caf::abstract_actor* self,
                                       caf::message_id id) {
  if (auto* clock = mine()) return clock->set_request_timeout(due, self, id);
  on_cold([=, actor = caf::strong_actor_ptr{self->ctrl()}](LoopClock& clock) {
    clock.set_request_timeout(due, actor->get(), id);
  });
}

// A timeout that was not cancelled in time reaches its actor with an id it no longer knows, and
// is dropped there. So the cancellations of a thread that runs no loop may be forgotten.

void RuntimeClock::cancel_ordinary_timeout(caf::abstract_actor* self, caf::atom_value type) {
  if (auto* clock = mine()) clock->cancel_ordinary_timeout(self, type);
}

void RuntimeClock::cancel_request_timeout(caf::abstract_actor* self, caf::message_id id) {
  if (auto* clock = mine()) clock->cancel_request_timeout(self, id);
}

void RuntimeClock::cancel_timeouts(caf::abstract_actor* self) {
  if (auto* clock = mine()) return clock->cancel_timeouts(self);
  // These hold references to the actor, so they go wherever they are.
  const caf::actor_id actor = self->id();
  for (const auto& unit : units_)
    unit->loop().post([&clock = unit->clock(), actor] { clock.cancel_timeouts_of(actor); });
}

void RuntimeClock::schedule_message(time_point due, caf::strong_actor_ptr receiver,
                                    caf::mailbox_element_ptr content) {
  if (auto* clock = mine())
    return clock->schedule_message(due, std::move(receiver), std::move(content));
  // std::function wants a copyable capture.
  auto box = std::make_shared<caf::mailbox_element_ptr>(std::move(content));
  on_cold([due, box, receiver = std::move(receiver)](LoopClock& clock) {
    clock.schedule_message(due, receiver, std::move(*box));
  });
}

void RuntimeClock::schedule_message(time_point due, caf::group target, caf::strong_actor_ptr sender,
                                    caf::message content) {
  if (auto* clock = mine())
    return clock->schedule_message(due, std::move(target), std::move(sender), std::move(content));
  on_cold([=](LoopClock& clock) { clock.schedule_message(due, target, sender, content); });
}

void RuntimeClock::cancel_all() {
  for (const auto& unit : units_) unit->clock().cancel_all();
}

}  // namespace signalbox
