#include "tests/simulator/venue_client.hpp"

using namespace signalbox;
using namespace signalbox::simulator;
using namespace signalbox::simulator::test;

namespace {

struct Noise {
  std::uint64_t state;
  std::uint64_t roll(std::uint64_t n) {
    auto z = state += 0x9e3779b97f4a7c15ULL;  // splitmix64
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ULL;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebULL;
    return (z ^ (z >> 31)) % n;
  }
  /// Some bytes changed, dropped, doubled or cut off.
  std::string spoil(std::string text) {
    for (auto changes = 1 + roll(4); changes > 0 && !text.empty(); --changes) {
      const auto at = roll(text.size());
      switch (roll(5)) {
        case 0: text[at] = static_cast<char>(roll(256)); break;
        case 1: text.erase(at, 1 + roll(8)); break;
        case 2: text.insert(at, text.substr(at, 1 + roll(8))); break;
        case 3: text.insert(at, 1, "%&=\"\\{}[],:\0\xff"[roll(13)]); break;
        default: text.resize(at); break;
      }
    }
    return text;
  }
};

const std::string forms[] = {
    "symbol=BTCUSDT&side=BUY&type=LIMIT&timeInForce=GTC&quantity=1&price=98&newClientOrderId=a-1",
    "symbol=BTCUSDT&side=SELL&type=STOP_LOSS_LIMIT&timeInForce=GTC&quantity=1&price=89&stopPrice="
    "90",
    "symbol=BTCUSDT&side=BUY&type=MARKET&quoteOrderQty=100.00000001&newOrderRespType=FULL",
    "symbol=BTCUSDT&side=SELL&quantity=2&aboveType=LIMIT_MAKER&abovePrice=110&belowType=STOP_LOSS"
    "&belowStopPrice=90&listClientOrderId=pair",
    "symbol=BTCUSDT&orderId=1&origClientOrderId=a-1&newQty=0.5&limit=5&startTime=1&fromId=3",
    "symbols=%5B%22BTCUSDT%22%5D&permissions=SPOT",
};
const std::pair<const char*, const char*> calls[] = {
    {"POST", "/api/v3/order"},         {"DELETE", "/api/v3/order"},
    {"GET", "/api/v3/order"},          {"PUT", "/api/v3/order/amend/keepPriority"},
    {"POST", "/api/v3/orderList/oco"}, {"POST", "/api/v3/orderList/otoco"},
    {"GET", "/api/v3/myTrades"},       {"GET", "/api/v3/allOrders"},
    {"GET", "/api/v3/exchangeInfo"},   {"GET", "/api/v3/depth"},
    {"GET", "/api/v3/account"},        {"GET", "/api/v3/openOrders"},
};

}  // namespace

TEST_CASE("whatever is signed and sent, the answer is JSON with a status", "[binance][noise]") {
  auto settings = round_exchange();
  settings.limits.weight_per_minute = 1'000'000;
  settings.limits.orders_per_10s = 1'000'000;
  VenueClient desk{settings};
  const auto headers = "X-MBX-APIKEY: " + desk.key + "\r\n";
  std::size_t accepted = 0;
  for (std::uint64_t seed = 1; seed <= 6'000; ++seed) {
    Noise noise{seed};
    const auto& [method, path] = calls[noise.roll(std::size(calls))];
    auto form = forms[noise.roll(std::size(forms))];
    if (noise.roll(8) != 0) form = noise.spoil(form);
    auto query = desk.signed_form(form);
    if (noise.roll(8) == 0) query = noise.spoil(query);
    const auto in_body = noise.roll(3) == 0;
    INFO("seed " << seed << ": " << method << " " << path << "?" << query);
    const auto reply = desk.exchange.binance.http(
        {method, in_body ? path : path + std::string{"?"} + query, headers,
         in_body ? std::string_view{query} : std::string_view{}, desk.peer},
        desk.now);
    REQUIRE(reply.status >= 200);
    simdjson::dom::parser parser;
    simdjson::dom::element ignored;
    REQUIRE_FALSE(parser.parse(reply.body).get(ignored));
    if (reply.status == 200) ++accepted;
  }
  CHECK(accepted > 100);  // the noise leaves enough whole to reach the engine
}

TEST_CASE("whatever a websocket says, the answer is JSON", "[binance][noise]") {
  VenueClient desk;
  const auto market = desk.open("/ws");
  const auto api = desk.user_stream();
  const std::string frames[] = {
      R"({"method":"SUBSCRIBE","params":["btcusdt@trade","btcusdt@bookTicker"],"id":1})",
      R"({"method":"LIST_SUBSCRIPTIONS","id":"x"})",
      R"({"id":"q","method":"order.place","params":{"symbol":"BTCUSDT","side":"BUY","timestamp":1}})",
      R"({"id":3,"method":"userDataStream.unsubscribe","params":{"subscriptionId":0}})",
      R"({"id":null,"method":"exchangeInfo","params":{"symbols":["BTCUSDT"]}})",
  };
  for (std::uint64_t seed = 1; seed <= 6'000; ++seed) {
    Noise noise{seed};
    const auto frame = noise.spoil(frames[noise.roll(std::size(frames))]);
    INFO("seed " << seed << ": " << frame);
    for (const auto id : {market, api}) {
      desk.heard[id].clear();
      desk.say(id, frame);
      for (const auto& each : desk.heard[id]) {
        simdjson::dom::parser parser;
        simdjson::dom::element ignored;
        REQUIRE_FALSE(parser.parse(each).get(ignored));
      }
    }
  }
}
