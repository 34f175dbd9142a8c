#include "tests/binanceusdm/words.hpp"

using namespace signalbox;
using namespace signalbox::binanceusdm;
using binance::entry_id;
using binance::limit;
using binance::ms;
using binance::stop;
using binance::stop_id;

namespace {

RequestWriter writer() {
  return RequestWriter{
      "fapi.binance.com",
      Secret::take("dbefbc809e3e83c283a984c3a1459732ea7db1360ca80c5c2c8867408d28cc83"),
      Secret::take("2b5eb11e18796d12d88f13dc27dbbd02c2cc51ff7059765ed9821957d82bb4d9")};
}

kit::ShownRequest placed(const OrderSpec& spec, PositionMode mode = PositionMode::one_way) {
  auto write = writer();
  const auto bytes = write.place(one_order(spec), btc_market(), mode, ms(1591702613943));
  REQUIRE(bytes);
  return kit::show(*bytes);
}

bool has(const kit::ShownRequest& request, std::string_view parameter) {
  return ("&" + request.body + "&").find("&" + std::string{parameter} + "&") != std::string::npos;
}

}  // namespace

TEST_CASE("the venue's printed signature comes out of its printed key", "[binanceusdm][requests]") {
  binance::RequestBuffer buffer{
      "fapi.binance.com",
      Secret::take("dbefbc809e3e83c283a984c3a1459732ea7db1360ca80c5c2c8867408d28cc83"),
      Secret::take("2b5eb11e18796d12d88f13dc27dbbd02c2cc51ff7059765ed9821957d82bb4d9"),
      {}};
  CHECK(buffer
            .sign("symbol=BTCUSDT&side=BUY&type=LIMIT&quantity=1&price=9000&timeInForce=GTC&"
                  "recvWindow=5000&timestamp=1591702613943")
            .view() == "3c661234138461fcc7a7d8746c6558c9842d4e10870d2ecbedf7777cad694af9");
  // Part in the query and part in the body, joined by nothing.
  CHECK(buffer
            .sign("symbol=BTCUSDT&side=BUY&type=LIMIT&timeInForce=GTCquantity=1&price=9000&"
                  "recvWindow=5000&timestamp=1591702613943")
            .view() == "30baaf0fab549bbeda7f5ef201898b34122da25fd23c646cac2c529aebe670a4");
}

TEST_CASE("a plain order goes to the order endpoint", "[binanceusdm][requests]") {
  const auto request = placed(limit(Side::buy, "0.01"_q, "63362.2"_p));
  CHECK(request.method == "POST");
  CHECK(request.url == "https://fapi.binance.com/fapi/v1/order");
  for (const auto* each : {"symbol=BTCUSDT", "side=BUY", "type=LIMIT", "timeInForce=GTC",
                           "quantity=0.01", "price=63362.2", "recvWindow=2000"})
    CHECK(has(request, each));
  CHECK(has(request, "newClientOrderId=" + entry_id.str()));
  CHECK(request.body.find("reduceOnly") == std::string::npos);
  CHECK(request.body.find("positionSide") == std::string::npos);
}

TEST_CASE("post-only is a time in force here", "[binanceusdm][requests]") {
  auto spec = limit(Side::buy, "0.01"_q, "63362.2"_p);
  spec.post_only = true;
  CHECK(has(placed(spec), "timeInForce=GTX"));
}

TEST_CASE("a stop goes to the algo endpoint and only reduces", "[binanceusdm][requests]") {
  auto spec = stop(Side::sell, "0.01"_q, "60679.9"_p);
  spec.reduce_only = true;
  auto request = placed(spec);
  CHECK(request.url == "https://fapi.binance.com/fapi/v1/algoOrder");
  for (const auto* each : {"algoType=CONDITIONAL", "type=STOP_MARKET", "triggerPrice=60679.9",
                           "reduceOnly=true", "quantity=0.01"})
    CHECK(has(request, each));
  CHECK(has(request, "clientAlgoId=" + stop_id.str()));
  CHECK(request.body.find("workingType") == std::string::npos);

  WHEN("it is triggered by the mark price") {
    spec.trigger = Trigger::mark;
    CHECK(has(placed(spec), "workingType=MARK_PRICE"));
  }
  WHEN("by the index price, it is refused") {
    spec.trigger = Trigger::index;
    auto write = writer();
    const auto bytes =
        write.place(one_order(spec), btc_market(), PositionMode::one_way, ms(1591702613943));
    REQUIRE_FALSE(bytes);
    CHECK(bytes.error().refusal == Refusal::unsupported);
  }
}

TEST_CASE("in hedge mode every order names its position", "[binanceusdm][requests]") {
  auto spec = limit(Side::buy, "0.01"_q, "63362.2"_p);
  CHECK(has(placed(spec, PositionMode::hedge), "positionSide=LONG"));
  spec.reduce_only = true;  // buys back a short
  const auto closing = placed(spec, PositionMode::hedge);
  CHECK(has(closing, "positionSide=SHORT"));
  CHECK(closing.body.find("reduceOnly") == std::string::npos);
}

TEST_CASE("linked orders are refused: the venue links none", "[binanceusdm][requests]") {
  auto orders = one_order(limit(Side::buy, "0.01"_q, "63362.2"_p));
  orders.linkage = Linkage::one_triggers_other;
  orders.orders.push_back(stop(Side::sell, "0.01"_q, "60679.9"_p));
  auto write = writer();
  const auto bytes = write.place(orders, btc_market(), PositionMode::one_way, ms(1591702613943));
  REQUIRE_FALSE(bytes);
  CHECK(bytes.error().refusal == Refusal::unsupported);
}

TEST_CASE("cancels and queries name the right space of ids", "[binanceusdm][requests]") {
  auto write = writer();
  const auto market = btc_market();
  const auto now = ms(1591702613943);
  const auto url = [](const kit::RequestBytes& bytes) { return kit::show(bytes.value()).url; };
  CHECK(url(write.cancel(IdSpace::algo, {}, VenueOrderId{"a17"}, market, now))
            .find("/fapi/v1/algoOrder?symbol=BTCUSDT&algoId=17&") != std::string::npos);
  CHECK(url(write.cancel(IdSpace::plain, {}, VenueOrderId{"17"}, market, now))
            .find("/fapi/v1/order?symbol=BTCUSDT&orderId=17&") != std::string::npos);
  CHECK(url(write.order(IdSpace::algo, stop_id, {}, market, now)).find("clientAlgoId=") !=
        std::string::npos);
  CHECK(url(write.order(IdSpace::plain, entry_id, {}, market, now)).find("origClientOrderId=") !=
        std::string::npos);
}

TEST_CASE("the listen key is asked for with the key and nothing else", "[binanceusdm][requests]") {
  auto write = writer();
  const std::string bytes{write.listen_key("POST")};
  CHECK(bytes.starts_with("POST /fapi/v1/listenKey HTTP/1.1\r\n"));
  CHECK(bytes.find("X-MBX-APIKEY: dbef") != std::string::npos);
  CHECK(bytes.find("Content-Length: 0\r\n\r\n") != std::string::npos);
  CHECK(bytes.find("signature") == std::string::npos);
}
