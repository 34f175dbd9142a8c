#include "connectors/binance/instruments.hpp"

#include "connectors/transport/json.hpp"
#include "tests/binance/words.hpp"

using namespace signalbox;
using namespace signalbox::binance;
using namespace std::chrono_literals;

namespace {

constexpr std::string_view two_symbols = R"({"timezone":"UTC","serverTime":1565246363776,
"rateLimits":[
 {"rateLimitType":"REQUEST_WEIGHT","interval":"MINUTE","intervalNum":1,"limit":6000},
 {"rateLimitType":"ORDERS","interval":"SECOND","intervalNum":10,"limit":50},
 {"rateLimitType":"ORDERS","interval":"DAY","intervalNum":1,"limit":160000},
 {"rateLimitType":"RAW_REQUESTS","interval":"MINUTE","intervalNum":5,"limit":300000},
 {"rateLimitType":"MOON","interval":"MINUTE","intervalNum":5,"limit":1}],
"exchangeFilters":[],
"symbols":[
 {"symbol":"BTCUSDT","status":"TRADING","baseAsset":"BTC","baseAssetPrecision":8,"quoteAsset":"USDT",
  "quoteAssetPrecision":8,"orderTypes":["LIMIT","MARKET"],"icebergAllowed":true,"ocoAllowed":true,
  "otoAllowed":true,"amendAllowed":false,"isSpotTradingAllowed":true,
  "filters":[
   {"filterType":"PRICE_FILTER","minPrice":"0.01","maxPrice":"1000000.00","tickSize":"0.01"},
   {"filterType":"LOT_SIZE","minQty":"0.00001","maxQty":"9000.0","stepSize":"0.00001"},
   {"filterType":"MARKET_LOT_SIZE","minQty":"0.0","maxQty":"100.0","stepSize":"0.0"},
   {"filterType":"NOTIONAL","minNotional":"5.0","applyMinToMarket":true,"maxNotional":"9000000.0","applyMaxToMarket":false,"avgPriceMins":5},
   {"filterType":"PERCENT_PRICE_BY_SIDE","bidMultiplierUp":"1.2","bidMultiplierDown":"0.2","askMultiplierUp":"5","askMultiplierDown":"0.8","avgPriceMins":1},
   {"filterType":"TRAILING_DELTA","minTrailingAboveDelta":10,"maxTrailingAboveDelta":2000,"minTrailingBelowDelta":10,"maxTrailingBelowDelta":2000},
   {"filterType":"MAX_NUM_ORDERS","maxNumOrders":200},{"filterType":"MAX_NUM_ALGO_ORDERS","maxNumAlgoOrders":5}],
  "permissions":[],"permissionSets":[["SPOT","MARGIN"]],"defaultSelfTradePreventionMode":"NONE",
  "allowedSelfTradePreventionModes":["NONE","EXPIRE_TAKER","EXPIRE_MAKER","EXPIRE_BOTH"]},
 {"symbol":"OLDBTC","status":"BREAK","baseAsset":"OLD","baseAssetPrecision":3,"quoteAsset":"BTC",
  "quoteAssetPrecision":4,
  "filters":[
   {"filterType":"PRICE_FILTER","minPrice":"0","maxPrice":"0","tickSize":"0"},
   {"filterType":"LOT_SIZE","minQty":"0","maxQty":"0","stepSize":"0"},
   {"filterType":"MIN_NOTIONAL","minNotional":"0.001","applyToMarket":true,"avgPriceMins":5},
   {"filterType":"NOTIONAL","minNotional":"0.0005","maxNotional":"9223372036854775807","applyMaxToMarket":false},
   {"filterType":"PERCENT_PRICE","multiplierUp":"1.3","multiplierDown":"0.7","avgPriceMins":5},
   {"filterType":"OF_TOMORROW","anything":[1,2]}]}
]})";

}  // namespace

TEST_CASE("what may be traded, and in what steps", "[binance][instruments]") {
  JsonReader json;
  const auto info = read_exchange_info(json, two_symbols).value();
  REQUIRE(info.markets.size() == 2);
  CHECK(info.skipped == 0);

  SECTION("a symbol with every filter") {
    const auto& btc = info.markets[0];
    CHECK(btc.wire == "BTCUSDT");
    CHECK(btc.stream == "btcusdt");
    CHECK(btc.oco);
    CHECK(btc.oto);
    CHECK_FALSE(btc.amend);
    CHECK(btc.expire_maker);
    CHECK(btc.expire_taker);
    Instrument expected;
    expected.symbol = Symbol{"BTC/USDT"};
    expected.kind = MarketKind::spot;
    expected.base = Asset{"BTC"};
    expected.quote = Asset{"USDT"};
    expected.tick_size = "0.01"_p;
    expected.lot_size = "0.00001"_q;
    expected.quantity_min = "0.00001"_q;
    expected.quantity_max = "9000"_q;
    expected.market_quantity_max = "100"_q;
    expected.notional_min = Notional{"5"_d};
    expected.notional_max = Notional{"9000000"_d};
    expected.buy_band_up = "1.2"_d;
    expected.buy_band_down = "0.2"_d;
    expected.sell_band_up = "5"_d;
    expected.sell_band_down = "0.8"_d;
    expected.orders_max = 200;
    expected.conditional_orders_max = 5;
    CHECK(btc.instrument == expected);
  }
  SECTION("zeros switch a rule off, and the stricter minimum holds") {
    const auto& old = info.markets[1];
    CHECK_FALSE(old.instrument.trading);
    CHECK(old.instrument.tick_size == "0.0001"_p);
    CHECK(old.instrument.lot_size == "0.001"_q);
    CHECK(old.instrument.quantity_max.is_zero());
    CHECK(old.instrument.notional_min == Notional{"0.001"_d});
    CHECK(old.instrument.notional_max.is_zero());
    CHECK(old.instrument.sell_band_up == "1.3"_d);
    CHECK(old.instrument.buy_band_down == "0.7"_d);
    CHECK(old.oco);  // not said: the venue decides
    CHECK_FALSE(old.expire_maker);
  }
  SECTION("the limits we are counted by, and where the venue tells the count") {
    REQUIRE(info.limits.size() == 4);
    CHECK(info.limits[0].counts == PaceLimit::Counts::weight);
    CHECK(info.limits[0].window == 1min);
    CHECK(info.limits[0].most == 6000);
    CHECK(info.limits[0].used_header == "X-MBX-USED-WEIGHT-1M");
    CHECK(info.limits[1].counts == PaceLimit::Counts::orders);
    CHECK(info.limits[1].used_header == "X-MBX-ORDER-COUNT-10S");
    CHECK(info.limits[2].window == 24h);
    CHECK(info.limits[2].used_header == "X-MBX-ORDER-COUNT-1D");
    CHECK(info.limits[3].counts == PaceLimit::Counts::requests);
  }
}

TEST_CASE("a symbol that cannot be read is left out, the others are not",
          "[binance][instruments]") {
  JsonReader json;
  std::string text{two_symbols};
  SECTION("a filter without its step") {
    text.replace(text.find("\"stepSize\""), 10, "\"stopSize\"");
  }
  SECTION("a number with an exponent") {
    text.replace(text.find("\"tickSize\":\"0.01\""), 17, "\"tickSize\":\"1e-2\"");
  }
  SECTION("a name longer than ours may be") {
    text.replace(text.find("\"baseAsset\":\"BTC\""), 17, "\"baseAsset\":\"AVERYLONGNAMEOFACOIN\"");
  }
  const auto info = read_exchange_info(json, text).value();
  REQUIRE(info.markets.size() == 1);
  CHECK(info.markets[0].wire == "OLDBTC");
  CHECK(info.skipped == 1);
}

TEST_CASE("names lead both ways, and stay when the table is loaded again",
          "[binance][instruments]") {
  auto markets = some_markets();
  const auto* btc = markets.find(Symbol{"BTC/USDT"});
  REQUIRE(btc);
  CHECK(markets.find_wire("BTCUSDT") == btc);
  CHECK_FALSE(markets.find(Symbol{"BTC/EUR"}));
  CHECK_FALSE(markets.find_wire("btcusdt"));

  markets.halt_all();
  auto again = market("BTC", "USDT", "0.1"_p);
  REQUIRE(markets.put(again));
  CHECK(markets.find(Symbol{"BTC/USDT"}) == btc);
  CHECK(btc->instrument.tick_size == "0.1"_p);
  CHECK(btc->instrument.trading);
  CHECK_FALSE(markets.find(Symbol{"ETH/BTC"})->instrument.trading);
  CHECK(wire_guess(Symbol{"BTC/USDT"}) == "BTCUSDT");
}
