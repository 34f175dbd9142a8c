// The connection in a process of its own, killed in the middle of a bracket. The simulated
// exchange lives in this process, so its record outlasts everything and is the judge.
#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>
#include <map>
#include <thread>

#include "actors/runtime/steady_clock.hpp"
#include "app/config.hpp"
#include "app/engine.hpp"
#include "bus/client.hpp"
#include "connectors/binance/binance.hpp"
#include "messages/catalog.hpp"
#include "messages/codec.hpp"
#include "messages/event_header.hpp"
#include "simulator/engine/cover.hpp"
#include "simulator/server/simulator_server.hpp"
#include "tests/app/config_kit.hpp"
#include "tests/bus/child.hpp"

using namespace signalbox;
using namespace signalbox::test;
using namespace std::chrono_literals;

namespace {

/// For everything waited for: reached only when something is broken.
constexpr Duration patience = 40s;

Decimal dec(std::string_view text) { return Decimal::parse(text).value(); }

/// Enough for a busy machine to start a process; the exchange's own faults decide what is tested.
constexpr auto cover_section =
    "[account.cover]\ncover_within = \"20s\"\nflatten_within = \"20s\"\n";

std::string configuration(std::uint16_t port, const std::string& ca_file) {
  const auto at = "://127.0.0.1:" + std::to_string(port) + "\"\n";
  return "[engine]\nruntime_directory = \"run\"\njournal_directory = \"journal\"\n"
         "[[account]]\nname = \"main\"\nvenue = \"binance\"\nprocess = \"own\"\n"
         "symbols = [\"BTC/USDT\"]\n"
         "api_key = { file = \"key\" }\napi_secret = { file = \"secret\" }\n"
         "[account.hosts]\nrest = \"https" +
         at + "market_ws = \"wss" + at + "user_ws = \"wss" + at + "ca_file = \"" + ca_file +
         "\"\n[account.limits]\nmax_order_notional = \"2000\"\nmax_account_notional = \"5000\"\n"
         "max_signal_age = \"1h\"\nmax_ticker_age = \"1h\"\n" +
         cover_section;
}

/// What the exchange holds of our orders.
struct Books {
  std::map<LegKind, int> placed;
  std::map<LegKind, int> open;
  std::size_t trades = 0;
  Quantity held;
  Duration uncovered{};
};

class Rig {
 public:
  Rig() {
    server_ = std::move(
        simulator::SimulatorServer::start({.ca_path = (folder_.path() / "ca.pem").string()}, clock_)
            .value());
    move_to(60'000);
    folder_.write("key", "simulatorKey\n");
    folder_.write("secret", "simulatorSecret\n");
    config_file_ =
        folder_.write("signalbox.toml", configuration(server_->tls_port(), server_->ca_path()));
    auto config = load_config(config_file_);
    if (!config) FAIL(config.error().front().text("signalbox.toml"));
    auto engine = Engine::start(std::move(*config), [](const AccountConfig&) -> Result<VenueMaker> {
      return VenueMaker{
          .capabilities = binance_spot_capabilities(binance::Network::live),
          .make = [](const AccountConfig&, const VenueSeams&) -> Result<std::unique_ptr<Venue>> {
            return failed(Fault::internal, "the engine connects nothing itself");
          }};
    });
    if (!engine) FAIL(engine.error().what);
    engine_ = std::move(*engine);
    context_ = BusContext::open().value();
    commands_ = CommandClient::connect(context_, engine_->addresses().commands.at(0)).value();
    events_ = EventReader::connect(context_, engine_->addresses().events.at(0)).value();
    events_->subscribe("");
  }

  void start_connection() {
    connection_.emplace(std::vector<std::string>{SIGNALBOX_PROGRAM, "connection", "-c",
                                                 config_file_.string(), "--account", "main"});
  }
  void kill_connection() {
    connection_->kill();
    REQUIRE(eventually([&] { return connection_->ended().has_value(); }));
  }
  void await_link(LinkState state) {
    for (const auto until = clock_.mono() + patience;;) {
      REQUIRE(clock_.mono() < until);
      const Status status{.id = SignalId{"status-" + std::to_string(++asked_)}};
      if (answer<StatusAnswer>(status).accounts.at(0).link == state) return;
    }
  }
  /// Sends one until risk takes it: READY reaches risk a moment after it is announced.
  SignalId buy() {
    const auto until = clock_.mono() + patience;
    for (int n = 0; clock_.mono() < until; ++n) {
      Signal s;
      s.id = SignalId{"s-" + std::to_string(n)};
      s.time = clock_.wall();
      s.strategy = StrategyName{"trend"};
      s.account = AccountName{"main"};
      s.symbol = Symbol{"BTC/USDT"};
      s.quantity = Quantity{dec("0.01")};
      s.confidence = dec("0.8");
      s.stop_loss = StopLoss{.price = Price{55'000}};
      s.take_profit = {TakeProfit{.price = Price{65'000}}};
      REQUIRE(commands_->send(type_of<Signal>(commands), encoded(s)));
      const auto verdict = event<Verdict>([&](const Verdict& v) { return v.id == s.id; });
      if (verdict.approved) return s.id;
      INFO(name_of(verdict.reason));
      REQUIRE(
          (verdict.reason == Reason::account_not_ready || verdict.reason == Reason::stale_ticker));
    }
    FAIL("risk takes no signal");
    return {};
  }

  template <class Fault>
  void plan(const Fault& fault) {
    server_->with([&](simulator::Exchange& e, WallTime) { e.faults.add(fault); });
  }
  void clear_faults() {
    server_->with([](simulator::Exchange& e, WallTime) { e.faults.clear(); });
  }
  bool struck() {
    bool any = false;
    server_->with([&](simulator::Exchange& e, WallTime) { any = !e.faults.injected().empty(); });
    return any;
  }
  void move_to(std::int64_t price) {
    server_->with([&](simulator::Exchange& e, WallTime now) {
      e.engine.move_to(simulator::MarketId{}, Price{price}, Quantity{10}, now);
    });
  }
  Books books() {
    Books books;
    server_->with([&](simulator::Exchange& e, WallTime now) {
      std::map<simulator::OrderId, std::pair<LegKind, simulator::OrderState>> last;
      for (const auto& entry : e.engine.record().entries())
        if (const auto id = parse_client_order_id(entry.client_id.view()))
          last[entry.order] = {id->leg.kind, entry.state};
      for (const auto& [order, what] : last) {
        ++books.placed[what.first];
        if (!simulator::is_done(what.second)) ++books.open[what.first];
      }
      const simulator::CoverQuestion question{.account = {},
                                              .market = {},
                                              .client_prefix = {},
                                              .dust = Quantity{dec("0.0001")},
                                              .fired_counts_for = 1s,
                                              .until = now};
      books.trades = e.engine.record().trades().size();
      books.held = simulator::held_position(e.engine.record(), question);
      books.uncovered = simulator::longest_uncovered(e.engine.record(), question).length;
    });
    return books;
  }

  template <class T, class Condition>
  T event(Condition condition) {
    const auto until = std::chrono::steady_clock::now() + patience;
    while (std::chrono::steady_clock::now() < until) {
      const auto message = events_->receive(patience);
      REQUIRE(message);
      const auto header = decode<EventHeader>(message->header);
      REQUIRE(header);
      if (header->type.view() != type_of<T>(events)) continue;
      const auto body = decode<T>(message->body);
      REQUIRE(body);
      if (condition(*body)) return *body;
    }
    FAIL("no such event");
    return {};
  }
  template <class Condition>
  static bool eventually(Condition condition) {
    const auto until = std::chrono::steady_clock::now() + patience;
    while (!condition()) {
      if (std::chrono::steady_clock::now() > until) return false;
      std::this_thread::yield();
    }
    return true;
  }

 private:
  template <class Answer, class Command>
  Answer answer(const Command& command) {
    REQUIRE(commands_->send(type_of<Command>(commands), encoded(command)));
    for (;;) {
      const auto message = commands_->receive(patience);
      REQUIRE(message);
      if (message->type != type_of<Answer>(answers)) continue;
      const auto body = decode<Answer>(message->body);
      REQUIRE(body);
      if (body->id == command.id) return *body;
    }
  }

  SteadyClock clock_;
  TemporaryFolder folder_;
  std::filesystem::path config_file_;
  std::unique_ptr<simulator::SimulatorServer> server_;
  std::unique_ptr<Engine> engine_;
  std::shared_ptr<BusContext> context_;
  std::optional<CommandClient> commands_;
  std::optional<EventReader> events_;
  std::optional<Child> connection_;
  int asked_ = 0;
};

}  // namespace

SCENARIO("a connection process is killed in the middle of a bracket", "[remote][I1][I2][I3][I12]") {
  using simulator::FaultKind;
  using simulator::RequestKind;
  Rig rig;
  rig.start_connection();
  rig.await_link(LinkState::ready);

  struct Moment {
    std::string name;
    std::vector<simulator::RequestFault> requests;
    bool stream_is_late = false;
  };
  const auto moment = GENERATE(values<Moment>({
      {"the exchange holds the stop, its answer is on the way",
       {{.on = RequestKind::place, .stops_only = true, .kind = FaultKind::slow, .delay = 1min}}},
      {"the stop did not reach the exchange",
       {{.on = RequestKind::place, .stops_only = true, .kind = FaultKind::silent}}},
      {"the entry has filled, and the engine does not know",
       {{.on = RequestKind::place, .kind = FaultKind::slow, .delay = 1min}},
       true},
  }));
  DYNAMIC_SECTION(moment.name) {
    for (const auto& fault : moment.requests) rig.plan(fault);
    if (moment.stream_is_late)
      rig.plan(simulator::StreamFault{
          .kind = simulator::StreamFaultKind::late, .times = 0, .delay = 1min});
    const auto began = std::chrono::steady_clock::now();
    const SignalId signal = rig.buy();
    REQUIRE(Rig::eventually([&] { return rig.books().trades == 1 && rig.struck(); }));

    rig.kill_connection();
    rig.await_link(LinkState::down);
    rig.clear_faults();
    rig.start_connection();

    // Nothing lost, nothing doubled, covered again.
    REQUIRE(Rig::eventually([&] {
      auto books = rig.books();
      return books.open[LegKind::stop] == 1 && books.open[LegKind::target] == 1;
    }));
    rig.await_link(LinkState::ready);
    rig.event<BracketEvent>(
        [](const BracketEvent& b) { return b.covered.is_positive() && b.covered == b.position; });
    auto books = rig.books();
    CHECK(books.trades == 1);
    CHECK(books.placed[LegKind::entry] == 1);
    CHECK(books.open[LegKind::stop] == 1);
    CHECK(books.open[LegKind::target] == 1);
    CHECK(books.placed[LegKind::close] == 0);
    CHECK(books.held > Quantity{dec("0.0099")});
    CHECK(books.uncovered < std::chrono::steady_clock::now() - began);

    rig.move_to(66'000);
    const auto outcome = rig.event<SignalOutcome>([](const auto&) { return true; });
    CHECK(outcome.id == signal);
    CHECK(outcome.outcome == BracketOutcome::target_hit);
    REQUIRE(Rig::eventually([&] {
      auto now = rig.books();
      return now.open[LegKind::stop] + now.open[LegKind::target] == 0;
    }));
    books = rig.books();
    CHECK(books.trades == 2);
    CHECK(books.held < Quantity{dec("0.0001")});
  }
}
