#include "connectors/binance/answers.hpp"

#include "tests/binance/words.hpp"

using namespace signalbox;
using namespace signalbox::binance;

namespace {

struct Fixture {
  Markets markets = some_markets();
  AnswerReader read{markets};
};

}  // namespace

TEST_CASE("a market order answered in full brings its fills", "[binance][answers]") {
  Fixture f;
  const auto written =
      f.read
          .written(
              R"({"symbol":"BTCUSDT","orderId":28,"orderListId":-1,"clientOrderId":"bk01h45h0fs1g0e000",
"transactTime":1507725176595,"price":"0.00000000","origQty":"10.00000000","executedQty":"10.00000000",
"origQuoteOrderQty":"0.000000","cummulativeQuoteQty":"10.00000000","status":"FILLED","timeInForce":"GTC",
"type":"MARKET","side":"SELL","workingTime":1507725176595,"selfTradePreventionMode":"NONE",
"fills":[{"price":"4000.00000000","qty":"1.00000000","commission":"4.00000000","commissionAsset":"USDT","tradeId":56},
{"price":"3999.00000000","qty":"9.00000000","commission":"35.99100000","commissionAsset":"USDT","tradeId":57}]})")
          .value();
  REQUIRE(written.orders.size() == 1);
  const auto& order = written.orders[0];
  CHECK(order.key.id == VenueOrderId{"28"});
  OrderReport expected;
  expected.symbol = Symbol{"BTC/USDT"};
  expected.id = entry_id;
  expected.venue_id = VenueOrderId{"28"};
  expected.status = OrderStatus::filled;
  expected.side = Side::sell;
  expected.kind = OrderKind::market;
  expected.quantity = expected.filled = "10"_q;
  expected.time = ms(1507725176595);
  CHECK(order.report == expected);

  REQUIRE(written.fills.size() == 2);
  const auto& fill = written.fills[1].report;
  CHECK(fill.symbol == Symbol{"BTC/USDT"});
  CHECK(fill.id == entry_id);
  CHECK(fill.venue_id == VenueOrderId{"28"});
  CHECK(fill.trade_id == TradeId{"57"});
  CHECK(fill.side == Side::sell);
  CHECK(fill.price == "3999"_p);
  CHECK(fill.quantity == "9"_q);
  CHECK(fill.fee == "35.991"_d);
  CHECK(fill.fee_asset == Asset{"USDT"});
  CHECK_FALSE(fill.maker);
}

TEST_CASE("a bare acknowledgement names the order and no more", "[binance][answers]") {
  Fixture f;
  const auto written =
      f.read
          .written(R"({"symbol":"BTCUSDT","orderId":28,"orderListId":-1,)"
                   R"("clientOrderId":"bk01h45h0fs1g0e000","transactTime":1507725176595})")
          .value();
  REQUIRE(written.orders.size() == 1);
  CHECK_FALSE(written.orders[0].described);
  CHECK(written.orders[0].report.id == entry_id);
}

TEST_CASE("a stop is triggered once it works", "[binance][answers]") {
  Fixture f;
  const auto stop = [&](std::string_view more) {
    return f.read
        .order(
            R"({"symbol":"BTCUSDT","orderId":7,"orderListId":3,"clientOrderId":"bk01h45h0fs1g00000",)"
            R"("price":"64900.00","origQty":"0.1","executedQty":"0.0","status":"NEW",)"
            R"("timeInForce":"GTC","type":"STOP_LOSS_LIMIT","side":"SELL","stopPrice":"65000.00")" +
            std::string{more} + "}")
        .value()
        .report;
  };
  CHECK_FALSE(stop("").triggered);
  CHECK_FALSE(stop(R"(,"isWorking":false,"workingTime":-1)").triggered);
  CHECK(stop(R"(,"isWorking":true,"workingTime":1735689600123)").triggered);
  CHECK(stop(R"(,"workingTime":1735689600123)").triggered);
  const auto held = stop(R"(,"workingTime":-1)");
  CHECK(held.trigger_price == "65000"_p);
  CHECK(held.price == "64900"_p);
  CHECK(held.parent_id == VenueOrderId{"3"});
  CHECK(held.kind == OrderKind::stop_limit);
}

TEST_CASE("every status and type has its word", "[binance][answers]") {
  CHECK(status_of("NEW") == OrderStatus::working);
  CHECK(status_of("PENDING_NEW") == OrderStatus::pending);
  CHECK(status_of("PARTIALLY_FILLED") == OrderStatus::partially_filled);
  CHECK(status_of("FILLED") == OrderStatus::filled);
  CHECK(status_of("CANCELED") == OrderStatus::cancelled);
  CHECK(status_of("PENDING_CANCEL") == OrderStatus::working);
  CHECK(status_of("REJECTED") == OrderStatus::rejected);
  CHECK(status_of("EXPIRED") == OrderStatus::expired);
  CHECK(status_of("EXPIRED_IN_MATCH") == OrderStatus::expired);
  CHECK_FALSE(status_of("canceled"));
  CHECK(kind_of("LIMIT_MAKER") == OrderKind::limit);
  CHECK(kind_of("TAKE_PROFIT_LIMIT") == OrderKind::take_profit_limit);
  CHECK_FALSE(kind_of("TRAILING"));

  Fixture f;
  const auto odd = f.read.order(
      R"({"symbol":"BTCUSDT","orderId":7,"orderListId":-1,"clientOrderId":"x","price":"1","origQty":"1",)"
      R"("executedQty":"0","status":"DREAMING","type":"LIMIT","side":"SELL","updateTime":5})");
  REQUIRE(odd);
  CHECK(odd->report.status == OrderStatus::working);  // it stands there, whatever it does
  CHECK(odd->report.detail.view() == "unknown status DREAMING");
  CHECK(odd->report.id.empty());
  CHECK(odd->report.raw_client_id.view() == "x");
}

TEST_CASE("the members of a list", "[binance][answers]") {
  Fixture f;
  const std::string names =
      R"({"orderListId":1,"contingencyType":"OTO","listStatusType":"EXEC_STARTED",)"
      R"("listOrderStatus":"EXECUTING","listClientOrderId":"bk01h45h0fs1g0e000-list",)"
      R"("transactionTime":1712291372842,"symbol":"LTCBTC","orders":[)"
      R"({"symbol":"LTCBTC","orderId":6,"clientOrderId":"bk01h45h0fs1g0e000"},)"
      R"({"symbol":"LTCBTC","orderId":7,"clientOrderId":"bk01h45h0fs1g00000"}])";
  SECTION("described") {
    const auto written =
        f.read
            .written(
                names +
                R"(,"orderReports":[{"symbol":"LTCBTC","orderId":6,"orderListId":1,"clientOrderId":"bk01h45h0fs1g0e000",
"transactTime":1712291372842,"price":"1.0","origQty":"1.0","executedQty":"0.0","status":"NEW","type":"LIMIT","side":"BUY","workingTime":1712291372842},
{"symbol":"LTCBTC","orderId":7,"orderListId":1,"clientOrderId":"bk01h45h0fs1g00000","transactTime":1712291372842,
"price":"5.9","origQty":"1.0","executedQty":"0.0","status":"PENDING_NEW","type":"STOP_LOSS_LIMIT","side":"SELL","stopPrice":"6.0","workingTime":-1}]})")
            .value();
    REQUIRE(written.orders.size() == 2);
    CHECK(written.orders[0].report.status == OrderStatus::working);
    CHECK(written.orders[1].report.status == OrderStatus::pending);
    CHECK(written.orders[1].report.id == stop_id);
    CHECK(written.orders[1].report.parent_id == VenueOrderId{"1"});
    CHECK_FALSE(written.orders[1].report.triggered);
  }
  SECTION("only named") {
    const auto written = f.read.written(names + "}").value();
    REQUIRE(written.orders.size() == 2);
    CHECK_FALSE(written.orders[1].described);
    CHECK(written.orders[1].key.id == VenueOrderId{"7"});
  }
  SECTION("more than a list can have") {
    auto more = names;
    more.insert(more.find(R"({"symbol":"LTCBTC","orderId":7)"),
                R"({"symbol":"LTCBTC","orderId":8,"clientOrderId":"a"},)"
                R"({"symbol":"LTCBTC","orderId":9,"clientOrderId":"b"},)");
    CHECK_FALSE(f.read.written(more + "}"));
  }
}

TEST_CASE("a cancel names the order it ended, not itself", "[binance][answers]") {
  Fixture f;
  const auto written =
      f.read
          .written(
              R"({"symbol":"BTCUSDT","origClientOrderId":"bk01h45h0fs1g00000","orderId":4,"orderListId":-1,
"clientOrderId":"cancelMyOrder1","transactTime":1684804350068,"price":"2.0","origQty":"1.0","executedQty":"0.25",
"cummulativeQuoteQty":"0.5","status":"CANCELED","timeInForce":"GTC","type":"LIMIT","side":"BUY"})")
          .value();
  CHECK(written.orders[0].report.id == stop_id);
  CHECK(written.orders[0].report.status == OrderStatus::cancelled);
  CHECK(written.orders[0].report.filled == "0.25"_q);
}

TEST_CASE("an amendment answers with the order inside", "[binance][answers]") {
  Fixture f;
  const auto written =
      f.read
          .written(
              R"({"transactTime":1741923284382,"executionId":16,"amendedOrder":{"symbol":"BTCUSDT","orderId":12,
"orderListId":-1,"origClientOrderId":"bk01h45h0fs1g00000","clientOrderId":"bk01h45h0fs1g00000","price":"5.0","qty":"5.0",
"executedQty":"0.0","preventedQty":"0.0","quoteOrderQty":"0.0","cumulativeQuoteQty":"0.0","status":"NEW","timeInForce":"GTC",
"type":"LIMIT","side":"BUY","workingTime":1741923284364,"selfTradePreventionMode":"NONE"}})")
          .value();
  REQUIRE(written.orders.size() == 1);
  CHECK(written.orders[0].report.id == stop_id);
  CHECK(written.orders[0].report.quantity == "5"_q);
}

TEST_CASE("open orders; those of symbols that are not loaded are counted", "[binance][answers]") {
  Fixture f;
  const std::string one =
      R"("orderId":12,"orderListId":-1,"clientOrderId":"x","price":"5.0","origQty":"5.0","executedQty":"0.0",)"
      R"("status":"NEW","type":"LIMIT","side":"BUY","time":1499827319559,"updateTime":1499827319560})";
  const auto open =
      f.read.open_orders(R"([{"symbol":"BTCUSDT",)" + one + R"(,{"symbol":"NOPE",)" + one + "]")
          .value();
  REQUIRE(open.orders.size() == 1);
  CHECK(open.skipped == 1);
  CHECK(open.orders[0].report.time == ms(1499827319560));
  CHECK(f.read.open_orders("[]")->orders.empty());
  CHECK_FALSE(f.read.open_orders("{}"));
}

TEST_CASE("trades carry the identity that the stream gives them", "[binance][answers]") {
  Fixture f;
  const auto rows =
      f.read
          .trades(
              R"([{"symbol":"BNBBTC","id":28457,"orderId":100234,"orderListId":-1,"price":"4.0","qty":"12.0",
"quoteQty":"48.0","commission":"10.1","commissionAsset":"BNB","time":1499865549590,"isBuyer":true,"isMaker":false,"isBestMatch":true}])")
          .value();
  REQUIRE(rows.size() == 1);
  const auto& fill = rows[0].report;
  CHECK(fill.symbol == Symbol{"BNB/BTC"});
  CHECK(fill.venue_id == VenueOrderId{"100234"});
  CHECK(fill.trade_id == TradeId{"28457"});
  CHECK(fill.side == Side::buy);
  CHECK(fill.quantity == "12"_q);
  CHECK(fill.fee == "10.1"_d);
  CHECK(fill.fee_asset == Asset{"BNB"});
  CHECK_FALSE(fill.maker);
  CHECK(fill.time == ms(1499865549590));
}

TEST_CASE("an account shows what it holds and what it pays", "[binance][answers]") {
  Fixture f;
  const auto account =
      f.read
          .account(
              R"({"makerCommission":15,"takerCommission":15,"commissionRates":{"maker":"0.0015","taker":"0.0010",
"buyer":"0.0","seller":"0.0002"},"canTrade":true,"accountType":"SPOT","balances":[
{"asset":"BTC","free":"1","locked":"0.25"},{"asset":"ETH","free":"0.0","locked":"0.0"},{"asset":"SOL","free":"12.5","locked":"0"}],"uid":35435})")
          .value();
  CHECK(account.can_trade);
  CHECK(account.taker_fee == "0.0012"_d);
  REQUIRE(account.balances.size() == 2);
  CHECK(account.balances[0] == Balance{Asset{"BTC"}, "1"_q, "0.25"_q});
  CHECK(account.balances[1].asset == Asset{"SOL"});
  CHECK(f.read.account(R"({"takerCommission":10,"canTrade":false,"balances":[]})")->taker_fee ==
        "0.001"_d);
}

TEST_CASE("small answers", "[binance][answers]") {
  Fixture f;
  CHECK(f.read.server_time(R"({"serverTime":1499827319559})") == ms(1499827319559));
  CHECK_FALSE(f.read.server_time(R"({"serverTime":-1})"));
  const auto top =
      f.read
          .book_ticker(R"({"symbol":"LTCBTC","bidPrice":"4.00000000","bidQty":"431.0",)"
                       R"("askPrice":"4.00000200","askQty":"9.0"})")
          .value();
  CHECK(top.bid == "4"_p);
  CHECK(top.ask == "4.000002"_p);
  CHECK(top.bid_quantity == "431"_q);
  const auto error = f.read.error(R"({"code":-1121,"msg":"Invalid symbol."})");
  CHECK(error.code == -1121);
  CHECK(error.text == "Invalid symbol.");
  CHECK(f.read.error("<html>403 Forbidden</html>").code == 0);
}

TEST_CASE("amounts that cannot be are errors, not orders", "[binance][answers]") {
  Fixture f;
  const auto order = [&](std::string_view quantity) {
    return f.read.order(
        R"({"symbol":"BTCUSDT","orderId":7,"clientOrderId":"x","price":"1","origQty":)" +
        std::string{quantity} +
        R"(,"executedQty":"0","status":"NEW","type":"LIMIT","side":"SELL"})");
  };
  CHECK(order(R"("1.5")"));
  CHECK_FALSE(order(R"("-1")"));
  CHECK_FALSE(order(R"("1e5")"));
  CHECK_FALSE(order(R"("NaN")"));
  CHECK_FALSE(order(R"("2000000000000000")"));
  CHECK_FALSE(order("true"));
  CHECK_FALSE(order("[]"));
}
