// The rules of cover, one by one: how it grows, what it is sized by, and what follows when it is
// lost.
#include "tests/rules/desk.hpp"
#include "tests/rules/machine.hpp"

using namespace signalbox;
using namespace signalbox::test;
using namespace std::chrono_literals;

namespace {

constexpr LegId stop1{LegKind::stop, 1};

Plan stop_only() {
  auto plan = free_plan();
  plan.signal.take_profit.clear();
  return plan;
}
CoverPolicy with(DustPolicy dust) {
  CoverPolicy policy;
  policy.dust = dust;
  return policy;
}
/// So little filled that the venue would sell it to nobody, and the rest of the entry is gone.
struct Crumb : Machine {
  explicit Crumb(DustPolicy dust, const Plan& plan = stop_only()) : Machine(plan, with(dust)) {
    bought("0.01");
    last = ended(entry, LegEnd::cancelled);
  }
  Wishes last;
};

}  // namespace

TEST_CASE("a new part gets a stop of its own beside the first", "[bracket][cover][I1]") {
  Machine m{stop_only()};
  CHECK(m.bought("0.4")[0].legs[0].quantity == qty("0.4"));
  m.stands(stop0, "0.4");
  const auto added = m.bought("0.6");
  REQUIRE(added.size() == 1);
  CHECK(added[0].legs[0].leg == stop1);
  CHECK(added[0].legs[0].quantity == qty("0.6"));
  CHECK(m.bracket.covered() == qty("0.4"));
}

TEST_CASE("a rest too small for a stop of its own: a slice goes and comes back larger, at its time",
          "[bracket][cover][I1]") {
  Machine m{stop_only()};
  m.bought("0.98");
  m.stands(stop0, "0.98");
  m.bought("0.02", 100ms);  // 1.8 at the stop, and the venue sells for 5
  const auto down = m.ended(entry, LegEnd::filled, Refusal::none, 100ms);
  REQUIRE(down.size() == 1);
  CHECK(gone(down[0], stop0));
  const auto up = m.called_back(stop0, 150ms);
  REQUIRE(up.size() == 1);
  CHECK(up[0].legs[0].quantity == Quantity{1});
  m.stands(stop0, "1", 200ms);
  // Another crumb that comes late waits until half a second after the last time.
  CHECK(m.bought("0.02", 300ms).empty());
  CHECK(m.bracket.next_due(at(300ms).mono) == at(600ms).mono);
  const auto again = m.wait(600ms);
  REQUIRE(again.size() == 1);
  CHECK(gone(again[0], stop0));
}

TEST_CASE("where both may stand the larger stop goes up before the smaller one comes down",
          "[bracket][cover][I1]") {
  auto plan = free_plan(false);
  plan.signal.take_profit.clear();
  Machine m{plan};
  m.bought("0.98");
  m.stands(stop0, "0.98");
  m.bought("0.02", 100ms);
  const auto up = m.ended(entry, LegEnd::filled, Refusal::none, 100ms);
  REQUIRE(up.size() == 1);
  CHECK(up[0].legs[0].leg == stop1);
  CHECK(up[0].legs[0].quantity == Quantity{1});
  CHECK(m.bracket.covered() == qty("0.98"));
  SECTION("it stands") {
    const auto down = m.stands(stop1, "1", 150ms);
    REQUIRE(down.size() == 1);
    CHECK(gone(down[0], stop0));
    CHECK(m.called_back(stop0, 200ms).empty());
    CHECK(m.bracket.covered() == Quantity{1});
    // Another crumb that comes late waits until half a second after the last time.
    CHECK(m.bought("0.02", 300ms).empty());
    CHECK(m.bracket.next_due(at(300ms).mono) == at(600ms).mono);
    const auto again = m.wait(600ms);
    REQUIRE(again.size() == 1);
    CHECK(again[0].legs[0].quantity == qty("1.02"));
    CHECK(m.bracket.covered() == Quantity{1});
  }
  SECTION("it is refused: the smaller one stays until one is taken") {
    CHECK(m.ended(stop1, LegEnd::rejected, Refusal::rate_limited, 150ms).empty());
    CHECK(m.bracket.covered() == qty("0.98"));
    const auto again = m.wait(250ms);
    REQUIRE(again.size() == 1);
    CHECK(again[0].legs[0].quantity == Quantity{1});
  }
  SECTION("the smaller one fires meanwhile: the larger goes with what is left") {
    m.sold(stop0, "0.98", "90", 150ms);
    m.ended(stop0, LegEnd::filled, Refusal::none, 150ms);
    m.sold(stop1, "0.02", "90", 150ms);
    CHECK(gone(m.wishes.at(0), stop1));
  }
}

TEST_CASE("killed at any step of a stop's growth, all of it is under one stop again",
          "[bracket][cover][I1][recovery]") {
  for (int us = 0; us <= 9'000; us += 500) {
    INFO("killed " << us << " us after the last fill");
    Desk::Options options;
    options.pairs = false;
    options.venue.holds_balance = false;
    options.instrument.fee_in_base = false;
    options.venue.fee = Decimal{};
    Desk desk{options};
    desk.link(LinkState::ready);
    auto signal = a_limit_signal("s");
    signal.take_profit.clear();
    const auto plan = plan_for(signal, options.instrument, false);
    desk.open(plan);
    desk.pass(10ms);
    const auto bought = desk.venue.live().at(0);
    desk.trade(bought, qty("0.98"));
    desk.pass(100ms);
    CHECK(desk.book.find(plan.key)->covered() == qty("0.98"));
    desk.trade(bought, qty("0.02"));
    desk.pass(std::chrono::microseconds{us});
    desk.restart();
    desk.pass(5s);
    CHECK(desk.venue.wrongs() == std::vector<std::string>{});
    CHECK(desk.book.find(plan.key)->held() == Quantity{1});
    CHECK(desk.book.find(plan.key)->covered() == Quantity{1});
    Quantity standing;
    for (const auto number : desk.venue.live()) standing += desk.venue.orders()[number].rest();
    CHECK(standing == Quantity{1});  // and nothing of the smaller one
  }
}

TEST_CASE("more pairs than the venue takes: the stop goes alone at once, its target is watched",
          "[bracket][cover][I1]") {
  Machine m{free_plan()};
  m.bought("1");
  m.ended(entry);
  m.ended(target0, LegEnd::rejected, Refusal::too_many_orders, 10ms);
  const auto alone = m.ended(stop0, LegEnd::rejected, Refusal::too_many_orders, 10ms);
  REQUIRE(alone.size() == 1);
  CHECK(alone[0].linkage == Linkage::single);
  CHECK(alone[0].legs[0].leg.kind == LegKind::stop);
  CHECK(m.bracket.watches());
  SECTION("it is taken") {
    m.stands(stop0, "1", 20ms);
    CHECK(m.bracket.covered() == Quantity{1});
    CHECK(gone(m.sees("120", 1s).at(0), stop0));
  }
  SECTION("not even that: tried again at its time") {
    CHECK(m.ended(stop0, LegEnd::rejected, Refusal::too_many_orders, 20ms).empty());
    CHECK(m.wait(20ms + CoverPolicy{}.retry_every).size() == 1);
  }
}

TEST_CASE("what a fee takes from the base is not covered, known or not", "[bracket][cover]") {
  const bool told = GENERATE(true, false);
  INFO((told ? "the venue tells the fee" : "the worst is assumed"));
  Desk::Options options;
  options.venue.tells_fees = told;
  Desk desk{options};
  desk.link(LinkState::ready);
  auto signal = a_signal("s");
  signal.quantity = qty("0.4");
  const auto plan = plan_for(signal);
  desk.open(plan);
  desk.pass(100ms);
  // 0.4 less a thousandth, down to the lot.
  CHECK(desk.book.find(plan.key)->held() == qty("0.3996"));
  CHECK(desk.book.find(plan.key)->covered() == qty("0.399"));
  CHECK(desk.venue.wrongs() == std::vector<std::string>{});
}

TEST_CASE("a stop that has fired and does not fill protects nothing any more",
          "[bracket][cover][I1]") {
  auto plan = stop_only();
  plan.signal.stop_loss->limit_offset = Price{1};
  Machine m{plan};
  m.bought("1");
  m.ended(entry);
  m.stands(stop0, "1");
  m.tell({.what = What::triggered, .leg = stop0}, 1s);
  CHECK(m.bracket.next_due(at(1s).mono) == at(2s).mono);
  CHECK(m.wait(1900ms).empty());
  const auto left = m.wait(2s);  // the market has jumped over its limit
  REQUIRE(left.size() == 1);
  CHECK(gone(left[0], stop0));
  const auto sale = m.called_back(stop0, 2s);
  REQUIRE(sale.size() == 1);
  CHECK(sale[0].legs[0].kind == OrderKind::market);
}

TEST_CASE("a target partly filled, and the venue drops the stop: the rest is covered anew",
          "[bracket][cover][I1]") {
  Machine m{free_plan()};
  m.covered();
  m.sold(target0, "0.4", "120", 1s);
  const auto down = m.ended(stop0, LegEnd::expired, Refusal::none, 1s);
  REQUIRE(down.size() == 1);
  CHECK(gone(down[0], target0));
  const auto up = m.called_back(target0, 1010ms);
  REQUIRE(up.size() == 1);
  CHECK(up[0].linkage == Linkage::one_cancels_other);
  CHECK(up[0].legs[0].quantity == qty("0.6"));
  CHECK(m.bracket.longest_uncovered(at(1020ms).mono) == 20ms);
}

TEST_CASE("exits that the venue took out so that we do not trade with ourselves come back",
          "[bracket][cover][I1]") {
  Machine m{free_plan()};
  m.covered();
  m.ended(target0, LegEnd::expired, Refusal::none, 1s);
  const auto up = m.ended(stop0, LegEnd::expired, Refusal::none, 1s);
  REQUIRE(up.size() == 1);
  CHECK(up[0].legs.size() == 2);
  CHECK(up[0].legs[0].quantity == Quantity{1});
}

TEST_CASE("dust: the bracket ends and leaves it", "[bracket][dust]") {
  Crumb m{DustPolicy::hold_as_dust};
  CHECK(m.last.empty());
  CHECK(m.bracket.ended());
  CHECK(m.bracket.outcome(at(1s).mono).outcome == BracketOutcome::dust);
  CHECK(m.bracket.outcome(at(1s).mono).left == qty("0.01"));
}

TEST_CASE("dust: the bracket waits until it is worth an order, or is closed", "[bracket][dust]") {
  Crumb m{DustPolicy::wait};
  CHECK(m.last.empty());
  CHECK_FALSE(m.bracket.ended());
  CHECK_FALSE(m.bracket.next_due(at(1s).mono));
  CHECK(m.bracket.longest_uncovered(at(1h).mono) == 0ms);  // outside the promise
  SECTION("its stop moves up") {
    m.bracket.amend(Price{600}, {});
    const auto up = m.wait(1s);
    REQUIRE(up.size() == 1);
    CHECK(up[0].legs[0].quantity == qty("0.01"));
  }
  SECTION("somebody closes it") {
    m.bracket.begin_close(BracketOutcome::closed, at(1s).mono);
    m.wait(1s);
    CHECK(m.bracket.ended());
  }
}

TEST_CASE("dust: it is bought up to what the venue sells, once, within what was approved",
          "[bracket][dust][I2]") {
  SECTION("and covered") {
    Crumb m{DustPolicy::complete};
    REQUIRE(m.last.size() == 1);
    CHECK(m.last[0].order_class == OrderClass::entry);
    CHECK(m.last[0].legs[0].kind == OrderKind::market);
    CHECK(m.last[0].legs[0].quantity == qty("0.056"));  // 5 / 90, a fee on it, up to the lot
    CHECK_FALSE(m.bracket.ended());
    m.tell({.what = What::sent, .leg = entry, .quantity = qty("0.056")});
    const auto up = m.bought("0.056");
    REQUIRE(up.size() == 1);
    CHECK(up[0].legs[0].quantity == qty("0.066"));
    CHECK(m.ended(entry).empty());
    SECTION("only once") {
      m.sold(stop0, "0.06", "90");
      m.ended(stop0, LegEnd::expired);
      CHECK(m.wait(1s).empty());
    }
  }
  SECTION("more than was approved would be too much") {
    auto plan = stop_only();
    plan.quantity = qty("0.06");
    Crumb m{DustPolicy::complete, plan};
    CHECK(m.last.empty());
    CHECK(m.bracket.ended());
  }
  SECTION("not while entries are unwanted") {
    Machine m{stop_only(), with(DustPolicy::complete)};
    m.bought("0.01");
    m.bracket.drop_entry();
    CHECK(m.ended(entry, LegEnd::cancelled).empty());
    CHECK(m.bracket.ended());
  }
  SECTION("not of what was there already") {
    auto plan = stop_only();
    plan.held_already = true;
    plan.quantity = qty("0.01");
    Machine m{plan, with(DustPolicy::complete)};
    CHECK(m.wait(1s).empty());
  }
  SECTION("and a restart knows that it was done") {
    Crumb before{DustPolicy::complete};
    Bracket again{stop_only(), with(DustPolicy::complete)};
    again.pause();
    const auto told = [&](LegEvent event) { again.apply(event, at(1s).mono); };
    told({.what = What::sent, .leg = entry, .quantity = Quantity{1}});
    told({.what = What::filled,
          .leg = entry,
          .side = Side::buy,
          .quantity = qty("0.01"),
          .price = Price{100}});
    told({.what = What::ended, .leg = entry, .end = LegEnd::cancelled});
    told({.what = What::sent, .leg = entry, .quantity = qty("0.056")});
    told({.what = What::ended, .leg = entry, .end = LegEnd::absent});
    again.resume(at(2s).mono);
    Wishes wishes;
    again.decide(at(2s).mono, wishes);
    CHECK(wishes.empty());
    CHECK(again.ended());
  }
}

TEST_CASE("what is stranded turns entries off on its account, and pages once",
          "[book][stranded][I1]") {
  BracketBook book;
  BookOut out;
  const auto plan = stop_only();
  book.open(plan, at(0s), out);
  const auto tell = [&](const LegEvent& event, Duration when) {
    book.told(plan.key, event, at(when), out);
  };
  tell({.what = What::filled,
        .leg = entry,
        .side = Side::buy,
        .quantity = Quantity{1},
        .price = Price{100}},
       0s);
  tell({.what = What::ended, .leg = entry}, 0s);
  book.close(plan.key, BracketOutcome::closed, at(0s), out);
  CHECK(out.entries_off.empty());
  out.clear();
  book.on_time(at(2s), out);
  CHECK(out.entries_off == std::vector{main_account});
  CHECK(out.pages.size() == 1);
  out.clear();
  tell({.what = What::ended, .leg = stop0, .end = LegEnd::rejected, .refusal = Refusal::banned},
       3s);
  book.on_time(at(10s), out);
  CHECK(out.entries_off.empty());
  CHECK(out.pages.empty());
}
