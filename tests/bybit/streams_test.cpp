#include "connectors/bybit/streams.hpp"

#include "tests/bybit/words.hpp"

using namespace signalbox;
using namespace signalbox::bybit;

namespace {

struct Reading {
  Markets markets = some_markets();
  FrameReader reader{markets};
};

constexpr std::string_view order_frame =
    R"({"id":"1","topic":"order","creationTime":1672364262474,"data":[{"category":"linear",)"
    R"("symbol":"BTCUSDT","orderId":"5cf98598","orderLinkId":"bk01h45h0fs1g0e000",)"
    R"("parentOrderLinkId":"","side":"Sell","orderType":"Market","price":"72.5","qty":"1",)"
    R"("timeInForce":"IOC","orderStatus":"Filled","cancelType":"UNKNOWN","rejectReason":"EC_NoError",)"
    R"("leavesQty":"","cumExecQty":"1","stopOrderType":"","triggerPrice":"","positionIdx":0,)"
    R"("createdTime":"1672364262444","updatedTime":"1672364262457"}]})";
constexpr std::string_view execution_frame =
    R"({"id":"386825804","topic":"execution","creationTime":1746270400355,"data":[{"category":"linear",)"
    R"("symbol":"BTCUSDT","orderId":"9aac","orderLinkId":"","side":"Sell","orderType":"Market",)"
    R"("execId":"0ab1","execPrice":"95900.1","execQty":"0.5","execFee":"26.3725275",)"
    R"("feeCurrency":"USDT","execType":"Trade","isMaker":false,"execTime":"1746270400353"}]})";

}  // namespace

TEST_CASE("events of the account", "[bybit][streams]") {
  Reading r;
  SECTION("orders") {
    const auto frame = r.reader.account(order_frame);
    REQUIRE(frame);
    REQUIRE(frame->orders.size() == 1);
    CHECK(frame->orders[0].row.report.status == OrderStatus::filled);
    CHECK(frame->orders[0].row.report.symbol == Symbol{"BTC/USDT:USDT"});
  }
  SECTION("trades") {
    const auto frame = r.reader.account(execution_frame);
    REQUIRE(frame);
    REQUIRE(frame->fills.size() == 1);
    CHECK(frame->fills[0].report.price == "95900.1"_p);
    CHECK(frame->fills[0].report.fee == "26.3725275"_d);
  }
  SECTION("of what is not loaded are passed over") {
    std::string other{order_frame};
    other.replace(other.find("BTCUSDT"), 7, "XRPUSDT");
    const auto frame = r.reader.account(other);
    REQUIRE(frame);
    CHECK(frame->orders.empty());
    CHECK(frame->foreign == 1);
    other.replace(other.find("linear"), 6, "option");
    CHECK(r.reader.account(other)->foreign == 1);
  }
  SECTION("the wallet, spent to the last") {
    const auto frame = r.reader.account(
        R"({"topic":"wallet","data":[{"accountType":"UNIFIED","coin":[)"
        R"({"coin":"BTC","walletBalance":"0.001","locked":"0"},{"coin":"USDT","walletBalance":"0"}]}]})");
    REQUIRE(frame);
    REQUIRE(frame->balances.size() == 2);
    CHECK(frame->balances[1] == Balance{Asset{"USDT"}, {}, {}});
  }
  SECTION("a position that belongs to a hedge") {
    const auto frame = r.reader.account(
        R"({"topic":"position","data":[{"category":"linear","symbol":"BTCUSDT","positionIdx":2,)"
        R"("side":"Sell","size":"0.1","entryPrice":"28000"}]})");
    REQUIRE(frame);
    REQUIRE(frame->positions.size() == 1);
    CHECK(frame->positions[0].mode == PositionMode::hedge);
  }
  SECTION("answers") {
    const auto on =
        r.reader.account(R"({"req_id":"a","success":true,"ret_msg":"","op":"auth","conn_id":"c"})");
    REQUIRE(on);
    CHECK(on->kind == PrivateFrame::Kind::answer);
    CHECK(on->succeeded);
    CHECK(on->id == "a");
    CHECK(r.reader.account(R"({"req_id":"p","op":"pong","args":["1"],"conn_id":"c"})")->succeeded);
    CHECK_FALSE(r.reader.account(R"({"success":false,"ret_msg":"no","op":"auth"})")->succeeded);
  }
  SECTION("unreadable ones are errors") {
    for (std::size_t n = 0; n < order_frame.size(); ++n)
      CHECK_FALSE(r.reader.account(order_frame.substr(0, n)));
    for (std::size_t n = 0; n < execution_frame.size(); ++n)
      CHECK_FALSE(r.reader.account(execution_frame.substr(0, n)));
  }
}

TEST_CASE("market frames", "[bybit][streams]") {
  Reading r;
  const auto book = r.reader.market(
      R"({"topic":"orderbook.1.BTCUSDT","type":"snapshot","ts":1672304484978,"data":{"s":"BTCUSDT",)"
      R"("b":[["16493.50","0.006"]],"a":[["16611.00","0.029"]],"u":18521288,"seq":7961638724}})");
  REQUIRE(book);
  CHECK(book->name == "BTCUSDT");
  CHECK(book->bid == "16493.5"_p);
  CHECK(book->ask_quantity == "0.029"_q);
  CHECK(book->time == at_ms(1672304484978));
  const auto empty = r.reader.market(
      R"({"topic":"orderbook.1.BTCUSDT","ts":1,"data":{"s":"BTCUSDT","b":[],"a":[["1","2"]]}})");
  REQUIRE(empty);
  CHECK_FALSE(empty->bid);
  const auto trade = r.reader.market(
      R"({"topic":"publicTrade.BTCUSDT","ts":1,"data":[{"T":1672304486865,"s":"BTCUSDT","S":"Buy",)"
      R"("v":"0.001","p":"16578.50"}]})");
  REQUIRE(trade);
  CHECK(trade->trades.at(0).taker == Side::buy);
  // A change of a ticker says only what has changed.
  const auto delta = r.reader.market(
      R"({"topic":"tickers.BTCUSDT","type":"delta","data":{"symbol":"BTCUSDT","bid1Price":"5"},"ts":2})");
  REQUIRE(delta);
  CHECK(delta->bid == "5"_p);
  CHECK_FALSE(delta->ask);
  CHECK_FALSE(r.reader.market(R"({"success":false,"ret_msg":"no","op":"subscribe"})")->succeeded);
}

TEST_CASE("answers to orders over the websocket", "[bybit][streams]") {
  Reading r;
  const auto yes = r.reader.trade(
      R"({"reqId":"t-5","retCode":0,"retMsg":"OK","op":"order.create","data":{"orderId":"a4c1",)"
      R"("orderLinkId":""},"header":{"X-Bapi-Limit-Reset-Timestamp":"1711001595208"},"connId":"c"})");
  REQUIRE(yes);
  CHECK(yes->kind == TradeAnswer::Kind::order);
  CHECK(yes->id == "t-5");
  CHECK(yes->order_id == "a4c1");
  CHECK(yes->comes_again == at_ms(1711001595208));
  const auto no = r.reader.trade(
      R"({"reqId":"t-6","retCode":170131,"retMsg":"Insufficient balance.","op":"order.create","data":{}})");
  REQUIRE(no);
  CHECK(no->error.code == 170131);
  CHECK(r.reader.trade(R"({"retCode":0,"retMsg":"OK","op":"auth","connId":"c"})")->kind ==
        TradeAnswer::Kind::log_on);
  CHECK(r.reader.trade(R"({"retCode":0,"op":"pong","data":["1"]})")->kind ==
        TradeAnswer::Kind::other);
}
