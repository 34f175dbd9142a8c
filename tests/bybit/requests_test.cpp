#include "connectors/bybit/requests.hpp"

#include "connectors/bybit/hosts.hpp"
#include "connectors/kit/shown_request.hpp"
#include "tests/bybit/words.hpp"

using namespace signalbox;
using namespace signalbox::bybit;
using namespace std::chrono_literals;

namespace {

// A pair of keys printed in public tests; it opens nothing.
RequestWriter writer() {
  return {"api.bybit.com", Secret::take("test_api_key"), Secret::take("test_secret")};
}
const WallTime example_time = at_ms(1'700'000'000'000);

kit::ShownRequest shown(const RequestBytes& bytes) {
  REQUIRE(bytes);
  return kit::show(*bytes);
}
std::string header(const kit::ShownRequest& request, std::string_view name) {
  for (const auto& [key, value] : request.headers)
    if (key == name) return value;
  return {};
}
std::string placed(const PlaceOrders& o, const Market& market,
                   PositionMode mode = PositionMode::one_way) {
  auto w = writer();
  return shown(w.place(o, market, mode, example_time)).body;
}
Refusal refused(const PlaceOrders& o, const Market& market) {
  auto w = writer();
  const auto bytes = w.place(o, market, PositionMode::one_way, example_time);
  return bytes ? Refusal::none : bytes.error().refusal;
}

}  // namespace

TEST_CASE("worked signatures", "[bybit][signature]") {
  SignedWriter w{"api.bybit.com", Secret::take("test_api_key"), Secret::take("test_secret")};
  SECTION("of a query") {
    auto query = w.begin_get("/v5/order/realtime");
    query.add("category", "linear").add("symbol", "BTCUSDT");
    const auto request = kit::show(w.end_get(query, example_time));
    CHECK(request.url == "https://api.bybit.com/v5/order/realtime?category=linear&symbol=BTCUSDT");
    CHECK(header(request, "X-BAPI-API-KEY") == "test_api_key");
    CHECK(header(request, "X-BAPI-TIMESTAMP") == "1700000000000");
    CHECK(header(request, "X-BAPI-RECV-WINDOW") == "5000");
    CHECK(header(request, "X-BAPI-SIGN") ==
          "fd4f31228a46109dc6673062328693696df9a96c7ff04e6491a45e7f63a0fdd7");
  }
  SECTION("of a body") {
    w.begin_post() +=
        R"({"category": "linear", "symbol": "BTCUSDT", "orderLinkId": "test-order-1"})";
    const auto request = kit::show(w.end_post(SignedWriter::cancel, 5s, example_time));
    CHECK(request.method == "POST");
    CHECK(header(request, "Content-Length") == std::to_string(request.body.size()));
    CHECK(header(request, "X-BAPI-SIGN") ==
          "2df4a0603d69c08d5dea29ba85b46eb7db64ce9e9ebd34a7802a3d69700cb2a1");
  }
  SECTION("of a websocket") {
    CHECK(w.websocket_signature(1'700'000'000'000).view() ==
          "bacffe7500499eb829bb58c45d36d1b3e5ac67c14eaeba91df5e99ccee013925");
    CHECK(writer().log_on("a", example_time) ==
          R"({"req_id":"a","op":"auth","args":["test_api_key",1700000000000,)"
          R"("bacffe7500499eb829bb58c45d36d1b3e5ac67c14eaeba91df5e99ccee013925"]})");
  }
}

TEST_CASE("a key that cannot stand in a header is refused and not shown", "[bybit][I5]") {
  try {
    RequestWriter broken{"host", Secret::take("secret\r\nkey"), Secret::take("x")};
    FAIL("it was taken");
  } catch (const std::invalid_argument& e) {
    CHECK(std::string{e.what()}.find("secret") == std::string::npos);
  }
}

TEST_CASE("orders in the venue's words", "[bybit]") {
  const auto single = [](const OrderSpec& spec, OrderClass c = OrderClass::entry) {
    return orders(Linkage::single, {spec}, c);
  };
  SECTION("spot") {
    CHECK(placed(single(at_market(Side::buy, "0.1"_q)), spot_market) ==
          R"({"category":"spot","symbol":"BTCUSDT","side":"Buy","orderType":"Market",)"
          R"("marketUnit":"baseCoin","qty":"0.1","smpType":"CancelTaker",)"
          R"("orderLinkId":"bk01h45h0fs1g0e000"})");
    auto spec = limit(Side::sell, "0.1"_q, "65000.5"_p);
    spec.time_in_force = TimeInForce::ioc;
    CHECK(placed(single(spec), spot_market) ==
          R"({"category":"spot","symbol":"BTCUSDT","side":"Sell","orderType":"Limit","qty":"0.1",)"
          R"("price":"65000.5","timeInForce":"IOC","smpType":"CancelTaker",)"
          R"("orderLinkId":"bk01h45h0fs1g0e000"})");
  }
  SECTION("a stop on spot holds what it sells; one that enters holds nothing") {
    const auto protective =
        placed(single(stop(Side::sell, "0.1"_q, "60000"_p), OrderClass::protective), spot_market);
    CHECK(protective.find(
              R"("triggerPrice":"60000","triggerDirection":2,"orderFilter":"tpslOrder")") !=
          std::string::npos);
    CHECK(protective.find("reduceOnly") == std::string::npos);
    CHECK(protective.find(R"("smpType":"CancelMaker")") != std::string::npos);
    const auto entering = placed(single(stop(Side::buy, "0.1"_q, "70000"_p)), spot_market);
    CHECK(entering.find(R"("triggerDirection":1,"orderFilter":"StopOrder")") != std::string::npos);
  }
  SECTION("a stop on a perpetual only reduces, whatever margin is left") {
    auto spec = stop(Side::sell, "0.1"_q, "60000"_p);
    spec.reduce_only = true;
    spec.trigger = Trigger::mark;
    const auto body = placed(single(spec, OrderClass::protective), linear_market);
    CHECK(body.find(R"("triggerPrice":"60000","triggerDirection":2,"triggerBy":"MarkPrice",)"
                    R"("reduceOnly":true,"closeOnTrigger":true)") != std::string::npos);
    CHECK(body.find("orderFilter") == std::string::npos);
    CHECK(body.find("positionIdx") == std::string::npos);
    // In hedge mode a sale that reduces belongs to the long position.
    CHECK(placed(single(spec, OrderClass::protective), linear_market, PositionMode::hedge)
              .find(R"("positionIdx":1)") != std::string::npos);
  }
  SECTION("exits that travel with their entry") {
    const auto body =
        placed(orders(Linkage::one_triggers_pair,
                      {limit(Side::buy, "0.1"_q, "65000"_p), stop(Side::sell, "0.1"_q, "60000"_p),
                       target(Side::sell, "0.1"_q, "70000"_p)}),
               linear_market);
    CHECK(body.find(R"("tpslMode":"Partial","stopLoss":"60000","slOrderType":"Market",)"
                    R"("takeProfit":"70000","tpOrderType":"Market")") != std::string::npos);
  }
  SECTION("over the websocket") {
    auto w = writer();
    const auto frame = w.place_frame("r1", single(limit(Side::buy, "0.1"_q, "65000"_p)),
                                     spot_market, PositionMode::one_way, example_time);
    REQUIRE(frame);
    CHECK(frame->starts_with(
        R"({"reqId":"r1","header":{"X-BAPI-TIMESTAMP":"1700000000000","X-BAPI-RECV-WINDOW":"2000"},)"
        R"("op":"order.create","args":[{"category":"spot")"));
    CHECK(frame->ends_with("}]}"));
  }
}

TEST_CASE("how long an order is valid is its receive window", "[bybit][I2]") {
  auto w = writer();
  auto o = orders(Linkage::single, {limit(Side::buy, "0.1"_q, "65000"_p)});
  CHECK(header(shown(w.place(o, spot_market, PositionMode::one_way, example_time)),
               "X-BAPI-RECV-WINDOW") == "2000");
  o.valid_for = 350ms;
  CHECK(header(shown(w.place(o, spot_market, PositionMode::one_way, example_time)),
               "X-BAPI-RECV-WINDOW") == "350");
}

TEST_CASE("what the venue must not see is refused", "[bybit]") {
  const auto single = [](const OrderSpec& spec) { return orders(Linkage::single, {spec}); };
  CHECK(refused(single(limit(Side::buy, "0"_q, "65000"_p)), spot_market) == Refusal::invalid);
  CHECK(refused(single(limit(Side::buy, "0.000001"_q, "65000"_p)), spot_market) ==
        Refusal::minimum);
  CHECK(refused(single(limit(Side::buy, "0.1"_q, "65000.001"_p)), spot_market) ==
        Refusal::precision);
  CHECK(refused(single(limit(Side::buy, "0.000015"_q, "65000"_p)), spot_market) ==
        Refusal::precision);
  CHECK(refused(single(at_market(Side::buy, "51"_q)), spot_market) == Refusal::maximum);
  auto by_mark = stop(Side::sell, "0.1"_q, "60000"_p);
  by_mark.trigger = Trigger::mark;
  CHECK(refused(single(by_mark), spot_market) == Refusal::unsupported);
  auto no_price = limit(Side::buy, "0.1"_q, "65000"_p);
  no_price.price.reset();
  CHECK(refused(single(no_price), spot_market) == Refusal::invalid);
  SECTION("pairs without an entry") {
    CHECK(refused(orders(Linkage::one_cancels_other, {stop(Side::sell, "0.1"_q, "60000"_p),
                                                      target(Side::sell, "0.1"_q, "70000"_p)}),
                  spot_market) == Refusal::unsupported);
  }
  SECTION("exits behind a market entry on spot") {
    const auto o = orders(Linkage::one_triggers_pair,
                          {at_market(Side::buy, "0.1"_q), stop(Side::sell, "0.1"_q, "60000"_p),
                           target(Side::sell, "0.1"_q, "70000"_p)});
    CHECK(refused(o, spot_market) == Refusal::unsupported);
    CHECK(refused(o, linear_market) == Refusal::none);
  }
  SECTION("exits on the wrong sides of each other") {
    CHECK(refused(orders(Linkage::one_triggers_pair, {limit(Side::buy, "0.1"_q, "65000"_p),
                                                      stop(Side::sell, "0.1"_q, "70000"_p),
                                                      target(Side::sell, "0.1"_q, "60000"_p)}),
                  linear_market) == Refusal::invalid);
  }
}

TEST_CASE("worlds and their hosts", "[bybit]") {
  CHECK(hosts_of(Network::testnet)->rest.host == "api-testnet.bybit.com");
  CHECK(hosts_of(Network::testnet)->trade_stream->host == "stream-testnet.bybit.com");
  const auto demo = hosts_of(Network::demo);
  CHECK(demo->private_stream.host == "stream-demo.bybit.com");
  CHECK_FALSE(demo->trade_stream);
  Hosts elsewhere = *demo;
  CHECK_FALSE(hosts_of(Network::testnet, elsewhere));
  const Endpoint here{.host = "127.0.0.1", .port = 8443};
  elsewhere = {here, here, here, std::nullopt};
  CHECK(hosts_of(Network::testnet, elsewhere));
  elsewhere.trade_stream = Endpoint{.host = "stream.bybit.com"};
  CHECK_FALSE(hosts_of(Network::testnet, elsewhere));
}
