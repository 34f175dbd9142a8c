#include "connectors/binanceusdm/streams.hpp"

#include "tests/binanceusdm/words.hpp"

using namespace signalbox;
using namespace signalbox::binanceusdm;

namespace {

std::string order_update(std::string_view more) {
  return R"({"e":"ORDER_TRADE_UPDATE","E":1568879465651,"T":1568879465650,"o":{"s":"BTCUSDT","c":"bk01h45h0fs1g0e000",)"
         R"("S":"SELL","f":"GTC","q":"0.010","p":"9000","ap":"0","sp":"0","i":8886774,"N":"USDT","n":"0.02",)"
         R"("T":1568879465650,"b":"0","a":"9.91","m":false,"R":false,"wt":"CONTRACT_PRICE","ps":"BOTH","er":"0",)" +
         std::string{more} + "}}";
}

}  // namespace

TEST_CASE("a trade comes with its fee and its order", "[binanceusdm][streams]") {
  const auto markets = some_markets();
  FrameReader read{markets};
  const auto frame = read.user(order_update(
      R"("o":"LIMIT","ot":"LIMIT","x":"TRADE","X":"PARTIALLY_FILLED","l":"0.004","z":"0.004","L":"9000.1","t":17)"));
  REQUIRE(frame);
  REQUIRE(frame->kind == UserFrame::Kind::order);
  CHECK(frame->order.row.report.status == OrderStatus::partially_filled);
  REQUIRE(frame->fill);
  CHECK(frame->fill->report.trade_id == TradeId{"17"});
  CHECK(frame->fill->report.price == "9000.1"_p);
  CHECK(frame->fill->report.fee == "0.02"_d);
  CHECK(frame->fill->report.venue_id == VenueOrderId{"8886774"});
}

TEST_CASE("what a conditional order became says what it was", "[binanceusdm][streams]") {
  const auto markets = some_markets();
  FrameReader read{markets};
  const auto frame = read.user(order_update(
      R"("o":"MARKET","ot":"STOP_MARKET","x":"NEW","X":"NEW","l":"0","z":"0","L":"0","t":0)"));
  REQUIRE(frame);
  CHECK(frame->order.row.report.kind == OrderKind::stop_market);
  CHECK(frame->order.row.report.triggered);
  CHECK_FALSE(frame->fill);
}

TEST_CASE("a conditional order's own events", "[binanceusdm][streams]") {
  const auto markets = some_markets();
  FrameReader read{markets};
  const auto frame = read.user(
      R"({"e":"ALGO_UPDATE","T":1750515742303,"E":1750515742303,"o":{"caid":"bk01h45h0fs1g00000","aid":2148719,"at":"CONDITIONAL",)"
      R"("o":"STOP_MARKET","s":"BTCUSDT","S":"SELL","ps":"BOTH","q":"0.01","X":"TRIGGERED","ai":"8886774","ap":"0","aq":"0",)"
      R"("tp":"750","p":"0","wt":"CONTRACT_PRICE","cp":false,"R":true,"tt":0,"rm":""}})");
  REQUIRE(frame);
  REQUIRE(frame->kind == UserFrame::Kind::algo);
  CHECK(frame->order.row.key.id == VenueOrderId{"a2148719"});
  CHECK(frame->order.child == VenueOrderId{"8886774"});
  CHECK(frame->order.row.report.id == ClientOrderId{"bk01h45h0fs1g00000"});
}

TEST_CASE("events that need no reading, and symbols that are not loaded",
          "[binanceusdm][streams]") {
  const auto markets = some_markets();
  FrameReader read{markets};
  CHECK(read.user(R"({"e":"ACCOUNT_UPDATE","E":1,"T":1,"a":{"m":"ORDER","B":[],"P":[]}})")->kind ==
        UserFrame::Kind::account);
  CHECK(read.user(R"({"e":"listenKeyExpired","E":1})")->kind == UserFrame::Kind::ended);
  CHECK(read.user(R"({"e":"TRADE_LITE","E":1})")->kind == UserFrame::Kind::other);
  auto other =
      order_update(R"("o":"LIMIT","ot":"LIMIT","x":"NEW","X":"NEW","l":"0","z":"0","L":"0","t":0)");
  other.replace(other.find("BTCUSDT"), 7, "ETHUSDT");
  CHECK(read.user(other)->kind == UserFrame::Kind::foreign);
  CHECK_FALSE(read.user(order_update(R"("o":"LIMIT")")));
}

TEST_CASE("tickers in both orders of their fields", "[binanceusdm][streams]") {
  const std::string documented =
      R"({"e":"bookTicker","u":400900217,"E":1568014460893,"T":1568014460891,"s":"BTCUSDT","b":"25.35","B":"31.21","a":"25.36","A":"40.66"})";
  const std::string recorded =
      R"({"stream":"btcusdt@bookTicker","data":{"e":"bookTicker","u":400900217,"s":"BTCUSDT","b":"25.35","B":"31.21","a":"25.36","A":"40.66","T":1568014460891,"E":1568014460893}})";
  const auto markets = some_markets();
  FrameReader read{markets};
  for (const auto& frame : {documented, recorded}) {
    const auto fast = binance::scan_futures_book_ticker(frame);
    REQUIRE(fast);
    CHECK(fast->update == 400900217);
    CHECK(fast->engine_ms == 1568014460891);
    CHECK(fast->event_ms == 1568014460893);
    // The general reader agrees.
    const auto slow = read.market(" " + frame);
    REQUIRE(slow);
    CHECK(slow->book.bid == fast->bid);
    CHECK(slow->book.ask_quantity == fast->ask_quantity);
    CHECK(slow->book.engine_ms == fast->engine_ms);
  }
  for (std::size_t size = 0; size < recorded.size(); ++size)
    CHECK_FALSE(binance::scan_futures_book_ticker(recorded.substr(0, size)));
}
