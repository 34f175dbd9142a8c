// Orders of one account: what the venue shows as open, and what follows from it.
#include "tests/rules/order_desk.hpp"

using namespace signalbox;
using namespace signalbox::test;
using namespace std::chrono_literals;
using What = LegEvent::What;

TEST_CASE("after a gap one picture tells what stands, and only the missing are asked for",
          "[orders][I13]") {
  OrderDesk desk;
  desk.wish(LegKind::entry, "1");
  const auto entry = desk.asked<PlaceOrders>()->orders[0].id;
  desk.hear(desk.report(entry, OrderStatus::working));
  desk.wish(LegKind::stop, "1");
  const auto stop = desk.asked<PlaceOrders>()->orders[0].id;
  desk.hear(desk.report(stop, OrderStatus::working));
  desk.pass(1s);
  desk.ready(2);
  CHECK_FALSE(desk.orders.settled());
  CHECK(desk.out.requests.size() == 1);
  desk.picture({desk.report(stop, OrderStatus::working)});
  desk.pass(0s);
  REQUIRE(desk.asked<QueryOrder>());
  CHECK(desk.asked<QueryOrder>()->id == entry);
  CHECK(desk.out.requests.size() == 1);
}

TEST_CASE("a picture that does not come is asked for again", "[orders]") {
  OrderDesk desk;
  desk.ready(2);
  desk.hear(
      OrdersResult{.request = desk.asked<QueryOpenOrders>()->request, .outcome = Outcome::unknown});
  CHECK(desk.orders.next_due() == desk.now.mono + 50ms);
  desk.pass(50ms);
  desk.picture({});
  CHECK(desk.orders.settled());
}

TEST_CASE("an order of our book that nobody knows is cancelled, and what it traded counts",
          "[orders][I4]") {
  OrderDesk desk;
  const auto id = client_order_id(Book{"test"}, desk.plan.key, {LegKind::stop, 2}, 6);
  const auto newer = client_order_id(Book{"test"}, desk.plan.key, {LegKind::stop, 2}, 7);
  desk.ready(2);
  desk.picture({desk.report(newer, OrderStatus::working)});
  desk.hear(desk.report(newer, OrderStatus::cancelled));
  desk.ready(3);
  desk.picture({desk.report(id, OrderStatus::working)});
  const auto cancel = desk.asked<CancelOrder>();
  REQUIRE(cancel);
  CHECK(cancel->id == id);
  CHECK(desk.out.told.empty());  // no bracket asked for it
  CHECK(desk.out.pages.size() == 1);
  desk.hear(desk.fill(id, "t1", "0.4"));
  REQUIRE(desk.out.told.size() == 1);
  CHECK(desk.out.told[0].event.what == What::filled);
  CHECK(desk.out.told[0].event.late);
  desk.hear(desk.report(id, OrderStatus::cancelled, "0.4"));
  CHECK(desk.orders.settled());

  const auto foreign = client_order_id(Book{"abcd"}, desk.plan.key, {LegKind::stop, 2}, 7);
  desk.ready(4);
  desk.picture({desk.report(foreign, OrderStatus::working)});
  CHECK(desk.out.requests.empty());
  CHECK(desk.out.records.empty());
  CHECK(desk.out.pages.size() == 1);
  desk.ready(5);
  desk.picture({desk.report(foreign, OrderStatus::working)});
  CHECK(desk.out.empty());  // said once
}

TEST_CASE("a sale refused for want of what is held asks the venue what holds it", "[orders][I1]") {
  OrderDesk desk;
  desk.pass(1s);
  desk.wish(LegKind::stop, "1");
  desk.hear(WriteResult{.request = desk.asked<PlaceOrders>()->request,
                        .outcome = Outcome::refused,
                        .refusal = Refusal::insufficient_funds});
  desk.pass(0s);
  CHECK(desk.asked<QueryOpenOrders>());
}

TEST_CASE("while an order lives a picture is taken now and then", "[orders][I13]") {
  OrderDesk desk;
  desk.wish(LegKind::entry, "1");
  const auto id = desk.asked<PlaceOrders>()->orders[0].id;
  desk.hear(desk.report(id, OrderStatus::working));
  CHECK(desk.orders.next_due() == desk.now.mono + 30s);
  desk.pass(30s);
  desk.picture({});  // and the venue shows it no more
  desk.pass(0s);
  REQUIRE(desk.asked<QueryOrder>());
  CHECK(desk.asked<QueryOrder>()->id == id);
}
