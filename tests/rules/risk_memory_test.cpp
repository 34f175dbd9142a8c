// What risk remembers of ids, and for how long: nothing that was traded is traded again.
#include <catch2/catch.hpp>

#include "actors/rules/risk.hpp"

using namespace signalbox;
using namespace std::chrono_literals;

namespace {

constexpr Duration a_day = 24h;

struct Memory {
  Memory() : risk({}, {RiskAccount{.account = AccountName{"main"}, .limits = {}, .tiers = {}}}) {}

  Now now() const { return {MonoTime{} + passed, WallTime{} + a_day + passed}; }
  Signal signal(std::string_view id) const {
    Signal s;
    s.id = SignalId{id};
    s.account = AccountName{"main"};
    s.strategy = StrategyName{"test"};
    s.symbol = Symbol{"BTC/USDT"};
    s.quantity = Quantity{1};
    s.time = now().wall;
    return s;
  }
  static SignalHash key(const Signal& s) { return signal_hash(s.account, s.strategy, s.id); }

  void take(const Signal& s, bool by_place_order) {
    risk.remember(s, by_place_order,
                  Accepted{.id = s.id,
                           .strategy = s.strategy,
                           .account = s.account,
                           .symbol = s.symbol,
                           .log_number = 17,
                           .time = now().wall},
                  now());
  }
  void end(const Signal& s) {
    SignalOutcome outcome;
    outcome.id = s.id;
    outcome.outcome = BracketOutcome::target_hit;
    outcome.filled = Quantity{1};
    outcome.time = now().wall;
    risk.note(key(s), outcome);
  }
  /// Remembering anything is when the old goes.
  void pass(Duration time) {
    passed += time;
    take(signal("other-" + std::to_string(passed.count())), false);
  }

  Duration passed{};
  Risk risk;
};

}  // namespace

SCENARIO("an order of place_order is never traded again, however late it is sent again",
         "[risk][I2]") {
  Memory memory;
  const auto order = memory.signal("order-1");
  memory.take(order, true);
  memory.end(order);
  memory.pass(2h);
  memory.pass(2h);

  auto again = order;
  again.time = memory.now().wall;  // as the desk stamps it
  CHECK(memory.risk.known(again, true) == Risk::Known::repeated);
  const auto answer = memory.risk.state_of(again);
  CHECK(answer.id == order.id);
  REQUIRE(answer.accepted);
  CHECK(answer.accepted->log_number == 17);
  REQUIRE(answer.outcome);
  CHECK(answer.outcome->outcome == BracketOutcome::target_hit);
  CHECK(answer.outcome->filled == Quantity{1});

  again.quantity = Quantity{2};
  CHECK(memory.risk.known(again, true) == Risk::Known::id_reused);
}

SCENARIO("what has no end yet is remembered until it has one", "[risk][I2][I3]") {
  Memory memory;
  const auto signal = memory.signal("s-1");
  memory.take(signal, false);
  memory.pass(2h);
  memory.pass(a_day);
  CHECK(memory.risk.known(signal, false) == Risk::Known::repeated);
  CHECK(memory.risk.state_of(signal).accepted);
  memory.end(signal);
  memory.pass(2h);
  memory.pass(2h);
  CHECK(memory.risk.known(signal, false) == Risk::Known::fresh);
}

SCENARIO("a signal whose id may have been forgotten is told from one that is only late",
         "[risk][I3]") {
  Memory memory;
  const auto signal = memory.signal("s-1");
  const auto age = RiskLimits{}.max_signal_age + RiskLimits{}.max_clock_ahead + 1h;
  CHECK_FALSE(memory.risk.beyond_memory(signal, signal.time));
  CHECK_FALSE(memory.risk.beyond_memory(signal, signal.time + age));
  CHECK(memory.risk.beyond_memory(signal, signal.time + age + 1ns));
}
