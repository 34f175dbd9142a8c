// Both ends of the connection port as a running system has them: two loops, ZeroMQ between them.
#include <catch2/catch.hpp>
#include <condition_variable>
#include <mutex>
#include <thread>

#include "actors/runtime/steady_clock.hpp"
#include "app/connection_host.hpp"
#include "app/connection_port.hpp"
#include "app/on_loop.hpp"
#include "messages/catalog.hpp"
#include "messages/codec.hpp"
#include "tests/bus/raw_peer.hpp"
#include "tests/remote/port_world.hpp"
#include "tests/runtime/waiting.hpp"

using namespace signalbox;
using namespace signalbox::test;
using namespace std::chrono_literals;

namespace {

constexpr auto bound = 20s;
const AccountName main_account{"main"};

/// A sink on one thread that a test waits for on another.
class AwaitedSink final : public VenueSink {
 public:
  using Condition = std::function<bool(const NotedSink&)>;
  bool await(const Condition& condition) {
    std::unique_lock lock{mutex_};
    return changed_.wait_for(lock, bound, [&] { return condition(noted_); });
  }
  bool await_link(LinkState state, std::size_t nth = 1) {
    return await([&](const NotedSink& s) {
      const auto links = s.all<LinkReport>();
      return links.size() >= 1 && links.back().state == state &&
             static_cast<std::size_t>(std::count_if(links.begin(), links.end(), [&](const auto& l) {
               return l.state == state;
             })) >= nth;
    });
  }
  NotedSink noted() {
    const std::lock_guard lock{mutex_};
    return noted_;
  }

  void on(const WriteResult& r) override { note(r); }
  void on(const OrdersResult& r) override { note(r); }
  void on(const FillsResult& r) override { note(r); }
  void on(const BalancesResult& r) override { note(r); }
  void on(const PositionsResult& r) override { note(r); }
  void on(const TickerResult& r) override { note(r); }
  void on(const LinkReport& r) override { note(r); }
  void on(const InstrumentsReport& r) override { note(r); }
  void on(const OrderReport& r) override { note(r); }
  void on(const FillReport& r) override { note(r); }
  void on(const BalancesReport& r) override { note(r); }
  void on(const Tick& r) override { note(r); }

 private:
  template <class T>
  void note(const T& said) {
    const std::lock_guard lock{mutex_};
    noted_.on(said);
    changed_.notify_all();
  }
  std::mutex mutex_;
  std::condition_variable changed_;
  NotedSink noted_;
};

/// Ready at once; cancels are accepted, places never answered.
class WillingVenue final : public Venue {
 public:
  WillingVenue(const VenueSeams& seams, Tally& places)
      : clock_(seams.clock), timers_(seams.timers), places_(places), can_(some_capabilities()) {}

  const Capabilities& capabilities() const override { return can_; }
  void start(VenueSink& sink) override {
    sink_ = &sink;
    later([this] { sink_->on(LinkReport{.state = LinkState::ready, .generation = 1}); });
  }
  void stop() override {}
  void place(const PlaceOrders&, MonoTime) override { places_.add(); }
  void cancel(const CancelOrder& r, MonoTime) override {
    later([this, id = r.request] {
      sink_->on(WriteResult{.request = id, .outcome = Outcome::accepted});
    });
  }
  void amend(const AmendOrder&, MonoTime) override {}
  void query(const QueryOrder&, MonoTime) override {}
  void query(const QueryOpenOrders&, MonoTime) override {}
  void query(const QueryFills&, MonoTime) override {}
  void query(const QueryBalances&, MonoTime) override {}
  void query(const QueryPositions&, MonoTime) override {}
  void query(const QueryTicker&, MonoTime) override {}
  void subscribe(const SubscribeTicker&, MonoTime) override {}

 private:
  void later(std::function<void()> call) { timers_.at(clock_.mono(), std::move(call)); }
  const Clock& clock_;
  Timers& timers_;
  Tally& places_;
  Capabilities can_;
  VenueSink* sink_ = nullptr;
};

struct EngineEnd {
  explicit EngineEnd(std::uint64_t epoch, const std::string& address = "tcp://127.0.0.1:*") {
    context = *BusContext::open();
    thread = std::thread{[this] { loop.run(); }};
    on_loop(loop, [&] {
      auto opened =
          ConnectionPort::open(context, loop, clock, {.listen = {{address}, {}, {}}}, epoch);
      if (!opened) return;
      port = std::move(*opened);
      open_venue();
    });
    REQUIRE(port);
  }
  ~EngineEnd() {
    on_loop(loop, [&] {
      venue.reset();
      port.reset();
    });
    loop.stop();
    thread.join();
  }
  void open_venue() {
    venue.reset();
    venue = port->make_venue(main_account, false, some_capabilities());
    venue->start(sink);
  }
  void cancel(std::uint64_t request, std::uint64_t epoch) {
    on_loop(loop, [&] { venue->cancel(a_cancel(request, epoch), clock.mono() + 10s); });
  }
  void place(std::uint64_t request, std::uint64_t epoch) {
    on_loop(loop, [&] { venue->place(an_entry(request, epoch), clock.mono() + 10s); });
  }
  std::string address() const { return port->addresses().front(); }

  SteadyClock clock;
  std::shared_ptr<BusContext> context;
  Loop loop{LoopOptions{.name = "engine"}};
  std::thread thread;
  AwaitedSink sink;
  std::unique_ptr<ConnectionPort> port;
  std::unique_ptr<Venue> venue;
};

struct HostEnd {
  explicit HostEnd(const std::string& engine) {
    ConnectionHostOptions options;
    options.account.name = main_account;
    options.engine = engine;
    options.log = [this](std::string_view text) {
      const std::lock_guard lock{mutex};
      lines.emplace_back(text);
      changed.notify_all();
    };
    auto started = ConnectionHost::start(
        std::move(options), [this](const AccountConfig&) -> Result<VenueMaker> {
          return VenueMaker{some_capabilities(),
                            [this](const AccountConfig&,
                                   const VenueSeams& seams) -> Result<std::unique_ptr<Venue>> {
                              return std::make_unique<WillingVenue>(seams, places);
                            }};
        });
    REQUIRE(started);
    host = std::move(*started);
  }
  bool await_log(std::string_view words) {
    std::unique_lock lock{mutex};
    return changed.wait_for(lock, bound, [&] {
      return std::any_of(lines.begin(), lines.end(),
                         [&](const auto& line) { return line.find(words) != line.npos; });
    });
  }
  Tally places;
  std::mutex mutex;
  std::condition_variable changed;
  std::vector<std::string> lines;
  std::unique_ptr<ConnectionHost> host;
};

template <class F>
bool eventually(F condition) {
  const auto until = std::chrono::steady_clock::now() + bound;
  while (!condition()) {
    if (std::chrono::steady_clock::now() > until) return false;
    std::this_thread::yield();
  }
  return true;
}

bool has_result(const NotedSink& s, std::uint64_t request, Outcome outcome) {
  for (const auto& r : s.all<WriteResult>())
    if (r.request == RequestId{request}) return r.outcome == outcome;
  return false;
}

}  // namespace

SCENARIO("a venue in another thread serves an engine over sockets", "[remote][bus]") {
  EngineEnd engine{7};
  auto host = std::make_unique<HostEnd>(engine.address());
  REQUIRE(engine.sink.await_link(LinkState::ready));
  engine.cancel(1, 7);
  CHECK(engine.sink.await([](const auto& s) { return has_result(s, 1, Outcome::accepted); }));

  GIVEN("a request that the venue has got") {
    engine.place(2, 7);
    REQUIRE(host->places.reaches(1));

    WHEN("the process ends, and another takes its place") {
      host.reset();
      CHECK(engine.sink.await_link(LinkState::down));
      CHECK(engine.sink.await([](const auto& s) { return has_result(s, 2, Outcome::unknown); }));
      engine.cancel(3, 7);
      CHECK(engine.sink.await([](const auto& s) { return has_result(s, 3, Outcome::refused); }));
      host = std::make_unique<HostEnd>(engine.address());
      THEN("it serves the engine") {
        REQUIRE(engine.sink.await_link(LinkState::ready, 2));
        engine.cancel(4, 7);
        CHECK(engine.sink.await([](const auto& s) { return has_result(s, 4, Outcome::accepted); }));
        CHECK(host->places.count() == 0);
      }
    }
    WHEN("the engine's connection is made anew") {
      on_loop(engine.loop, [&] { engine.open_venue(); });
      THEN("the process is found again without having to say so") {
        REQUIRE(engine.sink.await_link(LinkState::ready, 2));
        engine.cancel(2, 7);
        CHECK(engine.sink.await([](const auto& s) { return has_result(s, 2, Outcome::accepted); }));
      }
    }
  }
}

SCENARIO("an engine that is started again finds its connection", "[remote][bus][I12]") {
  auto engine = std::make_unique<EngineEnd>(7);
  const auto address = engine->address();
  HostEnd host{address};
  REQUIRE(engine->sink.await_link(LinkState::ready));
  engine.reset();
  CHECK(host.await_log("the engine is gone"));
  engine = std::make_unique<EngineEnd>(8, address);
  REQUIRE(engine->sink.await_link(LinkState::ready));
  engine->cancel(1, 8);
  CHECK(engine->sink.await([](const auto& s) { return has_result(s, 1, Outcome::accepted); }));
}

SCENARIO("of two processes for one account the first serves it", "[remote][bus]") {
  EngineEnd engine{7};
  auto first = std::make_unique<HostEnd>(engine.address());
  REQUIRE(engine.sink.await_link(LinkState::ready));
  HostEnd second{engine.address()};
  CHECK(second.await_log("busy"));
  CHECK(engine.sink.noted().all<LinkReport>().back().state == LinkState::ready);

  first.reset();
  THEN("the other takes over when it is gone") {
    CHECK(engine.sink.await_link(LinkState::ready, 2));
    CHECK(second.await_log("serving an engine of epoch 7"));
  }
}

SCENARIO("strangers at the port are told what is wrong, and change nothing", "[remote][bus]") {
  EngineEnd engine{7};
  HostEnd host{engine.address()};
  REQUIRE(engine.sink.await_link(LinkState::ready));

  RawPeer peer{RawPeer::Kind::dealer};
  peer.connect(engine.address());
  const auto refusal = [&](const Frames& frames) -> std::string {
    REQUIRE(eventually([&] { return peer.send(frames); }));
    std::string reason;
    REQUIRE(eventually([&] {
      const auto reply = peer.receive();
      if (!reply || reply->size() != 3 || (*reply)[1] != "refused") return false;
      const auto refused = decode<ConnectionRefused>((*reply)[2]);
      REQUIRE(refused);
      reason = name_of(refused->reason);
      return true;
    }));
    return reason;
  };
  CHECK(refusal({"SB1", "fill", encoded(PortReport<FillReport>{1, {}, a_fill("t1")})}) ==
        "no_hello");
  CHECK(refusal({"SB1", "hello", "\x80"}) == "malformed");
  CHECK(refusal({"nonsense"}) == "malformed");
  CHECK(refusal({"SB1", "hello",
                 encoded(ConnectionHello{.account = AccountName{"other"},
                                         .capabilities = some_capabilities()})}) == "account");
  CHECK(refusal({"SB1", "hello",
                 encoded(ConnectionHello{.account = main_account,
                                         .capabilities = some_capabilities()})}) == "busy");

  const auto noted = engine.sink.noted();
  CHECK(noted.all<FillReport>().empty());
  CHECK(noted.all<LinkReport>().back().state == LinkState::ready);
}
