#include "tests/support/stage.hpp"

#include <caf/stateful_actor.hpp>
#include <catch2/catch.hpp>
#include <string>

#include "actors/runtime/link.hpp"
#include "actors/runtime/pinned.hpp"
#include "tests/runtime/actors.hpp"

using namespace signalbox;
using namespace signalbox::test;
using namespace std::chrono_literals;

namespace {

using Node = Pinned<caf::event_based_actor>;

/// Passes a hop to the next by direct delivery when it may, and tells the sink.
caf::behavior relay(Node* self, const Link<>& next, const caf::actor& sink) {
  return {[=](const Hop& hop) {
    self->send(sink, Ping{hop.left});
    if (hop.left > 0) send_now(self, next, Hop{hop.left - 1});
  }};
}

caf::behavior heartbeat(Node* self, const caf::actor& sink) {
  self->delayed_send(self, 10ms, Hop{0});
  return {[=](const Hop& beat) {
    self->send(sink, Ping{beat.left});
    self->delayed_send(self, 10ms, Hop{beat.left + 1});
  }};
}

struct Story {
  std::uint64_t hash = 0;
  std::vector<std::string> trace;
  std::vector<int> seen;
};

Story three_chains(std::uint64_t seed, StageOptions::Direct direct = StageOptions::Direct::drawn) {
  Stage stage({.seed = seed, .direct = direct, .keep_trace = true});
  std::vector<Ping> pings;
  const auto sink = stage.recorder(pings);
  for (int chain = 1; chain <= 3; ++chain) {
    const auto last = stage.spawn(relay, Link<>{}, sink);
    const auto middle = stage.spawn(relay, Link<>{last}, sink);
    const auto first = stage.spawn(relay, Link<>{middle}, sink);
    stage.send(first, Hop{chain});
  }
  stage.spawn(heartbeat, sink);
  stage.pass(100ms);
  Story story{stage.trace_hash(), stage.trace(), {}};
  for (const auto& ping : pings) story.seen.push_back(ping.number);
  return story;
}

}  // namespace

TEST_CASE("two runs of one seed do not differ", "[stage][I14]") {
  for (const std::uint64_t seed : {1u, 2u, 3u, 4u, 5u}) {
    const auto once = three_chains(seed);
    const auto again = three_chains(seed);
    CHECK(once.hash == again.hash);
    CHECK(once.trace == again.trace);
    CHECK(once.seen == again.seen);
  }
}

TEST_CASE("another seed is another schedule", "[stage]") {
  std::vector<std::uint64_t> hashes;
  for (std::uint64_t seed = 1; seed <= 8; ++seed) hashes.push_back(three_chains(seed).hash);
  std::sort(hashes.begin(), hashes.end());
  CHECK(std::unique(hashes.begin(), hashes.end()) - hashes.begin() > 4);
}

TEST_CASE("nothing is lost, however direct delivery is drawn", "[stage]") {
  const auto sorted = [](Story story) {
    std::sort(story.seen.begin(), story.seen.end());
    return story.seen;
  };
  const auto always = sorted(three_chains(1, StageOptions::Direct::always));
  const auto never = sorted(three_chains(1, StageOptions::Direct::never));
  CHECK(always == never);
  CHECK(always == sorted(three_chains(7)));
  // Fewer messages pass the schedule when some are delivered in place.
  CHECK(three_chains(1, StageOptions::Direct::always).trace.size() <
        three_chains(1, StageOptions::Direct::never).trace.size());
}

SCENARIO("time passes only when told to", "[stage]") {
  Stage stage;
  std::vector<std::pair<std::string, MonoTime>> seen;
  const MonoTime start = stage.clock().mono();
  const WallTime wall_start = stage.clock().wall();
  const auto note = [&](std::string what) { seen.emplace_back(what, stage.clock().mono()); };

  auto late = stage.spawn([&](caf::event_based_actor* self) -> caf::behavior {
    self->delayed_send(self, 20ms, Hop{1});
    return {[&note](const Hop&) { note("message"); }};
  });
  stage.timers().at(start + 10ms, [&] { note("first timer"); });
  stage.timers().at(start + 30ms, [&] { note("last timer"); });
  const auto cancelled = stage.timers().at(start + 5ms, [&] { note("cancelled"); });
  stage.timers().cancel(cancelled);

  WHEN("nothing passes") {
    stage.run();
    THEN("nothing happens") { CHECK(seen.empty()); }
  }
  WHEN("enough passes for some") {
    stage.pass(20ms);
    THEN("each came at its own time") {
      REQUIRE(seen.size() == 2);
      CHECK(seen[0] == std::pair{std::string{"first timer"}, start + 10ms});
      CHECK(seen[1] == std::pair{std::string{"message"}, start + 20ms});
      CHECK(stage.clock().mono() == start + 20ms);
      CHECK(stage.clock().wall() == wall_start + 20ms);
    }
    AND_WHEN("the wall clock is stepped back an hour") {
      stage.clock().step_wall(-1h);
      stage.pass(10ms);
      THEN("no deadline moves") {
        REQUIRE(seen.size() == 3);
        CHECK(seen[2] == std::pair{std::string{"last timer"}, start + 30ms});
      }
    }
  }
  WHEN("the stage ends while messages still wait for their time") {
    THEN("it ends at once") { SUCCEED(); }
  }
}

TEST_CASE("a message that is due now is shipped by run", "[stage]") {
  Stage stage;
  int got = 0;
  stage.keep(stage.spawn([&](caf::event_based_actor* self) -> caf::behavior {
    self->delayed_send(self, 0ms, Hop{});
    return {[&](const Hop&) { ++got; }};
  }));
  CHECK(got == 1);
}

TEST_CASE("actors that never rest are found out", "[stage]") {
  Stage stage({.steps_max = 1'000});
  CHECK_THROWS_WITH(stage.spawn([](caf::event_based_actor* self) -> caf::behavior {
    self->send(self, Hop{});
    return {[self](const Hop&) { self->send(self, Hop{}); }};
  }),
                    Catch::Contains("does not come to rest"));
}

TEST_CASE("a request gets its answer, or none from who is gone", "[stage]") {
  Stage stage;
  const auto doubler = stage.spawn([](caf::event_based_actor*) -> caf::behavior {
    return {[](const Ping& ping) { return ping.number * 2; }};
  });
  CHECK(stage.ask<int>(doubler, Ping{21}) == 42);
  const auto end = stage.watch(doubler);
  CHECK_FALSE(end->has_value());
  stage.stop(doubler);
  REQUIRE(end->has_value());
  CHECK(**end == caf::exit_reason::user_shutdown);
  CHECK(stage.ask<int>(doubler, Ping{21}) == std::nullopt);
}

TEST_CASE("a recorder keeps several kinds of message in their order", "[stage]") {
  Stage stage;
  std::vector<std::variant<Ping, Hop>> seen;
  const auto recorder = stage.recorder(seen);
  stage.tell(recorder, Ping{1});
  stage.tell(recorder, Hop{2});
  REQUIRE(seen.size() == 2);
  CHECK(std::get<Ping>(seen[0]).number == 1);
  CHECK(std::get<Hop>(seen[1]).left == 2);
}
