// The two that place orders without an engine: the floor, and our connector alone.
#include <future>
#include <stdexcept>
#include <thread>

#include "actors/runtime/loop.hpp"
#include "app/on_loop.hpp"
#include "app/system_random.hpp"
#include "app/venues.hpp"
#include "bench/exchange.hpp"
#include "bench/floor_client.hpp"
#include "bench/parts.hpp"
#include "connectors/binance/requests.hpp"

namespace signalbox::bench {
namespace {

using namespace std::chrono_literals;

constexpr Duration wait_max = 10s;

using Sent = std::vector<std::pair<std::string, MonoTime>>;

void join(const Sent& sent, const Seen& seen, Durations& into) {
  for (const auto& [id, called] : sent) {
    const auto at = seen.accepted.find(id);
    if (at == seen.accepted.end()) throw std::runtime_error("an order is not in the record");
    into.push_back(at->second - called);
  }
}

/// Places one order after the other, each some time after the answer to the one before, from the
/// venue's own loop, where orders are placed in the engine too. Loop thread, but for `over`.
class Caller final : public VenueSink {
 public:
  Caller(Loop& loop, const Clock& clock, const Load& load)
      : loop_(loop), clock_(clock), load_(load) {}

  void begin(std::unique_ptr<Venue> venue) {
    venue_ = std::move(venue);
    venue_->start(*this);
  }
  void end() {
    venue_->stop();
    venue_.reset();
  }
  /// When all are answered; why not, if so.
  std::future<std::string> over() { return over_.get_future(); }
  const Sent& sent() const { return sent_; }

  void on(const WriteResult& r) override {
    if (r.outcome != Outcome::accepted) return over_.set_value("an order was refused");
    if (number_ == warm_up + load_.count) return over_.set_value("");
    loop_.timers().at(clock_.mono() + load_.pace, [this] { place(); });
  }
  void on(const LinkReport& r) override {
    if (r.state == LinkState::ready && number_ == 0) place();
  }
  void on(const OrdersResult&) override {}
  void on(const FillsResult&) override {}
  void on(const BalancesResult&) override {}
  void on(const PositionsResult&) override {}
  void on(const TickerResult&) override {}
  void on(const InstrumentsReport&) override {}
  void on(const OrderReport&) override {}
  void on(const FillReport&) override {}
  void on(const BalancesReport&) override {}
  void on(const Tick&) override {}

 private:
  void place() {
    const auto order = sample_order("connector", load_.block, number_++);
    const auto called = clock_.mono();
    venue_->place(order, called + 5s);
    if (number_ > warm_up) sent_.emplace_back(order.orders[0].id.str(), called);
  }

  Loop& loop_;
  const Clock& clock_;
  Load load_;
  std::unique_ptr<Venue> venue_;
  unsigned number_ = 0;
  Sent sent_;
  std::promise<std::string> over_;
};

}  // namespace

PlaceOrders sample_order(const char* who, unsigned block, unsigned number) {
  const auto key = signal_hash(AccountName{who}, StrategyName{"bench"},
                               SignalId{std::to_string(block) + "-" + std::to_string(number)});
  PlaceOrders place{.request = RequestId{number + 1}, .symbol = Symbol{"BTC/USDT"}};
  place.orders.push_back(OrderSpec{.id = client_order_id(Book{"bnch"}, key, {LegKind::entry, 0}, 0),
                                   .side = Side::buy,
                                   .kind = OrderKind::market,
                                   .quantity = Quantity{Decimal::parse("0.001").value()}});
  place.valid_for = 2s;
  return place;
}

void measure_floor(const Clock& clock, const Load& load, Durations& into) {
  LocalExchange exchange{clock};
  FloorClient client{exchange.port(), exchange.ca_file()};
  const auto key = Secret::take("simulatorKey");
  const auto secret = Secret::take("simulatorSecret");
  binance::RequestWriter writer{"127.0.0.1:" + std::to_string(exchange.port()), key, secret};
  binance::Market market;
  market.instrument = simulator::example_market().instrument;
  market.wire = "BTCUSDT";
  Sent sent;
  for (unsigned n = 0; n < warm_up + load.count; ++n) {
    const auto place = sample_order("floor", load.block, n);
    const auto bytes = writer.place(place, market, exchange.wall_now());
    if (!bytes) throw std::runtime_error("floor: the order cannot be written");
    const auto called = clock.mono();
    client.write(*bytes);
    client.read_answer();
    if (n >= warm_up) sent.emplace_back(place.orders[0].id.str(), called);
    std::this_thread::sleep_for(load.pace);
  }
  join(sent, exchange.look(), into);
}

void measure_connector(const Clock& clock, const Load& load, Durations& into) {
  LocalExchange exchange{clock};
  SystemRandom random;
  const auto config = exchange.account("connector");
  auto maker = native_venues()(config).value();
  Loop loop{{.name = "hot"}};
  Caller caller{loop, clock, load};
  auto over = caller.over();
  std::thread thread{[&] { loop.run(); }};
  on_loop(loop, [&] {
    caller.begin(
        std::move(maker.make(config, VenueSeams{loop, clock, loop.timers(), random}).value()));
  });
  const bool in_time = over.wait_for(wait_max) == std::future_status::ready;
  on_loop(loop, [&] { caller.end(); });
  loop.stop();
  thread.join();
  const auto failure = in_time ? over.get() : "the connector's orders were not answered in time";
  if (!failure.empty()) throw std::runtime_error(failure);
  join(caller.sent(), exchange.look(), into);
}

}  // namespace signalbox::bench
