#include <caf/event_based_actor.hpp>
#include <caf/exit_reason.hpp>
#include <caf/send.hpp>
#include <caf/stateful_actor.hpp>
#include <caf/typed_event_based_actor.hpp>
#include <catch2/catch.hpp>
#include <string>
#include <vector>

#include "actors/runtime/exit_reasons.hpp"
#include "actors/runtime/link.hpp"
#include "actors/runtime/pinned.hpp"
#include "actors/runtime/runtime.hpp"
#include "actors/runtime/spawn.hpp"
#include "actors/runtime/steady_clock.hpp"
#include "tests/runtime/actors.hpp"
#include "tests/support/allocations.hpp"

using namespace signalbox;
using namespace signalbox::test;

namespace {

using Node = Pinned<caf::event_based_actor>;

/// A runtime whose hot loop runs on the test's own thread, when the test says so.
class OnThisThread {
 public:
  explicit OnThisThread(DirectPolicy* policy = nullptr)
      : runtime_({.hot = {{.name = "hot", .external = true}},
                  .cold = {.name = "cold", .external = true},
                  .direct = policy}) {}

  template <class F, class... Ts>
  auto spawn(F function, Ts&&... xs) {
    const auto actor =
        spawn_on(runtime_.system(), runtime_.hot(), function, std::forward<Ts>(xs)...);
    run();
    return actor;
  }

  void run() {
    while (runtime_.hot_loop().poll() || runtime_.cold_loop().poll()) {
    }
  }

  /// Calls `f` as a native handler of the hot loop would be called.
  template <class F>
  void on_loop(F f) {
    runtime_.hot_loop().post(f);
    run();
  }

  Runtime& runtime() { return runtime_; }

 private:
  Runtime runtime_;
};

/// What the nodes of one test saw, in order, and how deep they nested.
struct Log {
  std::vector<std::string> lines;
  int depth = 0;
  int deepest = 0;
  int in_place = 0;
};

class Nesting {
 public:
  explicit Nesting(Log& log) : log_(log) { log_.deepest = std::max(log_.deepest, ++log_.depth); }
  ~Nesting() { --log_.depth; }

 private:
  Log& log_;
};

caf::behavior hopper(Node* self, std::string name, Log& log) {
  auto next = std::make_shared<Link<>>();
  return {[=](const caf::actor& target) { *next = target; },
          [=, &log, inside = false](const Hop& hop) mutable {
            const Nesting nesting(log);
            REQUIRE_FALSE(inside);
            inside = true;
            log.lines.push_back(name + std::to_string(hop.left));
            if (hop.left > 0 && send_now(self, *next, Hop{hop.left - 1})) ++log.in_place;
            inside = false;
          }};
}

}  // namespace

SCENARIO("a chain of direct sends runs in place", "[direct]") {
  OnThisThread stage;
  Log log;
  const auto c = stage.spawn(hopper, "c", std::ref(log));
  const auto b = stage.spawn(hopper, "b", std::ref(log));
  const auto a = stage.spawn(hopper, "a", std::ref(log));
  caf::anon_send(a, b);
  caf::anon_send(b, c);
  stage.run();

  WHEN("a native handler of the loop delivers to its head") {
    bool direct = false;
    stage.on_loop([&, link = Link{a}] {
      direct = deliver_now(link, Hop{2});
      log.lines.emplace_back("handler returns");
    });
    THEN("all three ran before it returned, each within the other") {
      CHECK(direct);
      CHECK(log.lines == std::vector<std::string>{"a2", "b1", "c0", "handler returns"});
      CHECK(log.deepest == 3);
      CHECK(log.in_place == 2);
    }
  }
  WHEN("the same comes from a thread that does not run the loop") {
    const bool direct = deliver_now(Link{a}, Hop{2});
    THEN("it is queued") {
      CHECK_FALSE(direct);
      CHECK(log.lines.empty());
      stage.run();
      CHECK(log.lines == std::vector<std::string>{"a2", "b1", "c0"});
    }
  }
  caf::anon_send(a, caf::actor{});
  caf::anon_send(b, caf::actor{});
}

TEST_CASE("a cycle of direct sends never re-enters an actor", "[direct]") {
  OnThisThread stage;
  Log log;
  const auto a = stage.spawn(hopper, "a", std::ref(log));
  const auto b = stage.spawn(hopper, "b", std::ref(log));
  caf::anon_send(a, b);
  caf::anon_send(b, a);
  stage.run();

  stage.on_loop([link = Link{a}] { deliver_now(link, Hop{5}); });
  CHECK(log.lines == std::vector<std::string>{"a5", "b4", "a3", "b2", "a1", "b0"});
  CHECK(log.deepest == 2);
  caf::anon_send(a, caf::actor{});
  caf::anon_send(b, caf::actor{});
}

TEST_CASE("a direct send never overtakes what is queued", "[direct]") {
  OnThisThread stage;
  std::vector<int> seen;
  const auto receiver = stage.spawn([&](Node*) -> caf::behavior {
    return {[&](const Ping& ping) { seen.push_back(ping.number); }};
  });
  const auto sender = stage.spawn([link = Link{receiver}](Node* self) -> caf::behavior {
    return {[=](const Hop&) {
      self->send(link.handle(), Ping{1});
      self->send(link.handle(), Ping{2});
      send_now(self, link, Ping{3});
    }};
  });
  for (int i = 0; i < 3; ++i) caf::anon_send(sender, Hop{});
  stage.run();
  CHECK(seen == std::vector<int>{1, 2, 3, 1, 2, 3, 1, 2, 3});
}

TEST_CASE("the receiver knows its sender and can answer it", "[direct]") {
  OnThisThread stage;
  std::vector<int> answers;
  const auto receiver = stage.spawn([](Node* self) -> caf::behavior {
    return {[=](const Hop& hop) {
      self->send(caf::actor_cast<caf::actor>(self->current_sender()), Ping{hop.left});
    }};
  });
  const auto sender = stage.spawn([&, link = Link{receiver}](Node* self) -> caf::behavior {
    return {[=](const Hop& hop) { CHECK(send_now(self, link, Hop{hop.left + 1})); },
            [&](const Ping& ping) { answers.push_back(ping.number); }};
  });
  caf::anon_send(sender, Hop{41});
  stage.run();
  CHECK(answers == std::vector<int>{42});
}

TEST_CASE("an exception in a direct delivery ends the receiver, not the sender", "[direct]") {
  OnThisThread stage;
  std::string why;
  int went_on = 0;
  const auto receiver = stage.spawn([](Node*) -> caf::behavior {
    return {[](const Boom&) { throw std::runtime_error("venue said no"); }};
  });
  const auto sender = stage.spawn([&, link = Link{receiver}](Node* self) -> caf::behavior {
    self->monitor(link.handle());
    self->set_down_handler([&](const caf::down_msg& down) { why = describe(down.reason); });
    return {[=](const Boom&) { CHECK(send_now(self, link, Boom{})); },
            [=, &went_on](const Hop&) {
              ++went_on;
              CHECK_FALSE(send_now(self, link, Boom{}));  // nobody there: dropped, as by send
            }};
  });
  caf::anon_send(sender, Boom{});
  caf::anon_send(sender, Hop{});
  stage.run();
  CHECK(why == "crashed: venue said no");
  CHECK(went_on == 1);
  CHECK(stage.runtime().incidents().crashes == 1);
}

TEST_CASE("who awaits a response gets a direct message after it", "[direct]") {
  OnThisThread stage;
  std::vector<std::string> seen;
  caf::response_promise promise;
  const auto slow = stage.spawn([&](Node* self) -> caf::behavior {
    return {[&, self](const Ping&) -> caf::result<int> {
      promise = self->make_response_promise<int>();
      return caf::delegated<int>{};
    }};
  });
  const auto waiting = stage.spawn([&](Node* self) -> caf::behavior {
    return {[&, self](const Boom&) {
              self->request(slow, caf::infinite, Ping{}).await([&](int) {
                seen.emplace_back("response");
              });
            },
            [&](const Hop&) { seen.emplace_back("hop"); }};
  });
  caf::anon_send(waiting, Boom{});
  stage.run();

  bool direct = true;
  stage.on_loop([&, link = Link{waiting}] { direct = deliver_now(link, Hop{}); });
  CHECK_FALSE(direct);
  CHECK(seen.empty());
  promise.deliver(1);
  stage.run();
  CHECK(seen == std::vector<std::string>{"response", "hop"});
}

TEST_CASE("direct delivery can be switched off", "[direct]") {
  NeverDirect never;
  OnThisThread stage(&never);
  Log log;
  const auto b = stage.spawn(hopper, "b", std::ref(log));
  const auto a = stage.spawn(hopper, "a", std::ref(log));
  caf::anon_send(a, b);
  stage.run();
  stage.on_loop([link = Link{a}] { CHECK_FALSE(deliver_now(link, Hop{1})); });
  CHECK(log.lines == std::vector<std::string>{"a1", "b0"});
  CHECK(log.deepest == 1);
}

TEST_CASE("a link to an actor that is not pinned queues", "[direct]") {
  OnThisThread stage;
  int got = 0;
  const auto plain = stage.spawn(
      [&](caf::event_based_actor*) -> caf::behavior { return {[&](const Hop&) { ++got; }}; });
  CHECK(Link{plain}.target() == nullptr);
  stage.on_loop([link = Link{plain}] { CHECK_FALSE(deliver_now(link, Hop{})); });
  CHECK(got == 1);
  CHECK_FALSE(deliver_now(Link<>{}, Hop{}));  // to nobody: dropped
}

TEST_CASE("typed actors are linked by their interface", "[direct]") {
  using Counter = caf::typed_actor<caf::reacts_to<Ping>>;
  using Impl = Pinned<caf::typed_event_based_actor<caf::reacts_to<Ping>>>;
  OnThisThread stage;
  int sum = 0;
  const Counter counter = stage.spawn([&](Impl*) -> Counter::behavior_type {
    return {[&](const Ping& ping) { sum += ping.number; }};
  });
  stage.on_loop([link = Link{counter}] { CHECK(deliver_now(link, Ping{3})); });
  CHECK(sum == 3);
}

TEST_CASE("a warm chain of direct sends allocates nothing", "[direct]") {
  OnThisThread stage;
  std::uint64_t received = 0;
  const auto relay = [](Node* self, const Link<>& next, std::uint64_t* count) -> caf::behavior {
    return {[=](Payload& payload) {
      if (next)
        send_now(self, next, std::move(payload));
      else
        *count += payload.words[0];
    }};
  };
  const auto c = stage.spawn(relay, Link<>{}, &received);
  const auto b = stage.spawn(relay, Link<>{c}, &received);
  const auto a = stage.spawn(relay, Link<>{b}, &received);
  std::size_t made = 1;
  stage.on_loop([&, link = Link{a}] {
    Payload payload;
    payload.words[0] = 1;
    deliver_now(link, payload);  // warms it
    const std::size_t before = allocations();
    for (int i = 0; i < 100; ++i) deliver_now(link, payload);
    made = allocations() - before;
  });
  CHECK(received == 101);
  CHECK(made == 0);
}
