#include "app/demo/story.hpp"

#include <catch2/catch.hpp>

#include "tests/app/events_kit.hpp"

using namespace signalbox;
using namespace signalbox::test;
using namespace std::chrono_literals;

TEST_CASE("the story tells one line of what happened, with its time in UTC", "[monitor][story]") {
  auto no = verdict("s-1", at(5), Reason::order_limit);
  no.detail = Detail{"500 is above 250"};
  CHECK(story_line(no) == "22:13:20.005  s-1            refused    order_limit 500 is above 250");

  auto yes = verdict("s-1", at(5));
  yes.quantity = Quantity{dec("0.5")};
  yes.reference = Price{dec("100.5")};
  yes.confidence = dec("0.85");
  yes.tier = Tier::resting;
  CHECK(story_line(yes) ==
        "22:13:20.005  s-1            approved   0.5 BTC/USDT at about 100.5, confidence 0.85, "
        "resting");

  CHECK(story_line(fill("s-1", LegKind::stop)) ==
        "22:13:20.000  s-1            fill       stop sell 0.5 @ 100.5");
  CHECK(story_line(bracket("s-1", BracketPhase::open)) ==
        "22:13:20.000  s-1            open       holds 0.5, covered 0.25");
  CHECK(story_line(connection("main", LinkState::ready)) ==
        "22:13:20.000  main           connection ready ");
}

TEST_CASE("an order's line has the price that matters", "[monitor][story]") {
  auto stop = order("s-1", LegKind::stop, OrderStage::working);
  stop.kind = OrderKind::stop_limit;
  stop.price = Price{94};
  stop.trigger_price = Price{95};
  CHECK(story_line(stop) ==
        "22:13:20.000  s-1            stop       working sell 0.5 stop_limit @ 95 ");
  auto refused = order("s-1", LegKind::entry, OrderStage::rejected);
  refused.refusal = Refusal::insufficient_funds;
  CHECK(story_line(refused).find("rejected buy 0.5 market (insufficient_funds)") !=
        std::string::npos);
}

TEST_CASE("what needs a person stands out", "[monitor][story]") {
  CHECK(story_line(notice("main", TradingState::halted, true)).find("main           PAGE") !=
        std::string::npos);
  CHECK(story_line(notice("", TradingState::active)).find("engine         state      active") !=
        std::string::npos);
}

TEST_CASE("an outcome's line has prices, profit and the uncovered time", "[monitor][story]") {
  auto end = outcome("s-1", at(0), BracketOutcome::stopped);
  end.entry_price = Price{100};
  end.exit_price = Price{95};
  end.profit = dec("-2.5");
  end.uncovered_longest = 4200us;
  CHECK(story_line(end) ==
        "22:13:20.000  s-1            OUTCOME    stopped: in 100 out 95 profit -2.5 uncovered at "
        "most 4.2 ms");
}

TEST_CASE("what only repeats another line is left out", "[monitor][story]") {
  CHECK(story_line(accepted("s-1", at(0))).empty());
  CHECK(story_line(placed("s-1", at(0))).empty());
  CHECK_FALSE(story_line(placed("s-1", at(0), Outcome::unknown)).empty());
  CHECK(story_line(order("s-1", LegKind::entry, OrderStage::filled)).empty());
  CHECK(story_line(order("s-1", LegKind::entry, OrderStage::cancelling)).empty());
  CHECK(story_line(bracket("s-1", BracketPhase::entering)).empty());
  CHECK(story_line(bracket("s-1", BracketPhase::ended)).empty());
  CHECK(story_line(outcome("s-1", at(0), BracketOutcome::refused)).empty());
  CHECK(story_line(PositionEvent{}).empty());
  CHECK(story_line(BalanceEvent{}).empty());
}
