// Brackets whose exchange connection lives in another process, on the matching engine, in virtual
// time: the port may be lost at any frame. The exchange's own record is the judge.
#include "tests/remote/remote_stage.hpp"

using namespace signalbox;
using namespace signalbox::test;
using namespace std::chrono_literals;

namespace {

/// What a bracket may take beside the time that the port was away.
constexpr Duration cover_bound = 1500ms;

enum class Loss { port_lost, process_killed, engine_killed };
const char* name(Loss loss) {
  switch (loss) {
    case Loss::port_lost: return "the port is lost";
    case Loss::process_killed: return "the process is killed";
    case Loss::engine_killed: return "the engine is killed";
  }
  return "";
}

void pass_in_steps(RemoteStage& r, Duration d, const bool& until) {
  for (Duration passed{}; passed < d && !until; passed += 50us) r.t.pass(50us);
}

void go_away(RemoteStage& r, Loss loss) {
  switch (loss) {
    case Loss::port_lost: return r.cut();
    case Loss::process_killed: return r.kill_process();
    case Loss::engine_killed: return r.kill_engine();
  }
}

void come_back(RemoteStage& r, Loss loss) {
  switch (loss) {
    case Loss::port_lost: return r.connect();
    case Loss::process_killed: return r.start_process();
    case Loss::engine_killed: return r.restart_engine();
  }
}

/// Everything that must hold once all is quiet again, and what has happened.
bool holds_position(RemoteStage& r, std::string_view bought) {
  auto& t = r.t;
  const bool holds = t.held() == Quantity{num(bought)};
  if (holds) {
    CHECK(t.open_orders() == 2);
    CHECK(t.outcomes().empty());
  } else {
    CHECK(t.held() < Quantity{num("0.001")});
    CHECK(t.open_orders() == 0);
    CHECK(t.outcomes().size() == 1);
  }
  return holds;
}

}  // namespace

SCENARIO("a bracket lives its life through the port", "[remote][bracket][I1]") {
  RemoteStage r;
  auto& t = r.t;
  t.submit(t.signal("s1"));
  CHECK(t.held() == Quantity{num("0.999")});
  CHECK(t.open_orders() == 2);
  CHECK(t.longest_uncovered() < 20ms);
  CHECK(t.notes.told<Placed>(1).size() == 1);

  WHEN("the target trades") {
    t.move_to("121");
    t.pass(20ms);
    REQUIRE(t.outcomes().size() == 1);
    CHECK(t.outcomes()[0].outcome == BracketOutcome::target_hit);
    CHECK(t.open_orders() == 0);
  }
  WHEN("the stop trades") {
    t.move_to("89");
    t.pass(20ms);
    REQUIRE(t.outcomes().size() == 1);
    CHECK(t.outcomes()[0].outcome == BracketOutcome::stopped);
  }
  WHEN("a limit entry fills in parts") {
    t.submit(t.limit_signal("s2", "98"));
    t.move_to("97.9", "0.4");
    t.pass(50ms);
    t.move_to("97.8");
    t.pass_with_ticks(2s);
    CHECK(t.held() == Quantity{num("1.998")});
    CHECK(t.longest_uncovered() < 1s);
  }
}

SCENARIO("nothing is sent while nobody hosts the connection", "[remote][risk]") {
  RemoteStage r;
  auto& t = r.t;
  r.kill_process();
  t.pass_with_ticks(1s);
  t.submit(t.signal("s1"));
  CHECK(t.verdict("s1").reason == Reason::account_not_ready);
  r.start_process();
  t.pass_with_ticks(1s);
  t.submit(t.signal("s2"));
  CHECK(t.held() == Quantity{num("0.999")});
}

SCENARIO("what filled while the engine was away is covered when it is back", "[remote][I1]") {
  RemoteStage r;
  auto& t = r.t;
  t.submit(t.limit_signal("s1", "98"));
  const Loss loss = GENERATE(Loss::port_lost, Loss::process_killed, Loss::engine_killed);
  DYNAMIC_SECTION(name(loss)) {
    go_away(r, loss);
    t.move_to("97.5");
    t.pass(3s);
    come_back(r, loss);
    t.pass_with_ticks(2s);
    CHECK(t.held() == Quantity{num("0.999")});
    CHECK(t.open_orders() == 2);
    CHECK(t.longest_uncovered() < 3500ms);
  }
}

SCENARIO("a stop that trades while the engine is away ends its bracket once", "[remote][I3][I4]") {
  for (const Loss loss : {Loss::port_lost, Loss::process_killed, Loss::engine_killed}) {
    DYNAMIC_SECTION(name(loss)) {
      RemoteStage r;
      auto& t = r.t;
      t.submit(t.signal("s1"));
      go_away(r, loss);
      t.move_to("89");
      t.pass(2s);
      come_back(r, loss);
      t.pass_with_ticks(5s);
      CHECK(t.held() < Quantity{num("0.001")});
      CHECK(t.open_orders() == 0);
      REQUIRE(t.outcomes().size() == 1);
      CHECK(t.outcomes()[0].outcome == BracketOutcome::stopped);
    }
  }
}

SCENARIO("a process that stands still does not trade late when it goes on", "[remote][I2]") {
  RemoteStage r;
  auto& t = r.t;
  r.pair().held_up = true;
  t.submit(t.signal("s1"));
  t.pass_with_ticks(3s);
  r.pair().release();
  t.pass_with_ticks(10s);
  CHECK(t.trades() == 0);
  CHECK(t.open_orders() == 0);
  REQUIRE(t.outcomes().size() == 1);
  CHECK(t.outcomes()[0].outcome == BracketOutcome::not_executed);
}

SCENARIO("the port may be lost at any frame of a bracket's life", "[remote][I1][I2][I3][I4]") {
  const auto life = [](RemoteStage& r) {
    auto& t = r.t;
    t.submit_only(SubmitSignal{t.signal("s1"), false, 1});
  };
  std::size_t frames = 0;
  {
    RemoteStage r;
    r.pair().on_handed_over = [&](const Frame& frame) {
      if (frame.type != "tick") ++frames;
    };
    life(r);
    r.t.pass(50ms);
  }
  REQUIRE(frames > 8);

  for (const Loss loss : {Loss::port_lost, Loss::process_killed, Loss::engine_killed}) {
    for (const Duration away : {Duration{20ms}, Duration{300ms}, Duration{4s}}) {
      for (std::size_t at = 0; at <= frames; ++at) {
        DYNAMIC_SECTION(name(loss)
                        << " for " << away.count() / 1'000'000 << " ms after frame " << at) {
          RemoteStage r;
          auto& t = r.t;
          std::size_t seen = 0;
          bool now = at == 0;
          r.pair().on_handed_over = [&](const Frame& frame) {
            if (frame.type != "tick" && ++seen == at) now = true;
          };
          life(r);
          pass_in_steps(r, 50ms, now);
          go_away(r, loss);
          t.pass_with_ticks(away);
          come_back(r, loss);
          t.pass_with_ticks(15s);

          const bool holds = holds_position(r, "0.999");
          CHECK(t.longest_uncovered() < away + cover_bound);
          if (holds) {
            CHECK(t.trades() == 1);
            t.move_to("121");
            t.pass_with_ticks(2s);
            REQUIRE(t.outcomes().size() == 1);
            CHECK(t.outcomes()[0].outcome == BracketOutcome::target_hit);
          } else {
            const auto how = t.outcomes().at(0).outcome;
            INFO(name_of(how));
            CHECK(t.trades() == (how == BracketOutcome::cover_failed ? 2 : 0));
          }
          CHECK(t.open_orders() == 0);
          CHECK(t.held() < Quantity{num("0.001")});
        }
      }
    }
  }
}
