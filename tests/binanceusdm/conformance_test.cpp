// What every connection must do, done by Binance USD-M's against its simulated exchange.
#include "connectors/binanceusdm/binanceusdm.hpp"
#include "simulator/binanceusdm/usdm_dialect.hpp"
#include "simulator/exchange.hpp"
#include "tests/conformance/suite.hpp"

using namespace signalbox;
using namespace signalbox::conformance;
using namespace std::chrono_literals;

namespace {

// The key pair of RFC 8032's first test; it opens nothing.
constexpr std::string_view private_key =
    "MC4CAQAwBQYDK2VwBCIEIJ1hsZ3v/VpguoRK9JLsLMREScVpezJpGXA7rAMcrn9g";
constexpr std::string_view public_key =
    "MCowBQYDK2VwAyEA11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=";

struct Ways {
  bool websocket = true;  // orders go that way
  bool session = false;   // logged on once by an Ed25519 key
};

struct Exchange {
  Exchange(const Ways& ways, WallTime now) {
    engine.add_market(sim::example_exchange().markets[0]);
    engine.set_hooks(&faults);
    const auto id = engine.add_account({AccountName{"main"}, Decimal{}, Decimal{}, true});
    // Inventory for both sides: positions are the dialect's to count.
    engine.deposit(id, Asset{"BTC"}, Decimal{1'000'000}, now);
    engine.deposit(id, Asset{"USDT"}, Decimal{1'000'000'000'000}, now);
    sim::binanceusdm::Settings settings;
    settings.keys = {{.key = "simulatorKey", .secret = "simulatorSecret", .account = id}};
    if (ways.session) settings.keys[0].ed25519_public = public_key;
    dialect.emplace(engine, faults, settings);
  }
  sim::Engine engine;
  sim::FaultPlan faults;
  std::optional<sim::binanceusdm::UsdmDialect> dialect;
};

class UsdmFar final : public FarSide {
 public:
  UsdmFar(const Ways& ways, WallTime now) : exchange_(ways, now) {}
  sim::Engine& engine() override { return exchange_.engine; }
  sim::FaultPlan& faults() override { return exchange_.faults; }
  sim::binanceusdm::UsdmDialect& dialect() override { return *exchange_.dialect; }
  void move_to(Price price, WallTime now) override {
    FarSide::move_to(price, now);
    dialect().settle(now);
  }
  void mute_user_streams(sim::AccountId a) override { dialect().mute_user_streams(a); }
  void garble_user_streams(sim::AccountId a) override { dialect().garble_user_streams(a); }
  std::uint64_t requests_while_banned() const override {
    return exchange_.dialect->requests_while_banned();
  }

 private:
  Exchange exchange_;
};

VenueCase usdm_case(const Ways& ways = {}) {
  VenueCase c;
  c.name = !ways.websocket ? "binanceusdm, orders by REST"
           : ways.session  ? "binanceusdm, orders on a session that has logged on"
                           : "binanceusdm, signed orders by websocket";
  c.symbol = Symbol{"BTC/USDT:USDT"};
  c.exchange = [ways](WallTime now) { return std::make_unique<UsdmFar>(ways, now); };
  c.connect = [ways](World& w) {
    BinanceUsdmConfig config;
    config.api_key = Secret::take("simulatorKey");
    config.api_secret =
        Secret::take(ways.session ? std::string{private_key} : std::string{"simulatorSecret"});
    config.symbols = {w.venue_case.symbol};
    config.trade_by_websocket = ways.websocket;
    const auto lane = [&w](HttpSink& sink) { return w.net->lane(sink); };
    const auto stream = [&w](WsSink& sink) { return w.net->stream(sink); };
    return make_binance_usdm(std::move(config), {lane, lane, stream, stream, stream}, w.clock,
                             w.timers, w.random);
  };
  c.taker_fee = "0.0005"_d;
  c.assets = 1;
  c.has_positions = true;
  c.amends_down = false;
  c.strange = Refusal::insufficient_funds;  // what the dialect's plan says
  return c;
}

VenueCase either_way() { return usdm_case({.websocket = GENERATE(true, false)}); }
VenueCase any_way() {
  return usdm_case(GENERATE(Ways{.websocket = true}, Ways{.websocket = false},
                            Ways{.websocket = true, .session = true}));
}

sim::binanceusdm::UsdmDialect& dialect_of(World& w) {
  return static_cast<UsdmFar&>(*w.far).dialect();
}

}  // namespace

SCENARIO("Binance USD-M comes up and stays up", "[binanceusdm][simulator]") {
  const auto venue = any_way();
  INFO(venue.name);
  comes_up(venue);
}

SCENARIO("orders of each kind at Binance USD-M", "[binanceusdm][simulator]") {
  const auto venue = any_way();
  INFO(venue.name);
  trades_each_kind(venue);
}

SCENARIO("answers of Binance USD-M that never come", "[binanceusdm][simulator][I2]") {
  const auto venue = any_way();
  INFO(venue.name);
  answers_never_come(venue);
}

SCENARIO("Binance USD-M's stream is lost while orders fill", "[binanceusdm][simulator][I13]") {
  const auto venue = either_way();
  INFO(venue.name);
  stream_is_lost(venue);
}

SCENARIO("events of Binance USD-M that come twice, late or not at all",
         "[binanceusdm][simulator][I13]") {
  events_are_noisy(either_way());
}

SCENARIO("Binance USD-M asks for patience", "[binanceusdm][simulator][I10]") {
  const auto venue = either_way();
  INFO(venue.name);
  waits_when_told(venue);
}

SCENARIO("Binance USD-M is down for maintenance", "[binanceusdm][simulator]") {
  sits_out_maintenance(either_way());
}

SCENARIO("a clock that differs from Binance USD-M's", "[binanceusdm][simulator]") {
  const auto venue = either_way();
  INFO(venue.name);
  clock_is_off(venue);
}

SCENARIO("tickers of Binance USD-M", "[binanceusdm][simulator]") { tells_tickers(usdm_case()); }

SCENARIO("fills and balances of Binance USD-M", "[binanceusdm][simulator]") {
  tells_fills_and_balances(usdm_case());
}

SCENARIO("more fills than a page of Binance USD-M holds", "[binanceusdm][simulator][I13]") {
  reads_fills_page_by_page(usdm_case());
}

SCENARIO("Binance USD-M is left with requests under way", "[binanceusdm][simulator]") {
  stops_with_requests_under_way(either_way());
}

SCENARIO("orders go over Binance USD-M's websocket while it stands", "[binanceusdm][simulator]") {
  const auto venue = usdm_case({.session = GENERATE(false, true)});
  World w{venue};
  w.start();
  auto& dialect = dialect_of(w);
  const auto low = World::id_of(1, '0');
  REQUIRE(w.place(limit(Side::buy, "0.1"_q, "60000"_p, World::id_of(1))).outcome ==
          Outcome::accepted);
  REQUIRE(w.place(stop(Side::sell, "0.1"_q, "60000"_p, low), OrderClass::protective).outcome ==
          Outcome::accepted);
  CHECK(dialect.orders_over_stream() == 2);
  CHECK(w.cancel(low).outcome == Outcome::accepted);
  CHECK(dialect.waiting_algos(w.account) == 0);

  WHEN("it is lost, REST takes over until it is back") {
    w.net->cut_streams();
    w.pass(2ms);
    CHECK(
        w.place(stop(Side::sell, "0.1"_q, "60000"_p, World::id_of(2, '0')), OrderClass::protective)
            .outcome == Outcome::accepted);
    CHECK(dialect.orders_over_stream() == 2);
    w.pass(30s);
    CHECK(w.place(limit(Side::buy, "0.1"_q, "60000"_p, World::id_of(2))).outcome ==
          Outcome::accepted);
    CHECK(dialect.orders_over_stream() == 3);
  }
  w.check_books();
}
