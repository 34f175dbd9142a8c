#include "tests/coinbase/world.hpp"

#include <catch2/catch.hpp>
#include <map>
#include <set>

using namespace std::chrono_literals;

namespace signalbox::coinbase::test {
namespace {

sim::ExchangeSettings settings() {
  auto s = sim::example_exchange();
  auto& account = s.accounts[0];
  account.api_key = key_name;
  account.secret = rfc_key;
  account.maker_fee = account.taker_fee = {};
  return s;
}

}  // namespace

World::World(sim::coinbase::Settings chosen, std::string_view pem)
    : exchange(settings(), clock.wall(), std::move(chosen)),
      net(exchange.dialect, clock, timers, {1ms, 1ms}),
      account(*exchange.engine.find_account(AccountName{"main"})),
      pem_(pem) {
  move("66000");
  connect();
  beat();
}

void World::connect() {
  CoinbaseConfig config;
  config.api_key = secret(key_name);
  config.api_secret = secret(pem_);
  config.symbols = {btc};
  const auto lane = [this](HttpSink& sink) { return net.lane(sink); };
  const auto stream = [this](WsSink& sink) { return net.stream(sink); };
  venue = make_coinbase(std::move(config), {lane, lane, stream, stream}, clock, timers, random);
}

void World::restart() {
  venue.reset();
  told.all.clear();
  connect();
  start();
}

void World::beat() {
  timers.at(clock.mono() + 1s, [this] {
    exchange.dialect.beat(clock.wall());
    beat();
  });
}

void World::pass(Duration d) {
  const auto until = clock.mono() + d;
  for (auto due = timers.next_due(); due && *due <= until; due = timers.next_due()) {
    clock.advance_to(std::max(*due, clock.mono()));
    timers.fire_one(clock.mono());
  }
  clock.advance_to(until);
}

void World::start() {
  venue->start(told);
  pass(1s);
  INFO(told.last<LinkReport>().detail.view());
  REQUIRE(told.state() == LinkState::ready);
}

void World::move_unheard(std::string_view at) {
  exchange.engine.move_to(sim::MarketId{0}, price(at), "100"_q, clock.wall());
}

void World::move(std::string_view at, std::string_view size) {
  exchange.engine.move_to(sim::MarketId{0}, price(at), quantity(size), clock.wall());
  pass(20ms);
}

WriteResult World::place(PlaceOrders wanted) {
  wanted.request = RequestId{++requests};
  wanted.symbol = btc;
  const auto before = told.of<WriteResult>().size();
  venue->place(wanted, clock.mono() + 2s);
  pass(50ms);
  if (told.of<WriteResult>().size() == before) pass(3s);
  REQUIRE(told.of<WriteResult>().size() == before + 1);
  const auto result = told.last<WriteResult>();
  CHECK(result.request == wanted.request);
  return result;
}

WriteResult World::place(const OrderSpec& spec, OrderClass order_class) {
  PlaceOrders wanted;
  wanted.order_class = order_class;
  wanted.orders.push_back(spec);
  return place(wanted);
}

WriteResult World::place_pair(const OrderSpec& entry, Price stop_at, Price target_at) {
  PlaceOrders wanted;
  wanted.linkage = Linkage::one_triggers_pair;
  const auto exit = opposite(entry.side);
  wanted.orders = {entry, stop(exit, entry.quantity, stop_at),
                   limit(exit, entry.quantity, target_at, target_leg_id)};
  return place(wanted);
}

WriteResult World::cancel(const ClientOrderId& id) {
  const auto before = told.of<WriteResult>().size();
  venue->cancel({.request = RequestId{++requests}, .symbol = btc, .id = id}, clock.mono() + 2s);
  pass(50ms);
  REQUIRE(told.of<WriteResult>().size() == before + 1);
  return told.last<WriteResult>();
}

WriteResult World::amend(const ClientOrderId& id, Quantity size) {
  venue->amend({.request = RequestId{++requests}, .symbol = btc, .id = id, .quantity = size},
               clock.mono() + 2s);
  pass(50ms);
  return told.last<WriteResult>();
}

OrdersResult World::ask(const ClientOrderId& id) {
  venue->query(QueryOrder{RequestId{++requests}, btc, id, {}}, clock.mono() + 2s);
  pass(100ms);
  return told.last<OrdersResult>();
}

OrdersResult World::ask_open() {
  venue->query(QueryOpenOrders{RequestId{++requests}, btc}, clock.mono() + 2s);
  pass(100ms);
  return told.last<OrdersResult>();
}

FillsResult World::ask_fills() {
  venue->query(QueryFills{RequestId{++requests}, btc, WallTime{}}, clock.mono() + 2s);
  pass(100ms);
  return told.last<FillsResult>();
}

OrderStatus World::status_of(const ClientOrderId& id) const {
  std::optional<OrderStatus> status;
  for (const auto& each : told.of<OrderReport>())
    if (each.id == id) status = each.status;
  INFO(id.view());
  REQUIRE(status);
  return *status;
}

std::size_t World::fills_of(const ClientOrderId& id) const {
  std::size_t count = 0;
  for (const auto& each : told.of<FillReport>()) count += each.id == id;
  return count;
}

WriteResult World::with(sim::FaultKind kind, bool executed, int number, std::uint32_t after_s) {
  sim::RequestFault fault;
  fault.on = sim::RequestKind::place;
  fault.kind = kind;
  fault.executed = executed;
  fault.retry_after_s = after_s;
  exchange.faults.add(fault);
  return place(limit(Side::buy, "0.1"_q, "65000"_p, id_of(number)));
}

void World::check_books() const {
  std::map<std::string, int> fills;
  for (const auto& fill : told.of<FillReport>()) {
    CHECK_FALSE(fill.id.empty());
    ++fills[fill.trade_id.str()];
  }
  std::set<std::string> trades;
  for (const auto& trade : exchange.engine.record().trades()) {
    if (trade.account != account) continue;
    trades.insert(std::to_string(trade.id));
    INFO(trade.id);
    CHECK(fills[std::to_string(trade.id)] == 1);
  }
  CHECK(fills.size() == trades.size());
}

}  // namespace signalbox::coinbase::test
