// A whole shard on the simulated Kraken: a resting stop holds what it would sell and there is no
// order that is two exits, so the engine watches the target. Judged by the exchange's record.
#include "connectors/kraken/kraken.hpp"
#include "simulator/kraken/kraken_dialect.hpp"
#include "simulator/memory/memory_net.hpp"
#include "tests/shard/judge.hpp"

using namespace signalbox;
using namespace signalbox::test;
using namespace std::chrono_literals;
namespace sim = signalbox::simulator;

namespace {

// Base64, as the venue hands secrets out; it opens nothing.
constexpr std::string_view secret = "c2ltdWxhdG9yIHNlY3JldCwgbm90IGEgcmVhbCBvbmU=";

class MemoryNonces final : public kraken::NonceStore {
 public:
  Result<std::optional<kraken::Nonce>> load() override { return kept_; }
  Result<void> save(kraken::Nonce used_up_to) override {
    kept_ = used_up_to;
    return {};
  }

 private:
  std::optional<kraken::Nonce> kept_;
};

/// One bracket, stop 90 and target 120, on the way through its target.
struct KrakenStage {
  explicit KrakenStage(std::uint64_t dies_after = 0) : die_after(dies_after) {
    TradingStage::Options options;
    options.paper.capabilities = kraken_capabilities(kraken::Network::live);
    options.fee = "0";  // this venue takes it in quote, and the matching engine cannot
    options.make_venue = [this](TradingStage& at) { return connect(at); };
    options.on_record = [this](LogNumber number) { recorded(number); };
    stage = std::make_unique<TradingStage>(options);
    t().pass(2s);
    t().move_to("100.01");
    t().move_to("100");
    t().pass(100ms);
    sent = t().signal("s1");
    t().submit(sent);
    t().pass(500ms);
  }
  KrakenStage(const KrakenStage&) = delete;
  KrakenStage& operator=(const KrakenStage&) = delete;
  /// The connection goes first, then the road it used, then the exchange.
  ~KrakenStage() {
    t().crash();
    net.reset();
    dialect.reset();
  }

  std::unique_ptr<Venue> connect(TradingStage& at) {
    if (!dialect) {
      sim::kraken::Settings settings;
      settings.keys.push_back({"simulatorKey", std::string{secret}, at.account});
      dialect =
          std::make_unique<sim::kraken::KrakenDialect>(at.exchange, at.faults, std::move(settings));
      net = std::make_unique<sim::MemoryNet>(*dialect, at.stage->clock(), at.stage->timers(),
                                             sim::Latency{1ms, 1ms});
    }
    KrakenConfig config;
    config.api_key = Secret::take("simulatorKey");
    config.api_secret = Secret::take(std::string{secret});
    config.symbols = {Symbol{"BTC/USDT"}};
    config.nonces = nonces;
    const Endpoint here{.host = "127.0.0.1"};
    config.hosts = kraken::Hosts{here, here, here};
    const auto lane = [this](HttpSink& sink) { return net->lane(sink); };
    const auto stream = [this](WsSink& sink) { return net->stream(sink); };
    return make_kraken(std::move(config), {lane, lane, stream, stream}, at.stage->clock(),
                       at.stage->timers(), at.stage->random());
  }

  /// From now on: the record after which the process dies.
  void arm() { dies_at = die_after == 0 ? 0 : last + die_after; }
  void recorded(LogNumber number) {
    last = static_cast<std::uint64_t>(number);
    if (last != dies_at) return;
    dead = true;
    size = t().journal->end_of(number);
    said = t().notes.events.size();  // what it says from here on nobody hears
    net->set_down(true);             // nothing leaves the process any more
  }
  void another_process() {
    t().crash();
    t().file.bytes().resize(size);
    t().notes.events.resize(said);
    dies_at = 0;
    net->set_down(false);
    t().restart();
    t().pass(2s);
    t().move_to("99.99");
    t().move_to("100");
    t().pass(5s);
  }

  /// Of the client ids of the exchange's live orders: the legs.
  std::string live_legs() const {
    std::string legs;
    for (const auto& order : stage->exchange.orders().all()) {
      if (sim::is_done(order.state)) continue;
      if (const auto id = parse_client_order_id(order.client_id.view()))
        legs += std::string{name_of(id->leg.kind)} + " " + order.quantity.str() + ";";
    }
    return legs;
  }
  void next(sim::RequestKind on, sim::FaultKind kind, bool executed) {
    t().faults.add(sim::RequestFault{.on = on, .kind = kind, .executed = executed});
  }
  /// At the end nothing stands, nothing is held, and there was one outcome.
  void check_sold(BracketOutcome how) {
    INFO(t().timeline());
    CHECK(t().open_orders() == 0);
    CHECK(t().held() < Quantity{num("0.06")});
    REQUIRE(t().outcomes().size() == 1);
    CHECK(t().outcomes()[0].outcome == how);
    CHECK(t().longest_uncovered() <= 1s);
  }

  TradingStage& t() { return *stage; }

  Signal sent;
  std::uint64_t die_after;
  std::uint64_t dies_at = 0, last = 0, size = 0, said = 0;
  bool dead = false;
  std::shared_ptr<MemoryNonces> nonces = std::make_shared<MemoryNonces>();
  std::unique_ptr<sim::kraken::KrakenDialect> dialect;
  std::unique_ptr<sim::MemoryNet> net;
  std::unique_ptr<TradingStage> stage;
};

}  // namespace

SCENARIO("a signal with a take-profit trades on Kraken: its target is watched",
         "[kraken][watch][I1][I4]") {
  KrakenStage k;
  auto& t = k.t();
  REQUIRE(t.verdict("s1").approved);
  CHECK(t.notes.all<BracketEvent>().back().tier == Tier::resting);
  // The stop stands, over everything that was bought.
  CHECK(t.notes.all<BracketEvent>().back().covered == t.notes.all<BracketEvent>().back().position);
  CHECK(k.live_legs().find("target") == std::string::npos);
  const auto stops = k.live_legs();
  CHECK(stops.find("stop") != std::string::npos);

  WHEN("the market reaches the target") {
    t.move_to("120.5");
    t.pass(1s);
    k.check_sold(BracketOutcome::target_hit);
    CHECK(t.longest_uncovered() <= 20ms);
  }
  WHEN("it turns back while the stop is on its way out") {
    t.move_to("120.5");
    t.pass(1ms);
    t.move_to("119");
    t.pass(1s);
    CHECK(k.live_legs() == stops);
    CHECK(t.longest_uncovered() <= 20ms);
    CHECK(t.outcomes().empty());
    AND_WHEN("it comes again") {
      t.move_to("120.5");
      t.pass(2s);
      k.check_sold(BracketOutcome::target_hit);
    }
    AND_WHEN("it falls to the stop") {
      t.move_to("89");
      t.pass(1s);
      k.check_sold(BracketOutcome::stopped);
    }
  }
  WHEN("nobody knows what became of the cancel") {
    const bool executed = GENERATE(true, false);
    INFO((executed ? "it was done" : "it was not done"));
    k.next(sim::RequestKind::cancel, sim::FaultKind::lost, executed);
    t.move_to("120.5");
    t.pass(10s);
    INFO(t.timeline());
    CHECK(t.open_orders() == 0);
    CHECK(t.held() < Quantity{num("0.06")});
    CHECK(t.longest_uncovered() <= 1500ms);
  }
  WHEN("the sale at the target is filled in part") {
    t.faults.add(sim::FillFault{.side = Side::sell, .in_all = Quantity{num("0.4")}});
    t.move_to("120.5");
    t.pass(100ms);
    t.move_to("119");
    t.faults.clear();
    t.pass(1s);
    CHECK(t.held() < Quantity{num("0.61")});
    CHECK(t.held() > Quantity{num("0.5")});
    CHECK(t.notes.all<BracketEvent>().back().covered ==
          t.notes.all<BracketEvent>().back().position);
    CHECK(t.longest_uncovered() <= 20ms);
    t.move_to("120.5");
    t.pass(2s);
    k.check_sold(BracketOutcome::target_hit);
  }
  WHEN("the sale at the target is refused") {
    k.next(sim::RequestKind::place, sim::FaultKind::rate_limited, false);
    t.move_to("120.5");
    t.pass(10ms);
    t.move_to("119");
    t.pass(1s);
    CHECK(k.live_legs() == stops);
    t.move_to("120.5");
    t.pass(2s);
    k.check_sold(BracketOutcome::target_hit);
  }
  WHEN("nobody knows what became of the sale") {
    const bool executed = GENERATE(true, false);
    INFO((executed ? "it was done" : "it was not done"));
    k.next(sim::RequestKind::place, sim::FaultKind::lost, executed);
    t.move_to("120.5");
    t.pass(10s);
    INFO(t.timeline());
    CHECK(t.open_orders() == 0);
    CHECK(t.held() < Quantity{num("0.06")});
    CHECK_FALSE(t.held().is_negative());
  }
  WHEN("the stop fills instead of being cancelled") {
    t.move_to("120.5");
    t.pass(1ms);
    t.move_to("89");
    t.pass(2s);
    k.check_sold(BracketOutcome::stopped);
  }
}

TEST_CASE("killed after any record of a swap on Kraken, the rest is under a stop again",
          "[kraken][watch][recovery][I1][I2][I4]") {
  for (std::uint64_t n = 1;; ++n) {
    INFO("killed after record " << n << " of the swap");
    KrakenStage k{n};
    k.arm();
    k.t().move_to("120.5");
    for (int i = 0; i < 100 && !k.dead; ++i) k.t().pass(1ms);
    if (!k.dead) {
      CHECK(n > 5);  // there were steps to be killed at
      break;
    }
    k.t().move_to("100");
    k.another_process();
    INFO(k.t().timeline());
    const auto last = k.t().notes.all<BracketEvent>().back();
    CHECK(k.t().held() >= Quantity{});
    if (k.t().held().is_positive()) {
      CHECK(last.covered == last.position);
      CHECK(k.live_legs().find("stop") != std::string::npos);
    }
    k.t().move_to("120.5");
    k.t().pass(3s);
    CHECK(k.t().open_orders() == 0);
    CHECK(k.t().held() < Quantity{num("0.06")});
    CHECK(k.t().outcomes().size() <= 1);
    k.t().notes.replies.clear();
    k.t().submit(k.sent, 77);
    const auto answers = k.t().notes.told<SignalAnswer>(77);
    REQUIRE(answers.size() == 1);
    CHECK(answers[0].outcome);
  }
}
