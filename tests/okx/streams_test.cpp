#include "connectors/okx/streams.hpp"
#include "tests/okx/words.hpp"

using namespace signalbox;
using namespace signalbox::okx;

namespace {

const std::string filled =
    R"({"arg":{"channel":"orders","instType":"SPOT","instId":"BTC-USDT","uid":"614488474791936"},"data":[{"instType":"SPOT","instId":"BTC-USDT","ordId":"452197707845865472","clOrdId":"bk01h45h0fs1g0e000","state":"filled","side":"sell","ordType":"limit","px":"31527.1","sz":"0.001","accFillSz":"0.001","avgPx":"31527.1","fillPx":"31527.1","fillSz":"0.001","tradeId":"242589207","fillTime":"1654084353263","fillFee":"-0.02522168","fillFeeCcy":"USDT","fee":"-0.02522168","feeCcy":"USDT","execType":"M","posSide":"","tdMode":"cash","reduceOnly":"false","cancelSource":"","amendResult":"","reqId":"","code":"0","msg":"","source":"","attachAlgoOrds":[],"algoId":"","algoClOrdId":"","linkedAlgoOrd":{"algoId":""},"pnl":"0","rebate":"0","rebateCcy":"BTC","tag":"","cTime":"1654084334977","uTime":"1654084353264"}]})";

}  // namespace

TEST_CASE("the order event that OKX's documents print", "[okx][streams]") {
  const auto markets = some_markets();
  FrameReader reader{markets};
  const auto frame = reader.user(filled);
  REQUIRE(frame);
  REQUIRE(frame->kind == UserFrame::Kind::orders);
  REQUIRE(frame->orders.size() == 1);
  const auto& row = frame->orders[0];
  CHECK(row.order.report.status == OrderStatus::filled);
  REQUIRE(row.fill);
  const auto& fill = row.fill->report;
  CHECK(fill.id == entry_id);
  CHECK(fill.trade_id.view() == "242589207");
  CHECK(fill.price == "31527.1"_p);
  CHECK(fill.quantity == "0.001"_q);
  CHECK(fill.fee == "0.02522168"_d);
  CHECK(fill.fee_asset == Asset{"USDT"});
  CHECK(fill.maker);
  CHECK(fill.time == ms(1654084353263));
}

TEST_CASE("a later word without a trade is no trade", "[okx][streams]") {
  const auto markets = some_markets();
  FrameReader reader{markets};
  auto text = filled;
  text.replace(text.find(R"("tradeId":"242589207")"), 21, R"("tradeId":"")");
  text.replace(text.find(R"("fillSz":"0.001")"), 16, R"("fillSz":"0")");
  const auto frame = reader.user(text);
  REQUIRE(frame);
  CHECK_FALSE(frame->orders.at(0).fill);
}

TEST_CASE("events that carry no data", "[okx][streams]") {
  const auto markets = some_markets();
  FrameReader reader{markets};
  const auto kind = [&](std::string_view text) {
    const auto frame = reader.user(text);
    REQUIRE(frame);
    return frame->kind;
  };
  using Kind = UserFrame::Kind;
  CHECK(kind("pong") == Kind::pong);
  CHECK(kind(R"({"event":"login","code":"0","msg":"","connId":"a4d3ae55"})") == Kind::logged_in);
  CHECK(kind(R"({"event":"login","code":"60009","msg":"Login failed."})") == Kind::refused);
  CHECK(kind(R"({"event":"error","code":"60012","msg":"Invalid request"})") == Kind::refused);
  CHECK(kind(R"({"event":"notice","code":"64008","msg":"upgrade"})") == Kind::notice);
  CHECK(kind(R"({"event":"channel-conn-count","channel":"orders","connCount":"2"})") ==
        Kind::other);
  CHECK(kind(R"({"event":"channel-conn-count-error","channel":"orders","connCount":"31"})") ==
        Kind::refused);
  CHECK(kind(R"({"id":"1512","event":"subscribe","arg":{"channel":"orders","instType":"ANY"}})") ==
        Kind::subscribed);
  CHECK(kind(R"({"arg":{"channel":"tomorrow"},"data":[{"a":1}]})") == Kind::other);
  CHECK_FALSE(reader.user("{}"));
  CHECK_FALSE(reader.user("pong "));
}

TEST_CASE("answers to order entry", "[okx][streams]") {
  const auto markets = some_markets();
  FrameReader reader{markets};
  const auto good = reader.user(
      R"({"id":"s1","op":"order","code":"0","msg":"","data":[{"ordId":"12345689","clOrdId":"abc1","tag":"","ts":"1695190491421","sCode":"0","sMsg":"","subCode":""}],"inTime":"1695190491421339","outTime":"1695190491423240"})");
  REQUIRE(good);
  CHECK(good->kind == UserFrame::Kind::answer);
  CHECK(good->id == "s1");
  CHECK(good->error.code == 0);
  CHECK(good->names.number == "12345689");
  const auto refused = reader.user(
      R"({"id":"s2","op":"order","code":"1","msg":"","data":[{"ordId":"","clOrdId":"","sCode":"51008","sMsg":"Order failed. Insufficient USDT balance in account"}]})");
  REQUIRE(refused);
  CHECK(refused->error.code == 51008);
}

TEST_CASE("frames cut anywhere and bent anywhere are errors or values, never more",
          "[okx][noise]") {
  const auto markets = some_markets();
  FrameReader reader{markets};
  for (std::size_t i = 0; i < filled.size(); ++i) {
    CHECK_FALSE(reader.user(filled.substr(0, i)));
    auto bent = filled;
    bent[i] = static_cast<char>(bent[i] ^ 1);
    static_cast<void>(reader.user(bent));
    static_cast<void>(reader.market(bent));
  }
}
