// The real connection against the simulated exchange when things go wrong.
#include "tests/okx/world.hpp"

using namespace signalbox;
using namespace signalbox::okx;
using namespace std::chrono_literals;

namespace {

void only_over_rest(sim::okx::Settings&, OkxConfig& config) { config.orders_over_stream = false; }

}  // namespace

SCENARIO("a pair whose answer never came is found by either leg", "[okx][simulator][I2]") {
  World w{only_over_rest};
  w.start();
  sim::RequestFault fault;
  fault.on = sim::RequestKind::place;
  fault.kind = sim::FaultKind::lost;
  const bool executed = GENERATE(true, false);
  fault.executed = executed;
  w.faults.add(fault);
  CHECK(w.pair("0.1"_q, "65000", "67000").outcome == Outcome::unknown);
  for (const auto& id : {id_of(1, '0'), id_of(1, 'k')}) {
    const auto found = w.ask(id);
    CHECK((found.outcome == Outcome::accepted) == executed);
    if (!executed) CHECK(found.refusal == Refusal::not_found);
  }
}

SCENARIO("the streams of OKX are lost while orders fill", "[okx][simulator][I13]") {
  World w;
  w.start();
  w.place(limit(Side::buy, "0.1"_q, "65500"_p, id_of(1)));
  w.pair("0.2"_q, "65000", "67000");
  REQUIRE(w.told.states() == "connecting stale ready");
  const auto move_at_once = [&](Price price) {
    w.engine.move_to(sim::MarketId{0}, price, "100"_q, w.clock.wall());
  };

  WHEN("the cable is pulled and put back") {
    w.net->set_down(true);
    w.pass(10ms);
    CHECK(w.told.state() == LinkState::stale);
    w.move("65400");  // fills the entry
    w.move("67010");  // fills the target, ends the stop
    CHECK(w.told.of<FillReport>().empty());
    CHECK(w.place(limit(Side::buy, "0.1"_q, "60000"_p, id_of(7))).refusal == Refusal::not_sent);
    w.net->set_down(false);
    w.pass(60s);
  }
  WHEN("only the streams are cut") {
    w.net->cut_streams();
    move_at_once("65400"_p);
    move_at_once("67010"_p);
    w.pass(30s);
  }
  WHEN("they go quiet, and the open orders give it away") {
    w.far->mute_user_streams(w.account);
    w.move("65400");
    w.move("67010");
    CHECK(w.told.of<FillReport>().empty());
    w.pass(2min);
  }
  WHEN("they go quiet, and a new order gives it away") {
    w.far->mute_user_streams(w.account);
    w.move("65400");
    w.move("67010");
    w.place(limit(Side::buy, "0.1"_q, "60000"_p, id_of(7)));
    w.pass(10s);
  }
  WHEN("the venue announces an upgrade") {
    w.far->shut_down_streams();
    move_at_once("65400"_p);
    move_at_once("67010"_p);
    w.pass(5s);
  }
  WHEN("a frame comes that is none") {
    w.far->babble(w.account, R"({"arg":{"channel":"orders"},"data":[{"instId":"BTC-USDT"})");
    w.pass(10ms);
    move_at_once("65400"_p);
    move_at_once("67010"_p);
    w.pass(5s);
  }
  w.pass(2s);
  CHECK(w.told.state() == LinkState::ready);
  CHECK(w.told.states() != "connecting stale ready");
  CHECK(w.filled_of(id_of(1)) == "0.1"_q);
  CHECK(w.filled_of(id_of(1, 'k')) == "0.2"_q);
  CHECK(w.status_of(id_of(1)) == OrderStatus::filled);
  CHECK(w.status_of(id_of(1, 'k')) == OrderStatus::filled);
  CHECK(is_terminal(w.status_of(id_of(1, '0'))));
  w.check_books();
}

SCENARIO("a stream of OKX that says nothing at all", "[okx][simulator]") {
  World w;
  w.start();
  w.pass(10min);  // quiet: pings keep it open
  CHECK(w.told.states() == "connecting stale ready");
}

SCENARIO("a pair at OKX while events come twice, late or not at all", "[okx][simulator][I13]") {
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
  w.faults.add(fault);
  w.place(market_order(Side::buy, "0.1"_q, id_of(1)));
  w.place(limit(Side::buy, "0.1"_q, "65500"_p, id_of(2)));
  w.pair("0.1"_q, "65000", "67000");
  w.move("65400");
  w.move("64990");
  w.pass(3min);
  CHECK(w.told.state() == LinkState::ready);
  w.check_books();
  CHECK(w.filled_of(id_of(1, '0')) == "0.1"_q);
  CHECK(w.ask_open().items.empty());
}

SCENARIO("too many requests at OKX", "[okx][simulator][I10]") {
  World w{only_over_rest};
  w.start();
  WHEN("a refusal with a plain 200 asks for patience") {
    sim::RequestFault fault;
    fault.on = sim::RequestKind::place;
    fault.kind = sim::FaultKind::rate_limited;
    w.faults.add(fault);
    CHECK(w.place(limit(Side::buy, "0.1"_q, "65000"_p, id_of(1))).refusal == Refusal::rate_limited);
    CHECK(w.place(limit(Side::buy, "0.1"_q, "65000"_p, id_of(1))).refusal == Refusal::rate_limited);
    w.pass(3s);
    CHECK(w.place(limit(Side::buy, "0.1"_q, "65000"_p, id_of(1))).outcome == Outcome::accepted);
  }
  WHEN("a firewall shuts the address out") {
    sim::RequestFault fault;
    fault.on = sim::RequestKind::place;
    fault.kind = sim::FaultKind::banned;
    fault.retry_after_s = 50;
    w.faults.add(fault);
    CHECK(w.place(limit(Side::buy, "0.1"_q, "65000"_p, id_of(1))).refusal == Refusal::banned);
    w.net->cut_streams();
    for (int i = 0; i < 55; ++i) {
      w.pass(1s);
      w.place(stop(Side::sell, "0.1"_q, "65000"_p), OrderClass::protective);
    }
    w.pass(2min);
    CHECK(w.told.state() == LinkState::ready);
  }
  WHEN("everything is asked all the time") {
    for (int i = 0; i < 100; ++i) {
      w.venue->query(QueryFills{RequestId{++w.requests}, btc, w.clock.wall() - 1min},
                     w.clock.mono() + 2s);
      w.venue->query(QueryBalances{RequestId{++w.requests}}, w.clock.mono() + 2s);
      w.pass(100ms);
    }
    w.pass(3s);
    CHECK(w.told.of<FillsResult>().size() == 100);
    CHECK(w.told.of<BalancesResult>().size() == 100);
    // What was kept for exits is still there.
    CHECK(w.place(stop(Side::sell, "0.1"_q, "65000"_p), OrderClass::protective).outcome ==
          Outcome::accepted);
  }
  WHEN("orders are placed as fast as they can be, the venue's own limit is never met") {
    for (int i = 0; i < 150; ++i) {
      w.venue->place(w.orders(Linkage::single, {limit(Side::buy, "0.001"_q, "65000"_p, id_of(i))},
                              OrderClass::entry),
                     w.clock.mono() + 2s);
      w.pass(10ms);
    }
    w.pass(3s);
    std::size_t accepted = 0;
    for (const auto& each : w.told.of<WriteResult>()) {
      accepted += each.outcome == Outcome::accepted;
      CHECK(each.code == 0);  // held back here, not refused there
    }
    CHECK(accepted >= 40);
  }
  CHECK(w.far->requests_while_banned() == 0);
}

SCENARIO("keys and modes that OKX or we refuse", "[okx][simulator][I5]") {
  std::string why;
  World::Change change;
  SECTION("a key of the live world in the demo world") {
    change = [](sim::okx::Settings& s, OkxConfig&) { s.demo = false; };
    why = "APIKey does not match current environment.";
  }
  SECTION("a passphrase that is wrong") {
    change = [](sim::okx::Settings& s, OkxConfig&) {
      for (auto& key : s.keys) key.passphrase = "other";
    };
    why = "Request header OK-ACCESS-PASSPHRASE incorrect.";
  }
  SECTION("a secret that is wrong") {
    change = [](sim::okx::Settings& s, OkxConfig&) {
      for (auto& key : s.keys) key.secret = "other";
    };
    why = "Invalid Sign";
  }
  SECTION("a key that may withdraw") {
    change = [](sim::okx::Settings& s, OkxConfig&) {
      for (auto& key : s.keys) key.rights = "read_only,trade,withdraw";
    };
    why = "the key may withdraw: make one that may only trade";
  }
  SECTION("a key that may only look") {
    change = [](sim::okx::Settings& s, OkxConfig&) {
      for (auto& key : s.keys) key.rights = "read_only";
    };
    why = "the key may not trade";
  }
  World w{change};
  w.venue->start(w.told);
  w.pass(5s);
  CHECK(w.told.state() == LinkState::connecting);
  CHECK(w.told.last<LinkReport>().detail.view() == why);
  for (const auto& each : w.told.of<LinkReport>()) {
    CHECK(each.detail.view().find("simulatorKey") == std::string_view::npos);
    CHECK(each.detail.view().find("simulatorPass") == std::string_view::npos);
  }
}

SCENARIO("a stop in the middle of everything", "[okx][simulator]") {
  World w;
  w.start();
  w.venue->place(w.orders(Linkage::single, {limit(Side::buy, "0.1"_q, "65000"_p, id_of(1))},
                          OrderClass::entry),
                 w.clock.mono() + 2s);
  w.venue->place(
      w.orders(Linkage::single, {stop(Side::sell, "0.1"_q, "65000"_p)}, OrderClass::protective),
      w.clock.mono() + 2s);
  w.venue->stop();
  w.pass(5s);
  const auto results = w.told.of<WriteResult>();
  REQUIRE(results.size() == 2);
  for (const auto& each : results) CHECK(each.outcome == Outcome::unknown);
  CHECK(w.told.state() == LinkState::down);
}
