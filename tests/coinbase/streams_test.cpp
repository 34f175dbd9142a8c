#include "connectors/coinbase/streams.hpp"

#include <catch2/catch.hpp>

#include "tests/coinbase/words.hpp"

using namespace signalbox;
using namespace signalbox::coinbase;
using namespace signalbox::coinbase::test;

namespace {

struct Ear {
  Markets markets;
  FrameReader reader{markets};
  explicit Ear(std::string_view quote = "USD") { REQUIRE(markets.put(bitcoin(quote))); }
  const Frame& hear(std::string_view text) {
    const auto frame = reader.read(text);
    REQUIRE(frame);
    return **frame;
  }
};

constexpr std::string_view order_event =
    R"({"channel":"user","client_id":"","timestamp":"2025-01-01T00:00:01Z","sequence_num":3,"events":)"
    R"([{"type":"snapshot","orders":[{"order_id":"o-1","client_order_id":"c","product_id":"BTC-USD",)"
    R"("order_side":"BUY","order_type":"Limit","status":"OPEN","cumulative_quantity":"0.2",)"
    R"("leaves_quantity":"0.3","avg_price":"60000","total_fees":"1","limit_price":"60000",)"
    R"("post_only":"false","creation_time":"2025-01-01T00:00:00Z","reject_Reason":"",)"
    R"("end_time":"0001-01-01T00:00:00Z"},{"order_id":"o-2","product_id":"DOGE-USD"}]}]})";

}  // namespace

TEST_CASE("an order event tells what has filled since the order began", "[coinbase]") {
  Ear ear;
  const auto& frame = ear.hear(order_event);
  CHECK(frame.kind == Frame::Kind::orders);
  CHECK(frame.snapshot);
  CHECK(frame.rows == 2);  // a page is full by all its rows, not by those we know
  CHECK(frame.sequence == 3);
  REQUIRE(frame.orders.size() == 1);
  const auto& report = frame.orders[0].order.rows[0].report;
  CHECK(report.kind == OrderKind::limit);
  CHECK(report.status == OrderStatus::partially_filled);
  CHECK(report.quantity == quantity("0.5"));
  CHECK(report.filled == quantity("0.2"));
  CHECK(report.price == price("60000"));
  CHECK(report.time == at_second(1735689601));
}

TEST_CASE("events of a shared book reach the twin that is loaded", "[coinbase]") {
  Ear ear{"USDC"};
  const auto& frame = ear.hear(order_event);
  REQUIRE(frame.orders.size() == 1);
  CHECK(frame.orders[0].order.rows[0].report.symbol.view() == "BTC/USDC");
  CHECK(frame.orders[0].product == "BTC-USD");
}

TEST_CASE("tickers become ticks when both sides have a price", "[coinbase]") {
  Ear ear;
  const auto ticker = [&](std::string_view ask) {
    return ear
        .hear(
            R"({"channel":"ticker","timestamp":"2025-01-01T00:00:01Z","sequence_num":0,"events":)"
            R"([{"type":"update","tickers":[{"type":"ticker","product_id":"BTC-USD","price":"5",)"
            R"("price_percent_chg_24_h":"-4.2","best_bid":"4","best_bid_quantity":"1","best_ask":")" +
            std::string{ask} + R"(","best_ask_quantity":"2"}]}]})")
        .tickers.at(0);
  };
  const auto tick = tick_of(ticker("6"), ear.markets[0], at_second(0));
  REQUIRE(tick);
  CHECK(tick->bid == price("4"));
  CHECK(tick->ask_quantity == quantity("2"));
  CHECK(tick->time == at_second(1735689601));
  CHECK_FALSE(tick_of(ticker("0"), ear.markets[0], at_second(0)));
  CHECK_FALSE(tick_of(ticker(""), ear.markets[0], at_second(0)));
}

TEST_CASE("levels, trades, heartbeats, subscriptions and errors are told apart", "[coinbase]") {
  Ear ear;
  const auto& levels = ear.hear(
      R"({"channel":"l2_data","sequence_num":0,"events":[{"type":"snapshot","product_id":)"
      R"("BTC-USD","updates":[{"side":"bid","event_time":"1970-01-01T00:00:00Z",)"
      R"("price_level":"68900.00","new_quantity":"1.5"},{"side":"offer","price_level":"1",)"
      R"("new_quantity":"0"}]}]})");
  REQUIRE(levels.levels.size() == 2);
  CHECK(levels.levels[0].side == Side::buy);
  CHECK(levels.levels[1].quantity.is_zero());
  CHECK(
      ear.hear(
             R"({"channel":"market_trades","events":[{"trades":[{"trade_id":"1","product_id":)"
             R"("BTC-USD","price":"1","size":"2","side":"SELL","time":"2025-01-01T00:00:00Z"}]}]})")
          .trades.at(0)
          .side == Side::sell);
  CHECK(
      ear.hear(R"({"channel":"heartbeats","sequence_num":"7","events":[{"current_time":"m=+1"}]})")
          .sequence == 7);
  const auto& told = ear.hear(
      R"({"channel":"subscriptions","sequence_num":1,"events":[{"subscriptions":{"user":["u"],)"
      R"("heartbeats":["heartbeats"]}}]})");
  CHECK((told.has_channel("user") && !told.has_channel("ticker")));
  CHECK(ear.hear(R"({"type":"error","message":"authentication failure"})").text ==
        "authentication failure");
  CHECK(ear.hear(R"({"channel":"status","events":"anything"})").kind == Frame::Kind::other);
}

TEST_CASE("no frame that is cut off or changed is taken for another", "[coinbase]") {
  Ear ear;
  for (std::size_t i = 0; i < order_event.size(); ++i)
    CHECK_FALSE(ear.reader.read(order_event.substr(0, i)));
  for (std::size_t i = 0; i < order_event.size(); ++i)
    for (const char c : {'\0', '"', '9', '{'}) {
      std::string changed{order_event};
      changed[i] = c;
      static_cast<void>(ear.reader.read(changed));  // anything but a crash
    }
}
