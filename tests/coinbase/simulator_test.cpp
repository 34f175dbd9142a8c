// The real connection against the simulated exchange: what goes right.
#include <catch2/catch.hpp>

#include "connectors/coinbase/tokens.hpp"
#include "tests/coinbase/world.hpp"

using namespace signalbox;
using namespace signalbox::coinbase::test;
using namespace std::chrono_literals;

SCENARIO("the simulated exchange is connected to", "[coinbase][simulator]") {
  World w;
  w.start();
  CHECK(w.told.states() == "connecting stale ready");
  const auto instruments = w.told.last<InstrumentsReport>().instruments;
  REQUIRE(instruments.size() == 1);
  CHECK(instruments[0].symbol == btc);
  CHECK(instruments[0].tick_size == "0.01"_p);
  CHECK_FALSE(instruments[0].fee_in_base);
  CHECK(w.told.last<BalancesReport>().balances.size() == 2);
  // Heartbeats keep it: nothing else is said for minutes.
  w.pass(3min);
  CHECK(w.told.states() == "connecting stale ready");
}

SCENARIO("keys that are not taken", "[coinbase][simulator]") {
  WHEN("one may transfer") {
    World w{{.keys_may_transfer = true}};
    w.venue->start(w.told);
    w.pass(5s);
    CHECK(w.told.state() == LinkState::connecting);
    CHECK(w.told.last<LinkReport>().detail.view().find("transfer") != std::string_view::npos);
  }
  WHEN("one is another than its name says") {
    constexpr std::string_view other =
        "-----BEGIN EC PRIVATE KEY-----\n"
        "MHcCAQEEIHYumWvUsDCb7T8F5p23m+TNAuodcQayxhi6RGv6PK+coAoGCCqGSM49\n"
        "AwEHoUQDQgAEk86AsbOJz3EcOANkjr+NDfwdj1skfjeyTOazLvX37hXiMfpFJAGj\n"
        "GFMjht9DniWoAMtVpHcIf7KedM4uKsIOIg==\n"
        "-----END EC PRIVATE KEY-----\n";
    World w{{}, other};
    w.venue->start(w.told);
    w.pass(5s);
    CHECK(w.told.state() == LinkState::connecting);
    CHECK(w.exchange.engine.orders().all().empty());
  }
  WHEN("its tokens name another host") {
    World w{{.host = "api.elsewhere.com"}};
    w.venue->start(w.told);
    w.pass(5s);
    CHECK(w.told.state() == LinkState::connecting);
    CHECK(w.told.last<LinkReport>().detail.view().find(key_name) == std::string_view::npos);
  }
}

SCENARIO("a token is taken once, for one request, in its time", "[coinbase][simulator]") {
  CountingRandom random;
  coinbase::Tokens tokens{"h", secret(key_name), secret(rfc_key), random};
  sim::coinbase::TokenDesk desk{{{std::string{key_name}, std::string{rfc_key}, sim::AccountId{3}}}};
  const auto made = at_second(1000);
  const auto token = tokens.take("GET", "/accounts", made);
  CHECK_FALSE(desk.owner(token, "GET h/orders", made));
  CHECK_FALSE(desk.owner(token, "", made));
  CHECK_FALSE(desk.owner(token, "GET h/accounts", made - 1s));
  CHECK_FALSE(desk.owner(token, "GET h/accounts", made + 121s));
  auto forged = token;
  forged[forged.size() - 20] = forged[forged.size() - 20] == 'A' ? 'B' : 'A';
  CHECK_FALSE(desk.owner(forged, "GET h/accounts", made));
  CHECK(desk.owner(token, "GET h/accounts", made + 60s) == sim::AccountId{3});
  CHECK_FALSE(desk.owner(token, "GET h/accounts", made + 60s));
}

SCENARIO("orders of each kind on the simulated exchange", "[coinbase][simulator]") {
  World w;
  w.start();

  WHEN("a market order buys") {
    const auto result = w.place(at_market(Side::buy, "0.1"_q, id_of(1)));
    REQUIRE(result.outcome == Outcome::accepted);
    CHECK(result.orders[0].id == id_of(1));
    CHECK_FALSE(result.orders[0].venue_id.empty());
    w.pass(100ms);
    CHECK(w.told.last<FillReport>().id == id_of(1));
    CHECK(w.told.last<FillReport>().fee_asset == Asset{"USDT"});
    CHECK(w.status_of(id_of(1)) == OrderStatus::filled);
    // What it has changed is read when the trades have been quiet for a while.
    w.pass(2s);
    const auto balances = w.told.last<BalancesReport>().balances;
    CHECK(balances[0].free == "1.1"_q);
  }
  WHEN("a limit order rests, fills in parts, and then wholly") {
    REQUIRE(w.place(limit(Side::buy, "0.1"_q, "65000"_p, id_of(1))).outcome == Outcome::accepted);
    CHECK(w.told.of<FillReport>().empty());
    sim::FillFault slowly;
    slowly.per_step = "0.04"_q;
    w.exchange.faults.add(slowly);
    w.move("64900");
    CHECK(w.status_of(id_of(1)) == OrderStatus::partially_filled);
    CHECK(w.told.last<FillReport>().quantity == "0.04"_q);
    w.move("64900");
    w.move("64900");
    CHECK(w.status_of(id_of(1)) == OrderStatus::filled);
    CHECK(w.fills_of(id_of(1)) == 3);
  }
  WHEN("a limit order is cancelled") {
    REQUIRE(w.place(limit(Side::buy, "0.1"_q, "65000"_p, id_of(1))).outcome == Outcome::accepted);
    REQUIRE(w.cancel(id_of(1)).outcome == Outcome::accepted);
    CHECK(w.status_of(id_of(1)) == OrderStatus::cancelled);
    CHECK(w.cancel(id_of(1)).refusal == Refusal::not_found);
    CHECK(w.ask(id_of(1)).items.at(0).status == OrderStatus::cancelled);
    CHECK(w.ask(id_of(9)).refusal == Refusal::not_found);
    CHECK(w.cancel(id_of(9)).refusal == Refusal::not_found);
  }
  WHEN("a partly filled one is cancelled") {
    sim::FillFault partly;
    partly.in_all = "0.03"_q;
    w.exchange.faults.add(partly);
    REQUIRE(w.place(limit(Side::buy, "0.1"_q, "65000"_p, id_of(1))).outcome == Outcome::accepted);
    w.move("64900");
    REQUIRE(w.cancel(id_of(1)).outcome == Outcome::accepted);
    CHECK(w.status_of(id_of(1)) == OrderStatus::cancelled);
    CHECK(w.ask(id_of(1)).items.at(0).filled == "0.03"_q);
  }
  WHEN("a post-only order would take") {
    auto spec = limit(Side::buy, "0.1"_q, "67000"_p, id_of(1));
    spec.post_only = true;
    CHECK(w.place(spec).refusal == Refusal::would_take);
    CHECK(w.told.of<FillReport>().empty());
  }
  WHEN("orders that live for a moment find nobody") {
    auto spec = limit(Side::buy, "0.1"_q, "65000"_p, id_of(1));
    spec.time_in_force = TimeInForce::ioc;
    CHECK(w.place(spec).outcome == Outcome::accepted);
    CHECK(is_terminal(w.status_of(id_of(1))));
    spec.id = id_of(2);
    spec.time_in_force = TimeInForce::fok;
    CHECK(w.place(spec).outcome == Outcome::accepted);
    CHECK(is_terminal(w.status_of(id_of(2))));
  }
  WHEN("a stop protects and fires") {
    const auto result = w.protect(stop(Side::sell, "0.1"_q, "65000"_p));
    REQUIRE(result.outcome == Outcome::accepted);
    CHECK_FALSE(w.told.last<OrderReport>().triggered);
    CHECK(w.told.last<OrderReport>().kind == OrderKind::stop_market);
    w.move("64990");
    CHECK(w.status_of(stop_id) == OrderStatus::filled);
    CHECK(w.told.last<FillReport>().side == Side::sell);
  }
  WHEN("a stop with a limit fires and rests") {
    auto spec = stop(Side::sell, "0.1"_q, "65000"_p);
    spec.kind = OrderKind::stop_limit;
    spec.price = "64995"_p;
    REQUIRE(w.protect(spec).outcome == Outcome::accepted);
    w.move("64900");
    CHECK(w.status_of(stop_id) == OrderStatus::working);
    CHECK(w.told.last<OrderReport>().triggered);
    CHECK(w.ask(stop_id).items.at(0).triggered);
  }
  WHEN("a conditional take-profit fires") {
    auto spec = stop(Side::sell, "0.1"_q, "67000"_p, target_leg_id);
    spec.kind = OrderKind::take_profit_market;
    REQUIRE(w.protect(spec).outcome == Outcome::accepted);
    w.move("67010");
    CHECK(w.status_of(target_leg_id) == OrderStatus::filled);
  }
  WHEN("a stop is through the market already") {
    CHECK(w.protect(stop(Side::sell, "0.1"_q, "67000"_p)).refusal == Refusal::would_trigger);
  }
  WHEN("a quantity is changed in place") {
    w.place(limit(Side::buy, "0.1"_q, "65000"_p, id_of(1)));
    CHECK(w.amend(id_of(1), "0.04"_q).outcome == Outcome::accepted);
    CHECK(w.ask(id_of(1)).items.at(0).quantity == "0.04"_q);
    CHECK(w.amend(id_of(2), "0.04"_q).refusal == Refusal::not_found);
  }
  WHEN("an order is not allowed") {
    CHECK(w.place(limit(Side::buy, "0.00005"_q, "65000"_p, id_of(1))).refusal == Refusal::minimum);
    CHECK(w.place(limit(Side::buy, "0.1"_q, "500000"_p, id_of(2))).refusal == Refusal::price_band);
    CHECK(w.place(limit(Side::buy, "5"_q, "65000"_p, id_of(3))).refusal ==
          Refusal::insufficient_funds);
  }
  w.pass(10s);
  CHECK(w.told.states() == "connecting stale ready");  // every order was heard on the stream
  w.check_books();
}

SCENARIO("an order that was accepted and fails afterwards", "[coinbase][simulator]") {
  World w{{.late_refusals = true}};
  w.start();
  CHECK(w.protect(stop(Side::sell, "0.1"_q, "67000"_p)).outcome == Outcome::accepted);
  w.pass(50ms);
  CHECK(w.status_of(stop_id) == OrderStatus::rejected);
  CHECK(w.told.last<OrderReport>().refusal == Refusal::would_trigger);
  CHECK(w.ask(stop_id).items.at(0).status == OrderStatus::rejected);
  w.pass(10s);
  CHECK(w.told.states() == "connecting stale ready");
}

SCENARIO("an id is sent again, and the venue gives the old order back", "[coinbase][simulator]") {
  World w;
  w.start();
  const auto spec = stop(Side::sell, "0.1"_q, "65000"_p);
  REQUIRE(w.protect(spec).outcome == Outcome::accepted);
  WHEN("it stands") {
    const auto again = w.protect(spec);
    CHECK(again.outcome == Outcome::accepted);
    CHECK(again.orders[0].status == OrderStatus::working);
    CHECK(w.exchange.engine.orders().all().size() == 1);
  }
  WHEN("it was cancelled: nothing stands, and nobody is told otherwise") {
    REQUIRE(w.cancel(stop_id).outcome == Outcome::accepted);
    const auto again = w.protect(spec);
    REQUIRE(again.outcome == Outcome::accepted);
    CHECK(again.orders[0].status == OrderStatus::cancelled);
  }
  WHEN("it was another order") {
    CHECK(w.protect(stop(Side::sell, "0.05"_q, "65000"_p)).refusal == Refusal::duplicate_id);
  }
  w.pass(10s);
  CHECK(w.told.states() == "connecting stale ready");
}

SCENARIO("a bracket that travels with its entry", "[coinbase][simulator]") {
  const bool repeats = GENERATE(false, true);
  INFO((repeats ? "the bracket has its entry's client id" : "the bracket has an id of its own"));
  World w{{.child_has_entrys_id = repeats}};
  w.start();
  const auto placed = w.place_pair(limit(Side::buy, "0.1"_q, "65500"_p), "65000"_p, "67000"_p);
  REQUIRE(placed.outcome == Outcome::accepted);
  REQUIRE(placed.orders.size() == 3);
  CHECK(placed.orders[1].status == OrderStatus::pending);
  CHECK(w.ask(stop_id).items.at(0).status == OrderStatus::pending);

  WHEN("the entry fills, both legs stand under our names") {
    w.move("65400");
    CHECK(w.status_of(entry_id) == OrderStatus::filled);
    CHECK(w.status_of(stop_id) == OrderStatus::working);
    CHECK(w.status_of(target_leg_id) == OrderStatus::working);
    CHECK(w.ask(stop_id).items.at(0).kind == OrderKind::stop_market);
    CHECK(w.ask_open().items.size() == 2);
    AND_WHEN("the target fills, the stop goes") {
      w.move("67010");
      CHECK(w.status_of(target_leg_id) == OrderStatus::filled);
      CHECK(w.status_of(stop_id) == OrderStatus::cancelled);
      CHECK(w.fills_of(target_leg_id) == 1);
      // The identity of a fill is that of its leg.
      CHECK(w.told.last<FillReport>().venue_id == placed.orders[2].venue_id);
      CHECK(w.fills_of(stop_id) == 0);
    }
    AND_WHEN("the target fills in part, the stop is gone and told so") {
      sim::FillFault partly;
      partly.in_all = "0.03"_q;
      w.exchange.faults.add(partly);
      w.move("67010");
      CHECK(w.status_of(target_leg_id) == OrderStatus::partially_filled);
      CHECK(w.status_of(stop_id) == OrderStatus::cancelled);
    }
    AND_WHEN("the stop fires, the target goes") {
      w.move("64990");
      CHECK(w.status_of(stop_id) == OrderStatus::filled);
      CHECK(w.status_of(target_leg_id) == OrderStatus::cancelled);
      CHECK(w.fills_of(stop_id) > 0);
      CHECK(w.fills_of(target_leg_id) == 0);
      CHECK(w.told.last<FillReport>().venue_id == placed.orders[1].venue_id);
    }
    AND_WHEN("one leg is cancelled by our name for it, both go") {
      CHECK(w.cancel(target_leg_id).outcome == Outcome::accepted);
      CHECK(w.status_of(stop_id) == OrderStatus::cancelled);
      CHECK(w.status_of(target_leg_id) == OrderStatus::cancelled);
    }
    AND_WHEN("the stop fires while the stream is lost") {
      w.net.cut_streams();
      w.move_unheard("64990");
      w.pass(10s);
      CHECK(w.status_of(stop_id) == OrderStatus::filled);
      CHECK(w.status_of(target_leg_id) == OrderStatus::cancelled);
      CHECK(w.fills_of(stop_id) > 0);
    }
    AND_WHEN("another process takes over, it knows the legs by their entry") {
      w.restart();
      CHECK(w.ask(stop_id).items.at(0).status == OrderStatus::working);
      w.move("64990");
      CHECK(w.status_of(stop_id) == OrderStatus::filled);
      CHECK(w.fills_of(stop_id) > 0);
      CHECK(w.ask_fills().items.size() == w.exchange.engine.record().trades().size());
      return;  // it was not there for the entry
    }
  }
  WHEN("the entry is cancelled, nothing is left") {
    CHECK(w.cancel(entry_id).outcome == Outcome::accepted);
    CHECK(w.ask_open().items.empty());
    CHECK(is_terminal(w.ask(stop_id).items.at(0).status));
  }
  w.pass(10s);
  w.check_books();
  CHECK(w.told.state() == LinkState::ready);
}

SCENARIO("tickers come with the answer and then by themselves", "[coinbase][simulator]") {
  World w;
  w.start();
  w.venue->subscribe(SubscribeTicker{RequestId{1}, btc}, w.clock.mono() + 2s);
  w.pass(500ms);
  REQUIRE(w.told.last<TickerResult>().items.size() == 1);
  CHECK(w.told.last<TickerResult>().items[0].bid.is_positive());
  w.move("66100");
  CHECK(w.told.last<Tick>().ask == "66100.01"_p);
  WHEN("the stream is cut") {
    w.net.cut_streams();
    w.pass(5s);
    w.move("66200");
    CHECK(w.told.last<Tick>().ask == "66200.01"_p);
  }
  WHEN("the exchange says nothing at all") {
    w.net.set_down(true);
    w.pass(10s);
    w.net.set_down(false);
    w.pass(60s);
    w.move("66300");
    CHECK(w.told.last<Tick>().ask == "66300.01"_p);
  }
}

SCENARIO("balances and positions are told when asked for", "[coinbase][simulator]") {
  // Smaller pages than there are rows: all of them are had.
  World w{{.page = 1}};
  w.start();
  w.venue->query(QueryBalances{RequestId{1}}, w.clock.mono() + 2s);
  w.venue->query(QueryPositions{RequestId{2}}, w.clock.mono() + 2s);
  w.pass(100ms);
  CHECK(w.told.last<BalancesResult>().items.size() == 2);
  CHECK(w.told.last<PositionsResult>().outcome == Outcome::accepted);
  CHECK(w.told.last<PositionsResult>().items.empty());
  for (int i = 1; i <= 3; ++i) w.place(limit(Side::buy, "0.01"_q, "65000"_p, id_of(i)));
  CHECK(w.ask_open().items.size() == 3);
  w.move("64900");
  CHECK(w.ask_fills().items.size() == 3);
}
