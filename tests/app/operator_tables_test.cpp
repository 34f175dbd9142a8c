#include "app/operator_tables.hpp"

#include <catch2/catch.hpp>

#include "tests/app/events_kit.hpp"

using namespace signalbox;
using namespace signalbox::test;

TEST_CASE("an operator reads the engine's status at a glance", "[operator]") {
  StatusAnswer status{.epoch = 3, .log_recorded = 812, .log_committed = 810};
  status.brackets_open = 1;
  status.accounts = {{.account = AccountName{"main"},
                      .exchange = VenueName{"binance"},
                      .testnet = true,
                      .link = LinkState::ready,
                      .state = TradingState::no_entries},
                     {.account = AccountName{"b"}, .exchange = VenueName{"okx"}}};
  CHECK(status_text(status) ==
        "start 3, journal at record 812, committed up to 810\n"
        "1 bracket open, 0 orders of unknown fate\n"
        "\n"
        "account  exchange  testnet  link   trading\n"
        "main     binance   yes      ready  no_entries\n"
        "b        okx       no       down   active\n");
}

TEST_CASE("brackets show what is covered and how long something was not", "[operator]") {
  CHECK(brackets_text({}) == "no bracket is open\n");
  auto one = bracket("s-1", BracketPhase::open);
  one.stop = Price{95};
  one.uncovered_ms = 120;
  auto two = bracket("longer-name", BracketPhase::entering);
  CHECK(brackets_text(std::vector{one, two}) ==
        "signal             account  symbol    side  phase     tier     position  covered  stop  "
        "uncovered_ms\n"
        "trend/s-1          main     BTC/USDT  buy   open      resting  0.5       0.25     95    "
        "120\n"
        "trend/longer-name  main     BTC/USDT  buy   entering  resting  0.5       0.25     -     "
        "0\n");
}

TEST_CASE("orders that nobody knows the fate of stand out", "[operator]") {
  CHECK(orders_text({}) == "no order is live\n");
  CHECK(unknowns_text({}) == "no order is of unknown fate\n");
  auto stop = order("s-1", LegKind::stop, OrderStage::working);
  stop.kind = OrderKind::stop_limit;
  stop.price = Price{94};
  stop.trigger_price = Price{95};
  auto entry = order("s-2", LegKind::entry, OrderStage::unknown, at(5));
  entry.detail = Detail{"no answer in time"};
  auto foreign = order("s-3", LegKind::entry, OrderStage::working);
  foreign.signal = {};
  const std::vector all{stop, entry, foreign};
  CHECK(orders_text(all) ==
        "order               signal     account  symbol    leg    side  kind        stage    "
        "quantity  filled  price  fires_at\n" +
            stop.order.str() +
            "  trend/s-1  main     BTC/USDT  stop   sell  stop_limit  working  0.5       0       "
            "94     95\n" +
            entry.order.str() +
            "  trend/s-2  main     BTC/USDT  entry  buy   market      unknown  0.5       0       "
            "-      -\n" +
            foreign.order.str() +
            "  -          main     BTC/USDT  entry  buy   market      working  0.5       0       "
            "-      -\n");
  CHECK(unknowns_of(all) == std::vector{entry});
  CHECK(unknowns_text(std::vector{entry}) ==
        "order               signal     account  symbol    leg    side  quantity  filled  since "
        "(UTC)              why\n" +
            entry.order.str() +
            "  trend/s-2  main     BTC/USDT  entry  buy   0.5       0       2023-11-14 "
            "22:13:20.005  no answer in time\n");
}

TEST_CASE("positions are the sums of what brackets own", "[operator]") {
  CHECK(positions_text({}) == "no bracket holds anything\n");
  auto one = bracket("s-1", BracketPhase::open);
  one.uncovered_ms = 7;
  auto two = bracket("s-2", BracketPhase::closing);
  two.uncovered_ms = 3;
  auto nothing_yet = bracket("s-3", BracketPhase::entering);
  nothing_yet.position = {};
  auto shorted = bracket("s-4", BracketPhase::open);
  shorted.account = AccountName{"perps"};
  shorted.symbol = Symbol{"BTC/USDT:USDT"};
  shorted.side = Side::sell;
  const auto held = positions_of(std::vector{one, shorted, nothing_yet, two});
  REQUIRE(held.size() == 2);
  CHECK(positions_text(held) ==
        "account  symbol         position  covered  brackets  uncovered_ms\n"
        "main     BTC/USDT       1         0.5      2         7\n"
        "perps    BTC/USDT:USDT  -0.5      0.25     1         0\n");
}

TEST_CASE("a story reads from top to bottom and says when it is cut", "[operator][why]") {
  WhyAnswer why{
      .signal = SignalId{"s-1"}, .account = AccountName{"main"}, .strategy = StrategyName{"trend"}};
  why.steps = {{7, at(0), Text<32>{"accepted"}, Text<240>{"signal buy 1"}},
               {12, at(1'005), Text<32>{"filled"}, Text<240>{"entry: 1 at 100"}}};
  const std::string told =
      "signal s-1 of strategy trend on account main\n"
      "\n"
      "record  time (UTC)               what\n"
      "7       2023-11-14 22:13:20.000  accepted  signal buy 1\n"
      "12      2023-11-14 22:13:21.005  filled    entry: 1 at 100\n";
  CHECK(why_text(why) == told);
  why.more = true;
  CHECK(why_text(why) == told + "There are more steps than are told here.\n");
}
