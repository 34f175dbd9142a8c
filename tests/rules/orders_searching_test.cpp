// Orders of unknown fate: what the venue is asked, how often, and what its answers prove.
#include "tests/rules/order_desk.hpp"

using namespace signalbox;
using namespace signalbox::test;
using namespace std::chrono_literals;
using What = LegEvent::What;

TEST_CASE("trades of an order that lives on are fetched too", "[orders][I1]") {
  OrderDesk desk;
  desk.wish(LegKind::entry, "1");
  const auto id = desk.asked<PlaceOrders>()->orders[0].id;
  desk.hear(desk.report(id, OrderStatus::partially_filled, "0.4"));
  desk.pass(200ms);
  const auto query = desk.asked<QueryFills>();
  REQUIRE(query);
  FillsResult fills{.request = query->request, .outcome = Outcome::accepted};
  fills.items = {desk.fill(id, "t1", "0.4")};
  desk.hear(fills);
  CHECK(desk.told(What::filled));
  CHECK(desk.orders.settled());
}

TEST_CASE("an entry of unknown fate is never sent again; silence everywhere ends it",
          "[orders][I2]") {
  OrderDesk desk;
  desk.wish(LegKind::entry, "1");
  const auto place = *desk.asked<PlaceOrders>();
  desk.hear(WriteResult{.request = place.request, .outcome = Outcome::unknown});
  CHECK(desk.told(What::unknown));
  CHECK(desk.orders.frozen(btc_usdt));
  // Not found while it may still arrive is no evidence.
  desk.pass(0ms);
  auto silent = not_found;
  silent.request = desk.asked<QueryOrder>()->request;
  desk.hear(silent);
  CHECK(desk.out.requests.empty());
  CHECK(desk.orders.find(place.orders[0].id)->live());
  SECTION("absent") {
    for (int i = 0; i < 7 && desk.orders.find(place.orders[0].id)->live(); ++i) {
      desk.silence(not_found, 1);
      CHECK_FALSE(desk.asked<PlaceOrders>());
    }
    REQUIRE(desk.told(What::ended));
    CHECK(desk.out.told.back().event.end == LegEnd::absent);
    CHECK_FALSE(desk.orders.frozen(btc_usdt));
  }
  SECTION("a fill in the history speaks") {
    desk.hear(desk.fill(place.orders[0].id, "t1", "1"));
    CHECK(desk.told(What::ended));
    CHECK(desk.out.told.back().event.end == LegEnd::filled);
  }
}

TEST_CASE("a stop of unknown fate goes out again only under an id that cannot live twice",
          "[orders][I1]") {
  for (const bool unique : {true, false}) {
    OrderDesk desk{unique};
    desk.wish(LegKind::stop, "1");
    const auto place = *desk.asked<PlaceOrders>();
    desk.hear(WriteResult{.request = place.request, .outcome = Outcome::unknown});
    desk.pass(0ms);
    auto silent = not_found;
    silent.request = desk.asked<QueryOrder>()->request;
    desk.hear(silent);
    const auto again = desk.asked<PlaceOrders>();
    CHECK(again.has_value() == unique);
    if (!again) continue;
    CHECK(again->orders[0].id == place.orders[0].id);
    SECTION("its refusal says nothing about the first") {
      desk.hear(WriteResult{.request = again->request,
                            .outcome = Outcome::refused,
                            .refusal = Refusal::insufficient_funds});
      CHECK_FALSE(desk.told(What::ended));
    }
    SECTION("the id in use means that the first is there") {
      desk.hear(WriteResult{.request = again->request,
                            .outcome = Outcome::refused,
                            .refusal = Refusal::duplicate_id});
      CHECK_FALSE(desk.told(What::ended));
      desk.pass(2s);
      CHECK(desk.asked<QueryOrder>());
    }
    SECTION("an end is believed when neither can arrive any more") {
      desk.hear(desk.report(place.orders[0].id, OrderStatus::working));
      desk.hear(desk.report(place.orders[0].id, OrderStatus::cancelled));
      CHECK_FALSE(desk.told(What::ended));
      desk.pass(3s);
      const auto query = desk.asked<QueryOrder>();
      REQUIRE(query);
      OrdersResult over{.request = query->request, .outcome = Outcome::accepted};
      over.items = {desk.report(place.orders[0].id, OrderStatus::cancelled)};
      desk.hear(over);
      CHECK(desk.told(What::ended));
    }
  }
}

TEST_CASE("what was under way when the connection went is of unknown fate", "[orders]") {
  OrderDesk desk;
  desk.wish(LegKind::entry, "1");
  const auto place = *desk.asked<PlaceOrders>();
  desk.hear(LinkReport{.state = LinkState::down, .generation = 1});
  CHECK(desk.told(What::unknown));
  CHECK_FALSE(desk.orders.awaits(place.request));
  CHECK_FALSE(desk.orders.next_due());  // nobody to ask
  // Its answer, should it come, is of a connection that is gone.
  desk.hear(WriteResult{
      .request = place.request, .outcome = Outcome::refused, .refusal = Refusal::invalid});
  CHECK(desk.out.empty());
  desk.hear(LinkReport{.state = LinkState::ready, .generation = 2});
  desk.pass(0ms);
  CHECK(desk.asked<QueryOrder>());
}

TEST_CASE("silence about a stop is proven when its window ends, without further pauses",
          "[orders][I1]") {
  OrderDesk desk;
  desk.wish(LegKind::stop, "1");
  const auto place = *desk.asked<PlaceOrders>();
  CHECK(place.valid_for == 1s);
  const auto sent = desk.now.mono;
  desk.hear(WriteResult{.request = place.request, .outcome = Outcome::unknown});
  for (int i = 0; i < 1'000 && !desk.told(What::ended); ++i) {
    const auto due = desk.orders.next_due();
    REQUIRE(due);
    desk.pass(*due - desk.now.mono);
    const auto requests = desk.out.requests;
    for (const auto& each : requests) {
      if (const auto* q = std::get_if<QueryOrder>(&each)) {
        auto silent = not_found;
        silent.request = q->request;
        desk.hear(silent);
      } else if (const auto* o = std::get_if<QueryOpenOrders>(&each)) {
        desk.hear(OrdersResult{.request = o->request, .outcome = Outcome::accepted});
      } else if (const auto* f = std::get_if<QueryFills>(&each)) {
        desk.hear(FillsResult{.request = f->request, .outcome = Outcome::accepted});
      }
    }
  }
  CHECK(desk.told(What::ended));
  CHECK(desk.now.mono - sent == 1s + 500ms);
}

TEST_CASE("trades that are missing are looked for further and further back", "[orders][I13]") {
  OrderDesk desk;
  desk.wish(LegKind::entry, "1");
  const auto id = desk.asked<PlaceOrders>()->orders[0].id;
  const auto sent = desk.now.wall;
  desk.hear(desk.report(id, OrderStatus::filled, "1"));
  std::vector<Duration> back;
  for (int i = 0; i < 60 && back.size() < 3; ++i) {
    desk.pass(200ms);
    const auto query = desk.asked<QueryFills>();
    if (!query) continue;
    back.push_back(sent - query->since);
    desk.hear(FillsResult{.request = query->request, .outcome = Outcome::accepted});
  }
  CHECK(back == std::vector<Duration>{2s, 20s, 200s});
}

TEST_CASE("a trade of a nameless order is asked about before an order is taken for absent",
          "[orders][I2]") {
  OrderDesk desk;
  desk.wish(LegKind::entry, "1");
  const auto place = *desk.asked<PlaceOrders>();
  const auto id = place.orders[0].id;
  desk.hear(WriteResult{.request = place.request, .outcome = Outcome::unknown});
  auto nameless = desk.fill({}, "t1", "1");
  nameless.venue_id = VenueOrderId{"4711"};
  std::optional<QueryOrder> whose;
  for (int i = 0; i < 200 && !whose; ++i) {
    desk.pass(100ms);
    const auto requests = desk.out.requests;
    for (const auto& each : requests) {
      if (const auto* q = std::get_if<QueryOrder>(&each)) {
        auto silent = not_found;
        silent.request = q->request;
        desk.hear(silent);
      } else if (const auto* o = std::get_if<QueryOpenOrders>(&each)) {
        desk.hear(OrdersResult{.request = o->request, .outcome = Outcome::accepted});
      } else if (const auto* f = std::get_if<QueryFills>(&each)) {
        FillsResult fills{.request = f->request, .outcome = Outcome::accepted};
        fills.items = {nameless};
        desk.hear(fills);
        whose = desk.asked<QueryOrder>();
      }
    }
  }
  REQUIRE(whose);
  CHECK(whose->id.empty());
  CHECK(whose->venue_id == nameless.venue_id);
  CHECK_FALSE(desk.told(What::ended));
  SECTION("it was ours") {
    auto report = desk.report(id, OrderStatus::filled, "1");
    report.venue_id = nameless.venue_id;
    desk.hear(
        OrdersResult{.request = whose->request, .outcome = Outcome::accepted, .items = {report}});
    CHECK(desk.told(What::filled));  // its trade was kept until it had a name
    desk.hear(nameless);
    CHECK_FALSE(desk.told(What::filled));
  }
  SECTION("it was somebody else's") {
    auto report = desk.report({}, OrderStatus::filled, "1");
    report.venue_id = nameless.venue_id;
    desk.hear(
        OrdersResult{.request = whose->request, .outcome = Outcome::accepted, .items = {report}});
    desk.silence(not_found, 10);
    CHECK(desk.told(What::ended));
  }
}

TEST_CASE("what a stop became when it fired is known by that number too", "[orders][I13]") {
  OrderDesk desk;
  desk.wish(LegKind::stop, "1");
  const auto place = *desk.asked<PlaceOrders>();
  const auto id = place.orders[0].id;
  auto stands = desk.report(id, OrderStatus::pending, "0");
  stands.venue_id = VenueOrderId{"a2000"};
  desk.hear(stands);
  auto part = desk.fill(id, "t1", "0.4");
  part.venue_id = VenueOrderId{"4711"};
  desk.hear(part);
  auto rest = desk.fill({}, "t2", "0.6");  // the trade history names no client id
  rest.venue_id = VenueOrderId{"4711"};
  desk.hear(rest);
  CHECK(desk.told(What::filled));
  CHECK(desk.asked<QueryOrder>() == std::nullopt);
}

TEST_CASE("a trade that names no order of ours explains nothing before its order is known",
          "[orders][ledger][I13]") {
  OrderDesk desk;
  desk.out.clear();
  auto nameless = desk.fill({}, "t1", "1");
  nameless.venue_id = VenueOrderId{"4711"};
  desk.orders.on_trades({&nameless, 1}, desk.now, desk.out);
  CHECK(desk.orders.sought().contains(nameless.symbol));
  const auto whose = desk.asked<QueryOrder>();
  REQUIRE(whose);
  CHECK(whose->venue_id == nameless.venue_id);
  auto report = desk.report({}, OrderStatus::filled, "1");
  report.venue_id = nameless.venue_id;
  desk.hear(
      OrdersResult{.request = whose->request, .outcome = Outcome::accepted, .items = {report}});
  CHECK_FALSE(desk.orders.sought().contains(nameless.symbol));
}

TEST_CASE("the other leg of a pair is asked for when its end is not heard of", "[orders][I13]") {
  OrderDesk desk;
  desk.out.clear();
  WishedLeg stop{.leg = {LegKind::stop, 0},
                 .side = Side::sell,
                 .kind = OrderKind::stop_market,
                 .quantity = Quantity{1}};
  stop.trigger_price = Price{90};
  WishedLeg target{.leg = {LegKind::target, 0},
                   .side = Side::sell,
                   .kind = OrderKind::limit,
                   .quantity = Quantity{1},
                   .price = Price{120}};
  desk.orders.wish(desk.plan.key,
                   Wish{.order_class = OrderClass::protective,
                        .linkage = Linkage::one_cancels_other,
                        .legs = {stop, target}},
                   desk.now, desk.out);
  const auto place = *desk.asked<PlaceOrders>();
  desk.hear(WriteResult{.request = place.request, .outcome = Outcome::accepted});
  auto sold = desk.fill(place.orders[1].id, "t1", "1");
  sold.side = Side::sell;
  desk.hear(sold);
  desk.pass(199ms);
  CHECK_FALSE(desk.asked<QueryOrder>());
  desk.pass(1ms);
  REQUIRE(desk.asked<QueryOrder>());
  CHECK(desk.asked<QueryOrder>()->id == place.orders[0].id);
}

TEST_CASE("many trades of nameless orders are asked about a few at a time", "[orders][I9]") {
  OrderDesk desk;
  desk.wish(LegKind::entry, "1");
  const auto id = desk.asked<PlaceOrders>()->orders[0].id;
  desk.hear(desk.report(id, OrderStatus::filled, "1"));
  desk.pass(200ms);
  FillsResult fills{.request = desk.asked<QueryFills>()->request, .outcome = Outcome::accepted};
  for (int i = 0; i < 100; ++i) {
    auto nameless = desk.fill({}, "t" + std::to_string(i), "1");
    nameless.venue_id = VenueOrderId{std::to_string(4711 + i)};
    fills.items.push_back(nameless);
  }
  desk.hear(fills);
  CHECK(desk.out.requests.size() == 8);
}

TEST_CASE("a question about an exit that nobody answers is asked again beside it", "[orders][I1]") {
  const auto questions_within_two_seconds = [](LegKind kind) {
    OrderDesk desk;
    desk.wish(kind, "1");
    desk.hear(
        WriteResult{.request = desk.asked<PlaceOrders>()->request, .outcome = Outcome::unknown});
    int asked = 0;
    const auto end = desk.now.mono + 2s;
    while (const auto due = desk.orders.next_due()) {
      if (*due >= end) break;
      desk.pass(*due - desk.now.mono);
      asked += desk.asked<QueryOrder>() ? 1 : 0;
    }
    return asked;
  };
  CHECK(questions_within_two_seconds(LegKind::stop) == 4);
  CHECK(questions_within_two_seconds(LegKind::entry) == 1);
}

TEST_CASE("questions about an exit slow down when its search gets old", "[orders][I9]") {
  OrderDesk desk{false};
  desk.wish(LegKind::stop, "1");
  desk.hear(
      WriteResult{.request = desk.asked<PlaceOrders>()->request, .outcome = Outcome::unknown});
  int early = 0;
  int late = 0;
  const auto start = desk.now.mono;
  while (desk.now.mono < start + 30s) {
    desk.pass(*desk.orders.next_due() - desk.now.mono);
    const auto requests = desk.out.requests;
    for (const auto& each : requests) {
      ++(desk.now.mono < start + 10s ? early : late);
      if (const auto* q = std::get_if<QueryOrder>(&each))
        desk.hear(OrdersResult{.request = q->request, .outcome = Outcome::unknown});
      else if (const auto* o = std::get_if<QueryOpenOrders>(&each))
        desk.hear(OrdersResult{.request = o->request, .outcome = Outcome::unknown});
    }
  }
  CHECK(early > 20);
  CHECK(early < 60);
  CHECK(late > 15);
  CHECK(late < 26);
}

TEST_CASE("one question about a symbol answers for all its orders", "[orders][I9]") {
  OrderDesk desk;
  desk.out.clear();
  std::vector<ClientOrderId> ids;
  std::vector<RequestId> placed;
  for (std::uint8_t i = 0; i < 5; ++i) {
    WishedLeg leg{.leg = {LegKind::stop, i},
                  .side = Side::sell,
                  .kind = OrderKind::stop_market,
                  .quantity = Quantity{1}};
    leg.trigger_price = Price{90};
    desk.out.clear();
    desk.orders.wish(desk.plan.key, Wish{.order_class = OrderClass::protective, .legs = {leg}},
                     desk.now, desk.out);
    placed.push_back(desk.asked<PlaceOrders>()->request);
    ids.push_back(desk.asked<PlaceOrders>()->orders[0].id);
  }
  desk.hear(LinkReport{.state = LinkState::stale, .generation = 1});  // nothing is asked twice
  for (const auto request : placed)
    desk.hear(WriteResult{.request = request, .outcome = Outcome::unknown});
  desk.now.mono += 2s;  // beyond their windows
  int open = 0;
  int fills = 0;
  int ended = 0;
  for (int i = 0; i < 10; ++i) {
    desk.pass(0ms);
    const auto requests = desk.out.requests;
    for (const auto& each : requests) {
      if (const auto* q = std::get_if<QueryOrder>(&each)) {
        auto silent = not_found;
        silent.request = q->request;
        desk.hear(silent);
      } else if (const auto* o = std::get_if<QueryOpenOrders>(&each)) {
        CHECK(o->urgent);
        ++open;
        desk.hear(OrdersResult{.request = o->request, .outcome = Outcome::accepted});
      } else if (const auto* f = std::get_if<QueryFills>(&each)) {
        ++fills;
        desk.hear(FillsResult{.request = f->request, .outcome = Outcome::accepted});
      }
      for (const auto& told : desk.out.told) ended += told.event.what == What::ended ? 1 : 0;
    }
  }
  CHECK(open == 1);
  CHECK(fills == 1);
  CHECK(ended == 5);
}
