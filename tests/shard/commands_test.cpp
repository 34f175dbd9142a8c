// Reduce-only signals, flip, protect, release and resolve through the whole shard.
#include "tests/shard/judge.hpp"

using namespace signalbox;
using namespace signalbox::test;
using namespace std::chrono_literals;

namespace {

constexpr ClientToken sender = 5;

Signal reduction(const TradingStage& t, std::string_view id, std::string_view quantity) {
  Signal s;
  s.id = SignalId{id};
  s.time = t.stage->clock().wall();
  s.strategy = StrategyName{"trend"};
  s.account = AccountName{"main"};
  s.symbol = Symbol{"BTC/USDT"};
  s.side = Side::sell;
  s.quantity = Quantity{num(quantity)};
  s.reduce_only = true;
  return s;
}

std::optional<SignalOutcome> outcome(const TradingStage& t, std::string_view id) {
  for (const auto& each : t.outcomes())
    if (each.id.view() == id) return each;
  return std::nullopt;
}

void send(TradingStage& t, const Signal& signal, BracketCommand what) {
  t.stage->send(t.shard.brackets, CommandBracket{.command = SignalId{"c"},
                                                 .bracket = key_of(signal),
                                                 .account = signal.account,
                                                 .what = what,
                                                 .client = sender});
}

}  // namespace

SCENARIO("a reduce-only signal sells a part of what its strategy holds, and hears of it",
         "[reduce][I1][I2][I3]") {
  TradingStage t;
  t.submit(t.signal("s1"));
  const auto reduce = reduction(t, "r1", "0.4");
  t.submit(reduce, sender);
  t.pass(100ms);

  CHECK(t.notes.told<Accepted>(sender).size() == 1);
  REQUIRE(t.notes.told<Verdict>(sender).size() == 1);
  CHECK(t.notes.told<Verdict>(sender)[0].quantity == Quantity{num("0.4")});
  REQUIRE(t.notes.told<Placed>(sender).size() == 1);
  CHECK(t.notes.told<Placed>(sender)[0].outcome == Outcome::accepted);
  REQUIRE(t.notes.told<SignalOutcome>(sender).size() == 1);
  CHECK(t.notes.told<SignalOutcome>(sender)[0].outcome == BracketOutcome::reduced);
  CHECK(t.held() == Quantity{num("0.599")});  // the fee of the entry was paid in base
  CHECK(t.longest_uncovered() < 100ms);

  WHEN("it is sent again, also to the next process") {
    const auto trades = t.trades();
    t.submit(reduce, 6);
    t.restart();
    t.pass_with_ticks(1s);
    t.submit(reduce, 7);
    for (const ClientToken who : {ClientToken{6}, ClientToken{7}}) {
      REQUIRE(t.notes.told<SignalAnswer>(who).size() == 1);
      const auto answer = t.notes.told<SignalAnswer>(who)[0];
      REQUIRE(answer.outcome);
      CHECK(answer.outcome->filled == Quantity{num("0.4")});
      CHECK(answer.placed);
    }
    CHECK(t.trades() == trades);
  }
  WHEN("nothing is left to reduce") {
    t.submit(reduction(t, "r2", "5"), 6);
    t.pass(100ms);
    CHECK(outcome(t, "s1")->outcome == BracketOutcome::closed);
    t.submit(reduction(t, "r3", "1"), 6);
    CHECK(t.verdict("r3").reason == Reason::nothing_to_reduce);
  }
}

SCENARIO("an exit is not held up by what stops entries", "[reduce][I8]") {
  TradingStage t;
  t.submit(t.signal("s1"));
  set_state(t, TradingState::no_entries);
  t.pass(100ms);
  t.submit(reduction(t, "r1", "0.4"), sender);
  t.pass(100ms);
  CHECK(outcome(t, "r1")->outcome == BracketOutcome::reduced);
  set_state(t, TradingState::halted);
  t.pass(100ms);
  t.submit(reduction(t, "r2", "0.4"), sender);
  CHECK(t.verdict("r2").reason == Reason::trading_halted);
}

SCENARIO("a process that dies in the middle of a reduction ends it once",
         "[reduce][recovery][I3]") {
  TradingStage whole;
  whole.submit(whole.signal("s1"));
  const auto before = static_cast<std::uint64_t>(whole.journal->health().recorded);
  whole.submit(reduction(whole, "r1", "0.4"));
  whole.pass(100ms);
  const auto after = static_cast<std::uint64_t>(whole.journal->health().recorded);
  REQUIRE(after > before + 4);

  for (auto dies_at = before + 1; dies_at <= after; ++dies_at) {
    INFO("killed after record " << dies_at << " of " << after);
    std::uint64_t size = 0;
    std::size_t said = 0;
    TradingStage::Options options;
    TradingStage* stage = nullptr;
    options.on_record = [&](LogNumber number) {
      if (static_cast<std::uint64_t>(number) != dies_at || stage == nullptr || size != 0) return;
      size = stage->journal->end_of(number);
      said = stage->notes.events.size();
      stage->faults.add(simulator::RequestFault{
          .times = 0, .kind = simulator::FaultKind::lost, .executed = false});
    };
    TradingStage t{options};
    stage = &t;
    t.submit(t.signal("s1"));
    const auto reduce = reduction(t, "r1", "0.4");
    t.submit(reduce);
    t.pass(100ms);
    REQUIRE(size > 0);
    t.crash();
    t.faults.clear();
    t.file.bytes().resize(size);
    t.notes.events.resize(said);
    t.restart();
    t.pass_with_ticks(8s);
    int ends = 0;
    for (const auto& each : t.outcomes()) ends += each.id.view() == "r1";
    CHECK(ends <= 1);
    t.submit(reduce, 77);
    REQUIRE(t.notes.told<SignalAnswer>(77).size() == 1);
    const auto answer = t.notes.told<SignalAnswer>(77)[0];
    REQUIRE(answer.outcome);
    // Accepted and not judged it is refused; judged, it is done, whatever happens in between.
    const bool judged = dies_at > before + 1;
    CHECK(answer.outcome->outcome == (judged ? BracketOutcome::reduced : BracketOutcome::refused));
    CHECK(t.held() == Quantity{num(judged ? "0.599" : "0.999")});
    CHECK(t.longest_uncovered() < 3500ms);
  }
}

SCENARIO("what is there already is protected, and handed over again", "[protect][release][I1]") {
  TradingStage t;
  auto buy = t.signal("bare");
  buy.stop_loss.reset();
  buy.take_profit.clear();
  buy.confidence.reset();
  t.submit_only(SubmitSignal{buy, true, 1});
  t.pass(100ms);
  REQUIRE(t.open_orders() == 0);

  auto protect = t.signal("p1");
  protect.confidence.reset();
  protect.quantity = Quantity{num("0.5")};
  t.submit_only(SubmitSignal{protect, Origin::protect(), sender});
  t.pass(100ms);
  REQUIRE(t.notes.told<Verdict>(sender).size() == 1);
  CHECK(t.notes.told<Verdict>(sender)[0].approved);
  CHECK(t.open_orders() == 2);
  const auto trades = t.trades();

  WHEN("another process takes over") {
    t.restart();
    t.pass_with_ticks(1s);
    CHECK(t.open_orders() == 2);
    THEN("it is released") {
      send(t, protect, BracketCommand::release);
      t.pass(100ms);
      CHECK(t.notes.told<Done>(sender).size() == 1);
      CHECK(t.open_orders() == 0);
      CHECK(t.trades() == trades);
      REQUIRE(outcome(t, "p1"));
      CHECK(outcome(t, "p1")->outcome == BracketOutcome::released);
      CHECK(outcome(t, "p1")->left == Quantity{num("0.5")});
      t.restart();
      t.pass_with_ticks(1s);
      CHECK(t.open_orders() == 0);
    }
  }
  WHEN("the stop is reached") {
    t.move_to("89");
    t.pass(100ms);
    CHECK(t.trades() > trades);
    CHECK(outcome(t, "p1")->outcome == BracketOutcome::stopped);
  }
  WHEN("more than is free shall be protected") {
    auto more = protect;
    more.id = SignalId{"p2"};
    more.quantity = Quantity{num("0.6")};
    t.submit_only(SubmitSignal{more, Origin::protect(), 6});
    t.pass(100ms);
    CHECK(t.verdict("p2").reason == Reason::insufficient_balance);
  }
}

SCENARIO("a flip that could not open closes nothing", "[flip]") {
  TradingStage t;
  const auto signal = t.signal("s1");
  t.submit(signal);
  auto open = t.signal("s2");
  open.side = Side::sell;
  open.stop_loss = StopLoss{.price = Price{110}};
  open.take_profit = {TakeProfit{.price = Price{80}}};
  const auto flip = [&](const SignalId& of, const Signal& with) {
    t.notes.replies.clear();
    t.stage->send(t.shard.risk, FlipBracket{.command = {.id = SignalId{"f1"},
                                                        .signal = of,
                                                        .account = signal.account,
                                                        .strategy = signal.strategy,
                                                        .open = with},
                                            .client = sender,
                                            .signal_client = 6});
    t.pass(100ms);
    REQUIRE(t.notes.told<Refused>(sender).size() == 1);
    CHECK(t.notes.told<Accepted>(6).empty());
    return t.notes.told<Refused>(sender)[0].reason;
  };
  CHECK(flip(signal.id, open) == Reason::no_short_on_spot);
  CHECK(flip(SignalId{"nobody"}, open) == Reason::not_found);
  CHECK(flip(signal.id, t.signal("s3")) == Reason::bad_field);  // the same side
  auto reused = open;
  reused.id = signal.id;
  reused.side = Side::sell;
  CHECK(flip(signal.id, reused) == Reason::id_reused);
  CHECK(t.open_orders() == 2);
  CHECK(t.held() == Quantity{num("0.999")});
}

SCENARIO("a flip closes, and opens the other way once it is flat", "[flip][I1][I3]") {
  TradingStage::Options options;
  options.kind = MarketKind::linear;
  TradingStage t{options};
  auto signal = t.signal("s1");
  signal.stop_loss->trigger = Trigger::last;  // the exchange here has no mark price
  t.submit(signal);
  REQUIRE(t.verdict("s1").approved);
  auto open = t.signal("s2");
  open.side = Side::sell;
  open.stop_loss = StopLoss{.price = Price{110}, .trigger = Trigger::last};
  open.take_profit = {TakeProfit{.price = Price{80}}};
  const FlipBracket flip{.command = {.id = SignalId{"f1"},
                                     .signal = signal.id,
                                     .account = signal.account,
                                     .strategy = signal.strategy,
                                     .open = open},
                         .client = sender,
                         .signal_client = 6};
  t.stage->send(t.shard.risk, flip);

  WHEN("nothing disturbs it") {
    t.pass(200ms);
    CHECK(t.notes.told<Done>(sender).size() == 1);
    REQUIRE(outcome(t, "s1"));
    CHECK(outcome(t, "s1")->outcome == BracketOutcome::closed);
    CHECK(t.notes.told<Accepted>(6).size() == 1);
    REQUIRE(t.notes.told<Verdict>(6).size() == 1);
    CHECK(t.notes.told<Verdict>(6)[0].approved);
    CHECK(t.notes.told<Placed>(6).size() == 1);
    CHECK(t.open_orders() == 2);
    CHECK(t.base_total() == "9");  // one of ten is sold
    AND_WHEN("it is flipped while it is flipped") {
      t.stage->send(t.shard.risk, flip);
      t.pass(100ms);
      REQUIRE(t.notes.told<Refused>(sender).size() == 1);
      CHECK(t.notes.told<Refused>(sender)[0].reason == Reason::not_found);  // s1 is no more
    }
  }
  WHEN("the process dies in between") {
    t.stage->run();
    REQUIRE_FALSE(outcome(t, "s1"));
    t.restart();
    t.pass_with_ticks(8s);
    CHECK(outcome(t, "s1")->outcome == BracketOutcome::closed);
    REQUIRE(outcome(t, "s2"));
    CHECK(outcome(t, "s2")->outcome == BracketOutcome::refused);
    CHECK(outcome(t, "s2")->reason == Reason::shutting_down);
    CHECK(t.open_orders() == 0);
    CHECK(t.base_total() == "10");
  }
  WHEN("entries are stopped before it is flat") {
    t.stage->run();
    set_state(t, TradingState::no_entries);
    t.pass(200ms);
    CHECK(outcome(t, "s1")->outcome == BracketOutcome::closed);
    CHECK(t.verdict("s2").reason == Reason::trading_halted);
    CHECK(t.base_total() == "10");
  }
}

SCENARIO("an operator's evidence ends an order of unknown fate", "[resolve]") {
  TradingStage t;
  t.faults.add(
      simulator::RequestFault{.times = 0, .kind = simulator::FaultKind::lost, .executed = false});
  const auto signal = t.signal("s1");
  t.submit(signal);
  t.pass_with_ticks(20s);
  const auto orders = t.notes.all<OrderEvent>();
  REQUIRE_FALSE(orders.empty());
  REQUIRE(orders.back().stage == OrderStage::unknown);
  const auto resolve = [&](const ClientOrderId& order) {
    t.notes.replies.clear();
    t.stage->send(t.shard.orders, ResolveOrder{.command = {.id = SignalId{"v1"},
                                                           .account = signal.account,
                                                           .order = order,
                                                           .found = Evidence::absent},
                                               .client = sender});
    t.pass(100ms);
  };
  resolve(orders.back().order);
  CHECK(t.notes.told<Done>(sender).size() == 1);
  REQUIRE(outcome(t, "s1"));
  CHECK(outcome(t, "s1")->outcome == BracketOutcome::not_executed);
  resolve(orders.back().order);
  REQUIRE(t.notes.told<Refused>(sender).size() == 1);
  CHECK(t.notes.told<Refused>(sender)[0].reason == Reason::fate_known);
  // The instrument is free again.
  t.faults.clear();
  t.restart();
  t.pass_with_ticks(1s);
  t.submit(t.signal("s2"));
  CHECK(t.verdict("s2").approved);
}
