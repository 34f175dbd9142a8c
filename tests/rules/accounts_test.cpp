// One book for several accounts and symbols: what is told of one changes nothing of the others.
#include <map>

#include "actors/rules/bracket_book.hpp"
#include "actors/rules/suspects.hpp"
#include "tests/rules/machine.hpp"

using namespace signalbox;
using namespace signalbox::test;
using namespace std::chrono_literals;

namespace {

const AccountName other_account{"other"};
const Symbol eth_usdt{"ETH/USDT"};

Plan plan_of(std::string_view id, const AccountName& account = main_account,
             const Symbol& symbol = btc_usdt, Side side = Side::buy) {
  auto s = a_signal(id);
  s.account = account;
  s.symbol = symbol;
  s.side = side;
  if (side == Side::sell) {
    s.stop_loss = StopLoss{.price = Price{110}};
    s.take_profit = {TakeProfit{.price = Price{80}}};
  }
  auto i = spot_instrument();
  i.symbol = symbol;
  i.fee_in_base = false;
  return plan_for(s, i);
}
Plan derivative(Plan plan) {
  plan.instrument.kind = MarketKind::linear;
  plan.facts.exits_hold_balance = plan.facts.pairs = false;
  return plan;
}
Plan by_engine(Plan plan) {
  plan.signal.min_tier = Tier::engine;
  plan.facts.tier = Tier::engine;
  return plan;
}

struct Books {
  const Plan& open(const Plan& plan) {
    book.open(plan, at({}), out);
    return plan;
  }
  void tell(const SignalHash& key, const LegEvent& event, Duration when = {}) {
    out.clear();
    book.told(key, event, at(when), out);
  }
  /// All of it has filled.
  void fill(const Plan& plan) {
    tell(plan.key, {.what = What::filled,
                    .leg = entry,
                    .side = plan.signal.side,
                    .quantity = plan.quantity,
                    .price = Price{100}});
    tell(plan.key, {.what = What::ended, .leg = entry});
  }
  std::size_t wishes_of(const SignalHash& key) const {
    return static_cast<std::size_t>(std::count_if(out.wishes.begin(), out.wishes.end(),
                                                  [&](const auto& w) { return w.bracket == key; }));
  }
  BracketBook book;
  BookOut out;
};

}  // namespace

TEST_CASE("a position of one account and symbol is shared out among its own brackets only",
          "[ledger]") {
  Books books;
  const auto here = books.open(derivative(plan_of("here")));
  const auto there = books.open(derivative(plan_of("there", other_account)));
  const auto eth = books.open(derivative(plan_of("eth", main_account, eth_usdt)));
  const auto spot = books.open(plan_of("spot", main_account, Symbol{"ADA/USDT"}));
  for (const auto& plan : {here, there, eth, spot}) books.fill(plan);
  const auto hears = [&](const AccountName& account, const Symbol& symbol, std::int64_t quantity) {
    PositionsSeen seen;
    seen.positions = {{.symbol = symbol, .quantity = Quantity{quantity}}};
    seen.moved = {symbol == btc_usdt ? eth_usdt : btc_usdt};
    if (!books.out.doubts.empty()) seen.confirmed = {symbol};
    books.out.clear();
    books.book.on_positions(account, seen, at(1s), books.out);
  };
  hears(main_account, btc_usdt, 1);
  CHECK(books.out.doubts.empty());
  CHECK(books.out.positions.empty());

  // Another quantity each time is another doubt: nobody is believed before it stays.
  hears(main_account, btc_usdt, 3);
  REQUIRE(books.out.doubts.size() == 1);
  hears(main_account, btc_usdt, 4);
  REQUIRE(books.out.doubts.size() == 1);
  CHECK(books.out.positions.empty());
  hears(main_account, btc_usdt, 4);
  REQUIRE(books.out.positions.size() == 1);
  CHECK(books.out.positions[0].external == Quantity{3});

  // What is external on one account is not looked for on the other.
  hears(other_account, btc_usdt, 1);
  CHECK(books.out.doubts.empty());
  CHECK(books.out.positions.empty());
  CHECK(books.book.find(there.key)->held() == Quantity{1});
  CHECK(books.book.find(eth.key)->held() == Quantity{1});
}

TEST_CASE("a reduce-only signal whose bracket is gone by then ends without a sale",
          "[book][reduce]") {
  Books books;
  auto s = a_signal("reduce");
  s.reduce_only = true;
  const std::vector<ReductionPart> parts{{key_of(a_signal("gone")), Quantity{1}}};
  books.book.reduce(s, parts, at({}), books.out);
  REQUIRE(books.out.outcomes.size() == 1);
  CHECK(books.out.outcomes[0].outcome == BracketOutcome::not_executed);
  CHECK(books.book.reductions() == 0);
}

TEST_CASE("what is protected while an account is being flattened is closed with the rest",
          "[book][protect][I8]") {
  Books books;
  auto plan = plan_of("held");
  plan.held_already = true;
  TradingState state = TradingState::flatten;
  SECTION("flatten: sold") {}
  SECTION("no entries: it stands under a stop") { state = TradingState::no_entries; }
  books.book.on_state(main_account, state, at({}), books.out);
  books.out.clear();
  books.open(plan);
  CHECK(books.book.find(plan.key)->closing() == (state == TradingState::flatten));
}

TEST_CASE("a recovered bracket is there once", "[book][recovery]") {
  Books books;
  auto plan = plan_of("lost");
  plan.signal.stop_loss.reset();
  books.book.recover(plan, {}, at({}), books.out);
  CHECK(books.book.open_count() == 0);  // nothing is known of it: it is over at once
  books.out.clear();
  books.book.recover(plan, {}, at({}), books.out);
  CHECK(books.out.outcomes.empty());
}

TEST_CASE("an order that is found after its bracket has ended is looked after, told of once",
          "[book][I3]") {
  Books books;
  const auto plan = books.open(plan_of("s"));
  books.tell(plan.key, {.what = What::ended, .leg = entry, .end = LegEnd::absent});
  REQUIRE(books.out.outcomes.size() == 1);
  books.tell(plan.key, {.what = What::sent, .leg = stop0, .quantity = Quantity{1}}, 1s);
  CHECK(books.wishes_of(plan.key) == 1);  // nothing is held: it has to go
  CHECK(books.out.outcomes.empty());
  CHECK(books.book.next_due());
  books.tell(plan.key, {.what = What::ended, .leg = stop0, .end = LegEnd::cancelled}, 2s);
  CHECK(books.out.outcomes.empty());
}

TEST_CASE("who begins to watch a market is shown at once where it stands", "[book][engine]") {
  Books books;
  books.book.on_link(main_account, true, at({}), books.out);
  const auto first = books.open(by_engine(plan_of("first")));
  const auto apart = books.open(by_engine(plan_of("apart", other_account)));
  books.book.on_tick(main_account, Tick{.symbol = btc_usdt, .bid = Price{89}, .ask = Price{90}},
                     at(1s).mono, at(1s), books.out);
  const auto second = plan_of("second");
  books.open(second);
  books.fill(second);
  // Its stop is not taken any more; the engine is the stop from now on, and the market is past it.
  SECTION("an account's link says nothing of another's") {
    books.book.on_link(other_account, true, at(1s), books.out);
    CHECK(books.book.find(first.key)->by_engine());
    CHECK(books.book.find(apart.key)->by_engine());
  }
  SECTION("a short looks at what it would be bought back for") {
    const auto turned =
        books.open(by_engine(plan_of("short", other_account, eth_usdt, Side::sell)));
    books.book.on_link(other_account, true, at(1s), books.out);
    books.fill(turned);
    books.out.clear();
    books.book.on_tick(other_account,
                       Tick{.symbol = eth_usdt, .bid = Price{109}, .ask = Price{110}}, at(2s).mono,
                       at(2s), books.out);
    CHECK(books.book.find(turned.key)->closing());
  }
}

TEST_CASE("the engine becomes the stop of what filled, and knows the market from others",
          "[book][engine][I1]") {
  Books books;
  books.book.on_link(main_account, true, at({}), books.out);
  books.open(by_engine(plan_of("watching")));
  books.book.on_tick(main_account, Tick{.symbol = btc_usdt, .bid = Price{89}, .ask = Price{90}},
                     at({}).mono, at({}), books.out);
  auto plan = plan_of("late");
  plan.signal.min_tier = Tier::engine;
  plan.signal.take_profit.clear();
  books.open(plan);
  books.fill(plan);
  books.tell(
      plan.key,
      {.what = What::ended, .leg = stop0, .end = LegEnd::rejected, .refusal = Refusal::unsupported},
      500ms);
  CHECK(books.book.find(plan.key)->by_engine());
  CHECK(books.book.find(plan.key)->closing());  // 89 is below its 90
}

TEST_CASE("the earlier of silence and a bracket's deadline is the next", "[book][silence]") {
  Books books;
  const StrategyName trend{"trend"};
  books.book.silence().configure(
      main_account, {.strategy = trend, .after = 5s, .action = OnSilence::cancel_entries});
  books.book.silence().heard(main_account, trend, at({}).mono);
  CHECK(books.book.next_due() == at(5s).mono);
  auto plan = plan_of("s");
  plan.entry_expires = at(3s).mono;
  books.open(plan);
  const auto apart = books.open(plan_of("apart", other_account));
  auto mean = plan_of("mean");
  mean.signal.strategy = StrategyName{"mean"};
  mean.key = key_of(mean.signal);
  books.open(mean);
  const auto over = books.open(plan_of("over"));
  books.tell(over.key, {.what = What::ended, .leg = entry, .end = LegEnd::rejected});
  CHECK(books.book.next_due() == at(3s).mono);
  books.out.clear();
  books.book.on_time(at(6s), books.out);
  CHECK(books.wishes_of(plan.key) > 0);
  CHECK(books.wishes_of(apart.key) + books.wishes_of(mean.key) + books.wishes_of(over.key) == 0);
}

TEST_CASE("a start decides for the accounts that are settled, and for what is still open there",
          "[book][recovery]") {
  Books books;
  const auto mine = plan_of("mine"), looked_for = plan_of("looked_for"), over = plan_of("over");
  const auto apart = plan_of("apart", other_account);
  for (const auto& plan : {mine, looked_for, over, apart}) books.book.restore(plan);
  books.book.replay_ended(over.key, at({}));
  books.book.replay(over.key, {.what = What::ended, .leg = entry, .end = LegEnd::rejected}, at({}),
                    books.out);
  books.book.resume(main_account, std::array{looked_for.key}, at({}), books.out);
  CHECK(books.book.find(mine.key)->resumed());
  CHECK_FALSE(books.book.find(looked_for.key)->resumed());
  CHECK_FALSE(books.book.find(apart.key)->resumed());
  books.book.resume(main_account, {}, at({}), books.out);
  CHECK(books.book.find(looked_for.key)->resumed());
}

TEST_CASE("the rule that runs is known, should it throw", "[book]") {
  Books books;
  const auto suspects = std::make_shared<Suspects>();
  books.book.set_suspects(suspects);
  const auto plan = books.open(plan_of("s"));
  CHECK(suspects->strike("a defect"));
  CHECK_FALSE(suspects->quarantined(plan.key));
  books.tell(plan.key, {.what = What::unknown, .leg = entry});
  CHECK(suspects->strike("again"));
  CHECK(suspects->quarantined(plan.key));
  CHECK(suspects->why(plan.key) == "again");
  CHECK(suspects->why(key_of(a_signal("other"))).empty());
  CHECK_FALSE(suspects->quarantined(key_of(a_signal("other"))));
  CHECK(suspects->size() == 1);
  CHECK_FALSE(suspects->strike("outside of any rule"));
}
