#include "tests/conformance/suite.hpp"

using namespace std::chrono_literals;

namespace signalbox::conformance {
namespace {

ClientOrderId id_of(int number, char leg = 'e') { return World::id_of(number, leg); }
const ClientOrderId stop_id = World::id_of(900, '0');
const ClientOrderId target_id = World::id_of(900, 'k');

constexpr std::string_view steady = "connecting stale ready";

bool ended_without_fill(const World& w, const ClientOrderId& id) {
  const auto status = w.status_of(id);
  return (status == OrderStatus::cancelled || status == OrderStatus::expired) &&
         w.filled_of(id).is_zero();
}

}  // namespace

void comes_up(const VenueCase& venue) {
  World w{venue};
  w.start();
  CHECK(w.told.states() == steady);
  const auto instruments = w.told.last<InstrumentsReport>().instruments;
  REQUIRE(instruments.size() == 1);
  CHECK(instruments[0].symbol == venue.symbol);
  CHECK(instruments[0].tick_size == "0.01"_p);
  CHECK(instruments[0].lot_size == "0.00001"_q);
  CHECK(instruments[0].notional_min == venue.notional_min);
  if (venue.taker_fee) CHECK(instruments[0].taker_fee == *venue.taker_fee);
  CHECK(w.told.last<BalancesReport>().balances.size() == venue.assets);
  // A quiet account stays connected.
  w.pass(10min);
  CHECK(w.told.states() == steady);
}

void trades_each_kind(const VenueCase& venue) {
  World w{venue};
  w.start();
  w.pass(2s);

  WHEN("a market order buys") {
    const auto result = w.place(at_market(Side::buy, "0.1"_q, id_of(1)));
    REQUIRE(result.outcome == Outcome::accepted);
    CHECK(result.orders[0].id == id_of(1));
    CHECK_FALSE(result.orders[0].venue_id.empty());
    w.pass(100ms);
    CHECK(w.told.last<FillReport>().id == id_of(1));
    CHECK(w.told.last<FillReport>().fee.has_value());
    CHECK(w.status_of(id_of(1)) == OrderStatus::filled);
  }
  WHEN("a limit order rests, fills in parts, and then wholly") {
    REQUIRE(w.place(limit(Side::buy, "0.1"_q, "65000"_p, id_of(1))).outcome == Outcome::accepted);
    CHECK(w.told.of<FillReport>().empty());
    sim::FillFault slowly;
    slowly.per_step = "0.04"_q;
    w.far->faults().add(slowly);
    w.move("64900");
    CHECK(w.status_of(id_of(1)) == OrderStatus::partially_filled);
    CHECK(w.told.last<FillReport>().quantity == "0.04"_q);
    w.move("64900");
    w.move("64900");
    CHECK(w.status_of(id_of(1)) == OrderStatus::filled);
    CHECK(w.told.of<FillReport>().size() == 3);
  }
  WHEN("a limit order is cancelled") {
    REQUIRE(w.place(limit(Side::buy, "0.1"_q, "65000"_p, id_of(1))).outcome == Outcome::accepted);
    REQUIRE(w.cancel(id_of(1)).outcome == Outcome::accepted);
    CHECK(w.status_of(id_of(1)) == OrderStatus::cancelled);
    CHECK(w.cancel(id_of(1)).refusal == Refusal::not_found);
    CHECK(w.ask(id_of(1)).items.at(0).status == OrderStatus::cancelled);
    CHECK(w.ask(id_of(9)).refusal == Refusal::not_found);
  }
  WHEN("a partly filled one is cancelled") {
    sim::FillFault partly;
    partly.in_all = "0.03"_q;
    w.far->faults().add(partly);
    REQUIRE(w.place(limit(Side::buy, "0.1"_q, "65000"_p, id_of(1))).outcome == Outcome::accepted);
    w.move("64900");
    REQUIRE(w.cancel(id_of(1)).outcome == Outcome::accepted);
    CHECK(w.status_of(id_of(1)) == OrderStatus::cancelled);
    CHECK(w.ask(id_of(1)).items.at(0).filled == "0.03"_q);
  }
  WHEN("a post-only order would take") {
    auto spec = limit(Side::buy, "0.1"_q, "67000"_p, id_of(1));
    spec.post_only = true;
    const auto result = w.place(spec);
    w.pass(50ms);
    if (result.outcome == Outcome::refused) {
      CHECK(result.refusal == Refusal::would_take);
    } else {  // the stream decides
      CHECK(w.status_of(id_of(1)) == OrderStatus::rejected);
      CHECK(w.report_of(id_of(1)).refusal == Refusal::would_take);
    }
    CHECK(w.told.of<FillReport>().empty());
  }
  WHEN("orders that live for a moment find nobody") {
    auto spec = limit(Side::buy, "0.1"_q, "65000"_p, id_of(1));
    spec.time_in_force = TimeInForce::ioc;
    CHECK(w.place(spec).outcome == Outcome::accepted);
    CHECK(ended_without_fill(w, id_of(1)));
    spec.id = id_of(2);
    spec.time_in_force = TimeInForce::fok;
    CHECK(w.place(spec).outcome == Outcome::accepted);
    CHECK(ended_without_fill(w, id_of(2)));
  }
  WHEN("a stop protects and fires") {
    if (!venue.has_conditionals) return;
    REQUIRE(
        w.place(stop(Side::sell, "0.1"_q, "65000"_p, stop_id), OrderClass::protective).outcome ==
        Outcome::accepted);
    w.pass(50ms);
    CHECK_FALSE(w.report_of(stop_id).triggered);
    CHECK(w.report_of(stop_id).kind == OrderKind::stop_market);
    CHECK(w.ask(stop_id).items.at(0).trigger_price == "65000"_p);
    w.move("64990");
    CHECK(w.status_of(stop_id) == OrderStatus::filled);
    CHECK(w.told.last<FillReport>().side == Side::sell);
  }
  WHEN("a stop is taken away") {
    if (!venue.has_conditionals) return;
    REQUIRE(
        w.place(stop(Side::sell, "0.1"_q, "65000"_p, stop_id), OrderClass::protective).outcome ==
        Outcome::accepted);
    CHECK(w.cancel(stop_id).outcome == Outcome::accepted);
    CHECK(w.status_of(stop_id) == OrderStatus::cancelled);
    CHECK(w.ask_open().items.empty());
  }
  WHEN("a stop with a limit fires and rests") {
    if (!venue.has_conditionals) return;
    auto spec = stop(Side::sell, "0.1"_q, "65000"_p, stop_id);
    spec.kind = OrderKind::stop_limit;
    spec.price = "65500"_p;
    REQUIRE(w.place(spec, OrderClass::protective).outcome == Outcome::accepted);
    w.move("64990");
    CHECK(w.status_of(stop_id) == OrderStatus::working);
    CHECK(w.report_of(stop_id).triggered);
    const auto asked = w.ask(stop_id).items.at(0);
    CHECK(asked.triggered);
    CHECK(asked.price == "65500"_p);
  }
  WHEN("a take-profit is placed and fires") {
    if (!venue.has_conditionals) return;
    REQUIRE(w.place(target(Side::sell, "0.1"_q, "67000"_p, target_id), OrderClass::protective)
                .outcome == Outcome::accepted);
    w.move("67010");
    CHECK(w.status_of(target_id) == OrderStatus::filled);
  }
  WHEN("a quantity is changed in place") {
    if (!venue.amends_down) return;
    w.place(limit(Side::buy, "0.1"_q, "65000"_p, id_of(1)));
    CHECK(w.amend(id_of(1), "0.04"_q).outcome == Outcome::accepted);
    CHECK(w.ask(id_of(1)).items.at(0).quantity == "0.04"_q);
    CHECK(w.amend(id_of(2), "0.04"_q).refusal == Refusal::not_found);
  }
  WHEN("an order is not allowed") {
    CHECK(w.place(limit(Side::buy, venue.too_small, "65000"_p, id_of(1))).refusal ==
          Refusal::minimum);
    if (venue.has_price_band)
      CHECK(w.place(limit(Side::buy, "0.1"_q, "500000"_p, id_of(2))).refusal ==
            Refusal::price_band);
    CHECK(w.place(limit(Side::buy, "5"_q, "65000"_p, id_of(3))).refusal ==
          Refusal::insufficient_funds);
  }
  WHEN("an id is in use") {
    REQUIRE(w.place(limit(Side::buy, "0.1"_q, "65000"_p, id_of(1))).outcome == Outcome::accepted);
    const auto again = w.place(limit(Side::buy, "0.1"_q, "65000"_p, id_of(1)));
    if (venue.gives_old_orders_back)
      CHECK(again.outcome == Outcome::accepted);
    else
      CHECK(again.refusal == Refusal::duplicate_id);
    CHECK(w.place(limit(Side::buy, "0.2"_q, "64000"_p, id_of(1))).refusal == Refusal::duplicate_id);
    CHECK(w.far->engine().orders().all().size() == 1);
  }
  w.pass(10s);
  CHECK(w.told.states() == steady);  // every order was heard on the stream
  w.check_books();
}

void answers_never_come(const VenueCase& venue) {
  World w{venue};
  w.start();
  w.pass(1min);
  int number = 0;
  for (const bool executed : {true, false})
    for (const auto kind : {sim::FaultKind::lost, sim::FaultKind::silent,
                            sim::FaultKind::status_unknown, sim::FaultKind::server_error}) {
      INFO(name_of(kind) << (executed ? ", executed" : ", not executed"));
      CHECK(w.with(kind, executed, ++number).outcome == Outcome::unknown);
      w.pass(1min);
      CHECK(w.told.state() == LinkState::ready);
      const auto found = w.ask(id_of(number));
      if (executed) {
        REQUIRE(found.outcome == Outcome::accepted);
        CHECK(found.items.at(0).status == OrderStatus::working);
        CHECK(w.cancel(id_of(number)).outcome == Outcome::accepted);
      } else {
        CHECK(found.refusal == Refusal::not_found);
      }
    }
  CHECK(w.far->engine().orders().all().size() == 4);  // nothing was sent twice
  // What is in no table is told with its text.
  const auto strange = w.with(sim::FaultKind::refused, false, ++number);
  CHECK(strange.refusal == venue.strange);
  CHECK_FALSE(strange.detail.empty());
  w.check_books();
}

void stream_is_lost(const VenueCase& venue) {
  World w{venue};
  w.start();
  w.place(limit(Side::buy, "0.1"_q, "65500"_p, id_of(1)));
  w.place(stop(Side::sell, "0.2"_q, "65000"_p, stop_id), OrderClass::protective);
  REQUIRE(w.told.states() == steady);
  const auto fill_all = [&] {
    w.jump("65400"_p);  // fills the entry
    w.jump("64990"_p);  // fires the stop
  };

  WHEN("the cable is pulled and put back") {
    w.net->set_down(true);
    w.pass(10ms);
    CHECK(w.told.state() == LinkState::stale);
    fill_all();
    w.pass(10ms);
    CHECK(w.told.of<FillReport>().empty());
    CHECK(w.place(limit(Side::buy, "0.1"_q, "60000"_p, id_of(7))).refusal == Refusal::not_sent);
    w.net->set_down(false);
    w.pass(1min);
  }
  WHEN("only the stream is cut") {
    w.net->cut_streams();
    fill_all();
    w.pass(1min);
  }
  WHEN("it goes silent, pongs included") {
    w.far->mute_user_streams(w.account);
    fill_all();
    w.pass(10ms);
    CHECK(w.told.of<FillReport>().empty());
    w.pass(3min);
    CHECK(w.told.states() == "connecting stale ready stale ready");
  }
  WHEN("it says what nobody can read") {
    w.far->garble_user_streams(w.account);
    fill_all();
    w.pass(1min);
    CHECK(w.told.states() == "connecting stale ready stale ready");
  }
  WHEN("an exit is wanted while it is gone") {
    w.net->cut_streams();
    w.pass(2ms);
    REQUIRE(w.told.state() == LinkState::stale);
    const auto gone = w.cancel(stop_id);
    CHECK(gone.outcome == Outcome::accepted);
    w.place(stop(Side::sell, "0.2"_q, "65000"_p, id_of(901, '0')), OrderClass::protective);
    w.pass(1min);
    // An answer that shows the order is the last word; one that names it only is followed by one.
    CHECK((gone.orders.empty() ? w.status_of(stop_id) : gone.orders[0].status) ==
          OrderStatus::cancelled);
    fill_all();
    w.pass(1min);
    CHECK(w.status_of(id_of(901, '0')) == OrderStatus::filled);
    CHECK(w.told.state() == LinkState::ready);
    return w.check_books();
  }
  CHECK(w.told.state() == LinkState::ready);
  CHECK(w.status_of(id_of(1)) == OrderStatus::filled);
  CHECK(w.status_of(stop_id) == OrderStatus::filled);
  w.check_books();
}

void events_are_noisy(const VenueCase& venue) {
  World w{venue};
  w.start();
  sim::StreamFault fault;
  fault.times = 0;
  SECTION("twice") { fault.kind = sim::StreamFaultKind::twice; }
  SECTION("late") {
    fault.kind = sim::StreamFaultKind::late;
    fault.delay = 500ms;
  }
  SECTION("in another order") { fault.kind = sim::StreamFaultKind::swap; }
  SECTION("not at all") {
    fault.kind = sim::StreamFaultKind::drop;
    fault.times = 20;
  }
  w.far->faults().add(fault);
  w.place(at_market(Side::buy, "0.1"_q, id_of(1)));
  w.place(limit(Side::buy, "0.1"_q, "65500"_p, id_of(2)));
  w.place(stop(Side::sell, "0.1"_q, "65000"_p, stop_id), OrderClass::protective);
  w.move("65400");
  w.move("64990");
  w.pass(5min);
  CHECK(w.told.state() == LinkState::ready);
  w.check_books();
  CHECK(w.ask_open().items.empty());
}

void waits_when_told(const VenueCase& venue) {
  World w{venue};
  w.start();
  WHEN("too many requests") {
    CHECK(w.with(sim::FaultKind::rate_limited, false, 1).refusal == Refusal::rate_limited);
    w.pass(venue.patience);
    CHECK(w.place(limit(Side::buy, "0.1"_q, "65000"_p, id_of(3))).outcome == Outcome::accepted);
  }
  WHEN("it is locked out") {
    CHECK(w.with(sim::FaultKind::banned, false, 1, venue.lockout_s).refusal == Refusal::banned);
    w.net->cut_streams();
    for (int i = 0; i < 20; ++i) {
      w.pass(10s);
      w.place(stop(Side::sell, "0.1"_q, "65000"_p, stop_id), OrderClass::protective);
    }
    w.pass(venue.lockout);
    CHECK(w.told.state() == LinkState::ready);
  }
  CHECK(w.far->requests_while_banned() == 0);
}

void sits_out_maintenance(const VenueCase& venue) {
  World w{venue};
  w.start();
  sim::RequestFault fault;
  fault.kind = sim::FaultKind::maintenance;
  fault.times = 0;
  w.far->faults().add(fault);
  const auto result = w.place(limit(Side::buy, "0.1"_q, "65000"_p, id_of(1)));
  CHECK(result.outcome == Outcome::refused);
  CHECK(result.refusal == venue.maintenance);
  w.net->cut_streams();
  w.pass(70s);
  CHECK(w.told.state() == LinkState::stale);
  w.far->faults().clear();
  w.pass(2min);
  CHECK(w.told.state() == LinkState::ready);
}

void clock_is_off(const VenueCase& venue) {
  World w{venue};
  w.start();
  w.clock.step_wall(40s);  // the venue's time in this world is the wall's
  CHECK(w.place(limit(Side::buy, "0.1"_q, "65000"_p, id_of(1))).refusal == Refusal::clock);
  w.pass(30s);
  CHECK(w.told.states() == "connecting stale ready stale ready");
  CHECK(w.place(limit(Side::buy, "0.1"_q, "65000"_p, id_of(2))).outcome == Outcome::accepted);
}

void tells_tickers(const VenueCase& venue) {
  World w{venue};
  w.start();
  w.venue->subscribe(SubscribeTicker{RequestId{1}, venue.symbol}, w.clock.mono() + 2s);
  w.pass(500ms);
  CHECK(w.told.last<TickerResult>().items.size() == 1);
  w.move("66123");
  CHECK(w.told.last<Tick>().symbol == venue.symbol);
  CHECK(w.told.last<Tick>().bid < "66123.02"_p);
  CHECK(w.told.last<Tick>().ask > "66122.98"_p);
  w.venue->query(QueryTicker{RequestId{2}, venue.symbol}, w.clock.mono() + 2s);
  w.pass(50ms);
  CHECK(w.told.last<TickerResult>().items.at(0).bid == w.told.last<Tick>().bid);
  WHEN("the connection is lost, they come back") {
    w.net->cut_streams();
    w.pass(30s);
    w.move("66200");
    CHECK(w.told.last<Tick>().bid > "66150"_p);
  }
}

void tells_fills_and_balances(const VenueCase& venue) {
  World w{venue};
  w.start();
  const auto before = w.clock.wall();
  w.place(at_market(Side::buy, "0.1"_q, id_of(1)));
  w.pass(10ms);
  w.place(at_market(Side::sell, "0.05"_q, id_of(2)));
  w.venue->query(QueryFills{RequestId{9}, venue.symbol, before - 1s}, w.clock.mono() + 10s);
  w.pass(50ms);
  const auto asked = w.told.last<FillsResult>().items;
  const auto told = w.told.of<FillReport>();
  REQUIRE(asked.size() == told.size());
  for (std::size_t i = 0; i < told.size(); ++i) {
    // One identity on every way; clocks may be spelled with fewer digits.
    auto same = asked[i];
    CHECK(std::chrono::abs(same.time - told[i].time) < 1ms);
    same.time = told[i].time;
    CHECK(same == told[i]);
  }
  w.pass(1min);
  w.venue->query(QueryBalances{RequestId{1}}, w.clock.mono() + 2s);
  w.venue->query(QueryPositions{RequestId{2}}, w.clock.mono() + 2s);
  w.pass(50ms);
  CHECK(w.told.last<BalancesResult>().items.size() == venue.assets);
  CHECK(w.told.last<PositionsResult>().outcome == Outcome::accepted);
  const auto& positions = w.told.last<PositionsResult>().items;
  REQUIRE(positions.size() == (venue.has_positions ? 1 : 0));
  if (venue.has_positions) CHECK(positions[0].quantity == "0.05"_q);
  // What a trade did to the balances was told without being asked for.
  CHECK(w.told.of<BalancesReport>().size() > 1);
}

void reads_fills_page_by_page(const VenueCase& venue) {
  World w{venue};
  w.start();
  const auto before = w.clock.wall();
  constexpr int trades = 120;
  for (int i = 0; i < trades; ++i) {
    w.place(at_market(i % 2 != 0 ? Side::sell : Side::buy, "0.001"_q, id_of(i)));
    w.pass(2s);
  }
  w.pass(1min);
  w.venue->query(QueryFills{RequestId{9}, venue.symbol, before - 1s}, w.clock.mono() + 3min);
  w.pass(3min);
  const auto asked = w.told.last<FillsResult>();
  CHECK(asked.outcome == Outcome::accepted);
  CHECK(asked.items.size() == w.told.of<FillReport>().size());
  CHECK(asked.items.size() >= trades);

  // And while nobody is there to hear of them.
  sim::FillFault little;
  little.per_step = "0.001"_q;
  w.far->faults().add(little);
  w.place(limit(Side::buy, "0.2"_q, "65500"_p, id_of(500)));
  w.net->set_down(true);
  for (int i = 0; i < 200; ++i) w.move("65400");
  CHECK(w.filled_of(id_of(500)).is_zero());
  w.net->set_down(false);
  w.pass(5min);
  INFO(w.told.last<LinkReport>().detail.view());
  CHECK(w.told.state() == LinkState::ready);
  CHECK(w.status_of(id_of(500)) == OrderStatus::filled);
  CHECK(w.filled_of(id_of(500)) == "0.2"_q);
  w.check_books();
}

void stops_with_requests_under_way(const VenueCase& venue) {
  World w{venue};
  w.start();
  w.pass(2s);
  w.venue->place(w.orders(Linkage::single, {limit(Side::buy, "0.1"_q, "65000"_p, id_of(1))}),
                 w.clock.mono() + 2s);
  w.venue->stop();
  w.pass(5s);
  CHECK(w.told.last<WriteResult>().outcome == Outcome::unknown);
  CHECK(w.told.state() == LinkState::down);
}

}  // namespace signalbox::conformance
