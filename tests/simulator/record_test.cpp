#include "simulator/engine/cover.hpp"
#include "tests/simulator/desk.hpp"

using namespace signalbox;
using namespace signalbox::simulator;
using namespace signalbox::simulator::test;
using namespace std::chrono_literals;

namespace {

CoverQuestion about(const Desk& desk) {
  return {.account = desk.account, .market = desk.market, .dust = qty("0.02"), .until = desk.now};
}

}  // namespace

SCENARIO("the record tells for how long something bought had no stop", "[engine][I1]") {
  Desk desk;
  desk.place(desk.at_market(Side::buy, "2"));
  desk.pass(300ms);

  GIVEN("a stop for all of it after 300 ms") {
    const auto stop = desk.place(desk.sell_stop("1.99", "90"));
    desk.pass(10s);
    CHECK(longest_uncovered(desk.engine.record(), about(desk)).length == 300ms);

    WHEN("the stop is taken away for 50 ms") {
      REQUIRE(desk.engine.cancel(desk.account, stop, {}, CancelOnly::any, desk.now));
      desk.pass(50ms);
      desk.place(desk.sell_stop("1.99", "91"));
      const auto all = uncovered(desk.engine.record(), about(desk));
      REQUIRE(all.size() == 2);
      CHECK(all[1].length == 50ms);
      CHECK(all[1].most == qty("1.996"));
    }
    WHEN("it fires and sells") {
      desk.move_to("90");
      desk.pass(10s);
      CHECK(uncovered(desk.engine.record(), about(desk)).size() == 1);
      CHECK(held_position(desk.engine.record(), about(desk)) == qty("0.006"));
    }
  }
  GIVEN("a stop for half of it") {
    desk.place(desk.sell_stop("1", "90"));
    desk.pass(700ms);
    const auto gap = longest_uncovered(desk.engine.record(), about(desk));
    CHECK(gap.length == 1s);
    CHECK(gap.most == qty("1.996"));
  }
  GIVEN("only a target") {
    desk.place(desk.sell_limit("1.99", "110"));
    desk.pass(1s);
    CHECK(longest_uncovered(desk.engine.record(), about(desk)).length == 1300ms);
  }
}

SCENARIO("a fired stop that cannot fill covers only for a while", "[engine][I1]") {
  Desk desk;
  desk.place(desk.at_market(Side::buy, "2"));
  desk.place(desk.conditional(OrderType::stop_loss_limit, Side::sell, "1.99", "90", "89.5"));
  desk.pass(1s);
  desk.move_to("80");
  desk.pass(5s);
  const auto gap = longest_uncovered(desk.engine.record(), about(desk));
  CHECK(gap.length == 4s);
}

SCENARIO("held legs protect nothing", "[engine][I1]") {
  Desk desk;
  desk.place(desk.bracket(desk.buy_limit("7", "101"), desk.sell_stop("6.9", "90"),
                          desk.maker(Side::sell, "6.9", "110")));
  desk.pass(2s);
  CHECK(longest_uncovered(desk.engine.record(), about(desk)).length == 2s);
}

SCENARIO("the record can be asked about one owner's orders", "[engine]") {
  Desk desk;
  auto mine = desk.at_market(Side::buy, "2");
  mine.client_id = ClientId{"book1-entry"};
  desk.place(mine);
  desk.place(desk.at_market(Side::buy, "1"));
  auto question = about(desk);
  question.client_prefix = "book1";
  CHECK(held_position(desk.engine.record(), question) == qty("1.996"));
}
