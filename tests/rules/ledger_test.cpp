// Several brackets of several strategies on one instrument: what they own adds up to what the venue
// holds, after every fill.
#include "actors/rules/ledger.hpp"
#include "tests/rules/desk.hpp"

using namespace signalbox;
using namespace signalbox::test;
using namespace std::chrono_literals;

namespace {

Quantity owned(const Desk& desk) {
  Quantity sum;
  for (const auto& plan : desk.plans)
    if (const auto* bracket = desk.book.find(plan.key)) sum += bracket->held();
  return sum;
}

void live_together(std::uint64_t seed, bool pairs) {
  Desk::Options options;
  options.seed = seed;
  options.pairs = pairs;
  options.venue.holds_balance = pairs;
  options.instrument.fee_in_base = true;
  Desk desk{options};
  desk.link(LinkState::ready);
  std::size_t fills = 0;
  const auto settled = [&] {
    desk.pass(10ms);  // what the venue said has been heard
    INFO("seed " << seed << ", after " << desk.venue.fills().size() << " fills");
    REQUIRE(owned(desk) == desk.venue.base());
    fills = desk.venue.fills().size();
  };
  for (int step = 0; step < 60; ++step) {
    const auto live = desk.venue.live();
    const auto& plans = desk.plans;
    const auto one_of = [&](const auto& all) {
      return all[desk.draw(static_cast<std::uint32_t>(all.size()))];
    };
    const Quantity some{Decimal::from_raw(Int128{1 + desk.draw(400)} * 1'000'000'000'000'000)};
    switch (desk.draw(8)) {
      case 0:
      case 1:
        if (plans.size() < 5) {
          const auto id = "s" + std::to_string(plans.size());
          auto signal = desk.chance(50) ? a_signal(id) : a_limit_signal(id);
          signal.strategy = StrategyName{desk.chance(50) ? "trend" : "mean"};
          desk.open(plan_for(signal, options.instrument, pairs));
        }
        break;
      case 2:
      case 3:
      case 4:
        if (!live.empty()) desk.trade(one_of(live), desk.chance(30) ? Quantity{100} : some);
        break;
      case 5:
        if (!plans.empty()) desk.shed(one_of(plans).key, some);
        break;
      case 6:
        if (!plans.empty() && desk.chance(30)) desk.close(one_of(plans).key);
        break;
      case 7: {
        auto signal = a_signal("r" + std::to_string(step));
        signal.reduce_only = true;
        std::vector<ReductionPart> parts;
        for (const auto& plan : plans)
          if (desk.chance(40)) parts.push_back({plan.key, some});
        if (!parts.empty()) desk.reduce(signal, parts);
        break;
      }
    }
    settled();
  }
  CHECK(fills > 0);
  CHECK(desk.venue.wrongs() == std::vector<std::string>{});
}

}  // namespace

TEST_CASE("what brackets own adds up to what the venue holds", "[bracket][ledger][I13]") {
  for (std::uint64_t seed = 1; seed <= 150; ++seed) {
    live_together(seed, true);
    live_together(seed, false);
  }
}

// ---- derivatives: what somebody else does on the account ----

namespace {

Plan derivative_plan(std::string_view id, Side side = Side::buy, std::string_view quantity = "1") {
  auto signal = a_signal(id);
  signal.side = side;
  signal.quantity = qty(quantity);
  if (side == Side::sell) {
    signal.stop_loss = StopLoss{.price = Price{110}};
    signal.take_profit = {TakeProfit{.price = Price{80}}};
  }
  auto instrument = spot_instrument();
  instrument.kind = MarketKind::linear;
  instrument.fee_in_base = false;
  auto plan = plan_for(signal, instrument, false);
  plan.facts.market = MarketKind::linear;
  return plan;
}

Desk::Options derivative_account(std::uint64_t seed = 1) {
  Desk::Options options;
  options.seed = seed;
  options.pairs = false;
  options.venue.holds_balance = false;
  options.venue.fee = Decimal{};
  options.watches_positions = true;
  return options;
}

Quantity signed_sum(const Desk& desk) {
  Quantity sum;
  for (const auto& plan : desk.plans) {
    const auto* bracket = desk.book.find(plan.key);
    if (bracket == nullptr || bracket->ended()) continue;
    sum += plan.signal.side == Side::buy ? bracket->held() : -bracket->held();
  }
  return sum + desk.book.external(main_account, btc_usdt);
}

Quantity held(const Desk& desk, std::size_t plan) {
  const auto* bracket = desk.book.find(desk.plans[plan].key);
  return bracket == nullptr || bracket->ended() ? Quantity{} : bracket->held();
}

/// What live stops of one bracket would sell.
Quantity under_stops(const Desk& desk, std::size_t plan) {
  Quantity sum;
  for (const auto& order : desk.venue.orders())
    if (order.live() && order.leg.kind == LegKind::stop && order.bracket == desk.plans[plan].key)
      sum += order.rest();
  return sum;
}

}  // namespace

TEST_CASE("a position is shared out: external first, then the newest bracket", "[ledger]") {
  const LedgerShare old{SignalHash{"old"}, qty("2")};
  const LedgerShare young{SignalHash{"young"}, qty("1")};
  const LedgerShare oversold{SignalHash{"over"}, qty("-0.5")};
  const LedgerShare short_old{SignalHash{"old"}, qty("-2")};
  const LedgerShare short_young{SignalHash{"young"}, qty("-1")};
  const LedgerShare flat{SignalHash{"flat"}, Quantity{}};
  struct Row {
    const char* what;
    const char* position;
    std::vector<LedgerShare> newest_first;
    const char* external;
    std::vector<ReductionPart> taken;
  };
  const Row rows[] = {
      {"all is ours", "3", {young, old}, "0", {}},
      {"more than ours", "5", {young, old}, "2", {}},
      {"nothing is ours", "-4", {}, "-4", {}},
      {"only what is flat is ours", "4", {flat}, "4", {}},
      {"the newest lost a part", "2.5", {young, old}, "0", {{young.bracket, qty("0.5")}}},
      {"the newest lost all of it", "2", {young, old}, "0", {{young.bracket, qty("1")}}},
      {"and then the older one",
       "1.5",
       {young, old},
       "0",
       {{young.bracket, qty("1")}, {old.bracket, qty("0.5")}}},
      {"flat", "0", {young, old}, "0", {{young.bracket, qty("1")}, {old.bracket, qty("2")}}},
      {"turned round",
       "-1",
       {young, old},
       "-1",
       {{young.bracket, qty("1")}, {old.bracket, qty("2")}}},
      {"shorts: all is ours", "-3", {short_young, short_old}, "0", {}},
      {"shorts: more than ours", "-4", {short_young, short_old}, "-1", {}},
      {"shorts: bought back by somebody",
       "-1.5",
       {short_young, short_old},
       "0",
       {{short_young.bracket, qty("1")}, {short_old.bracket, qty("0.5")}}},
      {"one that sold too much is passed over",
       "1",
       {oversold, old},
       "0",
       {{old.bracket, qty("0.5")}}},
      {"so is one that holds nothing", "1", {flat, old}, "0", {{old.bracket, qty("1")}}},
  };
  for (const auto& row : rows) {
    INFO(row.what);
    const auto ledger = share_out(qty(row.position), row.newest_first);
    CHECK(ledger.external == qty(row.external));
    CHECK(ledger.taken == row.taken);
    Quantity sum = ledger.external;
    for (const auto& share : row.newest_first) sum += share.held;
    for (const auto& part : ledger.taken)
      sum += row.newest_first.back().held.is_negative() ? part.quantity : -part.quantity;
    CHECK(sum == qty(row.position));
  }
}

SCENARIO("what somebody else does to a position takes what is external first, then the newest",
         "[bracket][ledger][I13]") {
  Desk desk{derivative_account()};
  desk.link(LinkState::ready);
  desk.open(derivative_plan("s0"));
  desk.open(derivative_plan("s1"));
  desk.pass(100ms);
  REQUIRE(held(desk, 0) == Quantity{1});
  REQUIRE(held(desk, 1) == Quantity{1});
  desk.trade_outside(Side::buy, qty("0.5"));
  desk.pass(2s);
  REQUIRE(desk.book.external(main_account, btc_usdt) == qty("0.5"));
  REQUIRE(desk.positions.size() == 1);
  CHECK(desk.positions[0].position == qty("2.5"));

  WHEN("less than what is external is sold") {
    desk.trade_outside(Side::sell, qty("0.3"));
    desk.pass(2s);
    THEN("no bracket hears of it") {
      CHECK(desk.book.external(main_account, btc_usdt) == qty("0.2"));
      CHECK(held(desk, 0) == Quantity{1});
      CHECK(held(desk, 1) == Quantity{1});
      CHECK(desk.pages.empty());
    }
  }
  WHEN("more is sold, and the stream does not say so") {
    desk.trade_outside(Side::sell, qty("0.9"), false);
    desk.pass(PositionWatch::ask_every + 2s);
    THEN("the newest bracket is smaller, and so are its exits; somebody is told") {
      CHECK(desk.book.external(main_account, btc_usdt).is_zero());
      CHECK(held(desk, 0) == Quantity{1});
      CHECK(held(desk, 1) == qty("0.6"));
      CHECK(under_stops(desk, 0) == Quantity{1});
      CHECK(under_stops(desk, 1) == qty("0.6"));
      CHECK(desk.pages.size() == 1);
    }
    THEN("another process knows it, too") {
      desk.restart();
      CHECK(held(desk, 1) == qty("0.6"));
      CHECK(signed_sum(desk) == desk.venue.base());
    }
  }
  WHEN("all of it is sold, and more") {
    desk.trade_outside(Side::sell, qty("3"));
    desk.pass(2s);
    THEN("the brackets are over, without an order of theirs left") {
      CHECK(desk.book.external(main_account, btc_usdt) == qty("-0.5"));
      CHECK(desk.venue.live().empty());
      REQUIRE(desk.told.size() == 2);
      for (const auto& outcome : desk.told) {
        CHECK(outcome.outcome == BracketOutcome::closed_outside);
        CHECK(outcome.profit == Decimal{-10});  // nobody said the price: the stop's
        CHECK(outcome.exit_price == Price{90});
      }
    }
  }
}

SCENARIO("a trade of ours that is heard of late was nobody else's", "[bracket][ledger][I4]") {
  auto plan = derivative_plan("s0");
  BracketBook book;
  book.set_policy(main_account, {});
  BookOut out;
  book.open(plan, at(0s), out);
  const auto tell = [&](LegEvent event) { book.told(plan.key, event, at(1s), out); };
  tell({.what = LegEvent::What::filled,
        .leg = {LegKind::entry, 0},
        .quantity = Quantity{1},
        .price = Price{100}});
  tell({.what = LegEvent::What::ended, .leg = {LegKind::entry, 0}});
  tell({.what = LegEvent::What::standing, .leg = {LegKind::stop, 0}, .quantity = Quantity{1}});
  PositionsSeen gone{.positions = {}, .moved = {}, .confirmed = {btc_usdt}};
  book.on_positions(main_account, gone, at(2s), out);
  REQUIRE(out.doubts.size() == 1);  // confirmed or not, it is news
  REQUIRE(book.find(plan.key)->held() == Quantity{1});
  book.on_positions(main_account, gone, at(3s), out);
  REQUIRE(book.find(plan.key)->held().is_zero());
  out.clear();
  tell({.what = LegEvent::What::filled,
        .leg = {LegKind::stop, 0},
        .side = Side::sell,
        .quantity = qty("0.6"),
        .price = Price{89}});
  CHECK(book.find(plan.key)->held().is_zero());
  tell({.what = LegEvent::What::ended, .leg = {LegKind::stop, 0}, .end = LegEnd::cancelled});
  tell({.what = LegEvent::What::ended, .leg = {LegKind::target, 0}, .end = LegEnd::cancelled});
  REQUIRE(out.outcomes.size() == 1);
  CHECK(out.outcomes[0].left.is_zero());
  CHECK(out.outcomes[0].outcome == BracketOutcome::stopped);
  CHECK(out.outcomes[0].profit == num("-10.6"));  // 0.6 at 89, the rest at the stop's
  for (const auto& asked : out.wishes) CHECK(asked.wish.order_class != OrderClass::close);
}

TEST_CASE("a position is believed when our own trades cannot explain it", "[ledger]") {
  PositionWatch watch;
  PositionWatch::Out out;
  const std::set<Symbol> none;
  const auto step = [&](Duration when) {
    out = {};
    watch.on_time(at(when), out);
  };
  const auto answer = [&](Duration when, const std::set<Symbol>& sought = {},
                          Outcome outcome = Outcome::accepted) {
    return watch.on(PositionsResult{.request = out.positions.at(0).request, .outcome = outcome},
                    sought, at(when));
  };
  step(0s);
  CHECK(out.empty());  // nobody to ask
  CHECK_FALSE(watch.next_due());
  watch.on_link({.state = LinkState::ready}, at(0s));
  watch.on_link({.state = LinkState::ready}, at(0s));
  CHECK(watch.next_due() == at(0s).mono);
  step(0s);
  REQUIRE(out.positions.size() == 1);
  CHECK(out.fills.empty());

  SECTION("a question without an answer is asked again") {
    step(1s);
    CHECK(out.empty());
    CHECK(watch.next_due() == at(PositionWatch::answer_within).mono);
    step(PositionWatch::answer_within);
    REQUIRE(out.positions.size() == 1);
    CHECK_FALSE(watch.on(PositionsResult{.request = RequestId{7}}, none, at(6s)));
    CHECK_FALSE(answer(6s, none, Outcome::unknown));
    CHECK(watch.next_due() == at(6s + PositionWatch::ask_again).mono);
  }
  SECTION("what was asked of a connection that is gone is asked of the next") {
    watch.doubt(btc_usdt, at(0s));
    step(1s);
    REQUIRE(out.fills.size() == 1);
    watch.on_link({.state = LinkState::down}, at(1s));
    step(2s);
    CHECK(out.empty());
    watch.on_link({.state = LinkState::ready}, at(3s));
    step(3s);
    CHECK(out.positions.size() == 1);
    CHECK(out.fills.size() == 1);
  }
  SECTION("an answer says nothing of what traded meanwhile") {
    watch.on_own_trade(btc_usdt, at(1s));
    const auto seen = answer(1s);
    REQUIRE(seen);
    CHECK_FALSE(seen->held(btc_usdt));
    CHECK(seen->held(Symbol{"ETH/USDT:USDT"}) == Quantity{});
    CHECK(watch.next_due() == at(1s + PositionWatch::ask_after_own).mono);
  }
  SECTION("nobody doubts: it is asked again in a while") {
    REQUIRE(answer(1s)->held(btc_usdt) == Quantity{});
    CHECK(watch.next_due() == at(1s + PositionWatch::ask_every).mono);
    watch.on_foreign_trade(at(2s));
    CHECK(watch.next_due() == at(2s).mono);
  }
  SECTION("a doubt") {
    REQUIRE(answer(0s)->confirmed.empty());
    watch.doubt(btc_usdt, at(0s));
    watch.doubt(btc_usdt, at(1s));  // it has begun
    step(100ms);
    CHECK(out.empty());
    CHECK(watch.next_due() == at(PositionWatch::explain_after).mono);
    step(PositionWatch::explain_after);
    REQUIRE(out.fills.size() == 1);
    CHECK(out.fills[0].symbol == btc_usdt);
    const auto fills = out.fills[0].request;
    CHECK_FALSE(watch.on(FillsResult{.request = RequestId{7}}, at(1s)));
    SECTION("no answer, or none that tells") {
      step(6s);
      REQUIRE(out.fills.size() == 1);
      CHECK(watch.on(FillsResult{.request = fills, .outcome = Outcome::accepted}, at(6s)));  // late
      CHECK(watch.on(FillsResult{.request = out.fills[0].request}, at(6s)));
      CHECK(watch.next_due() == at(6s + PositionWatch::ask_again).mono);
    }
    SECTION("a trade of ours: perhaps it was that") {
      watch.on_own_trade(btc_usdt, at(1s));
      CHECK(watch.on(FillsResult{.request = fills, .outcome = Outcome::accepted}, at(1s)));
      step(4s);
      CHECK(answer(4s)->confirmed.empty());
    }
    SECTION("nothing of ours explains it") {
      CHECK(watch.on(FillsResult{.request = fills, .outcome = Outcome::accepted}, at(1s)));
      step(1s);
      REQUIRE(out.positions.size() == 1);
      CHECK(answer(1s, {btc_usdt})->confirmed.empty());  // but an order is still looked for
      step(2s);
      REQUIRE(out.positions.size() == 1);
      CHECK(answer(2s)->confirmed == std::set{btc_usdt});
      watch.on_foreign_trade(at(3s));
      step(3s);
      CHECK(answer(3s)->confirmed.empty());  // said once
    }
  }
}

namespace {

void live_with_others(std::uint64_t seed) {
  const auto options = derivative_account(seed);
  Desk desk{options};
  desk.link(LinkState::ready);
  const Side side = seed % 2 == 0 ? Side::buy : Side::sell;
  std::size_t lost = 0;
  for (int step = 0; step < 40; ++step) {
    const auto live = desk.venue.live();
    const Quantity some{Decimal::from_raw(Int128{1 + desk.draw(900)} * 1'000'000'000'000'000)};
    switch (desk.draw(6)) {
      case 0:
      case 1:
        // Risk opens nothing against what is there.
        if (const auto held = signed_sum(desk);
            desk.plans.size() < 5 && !(side == Side::buy ? held.is_negative() : held.is_positive()))
          desk.open(derivative_plan("s" + std::to_string(desk.plans.size()), side));
        break;
      case 2:
        if (!live.empty())
          desk.trade(live[desk.draw(static_cast<std::uint32_t>(live.size()))], some);
        break;
      case 3: desk.trade_outside(side, some, desk.chance(70)); break;
      case 4: desk.trade_outside(opposite(side), some, desk.chance(70)); break;
      case 5:
        if (!desk.plans.empty() && desk.chance(30))
          desk.close(desk.plans[desk.draw(static_cast<std::uint32_t>(desk.plans.size()))].key);
        break;
    }
    // Told or not, and whatever traded in between.
    desk.pass(PositionWatch::ask_every + 5s);
    INFO("seed " << seed << ", step " << step);
    REQUIRE(signed_sum(desk) == desk.venue.base());
    for (std::size_t i = 0; i < desk.plans.size(); ++i) {
      if (held(desk, i).is_zero()) continue;
      REQUIRE(held(desk, i).is_positive());
      REQUIRE(under_stops(desk, i) == held(desk, i));
    }
    lost = desk.pages.size();
  }
  static_cast<void>(lost);
  const auto again = desk.rebuild();
  for (const auto& plan : desk.plans)
    if (const auto* now = desk.book.find(plan.key))
      CHECK(again.book.find(plan.key)->held() == now->held());
}

}  // namespace

TEST_CASE("brackets and what is external add up to the position, whoever trades on it",
          "[bracket][ledger][I13]") {
  for (std::uint64_t seed = 1; seed <= 60; ++seed) live_with_others(seed);
}
