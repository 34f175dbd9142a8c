// Exits on spot where the venue has less than a bracket holds: another order has it, or somebody
// took it away. What is there is protected, the rest is told.
#include "tests/rules/desk.hpp"
#include "tests/rules/machine.hpp"

using namespace signalbox;
using namespace signalbox::test;
using namespace std::chrono_literals;

namespace {

const LegId stop1{LegKind::stop, 1};

Quantity wished_for(const Wishes& wishes, LegKind kind) {
  Quantity sum;
  for (const auto& wish : wishes)
    if (wish.legs[0].leg.kind == kind) sum += wish.legs[0].quantity;
  return sum;
}

LegEvent free_base(std::string_view quantity) {
  return {.what = What::funds, .leg = stop0, .quantity = qty(quantity)};
}

void refused(Machine& m, std::uint8_t slot, Duration when = {}) {
  m.ended({LegKind::target, slot}, LegEnd::rejected, Refusal::insufficient_funds, when);
  m.ended({LegKind::stop, slot}, LegEnd::rejected, Refusal::insufficient_funds, when);
}

/// One is held, its pair was refused for want of funds.
Machine lacking_funds() {
  Machine m{free_plan()};
  m.bought("1");
  m.ended(entry);
  refused(m, 0);
  return m;
}

Quantity stops_at(const NaiveVenue& venue) {
  Quantity sum;
  for (const auto number : venue.live())
    if (venue.orders()[number].leg.kind == LegKind::stop) sum += venue.orders()[number].rest();
  return sum;
}

}  // namespace

SCENARIO("a stop stands for what the venue has, and the rest is stranded", "[bracket][I1]") {
  auto m = lacking_funds();

  GIVEN("less is free than is held") {
    CHECK(wished_for(m.tell(free_base("0.4005"), 5ms), LegKind::stop) == qty("0.4"));
    m.stands(stop0, "0.4", 10ms);
    CHECK(wished_for(m.stands(target0, "0.4", 10ms), LegKind::stop).is_zero());

    THEN("the rest is asked for again after a pause, not before") {
      const auto again = m.bracket.next_due(at(10ms).mono);
      REQUIRE(again);
      CHECK(*again <= at(200ms).mono);
      CHECK(wished_for(m.wait(90ms), LegKind::stop).is_zero());
      CHECK(wished_for(m.wait(*again - at({}).mono), LegKind::stop) == qty("0.6"));
    }
    WHEN("the time to cover is over") {
      refused(m, 1, 100ms);
      m.tell(free_base("0"), 105ms);
      const auto wishes = m.wait(1001ms);
      THEN("it is stranded, and what is covered stays under its stop") {
        CHECK(m.bracket.phase() == BracketPhase::stranded);
        CHECK_FALSE(m.bracket.closing());
        CHECK(m.bracket.covered() == qty("0.4"));
        for (const auto& wish : wishes) CHECK_FALSE(gone(wish, stop0));
        CHECK(wished_for(wishes, LegKind::close).is_zero());
      }
      WHEN("what was lacking comes back") {
        m.stands(stop1, "0.6", 7s + 5ms);
        CHECK(m.bracket.phase() == BracketPhase::open);
        CHECK(m.bracket.covered() == qty("1"));
      }
      WHEN("it is not there the next time either") {
        m.wait(2s);
        refused(m, 1, 2s + 5ms);
        m.tell(free_base("0"), 2s + 10ms);
        THEN("it is asked for on schedule") {
          CHECK(wished_for(m.wait(6s), LegKind::stop).is_zero());
          CHECK(wished_for(m.wait(7s + 10ms), LegKind::stop) == qty("0.6"));
        }
      }
    }
    WHEN("the part that is covered is sold by its stop") {
      m.sold(stop0, "0.4", "90", 50ms);
      m.ended(stop0, LegEnd::filled, Refusal::none, 50ms);
      CHECK(wished_for(m.ended(target0, LegEnd::cancelled, Refusal::none, 50ms), LegKind::stop)
                .is_zero());
      CHECK(m.bracket.held() == qty("0.6"));
    }
  }
  GIVEN("all of it is free: the refusal was overtaken") {
    m.tell(free_base("1"), 5ms);
    CHECK(m.wait(50ms).empty());  // the pause goes on
    CHECK(wished_for(m.wait(101ms), LegKind::stop) == qty("1"));
  }
  GIVEN("nothing that could be sold is there") {
    m.tell(free_base("0.0001"), 5ms);
    CHECK(m.wishes.empty());
    m.wait(1001ms);
    CHECK(m.bracket.closing());  // nothing stands: as any other cover that failed
  }
}

SCENARIO("a close sells what the venue has", "[bracket]") {
  Machine m{free_plan()};
  m.covered();
  m.bracket.begin_close(BracketOutcome::closed, at(1s).mono);
  m.wait(1s);
  m.called_back(target0, 1s);
  m.called_back(stop0, 1s);
  CHECK(m.ended(close0, LegEnd::rejected, Refusal::insufficient_funds, 1s).empty());
  CHECK(wished_for(m.tell({.what = What::funds, .leg = close0, .quantity = qty("0.7")}, 1s),
                   LegKind::close) == qty("0.7"));
  m.sold(close0, "0.7", "100", 1s);
  CHECK(wished_for(m.ended(close0, LegEnd::filled, Refusal::none, 1s), LegKind::close).is_zero());
  CHECK(wished_for(m.wait(2s), LegKind::close) == qty("0.3"));
  m.wait(4s);
  CHECK(m.bracket.phase() == BracketPhase::stranded);
}

TEST_CASE("what bought more was not there when the balance was told", "[bracket]") {
  Machine m{free_plan()};
  m.bought("0.5");
  refused(m, 0);
  m.tell(free_base("0.2"), 5ms);
  CHECK(wished_for(m.bought("0.5", 10ms), LegKind::stop) == qty("0.8"));
}

SCENARIO("hands outside hold a part of what a bracket holds", "[bracket][recovery]") {
  Desk desk{{}};
  desk.link(LinkState::ready);
  desk.venue.hold_outside(qty("0.3"));
  auto signal = a_signal("s");
  desk.open(plan_for(signal));
  desk.pass(500ms);  // the entry has filled
  const Bracket& bracket = *desk.book.find(desk.plans[0].key);
  CHECK(stops_at(desk.venue) == qty("0.699"));  // the fee was paid in base
  CHECK(desk.pages.empty());
  desk.pass(2s);
  CHECK(bracket.phase() == BracketPhase::stranded);
  CHECK(stops_at(desk.venue) == qty("0.699"));
  REQUIRE(desk.pages.size() == 1);
  CHECK(desk.pages[0].view().find("0.699 of 0.999") != std::string_view::npos);

  WHEN("they let it go") {
    desk.venue.hold_outside({});
    desk.pass(6s);
    CHECK(stops_at(desk.venue) == qty("0.999"));
    CHECK(bracket.phase() == BracketPhase::open);
  }
  WHEN("the process dies") {
    desk.restart();
    desk.pass(3s);
    CHECK(stops_at(desk.venue) == qty("0.699"));
    CHECK(desk.book.find(desk.plans[0].key)->phase() == BracketPhase::stranded);
  }
  WHEN("it is closed") {
    desk.close(desk.plans[0].key);
    desk.pass(100ms);
    for (const auto number : desk.venue.live()) {
      CHECK(desk.venue.orders()[number].spec.quantity == qty("0.699"));
      desk.trade(number, qty("0.699"));
    }
    desk.pass(1s);
    CHECK(bracket.held() == qty("0.3"));
  }
  CHECK(desk.venue.wrongs().empty());
}
