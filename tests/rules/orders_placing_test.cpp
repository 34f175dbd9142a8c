// Orders of one account: what is sent, what is told of it, and what trades count.
#include "tests/rules/order_desk.hpp"

using namespace signalbox;
using namespace signalbox::test;
using namespace std::chrono_literals;
using What = LegEvent::What;

TEST_CASE("ids are derived and generations count up from what was used", "[orders][I2]") {
  OrderDesk desk;
  desk.wish(LegKind::stop, "1");
  const auto first = desk.asked<PlaceOrders>();
  REQUIRE(first);
  CHECK(first->orders[0].id == client_order_id(Book{"test"}, desk.plan.key, {LegKind::stop, 0}, 0));
  CHECK(desk.out.records.size() == 1);  // recorded before it is sent
  desk.wish(LegKind::stop, "1");        // the same state again
  CHECK(desk.out.requests.empty());
  desk.hear(WriteResult{
      .request = first->request, .outcome = Outcome::refused, .refusal = Refusal::rate_limited});
  CHECK(desk.told(What::ended));
  desk.wish(LegKind::stop, "1");
  CHECK(desk.asked<PlaceOrders>()->orders[0].id ==
        client_order_id(Book{"test"}, desk.plan.key, {LegKind::stop, 0}, 1));
}

TEST_CASE("a trade counts once, whoever tells of it", "[orders]") {
  OrderDesk desk;
  desk.wish(LegKind::entry, "1");
  const auto id = desk.asked<PlaceOrders>()->orders[0].id;
  desk.hear(desk.fill(id, "t1", "0.4"));
  CHECK(desk.told(What::filled));
  desk.hear(desk.fill(id, "t1", "0.4"));
  CHECK(desk.out.empty());
  desk.hear(desk.fill(id, "t2", "0.6"));
  CHECK(desk.told(What::ended));
  desk.hear(desk.fill(id, "t2", "0.6"));
  CHECK(desk.out.empty());
  CHECK(desk.orders.find(id)->filled == Quantity{1});
}

TEST_CASE("trades decide the quantity, not the status", "[orders]") {
  OrderDesk desk;
  desk.wish(LegKind::entry, "1");
  const auto id = desk.asked<PlaceOrders>()->orders[0].id;
  desk.hear(desk.report(id, OrderStatus::filled, "1"));
  CHECK_FALSE(desk.told(What::ended));
  CHECK_FALSE(desk.told(What::filled));
  desk.pass(200ms);  // the stream had its time: they are fetched
  const auto query = desk.asked<QueryFills>();
  REQUIRE(query);
  FillsResult fills{.request = query->request, .outcome = Outcome::accepted};
  fills.items = {desk.fill(id, "t1", "1")};
  desk.hear(fills);
  CHECK(desk.told(What::filled));
  CHECK(desk.told(What::ended));
}

TEST_CASE("an order that the stream has shown needs no answer", "[orders][I1]") {
  OrderDesk desk;
  desk.wish(LegKind::stop, "1");
  const auto place = *desk.asked<PlaceOrders>();
  desk.hear(desk.report(place.orders[0].id, OrderStatus::working));
  CHECK(desk.told(What::standing));
  desk.hear(WriteResult{.request = place.request, .outcome = Outcome::unknown});
  CHECK_FALSE(desk.told(What::unknown));
}

TEST_CASE("a strategy hears that its entry is placed before it hears what came of it", "[orders]") {
  OrderDesk desk;
  desk.wish(LegKind::entry, "1");
  const auto place = *desk.asked<PlaceOrders>();
  const auto id = place.orders[0].id;

  SECTION("the stream's trade overtakes the answer") { desk.hear(desk.fill(id, "t1", "1")); }
  SECTION("the stream's report overtakes the answer") {
    desk.hear(desk.report(id, OrderStatus::working));
  }
  REQUIRE(desk.out.placed.size() == 1);
  CHECK(desk.out.placed[0].second.outcome == Outcome::accepted);
  CHECK(desk.out.placed[0].second.venue_order == VenueOrderId{"v" + id.str()});
  desk.hear(WriteResult{.request = place.request, .outcome = Outcome::accepted});
  CHECK(desk.out.placed.empty());
}

TEST_CASE("an entry of unknown fate is told again when the venue has spoken", "[orders]") {
  OrderDesk desk;
  desk.wish(LegKind::entry, "1");
  const auto place = *desk.asked<PlaceOrders>();
  const auto id = place.orders[0].id;

  SECTION("no answer") {
    desk.hear(WriteResult{.request = place.request, .outcome = Outcome::unknown});
  }
  SECTION("its id is there already: perhaps by this very request") {
    desk.hear(WriteResult{
        .request = place.request, .outcome = Outcome::refused, .refusal = Refusal::duplicate_id});
  }
  REQUIRE(desk.out.placed.size() == 1);
  CHECK(desk.out.placed[0].second.outcome == Outcome::unknown);
  desk.hear(desk.report(id, OrderStatus::working));
  REQUIRE(desk.out.placed.size() == 1);
  CHECK(desk.out.placed[0].second.outcome == Outcome::accepted);
}

TEST_CASE("an entry that could not be recorded has not been sent", "[orders][I2]") {
  OrderDesk desk;
  desk.wish(LegKind::entry, "1");
  const auto place = *desk.asked<PlaceOrders>();
  desk.out.clear();
  desk.orders.not_recorded(place, desk.now, desk.out);
  CHECK(desk.told(What::ended));
  REQUIRE(desk.out.placed.size() == 1);
  CHECK(desk.out.placed[0].second.refusal == Refusal::not_sent);
  CHECK_FALSE(desk.orders.awaits(place.request));
}

SCENARIO("what is free is asked for when an exit is refused for want of it", "[orders][I1]") {
  OrderDesk desk;
  const auto refused = [&](LegKind kind, Refusal why) {
    desk.wish(kind, "1");
    const auto place = desk.asked<PlaceOrders>();
    REQUIRE(place);
    desk.hear(WriteResult{.request = place->request, .outcome = Outcome::refused, .refusal = why});
    return desk.asked<QueryBalances>();
  };
  const auto answer = [&](RequestId request, Outcome outcome, std::vector<Balance> items) {
    desk.hear(BalancesResult{.request = request, .outcome = outcome, .items = std::move(items)});
    for (const auto& each : desk.out.told)
      if (each.event.what == What::funds) return std::optional{each.event.quantity};
    return std::optional<Quantity>{};
  };

  CHECK_FALSE(refused(LegKind::stop, Refusal::rate_limited));
  const auto asked = refused(LegKind::stop, Refusal::insufficient_funds);
  REQUIRE(asked);

  THEN("the bracket is told") {
    CHECK(answer(asked->request, Outcome::accepted,
                 {{Asset{"USDT"}, Quantity{7}, {}}, {Asset{"BTC"}, qty("0.4"), {}}}) == qty("0.4"));
    CHECK_FALSE(answer(asked->request, Outcome::accepted, {}));  // nobody asked this
  }
  THEN("what the venue does not list is none") {
    CHECK(answer(asked->request, Outcome::accepted, {}) == Quantity{});
  }
  THEN("no answer tells nothing, and the next refusal asks again") {
    CHECK_FALSE(answer(asked->request, Outcome::unknown, {}));
    CHECK(refused(LegKind::stop, Refusal::insufficient_funds));
  }
  THEN("one is asked at a time, and once more for who was refused meanwhile") {
    CHECK_FALSE(refused(LegKind::stop, Refusal::insufficient_funds));
    answer(asked->request, Outcome::accepted, {});
    const auto again = desk.asked<QueryBalances>();
    REQUIRE(again);
    CHECK(answer(again->request, Outcome::accepted, {}) == Quantity{});
    CHECK_FALSE(desk.asked<QueryBalances>());
  }
  THEN("a bracket that is gone is told nothing") {
    desk.orders.forget(desk.plan.key, desk.now);
    CHECK_FALSE(answer(asked->request, Outcome::accepted, {}));
  }
  THEN("with the connection goes the question") {
    desk.orders.orphan_requests(desk.now, desk.out);
    CHECK(refused(LegKind::stop, Refusal::insufficient_funds));
  }
}

TEST_CASE("a derivative's exit holds no balance of the base", "[orders]") {
  OrderDesk desk;
  desk.plan.instrument.kind = MarketKind::linear;
  desk.orders.own(desk.plan.key, owner_of(desk.plan));
  desk.wish(LegKind::stop, "1");
  desk.hear(WriteResult{.request = desk.asked<PlaceOrders>()->request,
                        .outcome = Outcome::refused,
                        .refusal = Refusal::insufficient_funds});
  CHECK_FALSE(desk.asked<QueryBalances>());
}
