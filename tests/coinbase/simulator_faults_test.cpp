// The real connection against the simulated exchange: what goes wrong.
#include <catch2/catch.hpp>

#include "connectors/coinbase/sequence.hpp"
#include "tests/coinbase/world.hpp"

using namespace signalbox;
using namespace signalbox::coinbase::test;
using namespace std::chrono_literals;

SCENARIO("answers that never come", "[coinbase][simulator][I2]") {
  World w;
  w.start();
  int number = 0;
  for (const bool executed : {true, false})
    for (const auto kind : {sim::FaultKind::lost, sim::FaultKind::silent,
                            sim::FaultKind::status_unknown, sim::FaultKind::server_error}) {
      INFO(name_of(kind) << (executed ? ", executed" : ", not executed"));
      CHECK(w.with(kind, executed, ++number).outcome == Outcome::unknown);
      w.pass(2s);
      const auto found = w.ask(id_of(number));
      if (executed) {
        REQUIRE(found.outcome == Outcome::accepted);
        CHECK(found.items.at(0).status == OrderStatus::working);
        CHECK(w.cancel(id_of(number)).outcome == Outcome::accepted);
      } else {
        CHECK(found.refusal == Refusal::not_found);
      }
    }
  CHECK(w.exchange.engine.orders().all().size() == 4);  // nothing was sent twice
  w.check_books();
}

SCENARIO("refusals by class", "[coinbase][simulator]") {
  World w;
  w.start();
  CHECK(w.with(sim::FaultKind::maintenance, false, 1).refusal == Refusal::maintenance);
  // A word that is in no table is told with its text.
  const auto strange = w.with(sim::FaultKind::refused, false, 2);
  CHECK(strange.refusal == Refusal::other);
  CHECK(strange.detail.view().find("REFUSED_BY_PLAN") != std::string_view::npos);
  // Whether a 503 is maintenance or a failure it does not say.
  CHECK(w.with(sim::FaultKind::unavailable, false, 3).outcome == Outcome::unknown);
}

SCENARIO("the stream is lost while orders fill", "[coinbase][simulator][I13]") {
  World w;
  w.start();
  w.place(limit(Side::buy, "0.1"_q, "65500"_p, id_of(1)));
  w.protect(stop(Side::sell, "0.2"_q, "65000"_p));
  REQUIRE(w.told.states() == "connecting stale ready");

  WHEN("the cable is pulled and put back") {
    w.net.set_down(true);
    w.pass(10ms);
    CHECK(w.told.state() == LinkState::stale);
    w.move("65400");  // fills the entry
    w.move("64990");  // fires the stop
    CHECK(w.told.of<FillReport>().empty());
    CHECK(w.place(limit(Side::buy, "0.1"_q, "60000"_p, id_of(7))).refusal == Refusal::not_sent);
    w.net.set_down(false);
    w.pass(30s);
  }
  WHEN("only the stream is cut") {
    w.net.cut_streams();
    w.move_unheard("65400");
    w.move_unheard("64990");
    w.pass(30s);
  }
  WHEN("it goes silent, heartbeats included") {
    w.exchange.dialect.mute_user_streams(w.account);
    w.move("65400");
    w.move("64990");
    CHECK(w.told.of<FillReport>().empty());
    w.pass(10s);
    CHECK(w.told.states() == "connecting stale ready stale ready");
  }
  WHEN("it says nothing of orders and beats on, and a new order gives it away") {
    w.exchange.dialect.hush_user_streams(w.account);
    w.move("65400");
    w.move("64990");
    CHECK(w.place(limit(Side::buy, "0.1"_q, "60000"_p, id_of(7))).outcome == Outcome::accepted);
    w.pass(5s);
    CHECK(w.told.states() == "connecting stale ready stale ready");
  }
  WHEN("it says nothing of orders, and the comparison gives it away") {
    w.exchange.dialect.hush_user_streams(w.account);
    w.move("65400");
    w.move("64990");
    w.pass(2min);
    CHECK(w.told.states() == "connecting stale ready stale ready");
  }
  WHEN("a message is lost: the next number says so") {
    w.exchange.dialect.lose_user_message(w.account);
    w.move_unheard("65400");
    w.move_unheard("64990");
    w.pass(5s);
    CHECK(w.told.states() == "connecting stale ready stale ready");
  }
  WHEN("it says what nobody can read") {
    w.exchange.dialect.garble_user_streams(w.account);
    w.move_unheard("65400");
    w.move_unheard("64990");
    w.pass(5s);
    CHECK(w.told.states() == "connecting stale ready stale ready");
  }
  CHECK(w.told.state() == LinkState::ready);
  CHECK(w.status_of(id_of(1)) == OrderStatus::filled);
  CHECK(w.status_of(stop_id) == OrderStatus::filled);
  w.check_books();
}

SCENARIO("a lost message is found whichever way messages are numbered", "[coinbase][simulator]") {
  World w{{.numbers_per_channel = true}};
  w.start();
  w.place(limit(Side::buy, "0.1"_q, "65500"_p, id_of(1)));
  w.pass(1min);
  REQUIRE(w.told.states() == "connecting stale ready");
  w.exchange.dialect.lose_user_message(w.account);
  w.move_unheard("65450");
  w.place(limit(Side::buy, "0.1"_q, "60000"_p, id_of(2)));
  w.pass(5s);
  CHECK(w.told.states() == "connecting stale ready stale ready");
  CHECK(w.status_of(id_of(1)) == OrderStatus::filled);
  w.check_books();
}

TEST_CASE("numbers of stream messages", "[coinbase]") {
  using Kind = coinbase::Frame::Kind;
  coinbase::Sequence numbers;
  SECTION("per connection") {
    CHECK(numbers.follows(Kind::subscriptions, 0));
    CHECK(numbers.follows(Kind::subscriptions, 1));
    CHECK(numbers.follows(Kind::orders, 2));
    CHECK(numbers.follows(Kind::heartbeat, 3));
    CHECK(numbers.follows(Kind::heartbeat, 4));
    CHECK_FALSE(numbers.follows(Kind::heartbeat, 6));
    CHECK(numbers.follows(Kind::orders, 7));
    CHECK_FALSE(numbers.follows(Kind::orders, 3));
  }
  SECTION("per channel") {
    CHECK(numbers.follows(Kind::subscriptions, 0));
    CHECK(numbers.follows(Kind::subscriptions, 1));
    CHECK(numbers.follows(Kind::orders, 0));
    CHECK(numbers.follows(Kind::heartbeat, 0));
    CHECK(numbers.follows(Kind::heartbeat, 1));
    CHECK_FALSE(numbers.follows(Kind::orders, 2));
    CHECK(numbers.follows(Kind::orders, 3));
  }
  SECTION("the first is lost") { CHECK(numbers.follows(Kind::heartbeat, 5)); }
}

SCENARIO("events that come twice, late or not at all", "[coinbase][simulator][I13]") {
  World w;
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
  w.exchange.faults.add(fault);
  w.place(at_market(Side::buy, "0.1"_q, id_of(1)));
  w.place(limit(Side::buy, "0.1"_q, "65500"_p, id_of(2)));
  w.protect(stop(Side::sell, "0.1"_q, "65000"_p));
  w.move("65400");
  w.move("64990");
  w.pass(3min);
  CHECK(w.told.state() == LinkState::ready);
  w.check_books();
  CHECK(w.ask_open().items.empty());
}

SCENARIO("trades are listed later than they are told of", "[coinbase][simulator][I1]") {
  World w{{.fills_lag = 700ms}};
  w.start();
  w.place(at_market(Side::buy, "0.1"_q, id_of(1)));
  CHECK(w.told.of<FillReport>().empty());
  w.pass(2s);
  CHECK(w.fills_of(id_of(1)) > 0);
  w.check_books();
  CHECK(w.told.states() == "connecting stale ready");
}

SCENARIO("clocks that differ", "[coinbase][simulator]") {
  World w;
  w.start();
  w.clock.step_wall(-5min);  // the venue's time in this world is the wall's
  CHECK(w.place(limit(Side::buy, "0.1"_q, "65000"_p, id_of(1))).refusal == Refusal::authentication);
  w.pass(1s);
  CHECK(w.told.states() == "connecting stale ready stale ready");
  CHECK(w.place(limit(Side::buy, "0.1"_q, "65000"_p, id_of(2))).outcome == Outcome::accepted);
}

SCENARIO("too many requests", "[coinbase][simulator][I10]") {
  World w;
  w.start();
  WHEN("the venue says so") {
    CHECK(w.with(sim::FaultKind::rate_limited, false, 1).refusal == Refusal::rate_limited);
    CHECK(w.place(limit(Side::buy, "0.1"_q, "65000"_p, id_of(2))).refusal == Refusal::rate_limited);
    w.pass(2s);
    CHECK(w.place(limit(Side::buy, "0.1"_q, "65000"_p, id_of(3))).outcome == Outcome::accepted);
  }
  WHEN("the firewall shuts the address out") {
    CHECK(w.with(sim::FaultKind::banned, false, 1).refusal == Refusal::banned);
    w.net.cut_streams();
    for (int i = 0; i < 5; ++i) {
      w.pass(10s);
      w.protect(stop(Side::sell, "0.1"_q, "65000"_p, id_of(i, '0')));
    }
    w.pass(5min);
    CHECK(w.told.state() == LinkState::ready);
  }
  WHEN("more orders are wanted than a second allows") {
    w.pass(2s);
    const auto send = [&](const OrderSpec& spec, OrderClass order_class) {
      PlaceOrders one;
      one.request = RequestId{++w.requests};
      one.symbol = btc;
      one.order_class = order_class;
      one.orders.push_back(spec);
      w.venue->place(one, w.clock.mono() + 2s);
    };
    for (int i = 0; i < 60; ++i)
      send(limit(Side::buy, "0.001"_q, "60000"_p, id_of(i)), OrderClass::entry);
    // What is kept for exits is still there.
    send(stop(Side::sell, "0.1"_q, "65000"_p), OrderClass::protective);
    w.pass(50ms);
    CHECK(w.status_of(stop_id) == OrderStatus::working);
    w.pass(3s);
    CHECK(w.told.of<WriteResult>().size() == 61);
    CHECK(w.exchange.engine.orders().all().size() == 25);  // 24 of 30 are for entries
  }
  CHECK(w.exchange.dialect.api().requests_while_banned() == 0);
}

SCENARIO("the venue is down for maintenance", "[coinbase][simulator]") {
  World w;
  w.start();
  sim::RequestFault fault;
  fault.kind = sim::FaultKind::unavailable;
  fault.times = 0;
  w.exchange.faults.add(fault);
  CHECK(w.place(limit(Side::buy, "0.1"_q, "65000"_p, id_of(1))).outcome == Outcome::unknown);
  w.pass(70s);
  CHECK(w.told.state() == LinkState::stale);
  w.exchange.faults.clear();
  w.pass(60s);
  CHECK(w.told.state() == LinkState::ready);
}

SCENARIO("it is stopped with a request under way", "[coinbase][simulator]") {
  World w;
  w.start();
  PlaceOrders one;
  one.request = RequestId{77};
  one.symbol = btc;
  one.orders.push_back(limit(Side::buy, "0.1"_q, "65000"_p, id_of(1)));
  w.venue->place(one, w.clock.mono() + 2s);
  w.venue->stop();
  w.pass(5s);
  CHECK(w.told.last<WriteResult>().outcome == Outcome::unknown);
  CHECK(w.told.state() == LinkState::down);
}

TEST_CASE("the sandbox is refused, and live hosts are not fallen through to", "[coinbase]") {
  CoinbaseConfig config;
  config.network = coinbase::Network::sandbox;
  config.api_key = secret(key_name);
  config.api_secret = secret(rfc_key);
  World w;
  const auto lane = [&](HttpSink& sink) { return w.net.lane(sink); };
  const auto stream = [&](WsSink& sink) { return w.net.stream(sink); };
  CHECK_THROWS_AS(
      make_coinbase(std::move(config), {lane, lane, stream, stream}, w.clock, w.timers, w.random),
      std::invalid_argument);
}
