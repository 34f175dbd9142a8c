// One interleaved run against one exchange: the minimal TLS client, our connector alone, and the
// whole engine from the signal's publication, in blocks that take turns. Every figure ends where
// the exchange's own record says that it had read the order.
#include <fmt/core.h>

#include <cstdlib>
#include <filesystem>
#include <future>
#include <thread>
#include <unordered_map>

#include "actors/runtime/loop.hpp"
#include "actors/runtime/steady_clock.hpp"
#include "app/engine.hpp"
#include "app/on_loop.hpp"
#include "app/system_random.hpp"
#include "app/venues.hpp"
#include "bench/floor_client.hpp"
#include "bench/stopwatch.hpp"
#include "bus/client.hpp"
#include "connectors/binance/requests.hpp"
#include "messages/catalog.hpp"
#include "messages/codec.hpp"
#include "simulator/server/simulator_server.hpp"

using namespace signalbox;
using namespace signalbox::bench;
using namespace std::chrono_literals;
namespace fs = std::filesystem;

namespace {

constexpr unsigned blocks = 5;
constexpr unsigned orders_per_block = 200;
constexpr unsigned warm_up = 20;  // of each block, not counted
constexpr Duration pace = 1ms;
constexpr Duration wait_max = 10s;

Decimal number(std::string_view text) { return Decimal::parse(text).value(); }

simulator::SimulatorOptions exchange_options() {
  simulator::SimulatorOptions options;
  auto& spec = options.exchange.markets.front();
  spec.instrument.orders_max = 60'000;
  spec.instrument.conditional_orders_max = 60'000;
  spec.lists_max = 60'000;
  options.exchange.limits = {.weight_per_minute = 100'000'000,
                             .orders_per_10s = 10'000'000,
                             .orders_per_day = 100'000'000};
  options.exchange.accounts.front().deposits = {{Asset{"BTC"}, Decimal{1000}},
                                                {Asset{"USDT"}, Decimal{1'000'000'000}}};
  return options;
}

/// When the exchange had read each order and when its entry traded, by client id and in order.
struct Seen {
  std::unordered_map<std::string, WallTime> accepted;
  std::vector<WallTime> buys, traded, stops, targets;
};

class Bench {
 public:
  Bench();
  void run();

 private:
  void floor_block();
  void connector_block();
  void engine_block(WaitMode wait, Figures& to_entry, Figures& to_exits);
  Seen look();
  AccountConfig account(const char* name) const;
  PlaceOrders order(const char* who, unsigned n) const;
  /// The exchange stamps its record with its wall time at the start plus what passed; so do we.
  WallTime now() const { return wall_at_start_ + (clock_.mono() - mono_at_start_); }
  template <class F>
  bool eventually(F&& f) const {
    const auto until = clock_.mono() + wait_max;
    while (!f()) {
      if (clock_.mono() > until) return false;
      std::this_thread::sleep_for(1ms);
    }
    return true;
  }

  SteadyClock clock_;
  SystemRandom random_;
  WallTime wall_at_start_ = clock_.wall();
  MonoTime mono_at_start_ = clock_.mono();
  std::unique_ptr<simulator::SimulatorServer> exchange_;
  std::size_t looked_ = 0;  // entries of the record that were looked at
  unsigned block_ = 0;
  Figures floor_, connector_, engine_block_, engine_spin_, exits_block_, exits_spin_;
};

Bench::Bench() {
  auto started = simulator::SimulatorServer::start(exchange_options(), clock_);
  if (!started) throw std::runtime_error(started.error().what);
  exchange_ = std::move(*started);
  exchange_->with([](simulator::Exchange& e, WallTime t) {
    e.engine.move_to(static_cast<simulator::MarketId>(0), Price{60'000}, Quantity{100'000}, t);
  });
}

Seen Bench::look() {
  Seen seen;
  exchange_->with([&](simulator::Exchange& e, WallTime) {
    const auto& all = e.engine.record().entries();
    for (; looked_ < all.size(); ++looked_) {
      const auto& entry = all[looked_];
      const bool buy = entry.side == Side::buy;
      if (entry.change == simulator::OrderChange::traded && buy) seen.traded.push_back(entry.time);
      if (entry.change != simulator::OrderChange::accepted) continue;
      seen.accepted.emplace(std::string{entry.client_id.view()}, entry.time);
      if (buy)
        seen.buys.push_back(entry.time);
      else if (entry.type == simulator::OrderType::stop_loss)
        seen.stops.push_back(entry.time);
      else
        seen.targets.push_back(entry.time);
    }
  });
  return seen;
}

AccountConfig Bench::account(const char* name) const {
  AccountConfig config;
  config.name = AccountName{name};
  config.venue = VenueName{"binance"};
  config.api_key = Secret::take("simulatorKey");
  config.api_secret = Secret::take("simulatorSecret");
  const auto at = "127.0.0.1:" + std::to_string(exchange_->tls_port());
  config.hosts = {.rest = "https://" + at,
                  .market_ws = "wss://" + at,
                  .user_ws = "wss://" + at,
                  .ca_file = exchange_->ca_path()};
  config.symbols = {Symbol{"BTC/USDT"}};
  config.limits.max_order_notional = Notional{1'000'000};
  config.limits.max_account_notional = Notional{1'000'000'000};
  config.limits.max_open_brackets = 100'000;
  config.limits.max_entries_per_minute = 1'000'000;
  return config;
}

PlaceOrders Bench::order(const char* who, unsigned n) const {
  const auto key = signal_hash(AccountName{who}, StrategyName{"bench"},
                               SignalId{std::to_string(block_) + "-" + std::to_string(n)});
  PlaceOrders place{.request = RequestId{n + 1}, .symbol = Symbol{"BTC/USDT"}};
  place.orders.push_back(OrderSpec{.id = client_order_id(Book{"bnch"}, key, {LegKind::entry, 0}, 0),
                                   .side = Side::buy,
                                   .kind = OrderKind::market,
                                   .quantity = Quantity{number("0.001")}});
  place.valid_for = 2s;
  return place;
}

void Bench::floor_block() {
  FloorClient client{exchange_->tls_port(), exchange_->ca_path()};
  const auto key = Secret::take("simulatorKey");
  const auto secret = Secret::take("simulatorSecret");
  binance::RequestWriter writer{"127.0.0.1:" + std::to_string(exchange_->tls_port()), key, secret};
  binance::Market market;
  market.instrument = simulator::example_market().instrument;
  market.wire = "BTCUSDT";
  std::vector<std::pair<std::string, WallTime>> sent;
  for (unsigned n = 0; n < orders_per_block; ++n) {
    const auto place = order("floor", n);
    const auto bytes = writer.place(place, market, now());
    if (!bytes) throw std::runtime_error("floor: the order cannot be written");
    const auto called = now();
    client.write(*bytes);
    client.read_answer();
    if (n >= warm_up) sent.emplace_back(place.orders[0].id.str(), called);
    std::this_thread::sleep_for(pace);
  }
  const auto seen = look();
  for (const auto& [id, called] : sent)
    if (const auto at = seen.accepted.find(id); at != seen.accepted.end())
      floor_.add(at->second - called);
}

/// Hears of READY and of results; everything else is dropped.
struct Ear final : VenueSink {
  void on(const WriteResult& r) override {
    if (r.outcome != Outcome::accepted) fmt::print(stderr, "refused: {}\n", r.detail.view());
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
  std::atomic<unsigned> answered{0};
};

void Bench::connector_block() {
  Loop loop{{.name = "hot"}};
  std::thread thread{[&] { loop.run(); }};
  const auto config = account("connector");
  Ear ear;
  auto maker = native_venues()(config).value();
  std::unique_ptr<Venue> venue;
  on_loop(loop, [&] {
    venue = std::move(maker.make(config, VenueSeams{loop, clock_, loop.timers(), random_}).value());
    venue->start(ear);
  });
  std::vector<std::pair<std::string, WallTime>> sent;
  if (eventually([&] { return ear.ready.load(); })) {
    for (unsigned n = 0; n < orders_per_block; ++n) {
      const auto place = order("connector", n);
      WallTime called{};
      on_loop(loop, [&] {
        called = now();
        venue->place(place, clock_.mono() + 5s);
      });
      if (!eventually([&] { return ear.answered.load() > n; })) break;
      if (n >= warm_up) sent.emplace_back(place.orders[0].id.str(), called);
    }
  }
  on_loop(loop, [&] {
    venue->stop();
    venue.reset();
  });
  loop.stop();
  thread.join();
  const auto seen = look();
  for (const auto& [id, called] : sent)
    if (const auto at = seen.accepted.find(id); at != seen.accepted.end())
      connector_.add(at->second - called);
}

void Bench::engine_block(WaitMode wait, Figures& to_entry, Figures& to_exits) {
  auto pattern = (fs::temp_directory_path() / "signalbox-bench-XXXXXX").string();
  if (mkdtemp(pattern.data()) == nullptr) throw std::runtime_error("no temporary folder");
  const fs::path folder = pattern;
  std::vector<WallTime> sent;
  {
    EngineConfig config;
    config.runtime_directory = folder / "run";
    config.journal_directory = folder / "journal";
    config.hot.wait = wait;
    config.accounts.push_back(account("main"));
    auto engine = Engine::start(std::move(config), native_venues());
    if (!engine) throw std::runtime_error(engine.error().what);
    auto client =
        CommandClient::connect(BusContext::open().value(), (*engine)->addresses().commands.front())
            .value();
    const bool ready = eventually([&] {
      static_cast<void>(client.send("status", encoded(Status{.id = SignalId{"s"}})));
      const auto reply = client.receive(200ms);
      const auto answer = reply ? decode<StatusAnswer>(reply->body) : decode<StatusAnswer>("");
      return answer && !answer->accounts.empty() && answer->accounts[0].link == LinkState::ready;
    });
    if (!ready) throw std::runtime_error("the engine did not become ready");
    static_cast<void>(look());
    for (unsigned n = 0; n < orders_per_block; ++n) {
      Signal signal;
      signal.id = SignalId{std::to_string(block_) + "-" + std::to_string(n)};
      signal.strategy = StrategyName{"bench"};
      signal.account = AccountName{"main"};
      signal.symbol = Symbol{"BTC/USDT"};
      signal.quantity = Quantity{number("0.001")};
      signal.confidence = number("0.9");
      signal.stop_loss = StopLoss{.percent = Decimal{20}};
      signal.take_profit = {TakeProfit{.percent = Decimal{20}}};
      signal.time = clock_.wall();
      const auto bytes = encoded(signal);
      // The ticker must stay young though the market stands still.
      if (n % 50 == 0)
        exchange_->with([](simulator::Exchange& e, WallTime t) {
          const auto market = static_cast<simulator::MarketId>(0);
          e.engine.set_top(market, e.engine.top(market), t);
        });
      sent.push_back(now());
      static_cast<void>(client.send("signal", bytes));
      for (bool placed = false; !placed;) {
        const auto reply = client.receive(5s);
        if (!reply) throw std::runtime_error("no reply to a signal");
        placed = reply->type == "placed" || reply->type == "outcome";
      }
      std::this_thread::sleep_for(pace);
    }
    std::this_thread::sleep_for(50ms);  // the last exits
    (*engine)->stop();
  }
  fs::remove_all(folder);
  const auto seen = look();
  if (seen.buys.size() != sent.size()) {
    fmt::print(stderr, "engine: {} signals, {} entries at the exchange\n", sent.size(),
               seen.buys.size());
    return;
  }
  for (std::size_t n = warm_up; n < sent.size(); ++n) to_entry.add(seen.buys[n] - sent[n]);
  for (std::size_t n = warm_up;
       n < std::min({seen.traded.size(), seen.stops.size(), seen.targets.size()}); ++n)
    to_exits.add(std::max(seen.stops[n], seen.targets[n]) - seen.traded[n]);
}

void Bench::run() {
  for (; block_ < blocks; ++block_) {
    floor_block();
    connector_block();
    engine_block(WaitMode::block, engine_block_, exits_block_);
    engine_block(WaitMode::spin, engine_spin_, exits_spin_);
  }
  const double floor = floor_.percentile_us(50);
  const auto row = [&](const char* what, const Figures& f) {
    fmt::print("{:<58} {:>6} {:>9.1f} {:>9.1f} {:>7.2f}\n", what, f.count(), f.percentile_us(50),
               f.percentile_us(99), floor > 0 ? f.percentile_us(50) / floor : 0);
  };
  fmt::print("{:<58} {:>6} {:>9} {:>9} {:>7}\n",
             "until the exchange has read the order, microseconds", "n", "p50", "p99", "/floor");
  row("minimal blocking TLS client (the floor)", floor_);
  row("our connector alone: call", connector_);
  row("signal sent (ipc, libzmq), loop blocks", engine_block_);
  row("signal sent (ipc, libzmq), loop spins", engine_spin_);
  row("entry's fill to stop and target, loop blocks", exits_block_);
  row("entry's fill to stop and target, loop spins", exits_spin_);
}

}  // namespace

int main() {
  try {
    Bench{}.run();
  } catch (const std::exception& e) {
    fmt::print(stderr, "bench: {}\n", e.what());
    return EXIT_FAILURE;
  }
  return EXIT_SUCCESS;
}
