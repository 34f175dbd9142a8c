// The road of one signal through the whole shard, on a matching engine, under virtual time.
#include "tests/shard/trading_stage.hpp"

using namespace signalbox;
using namespace signalbox::test;
using namespace std::chrono_literals;

SCENARIO("a signal becomes one protected position and ends once", "[bracket][I1][I3]") {
  TradingStage t;
  t.submit(t.signal("s1"));

  THEN("its sender hears accepted, verdict and placed, in this order") {
    REQUIRE(t.notes.replies.size() == 3);
    CHECK(std::holds_alternative<Accepted>(t.notes.replies[0].second));
    const auto verdict = std::get<Verdict>(t.notes.replies[1].second);
    INFO(name_of(verdict.reason) << " " << verdict.detail);
    CHECK(verdict.approved);
    CHECK(std::get<Placed>(t.notes.replies[2].second).outcome == Outcome::accepted);
  }
  THEN("what filled lies under a stop and a target at once") {
    CHECK(t.held() == Quantity{num("0.999")});
    CHECK(t.open_orders() == 2);
    CHECK(t.longest_uncovered() < 20ms);
  }

  WHEN("the target trades") {
    t.move_to("121");
    t.pass(20ms);
    THEN("the stop goes, and the outcome is told once") {
      CHECK(t.open_orders() == 0);
      REQUIRE(t.outcomes().size() == 1);
      CHECK(t.outcomes()[0].outcome == BracketOutcome::target_hit);
      CHECK(t.outcomes()[0].profit.value_or(Decimal{}).is_positive());
      CHECK(t.notes.told<SignalOutcome>(1).size() == 1);
    }
  }
  WHEN("the stop trades") {
    t.move_to("89");
    t.pass(20ms);
    THEN("the target goes, and the outcome is told once") {
      CHECK(t.open_orders() == 0);
      REQUIRE(t.outcomes().size() == 1);
      CHECK(t.outcomes()[0].outcome == BracketOutcome::stopped);
      CHECK(t.outcomes()[0].profit.value_or(Decimal{}).is_negative());
    }
  }
  WHEN("the same signal comes again") {
    t.submit(t.signal("s1"), 2);
    THEN("it is answered with its state and traded once") {
      CHECK(t.trades() == 1);
      REQUIRE(t.notes.told<SignalAnswer>(2).size() == 0);  // another `time` makes it other content
      CHECK(t.notes.told<Refused>(2).at(0).reason == Reason::id_reused);
    }
  }
}

SCENARIO("a repeated signal is answered with its state so far", "[risk][I2]") {
  TradingStage t;
  const Signal signal = t.signal("s1");
  t.submit(signal, 1);
  t.submit(signal, 2);
  REQUIRE(t.notes.told<SignalAnswer>(2).size() == 1);
  const auto answer = t.notes.told<SignalAnswer>(2)[0];
  CHECK(answer.accepted);
  CHECK(answer.verdict->approved);
  CHECK(answer.placed->outcome == Outcome::accepted);
  CHECK_FALSE(answer.outcome);
  CHECK(t.trades() == 1);
}

SCENARIO("a limit entry that fills in parts is covered part by part", "[bracket][I1]") {
  TradingStage t;
  t.submit(t.limit_signal("s1", "99"));
  CHECK(t.held().is_zero());
  CHECK(t.open_orders() == 1);

  t.move_to("98.5", "0.3");
  t.pass(20ms);
  CHECK(t.open_orders() == 3);
  CHECK(t.longest_uncovered() < 20ms);

  t.move_to("98.5", "0.4");
  t.pass(20ms);
  CHECK(t.open_orders() == 5);
  CHECK(t.longest_uncovered() < 20ms);

  WHEN("the rest is cancelled") {
    const auto key = signal_hash(AccountName{"main"}, StrategyName{"trend"}, SignalId{"s1"});
    t.stage->send(t.shard.brackets, CommandBracket{.command = SignalId{"c1"},
                                                   .bracket = key,
                                                   .account = AccountName{"main"},
                                                   .what = BracketCommand::cancel_entry,
                                                   .client = 3});
    t.pass(20ms);
    THEN("protection stays") {
      CHECK(t.notes.told<Done>(3).size() == 1);
      CHECK(t.open_orders() == 4);
    }
    AND_WHEN("the stop trades") {
      t.move_to("89");
      t.pass(20ms);
      THEN("all parts are sold") {
        CHECK(t.open_orders() == 0);
        REQUIRE(t.outcomes().size() == 1);
        CHECK(t.outcomes()[0].outcome == BracketOutcome::stopped);
      }
    }
  }
}

SCENARIO("an order whose answer is lost is looked for, never sent twice", "[orders][I2]") {
  TradingStage t;
  for (const bool executed : {true, false}) {
    DYNAMIC_SECTION("the venue " << (executed ? "did" : "did not") << " execute the entry") {
      t.faults.add(simulator::RequestFault{.on = simulator::RequestKind::place,
                                           .kind = simulator::FaultKind::server_error,
                                           .executed = executed});
      t.submit(t.signal("s1"));
      t.pass_with_ticks(10s);
      if (executed) {
        CHECK(t.trades() == 1);
        CHECK(t.held() == Quantity{num("0.999")});
        CHECK(t.open_orders() == 2);
        CHECK(t.longest_uncovered() < 1s);
      } else {
        CHECK(t.trades() == 0);
        REQUIRE(t.outcomes().size() == 1);
        CHECK(t.outcomes()[0].outcome == BracketOutcome::not_executed);
      }
    }
  }
}

SCENARIO("a stop whose answer is lost stands once, in time", "[orders][I1]") {
  for (const bool executed : {true, false}) {
    DYNAMIC_SECTION("the venue " << (executed ? "did" : "did not") << " take the stop") {
      TradingStage t;
      t.faults.add(simulator::RequestFault{.on = simulator::RequestKind::place,
                                           .stops_only = true,
                                           .kind = simulator::FaultKind::status_unknown,
                                           .executed = executed});
      t.submit(t.signal("s1"));
      t.pass_with_ticks(5s);
      CHECK(t.held() == Quantity{num("0.999")});
      CHECK(t.open_orders() == 2);
      CHECK(t.longest_uncovered() < 1s);
      CHECK(t.outcomes().empty());
    }
  }
}

SCENARIO("a venue that takes no stop gets the position back within the bound", "[bracket][I1]") {
  TradingStage t;
  t.faults.add(simulator::RequestFault{.on = simulator::RequestKind::place,
                                       .stops_only = true,
                                       .times = 0,
                                       .kind = simulator::FaultKind::refused});
  t.submit(t.signal("s1"));
  t.pass_with_ticks(5s);
  CHECK(t.held() < Quantity{num("0.001")});
  CHECK(t.open_orders() == 0);
  CHECK(t.longest_uncovered() < 2s);
  REQUIRE(t.outcomes().size() == 1);
  CHECK(t.outcomes()[0].outcome == BracketOutcome::cover_failed);
}

SCENARIO("a market already through the stop is left at once", "[bracket]") {
  TradingStage t;
  t.options.paper.latency_back = 50ms;
  t.submit_only(SubmitSignal{t.signal("s1"), false, 1});
  t.pass(1500us);  // the entry has filled, its report is on the way
  t.move_to("85");
  t.pass_with_ticks(2s);
  CHECK(t.held() < Quantity{num("0.001")});
  REQUIRE(t.outcomes().size() == 1);
  CHECK(t.outcomes()[0].outcome == BracketOutcome::stopped);
}

SCENARIO("a restart takes over what is open", "[recovery][I1][I2]") {
  TradingStage t;
  t.submit(t.signal("s1"));
  t.submit(t.limit_signal("s2", "98"));
  CHECK(t.open_orders() == 3);

  t.restart();
  t.pass_with_ticks(2s);
  CHECK(t.open_orders() == 3);
  CHECK(t.trades() == 1);
  CHECK(t.longest_uncovered() < 20ms);

  WHEN("the resting entry fills after it") {
    t.move_to("97.5");
    t.pass(50ms);
    THEN("it is covered") {
      CHECK(t.open_orders() == 4);
      CHECK(t.longest_uncovered() < 50ms);
    }
  }
  WHEN("the target trades after it") {
    t.move_to("121");
    t.pass(50ms);
    THEN("the bracket ends") {
      REQUIRE(t.outcomes().size() == 1);
      CHECK(t.outcomes()[0].outcome == BracketOutcome::target_hit);
    }
  }
}

SCENARIO("what filled while the engine was dead is covered when it is back", "[recovery][I1]") {
  TradingStage t;
  t.submit(t.limit_signal("s1", "98"));
  t.crash();
  t.move_to("97.5");
  t.restart();
  t.move_to("97.5");
  t.pass_with_ticks(2s);
  CHECK(t.held() == Quantity{num("0.999")});
  CHECK(t.open_orders() == 2);
}

SCENARIO("trading states stop entries and never protection", "[gate][I8]") {
  TradingStage t;
  t.submit(t.limit_signal("resting", "98"));
  t.submit(t.signal("open"));
  t.stage->send(t.shard.risk, SetState{.command = SignalId{"h1"},
                                       .account = {},
                                       .state = TradingState::halted,
                                       .why = Detail{"operator"},
                                       .client = 9});
  t.pass(20ms);
  CHECK(t.notes.told<Done>(9).size() == 1);
  CHECK(t.open_orders() == 2);  // the resting entry is gone, stop and target stand

  t.submit(t.signal("late"));
  CHECK(t.verdict("late").reason == Reason::trading_halted);

  WHEN("the engine restarts") {
    t.restart();
    t.pass_with_ticks(1s);
    t.submit(t.signal("later"));
    THEN("it is still halted") { CHECK(t.verdict("later").reason == Reason::trading_halted); }
  }
  WHEN("it is flattened") {
    t.stage->send(
        t.shard.risk,
        SetState{
            .command = SignalId{"f1"}, .account = {}, .state = TradingState::flatten, .client = 9});
    t.pass(100ms);
    THEN("nothing is held and nothing is open") {
      CHECK(t.held() < Quantity{num("0.001")});
      CHECK(t.open_orders() == 0);
    }
  }
}

SCENARIO("the same seed gives the same run", "[I14]") {
  const auto run = [](std::uint64_t seed) {
    TradingStage t{TradingStage::Options{.stage = {.seed = seed}}};
    t.submit(t.signal("s1"));
    t.submit(t.limit_signal("s2", "99"));
    t.move_to("98.5", "0.3");
    t.pass(50ms);
    t.move_to("121");
    t.pass(50ms);
    return t.stage->trace_hash();
  };
  CHECK(run(7) == run(7));
  CHECK(run(7) != run(8));
}
