// The judge judged: what it takes for told, for covered and for an excuse.
#include <catch2/catch.hpp>

#include "simulation/cover_judge.hpp"
#include "simulation/disk.hpp"
#include "simulation/plan.hpp"
#include "simulation/receipts.hpp"
#include "simulation/secret_watch.hpp"
#include "simulation/words.hpp"

using namespace signalbox;
using namespace signalbox::simulation;
using namespace std::chrono_literals;
using simulator::OrderId;

namespace {

MonoTime at(Duration d) { return MonoTime{} + d; }
Quantity q(std::string_view text) { return Quantity{Decimal::parse(text).value()}; }

}  // namespace

TEST_CASE("a fill is told by whatever names its trade first", "[receipts]") {
  Receipts told;
  const auto read = [&](std::string_view text, MonoTime now) {
    binance_words().tell(text, told, now);
  };
  CHECK_FALSE(told.told_of_trade(OrderId{7}, 3));
  SECTION("an event of the stream") {
    read(R"({"subscriptionId":0,"event":{"e":"executionReport","X":"PARTIALLY_FILLED","i":7,)"
         R"("l":"0.1","z":"0.1","t":3,"I":9}})",
         at(1s));
    CHECK_FALSE(told.told_of_end(OrderId{7}, at(0s)));
  }
  SECTION("the answer to an order") {
    read(R"({"orderId":7,"status":"FILLED","fills":[{"price":"1","tradeId":2},)"
         R"({"price":"1","tradeId":3}]})",
         at(1s));
    CHECK(told.told_of_end(OrderId{7}, at(0s)) == at(1s));
  }
  SECTION("the trade history") {
    read(R"([{"symbol":"BTCUSDT","id":2,"orderId":6},{"symbol":"BTCUSDT","id":3,"orderId":7}])",
         at(1s));
  }
  CHECK(told.told_of_trade(OrderId{7}, 3) == at(1s));
  CHECK_FALSE(told.told_of_trade(OrderId{7}, 4));
  CHECK_FALSE(told.first_word(OrderId{7}, at(2s)));
}

TEST_CASE("an order's end is told by its status or by its absence", "[receipts]") {
  Receipts told;
  const auto read = [&](std::string_view text, MonoTime now) {
    binance_words().tell(text, told, now);
  };
  read(R"({"e":"executionReport","X":"NEW","i":7,"t":-1})", at(1s));
  CHECK_FALSE(told.told_of_end(OrderId{7}, at(2s)));
  told.listed(at(1500ms), at(1600ms));
  CHECK_FALSE(told.told_of_end(OrderId{7}, at(2s)));  // asked before it ended
  told.listed(at(3s), at(3100ms));                    // and believed 3 s later
  CHECK(told.told_of_end(OrderId{7}, at(2s)) == at(6100ms));
  read(R"({"e":"executionReport","X":"CANCELED","i":7,"t":-1})", at(2500ms));
  CHECK(told.told_of_end(OrderId{7}, at(2s)) == at(2500ms));
}

TEST_CASE("USD-M tells of conditional orders apart", "[receipts]") {
  Receipts told;
  const auto read = [&](std::string_view text, MonoTime now) {
    usdm_words().tell(text, told, now);
  };
  read(R"({"e":"ALGO_UPDATE","T":1,"o":{"caid":"x","aid":2000001,"X":"NEW","ai":""}})", at(1s));
  told.listed(at(3s), at(3100ms), plain_orders);
  CHECK_FALSE(told.told_of_end(OrderId{2000001}, at(2s), conditional_orders));
  read(R"({"e":"ORDER_TRADE_UPDATE","o":{"c":"x","X":"FILLED","i":7,"l":"1","t":3}})", at(4s));
  CHECK(told.told_of_trade(OrderId{7}, 3) == at(4s));
  CHECK(told.told_of_end(OrderId{7}, at(3500ms)) == at(4s));
  SECTION("by its event") {
    read(R"({"e":"ALGO_UPDATE","o":{"aid":2000001,"X":"CANCELED"}})", at(5s));
  }
  SECTION("by the answer to its cancel") {
    read(R"({"algoId":2000001,"clientAlgoId":"x","code":"200","msg":"success"})", at(5s));
  }
  CHECK(told.told_of_end(OrderId{2000001}, at(2s), conditional_orders) == at(5s));
  const auto open = usdm_words().request("GET /fapi/v1/openAlgoOrders?symbol=BTCUSDT HTTP/1.1\r\n");
  CHECK(open.lists == conditional_orders);
  CHECK(open.asks == RequestText::Asks::fate_of_any);
}

TEST_CASE("Bybit's rows tell orders and trades", "[receipts]") {
  Receipts told;
  const auto read = [&](std::string_view text, MonoTime now) {
    bybit_words().tell(text, told, now);
  };
  read(R"({"topic":"execution","data":[{"orderId":"7","orderLinkId":"x","execId":"3"}]})", at(1s));
  read(R"({"topic":"order","data":[{"orderId":"7","orderStatus":"PartiallyFilledCanceled"}]})",
       at(2s));
  CHECK(told.told_of_trade(OrderId{7}, 3) == at(1s));
  CHECK(told.told_of_end(OrderId{7}, at(0s)) == at(2s));
  CHECK(bybit_words().request("GET /v5/order/realtime?category=spot HTTP/1.1\r\n").lists ==
        plain_orders);
  CHECK(bybit_words().request("GET /v5/order/realtime?orderLinkId=x HTTP/1.1\r\n").lists == 0);
  CHECK(bybit_words().request("POST /v5/order/amend HTTP/1.1\r\n").verb ==
        RequestText::Verb::amend);

  simulator::HttpReply reply{
      .body = R"({"result":{"list":[{"orderId":"7","orderLinkId":"a"},{"orderId":"8"}]}})"};
  bybit_words().hide(reply, "/v5/order/realtime?x",
                     [](std::string_view row) { return row.find(R"("a")") != row.npos; });
  CHECK(reply.body == R"({"result":{"list":[{"orderId":"8"}]}})");
}

TEST_CASE(
    "cancelled, and nothing filled: the text says so, and not of what "
    "has filled",
    "[faults]") {
  std::string text{R"({"status":"CANCELED","executedQty":"0.5","cummulativeQuoteQty":"9"})"};
  CHECK(binance_words().forget_fills(text));
  CHECK(text == R"({"status":"CANCELED","executedQty":"0.00000000",)"
                R"("cummulativeQuoteQty":"0.00000000"})");
  text = R"({"status":"FILLED","executedQty":"0.5"})";
  CHECK_FALSE(binance_words().forget_fills(text));
}

TEST_CASE("what is bought and under no live stop is uncovered", "[judge][I1]") {
  CoverStory story;
  story.bought(at(1s), q("0.3"));
  story.stands(at(2s), OrderId{1}, q("0.2"));
  story.stands(at(3s), OrderId{2}, q("0.1"));
  story.gone(at(5s), OrderId{2});
  story.sold(at(6s), q("0.1"));
  const auto spans = story.uncovered(q("0.01"), at(9s));
  REQUIRE(spans.size() == 2);
  CHECK(spans[0].from == at(1s));
  CHECK(spans[0].until == at(3s));
  CHECK(spans[0].most == q("0.3"));
  CHECK(spans[1].from == at(5s));
  CHECK(spans[1].until == at(6s));
  CHECK(story.uncovered(q("0.5"), at(9s)).empty());
}

TEST_CASE("a gap that never closes lasts until the end", "[judge][I1]") {
  CoverStory story;
  story.bought(at(1s), q("0.3"));
  const auto spans = story.uncovered(q("0.01"), at(9s));
  REQUIRE(spans.size() == 1);
  CHECK(spans[0].until == at(9s));
}

TEST_CASE("a stop that is gone stays gone, whatever late entries say", "[judge][I1]") {
  CoverStory story;
  story.bought(at(1s), q("0.3"));
  story.stands(at(1s), OrderId{1}, q("0.3"));
  story.gone(at(2s), OrderId{1});
  story.stands(at(3s), OrderId{1}, q("0.3"));
  REQUIRE(story.uncovered(q("0.01"), at(4s)).size() == 1);
}

TEST_CASE("more sold than bought is a position the other way", "[judge][I4]") {
  CoverStory story;
  story.bought(at(1s), q("0.1"));
  story.sold(at(2s), q("0.1"));
  story.sold(at(3s), q("0.1"));
  story.bought(at(4s), q("0.1"));
  const auto spans = story.oversold(q("0.001"), at(9s));
  REQUIRE(spans.size() == 1);
  CHECK(spans[0].from == at(3s));
  CHECK(spans[0].until == at(4s));
}

TEST_CASE("excused times are cut out, and each piece stands alone", "[judge]") {
  const CoverStory::Span span{at(10s), at(20s), {}};
  const auto pieces = net_of(span, {{at(12s), at(14s)}, {at(13s), at(15s)}, {at(19s), at(30s)}});
  REQUIRE(pieces.size() == 2);
  CHECK(pieces[0].from == at(10s));
  CHECK(pieces[0].until == at(12s));
  CHECK(pieces[1].from == at(15s));
  CHECK(pieces[1].until == at(19s));
  CHECK(net_of(span, {{at(0s), at(40s)}}).empty());
  CHECK(net_of(span, {}).size() == 1);
}

TEST_CASE("a position is held until it is sold but for dust", "[judge][I11]") {
  CoverStory story;
  story.bought(at(1s), q("0.3"));
  story.stands(at(2s), OrderId{1}, q("0.3"));
  story.sold(at(6s), q("0.295"));
  const auto spans = story.held(q("0.01"), at(9s));
  REQUIRE(spans.size() == 1);
  CHECK(spans[0].from == at(1s));
  CHECK(spans[0].until == at(6s));
}

TEST_CASE("key and signature may go to the venue and nowhere else, the secret nowhere at all",
          "[judge][I5]") {
  const std::string signature(64, 'a');
  const std::string other(64, 'b');
  SecretWatch watch;
  const auto request = "GET /x?signature=" + signature + "\r\nKey: " + std::string{api_key};
  watch.on_wire("sent", request, at(1s));
  watch.sent(request);
  CHECK(watch.seen().empty());
  watch.told("an event", "nothing of ours: " + other, at(2s));
  CHECK(watch.seen().empty());
  SECTION("the secret, on the wire") {
    watch.on_wire("sent", "x" + std::string{api_secret}, at(3s));
    CHECK(watch.seen().at(0).what == "secret");
  }
  SECTION("the key, told") {
    watch.told("an event", "refused " + std::string{api_key}, at(3s));
    CHECK(watch.seen().at(0).what == "key");
  }
  SECTION("a signature, cut short") {
    watch.told("a record", "no answer to GET /x?signature=" + signature.substr(0, 40), at(3s));
    CHECK(watch.seen().at(0).what == "signature");
  }
  REQUIRE(watch.seen().size() == 1);
  CHECK(watch.seen().at(0).at == at(3s));
}

TEST_CASE("a disk keeps what was synced, and of the rest what it likes", "[disk]") {
  Disk disk;
  const std::array<std::byte, 4> four{std::byte{1}, std::byte{2}, std::byte{3}, std::byte{4}};
  REQUIRE(disk.write(0, four));
  REQUIRE(disk.sync());
  REQUIRE(disk.write(4, four));
  REQUIRE(disk.write(0, std::array{std::byte{9}}));
  disk.refuse_sync(true);
  CHECK_FALSE(disk.sync());
  disk.lose_power(2);
  CHECK(disk.size().value() == 6);
  std::array<std::byte, 6> all{};
  REQUIRE(disk.read(0, all).value() == 6);
  CHECK(all[0] == std::byte{1});  // the change in place is undone
  CHECK(all[5] == std::byte{2});
}

TEST_CASE("a plan is the same whenever it is drawn", "[plan][I14]") {
  const auto first = make_plan(42);
  const auto second = make_plan(42);
  REQUIRE(first.signals.size() == second.signals.size());
  REQUIRE(first.faults.size() == second.faults.size());
  for (std::size_t i = 0; i < first.signals.size(); ++i)
    CHECK(first.signals[i].signal == second.signals[i].signal);
  for (std::size_t i = 0; i < first.faults.size(); ++i) {
    CHECK(first.faults[i].what == second.faults[i].what);
    CHECK(first.faults[i].at + first.faults[i].lasts <= first.length - rest);
  }
}
