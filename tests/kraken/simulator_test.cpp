// The real connection against the simulated exchange, in memory and virtual time. The judge is the
// exchange's own record. What every venue must do is in tests/conformance; here is what Kraken is
// special about.
#include "connectors/kraken/kraken.hpp"
#include "simulator/kraken/kraken_exchange.hpp"
#include "tests/conformance/suite.hpp"

using namespace signalbox;
using namespace signalbox::conformance;
using namespace std::chrono_literals;

namespace {

// Base64, as the venue hands secrets out; it opens nothing.
constexpr std::string_view secret = "c2ltdWxhdG9yIHNlY3JldCwgbm90IGEgcmVhbCBvbmU=";

class MemoryNonces final : public kraken::NonceStore {
 public:
  Result<std::optional<kraken::Nonce>> load() override { return kept; }
  Result<void> save(kraken::Nonce used_up_to) override {
    if (broken) return failed(Fault::unavailable, "the disk is full");
    kept = used_up_to;
    return {};
  }
  std::optional<kraken::Nonce> kept;
  bool broken = false;
};

sim::ExchangeSettings market() {
  auto settings = sim::example_exchange();
  settings.accounts[0].secret = secret;
  // The venue has no bands, and a minimum of its own.
  auto& i = settings.markets[0].instrument;
  i.buy_band_up = i.sell_band_up = i.buy_band_down = i.sell_band_down = Decimal{};
  i.quantity_min = "0.0001"_q;
  return settings;
}

class KrakenFar final : public FarExchange<sim::kraken::KrakenExchange> {
 public:
  using FarExchange::FarExchange;
  std::uint64_t requests_while_banned() const override {
    return exchange.dialect.limits().requests_while_banned();
  }
  std::string order_name(sim::OrderId id) const override { return sim::kraken::order_name(id); }
  std::string trade_name(const sim::Trade& trade) const override {
    return sim::kraken::trade_name(trade);
  }
};

struct Ways {
  bool websocket = true;  // orders go that way
  sim::kraken::Settings venue = {};
  std::shared_ptr<MemoryNonces> nonces = std::make_shared<MemoryNonces>();
  std::string_view key_secret = secret;
};

VenueCase kraken_case(const Ways& ways = {}) {
  VenueCase c;
  c.name = ways.websocket ? "kraken, orders by websocket" : "kraken, orders by REST";
  c.exchange = [venue = ways.venue](WallTime now) {
    return std::make_unique<KrakenFar>(market(), now, venue);
  };
  c.connect = [ways](World& w) {
    KrakenConfig config;
    config.api_key = Secret::take("simulatorKey");
    config.api_secret = Secret::take(std::string{ways.key_secret});
    config.symbols = {Symbol{"BTC/USDT"}};
    config.nonces = ways.nonces;
    config.trade_by_websocket = ways.websocket;
    const Endpoint here{.host = "127.0.0.1"};
    config.hosts = kraken::Hosts{here, here, here};
    const auto lane = [&w](HttpSink& sink) { return w.net->lane(sink); };
    const auto stream = [&w](WsSink& sink) { return w.net->stream(sink); };
    return make_kraken(std::move(config), {lane, lane, stream, stream}, w.clock, w.timers,
                       w.random);
  };
  c.has_price_band = false;
  return c;
}

VenueCase either_way() { return kraken_case({.websocket = GENERATE(true, false)}); }

sim::kraken::KrakenDialect& dialect_of(World& w) {
  return static_cast<KrakenFar&>(*w.far).exchange.dialect;
}

ClientOrderId id_of(int number, char leg = 'e') { return World::id_of(number, leg); }

}  // namespace

SCENARIO("Kraken comes up and stays up", "[kraken][simulator]") { comes_up(kraken_case()); }

SCENARIO("orders of each kind at Kraken", "[kraken][simulator]") {
  const auto venue = either_way();
  INFO(venue.name);
  trades_each_kind(venue);
}

SCENARIO("answers of Kraken that never come", "[kraken][simulator][I2]") {
  const auto venue = either_way();
  INFO(venue.name);
  answers_never_come(venue);
}

SCENARIO("Kraken's stream is lost while orders fill", "[kraken][simulator][I13]") {
  stream_is_lost(kraken_case());
}

SCENARIO("events of Kraken that come twice, late or not at all", "[kraken][simulator][I13]") {
  events_are_noisy(kraken_case());
}

SCENARIO("Kraken asks for patience", "[kraken][simulator][I10]") {
  const auto venue = either_way();
  INFO(venue.name);
  waits_when_told(venue);
}

SCENARIO("Kraken is down for maintenance", "[kraken][simulator]") {
  sits_out_maintenance(kraken_case());
}

SCENARIO("a clock that differs from Kraken's", "[kraken][simulator]") {
  const auto venue = either_way();
  INFO(venue.name);
  clock_is_off(venue);
}

SCENARIO("tickers of Kraken", "[kraken][simulator]") { tells_tickers(kraken_case()); }

SCENARIO("fills and balances of Kraken", "[kraken][simulator]") {
  tells_fills_and_balances(kraken_case());
}

SCENARIO("more fills than a page of Kraken holds", "[kraken][simulator][I13]") {
  reads_fills_page_by_page(kraken_case());
}

SCENARIO("Kraken is left with requests under way", "[kraken][simulator]") {
  stops_with_requests_under_way(either_way());
}

// ---- what is Kraken's own ----

SCENARIO("keys of Kraken that are not taken", "[kraken][simulator]") {
  Ways ways;
  std::string_view word;
  WHEN("one may withdraw") {
    ways.venue.keys_may_withdraw = true;
    word = "withdraw";
  }
  WHEN("one does not sign as it should") {
    ways.key_secret = "YW5vdGhlciBzZWNyZXQ=";
    word = "signature";
  }
  const auto venue = kraken_case(ways);
  World w{venue};
  w.venue->start(w.told);
  w.pass(5s);
  CHECK(w.told.state() == LinkState::connecting);
  const auto detail = w.told.last<LinkReport>().detail;
  INFO(detail.view());
  CHECK(detail.view().find(word) != std::string_view::npos);
  CHECK(detail.view().find(ways.key_secret) == std::string_view::npos);
}

SCENARIO("a venue that cannot tell a key's rights yet", "[kraken][simulator]") {
  const auto venue = kraken_case({.venue = {.key_info_unknown = true}});
  World w{venue};
  w.start();
  CHECK(w.told.states() == "connecting stale ready");
}

SCENARIO("there is no test network to fall through from", "[kraken]") {
  test::VirtualClock clock;
  test::VirtualTimers timers;
  test::SeededRandom random{1};
  const auto make = [&](bool has_store) {
    KrakenConfig config;
    config.api_key = Secret::take("simulatorKey");
    config.api_secret = Secret::take(std::string{secret});
    if (has_store) config.nonces = std::make_shared<MemoryNonces>();
    if (!has_store) config.network = kraken::Network::live;
    return make_kraken(std::move(config), {}, clock, timers, random);
  };
  CHECK_THROWS_WITH(make(true), Catch::Contains("no test network"));
  CHECK_THROWS_WITH(make(false), Catch::Contains("nonce"));
}

SCENARIO("orders go over Kraken's websocket while it stands", "[kraken][simulator]") {
  const auto venue = kraken_case();
  World w{venue};
  w.start();
  CHECK(w.place(limit(Side::buy, "0.1"_q, "60000"_p, id_of(1))).outcome == Outcome::accepted);
  CHECK(dialect_of(w).orders_over_stream() == 1);
  w.net->cut_streams();
  w.pass(2ms);
  CHECK(w.place(stop(Side::sell, "0.1"_q, "60000"_p, id_of(2, '0')), OrderClass::protective)
            .outcome == Outcome::accepted);
  CHECK(dialect_of(w).orders_over_stream() == 1);
}

SCENARIO("a key's nonce only ever grows", "[kraken][simulator][nonce]") {
  const auto nonces = std::make_shared<MemoryNonces>();
  const auto venue = kraken_case({.websocket = false, .nonces = nonces});
  World w{venue};
  w.start();
  CHECK(dialect_of(w).late_nonces() == 0);
  REQUIRE(nonces->kept);

  WHEN("the clock goes back, and the program is started again") {
    w.place(limit(Side::buy, "0.1"_q, "60000"_p, id_of(1)));
    w.clock.step_wall(-1h);
    w.venue.reset();
    w.venue = venue.connect(w);
    w.venue->start(w.told);
    w.pass(1min);
    CHECK(w.told.state() == LinkState::ready);
    CHECK(dialect_of(w).late_nonces() == 0);
  }
  WHEN("what was kept is lost, and the clock goes back") {
    w.clock.step_wall(-1h);
    nonces->kept.reset();
    w.venue.reset();
    w.venue = venue.connect(w);
    w.venue->start(w.told);
    w.pass(10s);
    // Nothing is guessed: the venue refuses, and the account does not come up.
    CHECK(w.told.state() != LinkState::ready);
    CHECK(dialect_of(w).late_nonces() > 0);
  }
  WHEN("another request of the key overtakes ours") {
    // Sent with the nonce of this moment; half a millisecond more has been seen when it arrives.
    const auto seen = static_cast<std::uint64_t>(
        ns(w.clock.wall() + w.told.last<LinkReport>().clock_offset + 500us));
    const auto late_by = [&](auto send) {
      dialect_of(w).saw_nonce(seen);
      send();
      CHECK(dialect_of(w).late_nonces() == 1);
    };
    SECTION("a query is asked again") {
      late_by([&] {
        w.venue->query(QueryBalances{RequestId{500}}, w.clock.mono() + 5s);
        w.pass(50ms);
        CHECK(w.told.last<BalancesResult>().outcome == Outcome::accepted);
      });
    }
    SECTION("an order is sent again, once") {
      late_by([&] {
        const auto result = w.place(limit(Side::buy, "0.1"_q, "60000"_p, id_of(1)));
        CHECK(result.outcome == Outcome::accepted);
        CHECK(w.far->engine().orders().all().size() == 1);
      });
    }
    CHECK(w.told.states() == "connecting stale ready");
  }
  WHEN("nothing more can be kept") {
    nonces->broken = true;
    w.pass(2min);
    const auto result = w.place(limit(Side::buy, "0.1"_q, "60000"_p, id_of(1)));
    CHECK(result.refusal == Refusal::not_sent);
    CHECK(w.far->engine().orders().all().empty());
  }
}

SCENARIO("Kraken reports a post-only order that would take in two ways", "[kraken][simulator]") {
  const auto venue = kraken_case({.websocket = GENERATE(true, false),
                                  .venue = {.post_only_ends_on_stream = GENERATE(true, false)}});
  World w{venue};
  w.start();
  auto spec = limit(Side::buy, "0.1"_q, "67000"_p, id_of(1));
  spec.post_only = true;
  const auto result = w.place(spec);
  if (result.outcome == Outcome::accepted) {
    CHECK(w.status_of(id_of(1)) == OrderStatus::rejected);
    CHECK(w.report_of(id_of(1)).refusal == Refusal::would_take);
    CHECK(w.ask(id_of(1)).items.at(0).refusal == Refusal::would_take);
  } else {
    CHECK(result.refusal == Refusal::would_take);
  }
  w.pass(10s);
  CHECK(w.told.states() == "connecting stale ready");
}

SCENARIO("a stop that the market has passed already, at Kraken", "[kraken][simulator][I1]") {
  const bool fires = GENERATE(true, false);
  const auto venue = kraken_case({.venue = {.late_stops_fire = fires}});
  World w{venue};
  w.start();
  const auto result =
      w.place(stop(Side::sell, "0.1"_q, "67000"_p, id_of(1, '0')), OrderClass::protective);
  w.pass(50ms);
  if (fires) {
    CHECK(w.status_of(id_of(1, '0')) == OrderStatus::filled);
  } else {
    CHECK(result.outcome == Outcome::refused);
  }
  w.check_books();
}

SCENARIO("Kraken's close order of each fill", "[kraken][simulator]") {
  const auto venue = either_way();
  INFO(venue.name);
  World w{venue};
  w.start();
  sim::FillFault slowly;
  slowly.per_step = "0.06"_q;
  slowly.side = Side::buy;
  w.far->faults().add(slowly);
  auto entry = limit(Side::buy, "0.1"_q, "65500"_p, id_of(1));
  auto exit = stop(Side::sell, "0.1"_q, "65000"_p, id_of(1, '0'));
  REQUIRE(w.place(w.orders(Linkage::one_triggers_other, {entry, exit})).outcome ==
          Outcome::accepted);
  w.move("65400");
  w.move("65400");
  dialect_of(w).settle(w.clock.wall());
  w.pass(100ms);
  CHECK(w.status_of(id_of(1)) == OrderStatus::filled);
  // Two fills, two orders, each of its fill's size, that name their parent and nothing of ours.
  std::vector<OrderReport> made;
  const auto open = w.ask_open();
  for (const auto& each : open.items)
    if (each.parent_id == w.report_of(id_of(1)).venue_id) made.push_back(each);
  REQUIRE(made.size() == 2);
  CHECK(made[0].quantity + made[1].quantity == "0.1"_q);
  CHECK(made[0].id.empty());
  CHECK(made[0].kind == OrderKind::stop_market);
  CHECK(made[0].trigger_price == "65000"_p);
  // One may have to give way: the parent cannot be changed any more.
  w.move("64990");
  w.pass(10s);
  CHECK(w.told.states() == "connecting stale ready");
  w.check_books();
}

SCENARIO("Kraken's counter of orders on a pair", "[kraken][simulator][I10]") {
  const auto venue = either_way();
  INFO(venue.name);
  World w{venue};
  w.start();
  w.pass(1min);
  for (int i = 0; i < 80; ++i)
    w.venue->place(w.orders(Linkage::single, {limit(Side::buy, "0.001"_q, "60000"_p, id_of(i))}),
                   w.clock.mono() + 2s);
  w.pass(3s);
  CHECK(w.told.of<WriteResult>().size() == 80);
  std::size_t accepted = 0;
  for (const auto& each : w.told.of<WriteResult>()) {
    if (each.outcome == Outcome::accepted)
      ++accepted;
    else
      CHECK(each.refusal == Refusal::rate_limited);
  }
  // A fifth of the lowest grade's sixty is left for exits.
  CHECK(accepted == 48);
  CHECK(w.far->engine().orders().all().size() == 48);
  CHECK(w.place(stop(Side::sell, "0.1"_q, "65000"_p, id_of(1, '0')), OrderClass::protective)
            .outcome == Outcome::accepted);
}

SCENARIO("an event of Kraken is missing", "[kraken][simulator][I13]") {
  const auto venue = kraken_case();
  World w{venue};
  w.start();
  sim::StreamFault lost;
  lost.times = 1;
  w.far->faults().add(lost);
  w.place(limit(Side::buy, "0.1"_q, "65500"_p, id_of(1)));
  // The next one has the wrong number: there is no need to wait for an echo that does not come.
  w.pass(1s);
  CHECK(w.told.states() == "connecting stale ready stale ready");
  CHECK(w.status_of(id_of(1)) == OrderStatus::working);
}
