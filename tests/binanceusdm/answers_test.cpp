#include "connectors/binanceusdm/answers.hpp"

#include "connectors/binanceusdm/instruments.hpp"
#include "tests/binanceusdm/words.hpp"

using namespace signalbox;
using namespace signalbox::binanceusdm;

TEST_CASE("a conditional order is described in its own words", "[binanceusdm][answers]") {
  const auto markets = some_markets();
  AnswerReader read{markets};
  const auto order = read.order(
      R"({"algoId":2146760,"clientAlgoId":"bk01h45h0fs1g00000","algoType":"CONDITIONAL","orderType":"STOP_MARKET",)"
      R"("symbol":"BTCUSDT","side":"SELL","quantity":"0.01","algoStatus":"TRIGGERED","triggerPrice":"60000.0",)"
      R"("price":"0.000","icebergQuantity":null,"actualOrderId":"77","reduceOnly":true,"createTime":1750485492076})");
  REQUIRE(order);
  CHECK(order->row.key.id == VenueOrderId{"a2146760"});
  CHECK(order->child == VenueOrderId{"77"});
  CHECK(order->algo == AlgoState::triggered);
  CHECK(order->row.report.kind == OrderKind::stop_market);
  CHECK(order->row.report.trigger_price == "60000"_p);
  CHECK(order->row.report.triggered);
  CHECK(order->row.report.status == OrderStatus::working);
  CHECK(order->details.reduce_only == true);
}

TEST_CASE("a cancel of a conditional order is answered by ids alone", "[binanceusdm][answers]") {
  const auto markets = some_markets();
  AnswerReader read{markets};
  const auto body = R"({"algoId":7,"clientAlgoId":"x","code":"200","msg":"success"})";
  CHECK_FALSE(read.order(body));
  const auto order = read.order(body, markets.find(btc));
  REQUIRE(order);
  CHECK(order->row.key.id == VenueOrderId{"a7"});
  CHECK_FALSE(order->row.described);
}

TEST_CASE("answers without the fields that were taken away are read", "[binanceusdm][answers]") {
  const auto markets = some_markets();
  AnswerReader read{markets};
  const auto order = read.order(
      R"({"clientOrderId":"testOrder","cumQty":"0","executedQty":"0","orderId":22542179,"origQty":"10","price":"0",)"
      R"("reduceOnly":false,"side":"BUY","positionSide":"SHORT","status":"NEW","stopPrice":"0","closePosition":false,)"
      R"("symbol":"BTCUSDT","timeInForce":"GTX","type":"LIMIT","origType":"LIMIT","updateTime":1566818724722})");
  REQUIRE(order);
  CHECK(order->details.post_only == true);
  CHECK(order->details.time_in_force == TimeInForce::gtc);
  CHECK_FALSE(order->details.average);
  CHECK(order->row.report.raw_client_id.view() == "testOrder");
}

TEST_CASE("positions are signed, and flat ones are none", "[binanceusdm][answers]") {
  const auto markets = some_markets();
  AnswerReader read{markets};
  const auto positions = read.positions(
      R"([{"symbol":"BTCUSDT","positionAmt":"-0.010","entryPrice":"61000.5","liquidationPrice":"70000","positionSide":"BOTH"},)"
      R"({"symbol":"BTCUSDT","positionAmt":"0","entryPrice":"0","liquidationPrice":"0","positionSide":"BOTH"},)"
      R"({"symbol":"NOTLOADED","positionAmt":"5","entryPrice":"1","liquidationPrice":"0"}])");
  REQUIRE(positions);
  REQUIRE(positions->size() == 1);
  CHECK((*positions)[0].quantity == -"0.01"_q);
  CHECK((*positions)[0].liquidation_price == "70000"_p);
}

TEST_CASE("only perpetuals that are margined in their quote are loaded",
          "[binanceusdm][instruments]") {
  const auto symbol = [](std::string_view wire, std::string_view contract,
                         std::string_view margin) {
    return R"({"symbol":")" + std::string{wire} + R"(","contractType":")" + std::string{contract} +
           R"(","status":"TRADING","baseAsset":"BTC","quoteAsset":"USDT","marginAsset":")" +
           std::string{margin} +
           R"(","pricePrecision":2,"quantityPrecision":3,"filters":[{"filterType":"PRICE_FILTER","minPrice":"1","maxPrice":"2","tickSize":"0.10"},)"
           R"({"filterType":"LOT_SIZE","minQty":"0.001","maxQty":"1000","stepSize":"0.001"},{"filterType":"MIN_NOTIONAL","notional":"100"},)"
           R"({"filterType":"MAX_NUM_ORDERS","limit":200}]})";
  };
  const auto body =
      R"({"rateLimits":[{"rateLimitType":"REQUEST_WEIGHT","interval":"MINUTE","intervalNum":1,"limit":2400}],"symbols":[)" +
      symbol("BTCUSDT", "PERPETUAL", "USDT") + "," +
      symbol("BTCUSDT_260327", "CURRENT_QUARTER", "USDT") + "," +
      symbol("BTCUSDX", "PERPETUAL", "BTC") + "]}";
  JsonReader json;
  const auto info = read_exchange_info(json, body, {});
  REQUIRE(info);
  REQUIRE(info->markets.size() == 1);
  const auto& instrument = info->markets[0].instrument;
  CHECK(instrument.symbol == btc);
  CHECK(instrument.kind == MarketKind::linear);
  CHECK(instrument.tick_size == "0.1"_p);  // never the precision
  CHECK(instrument.notional_min == Notional{"100"_d});
  CHECK(instrument.orders_max == 200);
  CHECK(info->limits.size() == 1);
  CHECK(info->skipped == 2);
  CHECK(read_exchange_info(json, body, {Symbol{"ETH/USDT:USDT"}})->markets.empty());
}

TEST_CASE("answers cut off anywhere are errors, never rows", "[binanceusdm][answers]") {
  const auto markets = some_markets();
  AnswerReader read{markets};
  const std::string body =
      R"({"orderId":1,"symbol":"BTCUSDT","status":"NEW","clientOrderId":"x","price":"1","origQty":"1","executedQty":"0",)"
      R"("timeInForce":"GTC","type":"LIMIT","side":"BUY","reduceOnly":false,"updateTime":1})";
  REQUIRE(read.order(body));
  for (std::size_t size = 0; size < body.size(); ++size)
    CHECK_FALSE(read.order(body.substr(0, size)));
}
