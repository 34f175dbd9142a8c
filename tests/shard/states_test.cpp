// What may be done in which trading state, cell by cell; and what happens outside of us, through
// the whole shard.
#include "tests/shard/judge.hpp"

using namespace signalbox;
using namespace signalbox::test;
using namespace std::chrono_literals;

namespace {

constexpr ClientToken strategy = 5;
constexpr ClientToken person = 6;

/// An open bracket "held" and a resting entry "rests"; then the state.
struct InState : TradingStage {
  explicit InState(TradingState state) {
    submit(signal("held"));
    submit(limit_signal("rests", "99"));
    REQUIRE(open_orders() == 3);
    set_state(*this, state);
    pass(100ms);
  }
  void close(ClientToken who, bool by_operator) {
    stage->send(shard.brackets, CommandBracket{.command = SignalId{"c"},
                                               .bracket = key_of(signal("held")),
                                               .account = AccountName{"main"},
                                               .what = BracketCommand::close,
                                               .by_operator = by_operator,
                                               .client = who});
    pass(100ms);
  }
  bool is_over(std::string_view id) const {
    for (const auto& each : outcomes())
      if (each.id.view() == id) return true;
    return false;
  }
};

}  // namespace

SCENARIO("the table of trading states", "[states][I8]") {
  struct Row {
    TradingState state;
    bool new_entry, resting_stays, protective, close, operator_closes;
    TradingState after;
  };
  using S = TradingState;
  const Row rows[] = {
      // state        new    rests  protects close  operator  afterwards
      {S::active, true, true, true, true, true, S::active},
      {S::no_entries, false, false, true, true, true, S::no_entries},
      {S::reduce_only, false, false, true, true, true, S::reduce_only},
      // The engine closes: nothing is left to protect or to close.
      {S::flatten, false, false, false, false, false, S::no_entries},
      {S::halted, false, false, true, false, true, S::halted},
  };
  for (const auto& row : rows) {
    INFO(name_of(row.state));
    {
      InState t{row.state};
      CHECK(t.is_over("rests") == !row.resting_stays);
      CHECK(t.is_over("held") == (row.state == S::flatten));
      CHECK(t.notes.all<NoticeEvent>().back().state == row.after);
      t.submit(t.signal("new"));
      CHECK(t.verdict("new").approved == row.new_entry);
    }
    {
      InState t{row.state};
      const auto stops = t.notes.all<BracketEvent>();
      t.stage->send(t.shard.risk, AmendBracket{.command = {.id = SignalId{"a"},
                                                           .signal = SignalId{"held"},
                                                           .account = AccountName{"main"},
                                                           .strategy = StrategyName{"trend"},
                                                           .stop_loss = Price{95}},
                                               .client = strategy});
      t.pass(200ms);
      CHECK(t.notes.told<Done>(strategy).size() == row.protective);
      const auto last = t.notes.all<BracketEvent>().back();
      CHECK((last.stop == Price{95} && last.covered == last.position) == row.protective);
      CHECK(t.longest_uncovered() < 200ms);
    }
    {
      InState t{row.state};
      t.close(strategy, false);
      CHECK(t.notes.told<Done>(strategy).size() == row.close);
      CHECK(t.is_over("held") == (row.close || row.state == S::flatten));
      if (row.state == S::halted) {
        REQUIRE(t.notes.told<Refused>(strategy).size() == 1);
        CHECK(t.notes.told<Refused>(strategy)[0].reason == Reason::not_operator);
      }
      if (row.close) continue;
      t.close(person, true);
      CHECK(t.notes.told<Done>(person).size() == row.operator_closes);
    }
    {
      InState t{row.state};
      t.stage->send(t.shard.orders, ClientQuery{.command = SignalId{"q"},
                                                .account = AccountName{"main"},
                                                .query = FetchOpenOrders{},
                                                .client = strategy});
      command(t, t.limit_signal("rests", "99"), BracketCommand::cancel_entry);
      t.pass(100ms);
      CHECK(t.notes.told<OrdersAnswer>(strategy).size() == 1);
      CHECK(t.is_over("rests"));
    }
  }
}

SCENARIO("only an operator flattens what is halted", "[states][I8]") {
  InState t{TradingState::halted};
  const auto flatten = [&](ClientToken who, bool by_operator) {
    t.stage->send(t.shard.risk, SetState{.command = SignalId{"f"},
                                         .account = {},
                                         .state = TradingState::flatten,
                                         .client = who,
                                         .by_operator = by_operator});
    t.pass(100ms);
  };
  flatten(strategy, false);
  REQUIRE(t.notes.told<Refused>(strategy).size() == 1);
  CHECK(t.notes.told<Refused>(strategy)[0].reason == Reason::not_operator);
  CHECK_FALSE(t.is_over("held"));
  flatten(person, true);
  CHECK(t.notes.told<Done>(person).size() == 1);
  CHECK(t.is_over("held"));
}

SCENARIO("a halt is known to brackets before the account is ready again", "[states][recovery]") {
  InState t{TradingState::halted};
  t.restart();
  t.close(strategy, false);
  CHECK(t.notes.told<Refused>(strategy).size() == 1);
}

SCENARIO("a strategy that falls silent loses its entries, also when the engine restarts in between",
         "[silence][recovery][I11]") {
  TradingStage::Options options;
  options.silences = {{StrategyName{"trend"}, 30s, OnSilence::cancel_entries}};
  TradingStage t{options};
  t.submit(t.signal("held"));
  t.submit(t.limit_signal("rests", "95"));
  const auto beat = [&](ClientToken who) {
    t.stage->send(t.shard.brackets, StrategyHeard{.command = SignalId{"h"},
                                                  .account = AccountName{"main"},
                                                  .strategy = StrategyName{"trend"},
                                                  .client = who});
    t.pass(10ms);
  };
  t.pass(5min);
  REQUIRE(t.open_orders() == 3);
  beat(strategy);
  CHECK(t.notes.told<Done>(strategy).size() == 1);
  t.pass(20s);
  beat(strategy);
  t.pass(20s);
  REQUIRE(t.open_orders() == 3);
  t.restart();
  t.pass(20s);
  CHECK(t.open_orders() == 3);  // it has its whole time again
  t.pass(30s);
  CHECK(t.open_orders() == 2);
  CHECK(t.held() == Quantity{num("0.999")});
  bool told = false;
  for (const auto& notice : t.notes.all<NoticeEvent>())
    told = told || (notice.page && notice.detail.view().find("silent") != std::string_view::npos);
  CHECK(told);
}

SCENARIO("what somebody else does to a derivative's position reaches the ledger", "[ledger][I13]") {
  TradingStage::Options options;
  options.kind = MarketKind::linear;
  TradingStage t{options};
  auto signal = t.signal("s1");
  signal.stop_loss->trigger = Trigger::last;
  t.submit(signal);
  t.pass(5s);
  const auto held = [&] { return t.notes.all<BracketEvent>().back().position; };
  const Quantity all = held();
  REQUIRE(all.is_positive());
  CHECK(t.notes.all<PositionEvent>().empty());

  WHEN("somebody buys more") {
    t.exchange.deposit(t.account, Asset{"BTC"}, num("0.5"), t.stage->clock().wall());
    t.pass(PositionWatch::ask_every + 5s);
    REQUIRE(t.notes.all<PositionEvent>().size() == 1);
    CHECK(t.notes.all<PositionEvent>()[0].external == Quantity{num("0.5")});
    CHECK(held() == all);
    THEN("it can be protected") {
      auto protect = signal;
      protect.id = SignalId{"p1"};
      protect.time = t.stage->clock().wall();
      protect.quantity = Quantity{num("0.5")};
      protect.confidence.reset();
      t.pass_with_ticks(1s);
      t.submit_only(SubmitSignal{protect, Origin::protect(), strategy});
      t.pass(100ms);
      CHECK(t.verdict("p1").approved);
      CHECK(t.open_orders() == 4);
      CHECK(t.notes.all<PositionEvent>().back().external.is_zero());
    }
    THEN("flatten leaves it, and takes it when it is told to") {
      t.pass_with_ticks(1s);
      set_state(t, TradingState::flatten);
      t.pass(5s);
      CHECK(t.base_total() == "10.5");
      t.stage->send(t.shard.risk, SetState{.command = SignalId{"all"},
                                           .account = {},
                                           .state = TradingState::flatten,
                                           .client = person,
                                           .external = true});
      t.pass(5s);
      CHECK(t.base_total() == "10");
      CHECK(t.open_orders() == 0);
      CHECK(t.notes.told<Done>(person).size() == 1);
    }
  }
}
