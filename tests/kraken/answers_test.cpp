#include "connectors/kraken/answers.hpp"

#include "connectors/kraken/instruments.hpp"
#include "connectors/kraken/kraken.hpp"
#include "connectors/transport/json.hpp"
#include "tests/kraken/words.hpp"

using namespace signalbox;
using namespace signalbox::kraken;

namespace {

constexpr std::string_view open_orders =
    R"({"error":[],"result":{"open":{"OQCLML-BW3P3-BUCMWZ":{"refid":null,"userref":0,)"
    R"("cl_ord_id":"book0123456789e001","status":"open","opentm":1688666559.8974,"starttm":0,)"
    R"("expiretm":0,"descr":{"pair":"XBTUSD","type":"buy","ordertype":"limit","price":"30010.0",)"
    R"("price2":"0","leverage":"none","order":"buy 1.25 XBTUSD @ limit 30010.0","close":""},)"
    R"("vol":"1.25000000","vol_exec":"0.37500000","cost":"11253.7","fee":"0.00000",)"
    R"("price":"30010.0","stopprice":"0.00000","limitprice":"0.00000","misc":"","oflags":"fciq",)"
    R"("trades":["TCCCTY-WE2O6-P3NB37"]},)"
    R"("OSTOPL-BW3P3-BUCMWZ":{"refid":"OQCLML-BW3P3-BUCMWZ","cl_ord_id":null,"status":"open",)"
    R"("opentm":1688666560,"descr":{"pair":"XBTUSD","type":"sell","ordertype":"stop-loss-limit",)"
    R"("price":"29000.0","price2":"28990.0"},"vol":"0.375","vol_exec":"0","misc":"stopped",)"
    R"("oflags":"fciq"}}}})";

constexpr std::string_view pairs_answer =
    R"({"error":[],"result":{"XXBTZUSD":{"altname":"XBTUSD","wsname":"XBT/USD",)"
    R"("aclass_base":"currency","base":"XXBT","aclass_quote":"currency","quote":"ZUSD",)"
    R"("pair_decimals":1,"cost_decimals":5,"lot_decimals":8,"lot_multiplier":1,)"
    R"("fees":[[0,0.4],[10000,0.35]],"fees_maker":[[0,0.25]],"ordermin":"0.00005",)"
    R"("costmin":"0.5","tick_size":"0.1","status":"online"},)"
    R"("XDGUSDT":{"altname":"XDGUSDT","wsname":"XDG/USDT","base":"XXDG","quote":"USDT",)"
    R"("lot_decimals":8,"fees":[[0,0.4]],"ordermin":"13","costmin":"0.5","tick_size":"1e-07",)"
    R"("status":"cancel_only"},)"
    R"("NOFEES":{"altname":"NOFEES","wsname":"NO/FEES","base":"NO","quote":"FEES",)"
    R"("lot_decimals":8,"tick_size":"0.1","status":"online"},)"
    R"("NOTICK":{"altname":"NOTICK","wsname":"NO/TICK","base":"NO","quote":"TICK",)"
    R"("fees":[[0,0.4]],"lot_decimals":8,"tick_size":"x","status":"online"}}})";

Markets one_market() {
  Markets markets;
  REQUIRE(markets.put(btc_usd()));
  return markets;
}

}  // namespace

TEST_CASE("errors and warnings", "[kraken][answers]") {
  AnswerReader reader;
  CHECK(reader.said(R"({"error":[],"result":{}})")->text.empty());
  CHECK(reader.said(R"({"error":["WGeneral:Danger"],"result":{}})")->text.empty());
  CHECK(reader.said(R"({"error":["WGeneral:Danger","EOrder:Unknown order"]})")->text ==
        "EOrder:Unknown order");
  CHECK_FALSE(reader.said("<html>520</html>"));
  CHECK_FALSE(reader.said(R"({"result":{}})"));
  CHECK_FALSE(reader.said(R"({"error":[1]})"));
}

TEST_CASE("an order that was placed, and one that was only tried", "[kraken][answers]") {
  AnswerReader reader;
  const auto placed = reader.placed(
      R"({"error":[],"result":{"descr":{"order":"buy 2.1 XBTUSD @ limit 25000.1 with 2:1 leverage"},)"
      R"("txid":["OUF4EM-FRGI2-MQMWZD"]}})");
  REQUIRE(placed);
  CHECK(placed->order_id == "OUF4EM-FRGI2-MQMWZD");
  const auto order = read_sentence(placed->sentence);
  REQUIRE(order);
  CHECK(order->kind == OrderKind::limit);
  CHECK(order->price == "25000.1"_d);
  CHECK(order->quantity == "2.1"_d);
  CHECK_FALSE(reader.placed(R"({"error":[],"result":{"descr":{"order":"buy"}}})"));
  CHECK_FALSE(reader.placed(R"({"error":[],"result":{"txid":[]}})"));
}

TEST_CASE("the sentence of an order", "[kraken][answers]") {
  const auto kind = [](std::string_view text) {
    const auto order = read_sentence(text);
    return order ? std::optional{order->kind} : std::nullopt;
  };
  CHECK(kind("sell 1 XBTUSD @ market") == OrderKind::market);
  CHECK(kind("sell 1 XBTUSD @ stop loss 2") == OrderKind::stop_market);
  CHECK(kind("sell 1 XBTUSD @ stop loss 2 -> limit 1.5") == OrderKind::stop_limit);
  CHECK(kind("sell 1 XBTUSD @ take profit 2") == OrderKind::take_profit_market);
  CHECK(kind("sell 1 XBTUSD @ take profit 2 -> limit 1.5") == OrderKind::take_profit_limit);
  CHECK_FALSE(kind("sell 1 XBTUSD @ trailing stop +5%"));
  CHECK_FALSE(kind("buy"));
  CHECK_FALSE(kind(""));
}

TEST_CASE("open orders, under whichever name of their pair", "[kraken][answers]") {
  AnswerReader reader;
  const auto markets = one_market();
  const auto page = reader.open_orders(open_orders);
  REQUIRE(page);
  REQUIRE(page->orders.size() == 2);
  const auto limit = page->orders[0].row(markets).value().report;
  CHECK(limit.symbol == Symbol{"BTC/USD"});
  CHECK(limit.venue_id == VenueOrderId{"OQCLML-BW3P3-BUCMWZ"});
  CHECK(limit.id == ClientOrderId{"book0123456789e001"});
  CHECK(limit.status == OrderStatus::partially_filled);
  CHECK(limit.filled == "0.375"_q);
  CHECK(limit.price == "30010"_p);
  CHECK(limit.time == WallTime{std::chrono::nanoseconds{1688666559897400000}});

  const auto stop = page->orders[1].row(markets).value().report;
  CHECK(stop.kind == OrderKind::stop_limit);
  CHECK(stop.trigger_price == "29000"_p);
  CHECK(stop.price == "28990"_p);
  CHECK(stop.triggered);
  CHECK(stop.parent_id == VenueOrderId{"OQCLML-BW3P3-BUCMWZ"});
}

TEST_CASE("an order that was taken away unfilled was refused when its reason says so",
          "[kraken][answers]") {
  AnswerReader reader;
  const auto markets = one_market();
  const auto ended = [&](std::string_view reason, std::string_view executed) {
    const std::string body =
        R"({"error":[],"result":{"OA-B-C":{"status":"canceled","reason":")" + std::string{reason} +
        R"(","vol":"1","vol_exec":")" + std::string{executed} +
        R"(","descr":{"pair":"XXBTZUSD","type":"buy","ordertype":"limit","price":"1"}}}})";
    const auto page = reader.orders(body);
    REQUIRE(page);
    return page->orders.at(0).row(markets).value().report;
  };
  CHECK(ended("User requested", "0").status == OrderStatus::cancelled);
  CHECK(ended("Post only order", "0").status == OrderStatus::rejected);
  CHECK(ended("Post only order", "0").refusal == Refusal::would_take);
  CHECK(ended("Insufficient funds", "0.5").status == OrderStatus::cancelled);
}

TEST_CASE("balances: what can be spent of every form of an asset", "[kraken][answers]") {
  AnswerReader reader;
  AssetNames names;
  REQUIRE(
      reader.assets(R"({"error":[],"result":{"XXBT":{"altname":"XBT"},"ZUSD":{"altname":"USD"},)"
                    R"("XXDG":{"altname":"XDG"}}})",
                    names));
  const auto balances = reader.balances(
      R"({"error":[],"result":{"XXBT":{"balance":"1.25","hold_trade":"0.25"},)"
      R"("XXDG":{"balance":"7"},"ZUSD":{"balance":"100","credit":"50","credit_used":"20",)"
      R"("hold_trade":"10"},"USDT":{"balance":"3","hold_trade":"1"},"USDT.F":{"balance":"2"},)"
      R"("DOT.S":{"balance":"5"},"SOL":{"balance":"0","hold_trade":"0"}}})",
      names);
  REQUIRE(balances);
  const auto of = [&](std::string_view asset) {
    for (const auto& each : *balances)
      if (each.asset == asset) return each;
    return AssetBalance{};
  };
  CHECK(of("BTC").free == "1"_d);
  CHECK(of("BTC").held == "0.25"_d);
  CHECK(of("DOGE").free == "7"_d);
  CHECK(of("USD").free == "120"_d);
  CHECK(of("USDT").free == "4"_d);
  CHECK(of("DOT.S").total == "5"_d);
  CHECK(of("DOT").total == "0"_d);
  CHECK(balances->size() == 5);
}

TEST_CASE("pairs with their filters", "[kraken][instruments]") {
  JsonReader json;
  AssetNames names;
  names.put("XXBT", "XBT");
  names.put("ZUSD", "USD");
  names.put("XXDG", "XDG");
  const auto pairs = read_pairs(json, pairs_answer, names);
  REQUIRE(pairs);
  CHECK(pairs->skipped == 2);  // without fees or with a tick that nobody can read
  REQUIRE(pairs->markets.size() == 2);
  const auto& btc = pairs->markets[0].instrument;
  CHECK(btc.symbol == Symbol{"BTC/USD"});
  CHECK(btc.tick_size == "0.1"_p);
  CHECK(btc.lot_size == "0.00000001"_q);
  CHECK(btc.quantity_min == "0.00005"_q);
  CHECK(btc.notional_min == Notional{"0.5"_d});
  CHECK(btc.taker_fee == "0.004"_d);
  CHECK(btc.trading);
  const auto& doge = pairs->markets[1];
  CHECK(doge.instrument.symbol == Symbol{"DOGE/USDT"});
  CHECK(doge.stream_name == "DOGE/USDT");
  CHECK(doge.instrument.tick_size == "0.0000001"_p);
  CHECK_FALSE(doge.instrument.trading);
}

TEST_CASE("the key: what it may do, and how far its nonce has come", "[kraken][answers]") {
  AnswerReader reader;
  const auto info = reader.key_info(
      R"({"error":[],"result":{"permissions":["query-funds","modify-orders","withdraw-funds"],)"
      R"("nonce":"1700000000000000000","nonceWindow":"0"}})");
  REQUIRE(info);
  CHECK(info->can_withdraw);
  CHECK(info->can_trade);
  CHECK(info->nonce == 1'700'000'000'000'000'000U);
  const auto token = reader.stream_token(R"({"error":[],"result":{"token":"abc","expires":900}})");
  REQUIRE(token);
  CHECK(token->token.reveal() == "abc");
  CHECK_FALSE(reader.stream_token(R"({"error":[],"result":{"token":"a\"b","expires":900}})"));
}

TEST_CASE("a cut-off answer is never half of one", "[kraken][answers]") {
  AnswerReader reader;
  JsonReader json;
  const AssetNames names;
  for (const auto& whole : {open_orders, pairs_answer})
    for (std::size_t size = 0; size < whole.size(); ++size) {
      const auto part = whole.substr(0, size);
      REQUIRE_FALSE(reader.open_orders(part));
      REQUIRE_FALSE(read_pairs(json, part, names));
    }
}

TEST_CASE("numbers with an exponent, times with a fraction", "[kraken][answers]") {
  CHECK(decimal_in("1e-08") == "0.00000001"_d);
  CHECK(decimal_in("1.25E+2") == "125"_d);
  CHECK(decimal_in("-2.5e-1") == "-0.25"_d);
  CHECK(decimal_in("0.5") == "0.5"_d);
  for (const auto* text : {"", "e5", "1e", "1e99", "1e1.5", "--1e1", "1e-30", "x"})
    CHECK_FALSE(decimal_in(text));
  CHECK(time_in("2023-09-25T07:49:37.708706Z") ==
        WallTime{std::chrono::nanoseconds{1695628177708706000}});
  CHECK(time_text(WallTime{std::chrono::nanoseconds{1695628177708706000}}) ==
        "2023-09-25T07:49:37.708Z");
  for (const auto* text : {"", "2023-09-25", "2023-13-25T07:49:37Z", "2023-09-25T07:49:37.Z",
                           "2023-09-25T07:49:37.7x6Z", "2023-09-25 07:49:37Z"})
    CHECK_FALSE(time_in(text));
}

TEST_CASE("what protects, and what that is known from", "[kraken][capabilities]") {
  const auto all = kraken_capabilities(Network::live);
  CHECK_FALSE(all.testnet);
  for (const auto& tier : all.tiers) {
    CHECK_FALSE(tier.evidence.empty());
    // The venue has no pair of exits, so nobody may count on one.
    CHECK_FALSE(tier.pairs);
    // One close order a fill is no leg of ours.
    CHECK(tier.tier != Tier::attached);
  }
}
