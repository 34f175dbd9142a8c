// Orders of a signal without records, in whatever state the venue shows them, and what its bracket
// is told of them when it takes over.
#include <algorithm>

#include "tests/rules/lost_desk.hpp"

using namespace signalbox;
using namespace signalbox::test;
using namespace std::chrono_literals;
using What = LegEvent::What;

namespace {

struct Lost : LostDesk {
  Lost() { start(orders); }

  /// Its bracket is made; what it is told, by leg.
  std::vector<std::pair<LegId, LegEvent>> introduced() {
    REQUIRE(out.lost.size() == 1);
    plan = recovery_plan(out.lost[0]);
    out.clear();
    orders.introduce(plan.key, owner_of(plan), now, out);
    std::vector<std::pair<LegId, LegEvent>> told;
    for (const auto& each : out.told) {
      CHECK(each.bracket == plan.key);
      told.emplace_back(each.event.leg, each.event);
    }
    return told;
  }
  static std::vector<What> of(const std::vector<std::pair<LegId, LegEvent>>& told, LegId leg) {
    std::vector<What> what;
    for (const auto& [of, event] : told)
      if (of == leg) what.push_back(event.what);
    return what;
  }
  FillReport bought() const { return trade(entry_id, "t1", Side::buy, "1"); }

  Plan plan;
};

const LegId entry{LegKind::entry, 0};
const LegId stop{LegKind::stop, 0};

}  // namespace

TEST_CASE("a bracket that takes over hears how every order stands", "[reconcile][I1]") {
  Lost desk;
  auto shown = desk.stop(desk.stop_id);
  SECTION("it works") {
    desk.picture({shown});
    desk.history({desk.bought()});
    CHECK(Lost::of(desk.introduced(), stop) == std::vector{What::sent, What::standing});
  }
  SECTION("it has fired") {
    shown.triggered = true;
    desk.picture({shown});
    desk.history({desk.bought()});
    CHECK(Lost::of(desk.introduced(), stop) ==
          std::vector{What::sent, What::standing, What::triggered});
  }
  SECTION("it waits for its entry") {
    shown.status = OrderStatus::pending;
    desk.picture({shown});
    desk.history({desk.bought()});
    CHECK(Lost::of(desk.introduced(), stop) == std::vector{What::sent, What::pending});
  }
  SECTION("one of a list falls with the other") {
    shown.parent_id = VenueOrderId{"list"};
    desk.picture({shown});
    desk.history({desk.bought()});
    const auto told = desk.introduced();
    CHECK(std::all_of(told.begin(), told.end(),
                      [](const auto& each) { return each.first != stop || each.second.linked; }));
  }
  SECTION("only its being there is known: nobody knows how much it sells") {
    shown.quantity = {};
    desk.picture({shown});
    desk.history({desk.bought()});
    CHECK_FALSE(desk.orders.find(desk.stop_id)->described);
    CHECK(Lost::of(desk.introduced(), stop).front() == What::sent);
  }
  SECTION("the entry is known by its trade alone, and its fate is not") {
    desk.picture({shown});
    desk.history({desk.bought()});
    const auto told = Lost::of(desk.introduced(), entry);
    CHECK(told == std::vector{What::sent, What::standing, What::filled});
  }
  SECTION("the entry is over, filled") {
    desk.picture({shown});
    auto report = desk.stop(desk.entry_id);
    report.side = Side::buy;
    report.kind = OrderKind::limit;
    report.trigger_price.reset();
    report.quantity = Quantity{1};
    report.status = OrderStatus::working;
    desk.hear(report);
    desk.history({desk.bought()});
    const auto told = desk.introduced();
    REQUIRE(told.back().second.what == What::ended);
    CHECK(told.back().second.end == LegEnd::filled);
  }
  SECTION("the entry is over, its rest cancelled") {
    desk.picture({shown});
    auto report = desk.stop(desk.entry_id);
    report.side = Side::buy;
    report.kind = OrderKind::limit;
    report.trigger_price.reset();
    report.quantity = Quantity{2};
    desk.hear(report);
    report.status = OrderStatus::cancelled;
    report.filled = Quantity{1};
    desk.hear(report);
    desk.history({desk.bought()});
    const auto told = desk.introduced();
    const auto ended = std::find_if(
        told.begin(), told.end(), [](const auto& each) { return each.second.what == What::ended; });
    REQUIRE(ended != told.end());
    CHECK(ended->second.end == LegEnd::cancelled);
  }
  SECTION("of two stops of one leg the older is nobody's, and is cancelled") {
    const auto newer = client_order_id(Book{"test"}, desk.lost, {LegKind::stop, 0}, 1);
    desk.picture({shown, desk.stop(newer)});
    desk.history({desk.bought()});
    desk.introduced();
    REQUIRE(desk.asked<CancelOrder>());
    CHECK(desk.asked<CancelOrder>()->id == desk.stop_id);
    CHECK(desk.orders.find(newer)->live());
    CHECK_FALSE(desk.orders.find(newer)->cancel_wanted);
  }
  SECTION("it is told once, and nothing is told for what nobody lost") {
    desk.picture({shown});
    desk.history({desk.bought()});
    desk.introduced();
    desk.out.clear();
    desk.orders.introduce(desk.plan.key, owner_of(desk.plan), desk.now, desk.out);
    CHECK(desk.out.told.empty());
    const auto fresh = plan_for(a_signal("fresh"));
    desk.orders.introduce(fresh.key, owner_of(fresh), desk.now, desk.out);
    CHECK(desk.out.told.empty());
  }
  SECTION("when it is over its signal is over, too: its trades are not counted again") {
    desk.picture({shown});
    desk.history({desk.bought()});
    desk.introduced();
    desk.orders.forget(desk.plan.key, desk.now);
    CHECK(desk.orders.lost_signals().empty());
    desk.hear(desk.bought());
    CHECK(desk.orders.lost_signals().empty());
  }
}

TEST_CASE("nothing is decided before the venue has told all of its trades", "[reconcile][I1]") {
  Lost desk;
  desk.picture({desk.stop(desk.stop_id)});
  SECTION("a history that does not come is asked for again, less and less often") {
    Duration waited{};
    for (int i = 0; i < 8; ++i) {
      desk.next();
      const auto q = desk.asked<QueryFills>();
      REQUIRE(q);
      desk.next();
      CHECK_FALSE(desk.asked<QueryFills>());  // it is under way
      desk.hear(FillsResult{.request = q->request, .outcome = Outcome::unknown});
      CHECK_FALSE(desk.orders.reconciled());
      CHECK(desk.out.lost.empty());
      const auto due = desk.orders.next_due();
      REQUIRE(due);
      waited = *due - desk.now.mono;
      desk.now.mono += 2s;
      desk.now.wall += 2s;
    }
    CHECK(waited > 50ms);
    desk.history({desk.bought()});
    CHECK(desk.out.lost.size() == 1);
  }
  SECTION("a report meanwhile decides nothing") {
    desk.hear(desk.stop(desk.stop_id));
    CHECK(desk.out.lost.empty());
    CHECK_FALSE(desk.asked<CancelOrder>());
  }
  SECTION("asked for its bracket once") {
    desk.history({desk.bought()});
    REQUIRE(desk.out.lost.size() == 1);
    desk.hear(desk.stop(desk.stop_id));
    CHECK(desk.out.lost.empty());
  }
}

TEST_CASE("a venue that contradicts itself about one symbol says nothing against another",
          "[reconcile][I1]") {
  Lost desk;
  const Symbol eth{"ETH/USDT"};
  auto one = desk.stop(desk.stop_id), two = one;
  two.venue_id = VenueOrderId{"another"};
  one.symbol = two.symbol = eth;
  desk.picture({one, two});
  CHECK(desk.orders.frozen(eth));
  CHECK_FALSE(desk.orders.frozen(btc_usdt));
  CHECK(desk.out.frozen_changed == std::vector{eth});
  CHECK_FALSE(desk.orders.reconciled());
  CHECK(desk.orders.next_due());
}

TEST_CASE("records end: what was owned then is compared, too", "[reconcile][recovery]") {
  for (const bool power_lost : {false, true}) {
    Orders orders{LostDesk::policy()};
    OrdersOut out;
    auto eth = plan_for(a_signal("eth"));
    eth.instrument.symbol = Symbol{"ETH/USDT"};
    orders.own(eth.key, owner_of(eth));
    orders.records_end_at(at({}).wall, power_lost ? std::vector{btc_usdt} : std::vector<Symbol>{});
    orders.on(LinkReport{.state = LinkState::ready, .generation = 1}, at({}), out);
    out.clear();
    orders.on_time(at({}), out);
    orders.on(OrdersResult{.request = std::get<QueryOpenOrders>(out.requests.at(0)).request,
                           .outcome = Outcome::accepted},
              at({}), out);
    std::set<Symbol> asked;
    for (int i = 0; i < 3; ++i) {
      out.clear();
      orders.on_time(at({}), out);
      for (const auto& each : out.requests)
        if (const auto* q = std::get_if<QueryFills>(&each)) {
          asked.insert(q->symbol);
          orders.on(FillsResult{.request = q->request, .outcome = Outcome::accepted}, at({}), out);
          break;
        }
    }
    CHECK(asked == (power_lost ? std::set{btc_usdt, eth.instrument.symbol} : std::set<Symbol>{}));
    CHECK(orders.reconciled());
  }
}

TEST_CASE("a sale without records sold inventory on spot, and is a short where there are shorts",
          "[reconcile][I1]") {
  for (const bool spot : {true, false}) {
    LostDesk desk;
    auto policy = LostDesk::policy();
    policy.spot = spot;
    desk.orders = Orders{policy};
    desk.start(desk.orders);
    desk.picture({desk.stop(desk.stop_id)});
    desk.history({desk.trade(desk.entry_id, "t1", Side::sell, "1")});
    CHECK(desk.out.lost.size() == (spot ? 0 : 1));
    CHECK(desk.asked<CancelOrder>().has_value() == spot);  // its stop protects nothing
  }
}
