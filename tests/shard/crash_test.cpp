// A session is killed right after each of its records, the exchange trades on, and another process
// starts on what the journal holds.
#include "tests/shard/judge.hpp"

using namespace signalbox;
using namespace signalbox::test;
using namespace std::chrono_literals;

namespace {

struct Session {
  explicit Session(std::uint64_t die_at, std::uint64_t seed) : dies_at(die_at) {
    TradingStage::Options options;
    options.stage.seed = seed;
    options.on_record = [this](LogNumber number) { recorded(number); };
    stage = std::make_unique<TradingStage>(options);
  }

  void recorded(LogNumber number) {
    last = static_cast<std::uint64_t>(number);
    if (last != dies_at || !stage) return;
    dead = true;
    // Nothing leaves the process any more; what it says from here on nobody hears.
    size = stage->journal->end_of(LogNumber{last - std::min(last, lost)});
    said = stage->notes.events.size();
    stage->faults.add(
        simulator::RequestFault{.times = 0, .kind = simulator::FaultKind::lost, .executed = false});
  }

  void run() {
    TradingStage& t = *stage;
    const auto step = [&](const std::function<void()>& act) {
      if (dead) return;
      act();
      for (int i = 0; i < 20 && !dead; ++i) t.pass(1ms);
    };
    const auto send = [&](const Signal& s) {
      step([&] {
        signals.push_back(s);
        t.submit_only(SubmitSignal{s, false, 1});
      });
    };
    send(t.signal("s1"));
    send(t.limit_signal("s2", "99"));
    step([&] { t.move_to("98.5", "0.3"); });
    step([&] { t.move_to("98.5", "0.4"); });
    step([&] { command(t, signals[1], BracketCommand::cancel_entry); });
    auto doubtful = t.signal("s3");
    doubtful.confidence = num("0.59");
    send(doubtful);
    step([&] { t.move_to("121"); });
    step([&] { t.move_to("100"); });
    send(t.signal("s4"));
    step([&] { t.move_to("89"); });
    step([&] { t.move_to("100"); });
    send(t.signal("s5"));
    step([&] { command(t, signals.back(), BracketCommand::close); });
    auto all_or_nothing = t.limit_signal("s6", "101");
    all_or_nothing.time_in_force = TimeInForce::fok;
    send(all_or_nothing);
    auto ladder = t.signal("s7");
    const auto share = [](std::int64_t at, std::string_view fraction) {
      return TakeProfit{.price = Price{at}, .fraction = num(fraction)};
    };
    ladder.take_profit = {share(110, "0.5"), share(120, "0.3"), share(130, "0.2")};
    ladder.break_even_after = 1;
    ladder.trail = Trail{.offset = Price{8}, .activation = Price{112}};
    send(ladder);
    step([&] { t.move_to("111"); });
    step([&] { t.move_to("115"); });
    step([&] {
      t.stage->send(t.shard.brackets, CommandBracket{.command = SignalId{"part"},
                                                     .bracket = key_of(ladder),
                                                     .account = AccountName{"main"},
                                                     .what = BracketCommand::close,
                                                     .fraction = num("0.5")});
    });
    step([&] { t.move_to("106"); });
  }

  void another_process() {
    TradingStage& t = *stage;
    t.pass(3ms);  // what was on its way arrives
    t.crash();
    t.faults.clear();
    t.file.bytes().resize(size);
    t.notes.events.resize(said);
    dies_at = 0;
    t.options.journal.power_was_lost = lost > 0;
    // An outcome may have been told whose record is lost; it is told once in each life.
    if (lost > 0) t.notes.events.clear();
    // What is closed without its strategy's wish needs somebody to sell to.
    if (lost > 0) {
      auto top = t.exchange.top(t.market);
      top.bid_quantity = top.ask_quantity = Quantity{50};
      t.exchange.set_top(t.market, top, t.stage->clock().wall());
    }
    t.restart();
    t.pass_with_ticks(8s);
  }

  std::uint64_t dies_at;
  std::uint64_t lost = 0;  ///< records that go with the power, the newest
  std::uint64_t last = 0;
  bool dead = false;
  std::uint64_t size = 0;
  std::size_t said = 0;
  std::vector<Signal> signals;
  std::unique_ptr<TradingStage> stage;
};

}  // namespace

TEST_CASE("a session killed after any of its records ends as promised", "[recovery][I1][I2][I3]") {
  Session whole{0, 1};
  whole.run();
  const auto records = whole.last;
  REQUIRE(records > 50);
  judge_at_rest(*whole.stage, whole.signals);

  for (std::uint64_t n = 1; n <= records; ++n) {
    INFO("killed after record " << n << " of " << records);
    Session session{n, 1};
    session.run();
    REQUIRE(session.dead);
    session.another_process();
    CHECK(session.stage->longest_uncovered() < 3500ms);
    judge_at_rest(*session.stage, session.signals);
  }
}

TEST_CASE("a power loss takes the last records of a session, and nothing is left open",
          "[recovery][I1][I2][I3][I4]") {
  Session whole{0, 1};
  whole.run();
  const auto records = whole.last;

  for (std::uint64_t n = 1; n <= records; ++n) {
    for (const std::uint64_t lost : {n % 7 + 1, n}) {
      INFO("killed after record " << n << " of " << records << ", of which " << lost
                                  << " are lost");
      Session session{n, 1};
      session.lost = lost;
      session.run();
      REQUIRE(session.dead);
      session.another_process();
      CHECK(session.stage->watched->settled);
      CHECK(session.stage->longest_uncovered() < 3500ms);
      judge_at_rest(*session.stage, session.signals);
    }
  }
}
