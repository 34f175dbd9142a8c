// The book of all brackets: what commands, trading states, time and a replay do to them.
#include <map>
#include <set>

#include "actors/rules/bracket_book.hpp"
#include "actors/rules/risk.hpp"
#include "tests/rules/machine.hpp"

using namespace signalbox;
using namespace signalbox::test;
using namespace std::chrono_literals;

namespace {

const AccountName other_account{"other"};
const LegEvent entry_gone{.what = What::ended, .leg = entry, .end = LegEnd::cancelled};

/// Three resting entries: two strategies on one account, a third on another.
struct Book3 {
  Book3() {
    open("one", main_account, "trend", "BTC/USDT");
    open("two", main_account, "mean", "ETH/USDT");
    open("far", other_account, "trend", "BTC/USDT");
    out.clear();
  }
  void open(std::string_view id, const AccountName& account, std::string_view strategy,
            std::string_view symbol) {
    auto s = a_limit_signal(id);
    s.account = account;
    s.strategy = StrategyName{strategy};
    s.symbol = Symbol{symbol};
    plans.emplace(std::string{id}, plan_for(s));
    book.open(plans.at(std::string{id}), at({}), out);
  }
  SignalHash key(const char* id) const { return plans.at(id).key; }
  void tell(const char* id, const LegEvent& event, Duration when = {}) {
    out.clear();
    book.told(key(id), event, at(when), out);
  }
  void fill(const char* id, std::string_view quantity) {
    tell(id, {.what = What::filled,
              .leg = entry,
              .side = Side::buy,
              .quantity = qty(quantity),
              .price = Price{100}});
  }
  /// Whose entries shall go.
  std::set<SignalHash> withdrawn() const {
    std::set<SignalHash> keys;
    for (const auto& asked : out.wishes)
      if (gone(asked.wish, entry)) keys.insert(asked.bracket);
    return keys;
  }

  std::map<std::string, Plan> plans;
  BracketBook book;
  BookOut out;
};

}  // namespace

TEST_CASE("a trading state takes down the resting entries of its account", "[book][I8]") {
  struct Row {
    TradingState state;
    bool withdraws;
    bool closes;
  };
  for (const Row& row :
       {Row{TradingState::active, false, false}, Row{TradingState::no_entries, true, false},
        Row{TradingState::reduce_only, true, false}, Row{TradingState::halted, true, false},
        Row{TradingState::flatten, true, true}}) {
    INFO(name_of(row.state));
    Book3 b;
    b.book.on_state(main_account, row.state, at(1s), b.out);
    CHECK(b.withdrawn().contains(b.key("one")) == row.withdraws);
    CHECK(b.withdrawn().contains(b.key("two")) == row.withdraws);
    CHECK_FALSE(b.withdrawn().contains(b.key("far")));
    CHECK(b.book.find(b.key("one"))->closing() == row.closes);
    CHECK_FALSE(b.book.find(b.key("far"))->closing());
  }
}

TEST_CASE("a state touches nothing that has ended", "[book]") {
  Book3 b;
  b.tell("one", entry_gone);
  REQUIRE(b.book.find(b.key("one"))->ended());
  b.out.clear();
  b.book.on_state(main_account, TradingState::flatten, at(1s), b.out);
  CHECK_FALSE(b.book.find(b.key("one"))->closing());
}

TEST_CASE("cancel_all takes the entries that it names, and counts them", "[book]") {
  const std::optional<StrategyName> trend{StrategyName{"trend"}};
  const std::optional<Symbol> eth{Symbol{"ETH/USDT"}};
  Book3 b;
  SECTION("all of an account") {
    CHECK(b.book.cancel_entries(main_account, {}, {}, at(1s), b.out) == 2);
    CHECK(b.withdrawn() == std::set{b.key("one"), b.key("two")});
  }
  SECTION("of a strategy") {
    CHECK(b.book.cancel_entries(main_account, trend, {}, at(1s), b.out) == 1);
    CHECK(b.withdrawn() == std::set{b.key("one")});
  }
  SECTION("of a symbol") {
    CHECK(b.book.cancel_entries(main_account, {}, eth, at(1s), b.out) == 1);
    CHECK(b.withdrawn() == std::set{b.key("two")});
  }
  SECTION("of both") { CHECK(b.book.cancel_entries(main_account, trend, eth, at(1s), b.out) == 0); }
  SECTION("not what has ended, and not what is there without an entry") {
    b.tell("one", entry_gone);
    b.fill("two", "1");
    b.tell("two", {.what = What::ended, .leg = entry});
    CHECK(b.book.cancel_entries(main_account, {}, {}, at(1s), b.out) == 0);
  }
}

TEST_CASE("a command for a bracket that has ended, or never was, is not taken", "[book]") {
  Book3 b;
  b.tell("one", entry_gone);
  const std::vector targets{Price{130}};
  for (const auto& key : {b.key("one"), SignalHash{"nobody0000"}}) {
    CHECK_FALSE(b.book.cancel_entry(key, at(1s), b.out));
    CHECK_FALSE(b.book.close(key, BracketOutcome::closed, at(1s), b.out));
    CHECK_FALSE(b.book.shed(key, qty("0.1"), at(1s), b.out));
    CHECK_FALSE(b.book.amend(key, Price{95}, targets, at(1s), b.out));
    CHECK_FALSE(b.book.release(key, at(1s), b.out));
  }
  CHECK(b.book.amend(b.key("two"), Price{95}, targets, at(1s), b.out));
  CHECK(b.book.find(b.key("two"))->stop_price() == Price{95});
}

TEST_CASE("an ended bracket takes late fills for a while, then it is forgotten", "[book][I1]") {
  Book3 b;
  b.tell("one", entry_gone, 1s);
  REQUIRE(b.out.outcomes.size() == 1);
  CHECK(b.book.open_count() == 2);
  b.out.clear();
  b.book.on_time(at(1s + BracketBook::late_fills_for - 1ns), b.out);
  CHECK(b.out.forgotten.empty());
  b.book.on_time(at(1s + BracketBook::late_fills_for), b.out);
  REQUIRE(b.out.forgotten.size() == 1);
  CHECK(b.out.forgotten[0].bracket == b.key("one"));
  CHECK(b.book.find(b.key("one")) == nullptr);
  // A fill that comes after that is nobody's: somebody must look.
  b.fill("one", "0.5");
  CHECK(b.out.pages.size() == 1);
  b.tell("one", entry_gone);
  CHECK(b.out.pages.empty());
}

TEST_CASE("opened or restored twice a bracket is there once", "[book][I2]") {
  Book3 b;
  b.book.open(b.plans.at("one"), at(1s), b.out);
  b.book.restore(b.plans.at("one"));
  CHECK(b.out.wishes.empty());
  CHECK(b.book.open_count() == 3);
}

TEST_CASE("a replay hears the same commands and ends", "[book][recovery]") {
  Book3 b;
  const auto key = b.key("one");
  const auto command = [&](CommandRecord record) { b.book.replay(record, at(1s)); };
  CommandRecord amended{.bracket = key, .command = BracketCommand::amend, .stop = Price{95}};
  amended.targets = {Price{130}};
  command(amended);
  CHECK(b.book.find(key)->stop_price() == Price{95});
  command({.bracket = key, .command = BracketCommand::close, .quantity = qty("0.1")});
  command({.bracket = key, .command = BracketCommand::cancel_entry});
  command({.bracket = key, .command = BracketCommand::release});
  command({.bracket = SignalHash{"nobody0000"}, .command = BracketCommand::close});
  CHECK(b.book.find(key)->phase() == BracketPhase::closing);
  b.book.replay_ended(key, at(1s));
  b.book.replay_ended(key, at(1s));
  CHECK(b.book.open_count() == 2);
  b.book.replay_forgotten(key);
  b.book.replay_forgotten(key);
  CHECK(b.book.open_count() == 2);
  CHECK(b.book.find(key) == nullptr);
  b.book.replay_forgotten(b.key("two"));  // its end was so long ago that nothing else is kept
  CHECK(b.book.open_count() == 1);
  b.book.replay(key, entry_gone, at(1s), b.out);
  command({.bracket = key, .command = BracketCommand::close});
}

TEST_CASE("a reduction that was told to end is not told again after a restart",
          "[book][reduce][recovery]") {
  for (const bool long_ago : {false, true}) {
    Book3 b;
    auto s = a_signal("r");
    s.reduce_only = true;
    b.fill("one", "1");
    b.book.restore(s, std::vector{ReductionPart{b.key("one"), qty("0.4")}}, at(1s));
    CHECK(b.book.reductions() == 1);
    if (long_ago)
      b.book.replay_forgotten(key_of(s));
    else
      b.book.replay_ended(key_of(s), at(1s));
    CHECK(b.book.reductions() == 0);
  }
}

TEST_CASE("a surplus that was another bracket's is bought back by a plain order",
          "[book][ledger][I4]") {
  BracketBook book;
  BookOut out;
  const auto opened = [&](std::string_view id) {
    auto plan = free_plan(false);
    plan.signal = a_signal(id);
    plan.key = signal_hash(plan.signal.account, plan.signal.strategy, plan.signal.id);
    plan.instrument.kind = MarketKind::linear;
    book.open(plan, at({}), out);
    return plan.key;
  };
  const auto tell = [&](const SignalHash& key, const LegEvent& event) {
    book.told(key, event, at(1ms), out);
  };
  const auto traded = [&](const SignalHash& key, LegId leg, Side side, std::int64_t price) {
    tell(key, {.what = What::filled,
               .leg = leg,
               .side = side,
               .quantity = Quantity{1},
               .price = Price{price}});
    tell(key, {.what = What::ended, .leg = leg, .end = LegEnd::filled});
  };
  const bool in_company = GENERATE(true, false);
  const auto two = opened("two");
  if (in_company) traded(opened("one"), entry, Side::buy, 100);
  traded(two, entry, Side::buy, 100);
  out.clear();
  traded(two, stop0, Side::sell, 90);
  traded(two, target0, Side::sell, 120);
  std::optional<bool> reduce_only;
  for (const auto& [key, account, wish] : out.wishes)
    if (key == two && wish.order_class == OrderClass::close) reduce_only = wish.legs[0].reduce_only;
  REQUIRE(reduce_only);
  // Reduce-only it would be refused: the position is still long.
  CHECK(*reduce_only == !in_company);
}

TEST_CASE("of a reduction's sale only what is sold counts", "[book][reduce]") {
  Book3 b;
  auto s = a_signal("r");
  s.reduce_only = true;
  b.fill("one", "1");
  b.out.clear();
  b.book.reduce(s, std::vector{ReductionPart{b.key("one"), qty("0.4")}}, at(1s), b.out);
  // What is bought back of a surplus is no sale.
  b.tell("one", {.what = What::filled,
                 .leg = close0,
                 .side = Side::buy,
                 .quantity = qty("0.1"),
                 .price = Price{100}});
  CHECK(b.out.outcomes.empty());
  CHECK(b.book.reductions() == 1);
}

TEST_CASE("where the market of a bracket stands is told while its ticker is young", "[risk]") {
  Risk risk{{}, std::vector{RiskAccount{main_account, {}, {}}}};
  const auto plan = plan_for(a_signal("s"));
  CHECK_FALSE(risk.market_of(main_account, plan.key, at({}).mono));
  static_cast<void>(risk.approved_before(plan));
  CHECK_FALSE(risk.market_of(main_account, plan.key, at({}).mono));  // nothing was heard yet
  risk.exposure().on_tick(
      main_account, Tick{.symbol = btc_usdt, .bid = Price{99}, .ask = Price{101}}, at({}).mono);
  const auto market = risk.market_of(main_account, plan.key, at(5s).mono);
  REQUIRE(market);
  CHECK(market->bid == Price{99});
  CHECK(market->ask == Price{101});
  CHECK_FALSE(risk.market_of(main_account, plan.key, at(5s + 1ns).mono));
  CHECK_FALSE(risk.market_of(other_account, plan.key, at({}).mono));
}

TEST_CASE("what was approved before is reserved again, each as it was", "[risk][recovery][I7]") {
  Risk risk{{}, std::vector{RiskAccount{main_account, {}, {}}}};
  auto bracket = plan_for(a_signal("s"));
  static_cast<void>(risk.approved_before(bracket));
  CHECK(risk.exposure().open_notional() == worth("100"));
  auto sale = plan_for(a_signal("sale"));
  sale.unprotected_by_request = true;
  sale.signal.side = Side::sell;
  static_cast<void>(risk.approved_before(sale));  // inventory: it opens nothing
  CHECK(risk.exposure().open_brackets(main_account) == 1);
  auto held = plan_for(a_signal("held"));
  held.held_already = true;
  static_cast<void>(risk.approved_before(held));
  CHECK(risk.exposure().open_brackets(main_account) == 2);
  CHECK(risk.exposure().position(main_account, btc_usdt) == Quantity{2});
  // Only the first is still to be paid.
  risk.exposure().on_balances(other_account, {}, at({}).mono);
  const std::vector balances{Balance{Asset{"USDT"}, Quantity{1'000}, {}}};
  risk.exposure().on_balances(main_account, balances, at({}).mono);
  CHECK(risk.exposure().available(main_account, Asset{"USDT"}) == Quantity{900});
}

TEST_CASE("a signal's state so far has every stage that was noted", "[risk]") {
  Risk risk{{}, std::vector{RiskAccount{main_account, {}, {}}}};
  const auto s = a_signal("s");
  Verdict verdict;
  verdict.id = s.id;
  verdict.strategy = s.strategy;
  verdict.account = s.account;
  verdict.symbol = s.symbol;
  verdict.reason = Reason::low_confidence;
  verdict.detail = Detail{"too low"};
  const auto refused = refused_outcome(verdict, at(1s).wall);
  CHECK(refused.outcome == BracketOutcome::refused);
  CHECK(refused.reason == Reason::low_confidence);
  CHECK(refused.detail == verdict.detail);
  CHECK(refused.time == at(1s).wall);
  const auto note_all = [&] {
    risk.note(key_of(s), verdict);
    risk.note(key_of(s), Placed{.id = s.id});
    risk.note(key_of(s), refused);
  };
  note_all();  // nobody asked for it: nothing is kept
  CHECK_FALSE(risk.state_of(s).verdict);
  risk.remember(s, {}, {}, at({}));
  note_all();
  const auto answer = risk.state_of(s);
  CHECK(answer.verdict == verdict);
  CHECK(answer.placed);
  CHECK(answer.outcome == refused);
  CHECK(risk.state(main_account) == TradingState::active);
  CHECK(risk.state(other_account) == TradingState::halted);  // what is not known does not trade
  // Nor does it harm to hear of it.
  risk.on_link(other_account, LinkState::ready);
  risk.set_state(other_account, TradingState::active);
  risk.set_frozen(other_account, btc_usdt, true);
  risk.on_instruments(other_account, {});
  CHECK(risk.state(other_account) == TradingState::halted);
}
