#include "tests/simulator/desk.hpp"

using namespace signalbox;
using namespace signalbox::simulator;
using namespace signalbox::simulator::test;

SCENARIO("orders outside an instrument's rules are refused by the rule they break", "[engine]") {
  Desk desk;
  CHECK(desk.refused(desk.buy_limit("1", "98.005")) == Reject::price_filter);
  CHECK(desk.refused(desk.buy_limit("1.0005", "98")) == Reject::lot_size);
  CHECK(desk.refused(desk.buy_limit("0", "98")) == Reject::lot_size);
  CHECK(desk.refused(desk.buy_limit("101", "98")) == Reject::lot_size);
  CHECK(desk.refused(desk.at_market(Side::sell, "51")) == Reject::market_lot_size);
  CHECK(desk.refused(desk.buy_limit("0.01", "98")) == Reject::notional);
  CHECK(desk.refused(desk.at_market(Side::buy, "0.01")) == Reject::notional);
  CHECK(desk.refused(desk.buy_limit("1", "500.01")) == Reject::percent_price);
  CHECK(desk.refused(desk.sell_limit("1", "19.99")) == Reject::percent_price);
  CHECK(desk.refused(desk.sell_stop("1", "90.001")) == Reject::price_filter);
  // Nothing refused left a mark, and the record has every refusal.
  CHECK(desk.free(desk.usdt) == "10000");
  CHECK(desk.engine.orders().all().empty());
  CHECK(desk.engine.record().refusals().size() == 10);
}

SCENARIO("absurd numbers are refused, not computed with", "[engine]") {
  Desk desk;
  CHECK(desk.refused(desk.buy_limit("100000000000000000000", "98")) == Reject::lot_size);
  CHECK(desk.refused(desk.buy_limit("1", "100000000000000000000")) == Reject::price_filter);
  auto spec = Desk::rules();
  spec.instrument.quantity_max = {};
  spec.instrument.notional_max = {};
  spec.instrument.buy_band_up = {};
  Desk lax{spec};
  CHECK(lax.refused(lax.buy_limit("1000000000000000", "1000000000000000")) == Reject::notional);
}

SCENARIO("money that is not free cannot be spent twice", "[engine]") {
  Desk desk;
  CHECK(desk.refused(desk.buy_limit("99.9", "101.1")) == Reject::insufficient_balance);
  desk.place(desk.sell_limit("9", "110"));
  CHECK(desk.refused(desk.sell_limit("2", "110")) == Reject::insufficient_balance);
  CHECK(desk.refused(desk.at_market(Side::sell, "2")) == Reject::insufficient_balance);
  CHECK(desk.refused(desk.sell_stop("2", "90")) == Reject::insufficient_balance);
  desk.place(desk.sell_limit("1", "110"));
  CHECK(desk.locked(desk.btc) == "10");
}

SCENARIO("a market buy that the balance cannot pay for is refused whole", "[engine]") {
  Desk desk;
  desk.place(desk.buy_limit("97", "99"));  // leaves 397
  CHECK(desk.refused(desk.at_market(Side::buy, "4")) == Reject::insufficient_balance);
  desk.place(desk.at_market(Side::buy, "3"));
}

SCENARIO("there are so many places for orders, and fewer for conditional ones", "[engine]") {
  Desk desk;
  for (int i = 0; i < 5; ++i) desk.place(desk.sell_stop("0.1", "90"));
  CHECK(desk.refused(desk.sell_stop("0.1", "90")) == Reject::too_many_conditional);
  for (int i = 0; i < 15; ++i) desk.place(desk.sell_limit("0.1", "110"));
  CHECK(desk.refused(desk.sell_limit("0.1", "110")) == Reject::too_many_orders);
  // A fired stop gives its place back.
  desk.move_to("90");
  desk.place(desk.sell_stop("0.1", "80"));
}

SCENARIO("a client id is unique among open orders only", "[engine]") {
  Desk desk;
  auto order = desk.buy_limit("1", "98");
  order.client_id = ClientId{"mine"};
  const auto first = desk.place(order);
  CHECK(desk.refused(order) == Reject::duplicate_id);
  REQUIRE(desk.engine.cancel(desk.account, first, {}, CancelOnly::any, desk.now));
  const auto second = desk.place(order);
  CHECK(desk.engine.orders().find(desk.account, ClientId{"mine"})->id == second);

  const auto other = desk.add_account("other");
  desk.place(other, order);  // another account's ids are its own affair
}

SCENARIO("a halted market takes no orders but lets them be cancelled", "[engine]") {
  Desk desk;
  const auto id = desk.place(desk.buy_limit("1", "98"));
  desk.engine.set_trading(desk.market, false, desk.now);
  CHECK(desk.refused(desk.buy_limit("1", "98")) == Reject::market_closed);
  CHECK(desk.engine.cancel(desk.account, id, {}, CancelOnly::any, desk.now));
}

SCENARIO("cancels may be restricted to what is untouched", "[engine]") {
  Desk desk;
  const auto id = desk.place(desk.buy_limit("7", "101"));  // five of seven fill at once
  const auto cancel = [&](CancelOnly only) {
    return desk.engine.cancel(desk.account, id, {}, only, desk.now);
  };
  CHECK(cancel(CancelOnly::untouched).error() == Reject::cancel_restricted);
  CHECK(cancel(CancelOnly::partly_filled));
}
