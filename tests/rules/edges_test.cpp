// What happens seldom: stops with a limit, attached exits that fill partly, ids used up, evidence
// that comes in an odd order.
#include "tests/rules/machine.hpp"
#include "tests/rules/risk_desk.hpp"

using namespace signalbox;
using namespace signalbox::test;
using namespace std::chrono_literals;

TEST_CASE("a stop with a limit lies past its trigger, for either side", "[bracket]") {
  auto plan = free_plan();
  plan.signal.stop_loss->limit_offset = Price{2};
  Machine m{plan};
  const auto wishes = m.bought("1");
  const auto& stop = wishes.at(0).legs[0];
  CHECK(stop.kind == OrderKind::stop_limit);
  CHECK(stop.trigger_price == Price{90});
  CHECK(stop.price == Price{88});

  plan.signal.side = Side::sell;
  plan.signal.stop_loss->price = Price{110};
  plan.signal.take_profit = {TakeProfit{.price = Price{80}}};
  plan.instrument.kind = MarketKind::linear;
  Machine up{plan};
  up.tell({.what = What::filled,
           .leg = entry,
           .side = Side::sell,
           .quantity = Quantity{1},
           .price = Price{100}});
  CHECK(up.wishes.at(0).legs[0].side == Side::buy);
  CHECK(up.wishes.at(0).legs[0].price == Price{112});
  CHECK(up.wishes.at(0).legs[0].trigger == Trigger::mark);
}

TEST_CASE("percent counts from the limit, from the fills, or from the market", "[bracket]") {
  auto plan = free_plan();
  plan.signal.stop_loss = StopLoss{.percent = Decimal{10}};
  plan.signal.take_profit = {TakeProfit{.percent = Decimal{20}}};
  plan.reference = Price{200};
  CHECK(Bracket(plan, {}).stop_price() == Price{180});  // before any fill
  Machine m{plan};
  m.bought("1");  // at 100
  CHECK(m.bracket.stop_price() == Price{90});
  plan.signal.price = Price{300};
  CHECK(Bracket(plan, {}).stop_price() == Price{270});
}

TEST_CASE("an attached entry that fills partly is withdrawn, and what filled is covered",
          "[bracket][I1]") {
  auto plan = free_plan();
  plan.facts.tier = Tier::attached;
  plan.instrument.fee_in_base = true;
  plan.signal.type = EntryType::limit;
  plan.signal.price = Price{100};
  Machine m{plan};
  // The fee is paid out of what is bought: the exits ask for less.
  REQUIRE(m.wishes.at(0).legs.size() == 3);
  CHECK(m.wishes.at(0).legs[1].quantity == qty("0.999"));
  const auto wishes = m.bought("0.4");
  CHECK(std::any_of(wishes.begin(), wishes.end(), [](const Wish& w) { return gone(w, entry); }));
}

TEST_CASE("an order without protection says that it was by request", "[bracket]") {
  auto plan = free_plan();
  plan.unprotected_by_request = true;
  plan.signal.stop_loss.reset();
  plan.signal.take_profit.clear();
  Machine m{plan};
  m.bought("1");
  m.ended(entry);
  REQUIRE(m.bracket.ended());
  CHECK(m.bracket.outcome(at({}).mono).outcome == BracketOutcome::unprotected);
  CHECK_FALSE(m.bracket.outcome(at({}).mono).profit);
}

TEST_CASE("a leg that no bracket has is not heard of", "[bracket]") {
  Machine m{free_plan()};
  m.covered();
  const auto held = m.bracket.held();
  m.sold({LegKind::stop, legs_per_kind_max}, "1", "90");
  m.sold({LegKind::target, legs_per_kind_max}, "1", "120");
  CHECK(m.bracket.held() == held);
}

TEST_CASE("unrealised profit counts each way round, where the market is known", "[exposure]") {
  Exposure exposure;
  const auto hold = [&](std::string_view id, Side side, const Symbol& symbol) {
    auto s = a_signal(id);
    s.side = side;
    s.symbol = symbol;
    exposure.reserve(plan_for(s), {});
    exposure.on(
        {.key = key_of(s), .entry_live = false, .held = Quantity{2}, .entry_price = Price{100}},
        at({}).wall);
  };
  const Symbol eth{"ETH/USDT"};
  const Symbol dark{"DARK/USDT"};
  hold("long", Side::buy, btc_usdt);
  hold("short", Side::sell, eth);
  hold("nobody knows", Side::buy, dark);
  exposure.on_tick(main_account, {.symbol = btc_usdt, .bid = Price{105}, .ask = Price{106}},
                   at({}).mono);
  exposure.on_tick(main_account, {.symbol = eth, .bid = Price{98}, .ask = Price{99}}, at({}).mono);
  CHECK(exposure.profit_today(main_account, at({}).wall) == Decimal{12});  // 2 × 5 + 2 × 1
  CHECK(exposure.drawdown(main_account) == Decimal{});
  exposure.on_tick(main_account, {.symbol = btc_usdt, .bid = Price{100}, .ask = Price{101}},
                   at({}).mono);
  CHECK(exposure.drawdown(main_account) == Decimal{10});
  CHECK(exposure.drawdown(AccountName{"other"}) == Decimal{});
  CHECK(exposure.profit_today(AccountName{"other"}, at({}).wall) == Decimal{});
}

TEST_CASE("a stop's limit must be worth an order too", "[risk]") {
  RiskDesk desk;
  auto s = a_signal("s");
  s.take_profit.clear();
  s.stop_loss->limit_offset = Price{-1};
  CHECK(desk.reason(s) == Reason::bad_field);
  s.stop_loss->limit_offset = Price{90};
  CHECK(desk.reason(s) == Reason::bad_field);
  s.quantity = qty("0.057");
  s.stop_loss->limit_offset = Price{10};  // 0.056 at 80 is 4.48
  CHECK(desk.reason(s) == Reason::below_minimum);
  desk.instrument.sell_band_down = num("0.9");
  desk.risk.reset();
  s.quantity = Quantity{1};
  CHECK(desk.reason(s) == Reason::outside_price_band);
}

TEST_CASE("an entry keeps to the venue's bounds", "[risk]") {
  RiskDesk desk;
  auto s = a_limit_signal("l");
  SECTION("worth too much") {
    desk.instrument.notional_max = worth("100");
    CHECK(desk.reason(s) == Reason::above_maximum);
  }
  SECTION("worth too little, where nothing else says so first") {
    s = a_signal("bare");
    s.stop_loss.reset();
    s.take_profit.clear();
    s.quantity = qty("0.04");
    CHECK(desk.reason(s, true) == Reason::below_minimum);
  }
  SECTION("as many ids as fit") {
    desk.options.signals_remembered_max = 1;
    desk.start();
    desk.risk->remember(a_signal("a"), {}, {}, desk.now);
    desk.risk->remember(a_signal("b"), {}, {}, desk.now);
    CHECK(desk.reason(a_signal("c")) == Reason::busy);
    // An exit is judged all the same.
    s = a_signal("less");
    s.side = Side::sell;
    s.reduce_only = true;
    s.stop_loss.reset();
    s.take_profit.clear();
    CHECK(desk.reason(s) == Reason::nothing_to_reduce);
  }
}

TEST_CASE("a leg that has used up its ids asks for a person", "[orders]") {
  Orders orders{OrdersPolicy{.book = Book{"test"}}};
  const auto plan = plan_for(a_signal("s"));
  orders.own(plan.key, owner_of(plan));
  OrdersOut out;
  PlaceOrders last{.symbol = btc_usdt, .order_class = OrderClass::entry};
  last.orders.push_back({.id = client_order_id(Book{"test"}, plan.key, entry, generation_max),
                         .quantity = Quantity{1}});
  orders.replay(last, at({}), out);
  orders.replay(AbsentRecord{last.orders[0].id}, at({}), out);
  orders.replay(PlaceOrders{}, at({}), out);  // a record of no order says nothing
  out.clear();
  const WishedLeg again{.leg = entry, .quantity = Quantity{1}};
  orders.wish(plan.key, Wish{.legs = {again}}, at({}), out);
  CHECK(out.requests.empty());
  CHECK(out.pages.size() == 1);
  out.clear();
  orders.wish(SignalHash{"nobody0000"}, Wish{.legs = {again}}, at({}), out);
  CHECK(out.empty());

  SECTION("forgotten, nothing of it is left") {
    orders.forget(plan.key, at({}));
    CHECK(orders.find(last.orders[0].id) == nullptr);
    orders.forget(plan.key, at({}));
  }
}

TEST_CASE("a live order is forgotten with its bracket", "[orders]") {
  Orders orders{OrdersPolicy{.book = Book{"test"}}};
  const auto plan = plan_for(a_signal("s"));
  orders.own(plan.key, owner_of(plan));
  OrdersOut out;
  const WishedLeg leg{.leg = entry, .quantity = Quantity{1}};
  orders.wish(plan.key, Wish{.legs = {leg}}, at({}), out);
  const auto id = std::get<PlaceOrders>(out.records.at(0)).orders[0].id;
  REQUIRE(orders.find(id) != nullptr);
  std::vector<OrderEvent> listed;
  orders.list(listed, at({}).wall);
  CHECK(listed.size() == 1);
  orders.forget(plan.key, at({}));
  CHECK(orders.find(id) == nullptr);
}

TEST_CASE("whose orders are looked for, and for how long before a person is asked", "[orders]") {
  Orders orders{OrdersPolicy{.book = Book{"test"}}};
  const auto plan = plan_for(a_signal("s"));
  orders.own(plan.key, owner_of(plan));
  OrdersOut out;
  orders.on(LinkReport{.state = LinkState::ready, .generation = 1}, at({}), out);
  const WishedLeg leg{.leg = entry, .quantity = Quantity{1}};
  out.clear();
  orders.wish(plan.key, Wish{.legs = {leg}}, at({}), out);
  CHECK(orders.unsettled().empty());
  const auto request = std::get<PlaceOrders>(out.requests.at(0)).request;
  orders.on(WriteResult{.request = request, .outcome = Outcome::unknown}, at({}), out);
  CHECK(orders.unsettled() == std::vector{plan.key});
  out.clear();
  orders.on_time(at(29s), out);
  CHECK(out.pages.empty());
  orders.on_time(at(31s), out);
  CHECK(out.pages.size() == 1);
  out.clear();
  orders.on_time(at(62s), out);
  CHECK(out.pages.empty());
}
