#include "actors/runtime/runtime.hpp"

#include <atomic>
#include <caf/event_based_actor.hpp>
#include <caf/exit_reason.hpp>
#include <caf/send.hpp>
#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>
#include <mutex>
#include <set>
#include <stdexcept>
#include <string>
#include <thread>

#include "actors/runtime/exit_reasons.hpp"
#include "actors/runtime/pinned.hpp"
#include "actors/runtime/spawn.hpp"
#include "actors/runtime/steady_clock.hpp"
#include "actors/runtime/supervisor.hpp"
#include "tests/runtime/actors.hpp"
#include "tests/runtime/waiting.hpp"
#include "tests/support/virtual_time.hpp"

using namespace signalbox;
using namespace signalbox::test;
using namespace std::chrono_literals;

namespace {

using Node = Pinned<caf::event_based_actor>;

std::multiset<std::string> thread_names() {
  std::multiset<std::string> names;
  for (const auto& task : std::filesystem::directory_iterator("/proc/self/task")) {
    std::string name;
    std::getline(std::ifstream(task.path() / "comm"), name);
    names.insert(name);
  }
  return names;
}

RuntimeOptions waiting(WaitMode mode) {
  return {.hot = {{.name = "hot", .wait = mode}}, .cold = {.name = "cold"}};
}

/// Collects what several threads write down.
class Notes {
 public:
  void add(std::string line) {
    {
      const std::lock_guard lock(mutex_);
      lines_.push_back(std::move(line));
    }
    written_.add();
  }
  [[nodiscard]] bool reach(std::size_t count) { return written_.reaches(count); }
  std::vector<std::string> lines() {
    const std::lock_guard lock(mutex_);
    return lines_;
  }

 private:
  std::mutex mutex_;
  std::vector<std::string> lines_;
  Tally written_;
};

}  // namespace

TEST_CASE("the runtime has one thread per loop and no other", "[runtime]") {
  std::thread([] {}).join();  // with the first thread a sanitizer starts its own
  const auto before = thread_names();
  {
    Runtime runtime({.hot = {{.name = "hot-0"}, {.name = "hot-1"}}, .cold = {.name = "cold"}});
    Tally started;
    for (auto* loop : {&runtime.hot_loop(0), &runtime.hot_loop(1), &runtime.cold_loop()})
      loop->post([&] { started.add(); });
    REQUIRE(started.reaches(3));
    auto expected = before;
    expected.insert({"hot-0", "hot-1", "cold"});
    CHECK(thread_names() == expected);
  }
  CHECK(thread_names() == before);
}

TEST_CASE("an actor always runs on its own loop, whoever wakes it", "[runtime]") {
  const auto mode = GENERATE(WaitMode::block, WaitMode::hybrid, WaitMode::spin);
  INFO("wait mode " << name_of(mode));
  std::atomic<int> elsewhere{0};
  Tally handled;
  Runtime runtime(waiting(mode));
  Loop& home = runtime.hot_loop();
  const auto check = [&] {
    if (!home.on_this_thread()) ++elsewhere;
    handled.add();
  };
  const auto actor = spawn_on(runtime.system(), runtime.hot(), [&](Node* self) -> caf::behavior {
    check();
    self->delayed_send(self, 1ms, Hop{});
    return {[&](const Ping&) { check(); }, [&](const Hop&) { check(); }};
  });
  const auto other = spawn_on(runtime.system(), runtime.cold(), [&](Node* self) -> caf::behavior {
    return {[&, self](const Ping& ping) {
      self->send(actor, ping);
      self->delayed_send(actor, 1ms, ping);
    }};
  });
  caf::anon_send(actor, Ping{});               // from a thread without a loop
  caf::anon_send(other, Ping{});               // from another loop, now and later
  caf::delayed_anon_send(actor, 1ms, Ping{});  // by the clock, without a loop
  runtime.hot_loop().post([&] { caf::anon_send(actor, Ping{}); });  // from its own loop
  REQUIRE(handled.reaches(7));
  CHECK(elsewhere == 0);
}

TEST_CASE("what one sender sends arrives in order, across loops too", "[runtime]") {
  const auto mode = GENERATE(WaitMode::block, WaitMode::hybrid, WaitMode::spin);
  INFO("wait mode " << name_of(mode));
  constexpr int each = 2'000;
  std::map<caf::actor_id, int> next;
  std::atomic<int> out_of_order{0};
  Tally complete;
  Runtime runtime(waiting(mode));
  const auto receiver = spawn_on(runtime.system(), runtime.hot(), [&](Node* self) -> caf::behavior {
    return {[&, self](const Ping& ping) {
      int& expected = next[self->current_sender()->id()];
      if (ping.number != expected++) ++out_of_order;
      if (expected == each) complete.add();
    }};
  });
  const auto burst = [&](Node* self) -> caf::behavior {
    for (int i = 0; i < each; ++i) self->send(receiver, Ping{i});
    return {[](const Boom&) {}};
  };
  std::vector<caf::actor> senders;  // an actor that nobody holds ends when it is idle
  for (auto* unit : {runtime.hot(), runtime.cold(), runtime.cold()})
    senders.push_back(spawn_on(runtime.system(), unit, burst));
  CHECK(complete.reaches(3));
  CHECK(out_of_order == 0);
}

TEST_CASE("an exception reaches the monitor as a reason, and nobody prints", "[runtime]") {
  const auto mode = GENERATE(WaitMode::block, WaitMode::hybrid, WaitMode::spin);
  INFO("wait mode " << name_of(mode));
  Notes notes;
  auto options = waiting(mode);
  options.on_incident = [&](const Incident& incident) {
    notes.add(incident.actor + " " + incident.text);
  };
  Runtime runtime(std::move(options));
  const auto bad = spawn_on(runtime.system(), runtime.hot(), [](Node*) -> caf::behavior {
    return {[](const Boom&) { throw std::runtime_error("venue said no"); }};
  });
  const auto stillborn = [](Node*) -> caf::behavior {
    throw std::runtime_error("no such account");
  };
  const auto monitor = spawn_on(runtime.system(), runtime.cold(), [&](Node* self) -> caf::behavior {
    self->set_down_handler([&](const caf::down_msg& down) { notes.add(describe(down.reason)); });
    self->monitor(bad);
    self->monitor(spawn_on(runtime.system(), runtime.hot(), stillborn));
    self->send(bad, Boom{});
    return {[](const Hop&) {}};
  });
  REQUIRE(notes.reach(4));
  auto lines = notes.lines();
  std::sort(lines.begin(), lines.end());
  CHECK(lines == std::vector<std::string>{"crashed: no such account", "crashed: venue said no",
                                          "scheduled_actor no such account",
                                          "scheduled_actor venue said no"});
  CHECK(runtime.incidents().crashes == 2);
}

TEST_CASE("unexpected messages and unhandled deaths are counted, by type only", "[runtime]") {
  Notes notes;
  Runtime runtime({.on_incident = [&](const Incident& incident) { notes.add(incident.text); }});
  const auto deaf = spawn_on(runtime.system(), runtime.hot(),
                             [](Node*) -> caf::behavior { return {[](const Hop&) {}}; });
  caf::anon_send(deaf, Ping{1234567});
  caf::anon_send(deaf, std::string{"a secret"});
  REQUIRE(notes.reach(2));
  const auto monitor = spawn_on(runtime.system(), runtime.cold(), [&](Node* self) -> caf::behavior {
    self->monitor(deaf);
    self->send_exit(deaf, exit_because(ExitCause::crashed, "told to"));
    return {[](const Hop&) {}};
  });
  REQUIRE(notes.reach(3));
  for (const auto& line : notes.lines()) {
    CHECK_THAT(line, !Catch::Contains("secret"));
    CHECK_THAT(line, !Catch::Contains("1234567"));
  }
  CHECK(runtime.incidents().unexpected_messages == 2);
  CHECK(runtime.incidents().unhandled_downs == 1);
}

TEST_CASE("a request to an actor that never answers times out", "[runtime]") {
  Tally timed_out;
  Runtime runtime({});
  const auto silent = spawn_on(runtime.system(), runtime.cold(), [](Node* self) -> caf::behavior {
    return {[self](const Ping&) -> caf::result<int> {
      self->make_response_promise<int>();
      return caf::delegated<int>{};
    }};
  });
  const auto asker = spawn_on(runtime.system(), runtime.hot(), [&](Node* self) -> caf::behavior {
    self->request(silent, 1ms, Ping{})
        .then([](int) {},
              [&](const caf::error& error) {
                if (error == caf::sec::request_timeout) timed_out.add();
              });
    return {[](const Hop&) {}};
  });
  CHECK(timed_out.reaches(1));
}

TEST_CASE("a hundred times: start, work, crash, restart, stop", "[runtime][I12]") {
  std::thread{[] {}}.join();  // a sanitizer starts a thread of its own beside the first one
  const auto threads_before = thread_names();
  const SteadyClock clock;
  for (int cycle = 0; cycle < 100; ++cycle) {
    const auto mode = std::array{WaitMode::block, WaitMode::hybrid,
                                 WaitMode::spin}[static_cast<std::size_t>(cycle) % 3];
    INFO("cycle " << cycle << ", wait mode " << name_of(mode));
    SeededRandom random(static_cast<std::uint64_t>(cycle));
    Tally started;
    Tally answered;
    {
      Runtime runtime(waiting(mode));
      caf::actor child;  // written on the hot loop before `started` is raised
      const auto start = [&]() -> caf::strong_actor_ptr {
        child = spawn_on(runtime.system(), runtime.hot(), [&](Node* self) -> caf::behavior {
          self->delayed_send(self, 1h, Hop{});  // still waiting when everything stops
          return {[](const Boom&) { throw std::runtime_error("socket closed"); },
                  [&](const Ping&) { answered.add(); }, [](const Hop&) {}};
        });
        started.add();
        return caf::actor_cast<caf::strong_actor_ptr>(child);
      };
      const auto supervisor =
          spawn_supervisor(runtime.system(), runtime.hot(), {.backoff = {.base = 10us, .cap = 1ms}},
                           {{"connection", start}}, clock, random);

      REQUIRE(started.reaches(1));
      caf::anon_send(child, Ping{});
      REQUIRE(answered.reaches(1));
      caf::anon_send(child, Boom{});
      REQUIRE(started.reaches(2));
      caf::anon_send(child, Ping{});
      REQUIRE(answered.reaches(2));
      if (cycle % 2 == 0) caf::anon_send_exit(supervisor, caf::exit_reason::user_shutdown);

      runtime.stop();
      CHECK(runtime.running_actors() == 0);
      child = nullptr;
      CHECK(runtime.actor_objects() == 1);  // the supervisor, whose handle is still here
    }
    CHECK(started.count() == 2);
  }
  // The kernel lists a thread for a moment after it was joined.
  for (int looks = 0; looks < 1000 && thread_names() != threads_before; ++looks)
    std::this_thread::sleep_for(1ms);
  CHECK(thread_names() == threads_before);
}

TEST_CASE("stopping drops what still waits, and no actor's memory stays", "[runtime]") {
  Runtime runtime({});
  {
    std::vector<caf::actor> ring;
    for (int i = 0; i < 10; ++i)
      ring.push_back(spawn_on(runtime.system(), i % 2 ? runtime.hot() : runtime.cold(),
                              [](Node* self) -> caf::behavior {
                                auto other = std::make_shared<caf::actor>();
                                self->delayed_send(self, 1h, Hop{});
                                return {[=](const caf::actor& next) { *other = next; },
                                        [=](const Ping& ping) { self->send(*other, ping); },
                                        [](const Hop&) {}};
                              }));
    for (std::size_t i = 0; i < ring.size(); ++i)
      caf::anon_send(ring[i], ring[(i + 1) % ring.size()]);
    caf::anon_send(ring[0], Ping{});  // runs round and round until the end
    CHECK(runtime.actor_objects() == 10);
  }
  runtime.stop();
  CHECK(runtime.running_actors() == 0);
  CHECK(runtime.actor_objects() == 0);
}

TEST_CASE("an actor that does not listen is killed in bounded time", "[runtime]") {
  Runtime runtime({.stop_within = 5ms});
  Tally deaf;
  const auto actor = spawn_on(runtime.system(), runtime.hot(), [&](Node* self) -> caf::behavior {
    self->set_exit_handler([&](const caf::exit_msg&) { deaf.add(); });
    return {[](const Hop&) {}};
  });
  runtime.stop();
  CHECK(deaf.count() == 1);
  CHECK(runtime.running_actors() == 0);
}

TEST_CASE("an external loop is run by its owner", "[runtime]") {
  Runtime runtime({.hot = {{.name = "hot", .external = true}}});
  const auto me = std::this_thread::get_id();
  bool here = false;
  const auto actor = spawn_on(runtime.system(), runtime.hot(), [&](Node*) -> caf::behavior {
    return {[&](const Ping&) {
      here = std::this_thread::get_id() == me;
      runtime.hot_loop().stop();
    }};
  });
  caf::anon_send(actor, Ping{});
  runtime.hot_loop().run();
  CHECK(here);
  runtime.stop();  // turns the loop itself: the actor still has to end
  CHECK(runtime.running_actors() == 0);
}

TEST_CASE("wiring that cannot work is refused at start-up", "[runtime]") {
  CHECK_THROWS(Runtime({.hot = {}}));
  Runtime runtime({});
  CHECK_THROWS(runtime.hot(1));
}
