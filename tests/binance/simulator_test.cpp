// The real connection against the simulated exchange, in memory and virtual time. The judge is the
// exchange's own record. What every venue must do is in tests/conformance; here is what Binance is
// special about.
#include "connectors/binance/binance.hpp"
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

const Symbol btc{"BTC/USDT"};
const ClientOrderId stop_id = World::id_of(900, '0');
const ClientOrderId target_id = World::id_of(900, 'k');

ClientOrderId id_of(int number, char leg = 'e') { return World::id_of(number, leg); }

class BinanceFar final : public FarSide {
 public:
  BinanceFar(const sim::ExchangeSettings& settings, WallTime now) : exchange(settings, now) {}

  sim::Engine& engine() override { return exchange.engine; }
  sim::FaultPlan& faults() override { return exchange.faults; }
  sim::Dialect& dialect() override { return exchange.binance; }
  void mute_user_streams(sim::AccountId a) override { exchange.binance.mute_user_streams(a); }
  void garble_user_streams(sim::AccountId a) override { exchange.binance.garble_user_streams(a); }
  std::uint64_t requests_while_banned() const override {
    return exchange.binance.api().limits().requests_while_banned();
  }

  sim::Exchange exchange;
};

struct Ways {
  bool websocket = true;  // orders go that way
  bool session = false;   // logged on once by an Ed25519 key
  bool may_withdraw = false;
};

VenueCase binance_case(const Ways& ways = {}) {
  VenueCase c;
  c.name = !ways.websocket ? "binance, orders by REST"
           : ways.session  ? "binance, orders on a session that has logged on"
                           : "binance, signed orders by websocket";
  // The text of that refusal, "This action is disabled on this account.", is in Binance's table.
  c.strange = Refusal::permission;
  c.exchange = [ways](WallTime now) {
    auto settings = sim::example_exchange();
    settings.limits.weight_per_minute = 1000;
    settings.accounts[0].key_may_withdraw = ways.may_withdraw;
    if (ways.session) settings.accounts[0].ed25519_public = public_key;
    return std::make_unique<BinanceFar>(settings, now);
  };
  c.connect = [ways](World& w) {
    BinanceConfig config;
    config.api_key = Secret::take("simulatorKey");
    config.api_secret =
        Secret::take(ways.session ? std::string{private_key} : std::string{"simulatorSecret"});
    config.symbols = {btc};
    config.trade_by_websocket = ways.websocket;
    const Endpoint here{.host = "127.0.0.1"};
    config.hosts = binance::Hosts{here, here, here};
    const auto lane = [&w](HttpSink& sink) { return w.net->lane(sink); };
    const auto stream = [&w](WsSink& sink) { return w.net->stream(sink); };
    return make_binance_spot(std::move(config), {lane, lane, stream, stream, stream}, w.clock,
                             w.timers, w.random);
  };
  return c;
}

VenueCase either_way() { return binance_case({.websocket = GENERATE(true, false)}); }
VenueCase any_way() {
  return binance_case(GENERATE(Ways{.websocket = true}, Ways{.websocket = false},
                               Ways{.websocket = true, .session = true}));
}

sim::binance::BinanceDialect& dialect_of(World& w) {
  return static_cast<BinanceFar&>(*w.far).exchange.binance;
}

OrderSpec resting_target(Quantity quantity, Price price) {
  return limit(Side::sell, quantity, price, target_id);
}

WriteResult place_pair(World& w, Quantity quantity, Price stop_at, Price target_at,
                       int number = 900) {
  return w.place(w.orders(Linkage::one_cancels_other,
                          {stop(Side::sell, quantity, stop_at, id_of(number, '0')),
                           limit(Side::sell, quantity, target_at, id_of(number, 'k'))},
                          OrderClass::protective));
}

}  // namespace

SCENARIO("Binance comes up and stays up", "[binance][simulator]") { comes_up(any_way()); }

SCENARIO("orders of each kind at Binance", "[binance][simulator]") {
  const auto venue = any_way();
  INFO(venue.name);
  trades_each_kind(venue);
}

SCENARIO("answers of Binance that never come", "[binance][simulator][I2]") {
  const auto venue = any_way();
  INFO(venue.name);
  answers_never_come(venue);
}

SCENARIO("Binance's stream is lost while orders fill", "[binance][simulator][I13]") {
  stream_is_lost(either_way());
}

SCENARIO("events of Binance that come twice, late or not at all", "[binance][simulator][I13]") {
  events_are_noisy(either_way());
}

SCENARIO("Binance asks for patience", "[binance][simulator][I10]") {
  const auto venue = either_way();
  INFO(venue.name);
  waits_when_told(venue);
}

SCENARIO("Binance is down for maintenance", "[binance][simulator]") {
  sits_out_maintenance(either_way());
}

SCENARIO("a clock that differs from Binance's", "[binance][simulator]") {
  const auto venue = either_way();
  INFO(venue.name);
  clock_is_off(venue);
}

SCENARIO("tickers of Binance", "[binance][simulator]") { tells_tickers(binance_case()); }

SCENARIO("fills and balances of Binance", "[binance][simulator]") {
  tells_fills_and_balances(binance_case());
}

SCENARIO("more fills than a page of Binance holds", "[binance][simulator][I13]") {
  reads_fills_page_by_page(binance_case());
}

SCENARIO("Binance is left with requests under way", "[binance][simulator]") {
  stops_with_requests_under_way(either_way());
}

// ---- what is Binance's own ----

SCENARIO("a key of Binance that may withdraw is not taken", "[binance][simulator]") {
  const auto venue = binance_case({.may_withdraw = true});
  World w{venue};
  w.venue->start(w.told);
  w.pass(5s);
  CHECK(w.told.state() != LinkState::ready);
  CHECK(w.told.last<LinkReport>().detail.view().find("withdraw") != std::string_view::npos);
}

SCENARIO("orders go over Binance's websocket while it stands", "[binance][simulator]") {
  const auto venue = binance_case({.session = GENERATE(false, true)});
  World w{venue};
  w.start();
  auto& dialect = dialect_of(w);
  REQUIRE(w.place(limit(Side::buy, "0.1"_q, "60000"_p, id_of(1))).outcome == Outcome::accepted);
  CHECK(dialect.orders_over_stream() == 1);

  WHEN("it is lost, REST takes over until it is back") {
    w.net->cut_streams();
    w.pass(2ms);
    CHECK(w.place(stop(Side::sell, "0.1"_q, "60000"_p, stop_id), OrderClass::protective).outcome ==
          Outcome::accepted);
    CHECK(dialect.orders_over_stream() == 1);
    w.pass(30s);
    CHECK(w.cancel(stop_id).outcome == Outcome::accepted);
    CHECK(w.place(limit(Side::buy, "0.1"_q, "60000"_p, id_of(2))).outcome == Outcome::accepted);
    CHECK(dialect.orders_over_stream() == 2);
  }
  WHEN("the venue goes down, and says so first") {
    dialect.shut_down_streams(w.clock.wall());
    w.pass(30s);
    CHECK(w.told.state() == LinkState::ready);
    CHECK(w.place(limit(Side::buy, "0.1"_q, "60000"_p, id_of(2))).outcome == Outcome::accepted);
    CHECK(dialect.orders_over_stream() == 2);
  }
  WHEN("an answer does not come, what follows does not wait for it") {
    sim::RequestFault silent;
    silent.on = sim::RequestKind::place;
    silent.kind = sim::FaultKind::silent;
    silent.executed = true;
    w.far->faults().add(silent);
    const auto unanswered =
        w.orders(Linkage::single, {limit(Side::buy, "0.1"_q, "60000"_p, id_of(2))});
    w.venue->place(unanswered, w.clock.mono() + 2s);
    CHECK(w.place(stop(Side::sell, "0.1"_q, "60000"_p, stop_id), OrderClass::protective).outcome ==
          Outcome::accepted);
    CHECK(dialect.orders_over_stream() == 3);
    w.pass(3s);
    CHECK(w.told.last<WriteResult>().request == unanswered.request);
    CHECK(w.told.last<WriteResult>().outcome == Outcome::unknown);
    // That way is given up and comes up again.
    w.pass(30s);
    CHECK(w.place(limit(Side::buy, "0.1"_q, "60000"_p, id_of(3))).outcome == Outcome::accepted);
    CHECK(dialect.orders_over_stream() == 4);
  }
  w.check_books();
}

SCENARIO("what follows a request by REST never overtakes it by websocket", "[binance][simulator]") {
  const auto venue = binance_case();
  World w{venue};
  w.start();
  auto& dialect = dialect_of(w);
  sim::RequestFault slow;
  slow.on = sim::RequestKind::place;
  slow.kind = sim::FaultKind::slow;
  slow.delay = 8s;
  w.far->faults().add(slow);
  const auto place = [&](int number) {
    const auto exit = stop(Side::sell, "0.1"_q, "60000"_p, id_of(number, '0'));
    w.venue->place(w.orders(Linkage::single, {exit}, OrderClass::protective), w.clock.mono() + 30s);
  };
  w.net->cut_streams();
  w.pass(2ms);
  place(1);
  w.pass(6s);
  REQUIRE(w.told.of<WriteResult>().empty());
  place(2);
  w.pass(10s);
  CHECK(w.told.of<WriteResult>().size() == 2);
  CHECK(dialect.orders_over_stream() == 0);
  place(3);
  w.pass(1s);
  CHECK(w.told.of<WriteResult>().size() == 3);
  CHECK(dialect.orders_over_stream() == 1);
}

SCENARIO("a stop is through the market already", "[binance][simulator]") {
  const auto venue = either_way();
  World w{venue};
  w.start();
  CHECK(w.place(stop(Side::sell, "0.1"_q, "67000"_p, stop_id), OrderClass::protective).refusal ==
        Refusal::would_trigger);
}

SCENARIO("a quantity grows at Binance only by another order", "[binance][simulator]") {
  const auto venue = either_way();
  World w{venue};
  w.start();
  w.place(limit(Side::buy, "0.1"_q, "65000"_p, id_of(1)));
  CHECK(w.amend(id_of(1), "0.15"_q).outcome == Outcome::refused);
  CHECK(w.ask(id_of(1)).items.at(0).quantity == "0.1"_q);
}

SCENARIO("a pair of exits lives and dies", "[binance][simulator]") {
  const auto venue = either_way();
  World w{venue};
  w.start();
  const auto placed = place_pair(w, "0.1"_q, "65000"_p, "67000"_p);
  REQUIRE(placed.outcome == Outcome::accepted);
  REQUIRE(placed.orders.size() == 2);
  CHECK(placed.orders[0].parent_id == placed.orders[1].parent_id);
  CHECK_FALSE(placed.orders[0].parent_id.empty());
  const auto low = stop_id;
  const auto high = target_id;

  WHEN("the target fills, the stop goes") {
    w.move("67010");
    CHECK(w.status_of(high) == OrderStatus::filled);
    CHECK(w.status_of(low) == OrderStatus::expired);
    CHECK(w.ask_open().items.empty());
  }
  WHEN("the stop fires, the target goes") {
    w.move("64990");
    CHECK(w.status_of(low) == OrderStatus::filled);
    CHECK(w.status_of(high) == OrderStatus::expired);
  }
  WHEN("the target fills in part, the stop may be gone: that is told") {
    sim::FillFault partly;
    partly.in_all = "0.03"_q;
    w.far->faults().add(partly);
    w.move("67010");
    CHECK(w.status_of(high) == OrderStatus::partially_filled);
    CHECK(w.status_of(low) == OrderStatus::expired);
  }
  WHEN("one is cancelled, so is the other") {
    const auto result = w.cancel(low);
    REQUIRE(result.outcome == Outcome::accepted);
    w.pass(10ms);
    CHECK(w.status_of(low) == OrderStatus::cancelled);
    CHECK(w.status_of(high) != OrderStatus::working);
    CHECK(w.ask_open().items.empty());
  }
  WHEN("the market stands beyond one of them, a pair is refused") {
    w.move("66500");
    CHECK(place_pair(w, "0.1"_q, "66600"_p, "67000"_p, 901).refusal == Refusal::would_trigger);
  }
  WHEN("what it would sell is not there any more") {
    CHECK(place_pair(w, "0.95"_q, "65000"_p, "67000"_p, 901).refusal ==
          Refusal::insufficient_funds);
  }
  w.pass(10s);
  CHECK(w.told.states() == "connecting stale ready");
  w.check_books();
}

SCENARIO("exits behind an entry", "[binance][simulator]") {
  const auto venue = either_way();
  World w{venue};
  w.start();
  const auto entry = limit(Side::buy, "0.1"_q, "65500"_p, id_of(1));
  const auto low = stop(Side::sell, "0.0999"_q, "65000"_p, stop_id);
  const auto high = resting_target("0.0999"_q, "67000"_p);
  WHEN("there are two") {
    const auto placed = w.place(w.orders(Linkage::one_triggers_pair, {entry, low, high}));
    REQUIRE(placed.outcome == Outcome::accepted);
    REQUIRE(placed.orders.size() == 3);
    CHECK(w.status_of(stop_id) == OrderStatus::pending);
    w.move("65400");
    CHECK(w.status_of(id_of(1)) == OrderStatus::filled);
    CHECK(w.status_of(stop_id) == OrderStatus::working);
    CHECK(w.status_of(target_id) == OrderStatus::working);
    w.move("67010");
    CHECK(w.status_of(target_id) == OrderStatus::filled);
    CHECK(w.status_of(stop_id) == OrderStatus::expired);
  }
  WHEN("there is one") {
    const auto placed = w.place(w.orders(Linkage::one_triggers_other, {entry, low}));
    REQUIRE(placed.outcome == Outcome::accepted);
    w.move("65400");
    w.move("64990");
    CHECK(w.status_of(stop_id) == OrderStatus::filled);
  }
  WHEN("the entry is cancelled, nothing is left") {
    w.place(w.orders(Linkage::one_triggers_pair, {entry, low, high}));
    CHECK(w.cancel(id_of(1)).outcome == Outcome::accepted);
    CHECK(w.ask_open().items.empty());
  }
  WHEN("a held leg is refused when its entry fills") {
    w.place(w.orders(Linkage::one_triggers_other, {entry, low}));
    w.far->faults().refuse_when_live(1);
    w.move("65400");
    CHECK(w.status_of(id_of(1)) == OrderStatus::filled);
    CHECK(w.status_of(stop_id) == OrderStatus::expired);
    bool said = false;
    for (const auto& each : w.told.of<OrderReport>())
      said |= each.id == stop_id && each.refusal == Refusal::other;
    CHECK(said);
  }
  w.pass(10s);
  w.check_books();
}

SCENARIO("a pair ends while the stream is lost", "[binance][simulator][I13]") {
  const auto venue = either_way();
  World w{venue};
  w.start();
  w.place(limit(Side::buy, "0.1"_q, "65500"_p, id_of(1)));
  place_pair(w, "0.2"_q, "65000"_p, "67000"_p);

  WHEN("it is cut") {
    w.net->cut_streams();
    w.jump("65400"_p);
    w.jump("67010"_p);
    w.pass(30s);
  }
  WHEN("it goes quiet, and a new order gives it away") {
    dialect_of(w).mute_user_streams(w.account);
    w.move("65400");
    w.move("67010");
    CHECK(w.place(limit(Side::buy, "0.1"_q, "60000"_p, id_of(7))).outcome == Outcome::accepted);
    w.pass(5s);
    CHECK(w.told.states() == "connecting stale ready stale ready");
  }
  WHEN("the venue shuts the server down") {
    dialect_of(w).shut_down_streams(w.clock.wall());
    w.jump("65400"_p);
    w.jump("67010"_p);
    w.pass(5s);
  }
  CHECK(w.told.state() == LinkState::ready);
  CHECK(w.status_of(id_of(1)) == OrderStatus::filled);
  CHECK(w.status_of(target_id) == OrderStatus::filled);
  CHECK(w.status_of(stop_id) == OrderStatus::expired);
  w.check_books();
}

SCENARIO("everything is asked all the time, and exits still have their budget",
         "[binance][simulator][I10]") {
  const auto venue = either_way();
  World w{venue};
  w.start();
  for (int i = 0; i < 200; ++i) {
    w.venue->query(QueryFills{RequestId{++w.requests}, btc, w.clock.wall() - 1min},
                   w.clock.mono() + 2s);
    w.venue->query(QueryBalances{RequestId{++w.requests}}, w.clock.mono() + 2s);
    w.pass(100ms);
  }
  w.pass(3s);
  CHECK(w.told.of<FillsResult>().size() == 200);
  CHECK(w.told.of<BalancesResult>().size() == 200);
  CHECK(w.place(stop(Side::sell, "0.1"_q, "65000"_p, stop_id), OrderClass::protective).outcome ==
        Outcome::accepted);
  CHECK(w.far->requests_while_banned() == 0);
}
