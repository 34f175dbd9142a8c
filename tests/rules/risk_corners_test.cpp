// Risk where nothing is configured, nothing has been heard yet, or everything is at its bound.
#include "tests/rules/risk_desk.hpp"

using namespace signalbox;
using namespace signalbox::test;
using namespace std::chrono_literals;

namespace {

const AccountName other_account{"other"};
const Symbol eth_usdt{"ETH/USDT"};

Accepted accepted(const Signal& s, WallTime time) {
  return {
      .id = s.id, .strategy = s.strategy, .account = s.account, .symbol = s.symbol, .time = time};
}

}  // namespace

TEST_CASE("what the venue has told of an instrument, and what it has not", "[risk]") {
  RiskDesk desk;
  desk.start();
  REQUIRE(desk.risk->instrument(main_account, btc_usdt) != nullptr);
  CHECK(*desk.risk->instrument(main_account, btc_usdt) == desk.instrument);
  CHECK(desk.risk->instrument(main_account, eth_usdt) == nullptr);
  CHECK(desk.risk->instrument(other_account, btc_usdt) == nullptr);
}

TEST_CASE("a connection that never told its instruments is what is in the way", "[risk]") {
  RiskDesk desk;
  desk.risk = std::make_unique<Risk>(desk.options,
                                     std::vector<RiskAccount>{{main_account, desk.limits, {}}});
  CHECK(desk.reason(a_signal("s")) == Reason::account_not_ready);
  desk.risk->on_link(main_account, LinkState::ready);
  CHECK(desk.reason(a_signal("s")) == Reason::unknown_instrument);
}

TEST_CASE("a journal of years: what nobody can repeat is forgotten, what is open is not",
          "[risk][recovery][I9]") {
  RiskDesk desk;
  desk.start();
  const auto old = a_signal("old"), open = a_signal("open"), fresh = a_signal("fresh");
  const auto then = desk.now.wall, latest = then + std::chrono::hours{24 * 365};
  desk.risk->remember(old, {}, accepted(old, then), desk.now);
  desk.risk->remember(old, {}, accepted(old, then), desk.now);  // recorded twice
  desk.risk->remember(open, {}, accepted(open, then), desk.now);
  desk.risk->remember(fresh, {}, accepted(fresh, latest), desk.now);
  SignalOutcome over;
  over.time = then;
  desk.risk->note(key_of(old), over);
  desk.risk->note(key_of(fresh), over);
  desk.risk->forget_before(latest);
  CHECK(desk.risk->remembered() == 2);
  CHECK(desk.risk->known(old, {}) == Risk::Known::fresh);
  CHECK(desk.risk->known(open, {}) == Risk::Known::repeated);
  CHECK(desk.risk->known(fresh, {}) == Risk::Known::repeated);
  desk.risk->forget_before(latest);
  CHECK(desk.risk->remembered() == 2);
}

TEST_CASE("an entry's last moment is turned into the clock that nobody sets, once", "[risk][I11]") {
  RiskDesk desk;
  auto s = a_signal("s");
  s.entry_expires = desk.now.wall + 30s;
  const auto decision = desk.judge(s);
  REQUIRE(decision.plan);
  CHECK(decision.plan->value().entry_expires == desk.now.mono + 30s);
}

TEST_CASE("what a signal says in numbers must make sense", "[risk]") {
  RiskDesk desk;
  auto s = a_signal("s");
  SECTION("leverage of one, a stop by the last price: what spot has anyway") {
    s.leverage = Decimal{1};
    s.stop_loss->trigger = Trigger::last;
    CHECK(desk.reason(s) == Reason::none);
  }
  SECTION("a risk needs a stop, whatever else protects it") {
    s.quantity.reset();
    s.risk = worth("10");
    s.stop_loss.reset();
    s.take_profit.clear();
    CHECK(desk.reason(s, true) == Reason::stop_required);
  }
  SECTION("more than can be reckoned with") {
    desk.instrument.quantity_max = desk.instrument.market_quantity_max = {};
    s.quantity = Quantity{amount_max};
    CHECK(desk.reason(s) == Reason::above_maximum);
  }
  SECTION("several targets: each has a share, and it is positive") {
    s.take_profit = {TakeProfit{.price = Price{110}, .fraction = num("1")},
                     TakeProfit{.price = Price{120}, .fraction = num("0")}};
    CHECK(desk.reason(s) == Reason::bad_targets);
  }
  SECTION("break-even after none of them") {
    s.break_even_after = 0;
    CHECK(desk.reason(s) == Reason::bad_field);
  }
}

TEST_CASE("a venue without maxima, bands or slots takes what is asked", "[risk]") {
  RiskDesk desk;
  auto& i = desk.instrument;
  i.quantity_max = i.market_quantity_max = {};
  i.notional_max = {};
  i.buy_band_up = i.buy_band_down = i.sell_band_up = i.sell_band_down = {};
  i.conditional_orders_max = 0;
  auto s = a_signal("s");
  s.quantity = Quantity{60};
  CHECK(desk.reason(s) == Reason::none);
}

TEST_CASE("an entry beyond the venue's band is refused before it is sent", "[risk]") {
  RiskDesk desk;
  desk.limits.collar_percent = Decimal{50};
  desk.instrument.buy_band_up = num("1.01");
  CHECK(desk.reason(a_limit_signal("above", "102")) == Reason::outside_price_band);
  CHECK(desk.reason(a_limit_signal("inside", "101")) == Reason::none);
}

TEST_CASE("a sale of inventory goes past what is open the same way round", "[risk]") {
  RiskDesk desk;
  desk.start();
  REQUIRE(desk.judge(a_signal("held")).plan);
  auto sale = a_signal("sale");
  sale.side = Side::sell;
  sale.stop_loss.reset();
  sale.take_profit.clear();
  CHECK(desk.reason(sale, true) == Reason::none);
  SECTION("reduce_only by place_order is a sale like any other") {
    sale.id = SignalId{"reduce"};
    sale.reduce_only = true;
    CHECK(desk.reason(sale, true) == Reason::none);
  }
  SECTION("of a derivative, also past what nobody here owns") {
    RiskDesk perpetual;
    perpetual.make_derivative();
    perpetual.start();
    perpetual.risk->exposure().set_external(main_account, btc_usdt, Quantity{2});
    CHECK(perpetual.reason(sale, true) == Reason::none);
    auto short_sale = sale;
    short_sale.id = SignalId{"short"};
    short_sale.stop_loss = StopLoss{.price = Price{110}};
    CHECK(perpetual.reason(short_sale) == Reason::opposite_open);
    CHECK(perpetual.risk->external_on(main_account) == std::vector{btc_usdt});
  }
}

TEST_CASE("what was approved before: a sale of inventory reserves nothing", "[risk][recovery]") {
  RiskDesk desk;
  desk.start();
  auto plan = plan_for(a_signal("s"));
  plan.unprotected_by_request = true;
  plan.signal.side = Side::sell;
  desk.risk->approved_before(plan);
  CHECK(desk.risk->exposure().open_brackets(main_account) == 0);
  plan.signal.take_profit.clear();
  plan.signal.side = Side::buy;
  desk.risk->approved_before(plan);
  CHECK(desk.risk->exposure().open_brackets(main_account) == 1);
}

TEST_CASE("exposure of an account is nobody else's", "[exposure]") {
  RiskDesk desk;
  desk.start();
  auto& exposure = desk.risk->exposure();
  CHECK(exposure.available(other_account, Asset{"USDT"}).is_zero());
  CHECK(exposure.available(main_account, Asset{"DOGE"}).is_zero());
  CHECK_FALSE(exposure.balance_age(other_account, desk.now.mono));
  exposure.on_tick(other_account, Tick{.symbol = btc_usdt, .bid = Price{1}, .ask = Price{2}},
                   desk.now.mono);
  CHECK_FALSE(exposure.balance_age(other_account, desk.now.mono));

  REQUIRE(desk.judge(a_signal("mine")).plan);
  auto far = plan_for(a_signal("far"));
  far.signal.account = other_account;
  far.key = key_of(far.signal);
  exposure.reserve(far, worth("100"));
  const auto mine = key_of(a_signal("mine"));
  BracketExposure held{.key = mine,
                       .entry_live = false,
                       .placed = false,
                       .held = Quantity{1},
                       .entry_price = Price{100},
                       .cash = Decimal{-100}};
  exposure.on(held, desk.now.wall);
  // Placed or over, its cost is in the balances that the venue tells next.
  const auto before = exposure.available(main_account, Asset{"USDT"});
  exposure.on_balances(main_account, std::vector{Balance{Asset{"USDT"}, Quantity{1'000'000}, {}}},
                       desk.now.mono);
  CHECK(exposure.available(main_account, Asset{"USDT"}) > before);
  CHECK(exposure.available(main_account, Asset{"USDT"}) == Quantity{1'000'000});
  CHECK(exposure.profit_today(other_account, desk.now.wall).is_zero());

  SECTION("of one that is not known nothing changes") {
    held.key = key_of(a_signal("unknown"));
    held.ended = true;
    exposure.on(held, desk.now.wall);
    CHECK(exposure.open_brackets(main_account) == 1);
  }
  SECTION("handed over, it has neither won nor lost") {
    held.ended = true;
    exposure.on(held, desk.now.wall);
    CHECK(exposure.open_brackets(main_account) == 0);
    CHECK(exposure.profit_today(main_account, desk.now.wall).is_zero());
  }
  SECTION("promised to a sale already, it is not offered to another") {
    const StrategyName trend{"trend"};
    CHECK(exposure.reducible(main_account, trend, btc_usdt, Side::sell).empty());
    CHECK(exposure.reducible(main_account, trend, btc_usdt, Side::buy).size() == 1);
    held.shedding = Quantity{1};
    exposure.on(held, desk.now.wall);
    CHECK(exposure.reducible(main_account, trend, btc_usdt, Side::buy).empty());
  }
}

TEST_CASE("entries are counted over a minute, and no more than ten thousand are kept",
          "[exposure][I9]") {
  Exposure exposure;
  for (int i = 0; i < 10'001; ++i) exposure.count_entry(main_account, at(1s).mono);
  CHECK(exposure.entries_within(main_account, 60s, at(1s).mono) == 10'000);
  CHECK(exposure.entries_within(main_account, 60s, at(61s).mono) == 0);
}

TEST_CASE("a change of exposure is told only if it is one", "[exposure]") {
  const BracketExposure same{.key = key_of(a_signal("s"))};
  CHECK(same == BracketExposure{same});
  const auto differs = [&](auto change) {
    auto other = same;
    change(other);
    CHECK(other != same);
  };
  differs([](auto& e) { e.key = key_of(a_signal("t")); });
  differs([](auto& e) { e.entry_live = false; });
  differs([](auto& e) { e.placed = true; });
  differs([](auto& e) { e.held = Quantity{1}; });
  differs([](auto& e) { e.covered = Quantity{1}; });
  differs([](auto& e) { e.shedding = Quantity{1}; });
  differs([](auto& e) { e.entry_price = Price{1}; });
  differs([](auto& e) { e.cash = Decimal{1}; });
  differs([](auto& e) { e.ended = true; });
  differs([](auto& e) { e.profit = Decimal{1}; });
}
