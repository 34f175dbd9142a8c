// Orders of one account: what is sent, what is believed, and on what evidence.
#include "tests/rules/rules_kit.hpp"

using namespace signalbox;
using namespace signalbox::test;
using namespace std::chrono_literals;
using What = LegEvent::What;

namespace {

struct OrderDesk {
  explicit OrderDesk(bool ids_unique = true)
      : orders(OrdersPolicy{.book = Book{"test"}, .live_ids_unique = ids_unique}) {
    orders.own(plan.key, owner_of(plan));
    ready(1);
    picture({});
    out.clear();
  }

  void ready(std::uint64_t generation) {
    out.clear();
    orders.on(LinkReport{.state = LinkState::ready, .generation = generation}, now, out);
    orders.on_time(now, out);
  }
  /// The venue shows what is open.
  void picture(std::vector<OrderReport> open) {
    const auto asked_for = asked<QueryOpenOrders>();
    REQUIRE(asked_for);
    CHECK_FALSE(asked_for->symbol);
    hear(OrdersResult{
        .request = asked_for->request, .outcome = Outcome::accepted, .items = std::move(open)});
  }

  template <class Said>
  void hear(const Said& said) {
    out.clear();
    orders.on(said, now, out);
  }
  void wish(LegKind kind, std::string_view quantity) {
    out.clear();
    const bool entry = kind == LegKind::entry;
    WishedLeg leg{
        .leg = {kind, 0}, .side = entry ? Side::buy : Side::sell, .quantity = qty(quantity)};
    if (kind == LegKind::stop) {
      leg.kind = OrderKind::stop_market;
      leg.trigger_price = Price{90};
    }
    orders.wish(
        plan.key,
        Wish{.order_class = entry ? OrderClass::entry : OrderClass::protective, .legs = {leg}}, now,
        out);
  }
  void pass(Duration d) {
    now.mono += d;
    now.wall += d;
    out.clear();
    orders.on_time(now, out);
  }
  template <class Request>
  std::optional<Request> asked() const {
    for (const auto& each : out.requests)
      if (const auto* r = std::get_if<Request>(&each)) return *r;
    return std::nullopt;
  }
  bool told(What what) const {
    return std::any_of(out.told.begin(), out.told.end(),
                       [&](const auto& each) { return each.event.what == what; });
  }
  OrderReport report(ClientOrderId id, OrderStatus status, std::string_view filled = "0") const {
    return {.symbol = btc_usdt,
            .id = id,
            .venue_id = VenueOrderId{"v" + id.str()},
            .status = status,
            .quantity = Quantity{1},
            .filled = qty(filled)};
  }
  FillReport fill(ClientOrderId id, std::string_view trade, std::string_view quantity) const {
    return {.symbol = btc_usdt,
            .id = id,
            .venue_id = VenueOrderId{"v" + id.str()},
            .trade_id = TradeId{trade},
            .side = Side::buy,
            .price = Price{100},
            .quantity = qty(quantity),
            .fee = num("0"),
            .fee_asset = Asset{"BTC"}};
  }
  /// Until the venue has been silent on every endpoint, or something is found.
  void silence(OrdersResult order, int times) {
    for (int i = 0; i < times; ++i) {
      pass(2s);
      const auto requests = out.requests;
      for (const auto& each : requests) {
        if (const auto* q = std::get_if<QueryOrder>(&each)) {
          order.request = q->request;
          hear(order);
        } else if (const auto* o = std::get_if<QueryOpenOrders>(&each)) {
          hear(OrdersResult{.request = o->request, .outcome = Outcome::accepted});
        } else if (const auto* f = std::get_if<QueryFills>(&each)) {
          hear(FillsResult{.request = f->request, .outcome = Outcome::accepted});
        }
        if (told(What::ended)) return;
      }
    }
  }

  Plan plan = plan_for(a_signal("s"));
  Now now = at({});
  Orders orders;
  OrdersOut out;
};

const OrdersResult not_found{.outcome = Outcome::refused, .refusal = Refusal::not_found};

}  // namespace

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
