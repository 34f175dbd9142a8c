// Our connector without an engine: bursts of orders, and cancels.
#include <future>
#include <stdexcept>
#include <thread>

#include "actors/runtime/loop.hpp"
#include "app/on_loop.hpp"
#include "app/system_random.hpp"
#include "app/venues.hpp"
#include "bench/exchange.hpp"
#include "bench/parts.hpp"

namespace signalbox::bench {
namespace {

using namespace std::chrono_literals;

constexpr Duration wait_max = 20s;
constexpr Duration answer_within = 5s;
constexpr Duration all_up_within = 100ms;

/// Calls a venue from the venue's own loop, where orders are placed in the engine too, and again
/// some time after everything that was asked has been answered. Loop thread, but for `over`.
class Caller : public VenueSink {
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
  /// By client order id, without the warm-up; of a burst every order has the first call's time.
  const Sent& sent() const { return sent_; }

  void on(const WriteResult& r) override {
    if (r.outcome != Outcome::accepted) return finish("refused: " + std::string{r.detail.view()});
    answered(r);
  }
  void on(const LinkReport& r) override {
    if (r.state != LinkState::ready || std::exchange(begun_, true)) return;
    // The websocket for orders comes up beside the rest.
    loop_.timers().at(clock_.mono() + all_up_within, [this] { turn(); });
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

 protected:
  /// What is done once; the answers come to `answered`, the last of which calls `next`.
  virtual void ask() = 0;
  virtual void answered(const WriteResult& r) = 0;

  void next() {
    if (turns_ == warm_up + load_.count) return finish("");
    loop_.timers().at(clock_.mono() + load_.pace, [this] { turn(); });
  }
  void note(const ClientOrderId& id, MonoTime called) {
    if (turns_ > warm_up) sent_.emplace_back(id.str(), called);
  }
  Venue& venue() { return *venue_; }
  const Clock& clock() const { return clock_; }
  unsigned block() const { return load_.block; }

 private:
  void turn() {
    ++turns_;
    ask();
  }
  void finish(std::string why) {
    if (!std::exchange(finished_, true)) over_.set_value(std::move(why));
  }

  Loop& loop_;
  const Clock& clock_;
  Load load_;
  std::unique_ptr<Venue> venue_;
  unsigned turns_ = 0;
  bool begun_ = false;
  bool finished_ = false;
  Sent sent_;
  std::promise<std::string> over_;
};

class Burst final : public Caller {
 public:
  Burst(Loop& loop, const Clock& clock, const Load& load, unsigned size)
      : Caller(loop, clock, load), size_(size) {}

 private:
  void ask() override {
    std::vector<PlaceOrders> orders;
    orders.reserve(size_);
    for (unsigned i = 0; i < size_; ++i)
      orders.push_back(sample_order("connector", block(), number_++));
    waiting_ = size_;
    const auto called = clock().mono();
    for (const auto& each : orders) venue().place(each, called + answer_within);
    for (const auto& each : orders) note(each.orders[0].id, called);
  }
  void answered(const WriteResult&) override {
    if (--waiting_ == 0) next();
  }

  unsigned size_;
  unsigned number_ = 0;
  unsigned waiting_ = 0;
};

class Cancels final : public Caller {
 public:
  using Caller::Caller;

 private:
  void ask() override {
    auto order = sample_order("cancels", block(), number_++);
    order.orders[0].kind = OrderKind::limit;
    order.orders[0].price = Price{50'000};
    standing_ = order.orders[0].id;
    venue().place(order, clock().mono() + answer_within);
  }
  void answered(const WriteResult& r) override {
    if (!standing_) return next();
    const auto id = *std::exchange(standing_, std::nullopt);
    CancelOrder cancel{.request = RequestId{++cancels_ << 32}, .symbol = Symbol{"BTC/USDT"}};
    cancel.id = id;
    if (!r.orders.empty()) cancel.venue_id = r.orders[0].venue_id;
    const auto called = clock().mono();
    venue().cancel(cancel, called + answer_within);
    note(id, called);
  }

  unsigned number_ = 0;
  std::uint64_t cancels_ = 0;
  std::optional<ClientOrderId> standing_;
};

template <class Kind, class... More>
std::pair<Sent, Seen> drive(const Clock& clock, const Load& load, OrderEntry by, More... more) {
  LocalExchange exchange{clock};
  SystemRandom random;
  auto config = exchange.account("connector");
  config.trade_by_websocket = by == OrderEntry::websocket;
  auto maker = native_venues()(config).value();
  Loop loop{{.name = "hot"}};
  Kind caller{loop, clock, load, more...};
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
  const auto failure = in_time ? over.get() : "not all was answered in time";
  if (!failure.empty()) throw std::runtime_error("connector: " + failure);
  return {caller.sent(), exchange.look()};
}

}  // namespace

void measure_connector(const Clock& clock, const Load& load, OrderEntry by, unsigned burst,
                       Durations& into) {
  const auto [sent, seen] = drive<Burst>(clock, load, by, burst);
  join(sent, seen.accepted, burst, into);
}

void measure_cancel(const Clock& clock, const Load& load, OrderEntry by, Durations& into) {
  const auto [sent, seen] = drive<Cancels>(clock, load, by);
  join(sent, seen.cancelled, 1, into);
}

}  // namespace signalbox::bench
