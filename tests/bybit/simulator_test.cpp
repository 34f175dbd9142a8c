// The real connection against the simulated exchange, in memory and virtual time. The judge is the
// exchange's own record. What every venue must do is in tests/conformance; here is what Bybit is
// special about.
#include "connectors/bybit/bybit.hpp"
#include "simulator/bybit/bybit_exchange.hpp"
#include "tests/conformance/suite.hpp"

using namespace signalbox;
using namespace signalbox::conformance;
using namespace std::chrono_literals;

namespace {

class BybitFar final : public FarExchange<sim::bybit::BybitExchange> {
 public:
  using FarExchange::FarExchange;
  std::uint64_t requests_while_banned() const override {
    return exchange.dialect.api().limits().requests_while_banned();
  }
};

struct Ways {
  bool websocket = false;  // orders go that way
  bool keys_may_withdraw = false;
  bool late_stops_wait = false;
  bool linear = false;
  std::optional<Decimal> leverage = {};
  std::string_view secret = "simulatorSecret";
};

VenueCase bybit_case(const Ways& ways = {}) {
  VenueCase c;
  c.name = ways.websocket ? "bybit, orders by websocket" : "bybit, orders by REST";
  if (ways.linear) c.symbol = Symbol{"BTC/USDT:USDT"};
  c.exchange = [ways](WallTime now) {
    auto settings = sim::example_exchange();
    // A perpetual's account starts without a position.
    auto& deposits = settings.accounts[0].deposits;
    if (ways.linear) deposits.erase(deposits.begin());
    sim::bybit::Settings venue;
    venue.keys_may_withdraw = ways.keys_may_withdraw;
    venue.linear = ways.linear;
    venue.late_stops_wait = ways.late_stops_wait;
    return std::make_unique<BybitFar>(settings, now, venue);
  };
  c.connect = [ways](World& w) {
    BybitConfig config;
    config.api_key = Secret::take("simulatorKey");
    config.api_secret = Secret::take(std::string{ways.secret});
    config.symbols = {w.venue_case.symbol};
    config.trade_by_websocket = ways.websocket;
    config.leverage = ways.leverage;
    const auto lane = [&w](HttpSink& sink) { return w.net->lane(sink); };
    const auto stream = [&w](WsSink& sink) { return w.net->stream(sink); };
    return make_bybit(std::move(config), {lane, lane, stream, stream, stream, stream}, w.clock,
                      w.timers, w.random);
  };
  return c;
}

VenueCase either_way() { return bybit_case({.websocket = GENERATE(false, true)}); }

ClientOrderId id_of(int number, char leg = 'e') { return World::id_of(number, leg); }
const ClientOrderId entry_id = id_of(0), stop_id = id_of(0, '0'), target_id = id_of(0, 'k');

}  // namespace

SCENARIO("Bybit comes up and stays up", "[bybit][simulator]") { comes_up(either_way()); }

SCENARIO("orders of each kind at Bybit", "[bybit][simulator]") { trades_each_kind(either_way()); }

SCENARIO("answers of Bybit that never come", "[bybit][simulator][I2]") {
  answers_never_come(either_way());
}

SCENARIO("Bybit's stream is lost while orders fill", "[bybit][simulator][I13]") {
  stream_is_lost(either_way());
}

SCENARIO("events of Bybit that come twice, late or not at all", "[bybit][simulator][I13]") {
  events_are_noisy(bybit_case());
}

SCENARIO("Bybit asks for patience", "[bybit][simulator][I10]") { waits_when_told(bybit_case()); }

SCENARIO("Bybit is down for maintenance", "[bybit][simulator]") {
  sits_out_maintenance(either_way());
}

SCENARIO("a clock that differs from Bybit's", "[bybit][simulator]") { clock_is_off(bybit_case()); }

SCENARIO("tickers of Bybit", "[bybit][simulator]") { tells_tickers(bybit_case()); }

SCENARIO("fills and balances of Bybit", "[bybit][simulator]") {
  tells_fills_and_balances(bybit_case());
}

SCENARIO("more fills than a page of Bybit holds", "[bybit][simulator][I13]") {
  reads_fills_page_by_page(bybit_case());
}

SCENARIO("Bybit is left with requests under way", "[bybit][simulator]") {
  stops_with_requests_under_way(either_way());
}

// ---- what is Bybit's own ----

SCENARIO("keys of Bybit that are not taken", "[bybit][simulator]") {
  const auto refused = [](const Ways& ways) {
    const auto venue = bybit_case(ways);
    World w{venue};
    w.venue->start(w.told);
    w.pass(5s);
    CHECK(w.told.state() == LinkState::connecting);
    return w.told.last<LinkReport>().detail;
  };
  const auto says = [](const Detail& detail, std::string_view word) {
    return detail.view().find(word) != std::string_view::npos;
  };
  CHECK(says(refused({.keys_may_withdraw = true}), "withdraw"));
  CHECK_FALSE(says(refused({.secret = "another secret"}), "another"));
}

SCENARIO("a code that is in no table is told with its number", "[bybit][simulator]") {
  const auto venue = bybit_case();
  World w{venue};
  w.start();
  CHECK(w.with(sim::FaultKind::unavailable, false, 1).refusal == Refusal::maintenance);
  CHECK(w.with(sim::FaultKind::refused, false, 2).code == 179999);
}

SCENARIO("Bybit says until when to wait", "[bybit][simulator][I10]") {
  const auto venue = bybit_case();
  World w{venue};
  w.start();
  CHECK(w.with(sim::FaultKind::rate_limited, false, 1, 3).refusal == Refusal::rate_limited);
  CHECK(w.place(limit(Side::buy, "0.1"_q, "65000"_p, id_of(2))).refusal == Refusal::rate_limited);
  w.pass(3s);
  CHECK(w.place(limit(Side::buy, "0.1"_q, "65000"_p, id_of(3))).outcome == Outcome::accepted);
}

SCENARIO("more orders are wanted than a second of Bybit's allows", "[bybit][simulator][I10]") {
  const auto venue = bybit_case();
  World w{venue};
  w.start();
  for (int i = 0; i < 30; ++i)
    w.venue->place(w.orders(Linkage::single, {limit(Side::buy, "0.001"_q, "60000"_p, id_of(i))}),
                   w.clock.mono() + 2s);
  w.pass(3s);
  CHECK(w.told.of<WriteResult>().size() == 30);
  // Entries beyond the budget are refused here and never reach the venue, and what is kept for
  // exits is still there.
  CHECK(w.far->engine().record().entries().size() == 8);
  CHECK(w.place(stop(Side::sell, "0.1"_q, "65000"_p, stop_id), OrderClass::protective).outcome ==
        Outcome::accepted);
}

SCENARIO("a stop that Bybit's market has passed", "[bybit][simulator]") {
  const auto venue = either_way();
  World w{venue};
  w.start();
  CHECK(w.place(stop(Side::sell, "0.1"_q, "67000"_p, stop_id), OrderClass::protective).refusal ==
        Refusal::would_trigger);
}

SCENARIO("a new order gives a quiet stream of Bybit's away", "[bybit][simulator][I13]") {
  const auto venue = bybit_case();
  World w{venue};
  w.start();
  w.place(limit(Side::buy, "0.1"_q, "65500"_p, id_of(1)));
  w.far->mute_user_streams(w.account);
  w.move("65400");
  CHECK(w.place(limit(Side::buy, "0.1"_q, "60000"_p, id_of(7))).outcome == Outcome::accepted);
  w.pass(5s);
  CHECK(w.told.states() == "connecting stale ready stale ready");
  CHECK(w.status_of(id_of(1)) == OrderStatus::filled);
  w.check_books();
}

SCENARIO("a cancel by REST never overtakes its order by websocket", "[bybit][simulator]") {
  const auto venue = bybit_case({.websocket = true});
  World w{venue};
  w.start();
  w.pass(2s);
  sim::RequestFault slow;
  slow.on = sim::RequestKind::place;
  slow.kind = sim::FaultKind::slow;
  slow.delay = 500ms;
  w.far->faults().add(slow);
  const auto placed = w.orders(Linkage::single, {limit(Side::buy, "0.1"_q, "60000"_p, entry_id)});
  w.venue->place(placed, w.clock.mono() + 2s);
  CancelOrder cancel;
  cancel.request = RequestId{++w.requests};
  cancel.symbol = venue.symbol;
  cancel.id = entry_id;
  w.venue->cancel(cancel, w.clock.mono() + 2s);
  w.pass(300ms);
  CHECK(w.told.of<WriteResult>().empty());
  w.pass(2s);
  const auto results = w.told.of<WriteResult>();
  REQUIRE(results.size() == 2);
  CHECK(results[0].request == placed.request);
  CHECK(results[1].outcome == Outcome::accepted);
  CHECK(w.status_of(entry_id) == OrderStatus::cancelled);
}

SCENARIO("nothing to change is a success at Bybit", "[bybit][simulator]") {
  const auto venue = either_way();
  World w{venue};
  w.start();
  w.place(limit(Side::buy, "0.1"_q, "65000"_p, id_of(1)));
  CHECK(w.amend(id_of(1), "0.04"_q).outcome == Outcome::accepted);
  CHECK(w.amend(id_of(1), "0.04"_q).outcome == Outcome::accepted);
}

SCENARIO("a conditional entry at Bybit is taken away", "[bybit][simulator]") {
  const auto venue = either_way();
  World w{venue};
  w.start();
  REQUIRE(w.place(stop(Side::buy, "0.1"_q, "67000"_p, id_of(1))).outcome == Outcome::accepted);
  CHECK(w.cancel(id_of(1)).outcome == Outcome::accepted);
  CHECK(w.ask_open().items.empty());
}

SCENARIO("a stop that the market has passed, and a venue that waits for it to come back",
         "[bybit][simulator][I1]") {
  const auto venue = bybit_case({.late_stops_wait = true});
  World w{venue};
  w.start();
  CHECK(w.place(stop(Side::sell, "0.1"_q, "67000"_p, stop_id), OrderClass::protective).outcome ==
        Outcome::accepted);
  w.pass(100ms);
  // It protects nothing, so it is taken away and told as what it is.
  CHECK(w.status_of(stop_id) == OrderStatus::rejected);
  CHECK(w.told.last<OrderReport>().refusal == Refusal::would_trigger);
  CHECK(w.ask_open().items.empty());
  w.pass(10s);
  CHECK(w.told.states() == "connecting stale ready");
}

SCENARIO("exits that travel with their entry", "[bybit][simulator]") {
  const auto venue = bybit_case();
  World w{venue};
  w.start();
  const auto pair =
      w.orders(Linkage::one_triggers_pair, {limit(Side::buy, "0.1"_q, "65500"_p, entry_id),
                                            stop(Side::sell, "0.0999"_q, "65000"_p, stop_id),
                                            target(Side::sell, "0.0999"_q, "67000"_p, target_id)});
  REQUIRE(w.place(pair).outcome == Outcome::accepted);
  CHECK(w.ask(stop_id).items.at(0).status == OrderStatus::pending);

  WHEN("the entry fills, they stand under the names of their legs") {
    w.move("65400");
    CHECK(w.status_of(entry_id) == OrderStatus::filled);
    CHECK(w.status_of(stop_id) == OrderStatus::working);
    CHECK(w.status_of(target_id) == OrderStatus::working);
    CHECK(w.ask(stop_id).items.at(0).status == OrderStatus::working);
    AND_WHEN("the target fills, the stop goes") {
      w.move("67010");
      CHECK(w.status_of(target_id) == OrderStatus::filled);
      CHECK(w.status_of(stop_id) == OrderStatus::cancelled);
    }
    AND_WHEN("the stop fires, the target goes") {
      w.move("64990");
      CHECK(w.status_of(stop_id) == OrderStatus::filled);
      CHECK(w.status_of(target_id) == OrderStatus::cancelled);
    }
    AND_WHEN("one is cancelled by our name for it") {
      CHECK(w.cancel(stop_id).outcome == Outcome::accepted);
      CHECK(w.status_of(stop_id) == OrderStatus::cancelled);
    }
  }
  WHEN("the entry is cancelled, nothing is left") {
    CHECK(w.cancel(entry_id).outcome == Outcome::accepted);
    CHECK(w.ask_open().items.empty());
    CHECK(w.ask(stop_id).refusal == Refusal::not_found);
  }
  w.pass(10s);
  w.check_books();
}

SCENARIO("perpetuals", "[bybit][simulator][linear]") {
  const bool by_websocket = GENERATE(false, true);
  INFO((by_websocket ? "by websocket" : "by REST"));
  const auto venue = bybit_case({.websocket = by_websocket, .linear = true});
  World w{venue};
  w.start();
  w.pass(2s);
  const auto instruments = w.told.last<InstrumentsReport>().instruments;
  REQUIRE(instruments.size() == 1);
  CHECK(instruments[0].symbol == w.venue_case.symbol);
  CHECK(instruments[0].kind == MarketKind::linear);
  CHECK_FALSE(instruments[0].fee_in_base);

  REQUIRE(w.place(at_market(Side::buy, "0.1"_q, id_of(1))).outcome == Outcome::accepted);
  w.pass(50ms);
  CHECK(w.status_of(id_of(1)) == OrderStatus::filled);
  CHECK(w.told.last<FillReport>().symbol == w.venue_case.symbol);
  CHECK(w.told.last<FillReport>().fee_asset == Asset{"USDT"});
  w.venue->query(QueryPositions{RequestId{1000}}, w.clock.mono() + 2s);
  w.pass(50ms);
  REQUIRE(w.told.last<PositionsResult>().items.size() == 1);
  CHECK(w.told.last<PositionsResult>().items[0].symbol == w.venue_case.symbol);
  CHECK(w.told.last<PositionsResult>().items[0].quantity.is_positive());

  auto low = stop(Side::sell, "0.05"_q, "65000"_p, stop_id);
  low.reduce_only = true;
  REQUIRE(w.place(low, OrderClass::protective).outcome == Outcome::accepted);
  w.pass(50ms);
  CHECK(w.told.last<OrderReport>().kind == OrderKind::stop_market);
  CHECK_FALSE(w.told.last<OrderReport>().triggered);
  WHEN("the stop fires") {
    w.move("64990");
    CHECK(w.status_of(stop_id) == OrderStatus::filled);
  }
  WHEN("the stop is cancelled") {
    CHECK(w.cancel(stop_id).outcome == Outcome::accepted);
    CHECK(w.status_of(stop_id) == OrderStatus::cancelled);
    CHECK(w.cancel(stop_id).refusal == Refusal::not_found);
    CHECK(w.ask_open().items.empty());
  }
  WHEN("the stream is lost meanwhile") {
    w.net->cut_streams();
    w.far->engine().move_to(sim::MarketId{0}, "64990"_p, "100"_q, w.clock.wall());
    w.pass(30s);
    CHECK(w.told.state() == LinkState::ready);
    CHECK(w.status_of(stop_id) == OrderStatus::filled);
  }
  WHEN("exits travel with an entry") {
    auto entry = limit(Side::buy, "0.02"_q, "65800"_p, id_of(2));
    auto exit_low = stop(Side::sell, "0.01"_q, "65100"_p, id_of(3, '0'));
    auto exit_high = target(Side::sell, "0.01"_q, "67000"_p, id_of(3, 'k'));
    REQUIRE(w.place(w.orders(Linkage::one_triggers_pair, {entry, exit_low, exit_high})).outcome ==
            Outcome::accepted);
    w.move("65700");
    CHECK(w.status_of(exit_low.id) == OrderStatus::working);
    CHECK(w.status_of(exit_high.id) == OrderStatus::working);
    w.move("67010");
    CHECK(w.status_of(exit_high.id) == OrderStatus::filled);
  }
  WHEN("tickers are wanted") {
    w.venue->subscribe(SubscribeTicker{RequestId{1}, w.venue_case.symbol}, w.clock.mono() + 2s);
    w.pass(500ms);
    w.move("66100");
    CHECK(w.told.last<Tick>().symbol == w.venue_case.symbol);
  }
  w.pass(10s);
  w.check_books();
}

SCENARIO("an account of Bybit with another leverage is not traded on", "[bybit][simulator]") {
  const auto leverage = GENERATE("1"_d, "5"_d);  // the exchange has 1
  const auto venue = bybit_case({.linear = true, .leverage = leverage});
  World w{venue};
  w.venue->start(w.told);
  w.pass(5s);
  CHECK((w.told.state() == LinkState::ready) == (leverage == "1"_d));
  if (w.told.state() != LinkState::ready)
    CHECK(w.told.last<LinkReport>().detail.view().find("leverage") != std::string_view::npos);
}

SCENARIO("Bybit shuts the address out while only websockets are tried", "[bybit][simulator][I10]") {
  const auto venue = bybit_case({.websocket = true});
  World w{venue};
  w.start();
  static_cast<BybitFar&>(*w.far).exchange.dialect.api().limits().ban("127.0.0.1", 10min,
                                                                     w.clock.wall());
  w.net->cut_streams();
  w.pass(2s);
  // What was on its way when the first was refused.
  const auto first = w.far->requests_while_banned();
  CHECK(first > 0);
  CHECK(first <= 3);
  for (int i = 0; i < 5; ++i) {
    w.pass(1min);
    CHECK(w.place(stop(Side::sell, "0.1"_q, "65000"_p, stop_id), OrderClass::protective).outcome ==
          Outcome::refused);
  }
  CHECK(w.far->requests_while_banned() == first);
  w.pass(10min);
  CHECK(w.told.state() == LinkState::ready);
  CHECK(w.far->requests_while_banned() == first);
}
