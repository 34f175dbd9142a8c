#include "connectors/bybit/answers.hpp"

#include "connectors/bybit/children.hpp"
#include "connectors/bybit/instruments.hpp"
#include "connectors/transport/json.hpp"
#include "tests/bybit/words.hpp"

using namespace signalbox;
using namespace signalbox::bybit;

namespace {

std::string answer(std::string_view result) {
  return R"({"retCode":0,"retMsg":"OK","result":)" + std::string{result} +
         R"(,"retExtInfo":{},"time":1735689600123})";
}

std::string order(std::string_view status, std::string_view more = "") {
  return R"({"orderId":"o-1","orderLinkId":"bk01h45h0fs1g0e000","symbol":"BTCUSDT","price":"65311.3",)"
         R"("qty":"0.005","side":"Buy","orderStatus":")" +
         std::string{status} +
         R"(","cancelType":"UNKNOWN","rejectReason":"EC_NoError","avgPrice":"","leavesQty":"",)"
         R"("cumExecQty":"0.002","timeInForce":"GTC","orderType":"Limit","stopOrderType":"",)"
         R"("triggerPrice":"0.0","reduceOnly":false,"createdTime":"1735689600123",)"
         R"("updatedTime":"1735689600156")" +
         std::string{more} + "}";
}

OrderRow row_of(std::string_view json, Category category = Category::spot) {
  JsonReader reader;
  const auto object = reader.object(json);
  REQUIRE(object);
  OrderFields fields;
  REQUIRE(fields.read(*object));
  const auto markets = some_markets();
  const auto row = fields.row(markets, category);
  REQUIRE(row);
  return *row;
}

std::string replaced(std::string text, std::string_view from, std::string_view to) {
  const auto at = text.find(from);
  REQUIRE(at != text.npos);
  return text.replace(at, from.size(), to);
}

}  // namespace

TEST_CASE("an order as the venue describes it", "[bybit][answers]") {
  const auto row = row_of(order("PartiallyFilled"));
  const auto& report = row.report;
  CHECK(report.symbol == Symbol{"BTC/USDT"});
  CHECK(report.id == entry_id);
  CHECK(report.venue_id == VenueOrderId{"o-1"});
  CHECK(report.status == OrderStatus::partially_filled);
  CHECK(report.kind == OrderKind::limit);
  CHECK(report.price == "65311.3"_p);
  CHECK(report.filled == "0.002"_q);
  CHECK_FALSE(report.trigger_price);
  CHECK(row_of(order("New"), Category::linear).report.symbol == Symbol{"BTC/USDT:USDT"});
}

TEST_CASE("how orders end", "[bybit][answers]") {
  const auto ends = [](std::string_view status, std::string_view reason, std::string_view type) {
    auto text = replaced(order(status), "EC_NoError", reason);
    return row_of(replaced(text, R"("cancelType":"UNKNOWN")",
                           R"("cancelType":")" + std::string{type} + "\""))
        .report;
  };
  CHECK(ends("Cancelled", "EC_PerCancelRequest", "CancelByUser").status == OrderStatus::cancelled);
  CHECK(ends("PartiallyFilledCanceled", "EC_NoError", "UNKNOWN").status == OrderStatus::cancelled);
  CHECK(ends("Deactivated", "EC_NoError", "CancelByUser").status == OrderStatus::cancelled);
  CHECK(ends("Cancelled", "EC_NoImmediateQtyToFill", "UNKNOWN").status == OrderStatus::expired);
  CHECK(ends("Cancelled", "EC_CancelForNoFullFill", "UNKNOWN").status == OrderStatus::expired);
  CHECK(ends("Cancelled", "EC_NoError", "CancelBySmp").status == OrderStatus::expired);
  const auto taking = ends("Cancelled", "EC_PostOnlyWillTakeLiquidity", "UNKNOWN");
  CHECK(taking.status == OrderStatus::rejected);
  CHECK(taking.refusal == Refusal::would_take);
  CHECK(ends("Rejected", "EC_Tomorrow", "UNKNOWN").refusal == Refusal::other);
  CHECK(ends("Filled", "EC_OrigClOrdIDDoesNotExist", "UNKNOWN").status == OrderStatus::filled);
  // A status of tomorrow: it stands, and says so.
  const auto strange = ends("Frozen", "EC_NoError", "UNKNOWN");
  CHECK(strange.status == OrderStatus::working);
  CHECK(strange.detail.view().find("Frozen") != std::string_view::npos);
}

TEST_CASE("conditional orders", "[bybit][answers]") {
  const auto conditional = [](std::string_view stop_type, std::string_view direction,
                              std::string_view made_at, std::string_view status = "Untriggered") {
    auto text = order(status, R"(,"triggerDirection":)" + std::string{direction} +
                                  R"(,"lastPriceOnCreated":")" + std::string{made_at} + "\"");
    text = replaced(text, R"("stopOrderType":"")",
                    R"("stopOrderType":")" + std::string{stop_type} + "\"");
    text = replaced(text, R"("side":"Buy")", R"("side":"Sell")");
    text = replaced(text, R"("orderType":"Limit")", R"("orderType":"Market")");
    text = replaced(text, "0.002", "0");
    return row_of(replaced(text, R"("triggerPrice":"0.0")", R"("triggerPrice":"60000")")).report;
  };
  SECTION("say what they are") {
    CHECK(conditional("StopLoss", "0", "").kind == OrderKind::stop_market);
    CHECK(conditional("PartialTakeProfit", "0", "").kind == OrderKind::take_profit_market);
    CHECK(conditional("Stop", "2", "").kind == OrderKind::stop_market);
    CHECK(conditional("Stop", "1", "").kind == OrderKind::take_profit_market);
  }
  SECTION("or lie on one side of where the market stood") {
    CHECK(conditional("tpslOrder", "0", "65000").kind == OrderKind::stop_market);
    CHECK(conditional("tpslOrder", "0", "55000").kind == OrderKind::take_profit_market);
  }
  SECTION("have fired, or not") {
    CHECK_FALSE(conditional("Stop", "2", "").triggered);
    CHECK(conditional("Stop", "2", "", "New").triggered);
    CHECK_FALSE(conditional("Stop", "2", "", "Deactivated").triggered);
  }
}

TEST_CASE("trades and their fees", "[bybit][answers]") {
  const auto fill = [](std::string_view more, Category category = Category::spot) {
    AnswerReader reader;
    const auto page = reader.executions(
        answer(R"({"category":"spot","list":[{"symbol":"BTCUSDT","orderId":"o-1",)"
               R"("orderLinkId":"bk01h45h0fs1g0e000","side":"Buy","execId":"e-1",)"
               R"("execPrice":"65000","execQty":"0.1","execTime":"1735689600123","isMaker":true)" +
               std::string{more} + "}]}"));
    REQUIRE(page);
    const auto markets = some_markets();
    const auto row = page->executions.at(0).row(markets, category);
    REQUIRE(row);
    return *row;
  };
  const auto plain = fill(R"(,"execType":"Trade","execFee":"0.0001","feeCurrency":"")");
  REQUIRE(plain);
  CHECK(plain->report.trade_id == TradeId{"e-1"});
  CHECK(plain->report.fee == "0.0001"_d);
  CHECK(plain->report.fee_asset == Asset{"BTC"});
  CHECK(plain->report.maker);
  const auto rebate = fill(R"(,"execFee":"-0.5","feeCurrency":"")");
  CHECK(rebate->report.fee == "-0.5"_d);
  CHECK(rebate->report.fee_asset == Asset{"USDT"});
  const auto perpetual = fill(R"(,"execFee":"3","feeCurrency":"")", Category::linear);
  CHECK(perpetual->report.fee_asset == Asset{"USDT"});
  CHECK_FALSE(fill(R"(,"execType":"Funding","execFee":"3")"));
}

TEST_CASE("what can be spent", "[bybit][answers]") {
  AnswerReader reader;
  const auto balances = reader.wallet(answer(
      R"({"list":[{"accountType":"UNIFIED","coin":[)"
      R"({"coin":"BTC","walletBalance":"1.25","locked":"0.25","totalOrderIM":"","free":""},)"
      R"({"coin":"USDT","walletBalance":"1000","locked":"100","totalOrderIM":"50","totalPositionIM":"150"},)"
      R"({"coin":"ETH","walletBalance":"0","locked":""},{"coin":"SOL","walletBalance":"-3"}]}]})"));
  REQUIRE(balances);
  REQUIRE(balances->size() == 2);
  CHECK(balances->at(0) == Balance{Asset{"BTC"}, "1"_q, "0.25"_q});
  CHECK(balances->at(1) == Balance{Asset{"USDT"}, "700"_q, "300"_q});
}

TEST_CASE("keys and accounts", "[bybit][answers]") {
  AnswerReader reader;
  const auto key = [&](std::string_view permissions, int read_only = 0) {
    const auto info =
        reader.key_info(answer(R"({"readOnly":)" + std::to_string(read_only) +
                               R"(,"permissions":)" + std::string{permissions} + "}"));
    REQUIRE(info);
    return *info;
  };
  const auto trader = key(R"({"Spot":["SpotTrade"],"ContractTrade":["Order"],"Wallet":[]})");
  CHECK(trader.trades_spot);
  CHECK(trader.trades_linear);
  CHECK_FALSE(trader.can_withdraw);
  CHECK(key(R"({"Wallet":["AccountTransfer","Withdraw"]})").can_withdraw);
  CHECK(key("{}", 1).read_only);
  CHECK_FALSE(reader.account_info(answer(R"({"unifiedMarginStatus":1})"))->unified);
  CHECK(reader.account_info(answer(R"({"unifiedMarginStatus":6})"))->unified);
}

TEST_CASE("instruments with their filters", "[bybit][instruments]") {
  JsonReader json;
  SECTION("spot") {
    const auto page = read_instruments(
        json,
        answer(
            R"({"category":"spot","list":[{"symbol":"BTCUSDT","baseCoin":"BTC","quoteCoin":"USDT",)"
            R"("status":"Trading","lotSizeFilter":{"basePrecision":"0.000001","minOrderQty":"0.000011",)"
            R"("maxOrderQty":"83","minOrderAmt":"5","maxOrderAmt":"8000000","maxLimitOrderQty":"84",)"
            R"("maxMarketOrderQty":"41.5","postOnlyMaxLimitOrderSize":"60000"},)"
            R"("priceFilter":{"tickSize":"0.1"},"riskParameters":{"priceLimitRatioX":"0.005",)"
            R"("priceLimitRatioY":"0.01"}},{"symbol":"BAD\"","baseCoin":"B","quoteCoin":"Q",)"
            R"("status":"Trading"}]})"),
        Category::spot);
    REQUIRE(page);
    REQUIRE(page->markets.size() == 1);
    CHECK(page->skipped == 1);
    const auto& i = page->markets[0].instrument;
    CHECK(i.symbol == Symbol{"BTC/USDT"});
    CHECK(i.lot_size == "0.000001"_q);
    CHECK(i.quantity_max == "84"_q);
    CHECK(i.market_quantity_max == "41.5"_q);
    CHECK(i.notional_min == Notional{"5"_d});
    CHECK(i.buy_band_up == "1.01"_d);
    CHECK(i.sell_band_down == "0.99"_d);
  }
  SECTION("perpetuals, page by page") {
    const auto page = read_instruments(
        json,
        answer(
            R"({"category":"linear","nextPageCursor":"more","list":[{"symbol":"BTCUSDT",)"
            R"("contractType":"LinearPerpetual","status":"Trading","baseCoin":"BTC","quoteCoin":"USDT",)"
            R"("settleCoin":"USDT","priceFilter":{"tickSize":"0.10"},"lotSizeFilter":{)"
            R"("maxOrderQty":"1190.000","minOrderQty":"0.001","qtyStep":"0.001",)"
            R"("postOnlyMaxOrderQty":"1190.000","maxMktOrderQty":"500.000","minNotionalValue":"5"}},)"
            R"({"symbol":"BTCUSDT-26DEC","contractType":"LinearFutures","status":"Trading",)"
            R"("baseCoin":"BTC","quoteCoin":"USDT","settleCoin":"USDT"}]})"),
        Category::linear);
    REQUIRE(page);
    CHECK(page->cursor == "more");
    REQUIRE(page->markets.size() == 1);
    CHECK(page->markets[0].instrument.symbol == Symbol{"BTC/USDT:USDT"});
    CHECK(page->markets[0].wire == "linear/BTCUSDT");
    CHECK(page->markets[0].instrument.market_quantity_max == "500"_q);
    CHECK(page->markets[0].instrument.conditional_orders_max == 10);
  }
}

TEST_CASE("symbols are spelled before they are loaded", "[bybit][instruments]") {
  CHECK(guess_name(Symbol{"BTC/USDT"}).name == "BTCUSDT");
  CHECK(guess_name(Symbol{"BTC/USDT"}).category == Category::spot);
  CHECK(guess_name(Symbol{"BTC/USDT:USDT"}).category == Category::linear);
  CHECK(guess_name(Symbol{"BTC/USDC:USDC"}).name == "BTCPERP");
}

TEST_CASE("exits of an entry are known by their parent", "[bybit][children]") {
  Children children;
  const auto exit = [](std::string_view id, OrderKind kind) {
    OrderRow row;
    row.key.id = VenueOrderId{id};
    row.report.kind = kind;
    return row;
  };
  SECTION("that was placed from here") {
    children.placed(orders(Linkage::one_triggers_pair, {limit(Side::buy, "0.1"_q, "65000"_p),
                                                        stop(Side::sell, "0.1"_q, "60000"_p),
                                                        target(Side::sell, "0.1"_q, "70000"_p)}));
    CHECK(children.entry_of(stop_id) == entry_id);
  }
  SECTION("that was placed in an earlier life") {}
  auto first = exit("c-1", OrderKind::stop_market);
  children.name(first, entry_id.view());
  CHECK(first.report.id == stop_id);
  auto high = exit("c-2", OrderKind::take_profit_limit);
  children.name(high, entry_id.view());
  CHECK(high.report.id == target_id);
  // A second one of the same kind is nobody's leg.
  auto second = exit("c-3", OrderKind::stop_market);
  children.name(second, entry_id.view());
  CHECK(second.report.id.empty());
  CHECK(second.report.parent_id == VenueOrderId{entry_id.view()});
  children.name(first, entry_id.view());
  CHECK(children.find(stop_id) == VenueOrderId{"c-1"});
  auto strangers = exit("c-4", OrderKind::stop_market);
  children.name(strangers, "by-hand-1");
  CHECK(strangers.report.id.empty());
}

TEST_CASE("answers that are cut off or changed are never believed", "[bybit][malformed]") {
  const auto whole = answer(R"({"category":"spot","nextPageCursor":"","list":[)" +
                            order("PartiallyFilled") + "]}");
  const auto markets = some_markets();
  AnswerReader reader;
  REQUIRE(reader.orders(whole));
  for (std::size_t n = 0; n < whole.size(); ++n) CHECK_FALSE(reader.orders(whole.substr(0, n)));
  for (std::size_t n = 0; n < whole.size(); ++n)
    for (const char c : {'"', '{', '\0', '9'}) {
      auto changed = whole;
      changed[n] = c;
      // Whatever it is taken for, it does not end the process.
      if (const auto page = reader.orders(changed))
        for (const auto& fields : page->orders)
          static_cast<void>(fields.row(markets, page->category));
      static_cast<void>(reader.said(changed));
    }
}
