// The two that place orders without an engine: the floor, and our connector alone.
#include <atomic>
#include <cstdio>
#include <stdexcept>
#include <thread>

#include "actors/runtime/loop.hpp"
#include "app/on_loop.hpp"
#include "app/system_random.hpp"
#include "app/venues.hpp"
#include "bench/exchange.hpp"
#include "bench/floor_client.hpp"
#include "bench/parts.hpp"
#include "connectors/binance/requests.hpp"

namespace signalbox::bench {
namespace {

using namespace std::chrono_literals;

constexpr Duration wait_max = 10s;

using Sent = std::vector<std::pair<std::string, MonoTime>>;

void join(const Sent& sent, const Seen& seen, Durations& into) {
  for (const auto& [id, called] : sent) {
    const auto at = seen.accepted.find(id);
    if (at == seen.accepted.end()) throw std::runtime_error("an order is not in the record");
    into.push_back(at->second - called);
  }
}

/// Hears of READY and of results; everything else is dropped.
struct Ear final : VenueSink {
  void on(const WriteResult& r) override {
    if (r.outcome != Outcome::accepted) ++refused;
    answered.fetch_add(1);
  }
  void on(const LinkReport& r) override { ready = r.state == LinkState::ready; }
  void on(const OrdersResult&) override {}
  void on(const FillsResult&) override {}
  void on(const BalancesResult&) override {}
  void on(const PositionsResult&) override {}
  void on(const TickerResult&) override {}
  void on(const InstrumentsReport&) override {}
  void on(const OrderReport&) override {}
  void on(const FillReport&) override {}
  void on(const BalancesReport&) override {}
  void on(const Tick&) override {}
  std::atomic<bool> ready{false};
  std::atomic<unsigned> answered{0}, refused{0};
};

template <class F>
void wait_until(const Clock& clock, const char* what, F&& done) {
  for (const auto until = clock.mono() + wait_max; !done();) {
    if (clock.mono() > until) throw std::runtime_error(what);
    std::this_thread::sleep_for(50us);
  }
}

}  // namespace

PlaceOrders sample_order(const char* who, unsigned block, unsigned number) {
  const auto key = signal_hash(AccountName{who}, StrategyName{"bench"},
                               SignalId{std::to_string(block) + "-" + std::to_string(number)});
  PlaceOrders place{.request = RequestId{number + 1}, .symbol = Symbol{"BTC/USDT"}};
  place.orders.push_back(OrderSpec{.id = client_order_id(Book{"bnch"}, key, {LegKind::entry, 0}, 0),
                                   .side = Side::buy,
                                   .kind = OrderKind::market,
                                   .quantity = Quantity{Decimal::parse("0.001").value()}});
  place.valid_for = 2s;
  return place;
}

void measure_floor(const Clock& clock, const Load& load, Durations& into) {
  LocalExchange exchange{clock};
  FloorClient client{exchange.port(), exchange.ca_file()};
  const auto key = Secret::take("simulatorKey");
  const auto secret = Secret::take("simulatorSecret");
  binance::RequestWriter writer{"127.0.0.1:" + std::to_string(exchange.port()), key, secret};
  binance::Market market;
  market.instrument = simulator::example_market().instrument;
  market.wire = "BTCUSDT";
  Sent sent;
  for (unsigned n = 0; n < warm_up + load.count; ++n) {
    const auto place = sample_order("floor", load.block, n);
    const auto bytes = writer.place(place, market, exchange.wall_now());
    if (!bytes) throw std::runtime_error("floor: the order cannot be written");
    const auto called = clock.mono();
    client.write(*bytes);
    client.read_answer();
    if (n >= warm_up) sent.emplace_back(place.orders[0].id.str(), called);
    std::this_thread::sleep_for(load.pace);
  }
  join(sent, exchange.look(), into);
}

void measure_connector(const Clock& clock, const Load& load, Durations& into) {
  LocalExchange exchange{clock};
  SystemRandom random;
  const auto config = exchange.account("connector");
  auto maker = native_venues()(config).value();
  Loop loop{{.name = "hot"}};
  Ear ear;
  std::unique_ptr<Venue> venue;
  std::thread thread{[&] { loop.run(); }};
  on_loop(loop, [&] {
    venue = std::move(maker.make(config, VenueSeams{loop, clock, loop.timers(), random}).value());
    venue->start(ear);
  });
  Sent sent;
  const auto place_all = [&] {
    wait_until(clock, "the connector did not become ready", [&] { return ear.ready.load(); });
    for (unsigned n = 0; n < warm_up + load.count; ++n) {
      const auto place = sample_order("connector", load.block, n);
      const auto called = on_loop(loop, [&] {
        const auto now = clock.mono();
        venue->place(place, now + 5s);
        return now;
      });
      wait_until(clock, "no answer to an order", [&] { return ear.answered.load() > n; });
      if (n >= warm_up) sent.emplace_back(place.orders[0].id.str(), called);
      std::this_thread::sleep_for(load.pace);
    }
    if (ear.refused > 0) throw std::runtime_error("the connector's orders were refused");
  };
  std::string failure;
  try {
    place_all();
  } catch (const std::exception& e) {
    failure = e.what();
  }
  on_loop(loop, [&] {
    venue->stop();
    venue.reset();
  });
  loop.stop();
  thread.join();
  if (!failure.empty()) throw std::runtime_error(failure);
  join(sent, exchange.look(), into);
}

}  // namespace signalbox::bench
