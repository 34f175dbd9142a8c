#include "connectors/binance/answers.hpp"
#include "connectors/binance/instruments.hpp"
#include "connectors/binance/streams.hpp"
#include "connectors/transport/json.hpp"
#include "tests/binance/words.hpp"
#include "tests/support/virtual_time.hpp"

using namespace signalbox;
using namespace signalbox::binance;
using signalbox::test::SeededRandom;

namespace {

struct Readers {
  Markets markets = some_markets();
  AnswerReader answers{markets};
  FrameReader frames{markets};
  JsonReader json;

  /// Everything reads everything: no answer is in the place where it was expected.
  int readable(const std::string& text) {
    int count = 0;
    count += answers.written(text).has_value();
    count += answers.order(text).has_value();
    count += answers.open_orders(text).has_value();
    count += answers.trades(text).has_value();
    count += answers.account(text).has_value();
    count += answers.book_ticker(text).has_value();
    count += answers.server_time(text).has_value();
    count += read_exchange_info(json, text).has_value();
    count += frames.user(text).has_value();
    static_cast<void>(answers.error(text));
    static_cast<void>(frames.market(text));
    static_cast<void>(show(text));
    return count;
  }
};

const std::string order =
    R"({"symbol":"BTCUSDT","orderId":28,"orderListId":-1,"clientOrderId":"bk01h45h0fs1g0e000",)"
    R"("transactTime":1507725176595,"price":"0.00","origQty":"10.0","executedQty":"10.0",)"
    R"("status":"FILLED","timeInForce":"GTC","type":"MARKET","side":"SELL",)"
    R"("fills":[{"price":"4000.0","qty":"1.0","commission":"4.0","commissionAsset":"USDT","tradeId":56}]})";
const std::string event =
    R"({"subscriptionId":0,"event":{"e":"executionReport","E":1499405658658,"s":"ETHBTC","c":"a","S":"BUY",)"
    R"("o":"LIMIT","f":"GTC","q":"1.0","p":"0.1","P":"0.0","g":-1,"C":"","x":"TRADE","X":"FILLED","r":"NONE",)"
    R"("i":42,"l":"1.0","z":"1.0","L":"0.1","n":"0","N":null,"T":1499405658657,"t":5,"w":true,"m":false}})";
const std::string info =
    R"({"rateLimits":[{"rateLimitType":"REQUEST_WEIGHT","interval":"MINUTE","intervalNum":1,"limit":6000}],)"
    R"("symbols":[{"symbol":"BTCUSDT","status":"TRADING","baseAsset":"BTC","baseAssetPrecision":8,)"
    R"("quoteAsset":"USDT","quoteAssetPrecision":8,"filters":[{"filterType":"PRICE_FILTER","tickSize":"0.01"}]}]})";
const std::string account =
    R"({"commissionRates":{"taker":"0.001"},"canTrade":true,"balances":[{"asset":"BTC","free":"1","locked":"0"}]})";
const std::string trades =
    R"([{"symbol":"BNBBTC","id":28457,"orderId":100234,"price":"4.0","qty":"12.0","commission":"10.1",)"
    R"("commissionAsset":"BNB","time":1499865549590,"isBuyer":true,"isMaker":false}])";

}  // namespace

TEST_CASE("no beginning of an answer or event is taken for the whole", "[binance][malformed]") {
  Readers readers;
  for (const auto& text : {order, event, info, account, trades}) {
    CHECK(readers.readable(text) >= 1);
    for (std::size_t size = 0; size < text.size(); ++size) {
      INFO(text.substr(0, size));
      CHECK(readers.readable(text.substr(0, size)) == 0);
    }
  }
}

TEST_CASE("any byte may be wrong without harm", "[binance][malformed]") {
  Readers readers;
  for (const auto& text : {order, event, info, account, trades})
    for (std::size_t at = 0; at < text.size(); ++at)
      for (const char odd :
           {'\0', '"', '{', '}', '[', ']', ',', ':', '\\', '9', '-', 'x', '\xff'}) {
        auto changed = text;
        changed[at] = odd;
        static_cast<void>(readers.readable(changed));
      }
  SUCCEED();
}

TEST_CASE("texts put together from pieces of others", "[binance][malformed]") {
  Readers readers;
  SeededRandom random{20240809};
  const std::vector<std::string> texts{order, event, info, account, trades};
  const auto below = [&](std::size_t most) { return random.next() % most; };
  for (int i = 0; i < 4'000; ++i) {
    auto text = texts[below(texts.size())];
    for (auto changes = 1 + below(4); changes > 0 && !text.empty(); --changes) {
      const auto& other = texts[below(texts.size())];
      const auto piece = other.substr(below(other.size()), below(40));
      text.replace(below(text.size()), below(20), piece);
    }
    static_cast<void>(readers.readable(text));
  }
  SUCCEED();
}

TEST_CASE("deep, long and empty texts", "[binance][malformed]") {
  Readers readers;
  CHECK(readers.readable("") == 0);
  CHECK(readers.readable("null") == 0);
  CHECK(readers.readable("{}") == 0);
  CHECK(readers.readable("<html>502 Bad Gateway</html>") == 0);
  CHECK(readers.readable(std::string(100'000, '[')) == 0);
  CHECK(readers.readable(std::string(100'000, ' ')) == 0);
  CHECK(readers.readable(R"({"serverTime":)" + std::string(100'000, '1') + "}") == 0);
  std::string many = "[";
  for (int i = 0; i < 20'000; ++i) many += "{},";
  CHECK(readers.readable(many + "{}]") == 0);
}
