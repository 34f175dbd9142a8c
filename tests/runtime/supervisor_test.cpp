#include "actors/runtime/supervisor.hpp"

#include <caf/exit_reason.hpp>
#include <caf/stateful_actor.hpp>
#include <catch2/catch.hpp>
#include <stdexcept>
#include <string>

#include "actors/runtime/exit_reasons.hpp"
#include "actors/runtime/pinned.hpp"
#include "tests/runtime/actors.hpp"
#include "tests/support/stage.hpp"

using namespace signalbox;
using namespace signalbox::test;
using namespace std::chrono_literals;

namespace {

using Kind = SupervisionEvent::Kind;

/// A supervised set of connections, as the test sees it.
class Connections {
 public:
  using Impl = Pinned<caf::event_based_actor>;

  /// Crashes on Boom, writes its name down on Ping and when it ends.
  ChildSpec connection(std::string name) {
    return {name, [this, name]() -> caf::strong_actor_ptr {
              if (refuse_to_start > 0 && refuse_to_start-- > 0)
                throw std::runtime_error("no route to host");
              auto actor =
                  spawn_on(stage.system(), nullptr, [this, name](Impl* self) -> caf::behavior {
                    self->attach_functor([this, name] { ended.push_back(name); });
                    return {[](const Boom&) { throw std::runtime_error("socket closed"); },
                            [this, name](const Ping&) { answered.push_back(name); }};
                  });
              handle[name] = actor;
              return caf::actor_cast<caf::strong_actor_ptr>(actor);
            }};
  }

  /// Takes its time over nothing: an exit request is ignored.
  ChildSpec stubborn(std::string name) {
    return {name, [this, name]() -> caf::strong_actor_ptr {
              auto actor =
                  spawn_on(stage.system(), nullptr, [this, name](Impl* self) -> caf::behavior {
                    self->set_exit_handler([](const caf::exit_msg&) {});
                    self->attach_functor([this, name] { ended.push_back(name); });
                    return {[](const Ping&) {}};
                  });
              return caf::actor_cast<caf::strong_actor_ptr>(actor);
            }};
  }

  caf::actor supervise(std::vector<ChildSpec> children) {
    supervisor = stage.keep(spawn_supervisor(
        stage.system(), nullptr,
        {.backoff = {.base = 100ms, .cap = 1s, .jitter_percent = 0, .stable_after = 60s},
         .max_restarts = 3,
         .window = 10s,
         .stop_within = 5s},
        std::move(children), stage.clock(), stage.random(), [this](const SupervisionEvent& event) {
          if (event.kind == Kind::died) waits.push_back(event.retry_in);
          events.push_back(event);
        }));
    return supervisor;
  }

  void crash(const std::string& name) { stage.tell(handle.at(name), Boom{}); }
  bool alive(const std::string& name) {
    answered.clear();
    stage.tell(handle.at(name), Ping{});
    return answered == std::vector<std::string>{name};
  }
  std::size_t count(Kind kind) const {
    return static_cast<std::size_t>(std::count_if(
        events.begin(), events.end(), [kind](const auto& event) { return event.kind == kind; }));
  }

  int refuse_to_start = 0;
  std::map<std::string, caf::actor> handle;
  std::vector<std::string> answered;
  std::vector<std::string> ended;
  std::vector<Duration> waits;
  std::vector<SupervisionEvent> events;
  Stage stage;  // after what its actors write to
  caf::actor supervisor;
};

}  // namespace

SCENARIO("a connection that dies is started again", "[supervisor][I12]") {
  Connections all;
  all.supervise({all.connection("binance"), all.connection("okx")});
  REQUIRE(all.alive("binance"));
  const auto first = all.handle.at("binance");

  WHEN("it crashes") {
    all.crash("binance");
    THEN("it is back after the backoff, as another actor; its sibling never noticed") {
      CHECK_FALSE(all.alive("binance"));
      CHECK(all.alive("okx"));
      all.stage.pass(99ms);
      CHECK(all.handle.at("binance") == first);
      all.stage.pass(1ms);
      CHECK(all.handle.at("binance") != first);
      CHECK(all.alive("binance"));
      CHECK(all.ended == std::vector<std::string>{"binance"});
      CHECK(describe(all.events.at(2).reason) == "crashed: socket closed");
    }
  }
  WHEN("it ends without a fault") {
    all.stage.stop(first);
    all.stage.pass(100ms);
    THEN("it is started again all the same") { CHECK(all.alive("binance")); }
  }
  WHEN("it crashes again and again, within the limit") {
    for (int i = 0; i < 3; ++i) {
      all.crash("binance");
      all.stage.pass(1s);
    }
    THEN("it waited longer each time") {
      CHECK(all.waits == std::vector<Duration>{100ms, 200ms, 400ms});
      CHECK(all.alive("binance"));
    }
  }
  WHEN("it crashes once in a while, after being stable") {
    for (int i = 0; i < 10; ++i) {
      all.stage.pass(61s);
      all.crash("binance");
    }
    all.stage.pass(1s);
    THEN("the wait stays the shortest and nobody gives up") {
      CHECK(all.waits == std::vector<Duration>(10, 100ms));
      CHECK(all.alive("binance"));
    }
  }
}

SCENARIO("a fault that restarts do not cure is escalated", "[supervisor][I12]") {
  Connections all;
  const auto supervisor = all.supervise({all.connection("binance"), all.connection("okx")});
  const auto end = all.stage.watch(supervisor);

  for (int i = 0; i < 4; ++i) {
    all.crash("binance");
    all.stage.pass(1s);
  }
  THEN("the supervisor quits with the reason, and takes the others with it") {
    REQUIRE(end->has_value());
    CHECK(is_because(**end, ExitCause::restart_limit));
    CHECK(describe(**end) == "restarted too often: binance: crashed: socket closed");
    CHECK(all.count(Kind::gave_up) == 1);
    CHECK(all.ended.back() == "okx");
    CHECK(all.stage.running_actors() == 0);
  }
  THEN("nothing is restarted later") {
    const auto started = all.count(Kind::started);
    all.stage.pass(1min);
    CHECK(all.count(Kind::started) == started);
  }
}

SCENARIO("a connection that cannot start is tried again", "[supervisor][I12]") {
  Connections all;
  WHEN("it fails twice at first") {
    all.refuse_to_start = 2;
    all.supervise({all.connection("binance")});
    all.stage.pass(1s);
    THEN("the third attempt brings it up") {
      CHECK(all.waits == std::vector<Duration>{100ms, 200ms});
      CHECK(describe(all.events.at(0).reason) == "crashed: no route to host");
      CHECK(all.alive("binance"));
    }
  }
  WHEN("it never starts") {
    all.refuse_to_start = 100;
    const auto supervisor = all.supervise({all.connection("binance"), all.connection("okx")});
    const auto end = all.stage.watch(supervisor);
    all.stage.pass(1min);
    THEN("the supervisor gives up") {
      REQUIRE(end->has_value());
      CHECK(is_because(**end, ExitCause::restart_limit));
      CHECK(all.stage.running_actors() == 0);
    }
  }
}

SCENARIO("a supervisor that is asked to end leaves nobody behind", "[supervisor]") {
  Connections all;

  WHEN("its children end when asked") {
    const auto supervisor =
        all.supervise({all.connection("a"), all.connection("b"), all.connection("c")});
    const auto end = all.stage.watch(supervisor);
    all.stage.stop(supervisor);
    THEN("they end in reverse order, then it does") {
      CHECK(all.ended == std::vector<std::string>{"c", "b", "a"});
      REQUIRE(end->has_value());
      CHECK(**end == caf::exit_reason::user_shutdown);
      CHECK(all.stage.running_actors() == 0);
      CHECK(all.count(Kind::stopped) == 1);
    }
  }
  WHEN("one of them waits for its restart") {
    const auto supervisor = all.supervise({all.connection("a"), all.connection("b")});
    all.crash("a");
    all.stage.stop(supervisor);
    all.stage.pass(1min);
    THEN("it does not come back") {
      CHECK(all.stage.running_actors() == 0);
      CHECK(all.count(Kind::started) == 2);
    }
  }
  WHEN("one waits for its restart while another does not listen") {
    const auto supervisor = all.supervise({all.connection("a"), all.stubborn("b")});
    all.crash("a");
    all.stage.stop(supervisor);
    all.stage.pass(1min);
    THEN("it does not come back either") {
      CHECK(all.count(Kind::started) == 2);
      CHECK(all.stage.running_actors() == 0);
    }
  }
  WHEN("one of them does not listen") {
    const auto supervisor = all.supervise({all.connection("a"), all.stubborn("b")});
    all.stage.stop(supervisor);
    CHECK(all.stage.running_actors() == 3);
    all.stage.pass(5s);
    THEN("all are killed when the time is over") { CHECK(all.stage.running_actors() == 0); }
  }
  WHEN("it is killed itself") {
    const auto supervisor = all.supervise({all.connection("a"), all.connection("b")});
    caf::anon_send_exit(supervisor, caf::exit_reason::kill);
    all.stage.run();
    THEN("its children go too") { CHECK(all.stage.running_actors() == 0); }
  }
}

SCENARIO("children come and go at run-time", "[supervisor]") {
  Connections all;
  const auto supervisor = all.supervise({all.connection("binance")});

  WHEN("one is added") {
    all.stage.tell(supervisor, StartChild{all.connection("okx")});
    THEN("it lives and is restarted as the others are") {
      CHECK(all.alive("okx"));
      all.crash("okx");
      all.stage.pass(100ms);
      CHECK(all.alive("okx"));
    }
  }
  WHEN("one is removed") {
    all.stage.tell(supervisor, StopChild{"binance"});
    all.stage.pass(1min);
    THEN("it stays away") {
      CHECK_FALSE(all.alive("binance"));
      CHECK(all.count(Kind::died) == 0);
      CHECK(all.stage.running_actors() == 1);
    }
  }
  WHEN("one is replaced") {
    const auto before = all.handle.at("binance");
    all.stage.tell(supervisor, StartChild{all.connection("binance")});
    THEN("the old one ended first and nothing counts as a death") {
      CHECK(all.handle.at("binance") != before);
      CHECK(all.alive("binance"));
      CHECK(all.stage.running_actors() == 2);
      CHECK(all.count(Kind::died) == 0);
    }
  }
  WHEN("an unknown name is removed") {
    all.stage.tell(supervisor, StopChild{"kraken"});
    THEN("nothing happens") { CHECK(all.alive("binance")); }
  }
}

TEST_CASE("neither supervisor nor children leak", "[supervisor]") {
  Connections all;
  const auto before = all.stage.actor_objects();
  {
    const auto supervisor = all.supervise({all.connection("a"), all.connection("b")});
    for (int i = 0; i < 3; ++i) {
      all.crash("a");
      all.stage.pass(1s);
    }
    all.stage.stop(supervisor);
    all.stage.pass(1min);  // delayed messages hold their receiver until they are due
  }
  all.handle.clear();
  all.supervisor = nullptr;
  all.events.clear();
  CHECK(all.stage.actor_objects() == before);
}
