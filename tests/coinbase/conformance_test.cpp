// What every connection must do, done by Coinbase's against its simulated exchange. What differs
// with clocks is in simulator_faults_test.cpp: the venue takes a wrong one for a wrong key.
#include "connectors/coinbase/coinbase.hpp"
#include "simulator/coinbase/coinbase_exchange.hpp"
#include "tests/coinbase/words.hpp"
#include "tests/conformance/suite.hpp"

using namespace signalbox;
using namespace signalbox::conformance;
using namespace std::chrono_literals;

namespace {

sim::ExchangeSettings settings() {
  auto s = sim::example_exchange();
  auto& account = s.accounts[0];
  account.api_key = coinbase::test::key_name;
  account.secret = coinbase::test::rfc_key;
  s.markets[0].instrument.conditional_orders_max = 100;
  return s;
}

class CoinbaseFar final : public FarExchange<sim::coinbase::CoinbaseExchange> {
 public:
  explicit CoinbaseFar(WallTime now) : FarExchange(settings(), now) {}
  std::uint64_t requests_while_banned() const override {
    return exchange.dialect.api().requests_while_banned();
  }
  std::string order_name(sim::OrderId id) const override {
    return sim::coinbase::uuid(exchange.dialect.api().shown(exchange.engine.orders()[id])->id);
  }
  /// Heartbeats, once a second: nothing else says that a stream is alive.
  void beat(World& w) {
    w.timers.at(w.clock.mono() + 1s, [this, &w] {
      exchange.dialect.beat(w.clock.wall());
      beat(w);
    });
  }
};

VenueCase coinbase_case() {
  VenueCase c;
  c.name = "coinbase";
  c.exchange = [](WallTime now) { return std::make_unique<CoinbaseFar>(now); };
  c.connect = [](World& w) {
    static_cast<CoinbaseFar&>(*w.far).beat(w);
    CoinbaseConfig config;
    config.api_key = coinbase::test::secret(coinbase::test::key_name);
    config.api_secret = coinbase::test::secret(coinbase::test::rfc_key);
    config.symbols = {w.venue_case.symbol};
    const auto lane = [&w](HttpSink& sink) { return w.net->lane(sink); };
    const auto stream = [&w](WsSink& sink) { return w.net->stream(sink); };
    return make_coinbase(std::move(config), {lane, lane, stream, stream}, w.clock, w.timers,
                         w.random);
  };
  c.gives_old_orders_back = true;
  c.lockout_s = 60;
  return c;
}

}  // namespace

SCENARIO("Coinbase comes up and stays up", "[coinbase][simulator]") { comes_up(coinbase_case()); }

SCENARIO("orders of each kind at Coinbase", "[coinbase][simulator]") {
  trades_each_kind(coinbase_case());
}

SCENARIO("answers of Coinbase that never come", "[coinbase][simulator][I2]") {
  answers_never_come(coinbase_case());
}

SCENARIO("Coinbase's stream is lost while orders fill", "[coinbase][simulator][I13]") {
  stream_is_lost(coinbase_case());
}

SCENARIO("events of Coinbase that come twice, late or not at all", "[coinbase][simulator][I13]") {
  events_are_noisy(coinbase_case());
}

SCENARIO("Coinbase asks for patience", "[coinbase][simulator][I10]") {
  waits_when_told(coinbase_case());
}

SCENARIO("Coinbase is down for maintenance", "[coinbase][simulator]") {
  sits_out_maintenance(coinbase_case());
}

SCENARIO("tickers of Coinbase", "[coinbase][simulator]") { tells_tickers(coinbase_case()); }

SCENARIO("fills and balances of Coinbase", "[coinbase][simulator]") {
  tells_fills_and_balances(coinbase_case());
}

SCENARIO("more fills than a page of Coinbase holds", "[coinbase][simulator][I13]") {
  reads_fills_page_by_page(coinbase_case());
}

SCENARIO("Coinbase is left with requests under way", "[coinbase][simulator]") {
  stops_with_requests_under_way(coinbase_case());
}

SCENARIO("Coinbase's commission is on top, in quote", "[coinbase][simulator]") {
  const auto venue = coinbase_case();
  World w{venue};
  w.start();
  const auto free_of = [&](const char* asset) {
    return w.far->engine().accounts().free(w.account, Asset{asset});
  };
  const auto btc = free_of("BTC"), usdt = free_of("USDT");
  REQUIRE(w.place(limit(Side::buy, "0.1"_q, "66100"_p, World::id_of(1))).outcome ==
          Outcome::accepted);
  w.pass(2s);
  CHECK(free_of("BTC") == btc + "0.1"_d);
  Decimal paid;
  for (const auto& fill : w.told.of<FillReport>()) {
    const auto cost =
        *Decimal::mul(fill.price.decimal(), fill.quantity.decimal(), Rounding::half_even);
    CHECK(fill.fee_asset == Asset{"USDT"});
    CHECK(*fill.fee == *Decimal::mul(cost, "0.001"_d, Rounding::half_even));
    paid = paid + cost + *fill.fee;
  }
  CHECK(free_of("USDT") == usdt - paid);
  // What would pay for the order alone does not pay for the commission as well.
  const auto left = *Decimal::div(free_of("USDT"), "50000"_d, Rounding::down);
  const Quantity all{*Decimal::to_step(left, "0.0001"_d, Rounding::down)};
  CHECK(w.place(limit(Side::buy, all, "50000"_p, World::id_of(2))).refusal ==
        Refusal::insufficient_funds);
  w.check_books();
}
