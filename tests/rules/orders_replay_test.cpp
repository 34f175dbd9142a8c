// What orders make of records and answers that come after something else has settled the matter:
// the same facts in another order give the same orders.
#include "tests/rules/order_desk.hpp"

using namespace signalbox;
using namespace signalbox::test;
using namespace std::chrono_literals;
using What = LegEvent::What;

namespace {

const LegId entry{LegKind::entry, 0};
const LegId stop{LegKind::stop, 0};
const LegId target{LegKind::target, 0};

/// The legs of one request, as a bracket wishes them.
Wish linked(Linkage linkage, OrderClass order_class, std::initializer_list<LegId> legs) {
  Wish wish{.order_class = order_class, .linkage = linkage};
  for (const LegId leg : legs) {
    WishedLeg each{.leg = leg,
                   .side = leg.kind == LegKind::entry ? Side::buy : Side::sell,
                   .quantity = Quantity{1}};
    if (leg.kind == LegKind::stop) {
      each.kind = OrderKind::stop_market;
      each.trigger_price = Price{90};
    }
    if (leg.kind == LegKind::target) {
      each.kind = OrderKind::limit;
      each.price = Price{120};
    }
    wish.legs.push_back(each);
  }
  return wish;
}

struct Replayed : OrderDesk {
  using OrderDesk::OrderDesk;
  PlaceOrders sent(const Wish& wish) {
    out.clear();
    orders.wish(plan.key, wish, now, out);
    const auto place = asked<PlaceOrders>();
    REQUIRE(place);
    return *place;
  }
  void answer(const PlaceOrders& place, Outcome outcome, Refusal refusal = Refusal::none) {
    hear(WriteResult{.request = place.request, .outcome = outcome, .refusal = refusal});
  }
  void replay(const OrderRecord& record) {
    out.clear();
    orders.replay(record, now, out);
  }
  Order::State state(const ClientOrderId& id) const { return orders.find(id)->state; }
};

ClientOrderId id_of(const Plan& plan, LegId leg, std::uint32_t generation = 0) {
  return client_order_id(Book{"test"}, plan.key, leg, generation);
}

}  // namespace

TEST_CASE("records of orders that are over, or that no record began, change nothing",
          "[orders][recovery]") {
  Replayed desk;
  const auto id = id_of(desk.plan, entry);
  const auto records = [&] {
    return std::vector<OrderRecord>{CancelOrder{.symbol = btc_usdt, .id = id}, AbsentRecord{id},
                                    desk.report(id, OrderStatus::cancelled)};
  };
  SECTION("nothing began it") {
    for (const auto& record : records()) {
      desk.replay(record);
      CHECK(desk.out.told.empty());
    }
    CHECK(desk.orders.find(id) == nullptr);
  }
  SECTION("it is over") {
    PlaceOrders placed{.symbol = btc_usdt, .order_class = OrderClass::entry};
    placed.orders.push_back({.id = id, .quantity = Quantity{1}});
    desk.replay(placed);
    CHECK(desk.told(What::sent));
    desk.replay(CancelOrder{.symbol = btc_usdt, .id = id});
    CHECK(desk.told(What::cancelling));
    desk.replay(AbsentRecord{id});
    CHECK(desk.told(What::ended));
    for (const auto& record : records()) {
      desk.replay(record);
      CHECK(desk.out.told.empty());
    }
    desk.replay(placed);  // sent a second time before that
    CHECK_FALSE(desk.orders.find(id)->live());
  }
  SECTION("an order whose id is not of our form is not ours") {
    PlaceOrders strange{.symbol = btc_usdt};
    strange.orders.push_back({.id = ClientOrderId{"somebody"}, .quantity = Quantity{1}});
    desk.replay(strange);
    CHECK(desk.out.told.empty());
    CHECK(desk.orders.find(ClientOrderId{"somebody"}) == nullptr);
  }
}

TEST_CASE("an entry whose bracket was told to drop it is called back when its fate is known",
          "[orders][recovery]") {
  Replayed desk;
  PlaceOrders placed{.symbol = btc_usdt, .order_class = OrderClass::entry};
  placed.orders.push_back({.id = id_of(desk.plan, entry), .quantity = Quantity{1}});
  PlaceOrders stops{.symbol = btc_usdt, .order_class = OrderClass::protective};
  stops.orders.push_back({.id = id_of(desk.plan, stop), .quantity = Quantity{1}});
  desk.replay(placed);
  desk.replay(stops);
  desk.orders.drop_entries(desk.plan.key);
  desk.orders.drop_entries(key_of(a_signal("nobody's")));
  desk.orders.after_replay(desk.now);
  desk.ready(2);
  desk.hear(desk.report(placed.orders[0].id, OrderStatus::working));
  REQUIRE(desk.asked<CancelOrder>());
  CHECK(desk.asked<CancelOrder>()->id == placed.orders[0].id);
  desk.hear(desk.report(stops.orders[0].id, OrderStatus::working));
  CHECK_FALSE(desk.asked<CancelOrder>());
}

TEST_CASE("an answer speaks for every order of its request", "[orders]") {
  Replayed desk{GENERATE(true, false)};
  const auto with = GENERATE(Linkage::one_triggers_other, Linkage::one_triggers_pair);
  auto wish = with == Linkage::one_triggers_pair
                  ? linked(with, OrderClass::entry, {entry, stop, target})
                  : linked(with, OrderClass::entry, {entry, stop});
  const auto place = desk.sent(wish);
  const auto entry_id = place.orders[0].id, stop_id = place.orders[1].id;

  SECTION("accepted: the entry works, its children wait for it") {
    desk.answer(place, Outcome::accepted);
    CHECK(desk.state(entry_id) == Order::State::working);
    CHECK(desk.state(stop_id) == Order::State::pending);
    CHECK(desk.told(What::pending));
    desk.hear(desk.fill(entry_id, "t1", "1"));
    desk.hear(desk.report(stop_id, OrderStatus::working));
    CHECK(desk.state(stop_id) == Order::State::working);
  }
  SECTION("one that the stream has shown over is over") {
    desk.hear(desk.report(stop_id, OrderStatus::cancelled));
    desk.answer(place, Outcome::accepted);
    CHECK_FALSE(desk.orders.find(stop_id)->live());
    CHECK(desk.state(entry_id) == Order::State::working);
  }
  SECTION("an answer to nothing is not heard, and neither is one for what was forgotten") {
    desk.hear(WriteResult{.request = RequestId{4711}, .outcome = Outcome::accepted});
    CHECK(desk.out.empty());
    desk.hear(OrdersResult{.request = RequestId{4711}, .outcome = Outcome::accepted});
    desk.hear(FillsResult{.request = RequestId{4711}, .outcome = Outcome::accepted});
    CHECK(desk.out.empty());
    desk.orders.forget(desk.plan.key, desk.now);
    desk.answer(place, Outcome::accepted);
    CHECK(desk.out.empty());
  }
  SECTION("a trade of a child that waits is counted, and it waits on") {
    desk.answer(place, Outcome::accepted);
    auto sold = desk.fill(stop_id, "t9", "0.4");
    sold.side = Side::sell;
    desk.hear(sold);
    CHECK(desk.state(stop_id) == Order::State::pending);
  }
  SECTION("the connection goes: what was not answered for is of unknown fate, all of it") {
    desk.hear(desk.report(entry_id, OrderStatus::working));
    desk.hear(LinkReport{.state = LinkState::down, .generation = 1});
    CHECK(desk.state(entry_id) == Order::State::working);
    CHECK(desk.state(stop_id) == Order::State::unknown);
    CHECK(desk.orders.unknown_count() == place.orders.size() - 1);
    desk.hear(LinkReport{.state = LinkState::down, .generation = 1});
    CHECK_FALSE(desk.told(What::unknown));
  }
}

TEST_CASE("a pair of unknown fate goes out again as a pair, or not at all", "[orders][I1]") {
  Replayed desk;
  const auto pair =
      desk.sent(linked(Linkage::one_cancels_other, OrderClass::protective, {stop, target}));
  const auto other = pair.orders[1].id;
  bool again = true;
  SECTION("nothing is known of either") { desk.answer(pair, Outcome::unknown); }
  SECTION("one of them has been shown") {
    desk.hear(desk.report(other, OrderStatus::working));
    desk.answer(pair, Outcome::unknown);
    again = false;
  }
  SECTION("one of them has traded") {
    desk.answer(pair, Outcome::unknown);
    auto sold = desk.fill(other, "t1", "0.4");
    sold.side = Side::sell;
    desk.hear(sold);
    again = false;
  }
  SECTION("it is wished away") {
    desk.answer(pair, Outcome::unknown);
    auto away = linked(Linkage::one_cancels_other, OrderClass::protective, {stop, target});
    for (auto& leg : away.legs) leg.quantity = {};
    desk.orders.wish(desk.plan.key, away, desk.now, desk.out);
    again = false;
  }
  SECTION("it is over, and only its trades are missing") {
    desk.answer(pair, Outcome::unknown);
    desk.hear(desk.report(pair.orders[0].id, OrderStatus::cancelled, "0.4"));
    again = false;
  }
  bool sent_again = false;
  for (int i = 0; i < 6; ++i) {
    desk.pass(100ms);
    const auto requests = desk.out.requests;
    for (const auto& each : requests) {
      const auto* q = std::get_if<QueryOrder>(&each);
      if (q == nullptr) continue;
      auto silent = not_found;
      silent.request = q->request;
      desk.hear(silent);
      if (const auto place = desk.asked<PlaceOrders>()) {
        sent_again = true;
        CHECK(place->orders.size() == 2);
        CHECK(place->linkage == Linkage::one_cancels_other);
      }
    }
  }
  CHECK(sent_again == again);
}

TEST_CASE("only an entry of unknown fate freezes its instrument, and only its own",
          "[orders][I2]") {
  Replayed desk;
  desk.answer(desk.sent(linked(Linkage::single, OrderClass::protective, {stop})), Outcome::unknown);
  CHECK_FALSE(desk.orders.frozen(btc_usdt));
  desk.answer(desk.sent(linked(Linkage::single, OrderClass::entry, {entry})), Outcome::unknown);
  CHECK(desk.orders.frozen(btc_usdt));
  CHECK_FALSE(desk.orders.frozen(Symbol{"ETH/USDT"}));
  CHECK(desk.orders.unknown_count() == 2);
  CHECK(desk.orders.sought() == std::set{btc_usdt});
  CHECK(desk.orders.unsettled() == std::vector{desk.plan.key, desk.plan.key});
}

TEST_CASE("an order that the venue says was filled by less than it was for is over", "[orders]") {
  Replayed desk;
  const auto place = desk.sent(linked(Linkage::single, OrderClass::entry, {entry}));
  const auto id = place.orders[0].id;
  desk.hear(desk.fill(id, "t1", "0.4"));
  desk.hear(desk.report(id, OrderStatus::filled, "0.4"));
  CHECK_FALSE(desk.orders.find(id)->live());
  CHECK(desk.orders.find(id)->filled == qty("0.4"));
}

TEST_CASE("a stop that fires is told of once, and lost trades of it page nobody", "[orders]") {
  Replayed desk;
  const auto id = desk.sent(linked(Linkage::single, OrderClass::protective, {stop})).orders[0].id;
  auto fired = desk.report(id, OrderStatus::working);
  fired.triggered = true;
  desk.hear(fired);
  CHECK(desk.told(What::triggered));
  fired.filled = qty("0.4");
  desk.hear(fired);
  CHECK_FALSE(desk.told(What::triggered));
  // It is looked for because of its trades; it is not of unknown fate.
  for (int i = 0; i < 40; ++i) {
    desk.pass(1s);
    CHECK(desk.out.pages.empty());
  }
}

TEST_CASE("a request that was not recorded ends its orders, and no other's", "[orders]") {
  Replayed desk;
  const auto place = desk.sent(linked(Linkage::single, OrderClass::entry, {entry}));
  PlaceOrders strange = place;
  strange.orders[0].id = id_of(desk.plan, entry, 7);
  desk.out.clear();
  desk.orders.not_recorded(strange, desk.now, desk.out);
  CHECK(desk.out.told.empty());
  CHECK(desk.orders.find(place.orders[0].id)->live());
}

TEST_CASE("forgetting a bracket leaves the orders of the next", "[orders]") {
  Replayed desk;
  desk.sent(linked(Linkage::one_cancels_other, OrderClass::protective, {stop, target}));
  std::vector<Plan> others;
  for (const auto* name : {"a", "b", "c", "d"}) {
    others.push_back(plan_for(a_signal(name)));
    desk.orders.own(others.back().key, owner_of(others.back()));
    desk.orders.wish(others.back().key, linked(Linkage::single, OrderClass::entry, {entry}),
                     desk.now, desk.out);
  }
  desk.orders.forget(desk.plan.key, desk.now);
  CHECK(desk.orders.find(id_of(desk.plan, stop)) == nullptr);
  for (const auto& plan : others) CHECK(desk.orders.find(id_of(plan, entry)) != nullptr);
}

TEST_CASE("of what is over so many names are kept, and the oldest goes first", "[orders][I9]") {
  Orders orders{OrdersPolicy{.book = Book{"test"}, .account = main_account, .past_max = 2}};
  OrdersOut out;
  std::vector<Plan> plans;
  for (const auto* name : {"a", "b", "c"}) {
    plans.push_back(plan_for(a_signal(name)));
    orders.own(plans.back().key, owner_of(plans.back()));
    orders.forget(plans.back().key, at({}));
    orders.forget(plans.back().key, at({}));
  }
  orders.on(LinkReport{.state = LinkState::ready, .generation = 1}, at({}), out);
  const auto shown = [&](const Plan& plan) {
    out.clear();
    orders.on(OrderReport{.symbol = btc_usdt, .id = id_of(plan, stop), .quantity = Quantity{1}},
              at(1s), out);
    return out.lost_signals.empty();
  };
  CHECK(shown(plans[2]));        // known to be over: it is cancelled
  CHECK_FALSE(shown(plans[0]));  // nobody knows it any more: its trades are looked at first
}

TEST_CASE("no way to the venue, or not READY yet: nothing is due", "[orders]") {
  Orders orders{OrdersPolicy{.book = Book{"test"}}};
  const auto plan = plan_for(a_signal("s"));
  orders.own(plan.key, owner_of(plan));
  OrdersOut out;
  CHECK_FALSE(orders.next_due());
  orders.on(LinkReport{.state = LinkState::stale, .generation = 1}, at({}), out);
  CHECK_FALSE(orders.next_due());  // a picture is for READY
  CHECK_FALSE(orders.reconciled());

  SECTION("a sale that is refused for want of what is held asks for one all the same") {
    orders.wish(plan.key, linked(Linkage::single, OrderClass::protective, {stop}), at({}), out);
    const auto request = std::get<PlaceOrders>(out.requests.at(0)).request;
    const WriteResult refused{
        .request = request, .outcome = Outcome::refused, .refusal = Refusal::insufficient_funds};
    orders.on(refused, at({}), out);
    CHECK(orders.next_due() == at({}).mono);
    out.clear();
    orders.on_time(at({}), out);
    CHECK(std::get_if<QueryOpenOrders>(&out.requests.at(0)) != nullptr);
    // A second one while it is under way changes nothing.
    out.clear();
    orders.wish(plan.key, linked(Linkage::single, OrderClass::protective, {target}), at({}), out);
    auto again = refused;
    again.request = std::get<PlaceOrders>(out.requests.at(0)).request;
    out.clear();
    orders.on(again, at({}), out);
    orders.on_time(at(1s), out);
    CHECK(out.requests.empty());
  }
  SECTION("READY a second time is a new connection only if it says so") {
    orders.on(LinkReport{.state = LinkState::ready, .generation = 1}, at({}), out);
    out.clear();
    orders.on_time(at({}), out);
    REQUIRE(out.requests.size() == 1);
    orders.on(OrdersResult{.request = std::get<QueryOpenOrders>(out.requests[0]).request,
                           .outcome = Outcome::accepted},
              at({}), out);
    CHECK(orders.pictured());
    orders.on(LinkReport{.state = LinkState::ready, .generation = 1}, at({}), out);
    CHECK(orders.pictured());
    orders.on(LinkReport{.state = LinkState::ready, .generation = 2}, at({}), out);
    CHECK_FALSE(orders.pictured());
  }
}

TEST_CASE("whose a trade is: asked once, also over a lost connection, kept once", "[orders][I2]") {
  Replayed desk;
  const auto place = desk.sent(linked(Linkage::single, OrderClass::protective, {stop}));
  const auto id = place.orders[0].id;
  auto shown = desk.report(id, OrderStatus::working);
  shown.venue_id = {};  // the venue has not told its own id
  shown.filled = qty("0.4");
  desk.hear(shown);
  auto nameless = desk.fill({}, "t1", "0.4");
  nameless.side = Side::sell;
  nameless.venue_id = VenueOrderId{"4711"};
  std::optional<QueryOrder> whose;
  const auto trades_come = [&] {
    for (int i = 0; i < 60 && !whose; ++i) {
      desk.pass(100ms);
      const auto requests = desk.out.requests;
      for (const auto& each : requests) {
        if (const auto* f = std::get_if<QueryFills>(&each)) {
          FillsResult fills{.request = f->request, .outcome = Outcome::accepted};
          fills.items = {nameless, nameless};
          desk.hear(fills);
          whose = desk.asked<QueryOrder>();
        }
      }
    }
  };
  trades_come();
  REQUIRE(whose);
  CHECK(whose->venue_id == nameless.venue_id);
  CHECK_FALSE(desk.orders.settled());
  CHECK(desk.orders.next_due());  // the answer is waited for; what else is sought is not

  SECTION("the connection goes, and the next is asked") {
    desk.hear(LinkReport{.state = LinkState::down, .generation = 1});
    CHECK_FALSE(desk.orders.next_due());
    desk.hear(OrdersResult{.request = whose->request, .outcome = Outcome::accepted});  // too late
    desk.ready(2);
    const auto again = desk.asked<QueryOrder>();
    bool asked = again && again->venue_id == nameless.venue_id;
    for (int i = 0; i < 20 && !asked; ++i) {
      desk.pass(100ms);
      for (const auto& each : desk.out.requests)
        if (const auto* q = std::get_if<QueryOrder>(&each))
          asked = asked || q->venue_id == nameless.venue_id;
    }
    CHECK(asked);
  }
  SECTION("not found at first: asked again after a pause") {
    auto silent = not_found;
    silent.request = whose->request;
    desk.hear(silent);
    CHECK(desk.out.pages.empty());
    CHECK(desk.orders.next_due());
  }
  SECTION("it is ours, and counts once") {
    auto named = desk.report(id, OrderStatus::working, "0.4");
    named.venue_id = nameless.venue_id;
    desk.hear(
        OrdersResult{.request = whose->request, .outcome = Outcome::accepted, .items = {named}});
    CHECK(desk.orders.find(id)->filled == qty("0.4"));
    CHECK(desk.told(What::filled));
  }
}

TEST_CASE("what traded and is open nowhere any more was cancelled out of our sight",
          "[orders][I1]") {
  Replayed desk;
  const auto id = desk.sent(linked(Linkage::single, OrderClass::entry, {entry})).orders[0].id;
  desk.hear(desk.fill(id, "t1", "0.4"));
  desk.wish(LegKind::entry, "0");
  const auto cancel = desk.asked<CancelOrder>();
  REQUIRE(cancel);
  desk.hear(WriteResult{.request = cancel->request, .outcome = Outcome::unknown});
  desk.silence(not_found, 20);
  CHECK(desk.told(What::ended));
  CHECK_FALSE(desk.orders.find(id)->live());
  CHECK(desk.orders.find(id)->filled == qty("0.4"));
  CHECK_FALSE(desk.orders.frozen(btc_usdt));
}
