// The real connection against the simulated exchange, in memory and virtual time. The judge is the
// exchange's own record.
#include <map>
#include <set>

#include "connectors/binance/binance.hpp"
#include "simulator/exchange.hpp"
#include "simulator/memory/memory_net.hpp"
#include "tests/binance/words.hpp"
#include "tests/support/told.hpp"
#include "tests/support/virtual_time.hpp"

using namespace signalbox;
using namespace signalbox::binance;
using signalbox::test::Told;
using namespace std::chrono_literals;
namespace sim = signalbox::simulator;

namespace {

const Symbol btc{"BTC/USDT"};

ClientOrderId id_of(int number, char leg = 'e') {
  std::string generation = std::to_string(number);
  generation.insert(0, 3 - generation.size(), '0');
  return ClientOrderId{"bk01h45h0fs1g0" + std::string(1, leg) + generation};
}

/// One account's connection to the example exchange, price 66000.
struct World {
  explicit World(sim::Latency latency = {1ms, 1ms})
      : exchange(settings(), clock.wall()),
        net(exchange.binance, clock, timers, latency),
        account(*exchange.engine.find_account(AccountName{"main"})) {
    move("66000");
    BinanceConfig config;
    config.api_key = Secret::take("simulatorKey");
    config.api_secret = Secret::take("simulatorSecret");
    config.symbols = {btc};
    const auto lane = [this](HttpSink& sink) { return net.lane(sink); };
    const auto stream = [this](WsSink& sink) { return net.stream(sink); };
    venue =
        make_binance_spot(std::move(config), {lane, lane, stream, stream}, clock, timers, random);
  }

  static sim::ExchangeSettings settings() {
    auto s = sim::example_exchange();
    s.limits.weight_per_minute = 1000;
    return s;
  }

  void pass(Duration d) {
    const auto until = clock.mono() + d;
    for (auto due = timers.next_due(); due && *due <= until; due = timers.next_due()) {
      clock.advance_to(std::max(*due, clock.mono()));
      timers.fire_one(clock.mono());
    }
    clock.advance_to(until);
  }
  void start() {
    venue->start(told);
    pass(1s);
    REQUIRE(told.state() == LinkState::ready);
  }
  void move(std::string_view price, std::string_view quantity = "100") {
    exchange.engine.move_to(sim::MarketId{0}, Price{Decimal::parse(price).value()},
                            Quantity{Decimal::parse(quantity).value()}, clock.wall());
    pass(10ms);
  }

  WriteResult place(const PlaceOrders& orders) {
    const auto before = told.of<WriteResult>().size();
    venue->place(orders, clock.mono() + 2s);
    pass(50ms);
    if (told.of<WriteResult>().size() == before) pass(3s);
    REQUIRE(told.of<WriteResult>().size() == before + 1);
    const auto result = told.last<WriteResult>();
    CHECK(result.request == orders.request);
    return result;
  }
  WriteResult place(OrderSpec spec, OrderClass order_class = OrderClass::entry) {
    return place(orders(Linkage::single, {spec}, order_class));
  }
  PlaceOrders orders(Linkage linkage, std::initializer_list<OrderSpec> specs,
                     OrderClass order_class) {
    PlaceOrders orders;
    orders.request = RequestId{++requests};
    orders.symbol = btc;
    orders.order_class = order_class;
    orders.linkage = linkage;
    for (const auto& each : specs) orders.orders.push_back(each);
    return orders;
  }
  WriteResult pair(Quantity quantity, std::string_view stop_at, std::string_view target_at) {
    auto low = stop(Side::sell, quantity, Price{Decimal::parse(stop_at).value()});
    auto high = target(Side::sell, quantity, Price{Decimal::parse(target_at).value()});
    low.id = id_of(++pairs, '0');
    high.id = id_of(pairs, 'k');
    return place(orders(Linkage::one_cancels_other, {low, high}, OrderClass::protective));
  }
  WriteResult cancel(const ClientOrderId& id, const VenueOrderId& venue_id = {}) {
    const auto before = told.of<WriteResult>().size();
    CancelOrder m;
    m.request = RequestId{++requests};
    m.symbol = btc;
    m.id = id;
    m.venue_id = venue_id;
    venue->cancel(m, clock.mono() + 2s);
    pass(50ms);
    REQUIRE(told.of<WriteResult>().size() == before + 1);
    return told.last<WriteResult>();
  }
  OrdersResult ask(const ClientOrderId& id) {
    venue->query(QueryOrder{RequestId{++requests}, btc, id, {}}, clock.mono() + 2s);
    pass(50ms);
    return told.last<OrdersResult>();
  }
  OrdersResult ask_open() {
    venue->query(QueryOpenOrders{RequestId{++requests}, btc}, clock.mono() + 2s);
    pass(50ms);
    return told.last<OrdersResult>();
  }
  OrderStatus status_of(const ClientOrderId& id) const {
    std::optional<OrderStatus> status;
    for (const auto& each : told.of<OrderReport>())
      if (each.id == id) status = each.status;
    REQUIRE(status);
    return *status;
  }

  /// Every trade of the account has been told, once; nothing else has.
  void check_books() const {
    std::map<std::string, int> fills;
    for (const auto& fill : told.of<FillReport>())
      ++fills[fill.venue_id.str() + "/" + fill.trade_id.str()];
    std::set<std::string> trades;
    for (const auto& trade : exchange.engine.record().trades()) {
      if (trade.account != account) continue;
      const auto name =
          std::to_string(static_cast<std::uint64_t>(trade.order)) + "/" + std::to_string(trade.id);
      trades.insert(name);
      INFO(name);
      CHECK(fills[name] == 1);
    }
    CHECK(fills.size() == trades.size());
  }

  test::VirtualClock clock;
  test::VirtualTimers timers;
  test::SeededRandom random{11};
  sim::Exchange exchange;
  sim::MemoryNet net;
  sim::AccountId account;
  Told told;
  std::unique_ptr<Venue> venue;
  std::uint64_t requests = 0;
  int pairs = 0;
};

OrderSpec market_order(Side side, Quantity quantity, ClientOrderId id) {
  return {.id = id, .side = side, .kind = OrderKind::market, .quantity = quantity, .price = {}};
}

}  // namespace

SCENARIO("the simulated exchange is connected to", "[binance][simulator]") {
  World w;
  w.start();
  CHECK(w.told.states() == "connecting stale ready");
  const auto instruments = w.told.last<InstrumentsReport>().instruments;
  REQUIRE(instruments.size() == 1);
  CHECK(instruments[0].symbol == btc);
  CHECK(instruments[0].tick_size == "0.01"_p);
  CHECK(instruments[0].notional_min == Notional{"5"_d});
  CHECK(instruments[0].taker_fee == "0.001"_d);
  CHECK(w.told.last<BalancesReport>().balances.size() == 2);
}

SCENARIO("orders of each kind on the simulated exchange", "[binance][simulator]") {
  World w;
  w.start();

  WHEN("a market order buys") {
    const auto result = w.place(market_order(Side::buy, "0.1"_q, id_of(1)));
    REQUIRE(result.outcome == Outcome::accepted);
    CHECK(result.orders[0].status == OrderStatus::filled);
    const auto fill = w.told.last<FillReport>();
    CHECK(fill.id == id_of(1));
    CHECK(fill.side == Side::buy);
    CHECK(fill.fee_asset == Asset{"BTC"});
    w.pass(100ms);
    CHECK(w.status_of(id_of(1)) == OrderStatus::filled);
  }
  WHEN("a limit order rests, fills in parts, and then wholly") {
    auto result = w.place(limit(Side::buy, "0.1"_q, "65000"_p, id_of(1)));
    REQUIRE(result.outcome == Outcome::accepted);
    CHECK(result.orders[0].status == OrderStatus::working);
    CHECK(w.told.of<FillReport>().empty());
    sim::FillFault slowly;
    slowly.per_step = "0.04"_q;
    w.exchange.faults.add(slowly);
    w.move("64900");
    CHECK(w.status_of(id_of(1)) == OrderStatus::partially_filled);
    CHECK(w.told.last<FillReport>().quantity == "0.04"_q);
    w.move("64900");
    w.move("64900");
    CHECK(w.status_of(id_of(1)) == OrderStatus::filled);
    CHECK(w.told.of<FillReport>().size() == 3);
  }
  WHEN("a limit order is cancelled") {
    const auto placed = w.place(limit(Side::buy, "0.1"_q, "65000"_p, id_of(1)));
    const auto result = w.cancel(id_of(1), placed.orders[0].venue_id);
    REQUIRE(result.outcome == Outcome::accepted);
    CHECK(result.orders[0].id == id_of(1));
    CHECK(result.orders[0].status == OrderStatus::cancelled);
    CHECK(w.status_of(id_of(1)) == OrderStatus::cancelled);
    CHECK(w.cancel(id_of(1)).refusal == Refusal::not_found);
    CHECK(w.ask(id_of(1)).items.at(0).status == OrderStatus::cancelled);
  }
  WHEN("a post-only order would take") {
    auto spec = limit(Side::buy, "0.1"_q, "66100"_p, id_of(1));
    spec.post_only = true;
    CHECK(w.place(spec).refusal == Refusal::would_take);
    spec.price = "65900"_p;
    CHECK(w.place(spec).outcome == Outcome::accepted);
  }
  WHEN("an order is fill-or-kill and cannot fill") {
    auto spec = limit(Side::buy, "0.1"_q, "65000"_p, id_of(1));
    spec.time_in_force = TimeInForce::fok;
    const auto result = w.place(spec);
    CHECK(result.outcome == Outcome::accepted);
    CHECK(result.orders[0].status == OrderStatus::expired);
  }
  WHEN("a stop is placed and fires") {
    const auto result = w.place(stop(Side::sell, "0.1"_q, "65000"_p), OrderClass::protective);
    REQUIRE(result.outcome == Outcome::accepted);
    CHECK_FALSE(result.orders[0].triggered);
    CHECK(result.orders[0].trigger_price == "65000"_p);
    w.move("64990");
    CHECK(w.status_of(stop_id) == OrderStatus::filled);
    CHECK(w.told.last<FillReport>().side == Side::sell);
  }
  WHEN("a stop with a limit fires and rests") {
    auto spec = stop(Side::sell, "0.1"_q, "65000"_p);
    spec.kind = OrderKind::stop_limit;
    spec.price = "65500"_p;
    REQUIRE(w.place(spec, OrderClass::protective).outcome == Outcome::accepted);
    w.move("64990");
    CHECK(w.status_of(stop_id) == OrderStatus::working);
    CHECK(w.told.last<OrderReport>().triggered);
    CHECK(w.ask(stop_id).items.at(0).triggered);
  }
  WHEN("a take-profit is placed and fires") {
    auto spec = target(Side::sell, "0.1"_q, "67000"_p);
    spec.kind = OrderKind::take_profit_market;
    spec.price.reset();
    spec.trigger_price = "67000"_p;
    REQUIRE(w.place(spec, OrderClass::protective).outcome == Outcome::accepted);
    w.move("67010");
    CHECK(w.status_of(target_id) == OrderStatus::filled);
  }
  WHEN("a stop is through the market already") {
    CHECK(w.place(stop(Side::sell, "0.1"_q, "67000"_p), OrderClass::protective).refusal ==
          Refusal::would_trigger);
  }
  WHEN("a quantity is reduced in place") {
    w.place(limit(Side::buy, "0.1"_q, "65000"_p, id_of(1)));
    AmendOrder amend;
    amend.request = RequestId{++w.requests};
    amend.symbol = btc;
    amend.id = id_of(1);
    amend.quantity = "0.04"_q;
    w.venue->amend(amend, w.clock.mono() + 2s);
    w.pass(50ms);
    const auto result = w.told.last<WriteResult>();
    REQUIRE(result.outcome == Outcome::accepted);
    CHECK(result.orders[0].id == id_of(1));
    CHECK(result.orders[0].quantity == "0.04"_q);
    CHECK(w.ask(id_of(1)).items.at(0).quantity == "0.04"_q);
    amend.quantity = "0.05"_q;
    w.venue->amend(amend, w.clock.mono() + 2s);
    w.pass(50ms);
    CHECK(w.told.last<WriteResult>().outcome == Outcome::refused);
  }
  WHEN("a price is not allowed") {
    CHECK(w.place(limit(Side::buy, "0.00005"_q, "65000"_p, id_of(1))).refusal == Refusal::minimum);
    CHECK(w.place(limit(Side::buy, "0.1"_q, "500000"_p, id_of(1))).refusal == Refusal::price_band);
    CHECK(w.place(limit(Side::buy, "5"_q, "65000"_p, id_of(1))).refusal ==
          Refusal::insufficient_funds);
  }
  WHEN("an id is still live") {
    REQUIRE(w.place(limit(Side::buy, "0.1"_q, "65000"_p, id_of(1))).outcome == Outcome::accepted);
    CHECK(w.place(limit(Side::buy, "0.1"_q, "65000"_p, id_of(1))).refusal == Refusal::duplicate_id);
  }
  w.pass(10s);
  CHECK(w.told.states() == "connecting stale ready");  // every order was heard on the stream
  w.check_books();
}

SCENARIO("a pair of exits lives and dies", "[binance][simulator]") {
  World w;
  w.start();
  const auto placed = w.pair("0.1"_q, "65000", "67000");
  REQUIRE(placed.outcome == Outcome::accepted);
  REQUIRE(placed.orders.size() == 2);
  CHECK(placed.orders[0].parent_id == placed.orders[1].parent_id);
  CHECK_FALSE(placed.orders[0].parent_id.empty());
  const auto low = id_of(1, '0');
  const auto high = id_of(1, 'k');

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
    w.exchange.faults.add(partly);
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
    CHECK(w.pair("0.1"_q, "66600", "67000").refusal == Refusal::would_trigger);
  }
  WHEN("what it would sell is not there any more") {
    CHECK(w.pair("0.95"_q, "65000", "67000").refusal == Refusal::insufficient_funds);
  }
  w.pass(10s);
  CHECK(w.told.states() == "connecting stale ready");
  w.check_books();
}

SCENARIO("exits behind an entry", "[binance][simulator]") {
  World w;
  w.start();
  const auto entry = limit(Side::buy, "0.1"_q, "65500"_p, id_of(1));
  auto low = stop(Side::sell, "0.0999"_q, "65000"_p);
  auto high = target(Side::sell, "0.0999"_q, "67000"_p);
  WHEN("there are two") {
    const auto placed =
        w.place(w.orders(Linkage::one_triggers_pair, {entry, low, high}, OrderClass::entry));
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
    const auto placed =
        w.place(w.orders(Linkage::one_triggers_other, {entry, low}, OrderClass::entry));
    REQUIRE(placed.outcome == Outcome::accepted);
    w.move("65400");
    w.move("64990");
    CHECK(w.status_of(stop_id) == OrderStatus::filled);
  }
  WHEN("the entry is cancelled, nothing is left") {
    w.place(w.orders(Linkage::one_triggers_pair, {entry, low, high}, OrderClass::entry));
    CHECK(w.cancel(id_of(1)).outcome == Outcome::accepted);
    CHECK(w.ask_open().items.empty());
  }
  WHEN("a held leg is refused when its entry fills") {
    w.place(w.orders(Linkage::one_triggers_other, {entry, low}, OrderClass::entry));
    w.exchange.faults.refuse_when_live(1);
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

SCENARIO("answers that never come", "[binance][simulator][I2]") {
  World w;
  w.start();
  const auto with = [&](sim::FaultKind kind, bool executed, int number) {
    sim::RequestFault fault;
    fault.on = sim::RequestKind::place;
    fault.kind = kind;
    fault.executed = executed;
    w.exchange.faults.add(fault);
    return w.place(limit(Side::buy, "0.1"_q, "65000"_p, id_of(number)));
  };
  int number = 0;
  for (const bool executed : {true, false})
    for (const auto kind : {sim::FaultKind::lost, sim::FaultKind::silent,
                            sim::FaultKind::status_unknown, sim::FaultKind::server_error}) {
      INFO(name_of(kind) << (executed ? ", executed" : ", not executed"));
      CHECK(with(kind, executed, ++number).outcome == Outcome::unknown);
      const auto found = w.ask(id_of(number));
      if (executed) {
        REQUIRE(found.outcome == Outcome::accepted);
        CHECK(found.items.at(0).status == OrderStatus::working);
        CHECK(w.cancel(id_of(number)).outcome == Outcome::accepted);
      } else {
        CHECK(found.refusal == Refusal::not_found);
      }
    }
  CHECK(with(sim::FaultKind::unavailable, false, ++number).refusal == Refusal::maintenance);
  CHECK(w.exchange.engine.orders().all().size() == 4);  // nothing was sent twice
  w.check_books();
}

SCENARIO("the stream is lost while orders fill", "[binance][simulator][I13]") {
  World w;
  w.start();
  w.place(limit(Side::buy, "0.1"_q, "65500"_p, id_of(1)));
  w.pair("0.2"_q, "65000", "67000");
  REQUIRE(w.told.states() == "connecting stale ready");

  WHEN("the cable is pulled and put back") {
    w.net.set_down(true);
    w.pass(10ms);
    CHECK(w.told.state() == LinkState::stale);
    w.move("65400");  // fills the entry
    w.move("67010");  // fills the target, ends the stop
    CHECK(w.told.of<FillReport>().empty());
    CHECK(w.place(limit(Side::buy, "0.1"_q, "60000"_p, id_of(7))).refusal == Refusal::not_sent);
    w.net.set_down(false);
    w.pass(30s);
    CHECK(w.told.state() == LinkState::ready);
  }
  WHEN("only the stream is cut") {
    w.net.cut_streams();
    w.exchange.engine.move_to(sim::MarketId{0}, "65400"_p, "100"_q, w.clock.wall());
    w.exchange.engine.move_to(sim::MarketId{0}, "67010"_p, "100"_q, w.clock.wall());
    w.pass(30s);
  }
  WHEN("it goes quiet, and the open orders give it away") {
    w.exchange.binance.mute_user_streams(w.account);
    w.move("65400");
    w.move("67010");
    CHECK(w.told.of<FillReport>().empty());
    w.pass(2min);
    CHECK(w.told.states() == "connecting stale ready stale ready");
  }
  WHEN("it goes quiet, and a new order gives it away") {
    w.exchange.binance.mute_user_streams(w.account);
    w.move("65400");
    w.move("67010");
    CHECK(w.place(limit(Side::buy, "0.1"_q, "60000"_p, id_of(7))).outcome == Outcome::accepted);
    w.pass(5s);
    CHECK(w.told.states() == "connecting stale ready stale ready");
  }
  WHEN("the venue shuts the server down") {
    w.exchange.binance.shut_down_streams(w.clock.wall());
    w.exchange.engine.move_to(sim::MarketId{0}, "65400"_p, "100"_q, w.clock.wall());
    w.exchange.engine.move_to(sim::MarketId{0}, "67010"_p, "100"_q, w.clock.wall());
    w.pass(5s);
  }
  CHECK(w.told.state() == LinkState::ready);
  CHECK(w.status_of(id_of(1)) == OrderStatus::filled);
  CHECK(w.status_of(id_of(1, 'k')) == OrderStatus::filled);
  CHECK(w.status_of(id_of(1, '0')) == OrderStatus::expired);
  w.check_books();
}

SCENARIO("events that come twice, late or not at all", "[binance][simulator][I13]") {
  World w;
  w.start();
  sim::StreamFault fault;
  fault.times = 0;
  SECTION("twice") { fault.kind = sim::StreamFaultKind::twice; }
  SECTION("late") {
    fault.kind = sim::StreamFaultKind::late;
    fault.delay = 500ms;
  }
  SECTION("in another order") { fault.kind = sim::StreamFaultKind::swap; }
  SECTION("not at all") {
    fault.kind = sim::StreamFaultKind::drop;
    fault.times = 20;
  }
  w.exchange.faults.add(fault);
  w.place(market_order(Side::buy, "0.1"_q, id_of(1)));
  w.place(limit(Side::buy, "0.1"_q, "65500"_p, id_of(2)));
  w.pair("0.1"_q, "65000", "67000");
  w.move("65400");
  w.move("64990");
  w.pass(3min);
  CHECK(w.told.state() == LinkState::ready);
  w.check_books();
  CHECK(w.ask_open().items.empty());
}

SCENARIO("clocks that differ", "[binance][simulator]") {
  World w;
  w.start();
  w.clock.step_wall(30s);  // the venue's time in this world is the wall's
  CHECK(w.place(limit(Side::buy, "0.1"_q, "65000"_p, id_of(1))).refusal == Refusal::clock);
  w.pass(1s);
  CHECK(w.told.states() == "connecting stale ready stale ready");
  CHECK(w.place(limit(Side::buy, "0.1"_q, "65000"_p, id_of(2))).outcome == Outcome::accepted);
}

SCENARIO("too many requests", "[binance][simulator][I10]") {
  World w;
  w.start();
  std::uint64_t counted = 0;  // the planned ban counts the request that brought it about
  WHEN("a 429 asks for patience") {
    sim::RequestFault fault;
    fault.on = sim::RequestKind::place;
    fault.kind = sim::FaultKind::rate_limited;
    fault.retry_after_s = 3;
    w.exchange.faults.add(fault);
    CHECK(w.place(limit(Side::buy, "0.1"_q, "65000"_p, id_of(1))).refusal == Refusal::rate_limited);
    CHECK(w.place(limit(Side::buy, "0.1"_q, "65000"_p, id_of(1))).refusal == Refusal::rate_limited);
    w.pass(3s);
    CHECK(w.place(limit(Side::buy, "0.1"_q, "65000"_p, id_of(1))).outcome == Outcome::accepted);
  }
  WHEN("a 418 bans the address") {
    sim::RequestFault fault;
    fault.on = sim::RequestKind::place;
    fault.kind = sim::FaultKind::banned;
    fault.retry_after_s = 120;
    w.exchange.faults.add(fault);
    CHECK(w.place(limit(Side::buy, "0.1"_q, "65000"_p, id_of(1))).refusal == Refusal::banned);
    counted = 1;
    w.net.cut_streams();
    for (int i = 0; i < 100; ++i) {
      w.pass(1s);
      w.place(stop(Side::sell, "0.1"_q, "65000"_p), OrderClass::protective);
    }
    w.pass(2min);
    CHECK(w.told.state() == LinkState::ready);
  }
  WHEN("everything is asked all the time") {
    for (int i = 0; i < 200; ++i) {
      w.venue->query(QueryFills{RequestId{++w.requests}, btc, w.clock.wall() - 1min},
                     w.clock.mono() + 2s);
      w.venue->query(QueryBalances{RequestId{++w.requests}}, w.clock.mono() + 2s);
      w.pass(100ms);
    }
    w.pass(3s);
    CHECK(w.told.of<FillsResult>().size() == 200);
    CHECK(w.told.of<BalancesResult>().size() == 200);
    // What was kept for exits is still there.
    CHECK(w.place(stop(Side::sell, "0.1"_q, "65000"_p), OrderClass::protective).outcome ==
          Outcome::accepted);
  }
  CHECK(w.exchange.binance.api().limits().requests_while_banned() <= counted);
}

SCENARIO("the venue is down for maintenance", "[binance][simulator]") {
  World w;
  w.start();
  sim::RequestFault fault;
  fault.kind = sim::FaultKind::maintenance;
  fault.times = 0;
  w.exchange.faults.add(fault);
  const auto result = w.place(limit(Side::buy, "0.1"_q, "65000"_p, id_of(1)));
  CHECK(result.outcome == Outcome::refused);
  CHECK(result.refusal == Refusal::maintenance);
  w.pass(70s);
  CHECK(w.told.state() == LinkState::stale);
  w.exchange.faults.clear();
  w.pass(60s);
  CHECK(w.told.state() == LinkState::ready);
}

SCENARIO("tickers of the simulated exchange", "[binance][simulator]") {
  World w;
  w.start();
  w.venue->subscribe(SubscribeTicker{RequestId{1}, btc}, w.clock.mono() + 2s);
  w.pass(50ms);
  CHECK(w.told.last<TickerResult>().items.size() == 1);
  w.move("66123");
  CHECK(w.told.last<Tick>().symbol == btc);
  CHECK(w.told.last<Tick>().bid < "66123.02"_p);
  CHECK(w.told.last<Tick>().ask > "66122.98"_p);
  w.venue->query(QueryTicker{RequestId{2}, btc}, w.clock.mono() + 2s);
  w.pass(50ms);
  CHECK(w.told.last<TickerResult>().items.at(0).bid == w.told.last<Tick>().bid);
}

SCENARIO("fills since a time, and the same identity on every way", "[binance][simulator]") {
  World w;
  w.start();
  const auto before = w.clock.wall();
  w.place(market_order(Side::buy, "0.1"_q, id_of(1)));
  w.place(market_order(Side::sell, "0.05"_q, id_of(2)));
  w.venue->query(QueryFills{RequestId{9}, btc, before - 1s}, w.clock.mono() + 2s);
  w.pass(50ms);
  const auto asked = w.told.last<FillsResult>().items;
  const auto told = w.told.of<FillReport>();
  REQUIRE(asked.size() == told.size());
  for (std::size_t i = 0; i < told.size(); ++i) CHECK(asked[i] == told[i]);
}
