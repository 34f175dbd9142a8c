// One story for every reason code: a new one cannot be forgotten, because the list of stories and
// the list of reasons must be the same.
#include <set>

#include "tests/rules/risk_desk.hpp"

using namespace signalbox;
using namespace signalbox::test;
using namespace std::chrono_literals;

namespace {

/// Everything is allowed; a story makes one thing worse.
struct Case : RiskDesk {
  Signal s = a_signal("s");
  Origin origin;

  void open_first() { REQUIRE(judge(a_signal("first")).plan); }
};

struct Story {
  Reason reason;
  void (*make_worse)(Case& c);
};

const Story stories[] = {
    {Reason::none, [](Case&) {}},
    {Reason::too_old, [](Case& c) { c.s.time -= 31s; }},
    {Reason::expired, [](Case& c) { c.s.valid_until = c.now.wall - 1ns; }},
    {Reason::unknown_account, [](Case& c) { c.s.account = AccountName{"other"}; }},
    {Reason::unknown_instrument, [](Case& c) { c.s.symbol = Symbol{"ETH/USDT"}; }},
    {Reason::account_not_ready,
     [](Case& c) {
       c.start();
       c.risk->on_link(main_account, LinkState::stale);
     }},
    {Reason::trading_halted,
     [](Case& c) {
       c.start();
       c.risk->set_state(main_account, TradingState::no_entries);
     }},
    {Reason::low_confidence, [](Case& c) { c.s.confidence = num("0.59"); }},
    {Reason::no_confidence, [](Case& c) { c.s.confidence.reset(); }},
    {Reason::stop_required, [](Case& c) { c.s.stop_loss.reset(); }},
    {Reason::price_required, [](Case& c) { c.s.type = EntryType::limit; }},
    {Reason::bad_field, [](Case& c) { c.s.notional = worth("100"); }},
    {Reason::wrong_side_stop, [](Case& c) { c.s.stop_loss = StopLoss{.price = Price{101}}; }},
    {Reason::wrong_side_target,
     [](Case& c) { c.s.take_profit = {TakeProfit{.price = Price{99}}}; }},
    {Reason::bad_targets, [](Case& c) { c.s.take_profit[0].fraction = num("0.5"); }},
    {Reason::no_short_on_spot, [](Case& c) { c.s.side = Side::sell; }},
    {Reason::nothing_to_reduce,
     [](Case& c) {
       c.s.side = Side::sell;
       c.s.reduce_only = true;
       c.s.stop_loss.reset();
       c.s.take_profit.clear();
     }},
    {Reason::tier_unavailable, [](Case& c) { c.s.min_tier = Tier::native; }},
    {Reason::trigger_unavailable, [](Case& c) { c.s.stop_loss->trigger = Trigger::index; }},
    {Reason::unsupported, [](Case& c) { c.s.leverage = Decimal{5}; }},
    {Reason::below_minimum, [](Case& c) { c.s.quantity = qty("0.01"); }},
    {Reason::above_maximum, [](Case& c) { c.s.quantity = Quantity{51}; }},
    {Reason::outside_price_band, [](Case& c) { c.instrument.sell_band_down = num("0.95"); }},
    {Reason::no_protective_slot,
     [](Case& c) {
       c.instrument.conditional_orders_max = 1;
       c.open_first();
     }},
    {Reason::collar_exceeded, [](Case& c) { c.s = a_limit_signal("s", "103"); }},
    {Reason::order_limit, [](Case& c) { c.limits.max_order_notional = worth("100"); }},
    {Reason::symbol_limit, [](Case& c) { c.limits.max_symbol_notional = worth("100"); }},
    {Reason::account_limit, [](Case& c) { c.limits.max_account_notional = worth("100"); }},
    {Reason::total_limit, [](Case& c) { c.options.max_total_notional = worth("100"); }},
    {Reason::position_limit, [](Case& c) { c.limits.max_position = qty("0.5"); }},
    {Reason::bracket_limit, [](Case& c) { c.limits.max_open_brackets = 0; }},
    {Reason::rate_limit, [](Case& c) { c.limits.max_entries_per_minute = 0; }},
    {Reason::daily_loss,
     [](Case& c) {
       c.limits.max_daily_loss = worth("50");
       c.start();
       c.risk->exposure().restore_realised(main_account, Decimal{-50}, c.now.wall);
     }},
    {Reason::drawdown,
     [](Case& c) {
       c.limits.max_drawdown = worth("50");
       c.start();
       c.risk->exposure().restore_realised(main_account, Decimal{-50}, c.now.wall);
     }},
    {Reason::stale_ticker,
     [](Case& c) {
       c.start();
       c.now = at(6s);
     }},
    {Reason::insufficient_balance,
     [](Case& c) {
       c.start();
       const std::vector balances{Balance{Asset{"USDT"}, Quantity{50}, {}}};
       c.risk->exposure().on_balances(main_account, balances, c.now.mono);
     }},
    {Reason::opposite_open,
     [](Case& c) {
       c.start();
       auto short_one = plan_for(a_signal("short"));
       short_one.signal.side = Side::sell;
       static_cast<void>(c.risk->approved_before(short_one));
     }},
    {Reason::reconciling,
     [](Case& c) {
       c.start();
       c.risk->set_reconciling(true);
     }},
    {Reason::instrument_frozen,
     [](Case& c) {
       c.start();
       c.risk->set_frozen(main_account, btc_usdt, true);
     }},
    {Reason::busy,
     [](Case& c) {
       c.options.signals_remembered_max = 0;
       c.start();
       c.risk->remember(a_signal("before"), {}, {}, c.now);
     }},
};

/// Given by whoever stands before risk or after it, and shown there.
const std::set<Reason> elsewhere{
    Reason::malformed,        // tests/clients/malformed_test
    Reason::unknown_command,  // tests/clients/malformed_test
    Reason::id_reused,        // tests/clients/orders_test, risk_test
    Reason::unauthorised,     // nobody gives it: who is not listed is not let in (tests/bus)
    Reason::journal_full,     // tests/shard/faults_test
    Reason::shutting_down,    // tests/shard/crash_test, commands_test
    Reason::not_found,        // tests/clients/states_test, commands_test
    Reason::internal_error,   // a defect: there is no story of one
    Reason::fate_known,       // resolve_test
    Reason::too_early,        // resolve_test
    Reason::not_operator,     // tests/shard/states_test, tests/clients/curve_test
};

}  // namespace

TEST_CASE("every reason that risk can give has its story", "[risk]") {
  for (const auto& story : stories) {
    INFO(name_of(story.reason));
    Case c;
    story.make_worse(c);
    CHECK(c.reason(c.s, c.origin) == story.reason);
  }
}

TEST_CASE("no reason is without a story", "[risk]") {
  std::set<Reason> told = elsewhere;
  for (const auto& story : stories) {
    INFO(name_of(story.reason));
    CHECK(told.insert(story.reason).second);
  }
  for (const auto& each : enum_names<Reason>) {
    INFO(each.name);
    CHECK(told.contains(each.value));
  }
  CHECK(told.size() == enum_names<Reason>.size());
}
