// Where a resting exit holds the balance and no order is two exits in one, the stop rests and the
// engine watches the target: stop away, sold at once, and the stop up again on what is left.
#include "tests/rules/desk.hpp"
#include "tests/rules/machine.hpp"

using namespace signalbox;
using namespace signalbox::test;
using namespace std::chrono_literals;

namespace {

Plan watched_plan() {
  Plan plan = free_plan();
  plan.facts.both_legs = plan.facts.pairs = false;
  return plan;
}

/// One lot bought and under its stop, the target at 120.
struct Watched : Machine {
  explicit Watched(Plan plan = watched_plan()) : Machine(std::move(plan)) {
    bought("1");
    ended(entry);
    stands(stop0, "1");
  }
  /// The market reaches the target, and the stop is called back.
  Wishes touched(Duration when = {}) {
    const auto away = sees("120", when);
    tell({.what = What::cancelling, .leg = stop0}, when);
    return away;
  }
  Wishes stop_is_gone(Duration when = {}) {
    return ended(stop0, LegEnd::cancelled, Refusal::none, when);
  }
};

bool sells_at_once(const Wish& wish, std::string_view quantity) {
  const auto& leg = wish.legs[0];
  return wish.legs.size() == 1 && leg.leg.kind == LegKind::target &&
         leg.time_in_force == TimeInForce::ioc && leg.kind == OrderKind::limit &&
         leg.price == Price{120} && leg.side == Side::sell && leg.quantity == qty(quantity);
}
bool is_stop(const Wish& wish, std::string_view quantity) {
  const auto& leg = wish.legs[0];
  return wish.legs.size() == 1 && leg.leg.kind == LegKind::stop && leg.quantity == qty(quantity) &&
         leg.trigger_price == Price{90};
}

}  // namespace

TEST_CASE("the stop goes up alone, and the market is watched for the target", "[bracket][watch]") {
  Machine m{watched_plan()};
  const auto up = m.bought("1");
  REQUIRE(up.size() == 1);
  CHECK(is_stop(up[0], "1"));
  CHECK(m.bracket.watches());
  CHECK(m.bracket.tier() == Tier::resting);
  CHECK(m.sees("120").empty());  // not before the stop stands: it could not be taken away
}

TEST_CASE("at the target the stop goes, what it held is sold, and that is all",
          "[bracket][watch][I4]") {
  Watched m;
  CHECK(m.sees("119.99").empty());
  const auto away = m.touched(1s);
  REQUIRE(away.size() == 1);
  CHECK(gone(away[0], stop0));
  CHECK(m.bracket.covered().is_zero());
  CHECK(m.sees("121", 1s).empty());  // the venue has not said so yet
  const auto sale = m.stop_is_gone(1050ms);
  REQUIRE(sale.size() == 1);
  CHECK(sells_at_once(sale[0], "1"));
  CHECK(m.wait(1060ms).empty());
  m.sold(target0, "1", "120.5", 1100ms);
  CHECK(m.ended(target0, LegEnd::filled, Refusal::none, 1100ms).empty());
  CHECK(m.bracket.ended());
  CHECK(m.bracket.outcome(at(2s).mono).outcome == BracketOutcome::target_hit);
  CHECK(m.bracket.longest_uncovered(at(2s).mono) == 100ms);
}

TEST_CASE("a market that turns back in the middle gets its stop back, not a sale",
          "[bracket][watch][I1]") {
  Watched m;
  m.touched(1s);
  CHECK(m.sees("119", 1020ms).empty());
  const auto again = m.stop_is_gone(1050ms);
  REQUIRE(again.size() == 1);
  CHECK(is_stop(again[0], "1"));
  m.stands(stop0, "1", 1100ms);
  CHECK(m.bracket.covered() == Quantity{1});

  SECTION("and is not chased at once") {
    CHECK(m.sees("120", 1200ms).empty());
    CHECK(m.bracket.next_due(at(1200ms).mono) == at(1500ms).mono);
    const auto away = m.wait(1500ms);
    REQUIRE(away.size() == 1);
    CHECK(gone(away[0], stop0));
    // The second time without a sale it waits longer.
    m.tell({.what = What::cancelling, .leg = stop0}, 1500ms);
    m.sees("119", 1510ms);
    m.stop_is_gone(1550ms);
    m.stands(stop0, "1", 1600ms);
    CHECK(m.sees("120", 2400ms).empty());
    CHECK(m.sees("120", 2500ms).size() == 1);
  }
}

TEST_CASE("part of it sold: the stop goes up again on the rest", "[bracket][watch][I1]") {
  Watched m;
  m.touched(1s);
  m.stop_is_gone(1050ms);
  CHECK(m.sold(target0, "0.4", "120", 1100ms).empty());  // the rest of the order has not gone yet
  const auto again = m.ended(target0, LegEnd::expired, Refusal::none, 1100ms);
  REQUIRE(again.size() == 1);
  CHECK(is_stop(again[0], "0.6"));
  m.stands(stop0, "0.6", 1150ms);
  CHECK(m.bracket.covered() == qty("0.6"));
  CHECK(m.wait(1500ms).size() == 1);  // the market is still there: the rest is tried
}

TEST_CASE("the stop that fills instead of going is the end of it", "[bracket][watch][I4]") {
  Watched m;
  m.touched(1s);
  SECTION("wholly") {
    m.sold(stop0, "1", "90", 1040ms);
    CHECK(m.ended(stop0, LegEnd::filled, Refusal::none, 1050ms).empty());
    CHECK(m.bracket.ended());
    CHECK(m.bracket.outcome(at(2s).mono).outcome == BracketOutcome::stopped);
  }
  SECTION("partly: only what is left is sold") {
    m.sold(stop0, "0.25", "90", 1040ms);
    const auto sale = m.stop_is_gone(1050ms);
    REQUIRE(sale.size() == 1);
    CHECK(sells_at_once(sale[0], "0.75"));
  }
  SECTION("after it was said to be gone: what was sold twice is bought back") {
    m.stop_is_gone(1050ms);
    m.sold(target0, "1", "120", 1100ms);
    m.ended(target0, LegEnd::filled, Refusal::none, 1100ms);
    const auto back = m.tell({.what = What::filled,
                              .leg = stop0,
                              .side = Side::sell,
                              .late = true,
                              .quantity = qty("0.5"),
                              .price = Price{90}},
                             1200ms);
    REQUIRE(back.size() == 1);
    CHECK(back[0].legs[0].side == Side::buy);
    CHECK(back[0].legs[0].quantity == qty("0.5"));
  }
}

TEST_CASE("nobody knows whether the stop is gone: nothing is sold on top of it",
          "[bracket][watch][I1][I4]") {
  Watched m;
  m.touched(1s);
  CHECK(m.tell({.what = What::unknown, .leg = stop0}, 1100ms).empty());
  SECTION("and too late the stop goes up again instead of a sale") {
    const auto again = m.stop_is_gone(1500ms);
    REQUIRE(again.size() == 1);
    CHECK(is_stop(again[0], "1"));
  }
  SECTION("until it has been without a stop for too long, and everything is to go") {
    CHECK(m.wait(1900ms).empty());
    m.wait(2s);
    CHECK(m.bracket.closing());
    const auto sale = m.stop_is_gone(2100ms);
    REQUIRE(sale.size() == 1);
    CHECK(sale[0].order_class == OrderClass::close);
    CHECK(sale[0].legs[0].quantity == Quantity{1});
  }
}

TEST_CASE("nobody knows what was sold: it is called back, and nothing is sold on top of it",
          "[bracket][watch][I4]") {
  Watched m;
  m.touched(1s);
  m.stop_is_gone(1050ms);
  CHECK(m.tell({.what = What::unknown, .leg = target0}, 1200ms).empty());
  CHECK(m.bracket.next_due(at(1200ms).mono) == at(1550ms).mono);
  const auto back = m.wait(1550ms);
  REQUIRE(back.size() == 1);
  CHECK(gone(back[0], target0));
  m.tell({.what = What::cancelling, .leg = target0}, 1550ms);
  const auto again = m.ended(target0, LegEnd::absent, Refusal::none, 1700ms);
  REQUIRE(again.size() == 1);
  CHECK(is_stop(again[0], "1"));
}

TEST_CASE("a sale at the target that is refused gives way to the stop", "[bracket][watch][I1]") {
  Watched m;
  m.touched(1s);
  m.stop_is_gone(1050ms);
  SECTION("for a passing reason: it is tried again later") {
    const auto again = m.ended(target0, LegEnd::rejected, Refusal::insufficient_funds, 1100ms);
    REQUIRE(again.size() == 1);
    CHECK(is_stop(again[0], "1"));
    m.stands(stop0, "1", 1150ms);
    CHECK(m.sees("120", 1500ms).size() == 1);
  }
  SECTION("for good: the targets are watched no more") {
    const auto again = m.ended(target0, LegEnd::rejected, Refusal::unsupported, 1100ms);
    REQUIRE(again.size() == 1);
    CHECK(is_stop(again[0], "1"));
    m.stands(stop0, "1", 1150ms);
    CHECK(m.sees("125", 10s).empty());
    CHECK_FALSE(m.bracket.watches());
    CHECK_FALSE(m.bracket.closing());
  }
}

TEST_CASE("what is sold by command or closed is not swapped", "[bracket][watch]") {
  Watched m;
  SECTION("a part is being sold") {
    m.bracket.shed(qty("0.5"), at(1s).mono);
    const auto wishes = m.sees("120", 1s);
    REQUIRE(wishes.size() == 1);  // the stop makes room for the sale
    CHECK(gone(wishes[0], stop0));
    m.called_back(stop0, 1s);
    CHECK(m.wishes[0].order_class == OrderClass::close);
  }
  SECTION("all of it is closed in the middle of the swap") {
    m.touched(1s);
    m.bracket.begin_close(BracketOutcome::closed, at(1010ms).mono);
    CHECK(m.wait(1010ms).empty());
    const auto sale = m.stop_is_gone(1050ms);
    REQUIRE(sale.size() == 1);
    CHECK(sale[0].order_class == OrderClass::close);
    CHECK_FALSE(m.bracket.watches());
  }
  SECTION("all of it is closed while it is being sold at the target") {
    m.touched(1s);
    m.stop_is_gone(1050ms);
    m.bracket.begin_close(BracketOutcome::closed, at(1060ms).mono);
    m.wait(1060ms);
    const auto sale = m.ended(target0, LegEnd::expired, Refusal::none, 1100ms);
    REQUIRE(sale.size() == 1);
    CHECK(sale[0].order_class == OrderClass::close);
  }
}

TEST_CASE("a stop that has fired is not taken away for the target", "[bracket][watch]") {
  Watched m;
  m.tell({.what = What::triggered, .leg = stop0}, 1s);
  CHECK(m.sees("120", 1s).empty());
}

TEST_CASE("each of several targets is taken by its own share", "[bracket][watch][targets]") {
  auto plan = watched_plan();
  plan.signal.take_profit = {TakeProfit{.price = Price{120}, .fraction = num("0.5")},
                             TakeProfit{.price = Price{130}, .fraction = num("0.5")}};
  plan.signal.break_even_after = 1;
  Machine m{plan};
  CHECK(m.bought("1").size() == 2);
  m.ended(entry);
  const LegId stop1{LegKind::stop, 1};
  m.stands(stop0, "0.5");
  m.stands(stop1, "0.5");
  const auto away = m.sees("121", 1s);
  REQUIRE(away.size() == 1);
  CHECK(gone(away[0], stop0));
  const auto sale = m.called_back(stop0, 1s);
  REQUIRE(sale.size() == 1);
  CHECK(sells_at_once(sale[0], "0.5"));
  CHECK(m.bracket.stop_price() == Price{90});
  m.sold(target0, "0.5", "121", 1100ms);
  // The first target is hit: the other slice's stop moves to break-even.
  const auto moved = m.ended(target0, LegEnd::filled, Refusal::none, 1100ms);
  CHECK(m.bracket.stop_price() == Price{100});
  REQUIRE(moved.size() == 1);
  CHECK(gone(moved[0], stop1));
  const auto anew = m.called_back(stop1, 1200ms);
  REQUIRE(anew.size() == 1);
  CHECK(anew[0].legs[0].trigger_price == Price{100});
  m.stands(stop0, "0.5", 1250ms);
  CHECK(m.sees("129", 3s).empty());
  CHECK(m.sees("130", 3s).size() == 1);
}

TEST_CASE("a target whose share lies in two slices is hit when both are sold",
          "[bracket][watch][targets]") {
  auto plan = watched_plan();
  plan.signal.take_profit = {TakeProfit{.price = Price{120}, .fraction = num("0.5")},
                             TakeProfit{.price = Price{130}, .fraction = num("0.5")}};
  plan.signal.break_even_after = 1;
  Machine m{plan};
  m.bought("0.2");
  m.stands(stop0, "0.1");
  m.stands({LegKind::stop, 1}, "0.1");
  m.bought("0.8");
  m.ended(entry);
  m.stands({LegKind::stop, 2}, "0.4");
  m.stands({LegKind::stop, 3}, "0.4");
  CHECK(m.sees("120", 1s).size() == 2);
  m.called_back(stop0, 1s);
  m.sold(target0, "0.1", "120", 1s);
  m.ended(target0, LegEnd::filled, Refusal::none, 1s);
  CHECK(m.bracket.stop_price() == Price{90});
  m.called_back({LegKind::stop, 2}, 1s);
  m.sold({LegKind::target, 2}, "0.4", "120", 1s);
  m.ended({LegKind::target, 2}, LegEnd::filled, Refusal::none, 1s);
  CHECK(m.bracket.stop_price() == Price{100});
}

TEST_CASE("where a pair is refused, the stop stands alone and the target is watched",
          "[bracket][watch]") {
  Machine m{free_plan()};  // pairs
  CHECK_FALSE(m.bracket.watches());
  m.bought("1");
  m.ended(entry);
  m.ended(stop0, LegEnd::rejected, Refusal::price_band);
  const auto alone = m.ended(target0, LegEnd::rejected, Refusal::price_band);
  REQUIRE(alone.size() == 1);
  CHECK(is_stop(alone[0], "1"));
  m.stands(stop0, "1");
  CHECK(m.bracket.watches());
  const auto away = m.sees("120", 1s);
  REQUIRE(away.size() == 1);
  CHECK(gone(away[0], stop0));
}

TEST_CASE("the mirror: a short is bought back at its target", "[bracket][watch][short]") {
  auto plan = watched_plan();
  plan.instrument.kind = MarketKind::linear;
  plan.signal.side = Side::sell;
  plan.signal.stop_loss->price = Price{110};
  plan.signal.take_profit = {TakeProfit{.price = Price{80}}};
  Machine m{plan};
  m.tell({.what = What::filled,
          .leg = entry,
          .side = Side::sell,
          .quantity = Quantity{1},
          .price = Price{100}});
  m.ended(entry);
  m.stands(stop0, "1");
  CHECK(m.sees("80.01", 1s).empty());
  CHECK(m.sees("80", 1s).size() == 1);
  const auto sale = m.called_back(stop0, 1s);
  REQUIRE(sale.size() == 1);
  CHECK(sale[0].legs[0].side == Side::buy);
  CHECK(sale[0].legs[0].price == Price{80});
  CHECK(sale[0].legs[0].reduce_only);
}

namespace {

/// The rules joined, on a venue that holds the balance of what rests.
struct OnDesk {
  OnDesk() {
    Desk::Options options;
    options.pairs = false;
    options.instrument.fee_in_base = false;
    options.venue.fee = Decimal{};
    desk = std::make_unique<Desk>(options);
    desk->link(LinkState::ready);
    plan = watched_plan();
    desk->open(plan);
    desk->pass(100ms);
    desk->tick(Price{100});
  }
  const Bracket& bracket() const { return *desk->book.find(plan.key); }
  Quantity covered() const { return bracket().covered(); }
  std::unique_ptr<Desk> desk;
  Plan plan;
};

}  // namespace

TEST_CASE("killed at any step of a swap, what is left is under a stop again",
          "[bracket][watch][I1][recovery]") {
  // A swap takes about six milliseconds here: cancel, its word, the sale, its word, the stop.
  for (int us = 0; us <= 9'000; us += 500) {
    INFO("killed " << us << " us after the touch");
    OnDesk on;
    CHECK(on.covered() == Quantity{1});
    on.desk->tick(Price{121});
    on.desk->pass(std::chrono::microseconds{us});
    on.desk->restart();
    on.desk->tick(Price{100});  // and the market has turned
    on.desk->pass(5s);
    CHECK(on.desk->venue.wrongs() == std::vector<std::string>{});
    const auto left = on.desk->venue.base();
    const auto* bracket = on.desk->book.find(on.plan.key);
    REQUIRE(bracket != nullptr);
    CHECK(bracket->held() == left);
    CHECK(bracket->covered() == left);
    // The watch goes on: all of it goes at the target.
    on.desk->tick(Price{121});
    on.desk->pass(3s);
    for (const auto number : on.desk->venue.live()) on.desk->trade(number, Quantity{100});
    on.desk->pass(3s);
    CHECK(on.desk->venue.live().empty());
    CHECK(on.desk->venue.base().is_zero());
    CHECK(on.desk->outcomes[on.plan.key] == 1);
  }
}

TEST_CASE("which target a stop's slice waits for is known after a restart",
          "[bracket][watch][targets][recovery]") {
  Desk::Options options;
  options.pairs = false;
  options.instrument.fee_in_base = false;
  options.venue.fee = Decimal{};
  Desk desk{options};
  desk.link(LinkState::ready);
  auto plan = watched_plan();
  plan.signal.take_profit = {TakeProfit{.price = Price{110}, .fraction = num("0.3")},
                             TakeProfit{.price = Price{120}, .fraction = num("0.7")}};
  desk.open(plan);
  desk.pass(100ms);
  desk.restart();
  desk.tick(Price{115});
  desk.pass(5ms);
  Quantity asked;
  for (const auto& order : desk.venue.orders())
    if (order.leg.kind == LegKind::target) asked += order.spec.quantity;
  CHECK(asked == qty("0.3"));
}
