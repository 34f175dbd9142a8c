// `place_order` with take_profit and no stop: refused, unless the account allows it. Then the
// target stands for what has filled, and nothing protects it.
#include "tests/rules/machine.hpp"
#include "tests/rules/risk_desk.hpp"

using namespace signalbox;
using namespace signalbox::test;
using namespace std::chrono_literals;

namespace {

Signal target_only() {
  auto s = a_signal("s");
  s.stop_loss.reset();
  return s;
}
Plan alone_plan() {
  Plan plan = free_plan();
  plan.signal.stop_loss.reset();
  plan.unprotected_by_request = true;
  plan.facts = {};
  plan.facts.exits_hold_balance = true;
  return plan;
}
struct Alone : Machine {
  Alone() : Machine(alone_plan()) {
    leg = wishes.at(0).legs[0].leg;
    fill("1");
    tell({.what = What::ended, .leg = leg});
    stands(target0, "1");
  }
  Wishes fill(std::string_view quantity) {
    return tell({.what = What::filled,
                 .leg = leg,
                 .side = Side::buy,
                 .quantity = qty(quantity),
                 .price = Price{100}});
  }
  LegId leg;
};

}  // namespace

TEST_CASE("a target alone is refused unless the account allows it", "[risk][targets]") {
  CHECK(RiskDesk{}.reason(target_only(), true) == Reason::stop_required);
  RiskDesk desk;
  desk.limits.allow_unprotected_target = true;
  SECTION("by place_order") {
    const auto decision = desk.judge(target_only(), true);
    REQUIRE(decision.verdict.approved);
    CHECK(decision.plan->value().unprotected_by_request);
    CHECK_FALSE(decision.verdict.tier);
    CHECK(desk.risk->exposure().open_brackets(main_account) == 1);
  }
  SECTION("not by a signal") { CHECK(desk.reason(target_only()) == Reason::stop_required); }
  SECTION("the target is checked like any other") {
    auto s = target_only();
    s.take_profit[0].price = Price{99};
    CHECK(desk.reason(s, true) == Reason::wrong_side_target);
    s.take_profit[0].price = Price{1000};
    CHECK(desk.reason(s, true) == Reason::outside_price_band);
    s.take_profit[0] = TakeProfit{};
    CHECK(desk.reason(s, true) == Reason::bad_field);
    s = target_only();
    s.take_profit = {TakeProfit{.price = Price{110}, .fraction = num("0.99")},
                     TakeProfit{.price = Price{120}, .fraction = num("0.01")}};
    CHECK(desk.reason(s, true) == Reason::below_minimum);
  }
  SECTION("nothing is sold short for it on spot") {
    auto s = target_only();
    s.side = Side::sell;
    s.take_profit[0].price = Price{80};
    CHECK(desk.reason(s, true) == Reason::no_short_on_spot);
  }
}

TEST_CASE("the target stands for what has filled, and no stop is asked for", "[bracket][targets]") {
  Machine m{alone_plan()};
  const LegId leg = m.wishes.at(0).legs[0].leg;
  const auto up = m.tell({.what = What::filled,
                          .leg = leg,
                          .side = Side::buy,
                          .quantity = qty("0.4"),
                          .price = Price{100}});
  REQUIRE(up.size() == 1);
  CHECK(up[0].legs.size() == 1);
  CHECK(up[0].legs[0].leg == target0);
  CHECK(up[0].legs[0].quantity == qty("0.4"));
  CHECK(up[0].legs[0].price == Price{120});
  CHECK_FALSE(m.bracket.watches());
  CHECK(m.wait(1min).empty());  // nobody promised cover
}

TEST_CASE("a target alone is hit, closed, moved, or given up", "[bracket][targets]") {
  Alone m;
  SECTION("hit") {
    m.sold(target0, "1", "120", 1s);
    m.ended(target0, LegEnd::filled, Refusal::none, 1s);
    CHECK(m.bracket.ended());
    CHECK(m.bracket.outcome(at(2s).mono).outcome == BracketOutcome::target_hit);
    CHECK(m.bracket.outcome(at(2s).mono).profit == Decimal{20});
  }
  SECTION("closed by command") {
    m.bracket.begin_close(BracketOutcome::closed, at(1s).mono);
    const auto down = m.wait(1s);
    REQUIRE(down.size() == 1);
    CHECK(gone(down[0], target0));
    const auto sale = m.called_back(target0, 1s);
    REQUIRE(sale.size() == 1);
    CHECK(sale[0].order_class == OrderClass::close);
  }
  SECTION("moved") {
    const std::array to{Price{130}};
    m.bracket.amend({}, to);
    const auto down = m.wait(1s);
    REQUIRE(down.size() == 1);
    CHECK(gone(down[0], target0));
    const auto up = m.called_back(target0, 1s);
    REQUIRE(up.size() == 1);
    CHECK(up[0].legs[0].price == Price{130});
  }
  SECTION("taken away, it comes back") {
    const auto up = m.ended(target0, LegEnd::cancelled, Refusal::none, 1s);
    REQUIRE(up.size() == 1);
    CHECK(up[0].legs[0].leg == target0);
  }
  SECTION("refused for a passing reason, it is tried again") {
    CHECK(m.ended(target0, LegEnd::rejected, Refusal::rate_limited, 1s).empty());
    CHECK(m.wait(1100ms).size() == 1);
  }
  SECTION("refused for good: what is held is nobody's business") {
    CHECK(m.ended(target0, LegEnd::rejected, Refusal::unsupported, 1s).empty());
    CHECK(m.bracket.ended());
    CHECK(m.bracket.outcome(at(2s).mono).outcome == BracketOutcome::unprotected);
  }
}
