// One story per reason that risk can give: it passes at its boundary and refuses one step beyond.
#include <catch2/catch.hpp>

#include "tests/rules/risk_desk.hpp"

using namespace signalbox;
using namespace signalbox::test;
using namespace std::chrono_literals;

namespace {

/// Cost of one BTC at market: the collar price with the fee.
const auto one_btc = "102.102";  // 100 × 1.02 × 1.001

}  // namespace

TEST_CASE("confidence: the threshold itself passes", "[risk]") {
  RiskDesk desk;
  auto s = a_signal("s");
  s.confidence = num("0.6");
  CHECK(desk.reason(s) == Reason::none);
  s.confidence = num("0.599999999999999999");
  CHECK(desk.reason(s) == Reason::low_confidence);
  s.confidence.reset();
  CHECK(desk.reason(s) == Reason::no_confidence);
  CHECK(desk.reason(s, true) == Reason::none);  // a caller of the old manager has none
}

TEST_CASE("age: as old as allowed passes, the future does not", "[risk]") {
  RiskDesk desk;
  auto s = a_signal("s");
  s.time = desk.now.wall - 30s;
  CHECK(desk.reason(s) == Reason::none);
  s.time -= 1ns;
  CHECK(desk.reason(s) == Reason::too_old);
  s.time = desk.now.wall + 1s;
  CHECK(desk.reason(s) == Reason::none);
  s.time += 1ns;
  CHECK(desk.reason(s) == Reason::too_old);
  s.time = desk.now.wall;
  s.valid_until = desk.now.wall;
  CHECK(desk.reason(s) == Reason::none);
  s.valid_until = desk.now.wall - 1ns;
  CHECK(desk.reason(s) == Reason::expired);
  s.valid_until.reset();
  s.entry_expires = desk.now.wall;
  CHECK(desk.reason(s) == Reason::expired);
}

TEST_CASE("no data means no", "[risk]") {
  RiskDesk desk;
  auto s = a_signal("s");
  SECTION("an account nobody configured") {
    s.account = AccountName{"other"};
    CHECK(desk.reason(s) == Reason::unknown_account);
  }
  SECTION("an instrument the venue has not told") {
    s.symbol = Symbol{"ETH/USDT"};
    CHECK(desk.reason(s) == Reason::unknown_instrument);
  }
  SECTION("one that the venue has halted") {
    desk.instrument.trading = false;
    CHECK(desk.reason(s) == Reason::unknown_instrument);
  }
  SECTION("a connection that is not READY") {
    desk.start();
    for (const auto state : {LinkState::down, LinkState::connecting, LinkState::stale}) {
      desk.risk->on_link(main_account, state);
      CHECK(desk.reason(s) == Reason::account_not_ready);
    }
  }
  SECTION("any trading state but ACTIVE") {
    desk.start();
    for (const auto state : {TradingState::no_entries, TradingState::reduce_only,
                             TradingState::flatten, TradingState::halted}) {
      desk.risk->set_state(main_account, state);
      CHECK(desk.reason(s) == Reason::trading_halted);
    }
  }
  SECTION("an instrument frozen by an order of unknown fate") {
    desk.start();
    desk.risk->set_frozen(main_account, btc_usdt, true);
    CHECK(desk.reason(s) == Reason::instrument_frozen);
    desk.risk->set_frozen(main_account, btc_usdt, false);
    CHECK(desk.reason(s) == Reason::none);
  }
  SECTION("a ticker that is too old, crossed or empty") {
    desk.start();
    desk.now = at(5s);
    CHECK(desk.reason(s) == Reason::none);
    desk.now = at(5s + 1ns);
    CHECK(desk.reason(s) == Reason::stale_ticker);
    desk.tick("100.01", "100");
    CHECK(desk.reason(s) == Reason::stale_ticker);
    desk.tick("0", "100");
    CHECK(desk.reason(s) == Reason::stale_ticker);
  }
  SECTION("no ticker at all") {
    RiskDesk fresh;
    fresh.risk = std::make_unique<Risk>(Risk::Options{},
                                        std::vector<RiskAccount>{{main_account, fresh.limits, {}}});
    fresh.risk->on_instruments(main_account, std::vector{fresh.instrument});
    fresh.risk->on_link(main_account, LinkState::ready);
    CHECK(fresh.reason(s) == Reason::stale_ticker);
  }
  SECTION("no balances") {
    desk.start();
    desk.risk->exposure().on_balances(main_account, std::vector{Balance{Asset{"USDT"}, {}, {}}},
                                      desk.now.mono);
    CHECK(desk.reason(s) == Reason::insufficient_balance);
  }
}

TEST_CASE("what a signal must bring", "[risk]") {
  RiskDesk desk;
  auto s = a_signal("s");
  SECTION("a stop, unless the account has a default") {
    s.stop_loss.reset();
    CHECK(desk.reason(s) == Reason::stop_required);
    RiskDesk with_default;
    with_default.limits.default_stop_loss_percent = Decimal{5};
    const auto decision = with_default.judge(s);
    REQUIRE(decision.plan);
    CHECK(decision.plan->value().signal.stop_loss->percent == Decimal{5});
  }
  SECTION("place_order with a target alone is no bracket") {
    s.stop_loss.reset();
    CHECK(desk.reason(s, true) == Reason::stop_required);
    s.take_profit.clear();
    const auto decision = desk.judge(s, true);
    REQUIRE(decision.plan);
    CHECK(decision.plan->value().unprotected_by_request);
  }
  SECTION("a price for a limit entry") {
    s.type = EntryType::limit;
    CHECK(desk.reason(s) == Reason::price_required);
  }
  SECTION("a stop below entry and market") {
    s.stop_loss = StopLoss{.price = price("99.98")};
    CHECK(desk.reason(s) == Reason::none);
    s.stop_loss = StopLoss{.price = price("99.99")};  // the bid
    CHECK(desk.reason(s) == Reason::wrong_side_stop);
    s.stop_loss = StopLoss{.percent = Decimal{0}};
    CHECK(desk.reason(s) == Reason::wrong_side_stop);
    s.stop_loss = StopLoss{.percent = Decimal{100}};
    CHECK(desk.reason(s) == Reason::wrong_side_stop);
  }
  SECTION("a target above entry and market") {
    s.take_profit = {TakeProfit{.price = price("100.01")}};
    CHECK(desk.reason(s) == Reason::none);
    s.take_profit = {TakeProfit{.price = price("100")}};
    CHECK(desk.reason(s) == Reason::wrong_side_target);
  }
  SECTION("exactly one size, and exactly one way to say where a leg lies") {
    s.notional = worth("100");
    CHECK(desk.reason(s) == Reason::bad_field);
    s.quantity.reset();
    s.notional.reset();
    CHECK(desk.reason(s) == Reason::bad_field);
    s = a_signal("s");
    s.stop_loss = StopLoss{.price = Price{90}, .percent = Decimal{10}};
    CHECK(desk.reason(s) == Reason::bad_field);
    s = a_signal("s");
    s.take_profit = {TakeProfit{}};
    CHECK(desk.reason(s) == Reason::bad_field);
  }
  SECTION("no short on spot; inventory may be sold by place_order") {
    s.side = Side::sell;
    CHECK(desk.reason(s) == Reason::no_short_on_spot);
    s.stop_loss.reset();
    s.take_profit.clear();
    s.quantity = Quantity{3};
    CHECK(desk.reason(s, true) == Reason::none);
    s.quantity = qty("3.001");
    CHECK(desk.reason(s, true) == Reason::insufficient_balance);
  }
  SECTION("nothing that is not built yet") {
    s.leverage = Decimal{2};
    CHECK(desk.reason(s) == Reason::unsupported);
    s = a_signal("s");
    s.stop_loss->trigger = Trigger::mark;
    CHECK(desk.reason(s) == Reason::trigger_unavailable);
    s = a_signal("s");
    s.min_tier = Tier::native;
    CHECK(desk.reason(s) == Reason::tier_unavailable);
  }
  SECTION("shares that make a whole, each worth an order") {
    const auto target = [](std::string_view at, std::optional<Decimal> fraction) {
      return TakeProfit{.price = price(at), .fraction = fraction};
    };
    s.take_profit = {target("120", num("0.5"))};
    CHECK(desk.reason(s) == Reason::bad_targets);
    s.take_profit = {target("110", num("0.5")), target("120", num("0.4"))};
    CHECK(desk.reason(s) == Reason::bad_targets);
    s.take_profit = {target("110", num("0.5")), target("120", std::nullopt)};
    CHECK(desk.reason(s) == Reason::bad_targets);
    s.take_profit = {target("110", num("0.5")), target("99", num("0.5"))};
    CHECK(desk.reason(s) == Reason::wrong_side_target);
    s.take_profit = {target("110", num("0.96")), target("120", num("0.04"))};
    CHECK(desk.reason(s) == Reason::below_minimum);  // 0.039 at the stop of 90
    s.take_profit = {target("110", num("0.5")), target("120", num("0.5"))};
    s.break_even_after = 2;
    CHECK(desk.reason(s) == Reason::bad_field);  // nothing would be left
    s.break_even_after = 1;
    CHECK(desk.reason(s) == Reason::none);
  }
  SECTION("a trail that trails") {
    s.trail = Trail{.offset = Price{0}, .activation = {}};
    CHECK(desk.reason(s) == Reason::bad_field);
    s.trail->offset = Price{5};
    CHECK(desk.reason(s) == Reason::none);
  }
}

TEST_CASE("every leg can be left again", "[risk]") {
  RiskDesk desk;
  auto s = a_signal("s");
  SECTION("minimum of the stop, after fees in base") {
    // 0.056 at 90 is 5.04; after the fee only 0.055 can be sold: 4.95.
    s.take_profit.clear();
    s.quantity = qty("0.056");
    CHECK(desk.reason(s) == Reason::below_minimum);
    s.quantity = qty("0.057");
    CHECK(desk.reason(s) == Reason::none);
    s.quantity = qty("0.0009");
    CHECK(desk.reason(s) == Reason::below_minimum);
  }
  SECTION("maximum of a market order") {
    s.quantity = Quantity{50};
    CHECK(desk.reason(s) == Reason::none);
    s.quantity = qty("50.001");
    CHECK(desk.reason(s) == Reason::above_maximum);
    auto limit = a_limit_signal("l");
    limit.quantity = qty("100.001");
    CHECK(desk.reason(limit) == Reason::above_maximum);
  }
  SECTION("a stop at market is sold at market") {
    auto limit = a_limit_signal("l");
    limit.quantity = qty("50.051");  // 50 after fees
    CHECK(desk.reason(limit) == Reason::none);
    limit.quantity = qty("60");
    CHECK(desk.reason(limit) == Reason::above_maximum);
    limit.stop_loss->limit_offset = Price{1};
    CHECK(desk.reason(limit) == Reason::none);
  }
  SECTION("price bands") {
    desk.instrument.sell_band_down = num("0.9");
    CHECK(desk.reason(s) == Reason::none);
    s.stop_loss = StopLoss{.price = price("89.99")};
    CHECK(desk.reason(s) == Reason::outside_price_band);
  }
  SECTION("a slot for the stop") {
    desk.instrument.conditional_orders_max = 2;
    CHECK(desk.reason(a_signal("a")) == Reason::none);
    CHECK(desk.reason(a_signal("b")) == Reason::none);
    CHECK(desk.reason(a_signal("c")) == Reason::no_protective_slot);
  }
}

TEST_CASE("limits: exactly the maximum passes", "[risk]") {
  RiskDesk desk;
  const auto s = a_signal("s");
  SECTION("collar of a limit entry") {
    CHECK(desk.reason(a_limit_signal("a", "102")) == Reason::none);
    CHECK(desk.reason(a_limit_signal("b", "102.01")) == Reason::collar_exceeded);
  }
  SECTION("one order") {
    desk.limits.max_order_notional = worth(one_btc);
    CHECK(desk.reason(s) == Reason::none);
    desk.risk.reset();
    desk.limits.max_order_notional = worth("102.101999999999999999");
    CHECK(desk.reason(s) == Reason::order_limit);
  }
  SECTION("one symbol, one account, all accounts") {
    // One is open: 1 BTC at the reference of 100. The next comes at its cost.
    const auto sum = worth("202.102");
    const auto less = worth("202.101999999999999999");
    const auto open_then = [&](Reason expected) {
      CHECK(desk.reason(a_signal("first")) == Reason::none);
      CHECK(desk.reason(s) == expected);
    };
    SECTION("symbol passes") {
      desk.limits.max_symbol_notional = sum;
      open_then(Reason::none);
    }
    SECTION("symbol") {
      desk.limits.max_symbol_notional = less;
      open_then(Reason::symbol_limit);
    }
    SECTION("account passes") {
      desk.limits.max_account_notional = sum;
      open_then(Reason::none);
    }
    SECTION("account") {
      desk.limits.max_account_notional = less;
      open_then(Reason::account_limit);
    }
    SECTION("all pass") {
      desk.options.max_total_notional = sum;
      open_then(Reason::none);
    }
    SECTION("all") {
      desk.options.max_total_notional = less;
      open_then(Reason::total_limit);
    }
    SECTION("position passes") {
      desk.limits.max_position = Quantity{2};
      open_then(Reason::none);
    }
    SECTION("position") {
      desk.limits.max_position = qty("1.999");
      open_then(Reason::position_limit);
    }
    SECTION("brackets") {
      desk.limits.max_open_brackets = 1;
      open_then(Reason::bracket_limit);
    }
    SECTION("entries per minute") {
      desk.limits.max_entries_per_minute = 1;
      open_then(Reason::rate_limit);
      desk.now = at(60s);
      desk.tick("99.99", "100");
      auto later = a_signal("later");
      later.time = desk.now.wall;
      CHECK(desk.reason(later) == Reason::none);
    }
  }
  SECTION("balance, less what is reserved") {
    desk.start();
    desk.risk->exposure().on_balances(
        main_account, std::vector{Balance{Asset{"USDT"}, qty("204.204"), {}}}, desk.now.mono);
    CHECK(desk.reason(a_signal("a")) == Reason::none);
    CHECK(desk.reason(a_signal("b")) == Reason::none);
    CHECK(desk.reason(a_signal("c")) == Reason::insufficient_balance);
    // The first has ended: what it reserved is free again.
    desk.risk->exposure().on(BracketExposure{.key = key_of(a_signal("a")), .ended = true},
                             desk.now.wall);
    CHECK(desk.reason(a_signal("d")) == Reason::none);
  }
  SECTION("losses of the day and from the peak") {
    desk.limits.max_daily_loss = worth("50");
    desk.limits.max_drawdown = worth("80");
    desk.start();
    desk.risk->exposure().restore_realised(main_account, num("-49.99"), desk.now.wall);
    CHECK(desk.reason(a_signal("a")) == Reason::none);
    desk.risk->exposure().restore_realised(main_account, num("-0.01"), desk.now.wall);
    CHECK(desk.reason(a_signal("b")) == Reason::daily_loss);
    // The next day begins at zero; the drawdown does not.
    desk.now = at(24h);
    desk.tick("99.99", "100");
    auto s2 = a_signal("c");
    s2.time = desk.now.wall;
    CHECK(desk.reason(s2) == Reason::none);
    desk.risk->exposure().restore_realised(main_account, num("40"), desk.now.wall);
    desk.risk->exposure().restore_realised(main_account, num("-40"), desk.now.wall - 24h);
    desk.risk->exposure().restore_realised(main_account, num("-30"), desk.now.wall - 24h);
    auto s3 = s2;
    s3.id = SignalId{"d"};
    CHECK(desk.reason(s3) == Reason::drawdown);
  }
}

TEST_CASE("the earlier check gives the reason", "[risk]") {
  RiskDesk desk;
  auto s = a_signal("s");
  desk.start();
  // Everything is wrong; each repair shows the next reason.
  s.quantity = Quantity{1'000};
  s.stop_loss = StopLoss{.price = Price{101}};
  s.confidence = num("0.1");
  s.time = desk.now.wall - 1h;
  desk.risk->set_state(main_account, TradingState::halted);
  desk.risk->on_link(main_account, LinkState::stale);
  CHECK(desk.reason(s) == Reason::too_old);
  s.time = desk.now.wall;
  CHECK(desk.reason(s) == Reason::account_not_ready);
  desk.risk->on_link(main_account, LinkState::ready);
  CHECK(desk.reason(s) == Reason::trading_halted);
  desk.risk->set_state(main_account, TradingState::active);
  CHECK(desk.reason(s) == Reason::low_confidence);
  s.confidence = num("0.6");
  CHECK(desk.reason(s) == Reason::wrong_side_stop);
  s.stop_loss = StopLoss{.price = Price{90}};
  CHECK(desk.reason(s) == Reason::above_maximum);
  s.quantity = Quantity{50};
  CHECK(desk.reason(s) == Reason::none);
}

TEST_CASE("sizes are exact", "[risk]") {
  RiskDesk desk;
  auto s = a_signal("s");
  s.quantity.reset();
  SECTION("notional becomes base at the collar price with fees") {
    s.notional = worth(one_btc);
    CHECK(desk.judge(s).verdict.quantity == Quantity{1});
    s.notional = worth("102.101999999999999999");
    CHECK(desk.judge(s).verdict.quantity == qty("0.999"));
  }
  SECTION("risk is what is lost at the stop, with the fees of both ways") {
    // Per BTC: 102 − 90 + (102 + 90) × 0.001 = 12.192
    s.risk = worth("12.192");
    CHECK(desk.judge(s).verdict.quantity == Quantity{1});
    s.risk = worth("12.191999999999999999");
    CHECK(desk.judge(s).verdict.quantity == qty("0.999"));
  }
}

TEST_CASE("a signal is remembered until it is too old to be traded", "[risk][I2]") {
  RiskDesk desk;
  desk.start();
  const auto s = a_signal("s");
  CHECK(desk.risk->known(s, false) == Risk::Known::fresh);
  desk.risk->remember(s, false, {}, desk.now);
  CHECK(desk.risk->known(s, false) == Risk::Known::repeated);
  auto other = s;
  other.quantity = Quantity{2};
  CHECK(desk.risk->known(other, false) == Risk::Known::id_reused);
  CHECK(desk.risk->known(s, true) == Risk::Known::id_reused);
  desk.risk->note(signal_hash(s.account, s.strategy, s.id), SignalOutcome{});
  // Another one, an hour and a half minute later, is when the first may go.
  desk.risk->remember(a_signal("t"), false, {}, at(1h + 31s));
  CHECK(desk.risk->known(s, false) == Risk::Known::repeated);
  desk.risk->remember(a_signal("u"), false, {}, at(1h + 31s + 1ns));
  CHECK(desk.risk->known(s, false) == Risk::Known::fresh);
  desk.now = at(1h + 31s + 1ns);
  CHECK(desk.reason(s) == Reason::too_old);
}
