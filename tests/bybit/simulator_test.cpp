// The real connection against the simulated exchange, in memory and virtual time. The judge is the
// exchange's own record.
#include <map>
#include <set>

#include "connectors/bybit/bybit.hpp"
#include "simulator/bybit/bybit_exchange.hpp"
#include "simulator/memory/memory_net.hpp"
#include "tests/support/told.hpp"
#include "tests/bybit/words.hpp"
#include "tests/support/virtual_time.hpp"

using namespace signalbox;
using namespace signalbox::bybit;
using namespace std::chrono_literals;
using test::Told;
namespace sim = signalbox::simulator;

namespace {

const Symbol btc{"BTC/USDT"};

ClientOrderId id_of(int number, char leg = 'e') {
  std::string generation = std::to_string(number);
  generation.insert(0, 3 - generation.size(), '0');
  return ClientOrderId{"bk01h45h0fs1g0" + std::string(1, leg) + generation};
}

struct Ways {
  bool websocket = false;  // orders go that way
  bool keys_may_withdraw = false;
  bool late_stops_wait = false;
  bool linear = false;
  std::optional<Secret> secret = std::nullopt;
};

/// One account's connection to the example exchange, price 66000.
struct World {
  explicit World(Ways ways = {})
      : exchange(settings(ways.linear), clock.wall(),
                 {.keys_may_withdraw = ways.keys_may_withdraw,
                  .linear = ways.linear,
                  .late_stops_wait = ways.late_stops_wait}),
        net(exchange.dialect, clock, timers, {1ms, 1ms}),
        account(*exchange.engine.find_account(AccountName{"main"})) {
    move("66000");
    BybitConfig config;
    config.api_key = Secret::take("simulatorKey");
    config.api_secret = ways.secret ? std::move(*ways.secret) : Secret::take("simulatorSecret");
    symbol = ways.linear ? Symbol{"BTC/USDT:USDT"} : btc;
    config.symbols = {symbol};
    config.trade_by_websocket = ways.websocket;
    const auto lane = [this](HttpSink& sink) { return net.lane(sink); };
    const auto stream = [this](WsSink& sink) { return net.stream(sink); };
    venue = make_bybit(std::move(config), {lane, lane, stream, stream, stream, stream}, clock,
                       timers, random);
  }

  /// A perpetual's account starts without a position.
  static sim::ExchangeSettings settings(bool linear) {
    auto s = sim::example_exchange();
    if (linear) s.accounts[0].deposits.erase(s.accounts[0].deposits.begin());
    return s;
  }

  void pass(Duration d) {
    const auto until = clock.mono() + d;
    for (auto due = timers.next_due(); due && *due <= until; due = timers.next_due()) {
      clock.advance_to(std::max(*due, clock.mono()));
      timers.fire_one(clock.mono());
    }
    clock.advance_to(until);
  }
  void start() {
    venue->start(told);
    pass(1s);
    INFO(told.last<LinkReport>().detail.view());
    REQUIRE(told.state() == LinkState::ready);
  }
  void move(std::string_view price, std::string_view quantity = "100") {
    exchange.engine.move_to(sim::MarketId{0}, Price{Decimal::parse(price).value()},
                            Quantity{Decimal::parse(quantity).value()}, clock.wall());
    pass(10ms);
  }

  WriteResult place(const PlaceOrders& wanted) {
    auto placed = wanted;
    placed.request = RequestId{++requests};
    placed.symbol = symbol;
    const auto before = told.of<WriteResult>().size();
    venue->place(placed, clock.mono() + 2s);
    pass(50ms);
    if (told.of<WriteResult>().size() == before) pass(3s);
    REQUIRE(told.of<WriteResult>().size() == before + 1);
    const auto result = told.last<WriteResult>();
    CHECK(result.request == placed.request);
    return result;
  }
  WriteResult place(const OrderSpec& spec, OrderClass order_class = OrderClass::entry) {
    return place(orders(Linkage::single, {spec}, order_class));
  }
  WriteResult cancel(const ClientOrderId& id) {
    const auto before = told.of<WriteResult>().size();
    CancelOrder m;
    m.request = RequestId{++requests};
    m.symbol = symbol;
    m.id = id;
    venue->cancel(m, clock.mono() + 2s);
    pass(50ms);
    REQUIRE(told.of<WriteResult>().size() == before + 1);
    return told.last<WriteResult>();
  }
  WriteResult amend(const ClientOrderId& id, Quantity quantity) {
    AmendOrder m;
    m.request = RequestId{++requests};
    m.symbol = symbol;
    m.id = id;
    m.quantity = quantity;
    venue->amend(m, clock.mono() + 2s);
    pass(50ms);
    return told.last<WriteResult>();
  }
  OrdersResult ask(const ClientOrderId& id) {
    venue->query(QueryOrder{RequestId{++requests}, symbol, id, {}}, clock.mono() + 2s);
    pass(100ms);
    return told.last<OrdersResult>();
  }
  OrdersResult ask_open() {
    venue->query(QueryOpenOrders{RequestId{++requests}, symbol}, clock.mono() + 2s);
    pass(50ms);
    return told.last<OrdersResult>();
  }
  OrderStatus status_of(const ClientOrderId& id) const {
    std::optional<OrderStatus> status;
    for (const auto& each : told.of<OrderReport>())
      if (each.id == id) status = each.status;
    REQUIRE(status);
    return *status;
  }
  WriteResult with(sim::FaultKind kind, bool executed, int number, std::uint32_t after_s = 0) {
    sim::RequestFault fault;
    fault.on = sim::RequestKind::place;
    fault.kind = kind;
    fault.executed = executed;
    fault.retry_after_s = after_s;
    exchange.faults.add(fault);
    return place(limit(Side::buy, "0.1"_q, "65000"_p, id_of(number)));
  }

  /// Every trade of the account has been told, once; nothing else has.
  void check_books() const {
    std::map<std::string, int> fills;
    for (const auto& fill : told.of<FillReport>())
      ++fills[fill.venue_id.str() + "/" + fill.trade_id.str()];
    std::set<std::string> trades;
    for (const auto& trade : exchange.engine.record().trades()) {
      if (trade.account != account) continue;
      const auto name =
          std::to_string(static_cast<std::uint64_t>(trade.order)) + "/" + std::to_string(trade.id);
      trades.insert(name);
      INFO(name);
      CHECK(fills[name] == 1);
    }
    CHECK(fills.size() == trades.size());
  }

  test::VirtualClock clock;
  test::VirtualTimers timers;
  test::SeededRandom random{11};
  sim::bybit::BybitExchange exchange;
  sim::MemoryNet net;
  sim::AccountId account;
  Symbol symbol;
  Told told;
  std::unique_ptr<Venue> venue;
  std::uint64_t requests = 0;
};

}  // namespace

SCENARIO("the simulated exchange is connected to", "[bybit][simulator]") {
  World w;
  w.start();
  CHECK(w.told.states() == "connecting stale ready");
  const auto instruments = w.told.last<InstrumentsReport>().instruments;
  REQUIRE(instruments.size() == 1);
  CHECK(instruments[0].symbol == btc);
  CHECK(instruments[0].tick_size == "0.01"_p);
  CHECK(instruments[0].notional_min == Notional{"5"_d});
  CHECK(instruments[0].taker_fee == "0.001"_d);
  CHECK(w.told.last<BalancesReport>().balances.size() == 2);
}

SCENARIO("keys that are not taken", "[bybit][simulator]") {
  WHEN("one may withdraw") {
    World w{{.keys_may_withdraw = true}};
    w.venue->start(w.told);
    w.pass(5s);
    CHECK(w.told.state() == LinkState::connecting);
    CHECK(w.told.last<LinkReport>().detail.view().find("withdraw") != std::string_view::npos);
  }
  WHEN("one does not sign as it should") {
    World w{{.secret = Secret::take("another secret")}};
    w.venue->start(w.told);
    w.pass(5s);
    CHECK(w.told.state() == LinkState::connecting);
    CHECK(w.told.last<LinkReport>().detail.view().find("another") == std::string_view::npos);
  }
}

SCENARIO("orders of each kind on the simulated exchange", "[bybit][simulator]") {
  const bool by_websocket = GENERATE(false, true);
  INFO((by_websocket ? "by websocket" : "by REST"));
  World w{{.websocket = by_websocket}};
  w.start();
  w.pass(2s);

  WHEN("a market order buys") {
    const auto result = w.place(at_market(Side::buy, "0.1"_q, id_of(1)));
    REQUIRE(result.outcome == Outcome::accepted);
    CHECK(result.orders[0].id == id_of(1));
    CHECK_FALSE(result.orders[0].venue_id.empty());
    w.pass(100ms);
    const auto fill = w.told.last<FillReport>();
    CHECK(fill.id == id_of(1));
    CHECK(fill.fee_asset == Asset{"BTC"});
    CHECK(w.status_of(id_of(1)) == OrderStatus::filled);
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
    CHECK(w.place(spec).outcome == Outcome::accepted);  // the stream decides
    w.pass(50ms);
    CHECK(w.status_of(id_of(1)) == OrderStatus::rejected);
    CHECK(w.told.last<OrderReport>().refusal == Refusal::would_take);
    CHECK(w.told.of<FillReport>().empty());
  }
  WHEN("orders that live for a moment find nobody") {
    auto spec = limit(Side::buy, "0.1"_q, "65000"_p, id_of(1));
    spec.time_in_force = TimeInForce::ioc;
    CHECK(w.place(spec).outcome == Outcome::accepted);
    CHECK(w.status_of(id_of(1)) == OrderStatus::expired);
    spec.id = id_of(2);
    spec.time_in_force = TimeInForce::fok;
    CHECK(w.place(spec).outcome == Outcome::accepted);
    CHECK(w.status_of(id_of(2)) == OrderStatus::expired);
  }
  WHEN("a stop protects and fires") {
    const auto result = w.place(stop(Side::sell, "0.1"_q, "65000"_p), OrderClass::protective);
    REQUIRE(result.outcome == Outcome::accepted);
    w.pass(50ms);
    CHECK_FALSE(w.told.last<OrderReport>().triggered);
    CHECK(w.told.last<OrderReport>().kind == OrderKind::stop_market);
    w.move("64990");
    CHECK(w.status_of(stop_id) == OrderStatus::filled);
    CHECK(w.told.last<FillReport>().side == Side::sell);
  }
  WHEN("a stop is taken away, from the book it is in") {
    REQUIRE(w.place(stop(Side::sell, "0.1"_q, "65000"_p), OrderClass::protective).outcome ==
            Outcome::accepted);
    CHECK(w.cancel(stop_id).outcome == Outcome::accepted);
    CHECK(w.status_of(stop_id) == OrderStatus::cancelled);
    CHECK(w.ask_open().items.empty());
  }
  WHEN("a conditional entry is taken away") {
    auto spec = stop(Side::buy, "0.1"_q, "67000"_p);
    spec.id = id_of(1);
    REQUIRE(w.place(spec).outcome == Outcome::accepted);
    CHECK(w.cancel(id_of(1)).outcome == Outcome::accepted);
    CHECK(w.ask_open().items.empty());
  }
  WHEN("a stop with a limit fires and rests") {
    auto spec = stop(Side::sell, "0.1"_q, "65000"_p);
    spec.kind = OrderKind::stop_limit;
    spec.price = "65500"_p;
    REQUIRE(w.place(spec, OrderClass::protective).outcome == Outcome::accepted);
    w.move("64990");
    CHECK(w.status_of(stop_id) == OrderStatus::working);
    CHECK(w.told.last<OrderReport>().triggered);
    CHECK(w.ask(stop_id).items.at(0).triggered);
  }
  WHEN("a take-profit is placed and fires") {
    REQUIRE(w.place(target(Side::sell, "0.1"_q, "67000"_p), OrderClass::protective).outcome ==
            Outcome::accepted);
    w.move("67010");
    CHECK(w.status_of(target_id) == OrderStatus::filled);
  }
  WHEN("a stop is through the market already") {
    CHECK(w.place(stop(Side::sell, "0.1"_q, "67000"_p), OrderClass::protective).refusal ==
          Refusal::would_trigger);
  }
  WHEN("a quantity is changed in place") {
    w.place(limit(Side::buy, "0.1"_q, "65000"_p, id_of(1)));
    CHECK(w.amend(id_of(1), "0.04"_q).outcome == Outcome::accepted);
    CHECK(w.ask(id_of(1)).items.at(0).quantity == "0.04"_q);
    // Nothing to change is a success.
    CHECK(w.amend(id_of(1), "0.04"_q).outcome == Outcome::accepted);
    CHECK(w.amend(id_of(2), "0.04"_q).refusal == Refusal::not_found);
  }
  WHEN("an order is not allowed") {
    CHECK(w.place(limit(Side::buy, "0.00005"_q, "65000"_p, id_of(1))).refusal == Refusal::minimum);
    CHECK(w.place(limit(Side::buy, "0.1"_q, "500000"_p, id_of(2))).refusal == Refusal::price_band);
    CHECK(w.place(limit(Side::buy, "5"_q, "65000"_p, id_of(3))).refusal ==
          Refusal::insufficient_funds);
  }
  WHEN("an id was used before") {
    REQUIRE(w.place(limit(Side::buy, "0.1"_q, "65000"_p, id_of(1))).outcome == Outcome::accepted);
    CHECK(w.place(limit(Side::buy, "0.1"_q, "65000"_p, id_of(1))).refusal == Refusal::duplicate_id);
  }
  w.pass(10s);
  CHECK(w.told.states() == "connecting stale ready");  // every order was heard on the stream
  w.check_books();
}

SCENARIO("a stop that the market has passed, and a venue that waits for it to come back",
         "[bybit][simulator][I1]") {
  World w{{.late_stops_wait = true}};
  w.start();
  CHECK(w.place(stop(Side::sell, "0.1"_q, "67000"_p), OrderClass::protective).outcome ==
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
  World w;
  w.start();
  const auto pair = orders(Linkage::one_triggers_pair, {limit(Side::buy, "0.1"_q, "65500"_p),
                                                        stop(Side::sell, "0.0999"_q, "65000"_p),
                                                        target(Side::sell, "0.0999"_q, "67000"_p)});
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
  World w{{.websocket = by_websocket, .linear = true}};
  w.start();
  w.pass(2s);
  const auto instruments = w.told.last<InstrumentsReport>().instruments;
  REQUIRE(instruments.size() == 1);
  CHECK(instruments[0].symbol == w.symbol);
  CHECK(instruments[0].kind == MarketKind::linear);
  CHECK_FALSE(instruments[0].fee_in_base);

  REQUIRE(w.place(at_market(Side::buy, "0.1"_q, id_of(1))).outcome == Outcome::accepted);
  w.pass(50ms);
  CHECK(w.status_of(id_of(1)) == OrderStatus::filled);
  CHECK(w.told.last<FillReport>().symbol == w.symbol);
  CHECK(w.told.last<FillReport>().fee_asset == Asset{"USDT"});
  w.venue->query(QueryPositions{RequestId{1000}}, w.clock.mono() + 2s);
  w.pass(50ms);
  REQUIRE(w.told.last<PositionsResult>().items.size() == 1);
  CHECK(w.told.last<PositionsResult>().items[0].symbol == w.symbol);
  CHECK(w.told.last<PositionsResult>().items[0].quantity.is_positive());

  auto low = stop(Side::sell, "0.05"_q, "65000"_p);
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
    w.net.cut_streams();
    w.exchange.engine.move_to(sim::MarketId{0}, "64990"_p, "100"_q, w.clock.wall());
    w.pass(30s);
    CHECK(w.told.state() == LinkState::ready);
    CHECK(w.status_of(stop_id) == OrderStatus::filled);
  }
  WHEN("exits travel with an entry") {
    auto entry = limit(Side::buy, "0.02"_q, "65800"_p, id_of(2));
    auto exit_low = stop(Side::sell, "0.01"_q, "65100"_p);
    auto exit_high = target(Side::sell, "0.01"_q, "67000"_p);
    exit_low.id = id_of(3, '0');
    exit_high.id = id_of(3, 'k');
    REQUIRE(w.place(orders(Linkage::one_triggers_pair, {entry, exit_low, exit_high})).outcome ==
            Outcome::accepted);
    w.move("65700");
    CHECK(w.status_of(exit_low.id) == OrderStatus::working);
    CHECK(w.status_of(exit_high.id) == OrderStatus::working);
    w.move("67010");
    CHECK(w.status_of(exit_high.id) == OrderStatus::filled);
  }
  WHEN("tickers are wanted") {
    w.venue->subscribe(SubscribeTicker{RequestId{1}, w.symbol}, w.clock.mono() + 2s);
    w.pass(500ms);
    w.move("66100");
    CHECK(w.told.last<Tick>().symbol == w.symbol);
  }
  w.pass(10s);
  w.check_books();
}

SCENARIO("answers that never come", "[bybit][simulator][I2]") {
  const bool by_websocket = GENERATE(false, true);
  INFO((by_websocket ? "by websocket" : "by REST"));
  World w{{.websocket = by_websocket}};
  w.start();
  w.pass(2s);
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

SCENARIO("refusals by class", "[bybit][simulator]") {
  World w;
  w.start();
  CHECK(w.with(sim::FaultKind::unavailable, false, 1).refusal == Refusal::maintenance);
  // A code that is in no table is told with its number.
  const auto strange = w.with(sim::FaultKind::refused, false, 2);
  CHECK(strange.refusal == Refusal::other);
  CHECK(strange.code == 179999);
  CHECK_FALSE(strange.detail.empty());
}

SCENARIO("the stream is lost while orders fill", "[bybit][simulator][I13]") {
  World w;
  w.start();
  w.place(limit(Side::buy, "0.1"_q, "65500"_p, id_of(1)));
  w.place(stop(Side::sell, "0.2"_q, "65000"_p), OrderClass::protective);
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
    w.exchange.engine.move_to(sim::MarketId{0}, "65400"_p, "100"_q, w.clock.wall());
    w.exchange.engine.move_to(sim::MarketId{0}, "64990"_p, "100"_q, w.clock.wall());
    w.pass(30s);
  }
  WHEN("it goes silent, pongs included") {
    w.exchange.dialect.mute_user_streams(w.account);
    w.move("65400");
    w.move("64990");
    CHECK(w.told.of<FillReport>().empty());
    w.pass(2min);
    CHECK(w.told.states() == "connecting stale ready stale ready");
  }
  WHEN("it goes quiet, and a new order gives it away") {
    w.exchange.dialect.mute_user_streams(w.account);
    w.move("65400");
    w.move("64990");
    CHECK(w.place(limit(Side::buy, "0.1"_q, "60000"_p, id_of(7))).outcome == Outcome::accepted);
    w.pass(5s);
    CHECK(w.told.states() == "connecting stale ready stale ready");
  }
  WHEN("it says what nobody can read") {
    w.exchange.dialect.garble_user_streams(w.account);
    w.exchange.engine.move_to(sim::MarketId{0}, "65400"_p, "100"_q, w.clock.wall());
    w.exchange.engine.move_to(sim::MarketId{0}, "64990"_p, "100"_q, w.clock.wall());
    w.pass(5s);
    CHECK(w.told.states() == "connecting stale ready stale ready");
  }
  CHECK(w.told.state() == LinkState::ready);
  CHECK(w.status_of(id_of(1)) == OrderStatus::filled);
  CHECK(w.status_of(stop_id) == OrderStatus::filled);
  w.check_books();
}

SCENARIO("events that come twice, late or not at all", "[bybit][simulator][I13]") {
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
  w.place(stop(Side::sell, "0.1"_q, "65000"_p), OrderClass::protective);
  w.move("65400");
  w.move("64990");
  w.pass(3min);
  CHECK(w.told.state() == LinkState::ready);
  w.check_books();
  CHECK(w.ask_open().items.empty());
}

SCENARIO("clocks that differ", "[bybit][simulator]") {
  World w;
  w.start();
  w.clock.step_wall(30s);  // the venue's time in this world is the wall's
  CHECK(w.place(limit(Side::buy, "0.1"_q, "65000"_p, id_of(1))).refusal == Refusal::clock);
  w.pass(1s);
  CHECK(w.told.states() == "connecting stale ready stale ready");
  CHECK(w.place(limit(Side::buy, "0.1"_q, "65000"_p, id_of(2))).outcome == Outcome::accepted);
}

SCENARIO("too many requests", "[bybit][simulator][I10]") {
  World w;
  w.start();
  WHEN("the venue says until when to wait") {
    CHECK(w.with(sim::FaultKind::rate_limited, false, 1, 3).refusal == Refusal::rate_limited);
    CHECK(w.place(limit(Side::buy, "0.1"_q, "65000"_p, id_of(2))).refusal == Refusal::rate_limited);
    w.pass(3s);
    CHECK(w.place(limit(Side::buy, "0.1"_q, "65000"_p, id_of(3))).outcome == Outcome::accepted);
  }
  WHEN("the address is shut out for ten minutes") {
    CHECK(w.with(sim::FaultKind::banned, false, 1).refusal == Refusal::banned);
    w.net.cut_streams();
    for (int i = 0; i < 50; ++i) {
      w.pass(10s);
      w.place(stop(Side::sell, "0.1"_q, "65000"_p), OrderClass::protective);
    }
    w.pass(5min);
    CHECK(w.told.state() == LinkState::ready);
  }
  WHEN("more orders are wanted than a second allows") {
    for (int i = 0; i < 30; ++i) {
      auto one = orders(Linkage::single, {limit(Side::buy, "0.001"_q, "60000"_p, id_of(i))});
      one.request = RequestId{++w.requests};
      one.symbol = btc;
      w.venue->place(one, w.clock.mono() + 2s);
    }
    w.pass(3s);
    CHECK(w.told.of<WriteResult>().size() == 30);
    // Entries beyond the budget are refused here and never reach the venue, and what is kept for
    // exits is still there.
    CHECK(w.exchange.engine.record().entries().size() == 8);
    CHECK(w.place(stop(Side::sell, "0.1"_q, "65000"_p), OrderClass::protective).outcome ==
          Outcome::accepted);
  }
  CHECK(w.exchange.dialect.api().limits().requests_while_banned() == 0);
}

SCENARIO("the venue is down for maintenance", "[bybit][simulator]") {
  World w;
  w.start();
  sim::RequestFault fault;
  fault.kind = sim::FaultKind::maintenance;
  fault.times = 0;
  w.exchange.faults.add(fault);
  const auto result = w.place(limit(Side::buy, "0.1"_q, "65000"_p, id_of(1)));
  CHECK(result.outcome == Outcome::refused);
  CHECK(result.refusal == Refusal::maintenance);
  w.pass(70s);
  CHECK(w.told.state() == LinkState::stale);
  w.exchange.faults.clear();
  w.pass(60s);
  CHECK(w.told.state() == LinkState::ready);
}

SCENARIO("tickers of the simulated exchange", "[bybit][simulator]") {
  World w;
  w.start();
  w.venue->subscribe(SubscribeTicker{RequestId{1}, btc}, w.clock.mono() + 2s);
  w.pass(500ms);
  CHECK(w.told.last<TickerResult>().items.size() == 1);
  w.move("66123");
  CHECK(w.told.last<Tick>().symbol == btc);
  CHECK(w.told.last<Tick>().bid < "66123.02"_p);
  CHECK(w.told.last<Tick>().ask > "66122.98"_p);
  w.venue->query(QueryTicker{RequestId{2}, btc}, w.clock.mono() + 2s);
  w.pass(50ms);
  CHECK(w.told.last<TickerResult>().items.at(0).bid == w.told.last<Tick>().bid);
  WHEN("the connection is lost, they come back") {
    w.net.cut_streams();
    w.pass(5s);
    w.move("66200");
    CHECK(w.told.last<Tick>().bid > "66150"_p);
  }
}

SCENARIO("fills since a time, and the same identity on every way", "[bybit][simulator]") {
  World w;
  w.start();
  const auto before = w.clock.wall();
  w.place(at_market(Side::buy, "0.1"_q, id_of(1)));
  w.place(at_market(Side::sell, "0.05"_q, id_of(2)));
  w.venue->query(QueryFills{RequestId{9}, btc, before - 1s}, w.clock.mono() + 2s);
  w.pass(50ms);
  const auto asked = w.told.last<FillsResult>().items;
  const auto told = w.told.of<FillReport>();
  REQUIRE(asked.size() == told.size());
  for (std::size_t i = 0; i < told.size(); ++i) CHECK(asked[i] == told[i]);
}

SCENARIO("balances and positions are asked for", "[bybit][simulator]") {
  World w;
  w.start();
  w.venue->query(QueryBalances{RequestId{1}}, w.clock.mono() + 2s);
  w.venue->query(QueryPositions{RequestId{2}}, w.clock.mono() + 2s);
  w.pass(50ms);
  CHECK(w.told.last<BalancesResult>().items.size() == 2);
  CHECK(w.told.last<PositionsResult>().outcome == Outcome::accepted);
  CHECK(w.told.last<PositionsResult>().items.empty());
}

SCENARIO("the connection is stopped with requests under way", "[bybit][simulator]") {
  const bool by_websocket = GENERATE(false, true);
  World w{{.websocket = by_websocket}};
  w.start();
  w.pass(2s);
  auto one = orders(Linkage::single, {limit(Side::buy, "0.1"_q, "65000"_p, id_of(1))});
  one.request = RequestId{77};
  one.symbol = btc;
  w.venue->place(one, w.clock.mono() + 2s);
  w.venue->stop();
  w.pass(5s);
  CHECK(w.told.last<WriteResult>().outcome == Outcome::unknown);
  CHECK(w.told.state() == LinkState::down);
}
