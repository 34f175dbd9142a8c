// The real connection against the simulated futures exchange, in memory and virtual time. The judge
// is the exchange's own record.
#include <map>
#include <set>

#include "connectors/binanceusdm/binanceusdm.hpp"
#include "simulator/binanceusdm/usdm_exchange.hpp"
#include "simulator/memory/memory_net.hpp"
#include "tests/binanceusdm/words.hpp"
#include "tests/support/told.hpp"
#include "tests/support/virtual_time.hpp"

using namespace signalbox;
using namespace signalbox::binanceusdm;
using namespace std::chrono_literals;
using binance::limit;
using binance::stop;
using binance::stop_id;
using binance::target_id;
using test::Told;
namespace sim = signalbox::simulator;

namespace {

ClientOrderId id_of(int number, char leg = 'e') {
  std::string generation = std::to_string(number);
  generation.insert(0, 3 - generation.size(), '0');
  return ClientOrderId{"bk01h45h0fs1g0" + std::string(1, leg) + generation};
}

OrderSpec market_order(Side side, Quantity quantity, ClientOrderId id, bool reduce_only = false) {
  return {.id = id,
          .side = side,
          .kind = OrderKind::market,
          .quantity = quantity,
          .reduce_only = reduce_only};
}

OrderSpec reducing_stop(Quantity quantity, Price trigger) {
  auto spec = stop(Side::sell, quantity, trigger);
  spec.reduce_only = true;
  return spec;
}

OrderSpec reducing_target(Quantity quantity, Price trigger) {
  auto spec = reducing_stop(quantity, trigger);
  spec.id = target_id;
  spec.kind = OrderKind::take_profit_market;
  return spec;
}

/// One account's connection to the simulated exchange, price 66000.
struct World {
  explicit World(sim::binanceusdm::Settings settings = {},
                 std::function<void(BinanceUsdmConfig&)> configure = {})
      : exchange(clock.wall(), std::move(settings)),
        net(exchange.dialect, clock, timers, {1ms, 1ms}) {
    move("66000");
    BinanceUsdmConfig config;
    config.api_key = Secret::take("simulatorKey");
    config.api_secret = Secret::take("simulatorSecret");
    config.symbols = {btc};
    if (configure) configure(config);
    const auto lane = [this](HttpSink& sink) { return net.lane(sink); };
    const auto stream = [this](WsSink& sink) { return net.stream(sink); };
    venue =
        make_binance_usdm(std::move(config), {lane, lane, stream, stream}, clock, timers, random);
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
    INFO(told.last<LinkReport>().detail);
    REQUIRE(told.state() == LinkState::ready);
  }
  void move(std::string_view price, std::string_view quantity = "100") {
    exchange.move_to(Price{Decimal::parse(price).value()},
                     Quantity{Decimal::parse(quantity).value()}, clock.wall());
    pass(10ms);
  }
  WriteResult place(OrderSpec spec, OrderClass order_class = OrderClass::entry) {
    auto orders = one_order(spec, order_class);
    orders.request = RequestId{++requests};
    return result_of(orders.request, [&] { venue->place(orders, clock.mono() + 2s); });
  }
  WriteResult protect(OrderSpec spec) { return place(spec, OrderClass::protective); }
  WriteResult cancel(const ClientOrderId& id, const VenueOrderId& venue_id = {}) {
    const CancelOrder m{
        .request = RequestId{++requests}, .symbol = btc, .id = id, .venue_id = venue_id};
    return result_of(m.request, [&] { venue->cancel(m, clock.mono() + 2s); });
  }
  template <class Do>
  WriteResult result_of(RequestId request, Do&& act) {
    const auto before = told.of<WriteResult>().size();
    act();
    pass(50ms);
    if (told.of<WriteResult>().size() == before) pass(3s);
    REQUIRE(told.of<WriteResult>().size() == before + 1);
    const auto result = told.last<WriteResult>();
    CHECK(result.request == request);
    return result;
  }
  OrdersResult ask(const ClientOrderId& id, const VenueOrderId& venue_id = {}) {
    venue->query(QueryOrder{RequestId{++requests}, btc, id, venue_id}, clock.mono() + 2s);
    pass(50ms);
    return told.last<OrdersResult>();
  }
  OrdersResult ask_open() {
    venue->query(QueryOpenOrders{RequestId{++requests}, btc}, clock.mono() + 2s);
    pass(50ms);
    return told.last<OrdersResult>();
  }
  std::vector<Position> ask_positions() {
    venue->query(QueryPositions{RequestId{++requests}}, clock.mono() + 2s);
    pass(50ms);
    return told.last<PositionsResult>().items;
  }
  OrderStatus status_of(const ClientOrderId& id) const {
    std::optional<OrderStatus> status;
    for (const auto& each : told.of<OrderReport>())
      if (each.id == id) status = each.status;
    REQUIRE(status);
    return *status;
  }
  Quantity position() const {
    return exchange.dialect.position(exchange.account, sim::MarketId{0});
  }

  /// Every trade of the account has been told, once; nothing else has.
  void check_books() const {
    std::map<std::string, int> fills;
    for (const auto& fill : told.of<FillReport>())
      ++fills[fill.venue_id.str() + "/" + fill.trade_id.str()];
    std::set<std::string> trades;
    for (const auto& trade : exchange.engine.record().trades()) {
      const auto name =
          std::to_string(static_cast<std::uint64_t>(trade.order)) + "/" + std::to_string(trade.id);
      trades.insert(name);
      INFO(name);
      CHECK(fills[name] == 1);
    }
    CHECK(fills.size() == trades.size());
  }
  /// Ours, all of them: a child's fills too.
  void check_ids() const {
    for (const auto& fill : told.of<FillReport>()) CHECK_FALSE(fill.id.empty());
  }

  test::VirtualClock clock;
  test::VirtualTimers timers;
  test::SeededRandom random{11};
  sim::UsdmExchange exchange;
  sim::MemoryNet net;
  Told told;
  std::unique_ptr<Venue> venue;
  std::uint64_t requests = 0;
};

}  // namespace

SCENARIO("the futures exchange is connected to", "[binanceusdm][simulator]") {
  World w;
  w.start();
  CHECK(w.told.states() == "connecting stale ready");
  const auto instruments = w.told.last<InstrumentsReport>().instruments;
  REQUIRE(instruments.size() == 1);
  CHECK(instruments[0].symbol == btc);
  CHECK(instruments[0].kind == MarketKind::linear);
  const auto balances = w.told.last<BalancesReport>().balances;
  REQUIRE(balances.size() == 1);
  CHECK(balances[0].asset == Asset{"USDT"});
}

SCENARIO("an account in another mode is not traded on", "[binanceusdm][simulator]") {
  WHEN("it holds longs and shorts apart") {
    World w{{.hedge_mode = true}};
    w.venue->start(w.told);
    w.pass(1s);
    CHECK(w.told.state() != LinkState::ready);
    CHECK(w.told.last<LinkReport>().detail.view().find("hedge mode") != std::string_view::npos);
  }
  WHEN("its leverage is another and may not be set") {
    World w{{}, [](BinanceUsdmConfig& c) { c.leverage = 5; }};
    w.venue->start(w.told);
    w.pass(1s);
    CHECK(w.told.state() != LinkState::ready);
    CHECK(w.exchange.dialect.settings().leverage == 20);
  }
  WHEN("its leverage is another and is to be set") {
    World w{{}, [](BinanceUsdmConfig& c) {
              c.leverage = 5;
              c.isolated = false;
              c.set_modes = true;
            }};
    w.start();
    CHECK(w.exchange.dialect.settings().leverage == 5);
  }
}

SCENARIO("orders of each kind on the futures exchange", "[binanceusdm][simulator]") {
  World w;
  w.start();

  WHEN("a market order opens a short and another closes it") {
    REQUIRE(w.place(market_order(Side::sell, "0.1"_q, id_of(1))).outcome == Outcome::accepted);
    w.pass(100ms);
    CHECK(w.position() == -"0.1"_q);
    const auto positions = w.ask_positions();
    REQUIRE(positions.size() == 1);
    CHECK(positions[0].quantity == -"0.1"_q);
    CHECK(w.place(market_order(Side::buy, "0.5"_q, id_of(2), true), OrderClass::close).outcome ==
          Outcome::accepted);
    w.pass(100ms);
    CHECK(w.position().is_zero());
    CHECK(w.ask_positions().empty());
    CHECK(w.place(market_order(Side::buy, "0.1"_q, id_of(3), true), OrderClass::close).refusal ==
          Refusal::reduce_only);
    w.check_books();
  }
  WHEN("a limit order rests, fills in parts, and then wholly") {
    const auto result = w.place(limit(Side::buy, "0.1"_q, "65000"_p, id_of(1)));
    REQUIRE(result.outcome == Outcome::accepted);
    CHECK(result.orders[0].status == OrderStatus::working);
    sim::FillFault slowly;
    slowly.per_step = "0.04"_q;
    w.exchange.faults.add(slowly);
    w.move("64900");
    CHECK(w.status_of(id_of(1)) == OrderStatus::partially_filled);
    w.move("64900");
    w.move("64900");
    CHECK(w.status_of(id_of(1)) == OrderStatus::filled);
    CHECK(w.told.of<FillReport>().size() == 3);
    CHECK(w.told.last<FillReport>().fee_asset == Asset{"USDT"});
    w.check_books();
  }
  WHEN("a limit order is cancelled") {
    const auto placed = w.place(limit(Side::buy, "0.1"_q, "65000"_p, id_of(1)));
    const auto result = w.cancel(id_of(1), placed.orders[0].venue_id);
    REQUIRE(result.outcome == Outcome::accepted);
    CHECK(w.status_of(id_of(1)) == OrderStatus::cancelled);
    CHECK(w.cancel(id_of(1)).refusal == Refusal::not_found);
    CHECK(w.ask(id_of(1)).items.at(0).status == OrderStatus::cancelled);
  }
  WHEN("a post-only order would take") {
    auto spec = limit(Side::buy, "0.1"_q, "66100"_p, id_of(1));
    spec.post_only = true;
    CHECK(w.place(spec).refusal == Refusal::would_take);
  }
  WHEN("an id is used twice at once") {
    REQUIRE(w.place(limit(Side::buy, "0.1"_q, "65000"_p, id_of(1))).outcome == Outcome::accepted);
    CHECK(w.place(limit(Side::buy, "0.1"_q, "65000"_p, id_of(1))).refusal == Refusal::duplicate_id);
  }
}

SCENARIO("a position is protected by a stop and a target", "[binanceusdm][simulator][I1]") {
  // What a triggered order's events look like is not documented in full: all readings hold.
  const bool repeats = GENERATE(true, false);
  const bool child_first = GENERATE(true, false);
  const bool tells = GENERATE(true, false);
  CAPTURE(repeats, child_first, tells);
  World w{{.child_repeats_id = repeats, .tells_algos = tells, .child_told_first = child_first}};
  // Without events of their own what a triggered order became has to be asked for.
  const Duration soon = tells || repeats ? Duration{100ms} : Duration{5s};
  w.start();
  REQUIRE(w.place(market_order(Side::buy, "0.1"_q, id_of(1))).outcome == Outcome::accepted);
  const auto stopped = w.protect(reducing_stop("0.1"_q, "65000"_p));
  REQUIRE(stopped.outcome == Outcome::accepted);
  CHECK(stopped.orders[0].status == OrderStatus::working);
  CHECK_FALSE(stopped.orders[0].triggered);
  REQUIRE(w.protect(reducing_target("0.1"_q, "67000"_p)).outcome == Outcome::accepted);
  CHECK(w.ask_open().items.size() == 2);

  WHEN("the stop is reached") {
    w.move("64990");
    w.pass(soon);
    THEN("the position is closed, and every fill is ours") {
      CHECK(w.told.states() == "connecting stale ready");
      CHECK(w.position().is_zero());
      CHECK(w.status_of(stop_id) == OrderStatus::filled);
      CHECK(w.told.last<FillReport>().id == stop_id);
      w.check_books();
      w.check_ids();
    }
    THEN("the target still stands, and is cancelled by itself") {
      CHECK(w.exchange.dialect.waiting_algos(w.exchange.account) == 1);
      const auto cancelled = w.cancel(target_id);
      REQUIRE(cancelled.outcome == Outcome::accepted);
      CHECK(cancelled.orders[0].status == OrderStatus::cancelled);
      CHECK(w.exchange.dialect.waiting_algos(w.exchange.account) == 0);
    }
    THEN("asking for it by either id finds what it became") {
      CHECK(w.ask(stop_id).items.at(0).status == OrderStatus::filled);
      CHECK(w.ask({}, stopped.orders[0].venue_id).items.at(0).status == OrderStatus::filled);
    }
  }
  WHEN("the stop is reached while the stream is down") {
    w.net.set_down(true);
    w.pass(100ms);
    w.move("64990");
    w.net.set_down(false);
    w.pass(5s);
    THEN("it is caught up on") {
      CHECK(w.told.state() == LinkState::ready);
      CHECK(w.position().is_zero());
      CHECK(w.status_of(stop_id) == OrderStatus::filled);
      w.check_books();
      w.check_ids();
    }
  }
  WHEN("the stop is cancelled by our id alone") {
    const auto cancelled = w.cancel(stop_id);
    REQUIRE(cancelled.outcome == Outcome::accepted);
    CHECK(cancelled.orders[0].id == stop_id);
    CHECK(cancelled.orders[0].status == OrderStatus::cancelled);
    CHECK(w.cancel(stop_id).refusal == Refusal::not_found);
    w.pass(10s);
    CHECK(w.told.state() == LinkState::ready);
  }
  WHEN("a stop is already through the market") {
    auto late = reducing_stop("0.1"_q, "66500"_p);
    late.id = id_of(7, '0');
    CHECK(w.protect(late).refusal == Refusal::would_trigger);
  }
  WHEN("a stop with a limit fires and rests, and is cancelled under the id it was placed with") {
    auto spec = reducing_stop("0.1"_q, "65500"_p);
    spec.id = id_of(8, '0');
    spec.kind = OrderKind::stop_limit;
    spec.price = "65900"_p;
    const auto placed = w.protect(spec);
    REQUIRE(placed.outcome == Outcome::accepted);
    w.move("65490");
    w.pass(soon);
    CHECK(w.status_of(spec.id) == OrderStatus::working);
    // Its own id leads nowhere any more where nobody said that it has triggered: asking does.
    if (!tells) CHECK(w.ask(spec.id, placed.orders[0].venue_id).items.at(0).triggered);
    CHECK(w.cancel(spec.id, placed.orders[0].venue_id).outcome == Outcome::accepted);
    w.pass(100ms);
    CHECK(w.status_of(spec.id) == OrderStatus::cancelled);
  }
}

SCENARIO("answers that never come on futures", "[binanceusdm][simulator][I2]") {
  World w;
  w.start();
  const auto kind =
      GENERATE(sim::FaultKind::lost, sim::FaultKind::status_unknown, sim::FaultKind::server_error);
  w.exchange.faults.add(
      sim::RequestFault{.on = sim::RequestKind::place, .kind = kind, .executed = true});
  const auto result = w.place(market_order(Side::buy, "0.1"_q, id_of(1)));
  CHECK(result.outcome == Outcome::unknown);
  w.pass(200ms);
  CHECK(w.told.last<FillReport>().id == id_of(1));
  CHECK(w.ask(id_of(1)).items.at(0).status == OrderStatus::filled);
  CHECK(w.position() == "0.1"_q);
  w.check_books();
}

SCENARIO("a request that surely was not executed on futures", "[binanceusdm][simulator]") {
  World w;
  w.start();
  w.exchange.faults.add(
      sim::RequestFault{.on = sim::RequestKind::place, .kind = sim::FaultKind::unavailable});
  CHECK(w.place(market_order(Side::buy, "0.1"_q, id_of(1))).refusal == Refusal::maintenance);
  CHECK(w.position().is_zero());
  CHECK(w.ask(id_of(1)).refusal == Refusal::not_found);
}

SCENARIO("the futures stream is lost while orders fill", "[binanceusdm][simulator][I13]") {
  World w;
  w.start();
  REQUIRE(w.place(limit(Side::buy, "0.1"_q, "65000"_p, id_of(1))).outcome == Outcome::accepted);
  w.pass(100ms);

  const auto everything_is_told_once = [&] {
    CHECK(w.told.state() == LinkState::ready);
    CHECK(w.status_of(id_of(1)) == OrderStatus::filled);
    w.check_books();
    w.check_ids();
  };

  WHEN("the cable is pulled for a while") {
    w.net.set_down(true);
    w.pass(100ms);
    CHECK(w.told.state() == LinkState::stale);
    w.move("64900");
    w.net.set_down(false);
    w.pass(5s);
    everything_is_told_once();
  }
  WHEN("an event is lost, and the open orders say more") {
    w.exchange.faults.add(sim::StreamFault{.kind = sim::StreamFaultKind::drop, .times = 2});
    w.move("64900");
    w.pass(2min);
    everything_is_told_once();
  }
  WHEN("the stream falls silent") {
    w.exchange.faults.add(sim::StreamFault{.kind = sim::StreamFaultKind::silent});
    w.move("64900");
    w.pass(2min);
    everything_is_told_once();
  }
  WHEN("the listen key expires") {
    w.exchange.dialect.expire_listen_keys(w.clock.wall());
    w.pass(10ms);
    w.move("64900");
    w.pass(5s);
    everything_is_told_once();
  }
}

SCENARIO("too many requests on futures", "[binanceusdm][simulator][I10]") {
  World w;
  w.start();
  WHEN("the venue bans") {
    w.exchange.faults.add(sim::RequestFault{
        .on = sim::RequestKind::query, .kind = sim::FaultKind::banned, .retry_after_s = 30});
    CHECK(w.ask(id_of(1)).refusal == Refusal::banned);
    const auto entries = w.exchange.engine.record().entries().size();
    CHECK(w.place(market_order(Side::buy, "0.1"_q, id_of(2))).refusal == Refusal::banned);
    CHECK(w.exchange.engine.record().entries().size() == entries);
    w.pass(31s);
    CHECK(w.place(market_order(Side::buy, "0.1"_q, id_of(3))).outcome == Outcome::accepted);
  }
}

SCENARIO("clocks that differ on futures", "[binanceusdm][simulator]") {
  World w;
  w.start();
  w.clock.step_wall(1h);
  REQUIRE(w.place(market_order(Side::buy, "0.1"_q, id_of(1))).refusal == Refusal::clock);
  w.pass(1s);
  CHECK(w.told.state() == LinkState::ready);
  CHECK(w.place(market_order(Side::buy, "0.1"_q, id_of(2))).outcome == Outcome::accepted);
}

SCENARIO("tickers of the futures exchange", "[binanceusdm][simulator]") {
  World w;
  w.start();
  w.venue->subscribe(SubscribeTicker{RequestId{900}, btc}, w.clock.mono() + 2s);
  w.pass(100ms);
  REQUIRE(w.told.last<TickerResult>().items.size() == 1);
  w.move("66500");
  const auto tick = w.told.last<Tick>();
  CHECK(tick.symbol == btc);
  CHECK(tick.bid < tick.ask);
  CHECK(tick.bid == "66499.9"_p);
}

SCENARIO("fills since a time on futures", "[binanceusdm][simulator]") {
  World w;
  w.start();
  const auto before = w.clock.wall();
  REQUIRE(w.place(market_order(Side::buy, "0.1"_q, id_of(1))).outcome == Outcome::accepted);
  w.pass(100ms);
  w.venue->query(QueryFills{RequestId{901}, btc, before}, w.clock.mono() + 2s);
  w.pass(100ms);
  const auto fills = w.told.last<FillsResult>().items;
  const auto told = w.told.of<FillReport>();
  REQUIRE(fills.size() == told.size());
  for (std::size_t i = 0; i < fills.size(); ++i) {
    CHECK(fills[i].trade_id == told[i].trade_id);
    CHECK(fills[i].venue_id == told[i].venue_id);
    CHECK(fills[i].id == id_of(1));
  }
}
