#include "tests/simulator/venue_client.hpp"

using namespace signalbox;
using namespace signalbox::simulator;
using namespace signalbox::simulator::test;

TEST_CASE("a market order answers in full, with its fills", "[binance]") {
  VenueClient desk;
  const auto said = desk.place("side=BUY&type=MARKET&quantity=2&newClientOrderId=abc-1");
  REQUIRE(said.status == 200);
  const auto& j = said.json;
  CHECK(j["/symbol"] == "BTCUSDT");
  CHECK(j["/clientOrderId"] == "abc-1");
  CHECK(j["/orderListId"] == "-1");
  CHECK(j["/transactTime"] == "1700000000000");
  CHECK(j["/price"] == "0.00000000");
  CHECK(j["/origQty"] == "2.00000000");
  CHECK(j["/executedQty"] == "2.00000000");
  CHECK(j["/cummulativeQuoteQty"] == "202.00000000");
  CHECK(j["/status"] == "FILLED");
  CHECK(j["/timeInForce"] == "GTC");
  CHECK(j["/workingTime"] == "1700000000000");
  CHECK(j["/selfTradePreventionMode"] == "EXPIRE_MAKER");
  REQUIRE(j.size("/fills") == 1);
  CHECK(j["/fills/0/price"] == "101.00000000");
  CHECK(j["/fills/0/qty"] == "2.00000000");
  CHECK(j["/fills/0/commission"] == "0.00400000");
  CHECK(j["/fills/0/commissionAsset"] == "BTC");
}

TEST_CASE("the answer's shape goes by type unless asked for", "[binance]") {
  VenueClient desk;
  CHECK(desk.place("side=BUY&type=LIMIT&timeInForce=GTC&quantity=1&price=98").json.has("/fills"));
  const auto ack = desk.place("side=SELL&type=STOP_LOSS&quantity=1&stopPrice=90").json;
  CHECK_FALSE(ack.has("/status"));
  const auto result =
      desk.place("side=SELL&type=STOP_LOSS&quantity=1&stopPrice=90&newOrderRespType=RESULT").json;
  CHECK(result["/status"] == "NEW");
  CHECK(result["/stopPrice"] == "90.00000000");
  CHECK(result["/workingTime"] == "-1");
  CHECK_FALSE(result.has("/fills"));
}

TEST_CASE("each rule has its own code and text", "[binance]") {
  VenueClient desk;
  const auto wrong = [&](const std::string& params) {
    const auto said = desk.place(params);
    return std::to_string(said.status) + " " + said.json["/code"] + " " + said.json["/msg"];
  };
  using namespace std::string_literals;
  const auto limit = "side=BUY&type=LIMIT&timeInForce=GTC&"s;

  CHECK(wrong("side=BUY&type=LIMIT&timeInForce=GTC&price=98") ==
        "400 -1102 Mandatory parameter 'quantity' was not sent, was empty/null, or malformed.");
  CHECK(wrong("side=BUY&type=LIMIT&quantity=1&price=98") ==
        "400 -1102 Mandatory parameter 'timeInForce' was not sent, was empty/null, or malformed.");
  CHECK(wrong("side=BUY&type=MARKET") ==
        "400 -1102 Param 'quantity' or 'quoteOrderQty' must be sent, but both were empty/null!");
  CHECK(wrong("side=BUY&type=MARKET&quantity=1&price=98") ==
        "400 -1106 Parameter 'price' sent when not required.");
  CHECK(wrong("side=BUY&type=MARKET&quantity=1&timeInForce=GTC") ==
        "400 -1106 Parameter 'timeInForce' sent when not required.");
  CHECK(wrong("side=SELL&type=STOP_LOSS&quantity=1&stopPrice=90&price=89") ==
        "400 -1106 Parameter 'price' sent when not required.");
  CHECK(wrong(limit + "quantity=1&price=98&stopPrice=97") ==
        "400 -1106 Parameter 'stopPrice' sent when not required.");
  CHECK(wrong(limit + "quantity=1&price=98&newClientOrderId=" + std::string(37, 'a')) ==
        "400 -1100 Illegal characters found in parameter 'newClientOrderId'; legal range is "
        "'^[a-zA-Z0-9-_]{1,36}$'.");
  CHECK(wrong(limit + "quantity=1e3&price=98")
            .starts_with(
                "400 -1100 Illegal characters found in parameter 'quantity'; legal range is"));
  CHECK(wrong(limit + "quantity=-1&price=98").starts_with("400 -1100"));
  CHECK(wrong(limit + "quantity=1&price=98.123456789") ==
        "400 -1111 Parameter 'price' has too much precision.");
  CHECK(wrong(limit + "quantity=&price=98") ==
        "400 -1102 Mandatory parameter 'quantity' was not sent, was empty/null, or malformed.");
  CHECK(wrong(limit + "quantity=1&price=98&colour=red") ==
        "400 -1104 Not all sent parameters were read; read '8' parameter(s) but was sent '9'.");
  CHECK(wrong(limit + "quantity=1&price=98&price=98") ==
        "400 -1101 Duplicate values for a parameter detected.");
  CHECK(wrong("side=HOLD&type=MARKET&quantity=1") == "400 -1117 Invalid side.");
  CHECK(wrong("side=BUY&type=ICEBERG&quantity=1") == "400 -1116 Invalid orderType.");
  CHECK(wrong("side=BUY&type=LIMIT&timeInForce=GTX&quantity=1&price=98") ==
        "400 -1115 Invalid timeInForce.");
  CHECK(wrong(limit + "quantity=0&price=98") == "400 -1013 Invalid quantity.");
  CHECK(wrong(limit + "quantity=1&price=98.001") == "400 -1013 Filter failure: PRICE_FILTER");
  CHECK(wrong(limit + "quantity=1.0001&price=98") == "400 -1013 Filter failure: LOT_SIZE");
  CHECK(wrong("side=SELL&type=MARKET&quantity=101") == "400 -1013 Filter failure: MARKET_LOT_SIZE");
  CHECK(wrong(limit + "quantity=0.01&price=98") == "400 -1013 Filter failure: NOTIONAL");
  CHECK(wrong(limit + "quantity=1&price=501") == "400 -1013 Filter failure: PERCENT_PRICE_BY_SIDE");
  CHECK(wrong(limit + "quantity=200&price=98") ==
        "400 -2010 Account has insufficient balance for requested action.");
  CHECK(wrong("side=SELL&type=STOP_LOSS&quantity=1&stopPrice=105") ==
        "400 -2010 Order would trigger immediately.");
  CHECK(wrong("side=BUY&type=LIMIT_MAKER&quantity=1&price=102") ==
        "400 -2010 Order would immediately match and take.");
  CHECK(desk.call("POST", "/api/v3/order", "symbol=ETHUSDT&side=BUY&type=MARKET&quantity=1")
            .json["/code"] == "-1121");
  CHECK(desk.call("POST", "/api/v3/order", "side=BUY&type=MARKET&quantity=1").json["/code"] ==
        "-1102");
}

TEST_CASE("live client ids are unique, and free again afterwards", "[binance]") {
  VenueClient desk;
  const std::string order =
      "side=BUY&type=LIMIT&timeInForce=GTC&quantity=1&price=98&newClientOrderId=same";
  REQUIRE(desk.place(order).status == 200);
  CHECK(desk.place(order).json["/msg"] == "Duplicate order sent.");
  REQUIRE(desk.call("DELETE", "/api/v3/order", "symbol=BTCUSDT&origClientOrderId=same").status ==
          200);
  const auto again = desk.place(order);
  REQUIRE(again.status == 200);
  const auto newest =
      desk.call("GET", "/api/v3/order", "symbol=BTCUSDT&origClientOrderId=same").json;
  CHECK(newest["/orderId"] == again.json["/orderId"]);
  CHECK(newest["/status"] == "NEW");
}

TEST_CASE("a cancel swaps the ids, in its answer and in its event", "[binance]") {
  VenueClient desk;
  const auto stream = desk.user_stream();
  desk.place("side=BUY&type=LIMIT&timeInForce=GTC&quantity=1&price=98&newClientOrderId=mine");
  const auto said = desk.call("DELETE", "/api/v3/order",
                              "symbol=BTCUSDT&origClientOrderId=mine&newClientOrderId=bye");
  CHECK(said.json["/origClientOrderId"] == "mine");
  CHECK(said.json["/clientOrderId"] == "bye");
  CHECK(said.json["/status"] == "CANCELED");
  const auto reports = desk.events(stream, "executionReport");
  REQUIRE(reports.size() == 2);
  CHECK(reports[0]["/event/x"] == "NEW");
  CHECK(reports[0]["/event/c"] == "mine");
  CHECK(reports[0]["/event/C"] == "");
  CHECK(reports[1]["/event/x"] == "CANCELED");
  CHECK(reports[1]["/event/c"] == "bye");
  CHECK(reports[1]["/event/C"] == "mine");
}

TEST_CASE("orders that are gone or never were have different codes", "[binance]") {
  VenueClient desk;
  const auto cancel = [&](const std::string& what) {
    return desk.call("DELETE", "/api/v3/order", "symbol=BTCUSDT&" + what).json;
  };
  desk.place("side=BUY&type=MARKET&quantity=1&newClientOrderId=done");
  CHECK(cancel("origClientOrderId=done")["/msg"] == "Unknown order sent.");
  CHECK(cancel("orderId=77")["/code"] == "-2011");
  CHECK(cancel("")["/code"] == "-1102");
  CHECK(desk.call("GET", "/api/v3/order", "symbol=BTCUSDT&orderId=77").json["/code"] == "-2013");
  CHECK(desk.call("DELETE", "/api/v3/openOrders", "symbol=BTCUSDT").json["/code"] == "-2011");
}

TEST_CASE("queries show what orders and trades became", "[binance]") {
  VenueClient desk;
  desk.place("side=BUY&type=LIMIT&timeInForce=GTC&quantity=7&price=101&newClientOrderId=part");
  desk.place("side=SELL&type=STOP_LOSS_LIMIT&timeInForce=GTC&quantity=1&stopPrice=90&price=89");

  const auto order =
      desk.call("GET", "/api/v3/order", "symbol=BTCUSDT&origClientOrderId=part").json;
  CHECK(order["/status"] == "PARTIALLY_FILLED");
  CHECK(order["/executedQty"] == "5.00000000");
  CHECK(order["/isWorking"] == "true");
  const auto open = desk.call("GET", "/api/v3/openOrders", "symbol=BTCUSDT").json;
  REQUIRE(open.size() == 2);
  CHECK(open["/1/isWorking"] == "false");
  CHECK(open["/1/stopPrice"] == "90.00000000");
  CHECK(desk.call("GET", "/api/v3/openOrders").json.size() == 2);
  CHECK(desk.call("GET", "/api/v3/allOrders", "symbol=BTCUSDT&limit=1").json["/0/orderId"] == "2");

  const auto trades = desk.call("GET", "/api/v3/myTrades", "symbol=BTCUSDT").json;
  REQUIRE(trades.size() == 1);
  CHECK(trades["/0/orderId"] == "1");
  CHECK(trades["/0/qty"] == "5.00000000");
  CHECK(trades["/0/quoteQty"] == "505.00000000");
  CHECK(trades["/0/commission"] == "0.01000000");
  CHECK(trades["/0/isBuyer"] == "true");
  CHECK(trades["/0/isMaker"] == "false");
  CHECK(desk.call("GET", "/api/v3/myTrades", "symbol=BTCUSDT&startTime=1&endTime=90000000")
            .json["/code"] == "-1127");

  const auto account = desk.call("GET", "/api/v3/account", "omitZeroBalances=true").json;
  CHECK(account["/balances/0/asset"] == "BTC");
  CHECK(account["/balances/0/free"] == "13.99000000");
  CHECK(account["/balances/0/locked"] == "1.00000000");
  CHECK(account["/balances/1/locked"] == "202.00000000");
  CHECK(account["/commissionRates/taker"] == "0.00200000");
}

TEST_CASE("order/test checks and places nothing", "[binance]") {
  VenueClient desk;
  CHECK(desk.call("POST", "/api/v3/order/test", "symbol=BTCUSDT&side=BUY&type=MARKET&quantity=1")
            .json.text() == "{}");
  CHECK(
      desk.call("POST", "/api/v3/order/test", "symbol=BTCUSDT&side=BUY&type=MARKET&quantity=0.0001")
          .json["/code"] == "-1013");
  CHECK(desk.exchange.engine.orders().all().empty());
}

TEST_CASE("an order is made smaller in place", "[binance]") {
  VenueClient desk;
  const auto stream = desk.user_stream();
  desk.place("side=BUY&type=LIMIT&timeInForce=GTC&quantity=2&price=98&newClientOrderId=mine");
  const auto amend = [&](const std::string& params) {
    return desk
        .call("PUT", "/api/v3/order/amend/keepPriority",
              "symbol=BTCUSDT&origClientOrderId=mine&" + params)
        .json;
  };
  CHECK(amend("newQty=3")["/code"] == "-2038");
  const auto said = amend("newQty=1&newClientOrderId=mine");
  CHECK(said["/amendedOrder/qty"] == "1.00000000");
  CHECK(said["/amendedOrder/clientOrderId"] == "mine");
  CHECK(desk.events(stream, "executionReport").back()["/event/x"] == "REPLACED");
  CHECK(amend("newQty=0.5")["/amendedOrder/clientOrderId"] != "mine");
}
