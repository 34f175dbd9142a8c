// Orders of one account: cancels that get lost, late, refused or too late.
#include "tests/rules/order_desk.hpp"

using namespace signalbox;
using namespace signalbox::test;
using namespace std::chrono_literals;
using What = LegEvent::What;

TEST_CASE("a cancel that lost against a fill asks the venue and cancels nothing else", "[orders]") {
  OrderDesk desk;
  desk.wish(LegKind::stop, "1");
  const auto place = *desk.asked<PlaceOrders>();
  const auto id = place.orders[0].id;
  desk.hear(WriteResult{.request = place.request, .outcome = Outcome::accepted});
  desk.wish(LegKind::stop, "0");
  const auto cancel = desk.asked<CancelOrder>();
  REQUIRE(cancel);
  CHECK(desk.told(What::cancelling));
  desk.hear(WriteResult{
      .request = cancel->request, .outcome = Outcome::refused, .refusal = Refusal::not_found});
  desk.pass(0ms);
  const auto query = desk.asked<QueryOrder>();
  REQUIRE(query);
  OrdersResult filled{.request = query->request, .outcome = Outcome::accepted};
  filled.items = {desk.report(id, OrderStatus::filled, "1")};
  desk.hear(filled);
  desk.hear(desk.fill(id, "t1", "1"));
  CHECK(desk.told(What::ended));
  CHECK(desk.out.told.back().event.end == LegEnd::filled);
}

TEST_CASE("a cancel that is refused again and again is asked for ever more slowly", "[orders]") {
  OrderDesk desk;
  desk.wish(LegKind::stop, "1");
  const auto place = *desk.asked<PlaceOrders>();
  desk.hear(WriteResult{.request = place.request, .outcome = Outcome::accepted});
  desk.wish(LegKind::stop, "0");
  int cancels = 0;
  auto requests = desk.out.requests;
  for (int ms = 0; ms < 20'000; ms += 5) {
    for (const auto& each : std::exchange(requests, {})) {
      if (const auto* c = std::get_if<CancelOrder>(&each)) {
        ++cancels;
        desk.hear(WriteResult{
            .request = c->request, .outcome = Outcome::refused, .refusal = Refusal::rate_limited});
      } else if (const auto* q = std::get_if<QueryOrder>(&each)) {
        OrdersResult works{.request = q->request, .outcome = Outcome::accepted};
        works.items = {desk.report(place.orders[0].id, OrderStatus::working)};
        desk.hear(works);
      } else if (const auto* o = std::get_if<QueryOpenOrders>(&each)) {
        OrdersResult listed{.request = o->request, .outcome = Outcome::accepted};
        listed.items = {desk.report(place.orders[0].id, OrderStatus::working)};
        desk.hear(listed);
      }
      requests.insert(requests.end(), desk.out.requests.begin(), desk.out.requests.end());
    }
    desk.pass(5ms);
    requests.insert(requests.end(), desk.out.requests.begin(), desk.out.requests.end());
  }
  CHECK(cancels > 5);
  CHECK(cancels < 25);
}

TEST_CASE("a replayed cancel is sent again, not taken for under way", "[orders][recovery]") {
  OrderDesk desk;
  desk.wish(LegKind::stop, "1");
  const auto place = *desk.asked<PlaceOrders>();
  std::vector<OrderRecord> records = desk.out.records;
  desk.wish(LegKind::stop, "0");
  records.insert(records.end(), desk.out.records.begin(), desk.out.records.end());
  records.push_back(desk.report(place.orders[0].id, OrderStatus::working));

  OrderDesk next;
  for (const auto& record : records) next.orders.replay(record, next.now, next.out);
  next.orders.after_replay(next.now);
  next.pass(0ms);
  const auto query = next.asked<QueryOrder>();
  REQUIRE(query);
  OrdersResult works{.request = query->request, .outcome = Outcome::accepted};
  works.items = {next.report(place.orders[0].id, OrderStatus::working)};
  next.hear(works);
  for (int i = 0; i < 3 && !next.asked<CancelOrder>(); ++i) {
    next.pass(100ms);
    if (const auto again = next.asked<QueryOrder>()) {
      works.request = again->request;
      next.hear(works);
    }
  }
  CHECK(next.asked<CancelOrder>());
}

TEST_CASE("an order that was refused and lives all the same is cancelled", "[orders][I4]") {
  OrderDesk desk;
  desk.wish(LegKind::stop, "1");
  const auto place = *desk.asked<PlaceOrders>();
  const auto id = place.orders[0].id;
  SECTION("the refusal comes first") {
    desk.hear(WriteResult{
        .request = place.request, .outcome = Outcome::refused, .refusal = Refusal::other});
    CHECK(desk.told(What::ended));
    desk.hear(desk.report(id, OrderStatus::working));
    REQUIRE(desk.asked<CancelOrder>());
    CHECK(desk.asked<CancelOrder>()->id == id);
    desk.hear(desk.report(id, OrderStatus::cancelled));
    CHECK(desk.told(What::freed));  // what it held can be sold
    desk.hear(desk.report(id, OrderStatus::cancelled));
    CHECK_FALSE(desk.told(What::freed));
  }
  SECTION("the stream has shown it before: the venue is asked") {
    desk.hear(desk.report(id, OrderStatus::working));
    desk.hear(WriteResult{
        .request = place.request, .outcome = Outcome::refused, .refusal = Refusal::other});
    CHECK_FALSE(desk.told(What::ended));
    desk.pass(0s);
    CHECK(desk.asked<QueryOrder>());
  }
}

TEST_CASE("a stop that was sent twice stands until the first can arrive no more", "[orders][I1]") {
  OrderDesk desk;
  desk.wish(LegKind::stop, "1");
  const auto place = *desk.asked<PlaceOrders>();
  const auto id = place.orders[0].id;
  desk.hear(WriteResult{.request = place.request, .outcome = Outcome::unknown});
  desk.pass(0ms);
  auto silent = not_found;
  silent.request = desk.asked<QueryOrder>()->request;
  desk.hear(silent);
  const auto again = desk.asked<PlaceOrders>();
  REQUIRE(again);
  desk.hear(WriteResult{.request = again->request, .outcome = Outcome::accepted});
  REQUIRE(desk.told(What::standing));

  desk.wish(LegKind::stop, "0");
  CHECK_FALSE(desk.asked<CancelOrder>());
  CHECK_FALSE(desk.told(What::cancelling));  // it covers
  const auto due_at = [&] { return *desk.orders.next_due() - desk.now.mono; };
  SECTION("then it is cancelled") {
    for (int i = 0; i < 10 && !desk.asked<CancelOrder>(); ++i) {
      REQUIRE(desk.now.mono - at({}).mono < 2s);
      desk.pass(due_at());
    }
    REQUIRE(desk.asked<CancelOrder>());
    CHECK(desk.told(What::cancelling));
    CHECK(desk.now.mono - at({}).mono == 1s + 500ms);
    desk.hear(desk.report(id, OrderStatus::cancelled));
    CHECK(desk.told(What::ended));  // and its end is believed at once
  }
  SECTION("unless it is wanted again") {
    desk.wish(LegKind::stop, "1");
    for (int i = 0; i < 5; ++i) {
      desk.pass(500ms);
      CHECK_FALSE(desk.asked<CancelOrder>());
    }
  }
}
