// `release`: a bracket is handed over, with what it holds and without its orders.
#include "tests/rules/desk.hpp"
#include "tests/rules/machine.hpp"

using namespace signalbox;
using namespace signalbox::test;
using namespace std::chrono_literals;

namespace {

Wishes release(Machine& m, Duration when) {
  m.bracket.release();
  return m.wait(when);
}

}  // namespace

TEST_CASE("a released bracket takes its orders down and sells nothing", "[bracket][release]") {
  Machine m{free_plan()};
  m.covered();
  const auto wishes = release(m, 1s);
  REQUIRE(wishes.size() == 1);
  CHECK(gone(wishes[0], target0));  // the venue takes the stop with it
  m.called_back(target0, 1s);
  m.called_back(stop0, 1s);
  REQUIRE(m.bracket.ended());
  const auto outcome = m.bracket.outcome(at(1h).mono);
  CHECK(outcome.outcome == BracketOutcome::released);
  CHECK(outcome.left == Quantity{1});
  CHECK(outcome.uncovered_longest < 1s);  // what is handed over is not uncovered
}

TEST_CASE("an entry that still fills goes with the bracket that is released",
          "[bracket][release]") {
  Machine m{free_plan()};
  m.bought("0.4");
  m.stands(stop0, "0.4");
  m.stands(target0, "0.4");
  const auto wishes = release(m, 1s);
  CHECK(std::any_of(wishes.begin(), wishes.end(), [](const Wish& w) { return gone(w, entry); }));
  m.tell({.what = What::cancelling, .leg = entry}, 1s);
  m.bought("0.1", 1s);
  m.ended(entry, LegEnd::cancelled, Refusal::none, 1s);
  m.called_back(target0, 1s);
  CHECK_FALSE(m.bracket.ended());
  m.called_back(stop0, 1s);
  REQUIRE(m.bracket.ended());
  CHECK(m.bracket.held() == qty("0.5"));
}

TEST_CASE("a stop that fires while it is taken down has sold what it sold", "[bracket][release]") {
  Machine m{free_plan()};
  m.covered();
  release(m, 1s);
  m.sold(stop0, "1", "90", 1s);
  m.ended(stop0, LegEnd::filled, Refusal::none, 1s);
  m.ended(target0, LegEnd::expired, Refusal::none, 1s);
  REQUIRE(m.bracket.ended());
  CHECK(m.bracket.held() == Quantity{});
}

TEST_CASE("released, a bracket hears of no deadline, no market and no other command",
          "[bracket][release]") {
  auto plan = free_plan();
  plan.signal.trail = Trail{.offset = Price{5}, .activation = {}};
  Machine m{plan};
  m.covered();
  release(m, 1s);
  m.bracket.on_price(Price{200}, at(2s).mono, at(2s).mono);
  m.bracket.begin_close(BracketOutcome::closed, at(2s).mono);
  m.bracket.shed(qty("0.5"), at(2s).mono);
  const auto wishes = m.wait(1h);
  CHECK(std::none_of(wishes.begin(), wishes.end(),
                     [](const Wish& w) { return w.order_class == OrderClass::close; }));
  CHECK_FALSE(m.bracket.closing());
  CHECK(m.bracket.phase() == BracketPhase::closing);
}

TEST_CASE("a sale under way is let end before a bracket is handed over", "[bracket][release]") {
  Machine m{free_plan()};
  m.covered();
  m.bracket.begin_close(BracketOutcome::closed, at(1s).mono);
  m.wait(1s);
  m.called_back(target0, 1s);
  m.called_back(stop0, 1s);
  release(m, 1s);
  CHECK_FALSE(m.bracket.ended());
  m.sold(close0, "0.4", "99", 1s);
  m.ended(close0, LegEnd::expired, Refusal::none, 1s);
  REQUIRE(m.bracket.ended());
  CHECK(m.bracket.outcome(at(1s).mono).outcome == BracketOutcome::released);
  CHECK(m.bracket.held() == qty("0.6"));
}

TEST_CASE("a release in the middle of which the process dies is done after the restart",
          "[bracket][release][recovery]") {
  for (int after = 0; after <= 4; ++after) {
    INFO("killed " << after << " ms after the command");
    Desk::Options options;
    options.venue.fee = Decimal{0};
    Desk desk{options};
    desk.link(LinkState::ready);
    const auto plan = plan_for(a_signal("s"));
    desk.open(plan);
    desk.pass(100ms);
    CHECK(desk.release(plan.key));
    desk.pass(std::chrono::milliseconds{after});
    desk.restart();
    desk.pass(10s);
    CHECK(desk.outcomes[plan.key] == 1);
    CHECK(desk.venue.live().empty());
    CHECK(desk.venue.base() == Quantity{1});
    CHECK_FALSE(desk.release(plan.key));
  }
}
