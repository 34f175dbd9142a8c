// The engine is the stop: nothing stands at the venue, and it is one only while it can see the
// market and reach the venue.
#include "tests/rules/desk.hpp"
#include "tests/rules/machine.hpp"

using namespace signalbox;
using namespace signalbox::test;
using namespace std::chrono_literals;

namespace {

Plan engine_plan() {
  Plan plan = free_plan();
  plan.signal.min_tier = Tier::engine;
  plan.facts = {.market = MarketKind::spot,
                .entry = EntryType::market,
                .tier = Tier::engine,
                .covers_partial = true,
                .both_legs = true,
                .stop_survives_partial_target = true,
                .evidence = Text<120>{"a test"}};
  return plan;
}

/// One lot bought at 100, stop 90 and target 120 watched.
struct ByEngine : Machine {
  explicit ByEngine(Plan plan = engine_plan()) : Machine(std::move(plan)) {
    sees("100");
    bought("1");
    ended(entry);
  }
};

bool closes(const Wishes& wishes, std::string_view quantity) {
  return wishes.size() == 1 && wishes[0].order_class == OrderClass::close &&
         wishes[0].legs[0].kind == OrderKind::market && wishes[0].legs[0].quantity == qty(quantity);
}

}  // namespace

TEST_CASE("nothing is placed for what the engine protects, and it counts as covered",
          "[bracket][engine]") {
  ByEngine m;
  CHECK(m.wishes.empty());
  CHECK(m.bracket.watches());
  CHECK(m.bracket.tier() == Tier::engine);
  CHECK(m.bracket.covered() == Quantity{1});
  CHECK(m.sees("90.01", 1s).empty());
  CHECK(m.bracket.covered() == Quantity{1});
}

TEST_CASE("at its stop everything is sold at once", "[bracket][engine][I1]") {
  ByEngine m;
  SECTION("touched") { CHECK(closes(m.sees("90", 1s), "1")); }
  SECTION("jumped over") { CHECK(closes(m.sees("70", 1s), "1")); }
  SECTION("with the entry still open, which goes first") {
    Machine half{engine_plan()};
    half.sees("100");
    half.bought("0.5");
    const auto wishes = half.sees("89", 1s);
    REQUIRE(wishes.size() == 2);
    CHECK(gone(wishes[0], entry));
    CHECK(wishes[1].legs[0].quantity == qty("0.5"));
    return;
  }
  m.sold(close0, "1", "89", 1010ms);
  m.ended(close0, LegEnd::filled, Refusal::none, 1010ms);
  CHECK(m.bracket.ended());
  CHECK(m.bracket.outcome(at(2s).mono).outcome == BracketOutcome::stopped);
}

TEST_CASE("what fills when the market is past the stop already is sold at once",
          "[bracket][engine][I1]") {
  Machine m{engine_plan()};
  CHECK(m.sees("89").empty());
  const auto wishes = m.bought("1", 10ms);
  REQUIRE_FALSE(wishes.empty());
  CHECK(wishes.back().order_class == OrderClass::close);
}

TEST_CASE("blind or cut off, the engine protects nothing and says so", "[bracket][engine][I1]") {
  ByEngine m;
  SECTION("the ticker grows old") {
    CHECK(m.bracket.next_due(at(0s).mono) == at(5s).mono);
    m.wait(5s);
    CHECK(m.bracket.covered().is_zero());
    CHECK(m.bracket.next_due(at(5s).mono) == at(6s).mono);
    SECTION("and young again in time") {
      m.sees("101", 5500ms);
      CHECK(m.bracket.covered() == Quantity{1});
      CHECK(m.bracket.longest_uncovered(at(6s).mono) == 500ms);
      m.wait(7s);
      CHECK_FALSE(m.bracket.closing());
    }
    SECTION("for too long: it is sold") {
      CHECK(closes(m.wait(6s), "1"));
      CHECK(m.bracket.outcome(at(7s).mono).outcome == BracketOutcome::cover_failed);
    }
  }
  SECTION("the account is not READY") {
    m.bracket.on_link(false);
    m.wait(1s);
    CHECK(m.bracket.covered().is_zero());
    m.sees("100", 1500ms);
    CHECK(m.bracket.covered().is_zero());
    m.bracket.on_link(true);
    m.wait(1900ms);
    CHECK(m.bracket.covered() == Quantity{1});
  }
  SECTION("the venue takes no exit now") {
    m.sees("120", 1s);
    m.ended(target0, LegEnd::rejected, Refusal::rate_limited, 1010ms);
    CHECK(m.bracket.covered().is_zero());
    m.wait(1110ms);  // and now it may
    CHECK(m.bracket.covered() == Quantity{1});
  }
  SECTION("no price was ever seen") {
    Machine blind{engine_plan()};
    blind.bought("1");
    blind.ended(entry);
    CHECK(blind.bracket.covered().is_zero());
    CHECK(closes(blind.wait(1s), "1"));
  }
}

TEST_CASE("the engine takes the target by an order that sells at once", "[bracket][engine]") {
  ByEngine m;
  CHECK(m.sees("119.99", 1s).empty());
  const auto sale = m.sees("120", 1s);
  REQUIRE(sale.size() == 1);
  CHECK(sale[0].legs[0].leg == target0);
  CHECK(sale[0].legs[0].time_in_force == TimeInForce::ioc);
  CHECK(sale[0].legs[0].quantity == Quantity{1});
  CHECK(m.bracket.covered() == Quantity{1});  // the stop is watched meanwhile

  SECTION("all of it") {
    m.sold(target0, "1", "120", 1010ms);
    m.ended(target0, LegEnd::filled, Refusal::none, 1010ms);
    CHECK(m.bracket.ended());
    CHECK(m.bracket.outcome(at(2s).mono).outcome == BracketOutcome::target_hit);
  }
  SECTION("part of it, and the rest later") {
    m.sold(target0, "0.4", "120", 1010ms);
    CHECK(m.ended(target0, LegEnd::expired, Refusal::none, 1010ms).empty());
    CHECK(m.sees("121", 1400ms).empty());  // not at every tick
    const auto rest = m.sees("121", 1500ms);
    REQUIRE(rest.size() == 1);
    CHECK(rest[0].legs[0].quantity == qty("0.6"));
  }
  SECTION("the market falls through the stop before the venue has answered") {
    const auto wishes = m.sees("85", 1010ms);
    REQUIRE(wishes.size() == 1);
    CHECK(gone(wishes[0], target0));
    CHECK(closes(m.ended(target0, LegEnd::expired, Refusal::none, 1020ms), "1"));
  }
  SECTION("the venue does not take such orders: only the stop is watched") {
    m.ended(target0, LegEnd::rejected, Refusal::unsupported, 1010ms);
    CHECK(m.bracket.covered() == Quantity{1});
    CHECK(m.sees("125", 3s).empty());
    CHECK(closes(m.sees("90", 4s), "1"));
  }
}

TEST_CASE("the engine takes several targets by their shares", "[bracket][engine][targets]") {
  auto plan = engine_plan();
  plan.signal.take_profit = {TakeProfit{.price = Price{110}, .fraction = num("0.3")},
                             TakeProfit{.price = Price{120}, .fraction = num("0.7")}};
  plan.signal.break_even_after = 1;
  ByEngine m{plan};
  const auto first = m.sees("111", 1s);
  REQUIRE(first.size() == 1);
  CHECK(first[0].legs[0].quantity == qty("0.3"));
  m.sold(target0, "0.1", "111", 1010ms);
  m.ended(target0, LegEnd::expired, Refusal::none, 1010ms);
  CHECK(m.bracket.stop_price() == Price{90});  // not all of the share yet
  const auto second = m.sees("111", 2s);
  REQUIRE(second.size() == 1);
  CHECK(second[0].legs[0].quantity == qty("0.2"));
  m.sold(target0, "0.2", "111", 2010ms);
  m.ended(target0, LegEnd::filled, Refusal::none, 2010ms);
  CHECK(m.bracket.stop_price() == Price{100});
  CHECK(m.sees("115", 3s).empty());
  SECTION("the next target") {
    const auto last = m.sees("120", 4s);
    REQUIRE(last.size() == 1);
    CHECK(last[0].legs[0].quantity == qty("0.7"));
    CHECK(last[0].legs[0].price == Price{120});
  }
  SECTION("or the stop at break-even") { CHECK(closes(m.sees("100", 4s), "0.7")); }
}

TEST_CASE("the engine's stop trails without an order", "[bracket][engine][trail]") {
  auto plan = engine_plan();
  plan.signal.take_profit.clear();
  plan.signal.trail = Trail{.offset = Price{10}, .activation = {}};
  ByEngine m{plan};
  CHECK(m.sees("115", 1s).empty());
  CHECK(m.bracket.stop_price() == Price{105});
  CHECK(closes(m.sees("104", 2s), "1"));
}

TEST_CASE("a part sold by command leaves the rest watched", "[bracket][engine]") {
  ByEngine m;
  m.bracket.shed(qty("0.4"), at(1s).mono);
  CHECK(closes(m.wait(1s), "0.4"));
  m.sold(close0, "0.4", "100", 1010ms);
  m.ended(close0, LegEnd::filled, Refusal::none, 1010ms);
  CHECK(m.bracket.covered() == qty("0.6"));
  CHECK(closes(m.sees("90", 2s), "0.6"));
}

TEST_CASE("a venue that takes no stops any more: the engine, or the way out",
          "[bracket][engine][escalation][I1]") {
  auto plan = free_plan(false);
  plan.signal.take_profit.clear();
  SECTION("the signal takes no less than was chosen: everything is sold") {
    Machine m{plan};
    m.sees("100");
    m.bought("1");
    m.ended(entry);
    CHECK(closes(m.ended(stop0, LegEnd::rejected, Refusal::unsupported, 10ms), "1"));
    CHECK(m.bracket.tier() == Tier::resting);
  }
  SECTION("the signal takes the engine too") {
    plan.signal.min_tier = Tier::engine;
    Machine m{plan};
    m.bought("1");
    m.ended(entry);
    CHECK(m.ended(stop0, LegEnd::rejected, Refusal::unsupported, 10ms).empty());
    CHECK(m.bracket.tier() == Tier::engine);
    CHECK(m.bracket.watches());
    SECTION("which has to see the market in time") {
      m.sees("100", 500ms);
      CHECK(m.bracket.covered() == Quantity{1});
      CHECK(closes(m.sees("90", 2s), "1"));
    }
    SECTION("or it is sold after all") { CHECK(closes(m.wait(1s), "1")); }
  }
}

TEST_CASE("the watch goes on after a restart", "[bracket][engine][recovery]") {
  Desk::Options options;
  options.instrument.fee_in_base = false;
  options.venue.fee = Decimal{};
  Desk desk{options};
  desk.link(LinkState::ready);
  const auto plan = engine_plan();
  desk.open(plan);
  desk.tick(Price{100});
  desk.pass(100ms);
  CHECK(desk.book.find(plan.key)->covered() == Quantity{1});
  desk.restart();
  SECTION("the market comes back in sight, and falls") {
    CHECK(desk.book.find(plan.key)->covered().is_zero());
    desk.tick(Price{99});
    CHECK(desk.book.find(plan.key)->covered() == Quantity{1});
    desk.tick(Price{80});
    desk.pass(100ms);
  }
  SECTION("it does not: what nobody watches is sold") { desk.pass(1100ms); }
  SECTION("the account does not come back") {
    desk.tick(Price{99});
    desk.link(LinkState::stale);
    desk.pass(1100ms);
    CHECK(desk.venue.base().is_zero());
    desk.link(LinkState::ready);  // its trades are heard of
    desk.pass(100ms);
  }
  CHECK(desk.venue.base().is_zero());
  CHECK(desk.outcomes[plan.key] == 1);
}

TEST_CASE("a second bracket on a symbol knows the price the first was told", "[book][engine]") {
  BracketBook book;
  BookOut out;
  auto first = engine_plan();
  auto second = engine_plan();
  second.signal.id = SignalId{"second"};
  second.key = key_of(second.signal);
  book.on_link(main_account, true, at(0s), out);
  book.open(first, at(0s), out);
  CHECK(out.watches == std::vector<BookOut::Watch>{{main_account, btc_usdt, true}});
  book.on_tick(main_account, Tick{.symbol = btc_usdt, .bid = Price{100}, .ask = Price{101}},
               at(1s).mono, at(1s), out);
  out.clear();
  book.open(second, at(2s), out);
  book.told(second.key,
            {.what = What::filled,
             .leg = entry,
             .side = Side::buy,
             .quantity = Quantity{1},
             .price = Price{100}},
            at(2s), out);
  CHECK(book.find(second.key)->covered() == Quantity{1});
  CHECK(book.find(second.key)->next_due(at(2s).mono) == at(6s).mono);  // as old as it was seen
  CHECK(out.events.back().tier == Tier::engine);
}
