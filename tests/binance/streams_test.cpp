#include "connectors/binance/streams.hpp"

#include "tests/binance/words.hpp"

using namespace signalbox;
using namespace signalbox::binance;

namespace {

struct Fixture {
  Markets markets = some_markets();
  FrameReader read{markets};

  UserFrame event(std::string_view inner) {
    return read.user(R"({"subscriptionId":0,"event":)" + std::string{inner} + "}").value();
  }
};

/// The sample of the venue's documentation with our names in it.
std::string report(
    std::string_view c, std::string_view C, std::string_view x, std::string_view X,
    std::string_view more = R"("l":"0.0","z":"0.0","L":"0.0","n":"0","N":null,"t":-1)",
    std::string_view o = "LIMIT") {
  return R"({"e":"executionReport","E":1499405658658,"s":"ETHBTC","c":")" + std::string{c} +
         R"(","S":"BUY","o":")" + std::string{o} +
         R"(","f":"GTC","q":"1.0","p":"0.1026","P":"0.09","F":"0.0","g":-1,"C":")" +
         std::string{C} + R"(","x":")" + std::string{x} + R"(","X":")" + std::string{X} +
         R"(","r":"NONE","i":4293153,)" + std::string{more} +
         R"(,"T":1499405658657,"I":8641984,"w":true,"m":false,"M":false,"O":1499405658657,)"
         R"("Z":"0.0","Y":"0.0","Q":"0.0","W":1499405658657,"V":"NONE"})";
}

}  // namespace

TEST_CASE("an order that has come to stand", "[binance][streams]") {
  Fixture f;
  const auto frame = f.event(report(entry_id.view(), "", "NEW", "NEW"));
  REQUIRE(frame.kind == UserFrame::Kind::order);
  CHECK_FALSE(frame.fill);
  OrderReport expected;
  expected.symbol = Symbol{"ETH/BTC"};
  expected.id = entry_id;
  expected.venue_id = VenueOrderId{"4293153"};
  expected.status = OrderStatus::working;
  expected.side = Side::buy;
  expected.kind = OrderKind::limit;
  expected.quantity = "1"_q;
  expected.price = "0.1026"_p;
  expected.time = ms(1499405658657);
  CHECK(frame.order.report == expected);
}

TEST_CASE("a cancelled order keeps its own id", "[binance][streams]") {
  Fixture f;
  const auto frame = f.event(report("cancelOf123", stop_id.view(), "CANCELED", "CANCELED"));
  REQUIRE(frame.kind == UserFrame::Kind::order);
  CHECK(frame.order.report.id == stop_id);
  CHECK(frame.order.report.raw_client_id.empty());
  CHECK(frame.order.report.status == OrderStatus::cancelled);
}

TEST_CASE("a trade is an order report and a fill", "[binance][streams]") {
  Fixture f;
  const auto frame =
      f.event(report(entry_id.view(), "", "TRADE", "PARTIALLY_FILLED",
                     R"("l":"0.4","z":"0.4","L":"0.1025","n":"0.0004","N":"ETH","t":17)"));
  REQUIRE(frame.fill);
  CHECK(frame.order.report.status == OrderStatus::partially_filled);
  CHECK(frame.order.report.filled == "0.4"_q);
  const auto& fill = frame.fill->report;
  CHECK(fill.symbol == Symbol{"ETH/BTC"});
  CHECK(fill.id == entry_id);
  CHECK(fill.venue_id == VenueOrderId{"4293153"});
  CHECK(fill.trade_id == TradeId{"17"});
  CHECK(fill.side == Side::buy);
  CHECK(fill.price == "0.1025"_p);
  CHECK(fill.quantity == "0.4"_q);
  CHECK(fill.fee == "0.0004"_d);
  CHECK(fill.fee_asset == Asset{"ETH"});
  CHECK(fill.time == ms(1499405658657));
}

TEST_CASE("a fee that is not named is unknown, not nothing", "[binance][streams]") {
  Fixture f;
  CHECK_FALSE(f.event(report(entry_id.view(), "", "TRADE", "FILLED",
                             R"("l":"1","z":"1","L":"0.1025","n":null,"N":null,"t":17)"))
                  .fill->report.fee);
  CHECK(f.event(report(entry_id.view(), "", "TRADE", "FILLED",
                       R"("l":"1","z":"1","L":"0.1025","n":"0","N":null,"t":17)"))
            .fill->report.fee == "0"_d);
}

TEST_CASE("every execution type is read", "[binance][streams]") {
  Fixture f;
  const auto status = [&](std::string_view x, std::string_view X) {
    const auto frame = f.event(report(entry_id.view(), "", x, X));
    REQUIRE(frame.kind == UserFrame::Kind::order);
    CHECK_FALSE(frame.fill);
    return frame.order.report.status;
  };
  CHECK(status("NEW", "NEW") == OrderStatus::working);
  CHECK(status("NEW", "PENDING_NEW") == OrderStatus::pending);
  CHECK(status("REPLACED", "NEW") == OrderStatus::working);
  CHECK(status("REJECTED", "REJECTED") == OrderStatus::rejected);
  CHECK(status("EXPIRED", "EXPIRED") == OrderStatus::expired);
  CHECK(status("TRADE_PREVENTION", "EXPIRED_IN_MATCH") == OrderStatus::expired);
}

TEST_CASE("why an order ended without filling", "[binance][streams]") {
  Fixture f;
  const auto ended = [&](std::string_view why) {
    auto text = report(stop_id.view(), "", "EXPIRED", "EXPIRED");
    text.insert(text.size() - 1, R"(,"eR":")" + std::string{why} + R"(")");
    return f.event(text).order.report;
  };
  CHECK(ended("OCO_TRIGGER").refusal == Refusal::none);
  CHECK(ended("OCO_TRIGGER").detail.view() == "OCO_TRIGGER");
  CHECK(ended("UNFILLED_FOK_ORDER_EXPIRED").refusal == Refusal::none);
  CHECK(ended("OTO_PHASE_ONE_EXPIRED").refusal == Refusal::none);
  // A held leg that was refused when its entry filled: the entry stands unprotected.
  CHECK(ended("REJECTED").refusal == Refusal::other);
  auto text = report(stop_id.view(), "", "REJECTED", "REJECTED");
  text.replace(text.find(R"("r":"NONE")"), 10, R"("r":"INSUFFICIENT_BALANCES")");
  CHECK(f.event(text).order.report.refusal == Refusal::insufficient_funds);
}

TEST_CASE("a stop is triggered when it reaches the book", "[binance][streams]") {
  Fixture f;
  const auto more = R"("l":"0.0","z":"0.0","L":"0.0","n":"0","N":null,"t":-1)";
  auto text = report(stop_id.view(), "", "NEW", "NEW", more, "STOP_LOSS_LIMIT");
  auto order = f.event(text).order.report;
  CHECK(order.triggered);
  CHECK(order.trigger_price == "0.09"_p);
  CHECK(order.price == "0.1026"_p);
  text.replace(text.find(R"("w":true)"), 8, R"("w":false)");
  CHECK_FALSE(f.event(text).order.report.triggered);
  CHECK(f.event(report(stop_id.view(), "", "NEW", "NEW", more, "STOP_LOSS")).order.report.kind ==
        OrderKind::stop_market);
}

TEST_CASE("lists and balances", "[binance][streams]") {
  Fixture f;
  const auto list = f.event(
      R"({"e":"listStatus","E":1564035303637,"s":"ETHBTC","g":2,"c":"OCO","l":"ALL_DONE","L":"ALL_DONE","r":"NONE",
"C":"F4QN4G8DlFATFlIUQ0cjdD","T":1564035303625,"O":[{"s":"ETHBTC","i":17,"c":"AJYsMjErWJesZvqlJCTUgL"},{"s":"ETHBTC","i":18,"c":"bfYPSQdLoqAJeNrOr9adzq"}]})");
  REQUIRE(list.kind == UserFrame::Kind::list);
  CHECK(list.list.number == 2);
  CHECK(list.list.ended);
  CHECK_FALSE(list.list.rejected);
  REQUIRE(list.list.members.size() == 2);
  CHECK(list.list.members[1].id == VenueOrderId{"18"});

  const auto balances = f.event(
      R"({"e":"outboundAccountPosition","E":1564034571105,"u":1564034571073,
"B":[{"a":"ETH","f":"10000.000000","l":"0.000000"},{"a":"BTC","f":"0","l":"0"}]})");
  REQUIRE(balances.kind == UserFrame::Kind::balances);
  REQUIRE(balances.balances.size() == 2);  // one that is now nothing has changed too
  CHECK(balances.balances[0] == Balance{Asset{"ETH"}, "10000"_q, "0"_q});
}

TEST_CASE("answers on the stream", "[binance][streams]") {
  Fixture f;
  auto frame =
      f.read.user(R"({"id":"user-3","status":200,"result":{"subscriptionId":0},"rateLimits":[]})")
          .value();
  REQUIRE(frame.kind == UserFrame::Kind::answer);
  CHECK(frame.answer.id == "user-3");
  CHECK(frame.answer.status == 200);

  frame = f.read
              .user(R"({"id":null,"status":401,"error":{"code":-2015,"msg":"Invalid API-key.",)"
                    R"("data":{"serverTime":1,"retryAfter":1735689661130}}})")
              .value();
  CHECK(frame.kind == UserFrame::Kind::answer);
  CHECK(frame.answer.id.empty());
  CHECK(frame.answer.error.code == -2015);
  CHECK(frame.answer.retry_after_ms == 1735689661130);
}

TEST_CASE("the venue says that it ends the stream", "[binance][streams]") {
  Fixture f;
  CHECK(f.event(R"({"e":"serverShutdown","E":1})").kind == UserFrame::Kind::ended);
  CHECK(f.event(R"({"e":"eventStreamTerminated","E":1})").kind == UserFrame::Kind::ended);
  CHECK(f.read.user(R"({"e":"serverShutdown","E":1})")->kind == UserFrame::Kind::ended);
  CHECK(
      f.read.market(R"({"stream":"!serverShutdown","data":{"e":"serverShutdown","E":1}})")->kind ==
      MarketFrame::Kind::ended);
  CHECK(f.read.market(R"({"e":"serverShutdown","E":1})")->kind == MarketFrame::Kind::ended);
}

TEST_CASE("events without meaning for us are read over", "[binance][streams]") {
  Fixture f;
  CHECK(f.event(R"({"e":"balanceUpdate","E":1,"a":"BTC","d":"100.0","T":1})").kind ==
        UserFrame::Kind::other);
  CHECK(f.event(R"({"e":"externalLockUpdate","E":1})").kind == UserFrame::Kind::other);
  auto foreign = report(entry_id.view(), "", "NEW", "NEW");
  foreign.replace(foreign.find("ETHBTC"), 6, "DOGEXX");
  CHECK(f.event(foreign).kind == UserFrame::Kind::foreign);
}

TEST_CASE("market frames", "[binance][streams]") {
  Fixture f;
  const auto book =
      R"({"u":400900217,"s":"BNBUSDT","b":"25.3519","B":"31.21","a":"25.3652","A":"40.66"})";
  auto frame = f.read.market(book).value();
  REQUIRE(frame.kind == MarketFrame::Kind::book);
  CHECK(frame.book.symbol == "BNBUSDT");
  CHECK(frame.book.bid == "25.3519"_p);

  frame =
      f.read
          .market(R"({"stream":"bnbbtc@trade","data":{"e":"trade","E":1672515782136,"s":"BNBBTC",)"
                  R"("t":12345,"p":"0.001","q":"100","T":1672515782136,"m":true,"M":true}})")
          .value();
  REQUIRE(frame.kind == MarketFrame::Kind::trade);
  CHECK(frame.trade.symbol == "BNBBTC");
  CHECK(frame.trade.price == "0.001"_p);
  CHECK(frame.trade.quantity == "100"_q);
  CHECK(frame.trade.buyer_is_maker);
  CHECK(frame.trade.time == ms(1672515782136));

  frame = f.read.market(R"({"result":null,"id":7})").value();
  REQUIRE(frame.kind == MarketFrame::Kind::answer);
  CHECK(frame.id == 7);
  CHECK(frame.error.code == 0);
  frame = f.read.market(R"({"code":2,"msg":"Invalid request: unknown"})").value();
  REQUIRE(frame.kind == MarketFrame::Kind::answer);
  CHECK(frame.error.code == 2);
  frame = f.read.market(R"({"error":{"code":2,"msg":"Invalid request"},"id":9})").value();
  CHECK(frame.id == 9);
  CHECK(frame.error.code == 2);
}
