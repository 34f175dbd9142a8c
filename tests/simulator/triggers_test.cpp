#include "tests/simulator/desk.hpp"

using namespace signalbox;
using namespace signalbox::simulator;
using namespace signalbox::simulator::test;

SCENARIO("a stop waits for its price and then sells at market", "[engine]") {
  Desk desk;
  const auto id = desk.place(desk.sell_stop("2", "90"));
  CHECK_FALSE(desk.order(id).on_book);
  CHECK(desk.locked(desk.btc) == "2");

  desk.move_to("90.01");
  CHECK(desk.order(id).armed());
  desk.said.clear();
  desk.move_to("90");
  CHECK(desk.order(id).state == OrderState::filled);
  CHECK(desk.said == Said{"activated #1", "traded #1 2@89.99"});
  CHECK(desk.locked(desk.btc) == "0");
}

SCENARIO("each conditional kind fires on its own side of the market", "[engine]") {
  const auto [type, side, stop, before, at] =
      GENERATE(table<OrderType, Side, const char*, const char*, const char*>({
          {OrderType::stop_loss, Side::sell, "90", "90.01", "90"},
          {OrderType::stop_loss, Side::buy, "110", "109.99", "110"},
          {OrderType::take_profit, Side::sell, "110", "109.99", "110"},
          {OrderType::take_profit, Side::buy, "90", "90.01", "90"},
      }));
  Desk desk;
  const auto id = desk.place(desk.conditional(type, side, "1", stop));
  desk.move_to(before);
  CHECK(desk.order(id).armed());
  desk.move_to(at);
  CHECK(desk.order(id).state == OrderState::filled);
}

SCENARIO("a stop that the market has passed already is refused", "[engine]") {
  Desk desk;
  CHECK(desk.refused(desk.sell_stop("1", "100")) == Reject::would_trigger);
  CHECK(desk.refused(desk.sell_stop("1", "105")) == Reject::would_trigger);
  CHECK(desk.refused(desk.conditional(OrderType::stop_loss, Side::buy, "1", "100")) ==
        Reject::would_trigger);
  CHECK(desk.refused(desk.conditional(OrderType::take_profit, Side::sell, "1", "95")) ==
        Reject::would_trigger);
  CHECK(desk.refused(desk.conditional(OrderType::take_profit, Side::buy, "1", "105")) ==
        Reject::would_trigger);
}

SCENARIO("a stop-limit that the market jumps past stands unfilled", "[engine]") {
  Desk desk;
  const auto id =
      desk.place(desk.conditional(OrderType::stop_loss_limit, Side::sell, "2", "90", "89.5"));
  desk.move_to("80");
  CHECK(desk.order(id).triggered);
  CHECK(desk.order(id).state == OrderState::open);
  CHECK(desk.order(id).filled.is_zero());
  desk.move_to("90");
  CHECK(desk.order(id).state == OrderState::filled);
  CHECK(desk.order(id).filled_quote == quote("179"));
}

SCENARIO("a stop larger than the book leaves a rest unsold", "[engine]") {
  Desk desk;
  const auto id = desk.place(desk.sell_stop("7", "90"));
  desk.move_to("90", "3");
  CHECK(desk.order(id).state == OrderState::expired);
  CHECK(desk.order(id).filled == qty("3"));
}

SCENARIO("one stop's sale can set off the next", "[engine]") {
  auto spec = Desk::rules();
  spec.depth = {.levels = 3, .step = price("2"), .quantity = qty("2")};
  Desk desk{spec};
  const auto upper = desk.place(desk.sell_stop("4", "90"));
  const auto lower = desk.place(desk.sell_stop("1", "88"));
  desk.move_to("90", "1");  // bids: 1 @ 89.99, 2 @ 87.99, 2 @ 85.99
  CHECK(desk.order(upper).state == OrderState::filled);
  CHECK(desk.order(lower).state == OrderState::filled);
}

SCENARIO("stops may watch the book instead of the last trade", "[engine]") {
  auto spec = Desk::rules();
  spec.trigger_by = TriggerBy::book;
  Desk desk{spec};
  const auto id = desk.place(desk.sell_stop("1", "90"));
  desk.top("89", "5", "91", "5");  // no trade at all
  CHECK(desk.order(id).state == OrderState::filled);
}

SCENARIO("a stop to buy holds money at its stop price and never overdraws", "[engine]") {
  Desk desk;
  const auto id = desk.place(desk.conditional(OrderType::stop_loss, Side::buy, "10", "110"));
  CHECK(desk.locked(desk.usdt) == "1100");
  REQUIRE(desk.engine.deposit(desk.account, desk.usdt, num("-8850"), desk.now));  // leaves 50
  desk.move_to("130", "20");  // ten would cost 1300.1
  CHECK(desk.order(id).state == OrderState::expired);
  CHECK(desk.order(id).filled == qty("8.845"));
  CHECK(num(desk.free(desk.usdt)) >= Decimal{});
  CHECK(desk.locked(desk.usdt) == "0");
}
