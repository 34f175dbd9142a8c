// What the journal knows against what the venue shows: who is taken up, cancelled, closed.
#include "actors/rules/reconcile.hpp"

#include <algorithm>
#include <map>
#include <random>
#include <set>

#include "tests/rules/lost_desk.hpp"

using namespace signalbox;
using namespace signalbox::test;
using namespace std::chrono_literals;
using What = LegEvent::What;

namespace {

/// A journal as sets.
struct Remembered final : JournalFacts {
  Book name{"test"};
  std::map<SignalHash, Known> signals;
  std::set<ClientOrderId> orders, cancelled;
  std::map<std::pair<SignalHash, LegId>, std::uint32_t> newest;
  std::set<SignalHash> told_signals;
  std::set<VenueOrderId> told_orders;
  std::set<Contradiction> told;

  const Book& book() const override { return name; }
  bool spot() const override { return true; }
  Known signal(const SignalHash& hash) const override {
    const auto found = signals.find(hash);
    return found == signals.end() ? Known::lost : found->second;
  }
  bool has(const ClientOrderId& id) const override { return orders.contains(id); }
  bool given_up(const ClientOrderId& id) const override { return cancelled.contains(id); }
  std::optional<std::uint32_t> generation(const SignalHash& hash, LegId leg) const override {
    const auto found = newest.find({hash, leg});
    return found == newest.end() ? std::nullopt : std::optional{found->second};
  }
  bool told_of(const SignalHash& hash) const override { return told_signals.contains(hash); }
  bool told_of(const VenueOrderId& id) const override { return told_orders.contains(id); }
  bool told_of(const Contradiction& one) const override { return told.contains(one); }

  void apply(const ReconcilePlan& plan) {
    for (const auto& id : plan.take) {
      const auto parsed = *parse_client_order_id(id.view());
      orders.insert(id);
      newest[{parsed.signal, parsed.leg}] = parsed.generation;
    }
    for (const auto& id : plan.cancel) {
      orders.insert(id);
      cancelled.insert(id);
    }
    for (const auto& position : plan.close) signals[position.signal] = Known::kept;
    for (const auto& own : plan.by_request) told_signals.insert(own.signal);
    told_signals.insert(plan.doubtful.begin(), plan.doubtful.end());
    told_orders.insert(plan.foreign.begin(), plan.foreign.end());
    told.insert(plan.contradictions.begin(), plan.contradictions.end());
    // What a bracket of its own took over, it has all of.
  }
};

}  // namespace

TEST_CASE("a reconciliation that was applied asks for nothing more", "[reconcile][I14]") {
  std::mt19937 random{3};
  const auto draw = [&](std::uint32_t below) {
    return static_cast<std::uint32_t>(random() % below);
  };
  for (int round = 0; round < 400; ++round) {
    Remembered journal;
    VenueSnapshot venue;
    for (std::uint32_t n = 0; n < 6; ++n)
      if (const auto kind = draw(3); kind > 0)
        journal.signals[hash_of(n)] =
            kind == 1 ? JournalFacts::Known::kept : JournalFacts::Known::past;
    for (std::uint32_t n = draw(12); n > 0; --n) {
      LegId leg{LegKind{static_cast<std::uint8_t>(1 + draw(4))}, 0};
      if (leg.kind == LegKind::entry && draw(3) == 0) leg = lone_entry;
      const auto id = client_order_id(draw(6) == 0 ? Book{"abcd"} : Book{"test"}, hash_of(draw(6)),
                                      leg, draw(3));
      if (draw(2) == 0)
        venue.open.push_back({.symbol = btc_usdt,
                              .id = id,
                              .venue_id = VenueOrderId{std::to_string(n)},
                              .quantity = Quantity{1}});
      else
        venue.trades.push_back({.symbol = btc_usdt,
                                .id = id,
                                .trade_id = TradeId{std::to_string(n)},
                                .side = leg.kind == LegKind::entry ? Side::buy : Side::sell,
                                .price = Price{100},
                                .quantity = Quantity{1}});
    }
    const auto plan = reconcile(journal, venue);
    auto shuffled = venue;
    std::shuffle(shuffled.open.begin(), shuffled.open.end(), random);
    std::shuffle(shuffled.trades.begin(), shuffled.trades.end(), random);
    shuffled.trades.insert(shuffled.trades.end(), venue.trades.begin(), venue.trades.end());
    CHECK(reconcile(journal, shuffled) == plan);

    // No order of a signal that holds something is cancelled.
    for (const auto& position : plan.close)
      for (const auto& id : plan.cancel)
        CHECK(parse_client_order_id(id.view())->signal != position.signal);

    journal.apply(plan);
    for (const auto& report : venue.open)
      for (const auto& position : plan.close)
        if (const auto id = parse_client_order_id(report.id.view());
            id->book == journal.name && id->signal == position.signal) {
          journal.orders.insert(report.id);
          auto& newest = journal.newest[{id->signal, id->leg}];
          newest = std::max(newest, id->generation);
        }
    CHECK(reconcile(journal, venue).empty());
  }
}

TEST_CASE("an order that cannot be as it is said to be is in no plan, and told of once",
          "[reconcile][I1]") {
  Remembered journal;
  const auto id = client_order_id(Book{"test"}, hash_of(1), {LegKind::stop, 0}, 0);
  const auto other = client_order_id(Book{"test"}, hash_of(2), {LegKind::stop, 0}, 0);
  const auto bought = client_order_id(Book{"test"}, hash_of(1), {LegKind::entry, 0}, 0);
  const auto open = [](const ClientOrderId& one, std::string_view venue_id) {
    return OrderReport{
        .symbol = btc_usdt, .id = one, .venue_id = VenueOrderId{venue_id}, .quantity = Quantity{1}};
  };
  const auto trade = [](const ClientOrderId& one, std::string_view number, std::int64_t quantity) {
    return FillReport{.symbol = btc_usdt,
                      .id = one,
                      .trade_id = TradeId{number},
                      .price = Price{100},
                      .quantity = Quantity{quantity}};
  };
  VenueSnapshot venue;
  venue.open = {open(id, "v1"), open(other, "v2")};
  auto kind = Contradiction::Kind::two_orders;
  auto which = id;
  SECTION("two open orders under one id") { venue.open.push_back(open(id, "v3")); }
  SECTION("filled and open at once") {
    kind = Contradiction::Kind::open_and_over;
    venue.open.push_back(open(id, "v1"));
    venue.open.back().status = OrderStatus::filled;
  }
  SECTION("more filled than it was for") {
    kind = Contradiction::Kind::overfilled;
    venue.open[0].filled = Quantity{2};
  }
  SECTION("trades beyond what it was for") {
    kind = Contradiction::Kind::trades_exceed;
    venue.trades = {trade(id, "t1", 1), trade(id, "t2", 1)};
  }
  SECTION("one trade told in two ways") {
    kind = Contradiction::Kind::two_trades;
    which = bought;
    venue.trades = {trade(bought, "t1", 1), trade(bought, "t1", 2)};
  }
  const auto plan = reconcile(journal, venue);
  REQUIRE(plan.contradictions.size() == 1);
  CHECK(plan.contradictions[0].kind == kind);
  CHECK(plan.contradictions[0].id == which);
  CHECK(explain(plan.contradictions[0]).view().find(which.view()) != std::string_view::npos);
  CHECK(explain(plan.contradictions[0]).view().find("resolve") != std::string_view::npos);
  CHECK(plan.close.empty());
  CHECK(plan.cancel == std::vector{other});  // the rest of the picture is as good as ever
  journal.apply(plan);
  CHECK(reconcile(journal, venue).empty());
}

TEST_CASE("what a venue says twice and differently changes nothing, and nothing opens there",
          "[reconcile][orders][I1]") {
  LostDesk desk;
  const auto plan = plan_for(a_signal("known"));
  desk.orders.own(plan.key, owner_of(plan));
  const WishedLeg leg{.leg = {LegKind::stop, 0},
                      .side = Side::sell,
                      .kind = OrderKind::stop_market,
                      .quantity = Quantity{1},
                      .trigger_price = Price{90}};
  desk.orders.wish(plan.key, Wish{.order_class = OrderClass::protective, .legs = {leg}}, desk.now,
                   desk.out);
  desk.start(desk.orders);
  const auto id = client_order_id(Book{"test"}, plan.key, {LegKind::stop, 0}, 0);
  auto filled = desk.stop(id);
  filled.status = OrderStatus::filled;
  filled.filled = filled.quantity;
  desk.picture({desk.stop(id), filled});
  CHECK(desk.orders.frozen(btc_usdt));
  CHECK(desk.out.frozen_changed == std::vector{btc_usdt});
  CHECK(desk.orders.find(id)->state == Order::State::unknown);
  CHECK(desk.out.pages.size() == 1);
  CHECK_FALSE(desk.orders.reconciled());

  SECTION("it is told of once, and the list asked for again") {
    desk.now.mono += 2s;
    desk.next();
    desk.picture({desk.stop(id), filled});
    CHECK(desk.out.pages.empty());
  }
  SECTION("a list without a contradiction ends it") {
    desk.now.mono += 2s;
    desk.next();
    desk.picture({desk.stop(id)});
    CHECK_FALSE(desk.orders.frozen(btc_usdt));
    CHECK(desk.orders.find(id)->state == Order::State::working);
  }
}

TEST_CASE("more than an order was for is held all the same, and a person is told",
          "[orders][I13]") {
  LostDesk desk;
  const auto plan = plan_for(a_signal("known"));
  desk.orders.own(plan.key, owner_of(plan));
  const WishedLeg leg{.leg = {LegKind::entry, 0}, .quantity = Quantity{1}};
  desk.orders.wish(plan.key, Wish{.legs = {leg}}, desk.now, desk.out);
  const auto id = client_order_id(Book{"test"}, plan.key, {LegKind::entry, 0}, 0);
  desk.hear(desk.trade(id, "t1", Side::buy, "0.6"));
  CHECK(desk.out.pages.empty());
  SECTION("by its trades") {
    desk.hear(desk.trade(id, "t2", Side::buy, "0.6"));
    CHECK(desk.orders.find(id)->filled == qty("1.2"));
    CHECK(desk.out.pages.size() == 1);
  }
  SECTION("by its status: its trades are waited for, and no more than there can be") {
    desk.hear(OrderReport{.symbol = btc_usdt,
                          .id = id,
                          .status = OrderStatus::filled,
                          .quantity = Quantity{1},
                          .filled = Quantity{3}});
    CHECK(desk.out.pages.size() == 1);
    CHECK(desk.orders.find(id)->live());
    desk.hear(desk.trade(id, "t2", Side::buy, "0.4"));
    CHECK_FALSE(desk.orders.find(id)->live());
  }
}

TEST_CASE("what a signal without records holds keeps its stop until a bracket closes it",
          "[reconcile][I1]") {
  LostDesk desk;
  desk.start(desk.orders);
  desk.picture({desk.stop(desk.stop_id)});
  CHECK_FALSE(desk.asked<CancelOrder>());
  CHECK(desk.out.lost_signals == std::vector{desk.lost});
  CHECK_FALSE(desk.orders.reconciled());
  desk.history({desk.trade(desk.entry_id, "t1", Side::buy, "1")});
  REQUIRE(desk.out.lost.size() == 1);
  const auto position = desk.out.lost[0];
  CHECK(position.signal == desk.lost);
  CHECK(position.entered == Quantity{1});
  CHECK(position.held == qty("0.999"));
  CHECK(position.price == Price{100});
  CHECK(desk.orders.reconciled());
  CHECK_FALSE(desk.asked<CancelOrder>());
  CHECK(desk.out.told.empty());

  SECTION("the bracket hears everything at once, and closes") {
    const auto plan = recovery_plan(position);
    desk.out.clear();
    desk.orders.introduce(plan.key, owner_of(plan), desk.now, desk.out);
    std::vector<LegEvent> known;
    for (const auto& told : desk.out.told) known.push_back(told.event);
    BracketBook book;
    BookOut said;
    book.recover(plan, known, desk.now, said);
    const Bracket* bracket = book.find(plan.key);
    REQUIRE(bracket != nullptr);
    CHECK(bracket->held() == qty("0.999"));
    CHECK(bracket->closing());
    // The stop holds the balance: it goes, and the sale follows its end.
    desk.out.clear();
    for (const auto& asked : said.wishes) {
      CHECK(asked.wish.legs[0].quantity.is_zero());
      desk.orders.wish(plan.key, asked.wish, desk.now, desk.out);
    }
    CHECK_FALSE(desk.asked<PlaceOrders>());
    const auto cancels_stop = [&](const VenueRequest& request) {
      const auto* cancel = std::get_if<CancelOrder>(&request);
      return cancel != nullptr && cancel->id == desk.stop_id;
    };
    CHECK(std::count_if(desk.out.requests.begin(), desk.out.requests.end(), cancels_stop) == 1);
  }
  SECTION("a restart before its bracket was recorded finds the same position again") {
    Orders again{LostDesk::policy()};
    OrdersOut replayed;
    for (const auto& record : desk.records) again.replay(record, desk.now, replayed);
    CHECK(again.lost_signals() == std::vector{desk.lost});
    desk.out.clear();
    desk.orders = std::move(again);
    desk.start(desk.orders);
    desk.picture({desk.stop(desk.stop_id)});
    desk.history({desk.trade(desk.entry_id, "t1", Side::buy, "1")});
    CHECK(desk.out.lost == std::vector{position});
  }
  SECTION("a restart after it was recorded finds nothing new") {
    const auto plan = recovery_plan(position);
    Orders again{LostDesk::policy()};
    OrdersOut replayed;
    for (const auto& record : desk.records) again.replay(record, desk.now, replayed);
    again.introduce(plan.key, owner_of(plan), desk.now, replayed);
    desk.out.clear();
    desk.orders = std::move(again);
    desk.start(desk.orders);
    desk.picture({desk.stop(desk.stop_id)});
    desk.history({desk.trade(desk.entry_id, "t1", Side::buy, "1")});
    CHECK(desk.out.lost.empty());
    CHECK(desk.out.records.empty());
    CHECK(desk.out.told.empty());
  }
}

TEST_CASE("children of a signal that holds nothing are cancelled", "[reconcile][I4]") {
  LostDesk desk;
  desk.start(desk.orders);
  desk.picture({desk.stop(desk.stop_id)});
  SECTION("it never traded") { desk.history({}); }
  SECTION("it was closed already") {
    const auto close = client_order_id(Book{"test"}, desk.lost, {LegKind::close, 0}, 0);
    desk.history({desk.trade(desk.entry_id, "t1", Side::buy, "1"),
                  desk.trade(close, "t2", Side::sell, "0.999")});
  }
  CHECK(desk.out.lost.empty());
  REQUIRE(desk.asked<CancelOrder>());
  CHECK(desk.asked<CancelOrder>()->id == desk.stop_id);
  CHECK(desk.orders.reconciled());
  // An entry that fills after all is not left alone.
  desk.hear(desk.trade(desk.entry_id, "t9", Side::buy, "0.4"));
  CHECK(desk.out.lost.size() == 1);
}

TEST_CASE("a trade that names no order of ours is looked up by the venue's own id", "[reconcile]") {
  LostDesk desk;
  desk.start(desk.orders);
  desk.picture({});
  auto ours = desk.trade(desk.entry_id, "t1", Side::buy, "1");
  auto foreign = desk.trade({}, "t2", Side::buy, "1");
  ours.id = {};
  foreign.venue_id = VenueOrderId{"w9"};
  desk.history({ours, foreign});
  CHECK_FALSE(desk.orders.reconciled());
  std::vector<QueryOrder> asked;
  for (const auto& each : desk.out.requests)
    if (const auto* q = std::get_if<QueryOrder>(&each)) asked.push_back(*q);
  REQUIRE(asked.size() == 2);
  SECTION("whatever is asked first") {}
  SECTION("also when one answer is lost") {
    for (const auto& q : asked)
      desk.hear(OrdersResult{.request = q.request, .outcome = Outcome::unknown});
    asked.clear();
    desk.now.mono += 50ms;
    desk.next();
    for (const auto& each : desk.out.requests)
      if (const auto* q = std::get_if<QueryOrder>(&each)) asked.push_back(*q);
    REQUIRE(asked.size() == 2);
  }
  for (const auto& q : asked) {
    CHECK(desk.out.lost.empty());
    OrderReport report{.symbol = btc_usdt,
                       .id = q.venue_id == ours.venue_id ? desk.entry_id : ClientOrderId{},
                       .venue_id = q.venue_id,
                       .status = OrderStatus::filled,
                       .side = Side::buy,
                       .quantity = Quantity{1},
                       .filled = Quantity{1}};
    desk.hear(OrdersResult{.request = q.request, .outcome = Outcome::accepted, .items = {report}});
  }
  REQUIRE(desk.out.lost.size() == 1);
  CHECK(desk.out.lost[0].held == qty("0.999"));
  CHECK(desk.orders.reconciled());
}

TEST_CASE(
    "trades of an order that nobody finds are not somebody else's while one of ours is sought",
    "[reconcile][I13]") {
  LostDesk desk;
  bool sought = false;
  SECTION("the stop of a bracket is") { sought = true; }
  SECTION("none is") {}
  if (sought) {
    const auto plan = plan_for(a_signal("known"));
    desk.orders.own(plan.key, owner_of(plan));
    const WishedLeg leg{.leg = {LegKind::stop, 0},
                        .side = Side::sell,
                        .kind = OrderKind::stop_market,
                        .quantity = Quantity{1},
                        .trigger_price = Price{90}};
    desk.orders.wish(plan.key, Wish{.order_class = OrderClass::protective, .legs = {leg}}, desk.now,
                     desk.out);
  }
  desk.start(desk.orders);
  desk.picture({});
  auto nameless = desk.trade({}, "t1", Side::sell, "1");
  nameless.venue_id = VenueOrderId{"w9"};
  desk.history({nameless});
  for (int i = 0; i < 400; ++i) {
    for (const auto& each : std::vector<VenueRequest>{desk.out.requests}) {
      const auto* q = std::get_if<QueryOrder>(&each);
      if (q != nullptr && q->venue_id == nameless.venue_id)
        desk.hear(OrdersResult{
            .request = q->request, .outcome = Outcome::refused, .refusal = Refusal::not_found});
    }
    desk.now.mono += 100ms;
    desk.next();
  }
  CHECK(desk.orders.reconciled() == !sought);
}

TEST_CASE("what was bought without protection, by request, is its owner's with or without a record",
          "[reconcile]") {
  LostDesk desk;
  const auto bought = client_order_id(Book{"test"}, desk.lost, lone_entry, 0);
  desk.start(desk.orders);
  desk.picture({});
  desk.out.pages.clear();
  desk.history({desk.trade(bought, "t1", Side::buy, "1")});
  CHECK(desk.out.lost.empty());
  CHECK_FALSE(desk.asked<PlaceOrders>());
  for (const auto& each : desk.out.requests)
    CHECK(std::holds_alternative<CancelOrder>(each));  // of what may still rest
  CHECK(std::count_if(desk.out.pages.begin(), desk.out.pages.end(), [](const Detail& page) {
          return page.view().find("left as it is") != std::string_view::npos;
        }) == 1);
  CHECK(desk.orders.reconciled());
  SECTION("and it is told once") {
    desk.hear(desk.trade(bought, "t1", Side::buy, "1"));
    CHECK(desk.out.pages.empty());
  }
  SECTION("its signal must not be taken a second time") {
    CHECK(desk.orders.lost_signals() == std::vector{desk.lost});
  }
}

TEST_CASE("trades of a signal that is over and forgotten are not counted again",
          "[reconcile][I4]") {
  LostDesk desk;
  const auto plan = plan_for(a_signal("over"));
  desk.orders.own(plan.key, owner_of(plan));
  desk.start(desk.orders);
  desk.picture({});
  desk.history({});
  desk.now.mono += 30min;
  desk.now.wall += 30min;
  desk.orders.forget(plan.key, desk.now);
  const auto id = client_order_id(Book{"test"}, plan.key, {LegKind::entry, 0}, 0);
  auto trade = desk.trade(id, "t1", Side::buy, "1");
  trade.time = desk.now.wall - 20min;
  desk.hear(trade);
  CHECK(desk.out.empty());
  SECTION("but one that came after that is") {
    trade.time = desk.now.wall + 1s;
    desk.hear(trade);
    CHECK_FALSE(desk.out.pages.empty());
  }
}

TEST_CASE("exits that traded without an entry are shown to a person, and sell nothing more",
          "[reconcile][I4]") {
  LostDesk desk;
  desk.start(desk.orders);
  desk.picture({});
  desk.history({desk.trade(desk.stop_id, "t1", Side::sell, "1")});
  CHECK(desk.out.lost.empty());
  CHECK_FALSE(desk.out.pages.empty());
  CHECK(desk.orders.reconciled());
}

TEST_CASE("a stop without a record becomes a leg of its bracket again", "[reconcile][I1]") {
  LostDesk desk;
  const auto plan = plan_for(a_signal("known"));
  desk.orders.own(plan.key, owner_of(plan));
  desk.start(desk.orders);
  const auto id = client_order_id(Book{"test"}, plan.key, {LegKind::stop, 0}, 3);
  desk.picture({desk.stop(id)});
  CHECK_FALSE(desk.asked<CancelOrder>());
  REQUIRE(desk.out.told.size() == 2);
  CHECK(desk.out.told[0].event.what == What::sent);
  CHECK(desk.out.told[0].event.price == Price{90});
  CHECK(desk.out.told[1].event.what == What::standing);
  CHECK(desk.out.told[1].event.quantity == qty("0.999"));
  CHECK(desk.out.lost_signals.empty());

  SECTION("the next order of the leg has an id of its own") {
    desk.history({});
    desk.hear(OrderReport{
        .symbol = btc_usdt, .id = id, .status = OrderStatus::cancelled, .quantity = qty("0.999")});
    desk.out.clear();
    const WishedLeg leg{.leg = {LegKind::stop, 0},
                        .side = Side::sell,
                        .kind = OrderKind::stop_market,
                        .quantity = Quantity{1},
                        .trigger_price = Price{90}};
    desk.orders.wish(plan.key, Wish{.order_class = OrderClass::protective, .legs = {leg}}, desk.now,
                     desk.out);
    REQUIRE(desk.asked<PlaceOrders>());
    CHECK(parse_client_order_id(desk.asked<PlaceOrders>()->orders[0].id.view())->generation == 4);
  }
}
