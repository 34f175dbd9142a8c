#pragma once

#include <caf/actor_config.hpp>
#include <caf/event_based_actor.hpp>
#include <caf/scheduled_actor.hpp>
#include <exception>
#include <string>
#include <utility>

#include "actors/runtime/actor_roster.hpp"
#include "actors/runtime/direct.hpp"
#include "actors/runtime/hand_over.hpp"

namespace signalbox {

/// Replaces the handlers with which CAF prints: an unexpected message or an unhandled death is
/// counted and reported, an exception ends the actor with a reason its monitor can read.
void install_handlers(caf::scheduled_actor& actor);
/// Their handler of exceptions, for an actor that has something to do first.
caf::error on_exception(caf::scheduled_actor* actor, std::exception_ptr& thrown);
/// What was thrown, for people.
std::string text_of(const std::exception_ptr& thrown);

/// An actor that always runs on its own loop, whoever sends to it, and takes direct delivery.
/// Its loop is the one it was spawned on (`spawn_on`, or from within a pinned actor), else the
/// cold loop. On a system without our loops it behaves as `Base`, so one factory serves
/// production and virtual time.
///
/// `Base` is caf::event_based_actor, caf::typed_event_based_actor<…> or, best,
/// caf::stateful_actor<State, …>: a state dies when its actor terminates, so two actors that
/// hold each other's handles do not keep each other's memory.
template <class Base>
class Pinned : public Base, public DirectTarget {
 public:
  template <class... Ts>
  explicit Pinned(caf::actor_config& config, Ts&&... xs)
      : Base(config, std::forward<Ts>(xs)...), DirectTarget(*this, config), seat_(*this->ctrl()) {
    install_handlers(*this);
  }
  ~Pinned() override { taken_over(job()); }

  using Base::enqueue;
  void enqueue(caf::mailbox_element_ptr message, caf::execution_unit* other) override {
    handed_over(message.get());
    handed_over(job());
    Base::enqueue(std::move(message), unit_or(other));
  }

  caf::invoke_message_result consume(caf::mailbox_element& message) override {
    taken_over(&message);
    return Base::consume(message);
  }

  void launch(caf::execution_unit* spawner, bool lazy, bool hide) override {
    Base::launch(unit_or(spawner), lazy, hide);
  }

  bool cleanup(caf::error&& reason, caf::execution_unit* host) override {
    seat_.leave();
    return Base::cleanup(std::move(reason), host);
  }

 private:
  const caf::resumable* job() const { return this; }

  RosterSeat seat_;
};

}  // namespace signalbox
