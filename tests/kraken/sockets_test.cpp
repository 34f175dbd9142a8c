// The same connection over real TLS sockets, made by the registry, against the simulator's server.
#include "actors/runtime/loop_timers.hpp"
#include "connectors/registry.hpp"
#include "journal/memory_file.hpp"
#include "simulator/server/simulator_server.hpp"
#include "tests/conformance/world.hpp"
#include "tests/transport/test_loop.hpp"

using namespace signalbox;
using namespace signalbox::conformance;
using signalbox::test::Told;
using namespace std::chrono_literals;

namespace {

constexpr std::string_view secret = "c2ltdWxhdG9yIHNlY3JldCwgbm90IGEgcmVhbCBvbmU=";

/// The registry owns the file it opened; what was kept in it is this.
class Shared final : public File {
 public:
  explicit Shared(MemoryFile& file) : file_(file) {}
  Result<std::uint64_t> size() const override { return file_.size(); }
  Result<std::size_t> read(std::uint64_t offset, std::span<std::byte> into) const override {
    return file_.read(offset, into);
  }
  Result<void> write(std::uint64_t offset, std::span<const std::byte> bytes) override {
    return file_.write(offset, bytes);
  }
  Result<void> sync() override { return file_.sync(); }
  Result<void> truncate(std::uint64_t size) override { return file_.truncate(size); }

 private:
  MemoryFile& file_;
};

struct Sockets {
  Sockets() {
    sim::SimulatorOptions options;
    options.exchange.accounts[0].secret = secret;
    options.dialect = sim::dialect_named("kraken").value();
    server = sim::SimulatorServer::start(std::move(options), loop.clock).value();
    move("66000"_p);
  }
  ~Sockets() {
    if (venue) venue->stop();
    loop.run_ready();
    venue.reset();
    server->stop();
  }

  VenueSettings settings() {
    const Endpoint here{.host = "localhost", .port = server->tls_port(), .address = "127.0.0.1"};
    VenueSettings s;
    s.venue = VenueName{"kraken"};
    s.api_key = Secret::take("simulatorKey");
    s.api_secret = Secret::take(std::string{secret});
    s.symbols = {Symbol{"BTC/USDT"}};
    s.simulator = SimulatorHosts{here, here, here, server->ca_path()};
    s.open_key_file = [this]() -> Result<std::unique_ptr<File>> {
      return std::make_unique<Shared>(kept);
    };
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
  void move(Price price) {
    server->with([&](sim::Exchange& exchange, WallTime now) {
      exchange.engine.move_to(sim::MarketId{0}, price, "100"_q, now);
    });
  }
  bool until(const std::function<bool()>& seen) { return loop.run_until(seen, 20s); }

  test::TestLoop loop;
  LoopTimers timers{loop.io()};
  std::unique_ptr<sim::SimulatorServer> server;
  MemoryFile kept;
  Told told;
  std::unique_ptr<Venue> venue;
};

}  // namespace

SCENARIO("orders at Kraken over sockets", "[kraken][sockets]") {
  Sockets s;
  s.start();
  const auto entry = World::id_of(1), low = World::id_of(1, '0');
  const auto place = [&](const OrderSpec& spec, OrderClass order_class) {
    PlaceOrders orders;
    orders.request = RequestId{s.told.all.size() + 1};
    orders.symbol = Symbol{"BTC/USDT"};
    orders.order_class = order_class;
    orders.orders.push_back(spec);
    const auto before = s.told.of<WriteResult>().size();
    s.venue->place(orders, s.loop.clock.mono() + 10s);
    REQUIRE(s.until([&] { return s.told.of<WriteResult>().size() > before; }));
    return s.told.last<WriteResult>();
  };
  const auto is = [&](const ClientOrderId& id, OrderStatus status) {
    return s.until([&] {
      for (const auto& each : s.told.of<OrderReport>())
        if (each.id == id && each.status == status) return true;
      return false;
    });
  };

  CHECK(place(at_market(Side::buy, "0.1"_q, entry), OrderClass::entry).outcome ==
        Outcome::accepted);
  CHECK(is(entry, OrderStatus::filled));
  CHECK(place(stop(Side::sell, "0.05"_q, "65000"_p, low), OrderClass::protective).outcome ==
        Outcome::accepted);
  CHECK(is(low, OrderStatus::working));
  s.move("64990"_p);
  CHECK(is(low, OrderStatus::filled));
  CHECK(s.kept.size().value() > 0);  // its nonces were kept before they were used
}

SCENARIO("what the registry does not make of Kraken", "[kraken][sockets]") {
  Sockets s;
  const auto why = [&](auto change) {
    auto settings = s.settings();
    change(settings);
    const auto made = make_venue(std::move(settings), s.parts());
    REQUIRE_FALSE(made);
    return made.error().what;
  };
  using Catch::Contains;
  CHECK_THAT(why([](VenueSettings& v) { v.open_key_file = nullptr; }), Contains("nonce"));
  CHECK_THAT(why([](VenueSettings& v) { v.simulator.reset(); }), Contains("no test network"));
  CHECK_THAT(why([](VenueSettings& v) { v.simulator->rest = {.host = "api.kraken.com"}; }),
             Contains("this machine's own"));
  CHECK_THAT(why([](VenueSettings& v) { v.api_secret = Secret::take("no base64!"); }),
             !Contains("no base64!"));
  auto settings = s.settings();
  settings.testnet = false;
  CHECK_FALSE(venue_capabilities(settings)->testnet);
}

SCENARIO("who can speak on sockets", "[simulator][server]") {
  CHECK_FALSE(sim::dialect_named("binance").value());
  CHECK(sim::dialect_named("bybit").value());
  CHECK(sim::dialect_named("nowhere").error().fault == Fault::not_found);
}
