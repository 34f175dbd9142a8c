#include "tests/simulator/desk.hpp"

using namespace signalbox;
using namespace signalbox::simulator;
using namespace signalbox::simulator::test;

SCENARIO("a pair holds the balance once and only one leg can go", "[engine][lists]") {
  Desk desk;
  const auto placed =
      desk.place(desk.pair(desk.sell_stop("2", "90"), desk.maker(Side::sell, "2", "110")));
  const auto stop = placed.as_placed[0].id;
  const auto target = placed.as_placed[1].id;
  CHECK(desk.locked(desk.btc) == "2");
  desk.said.clear();

  WHEN("the stop fires") {
    desk.move_to("90");
    THEN("the target expires at that moment, before the stop trades") {
      CHECK(desk.said == Said{"expired #2", "activated #1", "traded #1 2@89.99", "list done"});
      CHECK(desk.order(target).end == EndReason::sibling);
      CHECK(desk.order(stop).state == OrderState::filled);
      CHECK(desk.locked(desk.btc) == "0");
    }
  }
  WHEN("the target fills in part") {
    desk.top("109", "1", "111", "1");
    desk.top("110", "0.5", "111", "1");
    THEN("the stop is gone already: what is left is uncovered") {
      CHECK(desk.order(stop).state == OrderState::expired);
      CHECK(desk.order(stop).end == EndReason::sibling);
      CHECK(desk.order(target).rest() == qty("1.5"));
      CHECK(desk.locked(desk.btc) == "1.5");
      CHECK(desk.said == Said{"expired #1", "traded #2 0.5@110"});
    }
    AND_WHEN("the rest is cancelled") {
      REQUIRE(desk.engine.cancel(desk.account, target, {}, CancelOnly::any, desk.now));
      CHECK(desk.said.back() == "list done");
      CHECK(desk.locked(desk.btc) == "0");
    }
  }
  WHEN("one leg is cancelled") {
    const auto gone = desk.engine.cancel(desk.account, stop, {}, CancelOnly::any, desk.now);
    THEN("both are, the one that was named first") {
      REQUIRE(gone);
      CHECK(*gone == std::vector{stop, target});
      CHECK(desk.order(target).state == OrderState::cancelled);
      CHECK(desk.locked(desk.btc) == "0");
      CHECK(desk.said == Said{"cancelled #1", "cancelled #2", "list done"});
      CHECK(desk.engine.cancel(desk.account, target, {}, CancelOnly::any, desk.now).error() ==
            Reject::unknown_order);
    }
  }
  WHEN("one leg is made smaller") {
    REQUIRE(desk.engine.amend(desk.account, stop, qty("1"), desk.order(stop).client_id, desk.now));
    THEN("both are, and half is free again") {
      CHECK(desk.order(target).quantity == qty("1"));
      CHECK(desk.locked(desk.btc) == "1");
    }
  }
}

SCENARIO("a venue may end the stop only when the target has filled whole", "[engine][lists]") {
  auto spec = Desk::rules();
  spec.pairs = PairPolicy::full_fill_ends_sibling;
  Desk desk{spec};
  const auto placed =
      desk.place(desk.pair(desk.sell_stop("2", "90"), desk.maker(Side::sell, "2", "110")));
  desk.top("110", "0.5", "111", "1");
  CHECK(desk.order(placed.as_placed[0].id).armed());
  desk.top("110", "1.5", "111", "1");
  CHECK(desk.order(placed.as_placed[0].id).end == EndReason::sibling);
  CHECK(desk.order(placed.as_placed[1].id).state == OrderState::filled);
}

SCENARIO("the legs of a pair lie on either side of the market", "[engine][lists]") {
  Desk desk;
  const auto stop = desk.sell_stop("2", "90");
  const auto target = desk.maker(Side::sell, "2", "110");
  CHECK(desk.refused(desk.pair(desk.sell_stop("2", "100"), target)) == Reject::price_relation);
  CHECK(desk.refused(desk.pair(stop, desk.maker(Side::sell, "2", "99.5"))) ==
        Reject::price_relation);
  CHECK(desk.refused(desk.pair(stop, desk.sell_stop("2", "80"))) == Reject::price_relation);
  CHECK(desk.refused(desk.pair(desk.sell_stop("11", "90"), desk.maker(Side::sell, "11", "110"))) ==
        Reject::insufficient_balance);
  CHECK(desk.engine.orders().all().empty());

  const auto profit = desk.conditional(OrderType::take_profit, Side::sell, "2", "110");
  const auto both_wait = desk.place(desk.pair(stop, profit));
  desk.move_to("110");
  CHECK(desk.order(both_wait.as_placed[1].id).state == OrderState::filled);
  CHECK(desk.order(both_wait.as_placed[0].id).end == EndReason::sibling);
}

SCENARIO("held legs come to life only when the entry has filled whole", "[engine][lists]") {
  Desk desk;
  const auto list = desk.bracket(desk.buy_limit("7", "101"), desk.sell_stop("6.9", "90"),
                                 desk.maker(Side::sell, "6.9", "110"));
  const auto placed = desk.place(list);
  const auto entry = placed.as_placed[0].id;
  const auto stop = placed.as_placed[1].id;
  const auto target = placed.as_placed[2].id;
  REQUIRE(desk.order(entry).filled == qty("5"));

  THEN("a partly filled entry has no protection at all") {
    CHECK(desk.order(stop).held());
    CHECK(desk.order(target).held());
    CHECK(desk.locked(desk.btc) == "0");
    desk.move_to("80", "0.001");  // through the stop, which sleeps
    CHECK(desk.order(stop).held());
  }
  WHEN("the rest fills") {
    desk.top("99", "5", "101", "5");
    desk.said.clear();
    desk.move_to("100.5");
    THEN("both legs live and hold one amount") {
      CHECK(desk.order(stop).armed());
      CHECK(desk.order(target).on_book);
      CHECK(desk.locked(desk.btc) == "6.9");
    }
    AND_WHEN("the stop fires") {
      desk.move_to("90", "10");
      CHECK(desk.order(stop).state == OrderState::filled);
      CHECK(desk.order(target).end == EndReason::sibling);
      CHECK(desk.said.back() == "list done");
    }
  }
  WHEN("the entry is cancelled") {
    REQUIRE(desk.engine.cancel(desk.account, entry, {}, CancelOnly::any, desk.now));
    THEN("the legs go with it and five stay bare") {
      CHECK(desk.order(stop).state == OrderState::cancelled);
      CHECK(desk.order(target).state == OrderState::cancelled);
      CHECK(desk.engine.orders().open(desk.account).empty());
    }
  }
  WHEN("a held leg is cancelled") {
    REQUIRE(desk.engine.cancel(desk.account, stop, {}, CancelOnly::any, desk.now));
    THEN("the entry goes too") { CHECK(desk.order(entry).state == OrderState::cancelled); }
  }
}

SCENARIO("an entry that fills at once is answered with its legs still held", "[engine][lists]") {
  Desk desk;
  const auto placed =
      desk.place(desk.bracket(desk.buy_limit("2", "101"), desk.sell_stop("1.9", "90"),
                              desk.maker(Side::sell, "1.9", "110")));
  CHECK(placed.as_placed[0].state == OrderState::filled);
  CHECK(placed.as_placed[1].held());
  CHECK(desk.order(placed.as_placed[1].id).armed());
}

SCENARIO("an entry that expires takes its legs with it", "[engine][lists]") {
  Desk desk;
  auto entry = desk.limit(Side::buy, "7", "101", TimeInForce::ioc);
  const auto placed = desk.place(
      desk.bracket(entry, desk.sell_stop("6.9", "90"), desk.maker(Side::sell, "6.9", "110")));
  CHECK(desk.order(placed.as_placed[0].id).end == EndReason::immediate_rest);
  CHECK(desk.order(placed.as_placed[1].id).end == EndReason::parent);
  CHECK(desk.order(placed.as_placed[2].id).end == EndReason::parent);
  CHECK(desk.said.back() == "list done");
}

SCENARIO("a leg that does not pass when its time comes leaves the position bare",
         "[engine][lists]") {
  auto spec = Desk::rules();
  GIVEN("legs for all that was bought, but the fee took a part of it") {
    Desk desk{spec};
    REQUIRE(desk.engine.deposit(desk.account, desk.btc, num("-10"), desk.now));
    const auto placed = desk.place(desk.bracket(
        desk.buy_limit("2", "101"), desk.sell_stop("2", "90"), desk.maker(Side::sell, "2", "110")));
    THEN("both legs are refused when the entry fills") {
      CHECK(desk.order(placed.as_placed[0].id).state == OrderState::filled);
      CHECK(desk.order(placed.as_placed[1].id).end == EndReason::refused_when_live);
      CHECK(desk.order(placed.as_placed[2].id).end == EndReason::refused_when_live);
      CHECK(desk.said.back() == "list done");
    }
  }
  GIVEN("a market that fell through the stop before the entry was full") {
    spec.late_stops = GENERATE(LatePolicy::refuse, LatePolicy::fire);
    Desk desk{spec};
    const auto placed =
        desk.place(desk.bracket(desk.buy_limit("2", "95"), desk.sell_stop("1.9", "90"),
                                desk.maker(Side::sell, "1.9", "110")));
    desk.engine.print(desk.market, price("85"), qty("1"), true, desk.now);
    desk.top("84", "5", "85", "5");
    const auto& stop = desk.order(placed.as_placed[1].id);
    THEN("the venue refuses the stop or does what it wanted, as it is made") {
      // The fill at 95 is the last trade, so the stop is not through by it until the next print.
      CHECK(stop.armed());
      desk.engine.print(desk.market, price("85"), qty("1"), true, desk.now);
      CHECK(stop.state == OrderState::filled);
    }
  }
  GIVEN("stops that watch the book, and an entry that fills below its stop") {
    spec.trigger_by = TriggerBy::book;
    spec.late_stops = GENERATE(LatePolicy::refuse, LatePolicy::fire);
    Desk desk{spec};
    const auto placed =
        desk.place(desk.bracket(desk.buy_limit("2", "95"), desk.sell_stop("1.9", "90"),
                                desk.maker(Side::sell, "1.9", "110")));
    desk.top("84", "5", "85", "5");
    const auto& stop = desk.order(placed.as_placed[1].id);
    if (spec.late_stops == LatePolicy::fire)
      CHECK(stop.state == OrderState::filled);
    else
      CHECK(stop.end == EndReason::refused_when_live);
  }
}

SCENARIO("a list needs room for all its orders", "[engine][lists]") {
  auto spec = Desk::rules();
  spec.lists_max = 1;
  Desk desk{spec};
  const auto list = desk.pair(desk.sell_stop("1", "90"), desk.maker(Side::sell, "1", "110"));
  auto named = list;
  named.client_id = ClientId{"pair"};
  desk.place(named);
  CHECK(desk.refused(named) == Reject::duplicate_list_id);
  CHECK(desk.refused(list) == Reject::too_many_lists);
}
