#include "connectors/kraken/known_orders.hpp"
#include "tests/kraken/words.hpp"

using namespace signalbox;
using namespace signalbox::kraken;

namespace {

constexpr std::string_view pending_new =
    R"({"channel":"executions","type":"update","data":[{"order_id":"OK4GJX-KSTLS-7DZZO5",)"
    R"("order_userref":3,"cl_ord_id":"book0123456789e001","symbol":"BTC/USD","order_qty":0.005,)"
    R"("cum_cost":0.0,"time_in_force":"GTC","exec_type":"pending_new","side":"sell",)"
    R"("order_type":"limit","limit_price":26500.0,"order_status":"pending_new",)"
    R"("timestamp":"2023-09-25T07:49:37.708706Z"}],"sequence":8})";
constexpr std::string_view sparse_new =
    R"({"channel":"executions","type":"update","data":[{"timestamp":"2023-09-25T07:49:37.708706Z",)"
    R"("order_status":"new","exec_type":"new","order_userref":3,)"
    R"("order_id":"OK4GJX-KSTLS-7DZZO5"}],"sequence":9})";
constexpr std::string_view trade =
    R"({"channel":"executions","type":"update","data":[{"order_id":"OK4GJX-KSTLS-7DZZO5",)"
    R"("exec_id":"TGBB7L-HT5LX-J3BZ4A","exec_type":"trade","trade_id":62887576,)"
    R"("symbol":"BTC/USD","side":"sell","last_qty":0.005,"last_price":26599.9,)"
    R"("liquidity_ind":"t","cost":132.9995,"order_status":"partially_filled","cum_qty":0.005,)"
    R"("cum_cost":132.9995,"avg_price":26599.9,"fees":[{"asset":"USD","qty":0.3458}],)"
    R"("timestamp":"2023-09-25T07:49:38.1Z"}],"sequence":10})";
constexpr std::string_view filled =
    R"({"channel":"executions","type":"update","data":[{"order_id":"OK4GJX-KSTLS-7DZZO5",)"
    R"("exec_type":"filled","order_status":"filled","timestamp":"2023-09-25T07:49:38.1Z"}],)"
    R"("sequence":11})";

struct Stream {
  Stream() { REQUIRE(markets.put(btc_usd())); }

  KnownOrders::Heard hear(std::string_view text) {
    const auto frame = reader.account(text);
    REQUIRE(frame);
    REQUIRE(frame->kind == AccountFrame::Kind::executions);
    REQUIRE(frame->executions.size() == 1);
    return known.hear(frame->executions[0]).value();
  }

  Markets markets;
  KnownOrders known{markets};
  FrameReader reader;
};

}  // namespace

TEST_CASE("the life of an order, told in changes", "[kraken][streams]") {
  Stream stream;
  const auto pending = stream.hear(pending_new).order;
  REQUIRE(pending);
  CHECK(pending->report.status == OrderStatus::working);
  CHECK(pending->report.quantity == "0.005"_q);
  CHECK(pending->report.price == "26500"_p);

  // "new" names nothing but the order.
  const auto accepted = stream.hear(sparse_new).order;
  REQUIRE(accepted);
  CHECK(accepted->report.symbol == Symbol{"BTC/USD"});
  CHECK(accepted->report.id == ClientOrderId{"book0123456789e001"});
  CHECK(accepted->report.quantity == "0.005"_q);

  const auto traded = stream.hear(trade);
  REQUIRE(traded.fill);
  const auto& fill = traded.fill->report;
  CHECK(fill.trade_id == TradeId{"TGBB7L-HT5LX-J3BZ4A"});
  CHECK(fill.id == ClientOrderId{"book0123456789e001"});
  CHECK(fill.price == "26599.9"_p);
  CHECK(fill.quantity == "0.005"_q);
  CHECK(fill.side == Side::sell);
  CHECK(fill.fee == "0.3458"_d);
  CHECK(fill.fee_asset == Asset{"USD"});
  CHECK_FALSE(fill.maker);

  // "filled" repeats what trades have said and is no fill.
  const auto done = stream.hear(filled);
  CHECK_FALSE(done.fill);
  REQUIRE(done.order);
  CHECK(done.order->report.status == OrderStatus::filled);
  CHECK(done.order->report.filled == "0.005"_q);

  SECTION("what comes late does not bring it back") {
    CHECK(stream.hear(sparse_new).order->report.status == OrderStatus::filled);
  }
}

TEST_CASE("a change of an order that nobody knows must be asked for", "[kraken][streams]") {
  Stream stream;
  const auto heard = stream.hear(sparse_new);
  CHECK_FALSE(heard.order);
  CHECK(heard.stranger == VenueOrderId{"OK4GJX-KSTLS-7DZZO5"});
  // A trade of one is told all the same: it says its pair and side.
  CHECK(stream.hear(trade).fill);
}

TEST_CASE("a stop is armed, fires, and is refused at the last", "[kraken][streams]") {
  Stream stream;
  const auto told = [](std::string_view more) {
    return R"({"channel":"executions","type":"update","sequence":1,"data":[{"order_id":"OSTOPL-A-B",)" +
           std::string{more} + "}]}";
  };
  const auto armed = stream.hear(
      told(R"("symbol":"BTC/USD","side":"sell","order_type":"stop-loss","order_qty":0.5,)"
           R"("ord_ref_id":"OPAREN-A-B","exec_type":"new","order_status":"new",)"
           R"("triggers":{"reference":"last","price":26000.5,"price_type":"static",)"
           R"("status":"untriggered"})"));
  REQUIRE(armed.order);
  CHECK(armed.order->report.kind == OrderKind::stop_market);
  CHECK(armed.order->report.trigger_price == "26000.5"_p);
  CHECK(armed.order->report.parent_id == VenueOrderId{"OPAREN-A-B"});
  CHECK_FALSE(armed.order->report.triggered);
  const auto fired = stream.hear(told(R"("exec_type":"status","triggers":{"status":"triggered"})"));
  CHECK(fired.order->report.triggered);
  const auto ended = stream.hear(
      told(R"("exec_type":"canceled","order_status":"canceled","reason":"Insufficient funds")"));
  CHECK(ended.order->report.status == OrderStatus::rejected);
  CHECK(ended.order->report.refusal == Refusal::insufficient_funds);
}

TEST_CASE("fees in two assets are not told as one", "[kraken][streams]") {
  Stream stream;
  auto text = std::string{trade};
  const std::string_view one = R"({"asset":"USD","qty":0.3458})";
  text.insert(text.find(one) + one.size(), R"(,{"asset":"XBT","qty":0.1})");
  const auto heard = stream.hear(text);
  REQUIRE(heard.fill);
  CHECK_FALSE(heard.fill->report.fee);
}

TEST_CASE("memory of orders is bounded, and those that live stay", "[kraken][streams]") {
  Stream stream;
  const auto row = [](std::size_t n, OrderStatus status) {
    OrderRow made;
    made.key.id = VenueOrderId{"O" + std::to_string(n)};
    made.report.status = status;
    return made;
  };
  stream.known.learn(row(0, OrderStatus::working));
  for (std::size_t n = 1; n < 3 * KnownOrders::orders_max; ++n)
    stream.known.learn(row(n, OrderStatus::filled));
  CHECK(stream.known.find(VenueOrderId{"O0"}));
  CHECK_FALSE(stream.known.find(VenueOrderId{"O1"}));
  CHECK(stream.known.find(VenueOrderId{"O" + std::to_string(3 * KnownOrders::orders_max - 1)}));
}

TEST_CASE("answers on the websocket", "[kraken][streams]") {
  FrameReader reader;
  const auto refused = reader.account(
      R"({"method":"add_order","req_id":99,"success":false,"error":"EOrder:Insufficient funds",)"
      R"("time_in":"2023-09-25T07:49:37.7Z","time_out":"2023-09-25T07:49:37.8Z"})");
  REQUIRE(refused);
  CHECK(refused->kind == AccountFrame::Kind::answer);
  CHECK(refused->request == 99);
  CHECK_FALSE(refused->succeeded);
  CHECK(judge(refused->error).refusal == Refusal::insufficient_funds);
  const auto placed = reader.account(
      R"({"method":"add_order","req_id":7,"result":{"order_id":"OA-B-C","cl_ord_id":"x"},)"
      R"("success":true})");
  REQUIRE(placed);
  CHECK(placed->succeeded);
  CHECK(placed->order_id == "OA-B-C");
  const auto subscribed = reader.account(
      R"({"method":"subscribe","req_id":1,"result":{"channel":"executions","maxratecount":125,)"
      R"("snap_orders":true},"success":true})");
  CHECK(subscribed->channel == "executions");
  CHECK(subscribed->rate_counter_max == 125);
  CHECK(reader.account(R"({"method":"pong","req_id":5})")->kind == AccountFrame::Kind::heartbeat);
  CHECK(reader.account(R"({"channel":"heartbeat"})")->kind == AccountFrame::Kind::heartbeat);
}

TEST_CASE("status and balances", "[kraken][streams]") {
  FrameReader reader;
  const auto status = reader.account(
      R"({"channel":"status","type":"update","data":[{"api_version":"v2",)"
      R"("connection_id":13834774380200032777,"system":"cancel_only","version":"2.0.0"}]})");
  REQUIRE(status);
  CHECK(status->system == SystemStatus::cancel_only);
  const auto balances =
      reader.account(R"({"channel":"balances","type":"update","sequence":2,"data":[{"asset":"BTC",)"
                     R"("amount":-0.005,"fee":0.0,"balance":1e-08}]})");
  REQUIRE(balances);
  REQUIRE(balances->totals.size() == 1);
  CHECK(balances->totals[0].total == "0.00000001"_d);
}

TEST_CASE("tickers", "[kraken][streams]") {
  FrameReader reader;
  const auto frame = reader.market(
      R"({"channel":"ticker","type":"snapshot","data":[{"symbol":"ALGO/USD","bid":0.10025,)"
      R"("bid_qty":740.0,"ask":0.10036,"ask_qty":1361.44813783,"last":0.10035,)"
      R"("timestamp":"2023-09-25T09:04:31.742648Z"},)"
      R"({"symbol":"EMPTY/USD","bid":0.0,"bid_qty":0,"ask":0.2,"ask_qty":1,"last":0.1}]})");
  REQUIRE(frame);
  // One side alone is nothing to trade at.
  REQUIRE(frame->tickers.size() == 1);
  CHECK(frame->tickers[0].name == "ALGO/USD");
  CHECK(frame->tickers[0].bid == "0.10025"_p);
  CHECK(frame->tickers[0].ask_quantity == "1361.44813783"_q);
  CHECK(frame->tickers[0].time == WallTime{std::chrono::nanoseconds{1695632671742648000}});
}

TEST_CASE("a cut-off or changed frame is an error or another frame, never a crash",
          "[kraken][streams]") {
  Stream stream;
  for (const auto whole : {pending_new, sparse_new, trade, filled}) {
    for (std::size_t size = 0; size < whole.size(); ++size)
      REQUIRE_FALSE(stream.reader.account(whole.substr(0, size)));
    for (std::size_t at = 0; at < whole.size(); ++at)
      for (const char other : {'"', '{', '}', '0', '-', ' '}) {
        std::string changed{whole};
        changed[at] = other;
        const auto frame = stream.reader.account(changed);
        if (!frame) continue;
        for (const auto& each : frame->executions) static_cast<void>(stream.known.hear(each));
      }
  }
}
