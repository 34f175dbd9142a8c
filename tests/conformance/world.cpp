#include "tests/conformance/world.hpp"

#include <algorithm>
#include <map>
#include <set>

using namespace std::chrono_literals;

namespace signalbox::conformance {

World::World(const VenueCase& chosen) : venue_case(chosen), far(chosen.exchange(clock.wall())) {
  net = std::make_unique<sim::MemoryNet>(far->dialect(), clock, timers, sim::Latency{1ms, 1ms});
  account = *far->engine().find_account(AccountName{"main"});
  move("66000");
  venue = chosen.connect(*this);
}

World::~World() = default;

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

void FarSide::move_to(Price price, WallTime now) {
  engine().move_to(sim::MarketId{0}, price, "100"_q, now);
}

void World::jump(Price price) { far->move_to(price, clock.wall()); }

void World::move(std::string_view price) {
  jump(Price{Decimal::parse(price).value()});
  pass(10ms);
}

ClientOrderId World::id_of(int number, char leg) {
  std::string generation = std::to_string(number);
  generation.insert(0, 3 - generation.size(), '0');
  return ClientOrderId{"bk01h45h0fs1g0" + std::string(1, leg) + generation};
}

PlaceOrders World::orders(Linkage linkage, std::initializer_list<OrderSpec> specs,
                          OrderClass order_class) {
  PlaceOrders placed;
  placed.request = RequestId{++requests};
  placed.symbol = venue_case.symbol;
  placed.order_class = order_class;
  placed.linkage = linkage;
  for (const auto& each : specs) placed.orders.push_back(each);
  return placed;
}

WriteResult World::place(const PlaceOrders& placed) {
  const auto before = told.of<WriteResult>().size();
  venue->place(placed, clock.mono() + 2s);
  pass(50ms);
  if (told.of<WriteResult>().size() == before) pass(3s);
  REQUIRE(told.of<WriteResult>().size() == before + 1);
  const auto result = told.last<WriteResult>();
  CHECK(result.request == placed.request);
  return result;
}

WriteResult World::place(const OrderSpec& spec, OrderClass order_class) {
  return place(orders(Linkage::single, {spec}, order_class));
}

WriteResult World::cancel(const ClientOrderId& id) {
  const auto before = told.of<WriteResult>().size();
  CancelOrder m;
  m.request = RequestId{++requests};
  m.symbol = venue_case.symbol;
  m.id = id;
  venue->cancel(m, clock.mono() + 2s);
  pass(50ms);
  REQUIRE(told.of<WriteResult>().size() == before + 1);
  return told.last<WriteResult>();
}

WriteResult World::amend(const ClientOrderId& id, Quantity quantity) {
  AmendOrder m;
  m.request = RequestId{++requests};
  m.symbol = venue_case.symbol;
  m.id = id;
  m.quantity = quantity;
  venue->amend(m, clock.mono() + 2s);
  pass(50ms);
  return told.last<WriteResult>();
}

OrdersResult World::ask(const ClientOrderId& id) {
  venue->query(QueryOrder{RequestId{++requests}, venue_case.symbol, id, {}}, clock.mono() + 10s);
  pass(100ms);
  return told.last<OrdersResult>();
}

OrdersResult World::ask_open() {
  venue->query(QueryOpenOrders{RequestId{++requests}, venue_case.symbol}, clock.mono() + 10s);
  pass(100ms);
  return told.last<OrdersResult>();
}

WriteResult World::with(sim::FaultKind kind, bool executed, int number, std::uint32_t after_s) {
  sim::RequestFault fault;
  fault.on = sim::RequestKind::place;
  fault.kind = kind;
  fault.executed = executed;
  fault.retry_after_s = after_s;
  far->faults().add(fault);
  return place(limit(Side::buy, "0.1"_q, "65000"_p, id_of(number)));
}

OrderReport World::report_of(const ClientOrderId& id) const {
  std::optional<OrderReport> report;
  for (const auto& each : told.of<OrderReport>())
    if (each.id == id) report = each;
  INFO(id.view());
  REQUIRE(report);
  return *report;
}

OrderStatus World::status_of(const ClientOrderId& id) const { return report_of(id).status; }

Quantity World::filled_of(const ClientOrderId& id) const {
  Quantity sum;
  for (const auto& each : told.of<FillReport>())
    if (each.id == id) sum += each.quantity;
  return sum;
}

void World::check_books() const {
  std::map<std::string, int> fills;
  for (const auto& fill : told.of<FillReport>())
    ++fills[fill.venue_id.str() + "/" + fill.trade_id.str()];
  std::set<std::string> trades;
  for (const auto& trade : far->engine().record().trades()) {
    if (trade.account != account) continue;
    const auto name = far->order_name(trade.order) + "/" + far->trade_name(trade);
    trades.insert(name);
    INFO(name);
    CHECK(fills[name] == 1);
  }
  CHECK(fills.size() == trades.size());
}

OrderSpec limit(Side side, Quantity quantity, Price price, const ClientOrderId& id) {
  return {.id = id, .side = side, .kind = OrderKind::limit, .quantity = quantity, .price = price};
}

OrderSpec at_market(Side side, Quantity quantity, const ClientOrderId& id) {
  return {.id = id, .side = side, .kind = OrderKind::market, .quantity = quantity, .price = {}};
}

OrderSpec stop(Side side, Quantity quantity, Price trigger, const ClientOrderId& id) {
  return {.id = id,
          .side = side,
          .kind = OrderKind::stop_market,
          .quantity = quantity,
          .price = {},
          .trigger_price = trigger};
}

OrderSpec target(Side side, Quantity quantity, Price trigger, const ClientOrderId& id) {
  return {.id = id,
          .side = side,
          .kind = OrderKind::take_profit_market,
          .quantity = quantity,
          .price = {},
          .trigger_price = trigger};
}

}  // namespace signalbox::conformance
