#include "tests/simulator/desk.hpp"

using namespace signalbox;
using namespace signalbox::simulator;
using namespace signalbox::simulator::test;

SCENARIO("a market order takes what stands at the top of the book", "[engine]") {
  Desk desk;

  GIVEN("a buy within the size of the ask") {
    const auto id = desk.place(desk.at_market(Side::buy, "2"));
    THEN("it fills at the ask, the fee comes off what was bought") {
      CHECK(desk.order(id).state == OrderState::filled);
      CHECK(desk.order(id).filled_quote == quote("202"));
      CHECK(desk.free(desk.usdt) == "9798");
      CHECK(desk.free(desk.btc) == "11.996");  // 2 less 0.2 %
      CHECK(desk.said == Said{"accepted #1", "traded #1 2@101"});
    }
    THEN("the ask is smaller by it until the market moves") {
      CHECK(desk.engine.top(desk.market).ask_quantity == qty("3"));
    }
  }
  GIVEN("a sell larger than the bid") {
    const auto id = desk.place(desk.at_market(Side::sell, "7"));
    THEN("it fills in part and the rest expires: there is nobody left to trade with") {
      CHECK(desk.order(id).state == OrderState::expired);
      CHECK(desk.order(id).end == EndReason::no_liquidity);
      CHECK(desk.order(id).filled == qty("5"));
      CHECK(desk.free(desk.btc) == "5");
      CHECK(desk.locked(desk.btc) == "0");
      CHECK(desk.free(desk.usdt) == "10494.01");  // 495 less 0.2 %
    }
  }
}

SCENARIO("a market with depth fills larger orders at worse prices", "[engine]") {
  auto spec = Desk::rules();
  spec.depth = {.levels = 2, .step = price("1"), .quantity = qty("3")};
  Desk desk{spec};
  const auto id = desk.place(desk.at_market(Side::buy, "7"));
  CHECK(desk.order(id).state == OrderState::filled);
  CHECK(desk.said == Said{"accepted #1", "traded #1 5@101", "traded #1 2@102"});
}

SCENARIO("an order sized in quote spends at most that much, in whole lots", "[engine]") {
  Desk desk;
  NewOrder order;
  order.side = Side::buy;
  order.for_quote = quote("150");
  const auto id = desk.place(order);
  CHECK(desk.order(id).state == OrderState::filled);
  CHECK(desk.order(id).filled == qty("1.485"));  // 150 / 101, floored to a thousandth
  CHECK(desk.order(id).filled_quote == quote("149.985"));
  CHECK(desk.order(id).quantity == qty("1.485"));

  order.side = Side::sell;
  order.for_quote = quote("2000");  // needs 20 BTC at 100
  CHECK(desk.refused(order) == Reject::insufficient_balance);
}

SCENARIO("a limit order stands until the market comes to it", "[engine]") {
  Desk desk;
  const auto id = desk.place(desk.buy_limit("2", "98"));

  THEN("it holds the money it may need") {
    CHECK(desk.order(id).state == OrderState::open);
    CHECK(desk.locked(desk.usdt) == "196");
    CHECK(desk.free(desk.usdt) == "9804");
  }
  WHEN("the ask falls through it") {
    desk.top("95", "1", "96", "1.5");
    THEN("it trades at its own price, as maker, as far as the size goes") {
      CHECK(desk.order(id).state == OrderState::partly_filled);
      CHECK(desk.order(id).filled == qty("1.5"));
      CHECK(desk.order(id).filled_quote == quote("147"));
      CHECK(desk.locked(desk.usdt) == "49");
      CHECK(desk.free(desk.btc) == "11.4985");  // maker pays 0.1 %
    }
    AND_WHEN("more is offered") {
      desk.top("95", "1", "96", "1.5");
      THEN("it fills and holds nothing") {
        CHECK(desk.order(id).state == OrderState::filled);
        CHECK(desk.locked(desk.usdt) == "0");
        CHECK(desk.free(desk.usdt) == "9804");
      }
    }
  }
  WHEN("it is cancelled") {
    REQUIRE(desk.engine.cancel(desk.account, id, {}, CancelOnly::any, desk.now));
    THEN("the money is free again, and a second cancel finds nothing") {
      CHECK(desk.free(desk.usdt) == "10000");
      CHECK(desk.engine.cancel(desk.account, id, {}, CancelOnly::any, desk.now).error() ==
            Reject::unknown_order);
    }
  }
}

SCENARIO("a limit order that crosses takes the better price and gives back the difference",
         "[engine]") {
  Desk desk;
  const auto id = desk.place(desk.buy_limit("7", "103"));
  CHECK(desk.order(id).filled == qty("5"));
  CHECK(desk.order(id).filled_quote == quote("505"));
  CHECK(desk.locked(desk.usdt) == "206");  // 2 left at 103
  CHECK(desk.free(desk.usdt) == "9289");   // 10000 - 505 - 206
}

SCENARIO("immediate-or-cancel and fill-or-kill leave nothing standing", "[engine]") {
  Desk desk;
  const auto ioc = desk.place(desk.limit(Side::buy, "7", "101", TimeInForce::ioc));
  CHECK(desk.order(ioc).state == OrderState::expired);
  CHECK(desk.order(ioc).end == EndReason::immediate_rest);
  CHECK(desk.order(ioc).filled == qty("5"));

  desk.top("99", "5", "101", "5");
  const auto too_large = desk.place(desk.limit(Side::buy, "7", "101", TimeInForce::fok));
  CHECK(desk.order(too_large).state == OrderState::expired);
  CHECK(desk.order(too_large).end == EndReason::fill_or_kill);
  CHECK(desk.order(too_large).filled.is_zero());

  const auto fits = desk.place(desk.limit(Side::buy, "5", "101", TimeInForce::fok));
  CHECK(desk.order(fits).state == OrderState::filled);
  CHECK(desk.locked(desk.usdt) == "0");
}

SCENARIO("a post-only order never takes", "[engine]") {
  Desk desk;
  CHECK(desk.refused(desk.maker(Side::buy, "1", "101")) == Reject::would_take);
  const auto id = desk.place(desk.maker(Side::buy, "1", "100.99"));
  CHECK(desk.order(id).state == OrderState::open);
  CHECK(desk.engine.top(desk.market).bid == price("100.99"));
}

SCENARIO("accounts trade with each other where they are the better price", "[engine]") {
  Desk desk;
  const auto other = desk.add_account("other");
  const auto offer = desk.place(other, desk.sell_limit("1", "100.5"));
  const auto taken = desk.place(desk.buy_limit("2", "101"));
  CHECK(desk.order(offer).state == OrderState::filled);
  CHECK(desk.order(taken).state == OrderState::filled);
  CHECK(desk.order(taken).filled_quote == quote("201.5"));  // 1 @ 100.5, 1 @ 101
  const auto& trades = desk.engine.record().trades();
  REQUIRE(trades.size() == 3);
  CHECK(trades[0].maker);
  CHECK_FALSE(trades[1].maker);
  CHECK(trades[0].id == trades[1].id);
}

SCENARIO("self-trade prevention ends the side that was asked for", "[engine]") {
  Desk desk;
  const auto standing = desk.place(desk.sell_limit("1", "100.5"));
  auto taker = desk.buy_limit("1", "100.5");

  WHEN("the newer order gives way") {
    taker.self_trade = SelfTrade::expire_taker;
    const auto id = desk.place(taker);
    CHECK(desk.order(id).state == OrderState::self_trade);
    CHECK(desk.order(standing).state == OrderState::open);
    CHECK(desk.locked(desk.usdt) == "0");
  }
  WHEN("the standing order gives way") {
    taker.self_trade = SelfTrade::expire_maker;
    const auto id = desk.place(taker);
    CHECK(desk.order(standing).state == OrderState::self_trade);
    CHECK(desk.order(id).state == OrderState::open);
    CHECK(desk.locked(desk.btc) == "0");
  }
}

SCENARIO("an order shrinks in place and never grows", "[engine]") {
  Desk desk;
  const auto id = desk.place(desk.buy_limit("2", "98"));
  desk.top("95", "1", "96", "0.5");
  REQUIRE(desk.order(id).filled == qty("0.5"));
  const auto amend = [&](std::string_view q) {
    return desk.engine.amend(desk.account, id, qty(q), ClientId{"kept"}, desk.now);
  };
  CHECK(amend("3").error() == Reject::amend_refused);
  CHECK(amend("0.5").error() == Reject::amend_refused);
  CHECK(amend("1.0005").error() == Reject::lot_size);
  REQUIRE(amend("1"));
  CHECK(desk.order(id).rest() == qty("0.5"));
  CHECK(desk.locked(desk.usdt) == "49");
  CHECK(desk.engine.orders().find(desk.account, ClientId{"kept"})->id == id);
}
