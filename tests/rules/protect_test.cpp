// `protect`: stop and target on what is there already.
#include "tests/rules/machine.hpp"
#include "tests/rules/risk_desk.hpp"

using namespace signalbox;
using namespace signalbox::test;
using namespace std::chrono_literals;

namespace {

Plan held_plan(bool pairs = true) {
  auto plan = free_plan(pairs);
  plan.held_already = true;
  return plan;
}

bool places_stop(const Wishes& wishes, std::string_view quantity) {
  return std::any_of(wishes.begin(), wishes.end(), [&](const Wish& w) {
    return w.legs[0].leg == stop0 && w.legs[0].quantity == qty(quantity);
  });
}

}  // namespace

TEST_CASE("free inventory can be protected, and nothing that a bracket holds", "[risk][protect]") {
  RiskDesk desk;  // has three BTC
  auto s = a_signal("p");
  s.confidence.reset();
  s.quantity = Quantity{3};
  const auto decision = desk.judge(s, Origin::protect());
  REQUIRE(decision.plan);
  CHECK(decision.plan->value().held_already);
  CHECK_FALSE(decision.plan->value().unprotected_by_request);
  CHECK(decision.verdict.tier == Tier::resting);
  // At once: not only when the bracket has told what it holds.
  auto again = s;
  again.id = SignalId{"q"};
  again.quantity = qty("0.1");
  CHECK(desk.reason(again, Origin::protect()) == Reason::insufficient_balance);
  // It costs nothing, and it is no entry.
  CHECK(desk.risk->exposure().available(main_account, Asset{"USDT"}) == Quantity{1'000'000});
  CHECK(desk.risk->exposure().entries_within(main_account, 1min, desk.now.mono) == 0);
}

TEST_CASE("protection of what is there is held up by nothing that stops entries",
          "[risk][protect][I8]") {
  RiskDesk desk;
  desk.limits.max_order_notional = worth("1");
  desk.limits.max_daily_loss = worth("1");
  desk.limits.max_open_brackets = 0;
  desk.start();
  desk.risk->exposure().restore_realised(main_account, Decimal{-100}, desk.now.wall);
  desk.risk->set_state(main_account, TradingState::halted);
  desk.risk->set_frozen(main_account, btc_usdt, true);
  auto s = a_signal("p");
  CHECK(desk.reason(s, Origin::protect()) == Reason::none);
}

TEST_CASE("what cannot be protected is refused", "[risk][protect]") {
  RiskDesk desk;
  auto s = a_signal("p");
  SECTION("a stop that would fire at once") {
    s.stop_loss = StopLoss{.price = Price{100}};
    CHECK(desk.reason(s, Origin::protect()) == Reason::wrong_side_stop);
  }
  SECTION("too little for a stop; the venue's minimum of an entry does not matter") {
    s.quantity = qty("0.05");
    CHECK(desk.reason(s, Origin::protect()) == Reason::below_minimum);
    s.quantity = qty("0.056");  // no fee is cut off
    CHECK(desk.reason(s, Origin::protect()) == Reason::none);
  }
  SECTION("a short on spot, and a position of a derivative") {
    s.side = Side::sell;
    CHECK(desk.reason(s, Origin::protect()) == Reason::no_short_on_spot);
    desk.risk.reset();
    desk.instrument.kind = MarketKind::linear;
    CHECK(desk.reason(s, Origin::protect()) == Reason::unsupported);
  }
  SECTION("nothing is known of the account") {
    desk.start();
    desk.risk->on_link(main_account, LinkState::connecting);
    CHECK(desk.reason(s, Origin::protect()) == Reason::account_not_ready);
  }
}

TEST_CASE("an order and a protection under one id are not the same", "[risk][protect]") {
  RiskDesk desk;
  desk.start();
  const auto s = a_signal("p");
  desk.risk->remember(s, Origin::protect(), {}, desk.now);
  CHECK(desk.risk->known(s, Origin::protect()) == Risk::Known::repeated);
  CHECK(desk.risk->known(s, true) == Risk::Known::id_reused);
}

TEST_CASE("what is there is covered without an entry", "[bracket][protect][I1]") {
  Machine m{held_plan()};
  CHECK(m.wishes.empty());
  CHECK(places_stop(m.wait(0s), "1"));
  m.stands(stop0, "1", 5ms);
  m.stands(target0, "1", 5ms);
  CHECK(m.bracket.phase() == BracketPhase::open);
  CHECK(m.bracket.covered() == Quantity{1});

  m.sold(target0, "1", "120", 1s);
  m.ended(target0, LegEnd::filled, Refusal::none, 1s);
  m.ended(stop0, LegEnd::expired, Refusal::none, 1s);
  REQUIRE(m.bracket.ended());
  const auto outcome = m.bracket.outcome(at(1s).mono);
  CHECK(outcome.outcome == BracketOutcome::target_hit);
  CHECK(outcome.entry_price == Price{100});  // the market when it was asked for
  CHECK(outcome.profit == Decimal{20});
}

TEST_CASE("what never stood under a stop is given back, not sold", "[bracket][protect]") {
  Machine m{held_plan()};
  m.wait(0s);
  SECTION("no stop in time") {
    m.ended(stop0, LegEnd::rejected, Refusal::rate_limited, 10ms);
    m.ended(target0, LegEnd::rejected, Refusal::rate_limited, 10ms);
    m.wait(1s);
  }
  SECTION("no stop at all") {
    m.ended(stop0, LegEnd::rejected, Refusal::invalid, 10ms);
    m.ended(target0, LegEnd::rejected, Refusal::invalid, 10ms);
    m.wait(10ms);
    m.ended(stop0, LegEnd::rejected, Refusal::invalid, 20ms);
  }
  CHECK(m.bracket.ended());
  CHECK(m.bracket.held() == Quantity{1});
  CHECK(m.bracket.outcome(at(1s).mono).outcome == BracketOutcome::cover_failed);
}

TEST_CASE("what once stood under a stop is a bracket like any other", "[bracket][protect][I1]") {
  Machine m{held_plan()};
  m.wait(0s);
  m.stands(stop0, "1", 5ms);
  m.stands(target0, "1", 5ms);
  m.ended(target0, LegEnd::cancelled, Refusal::none, 1s);
  m.ended(stop0, LegEnd::cancelled, Refusal::none, 1s);
  m.ended(stop0, LegEnd::rejected, Refusal::rate_limited, 1s + 10ms);
  m.wait(2s + 20ms);
  CHECK(m.bracket.closing());
}
