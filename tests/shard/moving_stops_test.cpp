// Several targets, stops that follow the market and partial closes, through the whole shard.
#include "tests/shard/judge.hpp"

using namespace signalbox;
using namespace signalbox::test;
using namespace std::chrono_literals;

namespace {

/// Trigger prices of the stops that stand at the exchange, highest first.
std::vector<std::string> stops(const TradingStage& t) {
  std::vector<Price> prices;
  for (const auto id : t.exchange.orders().open(t.account))
    if (const auto& order = t.exchange.orders()[id]; simulator::is_stop(order.type))
      prices.push_back(order.stop_price);
  std::sort(prices.begin(), prices.end(), std::greater{});
  std::vector<std::string> texts;
  for (const auto& price : prices) texts.push_back(price.str());
  return texts;
}

Signal ladder(const TradingStage& t, std::string_view id) {
  auto signal = t.signal(id);
  const auto target = [](std::int64_t at, std::string_view fraction) {
    return TakeProfit{.price = Price{at}, .fraction = num(fraction)};
  };
  signal.take_profit = {target(110, "0.5"), target(120, "0.3"), target(130, "0.2")};
  signal.break_even_after = 1;
  return signal;
}

}  // namespace

SCENARIO("several targets, and break-even after the first", "[bracket][targets][I1]") {
  TradingStage t;
  t.submit(ladder(t, "s1"));
  REQUIRE(t.verdict("s1").approved);
  CHECK(t.open_orders() == 6);
  CHECK(stops(t) == std::vector<std::string>{"90", "90", "90"});
  t.move_to("111");
  t.pass(100ms);
  CHECK(t.held() == Quantity{num("0.5")});
  CHECK(stops(t) == std::vector<std::string>{"100.01", "100.01"});
  CHECK(t.longest_uncovered() < 100ms);
  THEN("a fall sells the rest where it was bought") {
    t.move_to("99");
    t.pass(100ms);
    CHECK(t.open_orders() == 0);
    REQUIRE(t.outcomes().size() == 1);
    CHECK(t.outcomes()[0].profit.value_or(Decimal{}).is_positive());
  }
  THEN("another process goes on with it") {
    t.restart();
    t.pass_with_ticks(1s);
    CHECK(stops(t) == std::vector<std::string>{"100.01", "100.01"});
    t.move_to("131");
    t.pass(100ms);
    CHECK(t.open_orders() == 0);
    REQUIRE(t.outcomes().size() == 1);
    CHECK(t.outcomes()[0].outcome == BracketOutcome::target_hit);
  }
}

SCENARIO("a trailing stop follows the market", "[bracket][trail][I1]") {
  TradingStage t;
  auto signal = t.signal("s1");
  signal.take_profit.clear();
  signal.trail = Trail{.offset = Price{5}, .activation = Price{104}};
  t.submit(signal);
  REQUIRE(t.verdict("s1").approved);
  CHECK(stops(t) == std::vector<std::string>{"90"});
  t.move_to("106.01");
  t.pass(100ms);
  CHECK(stops(t) == std::vector<std::string>{"101"});
  t.restart();
  t.move_to("103");
  t.pass_with_ticks(2s);
  CHECK(stops(t) == std::vector<std::string>{"101"});
  t.move_to("108.01");
  t.pass(1s);
  CHECK(stops(t) == std::vector<std::string>{"103"});
  t.move_to("102");
  t.pass(100ms);
  CHECK(t.open_orders() == 0);
  REQUIRE(t.outcomes().size() == 1);
  CHECK(t.outcomes()[0].outcome == BracketOutcome::stopped);
  CHECK(t.longest_uncovered() < 100ms);
}

SCENARIO("a part of a bracket is closed by command", "[bracket][shed][I1]") {
  TradingStage t;
  const auto signal = t.signal("s1");
  t.submit(signal);
  t.stage->send(t.shard.brackets, CommandBracket{.command = SignalId{"c1"},
                                                 .bracket = key_of(signal),
                                                 .account = AccountName{"main"},
                                                 .what = BracketCommand::close,
                                                 .fraction = num("0.4"),
                                                 .client = 3});
  t.pass(100ms);
  CHECK(t.notes.told<Done>(3).size() == 1);
  CHECK(t.held() == Quantity{num("0.6")});
  CHECK(t.open_orders() == 2);
  CHECK(t.outcomes().empty());
  CHECK(t.longest_uncovered() < 100ms);
  t.move_to("121");
  t.pass(100ms);
  REQUIRE(t.outcomes().size() == 1);
  CHECK(t.open_orders() == 0);
}

SCENARIO("a stop is moved by command", "[bracket][amend][I1]") {
  TradingStage t;
  const auto signal = t.signal("s1");
  t.submit(signal);
  const auto amend = [&](std::string_view stop) {
    t.notes.replies.clear();
    t.stage->send(t.shard.risk, AmendBracket{.command = {.id = SignalId{"a1"},
                                                         .signal = signal.id,
                                                         .account = signal.account,
                                                         .strategy = signal.strategy,
                                                         .stop_loss = Price{num(stop)},
                                                         .take_profit = {}},
                                             .client = 3});
    t.pass(100ms);
  };
  amend("95");
  CHECK(t.notes.told<Done>(3).size() == 1);
  CHECK(stops(t) == std::vector<std::string>{"95"});
  CHECK(t.open_orders() == 2);
  CHECK(t.longest_uncovered() < 100ms);
  amend("94");
  REQUIRE(t.notes.told<Refused>(3).size() == 1);
  CHECK(t.notes.told<Refused>(3)[0].reason == Reason::wrong_side_stop);
  t.restart();
  t.pass_with_ticks(1s);
  CHECK(stops(t) == std::vector<std::string>{"95"});
  t.move_to("94.5");
  t.pass(100ms);
  REQUIRE(t.outcomes().size() == 1);
  CHECK(t.outcomes()[0].outcome == BracketOutcome::stopped);
}
