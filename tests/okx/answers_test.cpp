#include "connectors/okx/answers.hpp"
#include "connectors/okx/instruments.hpp"
#include "connectors/transport/json.hpp"
#include "tests/okx/words.hpp"

using namespace signalbox;
using namespace signalbox::okx;

namespace {

std::string answer(std::string_view rows) {
  return R"({"code":"0","msg":"","data":[)" + std::string{rows} + "]}";
}

const std::string order_row =
    R"({"instType":"SWAP","instId":"BTC-USDT-SWAP","ordId":"95342001713","clOrdId":"bk01h45h0fs1g0e000","px":"64580.7","sz":"0.66","ordType":"limit","side":"buy","posSide":"net","tdMode":"cross","accFillSz":"0.22","fillPx":"64567.7","tradeId":"1","fillSz":"0.22","state":"partially_filled","avgPx":"64567.7","feeCcy":"USDT","fee":"-0.0006678","reduceOnly":"false","attachAlgoOrds":[],"uTime":"1735689600132","cTime":"1735689600123"})";

}  // namespace

TEST_CASE("instruments of OKX: steps, contracts, states", "[okx][instruments]") {
  JsonReader json;
  const auto list = read_instruments(
      json,
      answer(
          R"({"instType":"SPOT","instId":"BTC-USDT","baseCcy":"BTC","quoteCcy":"USDT","tickSz":"0.1","lotSz":"0.00000001","minSz":"0.00001","maxLmtSz":"9999999999","maxMktSz":"1000000","state":"live","instIdCode":1000000000},
             {"instType":"SWAP","instId":"BTC-USDT-SWAP","instFamily":"BTC-USDT","settleCcy":"USDT","ctVal":"0.01","ctMult":"1","ctValCcy":"BTC","ctType":"linear","tickSz":"0.1","lotSz":"0.01","minSz":"0.01","maxMktSz":"3000","state":"suspend","instIdCode":null},
             {"instType":"SWAP","instId":"BTC-USD-SWAP","instFamily":"BTC-USD","settleCcy":"BTC","ctVal":"100","ctMult":"1","ctValCcy":"USD","ctType":"inverse","tickSz":"0.1","lotSz":"1","minSz":"1","state":"live"},
             {"instType":"SPOT","instId":"X\"Y","baseCcy":"X","quoteCcy":"Y","tickSz":"1","lotSz":"1","minSz":"1","state":"live"},
             {"instType":"SPOT","instId":"A-B","baseCcy":"A","quoteCcy":"B","tickSz":"0","lotSz":"1","minSz":"1","state":"live"})"));
  REQUIRE(list);
  REQUIRE(list->markets.size() == 2);
  CHECK(list->skipped == 3);
  const auto& coin = list->markets[0];
  CHECK(coin.instrument.symbol.view() == "BTC/USDT");
  CHECK(coin.unit == "1"_d);
  CHECK(coin.code == 1'000'000'000);
  CHECK(coin.instrument.quantity_min == "0.00001"_q);
  CHECK(coin.instrument.market_quantity_max.is_zero());  // stated in quote
  CHECK(coin.instrument.fee_in_base);
  const auto& perpetual = list->markets[1];
  CHECK(perpetual.instrument.symbol.view() == "BTC/USDT:USDT");
  CHECK(perpetual.instrument.kind == MarketKind::linear);
  CHECK(perpetual.unit == "0.01"_d);
  CHECK(perpetual.instrument.lot_size == "0.0001"_q);
  CHECK(perpetual.instrument.market_quantity_max == "30"_q);
  CHECK_FALSE(perpetual.instrument.trading);
  CHECK_FALSE(perpetual.code);
  CHECK(wire_guess(Symbol{"BTC/USDT"}) == "BTC-USDT");
  CHECK(wire_guess(Symbol{"BTC/USDT:USDT"}) == "BTC-USDT-SWAP");
}

TEST_CASE("an order of OKX in our words", "[okx][answers]") {
  const auto markets = some_markets();
  AnswerReader reader{markets};
  const auto row = reader.order(answer(order_row));
  REQUIRE(row);
  const auto& report = row->order.report;
  CHECK(report.id == entry_id);
  CHECK(report.venue_id.view() == "95342001713");
  CHECK(report.symbol.view() == "BTC/USDT:USDT");
  CHECK(report.status == OrderStatus::partially_filled);
  CHECK(report.quantity == "0.0066"_q);
  CHECK(report.filled == "0.0022"_q);
  CHECK(report.price == "64580.7"_p);
  CHECK(report.time == ms(1735689600132));
}

TEST_CASE("how an order ended, by its cancel source", "[okx][answers]") {
  const auto markets = some_markets();
  AnswerReader reader{markets};
  const auto ended = [&](std::string_view state, std::string_view source) {
    auto body = answer(order_row);
    const auto at = body.find("partially_filled");
    body.replace(at, 16, state);
    body.insert(body.find("\"avgPx\""), R"("cancelSource":")" + std::string{source} + "\",");
    const auto row = reader.order(body);
    REQUIRE(row);
    return row->order.report;
  };
  CHECK(ended("canceled", "1").status == OrderStatus::cancelled);
  CHECK(ended("canceled", "13").status == OrderStatus::expired);
  CHECK(ended("canceled", "14").status == OrderStatus::expired);
  CHECK(ended("canceled", "31").status == OrderStatus::rejected);
  CHECK(ended("canceled", "31").refusal == Refusal::would_take);
  CHECK(ended("canceled", "32").status == OrderStatus::expired);
  CHECK(ended("canceled", "99").status == OrderStatus::cancelled);
  CHECK(ended("mmp_canceled", "").status == OrderStatus::cancelled);
  CHECK(ended("filled", "").status == OrderStatus::filled);
  // A state of tomorrow: it stands there, and says so.
  CHECK(ended("resting", "").status == OrderStatus::working);
  CHECK(ended("resting", "").detail.view() == "unknown state resting");
}

TEST_CASE("algo orders of OKX as legs of ours", "[okx][answers]") {
  const auto markets = some_markets();
  AnswerReader reader{markets};
  const auto algo = [&](std::string_view state, std::string_view more) {
    const auto row = reader.algo(answer(
        R"({"algoId":"77","algoClOrdId":"bk01h45h0fs1g00000k000","instId":"BTC-USDT","ordType":"oco","side":"sell","sz":"0.5","slTriggerPx":"60000","slOrdPx":"-1","tpTriggerPx":"","tpOrdPx":"70000","tpOrdKind":"limit","state":")" +
        std::string{state} + "\"" + std::string{more} + "}"));
    REQUIRE(row);
    REQUIRE(row->legs.size() == 2);
    return *row;
  };
  const auto live = algo("live", "");
  CHECK(live.legs[0].report.id == stop_id);
  CHECK(live.legs[0].report.kind == OrderKind::stop_market);
  CHECK(live.legs[0].report.trigger_price == "60000"_p);
  CHECK(live.legs[0].key.id.view() == "algo-77");
  CHECK(live.legs[1].report.id == target_id);
  CHECK(live.legs[1].report.kind == OrderKind::limit);
  CHECK(live.legs[1].report.price == "70000"_p);
  CHECK(live.legs[1].key.id.view() == "algo-77-tp");
  const auto stopped = algo("effective", R"(,"actualSide":"sl","ordIdList":["5"])");
  CHECK(stopped.children == std::vector<std::string>{"5"});
  CHECK(stopped.legs[0].report.triggered);
  CHECK(stopped.legs[0].report.status == OrderStatus::working);
  CHECK(stopped.legs[1].report.status == OrderStatus::expired);
  const auto failed_one = algo("order_failed", R"(,"failCode":"51008")");
  CHECK(failed_one.legs[0].report.status == OrderStatus::rejected);
  CHECK(failed_one.legs[1].report.status == OrderStatus::rejected);
  CHECK(algo("canceled", "").legs[1].report.status == OrderStatus::cancelled);
  CHECK(algo("pause", "").legs[0].report.status == OrderStatus::working);
}

TEST_CASE("balances, positions, fees and modes", "[okx][answers]") {
  const auto markets = some_markets();
  AnswerReader reader{markets};
  const auto balances = reader.balances(answer(
      R"({"totalEq":"1","details":[{"ccy":"BTC","availBal":"1","frozenBal":"0.25"},{"ccy":"USDT","availBal":"","availEq":"13800.250000000000000000009","frozenBal":""},{"ccy":"ETH","availBal":"0","frozenBal":"0"},{"ccy":"OKB","availBal":"-3","frozenBal":"0"}]})"));
  REQUIRE(balances);
  REQUIRE(balances->size() == 2);
  CHECK((*balances)[0] == Balance{Asset{"BTC"}, "1"_q, "0.25"_q});
  CHECK((*balances)[1].free == "13800.25"_q);

  const auto positions = reader.positions(answer(
      R"({"instType":"SWAP","instId":"BTC-USDT-SWAP","posSide":"net","pos":"-66.78","avgPx":"64567.7","liqPx":"71660"},
         {"instType":"SWAP","instId":"BTC-USDT-SWAP","posSide":"short","pos":"3","avgPx":"1","liqPx":""},
         {"instType":"SWAP","instId":"BTC-USDT-SWAP","posSide":"long","pos":"0","avgPx":"","liqPx":""},
         {"instType":"SWAP","instId":"DOGE-USDT-SWAP","posSide":"net","pos":"5","avgPx":"1","liqPx":""})"));
  REQUIRE(positions);
  REQUIRE(positions->size() == 2);
  CHECK((*positions)[0].quantity == "-0.6678"_q);
  CHECK((*positions)[0].liquidation_price == "71660"_p);
  CHECK((*positions)[1].quantity == "-0.03"_q);

  CHECK(reader.taker_fee(answer(R"({"taker":"-0.001","takerU":"-0.0005","takerUSDC":""})")) ==
        "0.001"_d);
  const auto config = reader.account_config(
      answer(R"({"acctLv":"2","posMode":"long_short_mode","perm":"read_only,withdraw,trade"})"));
  REQUIRE(config);
  CHECK(config->level == 2);
  CHECK(config->hedged);
  CHECK(config->may_trade);
  CHECK(config->may_withdraw);
  CHECK_FALSE(reader.account_config(answer(R"({"acctLv":"2","posMode":"sideways"})")));
}

TEST_CASE("fills of OKX: fees paid and rebates", "[okx][answers]") {
  const auto markets = some_markets();
  AnswerReader reader{markets};
  std::vector<kit::FillRow> rows;
  const auto page = reader.fills(
      answer(
          R"({"instId":"BTC-USDT-SWAP","tradeId":"123","ordId":"9","clOrdId":"bk01h45h0fs1g0e000","billId":"5","fillPx":"64950.1","fillSz":"22.8","side":"sell","execType":"T","feeCcy":"USDT","fee":"-0.7","ts":"1735689600123"},
             {"instId":"BTC-USDT","tradeId":"124","ordId":"9","clOrdId":"","billId":"4","fillPx":"1","fillSz":"2","side":"buy","execType":"M","feeCcy":"BTC","fee":"0.1","fillTime":"1735689600100","ts":"1735689600123"},
             {"instId":"UNKNOWN-USDT","tradeId":"1","ordId":"9","billId":"3","fillPx":"1","fillSz":"2","side":"buy"})"),
      rows);
  REQUIRE(page);
  CHECK(page->rows == 3);
  CHECK(page->last == "3");
  REQUIRE(rows.size() == 2);
  CHECK(rows[0].report.quantity == "0.228"_q);
  CHECK(rows[0].report.fee == "0.7"_d);
  CHECK_FALSE(rows[0].report.maker);
  CHECK(rows[1].report.fee == "0"_d);  // a rebate is not counted as money we have
  CHECK(rows[1].report.maker);
  CHECK(rows[1].report.time == ms(1735689600100));
}

TEST_CASE("answers cut anywhere and bent anywhere are errors or rows, never more", "[okx][noise]") {
  const auto markets = some_markets();
  AnswerReader reader{markets};
  const auto whole = answer(order_row);
  const auto read_all = [&](std::string_view body) {
    std::vector<PlainRow> plain;
    std::vector<AlgoRow> algos;
    std::vector<kit::FillRow> fills;
    static_cast<void>(reader.error(body));
    static_cast<void>(reader.order(body));
    static_cast<void>(reader.algo(body));
    static_cast<void>(reader.orders(body, plain));
    static_cast<void>(reader.algos(body, algos));
    static_cast<void>(reader.fills(body, fills));
    static_cast<void>(reader.acknowledged(body));
    static_cast<void>(reader.balances(body));
    static_cast<void>(reader.positions(body));
    static_cast<void>(reader.account_config(body));
    static_cast<void>(reader.ticker(body));
    return reader.order(body).has_value();
  };
  for (std::size_t i = 0; i < whole.size(); ++i) CHECK_FALSE(read_all(whole.substr(0, i)));
  for (std::size_t i = 0; i < whole.size(); ++i) {
    auto bent = whole;
    bent[i] = static_cast<char>(bent[i] ^ 1);
    read_all(bent);
  }
  CHECK(read_all(whole));
}
