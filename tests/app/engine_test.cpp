// The engine as `signalbox run` starts it, in this process: real loops, sockets and journal, on a
// matching engine instead of an exchange.
#include "app/engine.hpp"

#include <catch2/catch.hpp>

#include <fstream>
#include <iterator>
#include <map>
#include <thread>

#include "app/log.hpp"
#include "bus/client.hpp"
#include "messages/answers.hpp"
#include "messages/catalog.hpp"
#include "messages/codec.hpp"
#include "messages/event_header.hpp"
#include "simulator/paper/paper_venue.hpp"
#include "tests/app/config_kit.hpp"

using namespace signalbox;
using namespace signalbox::test;
using namespace std::chrono_literals;

namespace {

/// For everything waited for: reached only when something is broken.
constexpr Duration patience = 20s;

Decimal dec(std::string_view text) { return Decimal::parse(text).value(); }
WallTime wall_now() {
  return std::chrono::time_point_cast<Duration>(std::chrono::system_clock::now());
}

simulator::MarketSpec btc_usdt() {
  simulator::MarketSpec spec;
  auto& i = spec.instrument;
  i.symbol = Symbol{"BTC/USDT"};
  i.base = Asset{"BTC"};
  i.quote = Asset{"USDT"};
  i.tick_size = Price{dec("0.01")};
  i.lot_size = i.quantity_min = Quantity{dec("0.001")};
  i.quantity_max = i.market_quantity_max = Quantity{100};
  i.notional_min = Notional{5};
  i.notional_max = Notional{100'000};
  i.buy_band_up = i.sell_band_up = Decimal{5};
  i.buy_band_down = i.sell_band_down = dec("0.2");
  i.orders_max = 200;
  i.conditional_orders_max = 50;
  i.taker_fee = dec("0.001");
  i.fee_in_base = true;
  return spec;
}

/// What outlives an engine: the exchange and the folder. The exchange belongs to the hot loop
/// while an engine runs, and to the test before and after.
struct World {
  World() {
    market = exchange.add_market(btc_usdt());
    account = exchange.add_account({AccountName{"main"}, dec("0.001"), dec("0.001"), true});
    const auto earlier = wall_now() - 1h;
    exchange.deposit(account, Asset{"USDT"}, Decimal{10'000}, earlier);
    exchange.move_to(market, Price{100}, Quantity{50}, earlier);
  }

  EngineConfig config(std::string_view runtime = "run") const {
    EngineConfig c;
    c.runtime_directory = folder.path() / runtime;
    c.journal_directory = folder.path() / "journal";
    const auto at = [&](std::string_view name) {
      return std::vector{"ipc://" + (c.runtime_directory / name).string()};
    };
    c.bus.commands = at("commands");
    c.bus.events = at("events");
    c.bus.ticks = at("ticks");
    c.bus.connections = at("connections");
    c.exchanges = {VenueName{"paper"}};
    AccountConfig a;
    a.name = AccountName{"main"};
    a.venue = VenueName{"paper"};
    a.symbols = {Symbol{"BTC/USDT"}};
    a.limits.max_order_notional = Notional{5'000};
    a.limits.max_account_notional = Notional{9'000};
    a.limits.max_signal_age = a.limits.max_ticker_age = 1h;
    a.limits.collar_percent = Decimal{2};
    c.accounts.push_back(std::move(a));
    return c;
  }

  VenueMakers makers() {
    return [this](const AccountConfig&) -> Result<VenueMaker> {
      return VenueMaker{.capabilities = simulator::paper_capabilities(),
                        .make = [this](const AccountConfig&,
                                       const VenueSeams& seams) -> Result<std::unique_ptr<Venue>> {
                          quote(seams);
                          return std::make_unique<simulator::PaperVenue>(exchange, account,
                                                                         seams.clock, seams.timers);
                        }};
    };
  }

  /// The same best prices again and again, of changing size: whoever subscribes has a ticker.
  void quote(const VenueSeams& seams) {
    seams.timers.at(seams.clock.mono() + 5ms, [this, seams] {
      const Quantity size{++quotes % 2 == 0 ? 50 : 51};
      exchange.set_top(market, {Price{dec("99.99")}, size, Price{dec("100.01")}, size},
                       seams.clock.wall());
      quote(seams);
    });
  }

  /// Only while no engine runs.
  std::vector<simulator::OrderState> states_of(LegKind kind) const {
    std::map<simulator::OrderId, simulator::OrderState> last;
    for (const auto& entry : exchange.record().entries())
      if (const auto id = parse_client_order_id(entry.client_id.view()); id && id->leg.kind == kind)
        last[entry.order] = entry.state;
    std::vector<simulator::OrderState> states;
    for (const auto& [id, state] : last) states.push_back(state);
    return states;
  }

  TemporaryFolder folder;
  simulator::Engine exchange;
  simulator::MarketId market{};
  simulator::AccountId account{};
  std::uint64_t quotes = 0;
};

Signal buy(std::string_view id) {
  Signal s;
  s.id = SignalId{id};
  s.time = wall_now();
  s.strategy = StrategyName{"trend"};
  s.account = AccountName{"main"};
  s.symbol = Symbol{"BTC/USDT"};
  s.quantity = Quantity{1};
  s.confidence = dec("0.8");
  s.stop_loss = StopLoss{.price = Price{90}};
  s.take_profit = {TakeProfit{.price = Price{120}}};
  return s;
}

/// A strategy's two sockets, connected once the account trades.
struct Strategy {
  explicit Strategy(const Engine& engine)
      : context(BusContext::open().value()),
        commands(CommandClient::connect(context, engine.addresses().commands.at(0)).value()),
        events(EventReader::connect(context, engine.addresses().events.at(0)).value()),
        ticks(EventReader::connect(context, engine.addresses().ticks.at(0)).value()) {
    events.subscribe("");
    ticks.subscribe("ticker.main.");
    REQUIRE(ticks.receive(patience));  // the engine has it too
    REQUIRE(events.receive(patience));
    const auto until = std::chrono::steady_clock::now() + patience;
    LinkState link = LinkState::down;
    for (int n = 0; link != LinkState::ready && std::chrono::steady_clock::now() < until; ++n) {
      send(Status{.id = SignalId{"status-" + std::to_string(n)}});
      link = reply<StatusAnswer>().accounts.at(0).link;
    }
    REQUIRE(link == LinkState::ready);
  }

  template <class T>
  void send(const T& command) {
    REQUIRE(commands.send(type_of<T>(signalbox::commands), encoded(command)));
  }
  /// The next answer, which must be a T.
  template <class T>
  T reply() {
    const auto message = commands.receive(patience);
    REQUIRE(message);
    REQUIRE(message->type == type_of<T>(answers));
    const auto body = decode<T>(message->body);
    REQUIRE(body);
    return *body;
  }
  /// The answer after which there is none. A fill may be known before the order's own answer.
  SignalOutcome outcome() {
    const auto message = commands.receive(patience);
    REQUIRE(message);
    if (message->type == type_of<Placed>(answers)) return reply<SignalOutcome>();
    return decode<SignalOutcome>(message->body).value();
  }
  /// The next event of this kind, whatever comes before it.
  template <class T>
  T event() {
    const auto until = std::chrono::steady_clock::now() + patience;
    while (std::chrono::steady_clock::now() < until) {
      const auto message = events.receive(patience);
      REQUIRE(message);
      const auto header = decode<EventHeader>(message->header);
      REQUIRE(header);
      if (header->type.view() != type_of<T>(signalbox::events)) continue;
      const auto body = decode<T>(message->body);
      REQUIRE(body);
      return *body;
    }
    FAIL("no such event");
    return {};
  }

  std::shared_ptr<BusContext> context;
  CommandClient commands;
  EventReader events, ticks;
};

std::unique_ptr<Engine> started(World& world) {
  auto engine = Engine::start(world.config(), world.makers());
  if (!engine) FAIL(engine.error().what);
  return std::move(*engine);
}

}  // namespace

SCENARIO("a signal over the bus becomes a protected position, and is known after a restart",
         "[engine][I1][I2]") {
  World world;
  const auto signal = buy("s-1");

  auto engine = started(world);
  {
    Strategy strategy{*engine};
    strategy.send(signal);
    CHECK(strategy.reply<Accepted>().id == signal.id);
    const auto verdict = strategy.reply<Verdict>();
    INFO(name_of(verdict.reason) << " " << verdict.detail);
    CHECK(verdict.approved);
    CHECK(strategy.reply<Placed>().outcome == Outcome::accepted);

    CHECK(strategy.event<Accepted>().id == signal.id);
    CHECK(strategy.event<Verdict>().approved);
    auto bracket = strategy.event<BracketEvent>();
    while (bracket.covered.is_zero()) bracket = strategy.event<BracketEvent>();
    CHECK(bracket.covered == Quantity{dec("0.999")});  // after the fee in base

    auto resting = buy("s-2");
    resting.type = EntryType::limit;
    resting.price = Price{99};
    strategy.send(resting);
    CHECK(strategy.reply<Accepted>().id == resting.id);
    CHECK(strategy.reply<Verdict>().approved);
    CHECK(strategy.reply<Placed>().outcome == Outcome::accepted);
  }
  engine->stop();
  engine->stop();  // harmless
  engine.reset();

  // Entries went, protection stayed.
  using simulator::OrderState;
  CHECK(world.states_of(LegKind::entry) == std::vector{OrderState::filled, OrderState::cancelled});
  CHECK(world.states_of(LegKind::stop) == std::vector{OrderState::open});
  CHECK(world.states_of(LegKind::target) == std::vector{OrderState::open});

  engine = started(world);
  Strategy strategy{*engine};
  strategy.send(signal);
  const auto known = strategy.reply<SignalAnswer>();
  CHECK(known.id == signal.id);
  CHECK(known.accepted);
  CHECK((known.verdict && known.verdict->approved));
  CHECK((known.placed && known.placed->outcome == Outcome::accepted));
  CHECK_FALSE(known.outcome);

  strategy.send(Close{.id = SignalId{"end"},
                      .signal = signal.id,
                      .account = signal.account,
                      .strategy = signal.strategy});
  const auto outcome = strategy.event<SignalOutcome>();
  CHECK(outcome.id == signal.id);
  CHECK(outcome.filled == Quantity{1});
  engine->stop();
  CHECK(world.states_of(LegKind::stop) == std::vector{OrderState::cancelled});
}

SCENARIO("a signal that comes after silence is taken, however the loop waits", "[engine]") {
  World world;
  auto config = world.config();
  config.hot.wait = GENERATE(WaitMode::block, WaitMode::hybrid, WaitMode::spin);
  config.hot.spin_for = 0us;  // a hybrid loop is asleep as soon as it can be
  auto engine = Engine::start(std::move(config), world.makers());
  REQUIRE(engine);
  {
    Strategy strategy{**engine};
    for (int n = 0; n < 20; ++n) {
      const auto signal = buy("s-" + std::to_string(n));
      strategy.send(signal);
      while (strategy.commands.receive(patience).value().type != type_of<Verdict>(answers)) {
      }
    }
  }
  (*engine)->stop();
}

SCENARIO("why is answered as soon as a verdict is heard", "[engine]") {
  World world;
  const auto engine = started(world);
  {
    Strategy strategy{*engine};
    for (int n = 0; n < 20; ++n) {
      auto signal = buy("s-" + std::to_string(n));
      signal.confidence = dec("0.1");
      strategy.send(signal);
      while (strategy.event<Verdict>().id != signal.id) {
      }
      const SignalId question{"why-" + std::to_string(n)};
      strategy.send(Why{.id = question, .signal = signal.id});
      for (;;) {
        const auto message = strategy.commands.receive(patience);
        REQUIRE(message);
        REQUIRE(message->type != type_of<Refused>(answers));
        if (message->type == type_of<WhyAnswer>(answers)) break;
      }
    }
  }
  engine->stop();
}

SCENARIO("one journal has one engine", "[engine]") {
  World world;
  const auto engine = started(world);
  const auto second = Engine::start(world.config("other-run"), world.makers());
  REQUIRE_FALSE(second);
  CHECK(second.error().fault == Fault::refused);
  engine->stop();

  // The refused one left nothing behind, the stopped one let go.
  const auto third = Engine::start(world.config(), world.makers());
  CHECK(third);
}

namespace {

/// Reads the log until this is in it.
void await_line(const std::filesystem::path& log, std::string_view text) {
  const auto until = std::chrono::steady_clock::now() + patience;
  for (std::string all; all.find(text) == all.npos;) {
    std::ifstream in{log};
    all.assign(std::istreambuf_iterator<char>{in}, {});
    INFO(all);
    REQUIRE(std::chrono::steady_clock::now() < until);
    std::this_thread::yield();
  }
}

/// Whether `status` is answered over TCP to whoever has these keys; a reply is waited for at most
/// `wait`.
bool served(const std::string& address, const CurveClient* curve, Duration wait) {
  auto client = CommandClient::connect(BusContext::open().value(), address, curve).value();
  REQUIRE(client.send("status", encoded(Status{.id = SignalId{"s"}})));
  return client.receive(wait).has_value();
}

}  // namespace

SCENARIO("over CURVE those on the list are served and nobody else", "[engine][I6]") {
  World world;
  const auto generate = [] {
    return std::make_shared<const CurveKeys>(CurveKeys::generate().value());
  };
  const auto ours = generate(), listed = generate(), stranger = generate(), wrong = generate();
  auto config = world.config();
  config.keys = ours;
  config.bus.has_keys = true;
  config.bus.allowed = {{"trend-1", listed->public_key}};
  config.bus.commands.push_back("tcp://127.0.0.1:*");
  config.bus.events.push_back("tcp://127.0.0.1:*");
  const auto file = world.folder.path() / "engine.log";
  const auto log = Log::open({.level = LogLevel::debug, .file = file}).value();
  auto started = Engine::start(std::move(config), world.makers(), log.get());
  if (!started) FAIL(started.error().what);
  const auto& engine = **started;
  const auto at = engine.addresses().commands.at(1);

  const CurveClient friendly{ours->public_key, listed};
  CHECK(served(at, &friendly, patience));
  auto events =
      EventReader::connect(BusContext::open().value(), engine.addresses().events.at(1), &friendly);
  REQUIRE(events);
  events->subscribe("");
  CHECK(events->receive(patience));  // health, each second

  const CurveClient unlisted{ours->public_key, stranger};
  CHECK_FALSE(served(at, &unlisted, 300ms));
  await_line(file, "turned away: key is not on the list");
  const CurveClient to_another{wrong->public_key, listed};  // expects somebody else there
  CHECK_FALSE(served(at, &to_another, 300ms));
  CHECK_FALSE(served(at, nullptr, 300ms));  // no keys at all
  CHECK(served(at, &friendly, patience));
  CHECK(served(engine.addresses().commands.at(0), nullptr, patience));  // ipc: by permissions

  (*started)->stop();
  await_line(file, "engine stopped");
  std::ifstream in{file};
  const std::string all{std::istreambuf_iterator<char>{in}, {}};
  CHECK(all.find(ours->secret_key.reveal()) == all.npos);
  CHECK(all.find(ours->public_key.text()) != all.npos);
}

SCENARIO("what was done before a restart is answered after it and not done again", "[engine][I2]") {
  World world;
  PlaceOrder order;
  order.id = SignalId{"p-1"};
  order.account = AccountName{"main"};
  order.strategy = StrategyName{"trend"};
  order.symbol = Symbol{"BTC/USDT"};
  order.quantity = Quantity{1};
  const Resume resume{.id = SignalId{"r-1"}, .account = AccountName{"main"}};
  CancelAll cancel_all;
  cancel_all.id = SignalId{"c-1"};
  cancel_all.account = AccountName{"main"};

  auto engine = started(world);
  {
    Strategy strategy{*engine};
    strategy.send(order);
    strategy.reply<Accepted>();
    CHECK(strategy.reply<Verdict>().approved);
    CHECK(strategy.outcome().filled == Quantity{1});
    strategy.send(cancel_all);
    strategy.reply<Done>();
    strategy.send(resume);
    strategy.reply<Done>();
    strategy.send(Halt{.id = SignalId{"h-1"}, .level = TradingState::no_entries});
    strategy.reply<Done>();
  }
  engine->stop();
  const auto trades = world.exchange.record().trades().size();
  CHECK(trades == 1);

  engine = started(world);
  Strategy strategy{*engine};
  strategy.send(order);
  const auto known = strategy.reply<SignalAnswer>();
  REQUIRE(known.outcome);
  CHECK(known.outcome->filled == Quantity{1});
  auto other = order;
  other.quantity = Quantity{2};
  strategy.send(other);
  CHECK(strategy.reply<Refused>().reason == Reason::id_reused);

  // An old `resume` does not lift a later halt.
  strategy.send(resume);
  CHECK(strategy.reply<Done>().id == resume.id);
  strategy.send(Status{.id = SignalId{"state"}});
  CHECK(strategy.reply<StatusAnswer>().accounts.at(0).state == TradingState::no_entries);
  strategy.send(cancel_all);
  CHECK(strategy.reply<Done>().detail.view() == "0 entries");
  cancel_all.symbol = Symbol{"BTC/USDT"};
  strategy.send(cancel_all);
  CHECK(strategy.reply<Refused>().reason == Reason::id_reused);

  engine->stop();
  CHECK(world.exchange.record().trades().size() == trades);
}

SCENARIO("a command that cannot be read is refused by its id", "[engine]") {
  World world;
  const auto engine = started(world);
  Strategy strategy{*engine};
  REQUIRE(strategy.commands.send("halt", encoded(buy("b-1"))));  // another command's fields
  REQUIRE(strategy.commands.send("signal", encoded(buy("b-2")).substr(0, 40)));
  REQUIRE(strategy.commands.send("no_such", encoded(buy("b-3"))));
  REQUIRE(strategy.commands.send("signal", "\x81"));
  CHECK(strategy.reply<Refused>().id == SignalId{"b-1"});
  CHECK(strategy.reply<Refused>().id == SignalId{"b-2"});
  CHECK(strategy.reply<Refused>().id == SignalId{"b-3"});
  CHECK(strategy.reply<Refused>().id.empty());
}
