// The real connection against the simulated exchange: what trades, and how it ends.
#include "tests/okx/world.hpp"

using namespace signalbox;
using namespace signalbox::okx;
using namespace std::chrono_literals;

SCENARIO("the simulated OKX is connected to", "[okx][simulator]") {
  World w;
  w.start();
  CHECK(w.told.states() == "connecting stale ready");
  const auto instruments = w.told.last<InstrumentsReport>().instruments;
  REQUIRE(instruments.size() == 1);
  CHECK(instruments[0].symbol == btc);
  CHECK(instruments[0].tick_size == "0.1"_p);
  CHECK(instruments[0].taker_fee == "0.001"_d);
  CHECK(instruments[0].fee_in_base);
  CHECK(w.told.last<BalancesReport>().balances.size() == 2);
}

SCENARIO("orders of each kind on the simulated OKX", "[okx][simulator]") {
  const bool over_stream = GENERATE(true, false);
  INFO((over_stream ? "over the websocket" : "over REST"));
  World w{[&](auto&, OkxConfig& config) { config.orders_over_stream = over_stream; }};
  w.start();

  WHEN("a market order buys") {
    const auto result = w.place(market_order(Side::buy, "0.1"_q, id_of(1)));
    REQUIRE(result.outcome == Outcome::accepted);
    CHECK_FALSE(result.orders[0].venue_id.empty());
    const auto fill = w.told.last<FillReport>();
    CHECK(fill.id == id_of(1));
    CHECK(fill.side == Side::buy);
    CHECK(fill.fee_asset == Asset{"BTC"});
    CHECK(fill.fee->is_positive());
    CHECK(w.status_of(id_of(1)) == OrderStatus::filled);
    CHECK(w.filled_of(id_of(1)) == "0.1"_q);
    CHECK(w.far->writes_over_stream() == (over_stream ? 1U : 0U));
  }
  WHEN("a limit order rests, fills in parts, and then wholly") {
    REQUIRE(w.place(limit(Side::buy, "0.1"_q, "65000"_p, id_of(1))).outcome == Outcome::accepted);
    CHECK(w.told.of<FillReport>().empty());
    sim::FillFault slowly;
    slowly.per_step = "0.04"_q;
    w.faults.add(slowly);
    w.move("64900");
    CHECK(w.status_of(id_of(1)) == OrderStatus::partially_filled);
    CHECK(w.told.last<FillReport>().quantity == "0.04"_q);
    w.move("64900");
    w.move("64900");
    CHECK(w.status_of(id_of(1)) == OrderStatus::filled);
    CHECK(w.told.of<FillReport>().size() == 3);
  }
  WHEN("a limit order is cancelled") {
    const auto placed = w.place(limit(Side::buy, "0.1"_q, "65000"_p, id_of(1)));
    REQUIRE(w.cancel(id_of(1), placed.orders[0].venue_id).outcome == Outcome::accepted);
    CHECK(w.status_of(id_of(1)) == OrderStatus::cancelled);
    CHECK(w.cancel(id_of(1)).refusal == Refusal::not_found);
  }
  WHEN("an immediate order fills what it can") {
    auto spec = limit(Side::buy, "1"_q, "66000.2"_p, id_of(1));
    spec.time_in_force = TimeInForce::ioc;
    sim::FillFault little;
    little.in_all = "0.3"_q;
    w.faults.add(little);
    REQUIRE(w.place(spec).outcome == Outcome::accepted);
    CHECK(w.status_of(id_of(1)) == OrderStatus::expired);
    CHECK(w.filled_of(id_of(1)) == "0.3"_q);
  }
  WHEN("all or nothing is nothing") {
    auto spec = limit(Side::buy, "500"_q, "100"_p, id_of(1));
    spec.time_in_force = TimeInForce::fok;
    REQUIRE(w.place(spec).outcome == Outcome::accepted);
    CHECK(w.status_of(id_of(1)) == OrderStatus::expired);
  }
  WHEN("a post-only order would take") {
    auto spec = limit(Side::buy, "0.1"_q, "66500"_p, id_of(1));
    spec.post_only = true;
    REQUIRE(w.place(spec).outcome == Outcome::accepted);
    CHECK(w.status_of(id_of(1)) == OrderStatus::rejected);
    CHECK(w.told.last<OrderReport>().refusal == Refusal::would_take);
    CHECK(w.ask(id_of(1)).items.at(0).status == OrderStatus::rejected);
  }
  WHEN("a size is reduced in place") {
    w.place(limit(Side::buy, "0.1"_q, "65000"_p, id_of(1)));
    AmendOrder amend;
    amend.request = RequestId{++w.requests};
    amend.symbol = btc;
    amend.id = id_of(1);
    amend.quantity = "0.04"_q;
    w.venue->amend(amend, w.clock.mono() + 2s);
    w.pass(50ms);
    REQUIRE(w.told.last<WriteResult>().outcome == Outcome::accepted);
    CHECK(w.ask(id_of(1)).items.at(0).quantity == "0.04"_q);
  }
  WHEN("something is not allowed") {
    CHECK(w.place(limit(Side::buy, "0.000001"_q, "65000"_p, id_of(1))).refusal == Refusal::minimum);
    CHECK(w.place(limit(Side::buy, "0.1"_q, "65000.05"_p, id_of(1))).refusal == Refusal::precision);
    CHECK(w.place(limit(Side::buy, "5"_q, "65000"_p, id_of(1))).refusal ==
          Refusal::insufficient_funds);
  }
  WHEN("an id is still live") {
    REQUIRE(w.place(limit(Side::buy, "0.1"_q, "65000"_p, id_of(1))).outcome == Outcome::accepted);
    CHECK(w.place(limit(Side::buy, "0.1"_q, "65000"_p, id_of(1))).refusal == Refusal::duplicate_id);
  }
  w.pass(10s);
  CHECK(w.told.states() == "connecting stale ready");  // every order was heard on the stream
  w.check_books();
}

SCENARIO("stops and conditional targets on the simulated OKX", "[okx][simulator]") {
  World w;
  w.start();
  WHEN("a stop at market fires: it is one order of ours from beginning to end") {
    const auto placed = w.place(stop(Side::sell, "0.1"_q, "65000"_p), OrderClass::protective);
    REQUIRE(placed.outcome == Outcome::accepted);
    CHECK(placed.orders[0].venue_id.view().starts_with("algo-"));
    w.move("64990");
    CHECK(w.status_of(stop_id) == OrderStatus::filled);
    CHECK(w.filled_of(stop_id) == "0.1"_q);
    CHECK(w.ask(stop_id, placed.orders[0].venue_id).items.at(0).status == OrderStatus::filled);
  }
  WHEN("a stop with a limit fires and rests, and is cancelled under its old name") {
    auto spec = stop(Side::sell, "0.1"_q, "65000"_p);
    spec.kind = OrderKind::stop_limit;
    spec.price = "65500"_p;
    const auto placed = w.place(spec, OrderClass::protective);
    REQUIRE(placed.outcome == Outcome::accepted);
    w.move("64990");
    CHECK(w.status_of(stop_id) == OrderStatus::working);
    CHECK(w.told.last<OrderReport>().triggered);
    CHECK(w.ask(stop_id).items.at(0).triggered);
    CHECK(w.cancel(stop_id, placed.orders[0].venue_id).outcome == Outcome::accepted);
    CHECK(w.status_of(stop_id) == OrderStatus::cancelled);
  }
  WHEN("a take-profit fires") {
    auto spec = target(Side::sell, "0.1"_q, "67000"_p);
    spec.kind = OrderKind::take_profit_market;
    spec.price.reset();
    spec.trigger_price = "67000"_p;
    REQUIRE(w.place(spec, OrderClass::protective).outcome == Outcome::accepted);
    w.move("67010");
    CHECK(w.status_of(target_id) == OrderStatus::filled);
  }
  WHEN("an entry waits for a price") {
    auto spec = stop(Side::buy, "0.1"_q, "66500"_p, id_of(1));
    REQUIRE(w.place(spec, OrderClass::entry).outcome == Outcome::accepted);
    w.move("66510");
    CHECK(w.status_of(id_of(1)) == OrderStatus::filled);
  }
  WHEN("a stop is cancelled") {
    const auto placed = w.place(stop(Side::sell, "0.1"_q, "65000"_p), OrderClass::protective);
    CHECK(w.cancel(stop_id, placed.orders[0].venue_id).outcome == Outcome::accepted);
    CHECK(w.status_of(stop_id) == OrderStatus::cancelled);
    CHECK(w.ask_open().items.empty());
  }
  WHEN("a stop is through the market already") {
    CHECK(w.place(stop(Side::sell, "0.1"_q, "67000"_p), OrderClass::protective).refusal ==
          Refusal::would_trigger);
  }
  WHEN("a stop of that name stands") {
    REQUIRE(w.place(stop(Side::sell, "0.1"_q, "65000"_p), OrderClass::protective).outcome ==
            Outcome::accepted);
    CHECK(w.place(stop(Side::sell, "0.1"_q, "65000"_p), OrderClass::protective).refusal ==
          Refusal::duplicate_id);
  }
  w.pass(10s);
  CHECK(w.told.states() == "connecting stale ready");
  w.check_books();
}

SCENARIO("both readings of how exits on spot are paid", "[okx][simulator]") {
  World w{[](sim::okx::Settings& settings, OkxConfig&) { settings.refuses_cash_exits = true; }};
  w.start();
  CHECK(w.place(stop(Side::sell, "0.1"_q, "65000"_p), OrderClass::protective).outcome ==
        Outcome::accepted);
  CHECK(w.pair("0.1"_q, "65000", "67000").outcome == Outcome::accepted);
  CHECK(w.ask_open().items.size() == 3);
  // Asked twice once, and known from then on.
  CHECK(w.engine.record().refusals().empty());
}

SCENARIO("a pair of exits lives and dies at OKX", "[okx][simulator]") {
  World w;
  w.start();
  const auto placed = w.pair("0.1"_q, "65000", "67000");
  REQUIRE(placed.outcome == Outcome::accepted);
  REQUIRE(placed.orders.size() == 2);
  CHECK(placed.orders[0].parent_id == placed.orders[1].parent_id);
  CHECK(placed.orders[0].venue_id != placed.orders[1].venue_id);
  const auto low = id_of(1, '0');
  const auto high = id_of(1, 'k');

  WHEN("the target fills, the stop goes") {
    w.move("67010");
    CHECK(w.filled_of(high) == "0.1"_q);
    CHECK(w.filled_of(low) == "0"_q);
    CHECK(w.status_of(high) == OrderStatus::filled);
    CHECK(w.status_of(low) == OrderStatus::expired);
    CHECK(w.ask_open().items.empty());
  }
  WHEN("the stop fires, the target goes") {
    w.move("64990");
    CHECK(w.filled_of(low) == "0.1"_q);
    CHECK(w.filled_of(high) == "0"_q);
    CHECK(w.status_of(low) == OrderStatus::filled);
    CHECK(is_terminal(w.status_of(high)));
  }
  WHEN("the target fills in part, the stop may be gone: that is told") {
    sim::FillFault partly;
    partly.in_all = "0.03"_q;
    w.faults.add(partly);
    w.move("67010");
    CHECK(w.filled_of(high) == "0.03"_q);
    CHECK(w.status_of(high) == OrderStatus::partially_filled);
    CHECK(w.status_of(low) == OrderStatus::expired);
  }
  WHEN("one is cancelled, so is the other") {
    REQUIRE(w.cancel(low, placed.orders[0].venue_id).outcome == Outcome::accepted);
    CHECK(w.status_of(low) == OrderStatus::cancelled);
    CHECK(w.status_of(high) == OrderStatus::cancelled);
    CHECK(w.ask_open().items.empty());
  }
  WHEN("the target is cancelled by its own name") {
    REQUIRE(w.cancel(high, placed.orders[1].venue_id).outcome == Outcome::accepted);
    CHECK(w.status_of(low) == OrderStatus::cancelled);
  }
  WHEN("the market stands beyond one of them, a pair is refused") {
    w.move("66500");
    CHECK(w.pair("0.1"_q, "66600", "67000").refusal == Refusal::would_trigger);
  }
  WHEN("what it would sell is not there any more") {
    CHECK(w.pair("0.95"_q, "65000", "67000").refusal == Refusal::insufficient_funds);
  }
  w.pass(10s);
  CHECK(w.told.states() == "connecting stale ready");
  w.check_books();
}

SCENARIO("exits attached to an entry at OKX", "[okx][simulator]") {
  const bool after_partial = GENERATE(false, true);
  World w{[&](sim::okx::Settings& settings, OkxConfig&) {
    settings.attach_after_partial = after_partial;
  }};
  w.start();
  const auto entry = limit(Side::buy, "0.1"_q, "65500"_p, id_of(1));
  const auto low = stop(Side::sell, "0.1"_q, "65000"_p);
  const auto high = target(Side::sell, "0.1"_q, "67000"_p);
  const auto both = [&] {
    const auto placed =
        w.place(w.orders(Linkage::one_triggers_pair, {entry, low, high}, OrderClass::entry));
    REQUIRE(placed.outcome == Outcome::accepted);
    REQUIRE(placed.orders.size() == 3);
    CHECK(placed.orders[1].status == OrderStatus::pending);
    return placed;
  };
  WHEN("the entry fills, they live, and the target ends both") {
    const auto placed = both();
    CHECK(w.ask(stop_id, placed.orders[1].venue_id).items.at(0).status == OrderStatus::pending);
    CHECK(w.ask_open().items.size() == 3);
    w.move("65400");
    CHECK(w.status_of(id_of(1)) == OrderStatus::filled);
    CHECK(w.status_of(stop_id) == OrderStatus::working);
    CHECK(w.status_of(target_id) == OrderStatus::working);
    w.move("67010");
    CHECK(w.status_of(target_id) == OrderStatus::filled);
    CHECK(w.status_of(stop_id) == OrderStatus::expired);
  }
  WHEN("there is only a stop") {
    REQUIRE(
        w.place(w.orders(Linkage::one_triggers_other, {entry, low}, OrderClass::entry)).outcome ==
        Outcome::accepted);
    w.move("65400");
    w.move("64990");
    CHECK(w.status_of(stop_id) == OrderStatus::filled);
  }
  WHEN("the entry is cancelled unfilled, nothing is left") {
    both();
    CHECK(w.cancel(id_of(1)).outcome == Outcome::accepted);
    CHECK(w.status_of(stop_id) == OrderStatus::cancelled);
    CHECK(w.status_of(target_id) == OrderStatus::cancelled);
    CHECK(w.ask_open().items.empty());
  }
  WHEN("the entry is cancelled partly filled: whether they live is the venue's word") {
    both();
    sim::FillFault partly;
    partly.in_all = "0.03"_q;
    w.faults.add(partly);
    w.move("65400");
    w.faults.clear();
    CHECK(w.cancel(id_of(1)).outcome == Outcome::accepted);
    w.pass(5s);
    CHECK(w.status_of(stop_id) == (after_partial ? OrderStatus::working : OrderStatus::cancelled));
    CHECK(w.ask_open().items.size() == (after_partial ? 2U : 0U));
  }
  w.pass(10s);
  CHECK(w.told.states() == "connecting stale ready");
  w.check_books();
}

SCENARIO("a restart finds orders of ours under their names", "[okx][simulator]") {
  World w;
  w.start();
  w.place(limit(Side::buy, "0.1"_q, "65000"_p, id_of(1)));
  w.pair("0.1"_q, "64000", "67000");
  w.place(stop(Side::sell, "0.05"_q, "63000"_p, id_of(9, '0')), OrderClass::protective);
  w.venue->stop();
  w.pass(10ms);

  w.told.all.clear();
  w.venue = w.connect();
  w.start();
  CHECK(w.ask_open().items.size() == 4);
  for (const auto& id : {id_of(1), id_of(1, '0'), id_of(1, 'k'), id_of(9, '0')}) {
    INFO(id.view());
    const auto found = w.ask(id);
    REQUIRE(found.outcome == Outcome::accepted);
    CHECK(found.items.at(0).id == id);
    CHECK(found.items.at(0).status == OrderStatus::working);
  }
  WHEN("the pair's target fills, it is the target's") {
    w.move("67010");
    CHECK(w.filled_of(id_of(1, 'k')) == "0.1"_q);
    CHECK(is_terminal(w.status_of(id_of(1, '0'))));
  }
  WHEN("a pair is cancelled by nothing but the name of its target") {
    CHECK(w.cancel(id_of(1, 'k')).outcome == Outcome::accepted);
    CHECK(w.ask_open().items.size() == 2);
  }
  WHEN("an order was never there") { CHECK(w.ask(id_of(3, 'k')).refusal == Refusal::not_found); }
}

SCENARIO("what a pair did while nobody was there", "[okx][simulator][I13]") {
  World w;
  w.start();
  w.pair("0.1"_q, "64000", "67000");
  w.venue->stop();
  w.pass(10ms);
  w.engine.move_to(sim::MarketId{0}, "67010"_p, "100"_q, w.clock.wall());
  w.told.all.clear();
  w.venue = w.connect();
  w.start();
  const auto target_now = w.ask(id_of(1, 'k'));
  REQUIRE(target_now.outcome == Outcome::accepted);
  CHECK(target_now.items.at(0).status == OrderStatus::filled);
  const auto stop_now = w.ask(id_of(1, '0'));
  REQUIRE(stop_now.outcome == Outcome::accepted);
  CHECK(is_terminal(stop_now.items.at(0).status));
  const auto fills = w.ask_fills(1h).items;
  REQUIRE(fills.size() == 1);
  CHECK(fills[0].id == id_of(1, 'k'));
}
