// What every connection must do, done by OKX's against its simulated exchange.
#include "tests/conformance/suite.hpp"

#include "connectors/okx/okx.hpp"
#include "simulator/exchange.hpp"
#include "simulator/okx/okx_dialect.hpp"

using namespace signalbox;
using namespace signalbox::conformance;
using namespace std::chrono_literals;

namespace {

struct Exchange {
  explicit Exchange(WallTime now) {
    auto settings = sim::example_exchange();
    auto& market = settings.markets[0];
    auto& i = market.instrument;
    // The venue has neither bands nor a least amount of money.
    i.buy_band_up = i.sell_band_up = i.buy_band_down = i.sell_band_down = Decimal{};
    i.notional_min = {};
    i.conditional_orders_max = 100;
    engine.add_market(market);
    engine.set_hooks(&faults);
    const auto& main = settings.accounts[0];
    const auto id = engine.add_account({main.name, main.maker_fee, main.taker_fee, true});
    for (const auto& each : main.deposits) engine.deposit(id, each.asset, each.amount, now);
    sim::okx::Settings venue;
    venue.keys = {{main.api_key, main.secret, "simulatorPass", id, "read_only,trade"}};
    venue.demo = true;
    dialect.emplace(engine, faults, venue);
  }
  sim::Engine engine;
  sim::FaultPlan faults;
  std::optional<sim::okx::OkxDialect> dialect;
};

class OkxFar final : public FarSide {
 public:
  explicit OkxFar(WallTime now) : exchange_(now) {}
  sim::Engine& engine() override { return exchange_.engine; }
  sim::FaultPlan& faults() override { return exchange_.faults; }
  sim::Dialect& dialect() override { return *exchange_.dialect; }
  void mute_user_streams(sim::AccountId a) override { exchange_.dialect->mute_user_streams(a); }
  void garble_user_streams(sim::AccountId a) override {
    exchange_.dialect->babble(a, R"({"arg":{"channel":"orders"},"data":[{"instId":"BTC-USDT"})");
  }
  std::uint64_t requests_while_banned() const override {
    return exchange_.dialect->requests_while_banned();
  }

 private:
  Exchange exchange_;
};

VenueCase okx_case(bool over_stream = true) {
  VenueCase c;
  c.name = over_stream ? "okx, orders by websocket" : "okx, orders by REST";
  c.exchange = [](WallTime now) { return std::make_unique<OkxFar>(now); };
  c.connect = [over_stream](World& w) {
    OkxConfig config;
    config.api_key = Secret::take("simulatorKey");
    config.api_secret = Secret::take("simulatorSecret");
    config.passphrase = Secret::take("simulatorPass");
    config.symbols = {w.venue_case.symbol};
    config.orders_over_stream = over_stream;
    const auto lane = [&w](HttpSink& sink) { return w.net->lane(sink); };
    const auto stream = [&w](WsSink& sink) { return w.net->stream(sink); };
    return make_okx(std::move(config), {lane, lane, stream, stream, stream}, w.clock, w.timers,
                    w.random);
  };
  c.notional_min = {};
  c.too_small = "0.000001"_q;
  c.has_price_band = false;
  c.lockout_s = 60;
  c.strange = Refusal::permission;  // the dialect's plan speaks of compliance
  return c;
}

VenueCase either_way() { return okx_case(GENERATE(true, false)); }

}  // namespace

SCENARIO("OKX comes up and stays up", "[okx][simulator]") { comes_up(either_way()); }

SCENARIO("orders of each kind at OKX", "[okx][simulator]") { trades_each_kind(either_way()); }

SCENARIO("answers of OKX that never come", "[okx][simulator][I2]") {
  answers_never_come(either_way());
}

SCENARIO("OKX's streams are lost while orders fill", "[okx][simulator][I13]") {
  stream_is_lost(either_way());
}

SCENARIO("events of OKX that come twice, late or not at all", "[okx][simulator][I13]") {
  events_are_noisy(okx_case());
}

SCENARIO("OKX asks for patience", "[okx][simulator][I10]") { waits_when_told(okx_case(false)); }

SCENARIO("OKX is down for maintenance", "[okx][simulator]") { sits_out_maintenance(okx_case()); }

SCENARIO("a clock that differs from OKX's", "[okx][simulator]") { clock_is_off(okx_case(false)); }

SCENARIO("tickers of OKX", "[okx][simulator]") { tells_tickers(okx_case()); }

SCENARIO("fills and balances of OKX", "[okx][simulator]") { tells_fills_and_balances(okx_case()); }

SCENARIO("more fills than a page of OKX holds", "[okx][simulator][I13]") {
  reads_fills_page_by_page(okx_case());
}

SCENARIO("OKX is left with requests under way", "[okx][simulator]") {
  stops_with_requests_under_way(either_way());
}
