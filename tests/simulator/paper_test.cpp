#include "simulator/paper/paper_venue.hpp"

#include <variant>

#include "tests/simulator/desk.hpp"
#include "tests/simulator/virtual_world.hpp"

using namespace signalbox;
using namespace signalbox::simulator;
using namespace signalbox::simulator::test;
using namespace std::chrono_literals;

namespace {

/// Writes down what the venue says; complains when it is said from inside a call.
struct Listener : VenueSink {
  template <class T>
  void take(const T& message) {
    CHECK_FALSE(inside_call);
    order.push_back(message);
  }
  void on(const WriteResult& r) override { take(r); }
  void on(const OrdersResult& r) override { take(r); }
  void on(const FillsResult& r) override { take(r); }
  void on(const BalancesResult& r) override { take(r); }
  void on(const PositionsResult& r) override { take(r); }
  void on(const TickerResult& r) override { take(r); }
  void on(const LinkReport& r) override { take(r); }
  void on(const InstrumentsReport& r) override { take(r); }
  void on(const OrderReport& r) override { take(r); }
  void on(const FillReport& r) override { take(r); }
  void on(const BalancesReport& r) override { take(r); }
  void on(const Tick& t) override { take(t); }

  template <class T>
  std::vector<T> all() const {
    std::vector<T> found;
    for (const auto& each : order)
      if (const auto* t = std::get_if<T>(&each)) found.push_back(*t);
    return found;
  }

  bool inside_call = false;
  std::vector<std::variant<WriteResult, OrdersResult, FillsResult, BalancesResult, PositionsResult,
                           TickerResult, LinkReport, InstrumentsReport, OrderReport, FillReport,
                           BalancesReport, Tick>>
      order;
};

struct PaperDesk : Desk, VirtualWorld {
  explicit PaperDesk(PaperOptions options = {})
      : venue(engine, account, clock, timers, with(options)) {
    venue.start(sink);
    run();
  }
  PaperOptions with(PaperOptions o) {
    o.faults = &faults;
    engine.set_hooks(&faults);
    return o;
  }
  template <class Request>
  void ask(const Request& request, Duration within = 2s) {
    sink.inside_call = true;
    if constexpr (std::is_same_v<Request, PlaceOrders>)
      venue.place(request, clock.mono() + within);
    else if constexpr (std::is_same_v<Request, CancelOrder>)
      venue.cancel(request, clock.mono() + within);
    else if constexpr (std::is_same_v<Request, AmendOrder>)
      venue.amend(request, clock.mono() + within);
    else if constexpr (std::is_same_v<Request, SubscribeTicker>)
      venue.subscribe(request, clock.mono() + within);
    else
      venue.query(request, clock.mono() + within);
    sink.inside_call = false;
  }
  void pass_time(Duration d) { VirtualWorld::pass(d); }
  void market(std::string_view p) {
    engine.move_to(Desk::market, price(p), qty("5"), clock.wall());
  }

  PlaceOrders one(OrderSpec spec) {
    PlaceOrders p;
    p.request = RequestId{++requests};
    p.symbol = Symbol{"BTC/USDT"};
    p.orders = {spec};
    p.valid_for = 2s;
    return p;
  }
  static ClientOrderId id_of(LegKind leg, std::uint32_t generation = 0) {
    return client_order_id(Book{"abcd"}, SignalHash{"0123456789"}, {leg, 0}, generation);
  }
  static OrderSpec buy(std::string_view q) {
    OrderSpec s;
    s.id = id_of(LegKind::entry);
    s.quantity = qty(q);
    return s;
  }
  static OrderSpec stop(std::string_view q, std::string_view at) {
    OrderSpec s;
    s.id = id_of(LegKind::stop);
    s.side = Side::sell;
    s.kind = OrderKind::stop_market;
    s.quantity = qty(q);
    s.trigger_price = price(at);
    return s;
  }
  static OrderSpec target(std::string_view q, std::string_view at) {
    OrderSpec s;
    s.id = id_of(LegKind::target);
    s.side = Side::sell;
    s.kind = OrderKind::limit;
    s.quantity = qty(q);
    s.price = price(at);
    return s;
  }

  FaultPlan faults{7};
  Listener sink;
  PaperVenue venue;
  std::uint64_t requests = 0;
};

}  // namespace

SCENARIO("a paper venue comes up with instruments and balances before it is ready", "[paper]") {
  PaperDesk desk;
  const auto links = desk.sink.all<LinkReport>();
  REQUIRE(links.size() == 2);
  CHECK(links[0].state == LinkState::connecting);
  CHECK(links[1].state == LinkState::ready);
  REQUIRE(desk.sink.all<InstrumentsReport>().size() == 1);
  CHECK(desk.sink.all<InstrumentsReport>()[0].instruments[0].fee_in_base);
  CHECK(std::holds_alternative<LinkReport>(desk.sink.order.back()));
}

SCENARIO("each request has one result, with the latency there and back", "[paper]") {
  PaperDesk desk{{.latency_there = 3ms, .latency_back = 4ms}};
  desk.pass_time(10ms);
  desk.sink.order.clear();
  const auto request = desk.one(PaperDesk::buy("2"));
  desk.ask(request);

  desk.pass_time(2ms);
  CHECK(desk.engine.orders().all().empty());
  desk.pass_time(1ms);
  CHECK(desk.engine.orders().all().size() == 1);
  desk.pass_time(3ms);
  CHECK(desk.sink.order.empty());
  desk.pass_time(1ms);
  const auto results = desk.sink.all<WriteResult>();
  REQUIRE(results.size() == 1);
  CHECK(results[0].outcome == Outcome::accepted);
  CHECK(results[0].request == request.request);
  CHECK(results[0].orders[0].status == OrderStatus::filled);
  const auto fills = desk.sink.all<FillReport>();
  REQUIRE(fills.size() == 1);
  CHECK(fills[0].id == PaperDesk::id_of(LegKind::entry));
  CHECK(fills[0].fee == num("0.004"));
  CHECK(fills[0].fee_asset == Asset{"BTC"});
  desk.pass_time(10s);
  CHECK(desk.sink.all<WriteResult>().size() == 1);
}

SCENARIO("stop and target stand as a pair, one fills, the other goes", "[paper]") {
  PaperDesk desk;
  auto request = desk.one(PaperDesk::stop("2", "90"));
  request.linkage = Linkage::one_cancels_other;
  request.orders.push_back(PaperDesk::target("2", "110"));
  desk.ask(request);
  desk.run();
  REQUIRE(desk.sink.all<WriteResult>().back().outcome == Outcome::accepted);
  desk.sink.order.clear();

  desk.market("110.01");
  desk.run();
  const auto reports = desk.sink.all<OrderReport>();
  REQUIRE(reports.size() == 2);
  CHECK(reports[0].id == PaperDesk::id_of(LegKind::stop));
  CHECK(reports[0].status == OrderStatus::expired);
  CHECK(reports[1].status == OrderStatus::filled);
  CHECK(reports[1].parent_id == reports[0].parent_id);
  CHECK_FALSE(reports[1].parent_id.empty());
}

SCENARIO("refusals carry their class", "[paper]") {
  PaperDesk desk;
  const auto refusal = [&](OrderSpec spec) {
    desk.ask(desk.one(spec));
    desk.run();
    const auto result = desk.sink.all<WriteResult>().back();
    CHECK(result.outcome == Outcome::refused);
    return result.refusal;
  };
  CHECK(refusal(PaperDesk::stop("2", "105")) == Refusal::would_trigger);
  CHECK(refusal(PaperDesk::stop("200", "90")) == Refusal::precision);
  CHECK(refusal(PaperDesk::stop("20", "90")) == Refusal::insufficient_funds);
  auto by_mark = PaperDesk::stop("2", "90");
  by_mark.trigger = Trigger::mark;
  CHECK(refusal(by_mark) == Refusal::unsupported);

  CancelOrder cancel{.request = RequestId{99},
                     .symbol = Symbol{"BTC/USDT"},
                     .id = PaperDesk::id_of(LegKind::close)};
  desk.ask(cancel);
  desk.run();
  CHECK(desk.sink.all<WriteResult>().back().refusal == Refusal::not_found);
}

SCENARIO("an answer that is lost is unknown, whether the venue acted or not", "[paper]") {
  const bool executed = GENERATE(true, false);
  PaperDesk desk;
  desk.faults.add(RequestFault{.on = RequestKind::place, .executed = executed});
  desk.ask(desk.one(PaperDesk::buy("2")));
  desk.run();
  CHECK(desk.sink.all<WriteResult>().back().outcome == Outcome::unknown);
  CHECK(desk.engine.orders().all().size() == (executed ? 1 : 0));

  desk.ask(QueryOrder{.request = RequestId{50},
                      .symbol = Symbol{"BTC/USDT"},
                      .id = PaperDesk::id_of(LegKind::entry)});
  desk.run();
  const auto found = desk.sink.all<OrdersResult>().back();
  CHECK(found.outcome == (executed ? Outcome::accepted : Outcome::refused));
}

SCENARIO("a silent venue leaves the deadline to answer", "[paper]") {
  PaperDesk desk;
  desk.faults.add(RequestFault{.kind = FaultKind::silent, .executed = true});
  desk.ask(desk.one(PaperDesk::buy("2")), 500ms);
  desk.pass_time(499ms);
  CHECK(desk.sink.all<WriteResult>().empty());
  desk.pass_time(1ms);
  REQUIRE(desk.sink.all<WriteResult>().size() == 1);
  CHECK(desk.sink.all<WriteResult>()[0].outcome == Outcome::unknown);
}

SCENARIO("a late answer after the deadline is not a second result", "[paper]") {
  PaperDesk desk;
  desk.faults.add(RequestFault{.kind = FaultKind::slow, .delay = 3s});
  desk.ask(desk.one(PaperDesk::buy("2")), 1s);
  desk.pass_time(10s);
  REQUIRE(desk.sink.all<WriteResult>().size() == 1);
  CHECK(desk.sink.all<WriteResult>()[0].outcome == Outcome::unknown);
  CHECK(desk.engine.orders().all().size() == 1);
}

SCENARIO("a request that arrives after its validity is refused", "[paper]") {
  PaperDesk desk{{.latency_there = 50ms}};
  desk.pass_time(1s);
  auto request = desk.one(PaperDesk::buy("2"));
  request.valid_for = 20ms;
  desk.ask(request);
  desk.pass_time(1s);
  CHECK(desk.sink.all<WriteResult>().back().refusal == Refusal::clock);
  CHECK(desk.engine.orders().all().empty());
}

SCENARIO("planned faults hold fills back and refuse stops", "[paper]") {
  PaperDesk desk;
  desk.faults.add(FillFault{.side = Side::buy, .per_step = qty("0.5")});
  auto entry = PaperDesk::buy("2");
  entry.kind = OrderKind::limit;
  entry.price = price("101");
  desk.ask(desk.one(entry));
  desk.run();
  CHECK(desk.sink.all<FillReport>().size() == 1);
  desk.market("100.5");
  desk.run();
  CHECK(desk.sink.all<FillReport>().size() == 2);

  desk.faults.add(RequestFault{.stops_only = true, .times = 2, .kind = FaultKind::refused});
  for (int i = 0; i < 3; ++i) {
    desk.ask(desk.one(PaperDesk::stop("1", "90")));
    desk.run();
  }
  const auto results = desk.sink.all<WriteResult>();
  CHECK(results[1].outcome == Outcome::refused);
  CHECK(results[2].outcome == Outcome::refused);
  CHECK(results[3].outcome == Outcome::accepted);
}

SCENARIO("a cut stream is stale, then ready again with the fills it missed", "[paper]") {
  PaperDesk desk;
  auto entry = PaperDesk::buy("2");
  entry.kind = OrderKind::limit;
  entry.price = price("95");
  desk.ask(desk.one(entry));
  desk.run();
  desk.venue.cut(100ms);
  desk.run();
  desk.market("94");
  desk.pass_time(99ms);
  CHECK(desk.sink.all<FillReport>().empty());
  CHECK(desk.sink.all<LinkReport>().back().state == LinkState::stale);
  desk.pass_time(1ms);
  CHECK(desk.sink.all<FillReport>().size() == 1);
  CHECK(desk.sink.all<LinkReport>().back().state == LinkState::ready);
  CHECK(desk.sink.all<LinkReport>().back().generation == 2);
}

SCENARIO("events can be lost, doubled and swapped", "[paper]") {
  PaperDesk desk;
  desk.sink.order.clear();
  const auto [kind, expected] = GENERATE(table<StreamFaultKind, std::vector<OrderStatus>>({
      {StreamFaultKind::drop, {OrderStatus::filled}},
      {StreamFaultKind::twice, {OrderStatus::working, OrderStatus::working, OrderStatus::filled}},
      {StreamFaultKind::swap, {OrderStatus::filled, OrderStatus::working}},
  }));
  desk.faults.add(StreamFault{.kind = kind});
  desk.ask(desk.one(PaperDesk::buy("2")));
  desk.run();
  std::vector<OrderStatus> seen;
  for (const auto& r : desk.sink.all<OrderReport>()) seen.push_back(r.status);
  CHECK(seen == expected);
}

SCENARIO("stopping ends every request: unknown once it was on its way", "[paper]") {
  PaperDesk desk{{.latency_there = 5ms}};
  desk.pass_time(1s);
  desk.sink.order.clear();
  desk.ask(desk.one(PaperDesk::buy("2")));
  desk.sink.inside_call = true;
  desk.venue.stop();
  desk.sink.inside_call = false;
  desk.ask(desk.one(PaperDesk::buy("2")));
  desk.pass_time(1s);
  const auto results = desk.sink.all<WriteResult>();
  REQUIRE(results.size() == 2);
  CHECK(results[0].outcome == Outcome::unknown);
  CHECK(results[1].refusal == Refusal::not_sent);
}

SCENARIO("tickers come to those who asked", "[paper]") {
  PaperDesk desk;
  desk.market("102");
  desk.run();
  CHECK(desk.sink.all<Tick>().empty());
  desk.ask(SubscribeTicker{.request = RequestId{5}, .symbol = Symbol{"BTC/USDT"}});
  desk.run();
  REQUIRE(desk.sink.all<TickerResult>().size() == 1);
  desk.market("103");
  desk.run();
  REQUIRE(desk.sink.all<Tick>().size() == 1);
  CHECK(desk.sink.all<Tick>()[0].bid == price("102.99"));
}
