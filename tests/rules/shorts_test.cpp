// The other way round: a short's stop lies above it, its target below.
#include "tests/rules/machine.hpp"
#include "tests/rules/risk_desk.hpp"

#include "actors/rules/amend.hpp"
#include "actors/rules/rounding.hpp"

using namespace signalbox;
using namespace signalbox::test;
using namespace std::chrono_literals;

namespace {

Signal a_short(std::string_view id) {
  auto s = a_signal(id);
  s.side = Side::sell;
  s.stop_loss = StopLoss{.price = Price{110}};
  s.take_profit = {TakeProfit{.price = Price{80}}};
  return s;
}

struct ShortDesk : RiskDesk {
  ShortDesk() {
    instrument.kind = MarketKind::linear;
    auto facts = resting_facts(EntryType::market, false);
    facts.market = MarketKind::linear;
    auto limit_facts = facts;
    limit_facts.entry = EntryType::limit;
    risk = std::make_unique<Risk>(
        options, std::vector{RiskAccount{main_account, limits, {facts, limit_facts}}});
    risk->on_instruments(main_account, std::vector{instrument});
    risk->on_link(main_account, LinkState::ready);
    tick("99.99", "100");
  }
};

struct Row {
  std::optional<std::string_view> stop;
  std::vector<std::string_view> targets;
  std::optional<Reason> refused;
};

void check_table(const Plan& plan, const std::vector<Row>& rows) {
  const Bracket bracket{plan, {}};
  for (const auto& row : rows) {
    Amend a;
    if (row.stop) a.stop_loss = price(*row.stop);
    for (const auto target : row.targets) a.take_profit.push_back(price(target));
    INFO("stop " << row.stop.value_or("-") << ", " << row.targets.size() << " targets");
    const auto refused = check_amend(bracket, a, MarketNow{price("99"), price("101")});
    CHECK((refused ? std::optional{refused->reason} : std::nullopt) == row.refused);
  }
}

}  // namespace

TEST_CASE("where a stop and targets may be moved", "[amend]") {
  const std::optional<Reason> no_stop{Reason::wrong_side_stop};
  const std::optional<Reason> no_target{Reason::wrong_side_target};
  check_table(plan_for(a_signal("long")), {{{}, {}, Reason::bad_field},
                                           {"95", {}, {}},
                                           {"90", {}, {}},
                                           {"89.99", {}, no_stop},  // away from safety
                                           {"98.99", {}, {}},
                                           {"99", {}, no_stop},  // the bid
                                           {"0", {}, no_stop},
                                           {{}, {"101.01"}, {}},
                                           {{}, {"101"}, no_target},  // the ask
                                           {{}, {"0"}, no_target},
                                           {{}, {"130", "140"}, Reason::bad_targets},
                                           {"95", {"130"}, {}}});
  check_table(plan_for(a_short("short")), {{"105", {}, {}},
                                           {"110", {}, {}},
                                           {"110.01", {}, no_stop},
                                           {"101.01", {}, {}},
                                           {"101", {}, no_stop},
                                           {{}, {"98.99"}, {}},
                                           {{}, {"99"}, no_target}});
}

TEST_CASE("what cannot be amended at all", "[amend]") {
  Amend a;
  a.stop_loss = Price{95};
  const MarketNow market{price("99"), price("101")};
  auto plan = plan_for(a_signal("s"));
  CHECK(check_amend(Bracket{plan, {}}, a, std::nullopt)->reason == Reason::stale_ticker);
  Bracket closing{plan, {}};
  closing.begin_close(BracketOutcome::closed, at({}).mono);
  CHECK(check_amend(closing, a, market)->reason == Reason::not_found);
  plan.signal.stop_loss.reset();
  CHECK(check_amend(Bracket{plan, {}}, a, market)->reason == Reason::stop_required);
}

TEST_CASE("risk of a short is the mirror of a long's", "[risk]") {
  ShortDesk desk;
  auto s = a_short("s");
  SECTION("approved") { CHECK(desk.reason(s) == Reason::none); }
  SECTION("a stop above entry and market") {
    s.stop_loss = StopLoss{.price = price("100.01")};
    CHECK(desk.reason(s) == Reason::none);
    s.id = SignalId{"t"};
    s.stop_loss = StopLoss{.price = Price{100}};
    CHECK(desk.reason(s) == Reason::wrong_side_stop);
  }
  SECTION("a target below both") {
    s.take_profit = {TakeProfit{.price = price("99.99")}};
    CHECK(desk.reason(s) == Reason::wrong_side_target);
    s.take_profit = {TakeProfit{.percent = Decimal{100}}};
    CHECK(desk.reason(s) == Reason::wrong_side_target);
    s.take_profit = {TakeProfit{.percent = Decimal{10}}};
    CHECK(desk.reason(s) == Reason::none);
  }
  SECTION("the collar below the market") {
    s.type = EntryType::limit;
    s.price = price("97.99");
    CHECK(desk.reason(s) == Reason::collar_exceeded);
    s.price = price("98");
    CHECK(desk.reason(s) == Reason::none);
  }
  SECTION("a limit of the stop lies above it") {
    s.stop_loss->limit_offset = Price{1};
    CHECK(desk.reason(s) == Reason::none);
  }
}

TEST_CASE("a short trails downwards", "[bracket][trail]") {
  auto plan = free_plan(false);
  plan.signal = a_short("s");
  plan.signal.stop_loss->trigger = Trigger::last;
  plan.signal.trail = Trail{.offset = Price{5}, .activation = {}};
  Machine m{plan};
  m.tell({.what = What::filled,
          .leg = entry,
          .side = Side::sell,
          .quantity = Quantity{1},
          .price = Price{100}});
  m.bracket.on_price(Price{90}, at(1s).mono, at(1s).mono);
  CHECK(m.bracket.stop_price() == Price{95});
  m.bracket.on_price(Price{94}, at(3s).mono, at(3s).mono);
  CHECK(m.bracket.stop_price() == Price{95});
  m.tell({.what = What::filled,
          .leg = target0,
          .side = Side::buy,
          .quantity = Quantity{1},
          .price = Price{80}},
         4s);
  CHECK(m.bracket.outcome(at(4s).mono).profit == Decimal{20});
}

TEST_CASE("a venue without ticks, lots or minimums takes what is asked", "[rounding]") {
  Instrument i;
  CHECK(limit_to_tick(price("1.23456"), Side::buy, i) == price("1.23456"));
  CHECK(to_lot(qty("0.123456"), i) == qty("0.123456"));
  CHECK(meets_minimum(qty("0.000001"), Price{1}, i));
  CHECK_FALSE(meets_minimum(Quantity{}, Price{1}, i));
}
