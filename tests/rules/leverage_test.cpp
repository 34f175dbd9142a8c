// Derivatives: which leverage a signal may name, which price may fire its stop, and how far before
// liquidation the stop has to lie.
#include "actors/rules/tier.hpp"
#include "tests/rules/risk_desk.hpp"

using namespace signalbox;
using namespace signalbox::test;

namespace {

struct Perpetual : RiskDesk {
  explicit Perpetual(std::optional<std::string_view> leverage = std::nullopt,
                     std::string_view margin = "1") {
    make_derivative();
    limits.collar_percent = Decimal{5};
    if (leverage) limits.leverage = num(*leverage);
    limits.liquidation_margin_percent = num(margin);
  }
};

}  // namespace

TEST_CASE("a signal's leverage is the account's, or it is refused", "[risk][leverage]") {
  struct Row {
    MarketKind kind;
    std::optional<std::string_view> account, signal;
    Reason reason;
  };
  constexpr auto spot = MarketKind::spot, linear = MarketKind::linear;
  const Row rows[] = {
      {spot, {}, {}, Reason::none},         {spot, {}, "1", Reason::none},
      {spot, {}, "2", Reason::unsupported}, {spot, "2", "2", Reason::unsupported},
      {linear, {}, {}, Reason::none},       {linear, {}, "1", Reason::unsupported},
      {linear, "3", {}, Reason::none},      {linear, "3", "3", Reason::none},
      {linear, "3", "3.00", Reason::none},  {linear, "3", "2", Reason::unsupported},
  };
  for (const auto& row : rows) {
    INFO(name_of(row.kind) << ", the account has " << row.account.value_or("-") << ", asked for "
                           << row.signal.value_or("-"));
    RiskDesk desk;
    if (row.kind == linear) desk.make_derivative();
    if (row.account) desk.limits.leverage = num(*row.account);
    auto s = a_signal("s");
    if (row.signal) s.leverage = num(*row.signal);
    CHECK(desk.reason(s) == row.reason);
  }
}

TEST_CASE("a trigger that is not there is refused and never replaced", "[risk][trigger]") {
  struct Row {
    MarketKind kind;
    std::optional<Trigger> asked;
    std::optional<Trigger> placed;  ///< nothing: refused
  };
  constexpr auto spot = MarketKind::spot, linear = MarketKind::linear;
  const Row rows[] = {
      {spot, {}, Trigger::last},
      {spot, Trigger::last, Trigger::last},
      {spot, Trigger::mark, {}},
      {spot, Trigger::index, {}},
      {linear, {}, Trigger::mark},
      {linear, Trigger::last, Trigger::last},
      {linear, Trigger::mark, Trigger::mark},
      {linear, Trigger::index, {}},
  };
  for (const auto& row : rows) {
    INFO(name_of(row.kind) << " " << (row.asked ? name_of(*row.asked) : "-"));
    RiskDesk desk;
    if (row.kind == linear) desk.make_derivative();
    auto s = a_signal("s");
    s.stop_loss->trigger = row.asked;
    const auto decision = desk.judge(s);
    CHECK(decision.verdict.reason == (row.placed ? Reason::none : Reason::trigger_unavailable));
    if (!decision.plan) continue;
    Bracket bracket{decision.plan->value(), {}};
    Wishes wishes;
    bracket.apply({.what = LegEvent::What::filled,
                   .leg = {LegKind::entry, 0},
                   .side = Side::buy,
                   .quantity = Quantity{1},
                   .price = Price{100}},
                  at({}).mono);
    bracket.decide(at({}).mono, wishes);
    REQUIRE_FALSE(wishes.empty());
    CHECK(wishes[0].legs[0].trigger == *row.placed);
  }
}

TEST_CASE("the engine sees the market, and is no stop by another price", "[tier][trigger]") {
  auto engine = resting_facts(EntryType::market);
  engine.tier = Tier::engine;
  for (const auto trigger : {Trigger::last, Trigger::mark, Trigger::index}) {
    auto s = a_signal("s");
    s.stop_loss->trigger = trigger;
    CHECK(worth_of(engine, s) == (trigger == Trigger::last ? TierWorth::engine : TierWorth::none));
  }
  auto target_alone = a_signal("s");
  target_alone.stop_loss.reset();
  CHECK(worth_of(engine, target_alone) == TierWorth::engine);
}

TEST_CASE("a derivative's stop fires before liquidation, by a margin", "[risk][leverage]") {
  // Bought or sold at 100: liquidated at 80 or 120 with leverage 5, at 90 or 110 with 10.
  struct Row {
    std::optional<std::string_view> leverage;
    std::string_view margin, stop;
    Side side;
    bool passes;
  };
  constexpr auto buys = Side::buy, sells = Side::sell;
  const Row rows[] = {
      {"5", "1", "81", buys, true},        {"5", "1", "80.99", buys, false},
      {"5", "0", "80", buys, true},        {"5", "0", "79.99", buys, false},
      {"5", "4", "84", buys, true},        {"5", "4", "83.99", buys, false},
      {"10", "1", "91", buys, true},       {"10", "1", "90.99", buys, false},
      {"1", "1", "1", buys, true},         {"1", "1", "0.99", buys, false},
      {"5", "1", "119", sells, true},      {"5", "1", "119.01", sells, false},
      {"10", "2.5", "107.5", sells, true}, {"10", "2.5", "107.51", sells, false},
      {{}, "1", "50", buys, true},  // nobody knows the account's leverage
  };
  for (const auto& row : rows) {
    INFO(row.leverage.value_or("-") << ", margin " << row.margin << " %, stop " << row.stop);
    Perpetual desk{row.leverage, row.margin};
    desk.instrument.sell_band_down = desk.instrument.buy_band_down = {};
    auto s = a_limit_signal("s", "100");
    s.side = row.side;
    s.quantity = Quantity{10};
    s.stop_loss = StopLoss{.price = price(row.stop)};
    s.take_profit.clear();
    CHECK(desk.reason(s) == (row.passes ? Reason::none : Reason::wrong_side_stop));
  }
  SECTION("a market entry is reckoned from the market, a percent from there, too") {
    Perpetual desk{"5"};
    auto s = a_signal("s");
    s.take_profit.clear();
    s.stop_loss = StopLoss{.percent = num("19")};
    CHECK(desk.reason(s) == Reason::none);
    s.stop_loss = StopLoss{.percent = num("19.01")};
    CHECK(desk.reason(s) == Reason::wrong_side_stop);
    s.stop_loss.reset();
    desk.limits.default_stop_loss_percent = num("20");
    desk.start();
    CHECK(desk.reason(s) == Reason::wrong_side_stop);
  }
  SECTION("on spot nothing is liquidated") {
    RiskDesk desk;
    desk.limits.leverage = Decimal{20};
    CHECK(desk.reason(a_signal("s")) == Reason::none);
  }
  SECTION("what is there already is protected wherever its stop lies") {
    Perpetual desk{"20"};
    desk.start();
    desk.risk->exposure().set_external(main_account, btc_usdt, Quantity{1});
    CHECK(desk.reason(a_signal("s"), Origin::protect()) == Reason::none);
  }
}
