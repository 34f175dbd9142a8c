// `flip`: what risk says of a signal that shall follow an open bracket.
#include "tests/rules/risk_desk.hpp"

using namespace signalbox;
using namespace signalbox::test;

namespace {

struct PerpetualDesk : RiskDesk {
  PerpetualDesk() { instrument.kind = MarketKind::linear; }
  void open() {
    start();
    risk = std::make_unique<Risk>(
        options, std::vector{RiskAccount{main_account, limits, {linear(EntryType::market)}}});
    risk->on_instruments(main_account, std::vector{instrument});
    risk->on_link(main_account, LinkState::ready);
    tick("99.99", "100");
    REQUIRE(judge(a_signal("long")).plan);
  }
  static TierFacts linear(EntryType entry) {
    auto facts = resting_facts(entry, false);
    facts.market = MarketKind::linear;
    return facts;
  }
  static Signal a_short(std::string_view id) {
    auto s = a_signal(id);
    s.side = Side::sell;
    s.stop_loss = StopLoss{.price = Price{110}};
    s.take_profit = {TakeProfit{.price = Price{80}}};
    return s;
  }
  SignalHash open_key = key_of(a_signal("long"));
};

}  // namespace

TEST_CASE("the new signal is judged as if the bracket were gone, and nothing is reserved",
          "[risk][flip]") {
  PerpetualDesk desk;
  desk.limits.max_open_brackets = 1;
  desk.open();
  const auto s = PerpetualDesk::a_short("short");
  CHECK(desk.reason(s) == Reason::opposite_open);
  const auto before = desk.risk->exposure().open_notional();
  const auto verdict = desk.risk->judge_after(desk.open_key, s, desk.now);
  CHECK(verdict.approved);
  CHECK(verdict.reason == Reason::none);
  CHECK(desk.risk->exposure().open_notional() == before);
  CHECK(desk.risk->exposure().is_open(desk.open_key));
  CHECK_FALSE(desk.risk->exposure().is_open(key_of(s)));
  // Once the bracket is gone it is judged for good.
  desk.risk->exposure().on({.key = desk.open_key, .ended = true}, desk.now.wall);
  CHECK(desk.reason(s) == Reason::none);
}

TEST_CASE("what would be refused then is refused before anything is closed", "[risk][flip]") {
  PerpetualDesk desk;
  desk.open();
  auto s = PerpetualDesk::a_short("short");
  s.confidence = num("0.1");
  CHECK(desk.risk->judge_after(desk.open_key, s, desk.now).reason == Reason::low_confidence);
  desk.risk->set_state(main_account, TradingState::no_entries);
  CHECK(desk.risk->judge_after(desk.open_key, s, desk.now).reason == Reason::trading_halted);
  // Of a bracket that nobody knows it is what any signal would hear.
  CHECK(desk.risk->judge_after(key_of(s), PerpetualDesk::a_short("t"), desk.now).reason ==
        Reason::trading_halted);
}

TEST_CASE("a flip turns the instrument's own position round", "[risk][flip]") {
  PerpetualDesk desk;
  desk.open();
  const auto& exposure = desk.risk->exposure();
  auto s = PerpetualDesk::a_short("short");
  CHECK(exposure.opposes(desk.open_key, s));
  CHECK_FALSE(exposure.opposes(desk.open_key, a_signal("same side")));
  s.symbol = Symbol{"ETH/USDT"};
  CHECK_FALSE(exposure.opposes(desk.open_key, s));
  CHECK_FALSE(exposure.opposes(key_of(a_signal("nobody")), PerpetualDesk::a_short("u")));
}
