// Reduce-only signals: what risk lets pass, and what brackets make of it.
#include "tests/rules/desk.hpp"
#include "tests/rules/machine.hpp"
#include "tests/rules/risk_desk.hpp"

using namespace signalbox;
using namespace signalbox::test;
using namespace std::chrono_literals;

namespace {

Signal a_reduction(std::string_view id, std::string_view quantity) {
  Signal s;
  s.id = SignalId{id};
  s.time = at({}).wall;
  s.strategy = StrategyName{"trend"};
  s.account = main_account;
  s.symbol = btc_usdt;
  s.side = Side::sell;
  s.quantity = qty(quantity);
  s.reduce_only = true;
  return s;
}

/// Two brackets of one BTC each, the older first.
struct HoldingDesk : RiskDesk {
  HoldingDesk() {
    start();
    for (const auto* id : {"z-older", "a-newer"}) hold(id, "1");
  }
  void hold(std::string_view id, std::string_view quantity, std::string_view shedding = "0") {
    const auto s = a_signal(id);
    if (!risk->exposure().is_open(key_of(s))) REQUIRE(judge(s).plan);
    risk->exposure().on({.key = key_of(s),
                         .entry_live = false,
                         .placed = true,
                         .held = qty(quantity),
                         .shedding = qty(shedding)},
                        now.wall);
  }
  SignalHash older = key_of(a_signal("z-older"));
  SignalHash newer = key_of(a_signal("a-newer"));
};

/// Brackets on a venue that pairs exits.
struct Trading {
  explicit Trading(bool pairs = true) : desk{options(pairs)} {
    desk.link(LinkState::ready);
    for (const auto* id : {"one", "two"}) desk.open(plan(id));
    desk.pass(100ms);
  }
  static Desk::Options options(bool pairs) {
    Desk::Options o;
    o.pairs = pairs;
    o.venue.holds_balance = pairs;
    o.instrument.fee_in_base = false;
    o.venue.fee = Decimal{0};
    return o;
  }
  Plan plan(std::string_view id) const {
    return plan_for(a_signal(id), desk.options.instrument, desk.options.pairs);
  }
  ReductionPart part(std::string_view id, std::string_view quantity) const {
    return {key_of(a_signal(id)), qty(quantity)};
  }
  const Bracket& bracket(std::string_view id) { return *desk.book.find(key_of(a_signal(id))); }
  std::optional<SignalOutcome> outcome(std::string_view id) const {
    for (const auto& each : desk.told)
      if (each.id == SignalId{id}) return each;
    return std::nullopt;
  }

  Desk desk;
};

}  // namespace

TEST_CASE("a reduce-only signal takes from the strategy's own brackets, oldest first",
          "[risk][reduce]") {
  struct Row {
    const char* asked;
    const char* from_older;
    const char* from_newer;
  };
  for (const Row& row : {Row{"0.4", "0.4", nullptr}, Row{"1", "1", nullptr}, Row{"1.5", "1", "0.5"},
                         Row{"2", "1", "1"}, Row{"5", "1", "1"}}) {
    INFO(row.asked << " asked for");
    HoldingDesk desk;
    const auto decision = desk.judge(a_reduction("r", row.asked));
    REQUIRE(decision.verdict.approved);
    CHECK_FALSE(decision.plan);
    std::vector<ReductionPart> expected{{desk.older, qty(row.from_older)}};
    if (row.from_newer != nullptr) expected.push_back({desk.newer, qty(row.from_newer)});
    CHECK(decision.reduces == expected);
    CHECK(decision.verdict.quantity == std::min(qty(row.asked), Quantity{2}));
  }
}

TEST_CASE("what is promised to one sale is not promised to another", "[risk][reduce]") {
  HoldingDesk desk;
  desk.hold("z-older", "1", "1");
  desk.hold("a-newer", "1", "0.7");
  const auto decision = desk.judge(a_reduction("r", "2"));
  CHECK(decision.reduces == std::vector<ReductionPart>{{desk.newer, qty("0.3")}});
  desk.hold("a-newer", "1", "1");
  CHECK(desk.reason(a_reduction("s", "2")) == Reason::nothing_to_reduce);
}

TEST_CASE("a reduce-only signal asks for what is there and its own", "[risk][reduce]") {
  HoldingDesk desk;
  auto s = a_reduction("r", "1");
  SECTION("nothing of this strategy") { s.strategy = StrategyName{"other"}; }
  SECTION("nothing of this symbol") { s.symbol = Symbol{"ETH/USDT"}; }
  SECTION("nothing that a buy would make smaller") { s.side = Side::buy; }
  SECTION("nothing is held yet") {
    desk.hold("z-older", "0");
    desk.hold("a-newer", "0");
  }
  CHECK(desk.reason(s) == Reason::nothing_to_reduce);
}

TEST_CASE("nothing that stops entries holds up a reduce-only signal", "[risk][reduce][I8]") {
  HoldingDesk desk;
  auto s = a_reduction("r", "1");
  SECTION("a trading state") {
    for (const auto state :
         {TradingState::no_entries, TradingState::reduce_only, TradingState::flatten}) {
      desk.risk->set_state(main_account, state);
      CHECK(desk.reason(s) == Reason::none);
    }
    // Halted, closing is for operators.
    desk.risk->set_state(main_account, TradingState::halted);
    CHECK(desk.reason(s) == Reason::trading_halted);
  }
  SECTION("a connection that is not READY") {
    for (const auto link : {LinkState::down, LinkState::connecting, LinkState::stale}) {
      desk.risk->on_link(main_account, link);
      CHECK(desk.reason(s) == Reason::none);
    }
  }
  SECTION("an instrument frozen by an order of unknown fate") {
    desk.risk->set_frozen(main_account, btc_usdt, true);
    CHECK(desk.reason(s) == Reason::none);
  }
  SECTION("a ticker that is old") {
    desk.now = at(20s);
    CHECK(desk.reason(s) == Reason::none);
  }
  SECTION("losses") {
    desk.limits.max_daily_loss = worth("1");
    desk.risk->exposure().restore_realised(main_account, Decimal{-100}, desk.now.wall);
    CHECK(desk.reason(s) == Reason::none);
  }
  SECTION("low confidence") {
    s.confidence = num("0.1");
    CHECK(desk.reason(s) == Reason::none);
  }
}

TEST_CASE("a reduce-only signal is too old, or says what a sale cannot heed", "[risk][reduce]") {
  HoldingDesk desk;
  const auto reason = [&](auto&& change) {
    auto s = a_reduction("r", "1");
    change(s);
    return desk.reason(s);
  };
  CHECK(reason([](Signal& s) { s.time -= 31s; }) == Reason::too_old);
  CHECK(reason([](Signal& s) { s.time += 2s; }) == Reason::too_old);
  CHECK(reason([](Signal& s) { s.valid_until = s.time - 1ns; }) == Reason::expired);
  CHECK(reason([](Signal& s) { s.quantity.reset(); }) == Reason::bad_field);
  CHECK(reason([](Signal& s) { s.quantity = Quantity{}; }) == Reason::bad_field);
  CHECK(reason([](Signal& s) { s.leverage = Decimal{1}; }) == Reason::none);
  const std::vector<std::function<void(Signal&)>> unheeded{
      [](Signal& s) { s.type = EntryType::limit; },
      [](Signal& s) { s.price = Price{100}; },
      [](Signal& s) { s.notional = worth("10"); },
      [](Signal& s) { s.risk = worth("10"); },
      [](Signal& s) { s.stop_loss = StopLoss{.price = Price{90}}; },
      [](Signal& s) { s.take_profit = {TakeProfit{.price = Price{120}}}; },
      [](Signal& s) { s.trail = Trail{.offset = Price{1}, .activation = {}}; },
      [](Signal& s) { s.break_even_after = std::uint8_t{1}; },
      [](Signal& s) { s.time_limit = 1h; },
      [](Signal& s) { s.entry_expires = s.time + 1h; },
      [](Signal& s) { s.post_only = true; },
      [](Signal& s) { s.time_in_force = TimeInForce::ioc; },
      [](Signal& s) { s.leverage = Decimal{2}; },
      [](Signal& s) { s.min_tier = Tier::native; }};
  for (const auto& change : unheeded) CHECK(reason(change) == Reason::unsupported);
}

TEST_CASE("a part is sold, the rest stays under a stop, and one outcome comes of it",
          "[bracket][reduce][I1][I3]") {
  for (const bool pairs : {true, false}) {
    INFO((pairs ? "paired exits" : "exits side by side"));
    Trading t{pairs};
    t.desk.reduce(a_reduction("r", "0.4"), {t.part("one", "0.4")});
    t.desk.pass(2s);
    CHECK(t.bracket("one").held() == qty("0.6"));
    CHECK(t.bracket("one").covered() == qty("0.6"));
    CHECK(t.bracket("two").held() == Quantity{1});
    REQUIRE(t.desk.placed.size() == 1);
    CHECK(t.desk.placed[0].id == SignalId{"r"});
    CHECK(t.desk.placed[0].outcome == Outcome::accepted);
    CHECK_FALSE(t.desk.placed[0].order.empty());
    REQUIRE(t.outcome("r"));
    CHECK(t.outcome("r")->outcome == BracketOutcome::reduced);
    CHECK(t.outcome("r")->filled == qty("0.4"));
    CHECK(t.outcome("r")->exit_price);
    CHECK(t.desk.book.reductions() == 0);
    CHECK(t.desk.venue.wrongs().empty());
  }
}

TEST_CASE("over several brackets the older is closed and the newer made smaller",
          "[bracket][reduce]") {
  Trading t;
  t.desk.reduce(a_reduction("r", "1.3"), {t.part("one", "1"), t.part("two", "0.3")});
  t.desk.pass(2s);
  REQUIRE(t.outcome("one"));
  CHECK(t.outcome("one")->outcome == BracketOutcome::closed);
  CHECK(t.bracket("two").covered() == qty("0.7"));
  REQUIRE(t.outcome("r"));
  CHECK(t.outcome("r")->filled == qty("1.3"));
  CHECK(t.desk.venue.base() == qty("0.7"));
}

TEST_CASE("two reductions of one bracket each count what is theirs", "[bracket][reduce]") {
  Trading t;
  t.desk.reduce(a_reduction("r", "0.3"), {t.part("one", "0.3")});
  t.desk.reduce(a_reduction("q", "0.2"), {t.part("one", "0.2")});
  t.desk.pass(3s);
  REQUIRE(t.outcome("r"));
  REQUIRE(t.outcome("q"));
  CHECK(t.outcome("r")->filled == qty("0.3"));
  CHECK(t.outcome("q")->filled == qty("0.2"));
  CHECK(t.bracket("one").covered() == qty("0.5"));
}

TEST_CASE("what was sold otherwise meanwhile is not sold again", "[bracket][reduce]") {
  Trading t;
  // A target takes its slice of the first bracket before the sale can.
  const auto target = [&] {
    for (const auto& order : t.desk.venue.orders())
      if (order.live() && order.leg.kind == LegKind::target &&
          order.bracket == key_of(a_signal("one")))
        return order.number;
    FAIL("no target stands");
    return std::size_t{};
  };
  t.desk.trade(target(), Quantity{1});
  t.desk.reduce(a_reduction("r", "1"), {t.part("one", "1")});
  t.desk.pass(3s);
  REQUIRE(t.outcome("r"));
  CHECK(t.outcome("r")->filled == qty("0.7"));
  CHECK_FALSE(t.outcome("r")->detail.empty());
  CHECK(t.desk.venue.base() == Quantity{1});
  CHECK(t.desk.venue.wrongs().empty());
}

TEST_CASE("a part that a target takes while its slice comes down is not waited for",
          "[bracket][reduce][I1]") {
  Machine m{free_plan(false)};
  m.covered();
  // All but what the target sells now: nothing is left that the sale could wait for.
  m.bracket.shed(qty("0.5"), at(0s).mono);
  m.wait(1ms);
  m.sold(target0, "0.8", "120", 2ms);
  m.called_back(target0, 3ms);
  const auto wishes = m.called_back(stop0, 4ms);
  REQUIRE_FALSE(wishes.empty());
  CHECK(wishes.back().order_class == OrderClass::close);
  CHECK(wishes.back().legs[0].quantity == qty("0.2"));
}

TEST_CASE("too little to sell is not sold, and says so", "[bracket][reduce]") {
  Trading t;
  t.desk.reduce(a_reduction("r", "0.01"), {t.part("one", "0.01")});
  t.desk.pass(1s);
  REQUIRE(t.outcome("r"));
  CHECK(t.outcome("r")->outcome == BracketOutcome::not_executed);
  CHECK_FALSE(t.outcome("r")->detail.empty());
  CHECK(t.bracket("one").covered() == Quantity{1});
}

TEST_CASE("a restart in the middle sells what was left to sell, once",
          "[bracket][reduce][recovery]") {
  for (int after = 0; after <= 12; ++after) {
    INFO("killed " << after << " ms after the signal");
    Trading t;
    t.desk.reduce(a_reduction("r", "1.3"), {t.part("one", "1"), t.part("two", "0.3")});
    t.desk.pass(std::chrono::milliseconds{after});
    t.desk.restart();
    t.desk.pass(10s);
    CHECK(t.desk.outcomes[key_of(a_reduction("r", "1.3"))] == 1);
    REQUIRE(t.outcome("r"));
    CHECK(t.outcome("r")->filled == qty("1.3"));
    CHECK(t.desk.venue.base() == qty("0.7"));
    CHECK(t.bracket("two").covered() == qty("0.7"));
    CHECK(t.desk.venue.wrongs().empty());
  }
}

TEST_CASE("what the venue says of a sale is told once, and again when it was unknown",
          "[bracket][reduce]") {
  const SignalHash bracket = key_of(a_signal("one"));
  const std::vector<ReductionPart> parts{{bracket, Quantity{1}}};
  const auto event = [](LegEvent::What what, LegEnd end = LegEnd::filled) {
    return LegEvent{.what = what, .leg = close0, .end = end};
  };
  const auto say = [&](Reduction& r, const LegEvent& e) -> std::optional<Outcome> {
    const auto placed = r.on_placed(bracket, e);
    return placed ? std::optional{placed->outcome} : std::nullopt;
  };
  Reduction r{a_reduction("r", "1"), parts};
  CHECK_FALSE(say(r, event(What::sent)));
  CHECK_FALSE(say(r, event(What::ended, LegEnd::cancelled)));
  CHECK(say(r, event(What::unknown)) == Outcome::unknown);
  CHECK_FALSE(say(r, event(What::unknown)));
  CHECK(say(r, event(What::filled)) == Outcome::accepted);
  CHECK_FALSE(say(r, event(What::standing)));
  Reduction refused{a_reduction("q", "1"), parts};
  CHECK(say(refused, event(What::ended, LegEnd::rejected)) == Outcome::refused);
  Reduction over{a_reduction("o", "1"), parts};
  over.on_over(bracket);
  CHECK_FALSE(say(over, event(What::standing)));
  CHECK(over.done());
}
