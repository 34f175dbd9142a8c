// The machine lost its power: records are gone, what they were about is at the exchange.
#include "tests/shard/judge.hpp"

using namespace signalbox;
using namespace signalbox::test;
using namespace std::chrono_literals;

namespace {

/// A protected position of whose signal nothing is left in the journal.
std::unique_ptr<TradingStage> stage_without_records() {
  auto stage = std::make_unique<TradingStage>();
  TradingStage& t = *stage;
  const auto before = t.journal->end_of(t.journal->health().recorded);
  t.submit(t.signal("s1"));
  t.pass(100ms);
  REQUIRE(t.held() == Quantity{num("0.999")});
  REQUIRE(t.open_orders() == 2);
  t.crash();
  t.file.bytes().resize(before);
  t.options.journal.power_was_lost = true;
  t.notes.events.clear();
  t.notes.replies.clear();
  return stage;
}

bool paged(const TradingStage& t, std::string_view about) {
  for (const auto& notice : t.notes.all<NoticeEvent>())
    if (notice.page && notice.detail.view().find(about) != std::string_view::npos) return true;
  return false;
}

}  // namespace

SCENARIO("a position whose records were lost with the power is closed and told of",
         "[recovery][I1][I3]") {
  auto stage = stage_without_records();
  TradingStage& t = *stage;
  t.restart();
  t.pass_with_ticks(5s);

  CHECK(t.held() < Quantity{num("0.002")});
  CHECK(t.open_orders() == 0);
  CHECK(t.watched->settled);
  CHECK(paged(t, "without records"));
  REQUIRE(t.outcomes().size() == 1);
  CHECK(t.outcomes()[0].outcome == BracketOutcome::recovered);
  CHECK(t.outcomes()[0].strategy.view() == "recovered");
  CHECK(t.outcomes()[0].filled == Quantity{1});
  CHECK(t.outcomes()[0].profit.has_value());
  CHECK(t.longest_uncovered() < 1s);

  THEN("its strategy cannot trade it again, and everything else is traded") {
    auto again = t.signal("s1");
    t.submit(again, 9);
    REQUIRE(t.notes.told<Refused>(9).size() == 1);
    CHECK(t.notes.told<Refused>(9)[0].reason == Reason::id_reused);
    t.submit(t.signal("s2"));
    CHECK(t.verdict("s2").approved);
  }
  THEN("another restart changes nothing") {
    const auto trades = t.trades();
    const auto records = t.journal->health().recorded;
    t.notes.events.clear();
    t.restart();
    t.pass_with_ticks(5s);
    CHECK(t.trades() == trades);
    CHECK(t.journal->health().recorded == records);
    CHECK(t.outcomes().empty());
  }
  THEN("so does one after which everything is fetched once more, long after") {
    t.pass_with_ticks(30s);
    const auto trades = t.trades();
    t.crash();
    t.options.journal.power_was_lost = true;
    t.restart();
    t.pass_with_ticks(700s);
    CHECK(t.trades() == trades);
    t.restart();
    t.pass_with_ticks(5s);
    CHECK(t.trades() == trades);
    CHECK(t.held() < Quantity{num("0.002")});
  }
}

SCENARIO("nothing opens before the last account is reconciled, and exits are not held up",
         "[recovery][I1][I7]") {
  auto stage = stage_without_records();
  TradingStage& t = *stage;
  // The venue answers no question.
  t.faults.add(simulator::RequestFault{
      .on = simulator::RequestKind::query, .times = 0, .kind = simulator::FaultKind::lost});
  t.restart();
  t.pass_with_ticks(8s);
  CHECK_FALSE(t.watched->settled);
  t.submit(t.signal("s2"));
  CHECK(t.verdict("s2").reason == Reason::reconciling);
  CHECK(paged(t, "no entries until every account is reconciled"));
  CHECK(t.open_orders() == 2);  // the stop stands

  WHEN("the machine is started again in the middle of it") {
    t.restart();
    t.pass_with_ticks(2s);
    t.submit(t.signal("s3"));
    THEN("it still knows") { CHECK(t.verdict("s3").reason == Reason::reconciling); }
  }
  WHEN("the venue answers") {
    t.faults.clear();
    t.pass_with_ticks(10s);
    THEN("the position is closed and entries are open") {
      CHECK(t.watched->settled);
      CHECK(t.open_orders() == 0);
      CHECK(t.held() < Quantity{num("0.002")});
      t.submit(t.signal("s4"));
      CHECK(t.verdict("s4").approved);
    }
  }
}

SCENARIO("what was bought without protection, by request, is not sold because its record is lost",
         "[recovery]") {
  TradingStage t;
  const auto before = t.journal->end_of(t.journal->health().recorded);
  auto own = t.signal("own");
  own.stop_loss.reset();
  own.take_profit.clear();
  t.submit_only(SubmitSignal{.signal = own, .origin = Origin{true}, .client = 1});
  t.pass(100ms);
  REQUIRE(t.held() == Quantity{num("0.999")});
  REQUIRE(t.open_orders() == 0);
  t.crash();
  t.file.bytes().resize(before);
  t.options.journal.power_was_lost = true;
  t.restart();
  t.pass_with_ticks(5s);
  CHECK(t.held() == Quantity{num("0.999")});
  CHECK(t.watched->settled);
  CHECK(paged(t, "left as it is"));
}
