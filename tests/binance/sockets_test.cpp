// The same connection over real TLS sockets, against the simulator's server on loopback.
#include "actors/runtime/loop_timers.hpp"
#include "connectors/registry.hpp"
#include "simulator/server/simulator_server.hpp"
#include "tests/binance/words.hpp"
#include "tests/support/told.hpp"
#include "tests/transport/test_loop.hpp"

using namespace signalbox;
using namespace signalbox::binance;
using signalbox::test::Told;
using namespace std::chrono_literals;
namespace sim = signalbox::simulator;

namespace {

const Symbol btc{"BTC/USDT"};

struct Sockets {
  Sockets() {
    server = sim::SimulatorServer::start({}, loop.clock).value();
    move("66000");
  }
  ~Sockets() {
    if (venue) venue->stop();
    loop.run_ready();
    venue.reset();
    server->stop();
  }

  VenueSettings settings() const {
    const Endpoint here{.host = "localhost", .port = server->tls_port(), .address = "127.0.0.1"};
    VenueSettings s;
    s.venue = VenueName{"binance"};
    s.api_key = Secret::take("simulatorKey");
    s.api_secret = Secret::take("simulatorSecret");
    s.symbols = {btc};
    s.simulator = SimulatorHosts{here, here, here, server->ca_path()};
    return s;
  }
  VenueLoop parts() { return {loop.io(), loop.clock, timers, loop.random}; }

  void start() {
    auto made = make_venue(settings(), parts());
    REQUIRE(made);
    venue = std::move(*made);
    venue->start(told);
    REQUIRE(until([&] {
      const auto links = told.of<LinkReport>();
      return !links.empty() && links.back().state == LinkState::ready;
    }));
  }
  void move(std::string_view price) {
    server->with([&](sim::Exchange& exchange, WallTime now) {
      exchange.engine.move_to(sim::MarketId{0}, Price{Decimal::parse(price).value()}, "100"_q, now);
    });
  }
  bool until(const std::function<bool()>& seen) { return loop.run_until(seen, 20s); }

  template <class Result, class Ask>
  Result ask(Ask&& how) {
    const auto before = told.of<Result>().size();
    how(RequestId{++requests}, loop.in(10s));
    REQUIRE(until([&] { return told.of<Result>().size() > before; }));
    return told.last<Result>();
  }
  WriteResult place(Linkage linkage, std::initializer_list<OrderSpec> specs,
                    OrderClass order_class) {
    return ask<WriteResult>([&](RequestId id, MonoTime deadline) {
      PlaceOrders orders;
      orders.request = id;
      orders.symbol = btc;
      orders.order_class = order_class;
      orders.linkage = linkage;
      for (const auto& each : specs) orders.orders.push_back(each);
      venue->place(orders, deadline);
    });
  }
  bool ended(const ClientOrderId& id, OrderStatus status) {
    return until([&] {
      for (const auto& each : told.of<OrderReport>())
        if (each.id == id && each.status == status) return true;
      return false;
    });
  }

  test::TestLoop loop;
  LoopTimers timers{loop.io()};
  std::unique_ptr<sim::SimulatorServer> server;
  Told told;
  std::unique_ptr<Venue> venue;
  std::uint64_t requests = 0;
};

}  // namespace

SCENARIO("a bracket by hand over TLS", "[binance][sockets]") {
  Sockets s;
  s.start();
  CHECK(s.told.states() == "connecting stale ready");
  REQUIRE(s.told.last<InstrumentsReport>().instruments.size() == 1);

  const auto ticker = s.ask<TickerResult>([&](RequestId id, MonoTime deadline) {
    s.venue->subscribe(SubscribeTicker{id, btc}, deadline);
  });
  CHECK(ticker.items.size() == 1);

  auto entry = limit(Side::buy, "0.1"_q, "66100"_p);
  entry.kind = OrderKind::market;
  entry.price.reset();
  const auto bought = s.place(Linkage::single, {entry}, OrderClass::entry);
  REQUIRE(bought.outcome == Outcome::accepted);
  CHECK(bought.orders[0].status == OrderStatus::filled);
  REQUIRE(s.until([&] { return !s.told.of<FillReport>().empty(); }));
  CHECK(s.ended(entry_id, OrderStatus::filled));  // the stream says so too

  const auto pair =
      s.place(Linkage::one_cancels_other,
              {stop(Side::sell, "0.0999"_q, "65000"_p), target(Side::sell, "0.0999"_q, "67000"_p)},
              OrderClass::protective);
  REQUIRE(pair.outcome == Outcome::accepted);
  CHECK(pair.orders.size() == 2);

  const auto open = s.ask<OrdersResult>([&](RequestId id, MonoTime deadline) {
    s.venue->query(QueryOpenOrders{id, btc}, deadline);
  });
  CHECK(open.items.size() == 2);

  s.move("64990");
  CHECK(s.ended(stop_id, OrderStatus::filled));
  CHECK(s.ended(target_id, OrderStatus::expired));
  REQUIRE(s.until([&] { return !s.told.of<Tick>().empty(); }));

  const auto fills = s.ask<FillsResult>([&](RequestId id, MonoTime deadline) {
    s.venue->query(QueryFills{id, btc, s.loop.clock.wall() - 1min}, deadline);
  });
  CHECK(fills.items.size() == s.told.of<FillReport>().size());

  const auto balances = s.ask<BalancesResult>(
      [&](RequestId id, MonoTime deadline) { s.venue->query(QueryBalances{id}, deadline); });
  CHECK(balances.items.size() == 2);
  CHECK(s.told.states() == "connecting stale ready");
}

SCENARIO("streams cut and answers lost over TLS", "[binance][sockets][I13]") {
  Sockets s;
  s.start();
  REQUIRE(
      s.place(Linkage::single, {limit(Side::buy, "0.1"_q, "65500"_p)}, OrderClass::entry).outcome ==
      Outcome::accepted);
  REQUIRE(s.ended(entry_id, OrderStatus::working));

  s.server->with([](sim::Exchange& exchange, WallTime now) {
    exchange.binance.cut_user_streams(*exchange.engine.find_account(AccountName{"main"}));
    exchange.engine.move_to(sim::MarketId{0}, "65400"_p, "100"_q, now);
  });
  REQUIRE(s.until([&] { return s.told.states() == "connecting stale ready stale ready"; }));
  CHECK(s.ended(entry_id, OrderStatus::filled));
  CHECK(s.told.of<FillReport>().size() == 1);

  s.server->with([](sim::Exchange& exchange, WallTime) {
    sim::RequestFault fault;
    fault.on = sim::RequestKind::place;
    fault.kind = sim::FaultKind::lost;
    fault.executed = true;
    exchange.faults.add(fault);
  });
  CHECK(s.place(Linkage::single, {stop(Side::sell, "0.05"_q, "64000"_p)}, OrderClass::protective)
            .outcome == Outcome::unknown);
  const auto found = s.ask<OrdersResult>([&](RequestId id, MonoTime deadline) {
    s.venue->query(QueryOrder{id, btc, stop_id, {}}, deadline);
  });
  REQUIRE(found.outcome == Outcome::accepted);
  CHECK(found.items[0].status == OrderStatus::working);
}

TEST_CASE("venues by name", "[binance][sockets]") {
  Sockets s;
  const auto known = known_venues();
  for (const auto* name : {"binance", "binanceusdm"})
    CHECK(std::find(known.begin(), known.end(), VenueName{name}) != known.end());
  auto settings = s.settings();
  CHECK(venue_capabilities(settings)->testnet);
  settings.testnet = false;
  CHECK_FALSE(venue_capabilities(settings)->testnet);

  settings.venue = VenueName{"nowhere"};
  CHECK(venue_capabilities(settings).error().fault == Fault::not_found);
  CHECK(make_venue(std::move(settings), s.parts()).error().what == "no venue is called 'nowhere'");

  settings = s.settings();
  settings.api_secret = Secret{};
  CHECK_FALSE(make_venue(std::move(settings), s.parts()));

  settings = s.settings();
  settings.simulator->rest = {.host = "api.binance.com"};
  CHECK_FALSE(make_venue(std::move(settings), s.parts()));
}
