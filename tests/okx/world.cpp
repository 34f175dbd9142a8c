#include "tests/okx/world.hpp"

using namespace std::chrono_literals;

namespace signalbox::okx {

World::World(const Change& how) : change(how) {
  sim::MarketSpec market;
  auto& i = market.instrument;
  i.symbol = btc;
  i.base = Asset{"BTC"};
  i.quote = Asset{"USDT"};
  i.tick_size = "0.1"_p;
  i.lot_size = i.quantity_min = "0.00001"_q;
  i.quantity_max = "9000"_q;
  i.orders_max = 500;
  i.conditional_orders_max = 100;
  market.price_min = "0.1"_p;
  market.price_max = "1000000"_p;
  market.depth = {.levels = 20, .step = "0.5"_p, .quantity = "0.5"_q};
  engine.add_market(market);
  engine.set_hooks(&faults);
  account = engine.add_account({AccountName{"main"}, "0.001"_d, "0.001"_d, true});
  engine.deposit(account, Asset{"BTC"}, "1"_d, clock.wall());
  engine.deposit(account, Asset{"USDT"}, "100000"_d, clock.wall());

  sim::okx::Settings settings;
  settings.keys = {
      {"simulatorKey", "simulatorSecret", "simulatorPass", account, "read_only,trade"}};
  settings.demo = true;
  OkxConfig config;
  if (change) change(settings, config);
  far = std::make_unique<sim::okx::OkxDialect>(engine, faults, settings);
  net = std::make_unique<sim::MemoryNet>(*far, clock, timers, sim::Latency{1ms, 1ms});
  move("66000");
  venue = connect();
}

std::unique_ptr<Venue> World::connect() {
  OkxConfig config;
  config.api_key = Secret::take("simulatorKey");
  config.api_secret = Secret::take("simulatorSecret");
  config.passphrase = Secret::take("simulatorPass");
  config.symbols = {btc};
  sim::okx::Settings settings;
  if (change) change(settings, config);
  const auto lane = [this](HttpSink& sink) { return net->lane(sink); };
  const auto stream = [this](WsSink& sink) { return net->stream(sink); };
  return make_okx(std::move(config), {lane, lane, stream, stream, stream}, clock, timers, random);
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

void World::move(std::string_view price, std::string_view quantity) {
  engine.move_to(sim::MarketId{0}, Price{Decimal::parse(price).value()},
                 Quantity{Decimal::parse(quantity).value()}, clock.wall());
  pass(10ms);
}

WriteResult World::place(const PlaceOrders& orders) {
  const auto before = told.of<WriteResult>().size();
  venue->place(orders, clock.mono() + 2s);
  pass(50ms);
  if (told.of<WriteResult>().size() == before) pass(3s);
  REQUIRE(told.of<WriteResult>().size() == before + 1);
  const auto result = told.last<WriteResult>();
  CHECK(result.request == orders.request);
  return result;
}

WriteResult World::place(OrderSpec spec, OrderClass order_class) {
  return place(orders(Linkage::single, {spec}, order_class));
}

PlaceOrders World::orders(Linkage linkage, std::initializer_list<OrderSpec> specs,
                          OrderClass order_class) {
  PlaceOrders orders;
  orders.request = RequestId{++requests};
  orders.symbol = btc;
  orders.order_class = order_class;
  orders.linkage = linkage;
  for (const auto& each : specs) orders.orders.push_back(each);
  return orders;
}

WriteResult World::pair(Quantity quantity, std::string_view stop_at, std::string_view target_at) {
  ++pairs;
  return place(orders(
      Linkage::one_cancels_other,
      {stop(Side::sell, quantity, Price{Decimal::parse(stop_at).value()}, id_of(pairs, '0')),
       target(Side::sell, quantity, Price{Decimal::parse(target_at).value()}, id_of(pairs, 'k'))},
      OrderClass::protective));
}

WriteResult World::cancel(const ClientOrderId& id, const VenueOrderId& venue_id) {
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

OrdersResult World::ask(const ClientOrderId& id, const VenueOrderId& venue_id) {
  venue->query(QueryOrder{RequestId{++requests}, btc, id, venue_id}, clock.mono() + 2s);
  pass(100ms);
  return told.last<OrdersResult>();
}

OrdersResult World::ask_open() {
  venue->query(QueryOpenOrders{RequestId{++requests}, btc}, clock.mono() + 2s);
  pass(100ms);
  return told.last<OrdersResult>();
}

FillsResult World::ask_fills(Duration back) {
  venue->query(QueryFills{RequestId{++requests}, btc, clock.wall() - back}, clock.mono() + 2s);
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

bool World::was_told(const ClientOrderId& id, OrderStatus status) const {
  for (const auto& each : told.of<OrderReport>())
    if (each.id == id && each.status == status) return true;
  return false;
}

Quantity World::filled_of(const ClientOrderId& id) const {
  Quantity sum;
  for (const auto& each : told.of<FillReport>())
    if (each.id == id) sum += each.quantity;
  return sum;
}

void World::check_books() const {
  std::map<std::string, int> fills;
  for (const auto& fill : told.of<FillReport>()) {
    CHECK_FALSE(fill.id.empty());
    ++fills[fill.venue_id.str() + "/" + fill.trade_id.str()];
  }
  std::set<std::string> trades;
  for (const auto& trade : engine.record().trades()) {
    if (trade.account != account) continue;
    const auto name =
        std::to_string(static_cast<std::uint64_t>(trade.order)) + "/" + std::to_string(trade.id);
    trades.insert(name);
    INFO(name);
    CHECK(fills[name] == 1);
  }
  CHECK(fills.size() == trades.size());
}

}  // namespace signalbox::okx
