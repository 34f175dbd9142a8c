#pragma once

#include <caf/actor_cast.hpp>
#include <caf/actor_system.hpp>
#include <caf/event_based_actor.hpp>
#include <caf/send.hpp>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <tuple>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

#include "actors/runtime/incidents.hpp"
#include "actors/runtime/spawn.hpp"
#include "actors/runtime/types.hpp"
#include "tests/support/virtual_time.hpp"

namespace signalbox::test {

struct StageOptions {
  std::uint64_t seed = 1;
  /// How actors' `send_now` is answered: drawn from the seed, or one of the two always.
  enum class Direct : std::uint8_t { drawn = 1, always = 2, never = 3 };
  Direct direct = Direct::drawn;
  /// Keeps one line per step; the hash of them is always there.
  bool keep_trace = false;
  /// Messages that one call of `run` may handle before it takes the actors for restless.
  std::size_t steps_max = 1'000'000;
};

/// Actors under virtual time: no thread runs and no time passes unless told to. Which of the
/// ready actors runs next, and whether a direct send is direct, is drawn from the seed: the same
/// seed gives the same run. On its end every actor is stopped, whatever still waits for it.
///
/// One thread. Actors that never come to rest end the test with an exception.
class Stage {
 public:
  explicit Stage(StageOptions options = {});
  ~Stage();
  Stage(const Stage&) = delete;
  Stage& operator=(const Stage&) = delete;

  caf::actor_system& system();
  VirtualClock& clock();
  VirtualTimers& timers();
  Random& random();  ///< for what the actors draw; not the schedule's

  /// An actor function, `stage.spawn(bracket_actor, args…)`; it has started when this returns.
  template <class F, class... Ts>
  requires(!std::is_base_of_v<caf::abstract_actor, F>) auto spawn(F function, Ts&&... xs) {
    return keep(spawn_on(system(), nullptr, function, std::forward<Ts>(xs)...));
  }
  /// An actor class, `stage.spawn<Supervisor>(args…)`.
  template <class Impl, class... Ts>
  requires std::is_base_of_v<caf::abstract_actor, Impl>
  auto spawn(Ts&&... xs) {
    return keep(spawn_on<Impl>(system(), nullptr, std::forward<Ts>(xs)...));
  }
  /// Takes an actor that somebody else spawned on `system()`, to be stopped at the end.
  template <class Handle>
  Handle keep(Handle actor) {
    hold(caf::actor_cast<caf::strong_actor_ptr>(actor));
    run();
    return actor;
  }

  /// An actor that writes down what it is sent: `std::vector<SetLeg>`, or a vector of a
  /// std::variant for several kinds of message.
  template <class Handle = caf::actor, class Record>
  Handle recorder(std::vector<Record>& into) {
    return caf::actor_cast<Handle>(
        spawn([&into](caf::event_based_actor*) { return recording(into, into.data()); }));
  }

  /// Sends and runs until every actor is idle.
  template <class Handle, class... Ts>
  void tell(const Handle& to, Ts&&... xs) {
    send(to, std::forward<Ts>(xs)...);
    run();
  }
  /// Sends only: the message waits for the next `run`, `tell` or `pass`.
  template <class Handle, class... Ts>
  void send(const Handle& to, Ts&&... xs) {
    caf::anon_send(to, std::forward<Ts>(xs)...);
  }
  /// A request and its answer; nothing when the actor refused it or is gone.
  template <class Answer, class Handle, class... Ts>
  std::optional<Answer> ask(const Handle& to, Ts&&... xs) {
    auto answer = std::make_shared<std::optional<Answer>>();
    spawn([answer, to,
           message = std::make_tuple(std::forward<Ts>(xs)...)](caf::event_based_actor* self) {
      std::apply(
          [&](const auto&... each) {
            self->request(to, caf::infinite, each...)
                .then([answer](Answer& given) { *answer = std::move(given); }, [](caf::error&) {});
          },
          message);
    });
    return *answer;
  }

  /// Runs until every actor is idle; answers how many messages were handled.
  std::size_t run();
  /// Lets time pass: whatever falls due happens at its own time, in order.
  void pass(Duration d);

  /// From inside a handler: so much time passes while it runs, and nothing else does.
  void stall(Duration d);

  /// Asks an actor to end, and runs.
  template <class Handle>
  void stop(const Handle& actor) {
    end(caf::actor_cast<caf::strong_actor_ptr>(actor));
  }
  /// Why an actor ended, as soon as it has.
  template <class Handle>
  std::shared_ptr<const std::optional<caf::error>> watch(const Handle& actor) {
    return watch_end(caf::actor_cast<caf::strong_actor_ptr>(actor));
  }

  /// Unexpected messages, crashes and unhandled deaths so far.
  const std::vector<Incident>& incidents() const;
  /// Actors whose memory is held, terminated or not.
  std::size_t actor_objects() const;
  std::size_t running_actors() const;

  std::uint64_t trace_hash() const;
  const std::vector<std::string>& trace() const;

 private:
  template <class... Ms>
  static caf::behavior recording(std::vector<std::variant<Ms...>>& into,
                                 const std::variant<Ms...>*) {
    return {[&into](const Ms& message) { into.push_back(message); }...};
  }
  template <class Message>
  static caf::behavior recording(std::vector<Message>& into, const Message*) {
    return {[&into](const Message& message) { into.push_back(message); }};
  }

  void hold(const caf::strong_actor_ptr& actor);
  void end(const caf::strong_actor_ptr& actor);
  std::shared_ptr<const std::optional<caf::error>> watch_end(const caf::strong_actor_ptr& actor);

  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace signalbox::test
