// Gate, refusals, tiers, rounding and the cover clock, as tables.
#include "actors/rules/gate.hpp"
#include "actors/rules/refusals.hpp"
#include "actors/rules/rounding.hpp"
#include "actors/rules/tier.hpp"
#include "tests/rules/rules_kit.hpp"

using namespace signalbox;
using namespace signalbox::test;
using namespace std::chrono_literals;

TEST_CASE("the Gate stops entries in every state but ACTIVE, and nothing else ever", "[gate][I8]") {
  for (const auto& [state, name] : enum_names<TradingState>) {
    INFO(name);
    CHECK(gate_lets(state, OrderClass::entry) == (state == TradingState::active));
    CHECK(gate_lets(state, OrderClass::protective));
    CHECK(gate_lets(state, OrderClass::close));
    CHECK(gate_lets(state, OrderClass::cancel));
  }
}

TEST_CASE("every way to refuse an exit has its answer", "[bracket]") {
  std::size_t close_now = 0;
  std::size_t again = 0;
  std::size_t otherwise = 0;
  for (const auto& [refusal, name] : enum_names<Refusal>) {
    INFO(name);
    switch (after_refused_exit(refusal)) {
      case AfterRefusal::close_now:
        ++close_now;
        CHECK(refusal == Refusal::would_trigger);
        break;
      case AfterRefusal::try_again:
        ++again;
        CHECK(is_passing(refusal));
        break;
      case AfterRefusal::try_otherwise: ++otherwise; break;
    }
  }
  CHECK(close_now == 1);
  CHECK(again == 11);
  CHECK(otherwise == 11);
  // What would be refused for ever must not be tried again as it was.
  for (const auto refusal :
       {Refusal::invalid, Refusal::precision, Refusal::minimum, Refusal::maximum,
        Refusal::price_band, Refusal::unsupported, Refusal::permission, Refusal::other})
    CHECK(after_refused_exit(refusal) == AfterRefusal::try_otherwise);
}

TEST_CASE("prices and quantities meet tick and lot on the safe side", "[rounding]") {
  const auto i = spot_instrument();
  CHECK(to_lot(qty("0.9999"), i) == qty("0.999"));
  CHECK(to_lot(qty("-1"), i) == Quantity{});
  // Never looser: the stop of a long goes up, that of a short down.
  CHECK(stop_to_tick(price("90.001"), Side::sell, i) == price("90.01"));
  CHECK(stop_to_tick(price("90.009"), Side::buy, i) == price("90"));
  CHECK(limit_to_tick(price("100.009"), Side::buy, i) == price("100"));
  CHECK(limit_to_tick(price("100.001"), Side::sell, i) == price("100.01"));
  CHECK(target_to_tick(price("120.009"), Side::sell, i) == price("120"));
  CHECK(target_to_tick(price("80.001"), Side::buy, i) == price("80.01"));

  const WishedLeg stop{.leg = {LegKind::stop, 0},
                       .side = Side::sell,
                       .kind = OrderKind::stop_limit,
                       .quantity = qty("0.5555"),
                       .price = price("89.995"),
                       .trigger_price = price("90.005")};
  const auto spec = to_spec(stop, i);
  CHECK(spec.quantity == qty("0.555"));
  CHECK(spec.trigger_price == price("90.01"));
  CHECK(spec.price == price("89.99"));

  CHECK(meets_minimum(qty("0.05"), Price{100}, i));
  CHECK_FALSE(meets_minimum(qty("0.05"), price("99.99"), i));
  CHECK(moved_by_percent(Price{100}, Decimal{5}, false) == Price{95});
  CHECK(moved_by_percent(Price{100}, num("2.5"), true) == price("102.5"));
}

TEST_CASE("the tier is the best that the facts allow and the signal accepts", "[tier]") {
  const auto resting = resting_facts(EntryType::limit);
  auto attached = resting;
  attached.tier = Tier::attached;
  attached.covers_partial = false;
  auto native = resting;
  native.tier = Tier::native;
  native.stop_survives_partial_target = true;
  auto engine = resting;
  engine.tier = Tier::engine;
  engine.survives_engine = false;
  auto stop_only = resting;
  stop_only.both_legs = false;
  stop_only.exits_hold_balance = false;
  auto not_partly = resting;
  not_partly.covers_partial = false;
  auto not_alone = resting;
  not_alone.survives_engine = false;

  auto watched = stop_only;
  watched.exits_hold_balance = true;
  auto watched_attached = attached;
  watched_attached.both_legs = false;

  struct Row {
    std::vector<TierFacts> facts;
    std::optional<Tier> least;
    std::optional<TimeInForce> time_in_force;
    bool target;
    std::optional<Tier> chosen;
    TierWorth worth;
  };
  using W = TierWorth;
  constexpr auto fok = TimeInForce::fok;
  const Row rows[] = {
      {{resting, attached}, {}, {}, true, Tier::resting, W::resting},  // a partial fill is covered
      {{resting, attached}, {}, fok, true, Tier::attached, W::attached},
      {{resting, attached}, {}, TimeInForce::ioc, true, Tier::resting, W::resting},
      {{resting, attached, native}, {}, {}, true, Tier::native, W::native},
      {{native, attached}, {}, fok, true, Tier::native, W::native},
      {{resting}, Tier::attached, {}, true, {}, W::none},
      {{attached}, {}, {}, true, Tier::attached, W::attached_cut_short},
      {{attached, watched}, {}, {}, true, Tier::resting, W::resting_watched},
      {{watched, attached}, Tier::attached, {}, true, Tier::attached, W::attached_cut_short},
      {{watched_attached}, {}, fok, true, {}, W::none},
      {{watched_attached}, {}, fok, false, Tier::attached, W::attached},
      {{engine}, {}, {}, true, {}, W::none},
      {{engine}, Tier::engine, {}, true, Tier::engine, W::engine},
      {{engine, watched}, Tier::engine, {}, true, Tier::resting, W::resting_watched},
      {{engine, stop_only}, Tier::engine, {}, true, Tier::engine, W::engine},
      {{stop_only}, {}, {}, true, {}, W::none},
      {{stop_only}, {}, {}, false, Tier::resting, W::resting},
      {{watched}, {}, {}, true, Tier::resting, W::resting_watched},
      {{not_partly}, {}, {}, true, {}, W::none},
      {{not_alone}, {}, {}, true, {}, W::none},
      {{}, {}, {}, true, {}, W::none},
  };
  for (const auto& row : rows) {
    auto s = a_limit_signal("s");
    s.min_tier = row.least;
    s.time_in_force = row.time_in_force;
    if (!row.target) s.take_profit.clear();
    const auto chosen = choose_tier(row.facts, MarketKind::spot, s);
    CHECK((chosen ? std::optional{chosen->tier} : std::nullopt) == row.chosen);
    CHECK((chosen ? worth_of(*chosen, s) : W::none) == row.worth);
  }
  // An attached pair is one: several targets cannot be attached.
  auto several = a_limit_signal("s");
  several.take_profit.push_back(TakeProfit{.price = Price{130}});
  CHECK(worth_of(attached, several) == W::none);
  // The engine has no limit to sell at.
  auto with_limit = a_limit_signal("s");
  with_limit.stop_loss->limit_offset = Price{1};
  CHECK(worth_of(engine, with_limit) == W::none);
  CHECK(worth_of(resting, with_limit) == W::resting);
  auto without_stop = a_limit_signal("s");
  without_stop.stop_loss.reset();
  CHECK(worth_of(engine, without_stop) == W::engine);
  // Facts of another market or entry type say nothing.
  CHECK_FALSE(choose_tier(std::vector{resting}, MarketKind::linear, a_limit_signal("s")));
  CHECK_FALSE(choose_tier(std::vector{resting}, MarketKind::spot, a_signal("s")));
}

TEST_CASE("each fill has its own time without cover", "[cover][I1]") {
  const auto t = [](int ms) { return at(std::chrono::milliseconds{ms}).mono; };
  CoverClock clock;
  clock.on_fill(Quantity{1}, t(0));
  clock.update({}, Quantity{1}, t(0));
  clock.on_fill(Quantity{2}, t(300));
  clock.update({}, Quantity{2}, t(300));
  CHECK(clock.open_since() == t(0));
  // A stop for the first leaves the second with the time it has had.
  clock.update(Quantity{1}, Quantity{1}, t(400));
  CHECK(clock.open_since() == t(300));
  CHECK(clock.longest(t(400)) == 400ms);
  clock.update(Quantity{2}, {}, t(500));
  CHECK_FALSE(clock.open_since());
  CHECK(clock.longest(t(900)) == 400ms);

  SECTION("a lost stop starts a new time") {
    clock.update(Quantity{1}, Quantity{1}, t(1'000));
    CHECK(clock.open_since() == t(1'000));
    clock.update({}, Quantity{2}, t(1'200));
    CHECK(clock.open_since() == t(1'000));
    clock.update(Quantity{1}, Quantity{1}, t(1'300));  // the older loss is still open
    CHECK(clock.open_since() == t(1'000));
    CHECK(clock.longest(t(1'500)) == 500ms);
  }
  SECTION("more fills than are kept share an earlier time, never a later one") {
    for (int i = 1; i <= 50; ++i) clock.on_fill(Quantity{2 + i}, t(1'000 + i));
    clock.update(Quantity{2}, Quantity{50}, t(1'100));
    CHECK(clock.open_since() == t(1'001));
    clock.update(Quantity{51}, Quantity{1}, t(1'200));
    REQUIRE(clock.open_since());
    CHECK(*clock.open_since() <= t(1'050));
  }
  SECTION("a new process gives what is open its whole time") {
    clock.update(Quantity{1}, Quantity{1}, t(1'000));
    clock.begin_again(t(5'000));
    clock.update(Quantity{1}, Quantity{1}, t(5'100));
    CHECK(clock.open_since() == t(5'000));
  }
}
