#include "app/demo/tally.hpp"

#include <catch2/catch.hpp>

#include "tests/app/events_kit.hpp"

using namespace signalbox;
using namespace signalbox::test;
using namespace std::chrono_literals;

namespace {

/// A tally that hears each event as the next of its stream.
struct Monitor {
  demo::Tally tally;
  std::uint64_t next = 1;

  void hears(const Event& event) { hears(event, "signal.main", next++); }
  void hears(const Event& event, std::string_view stream, std::uint64_t sequence) {
    EventHeader header;
    header.stream = Text<96>{stream};
    header.sequence = sequence;
    tally.take(header, event);
  }
  std::string json() const { return tally.json(1s, 0ns); }
  bool says(std::string_view text) const { return json().find(text) != std::string::npos; }
};

}  // namespace

TEST_CASE("a monitor counts signals, refusals, outcomes, orders and fills", "[monitor]") {
  Monitor m;
  m.hears(accepted("a", at(0)));
  m.hears(verdict("a", at(1)));
  m.hears(order("a", LegKind::entry, OrderStage::intended));
  m.hears(order("a", LegKind::entry, OrderStage::filled));
  m.hears(order("a", LegKind::stop, OrderStage::intended));
  m.hears(order("a", LegKind::stop, OrderStage::working));
  m.hears(fill("a", LegKind::entry));
  m.hears(fill("a", LegKind::stop));
  m.hears(outcome("a", at(9), BracketOutcome::stopped));
  for (const auto* id : {"b", "c"}) {
    m.hears(accepted(id, at(10)));
    m.hears(verdict(id, at(11), Reason::order_limit));
    m.hears(outcome(id, at(11), BracketOutcome::refused));
  }
  CHECK(m.tally.signals() == 3);
  CHECK(m.tally.without_outcome().empty());
  CHECK(m.says("\"signals\": 3,"));
  CHECK(m.says("\"refused\": {\"order_limit\": 2},"));
  CHECK(m.says("\"brackets\": {\"refused\": 2, \"stopped\": 1},"));
  CHECK(m.says("\"orders\": 2,"));
  CHECK(m.says("\"fills\": 2,"));
  CHECK(m.says("\"without_outcome\": 0,"));
}

TEST_CASE("a signal counts once however often it is told", "[monitor]") {
  Monitor m;
  m.hears(accepted("a", at(0)));
  m.hears(accepted("a", at(0)));
  CHECK(m.tally.signals() == 1);
}

TEST_CASE("an accepted signal without an outcome is named", "[monitor]") {
  Monitor m;
  m.hears(accepted("a", at(0)));
  m.hears(accepted("b", at(0)));
  m.hears(outcome("a", at(5), BracketOutcome::target_hit));
  CHECK(m.tally.without_outcome() == std::vector<std::string>{"b"});
  CHECK(m.says("\"without_outcome\": 1,"));
  CHECK(m.tally.text(1s, 0ns).find("NO OUTCOME: b\n") != std::string::npos);
  m.hears(outcome("b", at(6), BracketOutcome::target_hit));
  CHECK(m.tally.without_outcome().empty());
}

TEST_CASE("a gap in a stream's numbers is what was missed", "[monitor]") {
  Monitor m;
  const Event event = fill("a", LegKind::entry);
  m.hears(event, "fill.main", 41);  // who subscribes late missed nothing that it could have had
  m.hears(event, "fill.main", 42);
  m.hears(event, "order.main", 3);  // numbers count by stream
  CHECK(m.tally.missed() == 0);
  m.hears(event, "fill.main", 45);
  CHECK(m.tally.missed() == 2);
  m.hears(event, "order.main", 5);
  CHECK(m.tally.missed() == 3);
  CHECK(m.says("\"events_missed\": 3,"));
  CHECK(m.tally.text(1s, 0ns).find("3 events missed") != std::string::npos);
}

TEST_CASE("the longest uncovered time is the worst of all signals", "[monitor]") {
  Monitor m;
  auto first = outcome("a", at(0), BracketOutcome::stopped);
  first.uncovered_longest = 40ms;
  auto second = outcome("b", at(0), BracketOutcome::stopped);
  second.uncovered_longest = 15ms;
  m.hears(first);
  m.hears(second);
  CHECK(m.tally.uncovered_longest() == 40ms);
  const auto json = m.tally.json(1s, 2500us);
  CHECK(json.find("\"uncovered_longest_ms\": 40.000,") != json.npos);
  CHECK(json.find("\"uncovered_longest_ms_by_exchange\": 2.500,") != json.npos);
  CHECK(json.find("\"uncovered_bound_ms\": 1000,") != json.npos);
}

TEST_CASE("every hop of a signal is measured from the one before", "[monitor]") {
  Monitor m;
  m.tally.sent(SignalId{"a"}, at(0));
  m.hears(accepted("a", at(2)));
  m.hears(verdict("a", at(5)));
  m.hears(order("a", LegKind::entry, OrderStage::intended, at(9)));
  m.hears(placed("a", at(14)));
  m.hears(order("a", LegKind::entry, OrderStage::filled, at(20)));
  m.hears(order("a", LegKind::stop, OrderStage::working, at(26)));
  m.hears(order("a", LegKind::stop, OrderStage::working, at(99)));  // grown: was covered before
  const auto hop = [&m](std::string_view name, std::string_view us) {
    const auto value = std::string{us};
    return m.says("\"" + std::string{name} + "\": {\"count\": 1, \"p50_us\": " + value +
                  ", \"p99_us\": " + value + "}");
  };
  INFO(m.json());
  CHECK(hop("signal sent to accepted", "2000.0"));
  CHECK(hop("accepted to verdict", "3000.0"));
  CHECK(hop("verdict to entry intended", "4000.0"));
  CHECK(hop("entry intended to placed", "5000.0"));
  CHECK(hop("entry filled to stop standing", "6000.0"));
}

TEST_CASE("percentiles are values that occurred", "[monitor]") {
  Monitor m;
  for (int n = 100; n >= 1; --n) {  // 1 to 100 ms, the slowest first
    const auto id = std::to_string(n);
    m.hears(accepted(id, at(0)));
    m.hears(verdict(id, at(n)));
  }
  INFO(m.json());
  CHECK(
      m.says("\"accepted to verdict\": "
             "{\"count\": 100, \"p50_us\": 51000.0, \"p99_us\": 100000.0}"));
  CHECK(m.says("\"entry intended to placed\": {\"count\": 0, \"p50_us\": 0.0, \"p99_us\": 0.0}"));
}

TEST_CASE("the report of a monitor that heard nothing is whole", "[monitor]") {
  const Monitor m;
  CHECK(m.json() == R"({
  "signals": 0,
  "refused": {},
  "brackets": {},
  "orders": 0,
  "fills": 0,
  "without_outcome": 0,
  "events_missed": 0,
  "uncovered_longest_ms": 0.000,
  "uncovered_longest_ms_by_exchange": 0.000,
  "uncovered_bound_ms": 1000,
  "latency": {
    "signal sent to accepted": {"count": 0, "p50_us": 0.0, "p99_us": 0.0},
    "accepted to verdict": {"count": 0, "p50_us": 0.0, "p99_us": 0.0},
    "verdict to entry intended": {"count": 0, "p50_us": 0.0, "p99_us": 0.0},
    "entry intended to placed": {"count": 0, "p50_us": 0.0, "p99_us": 0.0},
    "entry filled to stop standing": {"count": 0, "p50_us": 0.0, "p99_us": 0.0}
  }
}
)");
  CHECK(m.tally.text(1s, 0ns).find("refused     none") != std::string::npos);
}
