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
  SECTION("a short on spot") {
    s.side = Side::sell;
    CHECK(desk.reason(s, Origin::protect()) == Reason::no_short_on_spot);
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

TEST_CASE("of a derivative's position that is protected which no bracket owns", "[risk][protect]") {
  RiskDesk desk;
  desk.make_derivative();
  desk.start();
  auto& exposure = desk.risk->exposure();
  auto s = a_signal("p");
  CHECK(desk.reason(s, Origin::protect()) == Reason::insufficient_balance);
  exposure.set_external(main_account, btc_usdt, qty("-1.5"));
  CHECK(desk.reason(s, Origin::protect()) == Reason::opposite_open);
  exposure.set_external(main_account, btc_usdt, qty("1.5"));
  REQUIRE(desk.judge(s, Origin::protect()).plan);
  CHECK(exposure.external(main_account, btc_usdt) == qty("0.5"));
  s.id = SignalId{"q"};
  CHECK(desk.reason(s, Origin::protect()) == Reason::insufficient_balance);
  s.quantity = qty("0.5");
  CHECK(desk.reason(s, Origin::protect()) == Reason::none);
}

TEST_CASE("a short position is protected, too", "[risk][protect]") {
  RiskDesk desk;
  desk.make_derivative();
  desk.start();
  desk.risk->exposure().set_external(main_account, btc_usdt, Quantity{-1});
  auto s = a_signal("p");
  s.side = Side::sell;
  s.stop_loss = StopLoss{.price = Price{110}};
  s.take_profit.clear();
  REQUIRE(desk.judge(s, Origin::protect()).plan);
  CHECK(desk.risk->exposure().external(main_account, btc_usdt).is_zero());
}

TEST_CASE("nothing is opened against a position that is somebody else's", "[risk][ledger]") {
  RiskDesk desk;
  desk.make_derivative();
  desk.start();
  auto buy = a_signal("b");
  auto sell = a_signal("s");
  sell.side = Side::sell;
  sell.stop_loss = StopLoss{.price = Price{110}};
  sell.take_profit.clear();
  auto& exposure = desk.risk->exposure();
  exposure.set_external(main_account, btc_usdt, Quantity{-1});
  CHECK(desk.reason(buy) == Reason::opposite_open);
  exposure.set_external(main_account, btc_usdt, Quantity{1});
  CHECK(desk.reason(sell) == Reason::opposite_open);
  CHECK(desk.reason(buy) == Reason::none);
}

TEST_CASE("what nobody owns becomes a plan when it shall be closed", "[risk][ledger]") {
  RiskDesk desk;
  desk.make_derivative();
  desk.start();
  auto& exposure = desk.risk->exposure();
  CHECK(desk.risk->external_on(main_account).empty());
  CHECK(desk.risk->external_on(AccountName{"nobody"}).empty());
  exposure.set_external(main_account, btc_usdt, qty("-2.0005"));
  REQUIRE(desk.risk->external_on(main_account) == std::vector{btc_usdt});
  const auto plan = desk.risk->take_external(main_account, btc_usdt, SignalId{"f.1"}, desk.now);
  REQUIRE(plan);
  CHECK(plan->value().signal.side == Side::sell);
  CHECK(plan->value().quantity == Quantity{2});  // whole lots
  CHECK(plan->value().held_already);
  CHECK(plan->value().reference == Price{100});
  CHECK(exposure.open_brackets(main_account) == 1);
  CHECK(exposure.external(main_account, btc_usdt) == qty("-0.0005"));
  CHECK_FALSE(desk.risk->take_external(main_account, btc_usdt, SignalId{"f.2"}, desk.now));

  exposure.set_external(main_account, btc_usdt, Quantity{3});
  const auto longs = desk.risk->take_external(main_account, btc_usdt, SignalId{"f.3"}, desk.now);
  REQUIRE(longs);
  CHECK(longs->value().reference == price("99.99"));

  SECTION("in FLATTEN it is closed at once, in slices that the venue takes") {
    auto sliced = longs->value();
    sliced.instrument.market_quantity_max = Quantity{2};
    BracketBook book;
    BookOut out;
    book.set_policy(main_account, {});
    book.on_state(main_account, TradingState::flatten, at(0s), out);
    book.open(sliced, at(0s), out);
    REQUIRE(out.wishes.size() == 1);
    const auto& wish = out.wishes[0].wish;
    CHECK(wish.order_class == OrderClass::close);
    CHECK(wish.legs[0].side == Side::sell);
    CHECK(wish.legs[0].quantity == Quantity{2});
    CHECK(wish.legs[0].reduce_only);
  }
  SECTION("without a ticker, and where no tier fits, it is closed all the same") {
    RiskDesk blind;
    blind.make_derivative();
    blind.risk = std::make_unique<Risk>(Risk::Options{},
                                        std::vector<RiskAccount>{{main_account, blind.limits, {}}});
    blind.risk->on_instruments(main_account, std::vector{blind.instrument});
    blind.risk->exposure().set_external(main_account, btc_usdt, Quantity{1});
    CHECK(blind.risk->take_external(main_account, btc_usdt, SignalId{"f"}, blind.now));
  }
}
