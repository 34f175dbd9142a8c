// The bracket as a pure machine: told what became of its legs, it says how they shall stand.
#include "tests/rules/machine.hpp"

using namespace signalbox;
using namespace signalbox::test;
using namespace std::chrono_literals;
TEST_CASE("a fill is covered at once by a pair of its size", "[bracket][I1]") {
  Machine m{free_plan()};
  REQUIRE(m.wishes.size() == 1);
  CHECK(m.wishes[0].order_class == OrderClass::entry);
  const auto pair = m.bought("0.4");
  REQUIRE(pair.size() == 1);
  CHECK(pair[0].linkage == Linkage::one_cancels_other);
  CHECK(pair[0].legs[0].quantity == qty("0.4"));
  CHECK(pair[0].legs[0].trigger_price == Price{90});
  CHECK(pair[0].legs[1].price == Price{120});
  // Saying it again asks for nothing new; the next fill has a slice of its own.
  CHECK(m.wait(1ms).empty());
  const auto second = m.bought("0.6");
  REQUIRE(second.size() == 1);
  CHECK(second[0].legs[0].leg.index == 1);
  CHECK(second[0].legs[0].quantity == qty("0.6"));
}

TEST_CASE("stop before target where they are asked for one by one", "[bracket]") {
  Machine m{free_plan(false)};
  const auto legs = m.bought("1");
  REQUIRE(legs.size() == 2);
  CHECK(legs[0].legs[0].leg == stop0);
  CHECK(legs[1].legs[0].leg == target0);
}

TEST_CASE("no stop in time: sold, and stranded only when that fails too", "[bracket][I1]") {
  Machine m{free_plan()};
  m.bought("1");
  m.ended(entry);
  CHECK(m.wait(999ms).empty());
  CHECK(m.bracket.next_due(at(999ms).mono) == at(1s).mono);
  const auto cut = m.wait(1s);  // the pair of unknown fate is called back first
  REQUIRE_FALSE(cut.empty());
  CHECK(m.bracket.closing());
  m.ended(stop0, LegEnd::rejected, Refusal::rate_limited, 1100ms);
  const auto sale = m.ended(target0, LegEnd::rejected, Refusal::rate_limited, 1300ms);
  const auto later = sale.empty() ? m.wait(1400ms) : sale;
  REQUIRE(later.size() == 1);
  CHECK(later[0].order_class == OrderClass::close);
  CHECK(later[0].legs[0].quantity == Quantity{1});
  m.ended(close0, LegEnd::rejected, Refusal::maintenance, 3s);
  m.wait(3100ms);
  CHECK(m.bracket.phase() == BracketPhase::stranded);
  m.ended(close0, LegEnd::rejected, Refusal::maintenance, 4s);
  CHECK(m.wait(8999ms).empty());
  CHECK(m.wait(9s).size() == 1);  // and so on, on schedule
  m.sold(close0, "1", "99", 9s);
  m.ended(close0, LegEnd::filled, Refusal::none, 9s);
  CHECK(m.bracket.ended());
  CHECK(m.bracket.outcome(at(9s).mono).outcome == BracketOutcome::cover_failed);
}

TEST_CASE("a market already through the stop is left at once", "[bracket]") {
  Machine m{free_plan()};
  m.bought("1");
  m.ended(entry);
  m.ended(stop0, LegEnd::rejected, Refusal::would_trigger, 10ms);
  const auto sale = m.ended(target0, LegEnd::rejected, Refusal::would_trigger, 10ms);
  REQUIRE(sale.size() == 1);
  CHECK(sale[0].order_class == OrderClass::close);
}

TEST_CASE("at the deadline the sale does not wait until a refused stop may be tried again",
          "[bracket][I1]") {
  Machine m{free_plan()};
  m.bought("1");
  m.ended(entry);
  Duration now = 10ms;
  // Refused and tried again, after pauses that double: the last one ends at 1,510 ms.
  for (const auto pause : {100ms, 200ms, 400ms, 800ms}) {
    m.wait(now);
    m.ended(stop0, LegEnd::rejected, Refusal::too_many_orders, now);
    m.ended(target0, LegEnd::rejected, Refusal::too_many_orders, now);
    now += pause;
  }
  const auto sale = m.wait(1s);
  REQUIRE(m.bracket.closing());
  REQUIRE(sale.size() == 1);
  CHECK(sale[0].order_class == OrderClass::close);
}

TEST_CASE("a stranded bracket sells as soon as what held its balance is gone", "[bracket][I1]") {
  Machine m{free_plan()};
  m.bought("1");
  m.ended(entry);
  m.wait(1s);
  m.ended(stop0, LegEnd::absent, Refusal::none, 1100ms);
  m.ended(target0, LegEnd::absent, Refusal::none, 1100ms);
  m.ended(close0, LegEnd::rejected, Refusal::insufficient_funds, 3s);
  m.wait(3100ms);
  REQUIRE(m.bracket.phase() == BracketPhase::stranded);
  m.ended(close0, LegEnd::rejected, Refusal::insufficient_funds, 4s);
  CHECK(m.wait(5s).empty());  // it is tried on a schedule
  const auto sale = m.tell({.what = What::freed, .leg = stop0}, 5s);
  REQUIRE(sale.size() == 1);
  CHECK(sale[0].legs[0].leg == close0);
}

TEST_CASE("a pair that is refused for good becomes a stop alone", "[bracket][I1]") {
  Machine m{free_plan()};
  m.bought("1");
  m.ended(entry);
  m.ended(stop0, LegEnd::rejected, Refusal::unsupported, 10ms);
  const auto alone = m.ended(target0, LegEnd::rejected, Refusal::unsupported, 10ms);
  CHECK_FALSE(m.bracket.closing());
  REQUIRE(alone.size() == 1);
  REQUIRE(alone[0].legs.size() == 1);
  CHECK(alone[0].legs[0].leg.kind == LegKind::stop);
  // That refused as well leaves only the door.
  m.ended(alone[0].legs[0].leg, LegEnd::rejected, Refusal::unsupported, 20ms);
  CHECK(m.bracket.closing());
}

TEST_CASE("stop and target both traded: the surplus is bought back, once", "[bracket][I4]") {
  Machine m{free_plan(false)};
  m.covered();
  m.sold(stop0, "1", "90");
  m.sold(target0, "1", "120");
  CHECK(m.bracket.held() == -Quantity{1});
  m.ended(stop0);
  Wishes back = m.ended(target0);
  if (back.empty()) back = m.wait(1ms);
  CHECK(m.bracket.held() == -Quantity{1});
  // The wish may have come with the fill already: it stands until it is told of.
  m.tell({.what = What::filled,
          .leg = close0,
          .side = Side::buy,
          .quantity = Quantity{1},
          .price = Price{119}},
         5ms);
  CHECK(m.bracket.held().is_zero());
  m.ended(close0, LegEnd::filled, Refusal::none, 6ms);
  CHECK(m.bracket.ended());
  // 90 + 120 − 119 − 100
  CHECK(m.bracket.outcome(at(6ms).mono).profit == num("-9"));
}

TEST_CASE("a surplus that could not be bought back is bought back later", "[bracket][I4]") {
  Machine m{free_plan(false)};
  m.covered();
  m.sold(stop0, "1", "90");
  m.sold(target0, "1", "120");
  m.ended(stop0);
  m.ended(target0);
  m.ended(close0, LegEnd::rejected, Refusal::banned, 5ms);
  const auto due = m.bracket.next_due(at(5ms).mono);
  REQUIRE(due);
  const auto again = m.wait(*due - at({}).mono);
  REQUIRE(again.size() == 1);
  CHECK(again[0].legs[0].side == Side::buy);
  CHECK(again[0].legs[0].quantity == Quantity{1});
}

TEST_CASE("where legs stand side by side a trade of one shrinks the other", "[bracket]") {
  Machine m{free_plan(false)};
  m.covered();
  const auto smaller = m.sold(target0, "0.4", "120");
  CHECK(std::any_of(smaller.begin(), smaller.end(), [](const Wish& w) { return gone(w, stop0); }));
  m.tell({.what = What::cancelling, .leg = stop0});
  m.tell({.what = What::cancelling, .leg = target0});
  m.ended(stop0, LegEnd::cancelled);
  const auto again = m.ended(target0, LegEnd::cancelled);
  REQUIRE_FALSE(again.empty());
  CHECK(again[0].legs[0].quantity == qty("0.6"));
}

TEST_CASE("a late fill after the end is covered like any other", "[bracket][I1]") {
  Machine m{free_plan()};
  m.ended(entry, LegEnd::cancelled);
  CHECK(m.bracket.ended());
  auto late = LegEvent{.what = What::filled,
                       .leg = entry,
                       .side = Side::buy,
                       .late = true,
                       .quantity = qty("0.5"),
                       .price = Price{100}};
  CHECK(m.tell(late, 1s).size() == 1);
  CHECK_FALSE(m.bracket.ended());
}

TEST_CASE("deadlines of the signal", "[bracket]") {
  auto plan = plan_for(a_limit_signal("s"));
  plan.instrument.fee_in_base = false;
  plan.entry_expires = at(10s).mono;
  plan.signal.time_limit = 60s;
  Machine m{plan};
  m.stands(entry, "1");
  m.bought("0.5", 5s);
  m.stands(stop0, "0.5", 5s);
  m.stands(target0, "0.5", 5s);
  CHECK(m.wait(9999ms).empty());
  const auto expired = m.wait(10s);
  REQUIRE(expired.size() == 1);
  CHECK(gone(expired[0], entry));
  m.tell({.what = What::cancelling, .leg = entry}, 10s);
  CHECK(m.ended(entry, LegEnd::cancelled, Refusal::none, 10s).empty());  // protection stays
  CHECK(m.bracket.covered() == qty("0.5"));
  CHECK(m.bracket.next_due(at(10s).mono) == at(65s).mono);
  CHECK_FALSE(m.wait(65s).empty());
  CHECK(m.bracket.closing());
}

TEST_CASE("legs attached to an entry wait for it and are not doubled", "[bracket]") {
  auto signal = a_limit_signal("s", "100");
  signal.time_in_force = TimeInForce::fok;
  auto plan = plan_for(signal);
  plan.instrument.fee_in_base = false;
  plan.facts.tier = Tier::attached;
  Machine m{plan};
  REQUIRE(m.wishes.size() == 1);
  CHECK(m.wishes[0].linkage == Linkage::one_triggers_pair);
  for (const auto leg : {entry, stop0, target0})
    CHECK(
        m.tell({.what = What::sent, .leg = leg, .linked = true, .quantity = Quantity{1}}).empty());
  m.stands(entry, "1");
  CHECK(m.tell({.what = What::pending, .leg = stop0}).empty());
  CHECK(m.tell({.what = What::pending, .leg = target0}).empty());
  CHECK(m.bought("1", 1ms).empty());
  CHECK(m.ended(entry, LegEnd::filled, Refusal::none, 1ms).empty());
  m.stands(stop0, "1", 2ms);
  CHECK(m.bracket.covered() == Quantity{1});
}

TEST_CASE("too little to protect is dust, and does not keep anybody awake", "[bracket]") {
  Machine m{free_plan()};
  m.bought("0.04");
  CHECK(m.wait(5s).empty());
  CHECK_FALSE(m.bracket.closing());
  m.bracket.begin_close(BracketOutcome::closed, at(5s).mono);
  m.wait(5s);
  // The entry's cancel is not answered for long: nothing is due that has passed.
  m.wait(60s);
  const auto due = m.bracket.next_due(at(60s).mono);
  CHECK((!due || *due > at(60s).mono));
  m.ended(entry, LegEnd::cancelled, Refusal::none, 61s);
  CHECK(m.bracket.ended());
  CHECK(m.bracket.outcome(at(61s).mono).left == qty("0.04"));
}

TEST_CASE("before the venue was asked no time without cover counts", "[bracket][recovery]") {
  Machine m{free_plan()};
  m.bracket.pause();
  m.tell({.what = What::sent, .leg = entry, .quantity = Quantity{1}});
  m.bought("1");
  m.ended(entry);
  m.wait(4s);
  CHECK_FALSE(m.bracket.closing());
  m.bracket.resume(at(4s).mono);
  m.wait(4999ms);
  CHECK_FALSE(m.bracket.closing());
  m.wait(5s);
  CHECK(m.bracket.closing());
}

TEST_CASE("a sale that nobody takes is tried again on schedule, not without end", "[bracket]") {
  Machine m{free_plan()};
  m.bought("1");
  m.ended(entry);
  m.ended(stop0, LegEnd::rejected, Refusal::would_trigger);
  REQUIRE(m.ended(target0, LegEnd::rejected, Refusal::would_trigger).size() == 1);
  CHECK(m.ended(close0, LegEnd::expired).empty());
  CHECK(m.wait(99ms).empty());
  CHECK(m.bracket.next_due(at(99ms).mono) == at(100ms).mono);
  CHECK(m.wait(100ms).size() == 1);
}

TEST_CASE("a stop that is taken away again and again does not make a storm", "[bracket]") {
  Machine m{free_plan()};
  m.covered();
  m.ended(stop0, LegEnd::cancelled, Refusal::none, 10ms);
  CHECK(m.ended(target0, LegEnd::cancelled, Refusal::none, 10ms).size() == 1);
  m.stands(stop0, "1", 11ms);
  m.stands(target0, "1", 11ms);
  m.ended(stop0, LegEnd::cancelled, Refusal::none, 12ms);
  CHECK(m.ended(target0, LegEnd::cancelled, Refusal::none, 12ms).empty());
  CHECK(m.wait(1h).empty());
  CHECK(m.bracket.phase() == BracketPhase::hands_off);
}

TEST_CASE("what the venue says is too little to sell is dust, and the bracket ends",
          "[bracket][I3]") {
  Machine m{free_plan()};
  m.bought("0.06");
  m.ended(entry);
  m.stands(stop0, "0.06");
  m.stands(target0, "0.06");
  m.bracket.begin_close(BracketOutcome::closed, at(0s).mono);
  m.wait(0s);
  m.called_back(target0);
  REQUIRE(m.called_back(stop0).size() == 1);
  CHECK(m.ended(close0, LegEnd::rejected, Refusal::minimum).empty());
  CHECK(m.bracket.ended());
  CHECK(m.bracket.outcome(at(0s).mono).left == qty("0.06"));
}

TEST_CASE("retries of a sale slow down until something trades", "[bracket]") {
  Machine m{free_plan()};
  m.bought("1");
  m.ended(entry);
  m.ended(stop0, LegEnd::rejected, Refusal::would_trigger);
  m.ended(target0, LegEnd::rejected, Refusal::would_trigger);
  Duration now{};
  for (const Duration pause : {100ms, 200ms, 400ms, 800ms}) {
    m.ended(close0, LegEnd::expired, Refusal::none, now);
    CHECK(m.wait(now + pause - 1ms).empty());
    CHECK(m.wait(now + pause).size() == 1);
    now += pause;
  }
  m.sold(close0, "0.1", "89", now);
  m.ended(close0, LegEnd::expired, Refusal::none, now);
  CHECK(m.wait(now + 100ms).size() == 1);
}
