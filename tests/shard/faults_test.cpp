// What goes wrong around a bracket: connections that die, streams that are cut, journals that are
// full or slow, states that change.
#include "tests/shard/judge.hpp"

using namespace signalbox;
using namespace signalbox::test;
using namespace std::chrono_literals;
using simulator::FaultKind;
using simulator::RequestFault;
using simulator::RequestKind;

SCENARIO("what filled behind a cut stream is covered when it is back", "[I1]") {
  TradingStage t;
  t.submit(t.limit_signal("s1", "99"));
  t.venue->cut(500ms);
  t.pass(10ms);
  t.move_to("98.5", "0.4");
  t.pass_with_ticks(2s);
  CHECK(t.held() == Quantity{num("0.3996")});
  CHECK(t.open_orders() == 3);
  CHECK(t.longest_uncovered() < 700ms);
}

SCENARIO("a cancel whose answer is lost is found out, not repeated blindly", "[orders]") {
  for (const bool executed : {true, false}) {
    DYNAMIC_SECTION("the venue " << (executed ? "did" : "did not") << " cancel") {
      TradingStage t;
      const auto s = t.limit_signal("s1", "98");
      t.submit(s);
      t.faults.add(RequestFault{
          .on = RequestKind::cancel, .kind = FaultKind::server_error, .executed = executed});
      command(t, s, BracketCommand::cancel_entry);
      t.pass_with_ticks(3s);
      CHECK(t.open_orders() == 0);
      REQUIRE(t.outcomes().size() == 1);
      CHECK(t.outcomes()[0].outcome == BracketOutcome::not_executed);
    }
  }
}

SCENARIO("a full journal refuses entries and lets protection out", "[journal][I1][I7]") {
  TradingStage::Options options;
  options.journal.commit = MemoryJournalConfig::Commit::on_demand;
  options.journal.ring_bytes = 12 * 1024;
  TradingStage t{options};
  t.submit(t.limit_signal("resting", "99"));
  REQUIRE(t.open_orders() == 1);
  int sent = 0;
  while (t.journal->health().ring_used < t.journal->health().ring_size * 5 / 8 && sent < 100) {
    auto filler = t.signal("low" + std::to_string(sent++));
    filler.confidence = num("0.1");
    t.submit(filler);
  }
  // Somewhere here an entry stops fitting: refused by its front, its verdict or its order.
  std::vector<Signal> late;
  for (int i = 0; i < 8; ++i) {
    late.push_back(t.signal("late" + std::to_string(i)));
    t.submit(late.back(), 50);
  }
  const auto refused = t.notes.told<Refused>(50);
  REQUIRE_FALSE(refused.empty());
  CHECK(refused.back().reason == Reason::journal_full);
  const auto trades = t.trades();
  t.submit(t.signal("one more"), 51);
  CHECK(t.trades() == trades);
  // The entry that rested fills; its stop and target leave whether or not there is room.
  t.move_to("98.5");
  t.pass(50ms);
  CHECK(t.longest_uncovered() < 50ms);
}

SCENARIO("with durability `power` nothing is sent before it is committed", "[journal][I2]") {
  TradingStage::Options options;
  options.durability = Durability::power;
  options.journal.commit = MemoryJournalConfig::Commit::on_demand;
  TradingStage t{options};
  t.submit(t.signal("s1"));
  t.pass(100ms);
  CHECK(t.trades() == 0);
  CHECK(t.open_orders() == 0);
  CHECK(t.notes.replies.empty());
  REQUIRE(t.journal->commit());
  t.pass(20ms);
  CHECK(t.trades() == 1);
  REQUIRE(t.notes.replies.size() >= 2);
  CHECK(std::holds_alternative<Accepted>(t.notes.replies[0].second));
  CHECK(std::holds_alternative<Verdict>(t.notes.replies[1].second));

  SECTION("the stages of a refusal come in their order") {
    t.notes.replies.clear();
    auto doubtful = t.signal("s2");
    doubtful.confidence = num("0.1");
    t.submit(doubtful, 5);
    CHECK(t.notes.replies.empty());
    REQUIRE(t.journal->commit());
    t.pass(20ms);
    std::vector<std::size_t> order;
    for (const auto& [to, reply] : t.notes.replies)
      if (to == 5) order.push_back(reply.index());
    CHECK(order == std::vector<std::size_t>{Reply{Accepted{}}.index(), Reply{Verdict{}}.index(),
                                            Reply{SignalOutcome{}}.index()});
  }
}

SCENARIO("an account that was flattened stays without entries", "[gate]") {
  TradingStage t;
  SECTION("with something to close") { t.submit(t.signal("s1")); }
  SECTION("with nothing to close") {}
  set_state(t, TradingState::flatten, 9);
  t.pass(200ms);
  CHECK(t.notes.told<Done>(9).size() == 1);
  CHECK(t.open_orders() == 0);
  CHECK(t.held() < Quantity{num("0.001")});
  REQUIRE_FALSE(t.notes.all<NoticeEvent>().empty());
  CHECK(t.notes.all<NoticeEvent>().back().state == TradingState::no_entries);
  t.submit(t.signal("s2"));
  CHECK(t.verdict("s2").reason == Reason::trading_halted);
}

SCENARIO("a position that cannot be closed turns entries off on its account", "[stranded][gate]") {
  TradingStage t;
  const auto s1 = t.signal("s1");
  t.submit(s1);
  t.faults.add(simulator::RequestFault{
      .on = simulator::RequestKind::place, .times = 0, .kind = simulator::FaultKind::refused});
  command(t, s1, BracketCommand::close);
  t.pass_with_ticks(3s);
  CHECK(t.notes.all<BracketEvent>().back().phase == BracketPhase::stranded);
  t.faults.clear();
  t.pass_with_ticks(10s);
  CHECK(t.held() < Quantity{num("0.06")});  // and tried again on schedule
  const auto s2 = t.signal("s2");
  t.submit(s2);
  CHECK(t.verdict("s2").reason == Reason::trading_halted);
  WHEN("the process is started anew") {
    t.restart();
    t.submit(t.signal("s3"));
    CHECK(t.verdict("s3").reason == Reason::trading_halted);
  }
  WHEN("a person says so, they are on again") {
    set_state(t, TradingState::active);
    t.submit(t.signal("s3"));
    CHECK(t.verdict("s3").approved);
  }
}

SCENARIO("no entry is sent after a halt has been acknowledged", "[gate][I8]") {
  for (std::uint64_t seed = 1; seed <= 40; ++seed) {
    INFO("seed " << seed);
    TradingStage::Options options;
    options.stage.seed = seed;
    TradingStage t{options};
    const auto s = t.limit_signal("s1", "99");
    t.submit_only(SubmitSignal{s, false, 1});
    set_state(t, TradingState::halted, 9);
    t.stage->run();
    REQUIRE(t.notes.told<Done>(9).size() == 1);
    const auto requests = t.exchange.orders().all().size();
    t.submit_only(SubmitSignal{t.limit_signal("s2", "99"), false, 1});
    t.pass_with_ticks(2s);
    // What left before may have arrived since; nothing else.
    CHECK(t.exchange.orders().all().size() <= requests + 1);
    CHECK(t.open_orders() == 0);
    CHECK(bought(t)[key_of(s)].is_zero());
    REQUIRE(t.outcomes().size() == 2);
  }
}

SCENARIO("a close leaves a stop that was sent twice standing until it can be trusted to be gone",
         "[I1]") {
  TradingStage t;
  t.faults.add(RequestFault{.on = RequestKind::place,
                            .stops_only = true,
                            .kind = FaultKind::status_unknown,
                            .executed = false});
  const auto s = t.signal("s1");
  t.submit(s);
  t.pass(300ms);
  REQUIRE(t.open_orders() == 2);  // asked for, not found, and sent again under the same id
  command(t, s, BracketCommand::close);
  t.pass_with_ticks(500ms);
  CHECK(t.open_orders() == 2);
  t.pass_with_ticks(2s);
  CHECK(t.open_orders() == 0);
  CHECK(t.held() < Quantity{num("0.002")});
  CHECK(t.longest_uncovered() < 200ms);
}
