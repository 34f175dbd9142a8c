// `signalbox check --live` looks at simulated exchanges over real sockets and TLS.
#include "app/preflight.hpp"

#include <catch2/catch.hpp>

#include <future>

#include "actors/runtime/steady_clock.hpp"
#include "app/venues.hpp"
#include "simulator/dialects.hpp"
#include "simulator/server/simulator_server.hpp"
#include "tests/app/config_kit.hpp"

using namespace signalbox;
using namespace signalbox::test;
using namespace std::chrono_literals;

namespace {

constexpr std::string_view kraken_secret = "c2ltdWxhdG9yIHNlY3JldCwgbm90IGEgcmVhbCBvbmU=";

struct Case {
  std::string venue;
  std::string symbol;
};

struct World {
  explicit World(const Case& which) {
    simulator::SimulatorOptions options;
    options.dialect = simulator::dialect_named(which.venue).value();
    if (which.venue == "kraken") options.exchange.accounts[0].secret = kraken_secret;
    if (which.venue == "coinbase")
      options.exchange.accounts[0].maker_fee = options.exchange.accounts[0].taker_fee = Decimal{};
    server = simulator::SimulatorServer::start(std::move(options), clock).value();
    server->with([](simulator::Exchange& exchange, WallTime now) {
      exchange.engine.move_to(simulator::MarketId{}, Price{60'000}, Quantity{10}, now);
    });
    const auto at = "://127.0.0.1:" + std::to_string(server->tls_port());
    account.name = AccountName{"main"};
    account.venue = VenueName{which.venue};
    account.api_key = Secret::take("simulatorKey");
    account.api_secret =
        Secret::take(which.venue == "kraken"     ? std::string{kraken_secret}
                     : which.venue == "coinbase" ? std::string{simulator::coinbase_example_key}
                                                 : "simulatorSecret");
    account.passphrase = Secret::take(std::string{simulator::okx_passphrase});
    account.hosts = {"https" + at, "wss" + at, "wss" + at, server->ca_path()};
    account.symbols = {Symbol{which.symbol}};
  }

  /// Meanwhile the market moves: ticker streams tell changes.
  std::vector<VenueFinding> look(Duration within) {
    auto looking = std::async(std::launch::async, [&] {
      return look_at(account, native_venues(folder.path()), {.within = within});
    });
    for (int n = 0; looking.wait_for(5ms) == std::future_status::timeout; ++n)
      server->with([n](simulator::Exchange& exchange, WallTime now) {
        exchange.engine.move_to(simulator::MarketId{}, Price{60'000 + n % 2}, Quantity{10}, now);
      });
    const auto found = looking.get();
    if (!found) FAIL(found.error().what);
    return *found;
  }
  std::size_t orders_placed() {
    std::size_t count = 0;
    server->with([&](simulator::Exchange& exchange, WallTime) {
      count = exchange.engine.record().entries().size();
    });
    return count;
  }

  SteadyClock clock;
  TemporaryFolder folder;
  std::unique_ptr<simulator::SimulatorServer> server;
  AccountConfig account;
};

std::string text_of(const std::vector<VenueFinding>& findings) {
  std::string all;
  for (const auto& each : findings)
    all += (each.well ? "  " : "! ") + each.what + ": " + each.found + "\n";
  return all;
}
bool well(const std::vector<VenueFinding>& findings) {
  return std::all_of(findings.begin(), findings.end(),
                     [](const VenueFinding& f) { return f.well; });
}

using Catch::Contains;

}  // namespace

SCENARIO("an account that is fit to trade", "[preflight]") {
  const auto which = GENERATE(Case{"binance", "BTC/USDT"}, Case{"binanceusdm", "BTC/USDT:USDT"},
                              Case{"bybit", "BTC/USDT"}, Case{"okx", "BTC/USDT"},
                              Case{"kraken", "BTC/USDT"}, Case{"coinbase", "BTC/USDT"});
  World world{which};
  const auto found = world.look(20s);
  const auto text = text_of(found);
  INFO(which.venue << "\n" << text);
  CHECK(well(found));
  CHECK_THAT(text, Contains("clock: "));
  CHECK_THAT(text, Contains("the key may trade"));
  CHECK_THAT(text, Contains(which.symbol + ": trades, tick 0.01"));
  CHECK_THAT(text, Contains(which.symbol + " ticker: bid "));
  CHECK_THAT(text, !Contains("nothing came by its stream"));
  CHECK_THAT(text, Contains("balances: "));
  CHECK_THAT(text, Contains("open orders: 0"));
  CHECK(world.orders_placed() == 0);
}

SCENARIO("a market that stands still is not waited for", "[preflight]") {
  World world{{"binance", "BTC/USDT"}};
  const auto found =
      look_at(world.account, native_venues(world.folder.path()), {.within = 1h, .quiet_max = 10ms});
  REQUIRE(found);
  CHECK(well(*found));
  CHECK_THAT(text_of(*found),
             Contains("bid 59999.99 ask 60000.01; nothing came by its stream yet"));
}

SCENARIO("what is in the way of trading is said, and no secret", "[preflight]") {
  World world{{"binance", "BTC/USDT"}};
  SECTION("a wrong key") {
    world.account.api_secret = Secret::take("anotherSecret");
    const auto found = world.look(2500ms);
    const auto text = text_of(found);
    INFO(text);
    CHECK_FALSE(well(found));
    CHECK_THAT(text, Contains("! connection: "));
    CHECK_THAT(text, !Contains("anotherSecret"));
  }
  SECTION("nobody at its hosts") {
    const auto at = "://127.0.0.1:1";  // a port that nobody can have been given
    world.account.hosts = {"https" + std::string{at}, "wss" + std::string{at},
                           "wss" + std::string{at}, world.server->ca_path()};
    const auto found = world.look(200ms);
    INFO(text_of(found));
    CHECK_FALSE(well(found));
    CHECK_THAT(text_of(found), Contains("! clock: the venue has not told its time"));
  }
  SECTION("orders and a balance that are held are shown") {
    world.server->with([](simulator::Exchange& exchange, WallTime now) {
      simulator::NewOrder order;
      order.side = Side::sell;
      order.type = simulator::OrderType::limit;
      order.quantity = Quantity{Decimal::parse("0.25").value()};
      order.price = Price{70'000};
      REQUIRE(exchange.engine.place(simulator::AccountId{}, simulator::MarketId{}, order, now));
    });
    const auto text = text_of(world.look(20s));
    CHECK_THAT(text, Contains("open orders: 1: BTC/USDT sell limit 0.25"));
    CHECK_THAT(text, Contains("(and 0.25 held by orders)"));
  }
}

SCENARIO("a symbol that the venue has not", "[preflight]") {
  // Binance refuses the whole question.
  const auto [venue, said] = GENERATE(
      table<std::string, std::string>({{"binance", "! connection: connecting: Invalid symbol"},
                                       {"okx", "! NONE/USDT: the venue names no such symbol"}}));
  World world{{venue, "BTC/USDT"}};
  world.account.symbols.push_back(Symbol{"NONE/USDT"});
  const auto found = world.look(2500ms);
  INFO(text_of(found));
  CHECK_FALSE(well(found));
  CHECK_THAT(text_of(found), Contains(said));
}
