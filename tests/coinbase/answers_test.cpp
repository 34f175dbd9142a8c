#include "connectors/coinbase/answers.hpp"

#include <catch2/catch.hpp>

#include "connectors/coinbase/instruments.hpp"
#include "connectors/coinbase/times.hpp"
#include "connectors/transport/json.hpp"
#include "tests/coinbase/words.hpp"

using namespace signalbox;
using namespace signalbox::coinbase;
using namespace signalbox::coinbase::test;

namespace {

struct Desk {
  Markets markets;
  AnswerReader reader{markets};
  Desk() {
    REQUIRE(markets.put(bitcoin("USD")));
    REQUIRE(markets.put(bitcoin("USDC")));
  }
};

std::string bracket(std::string_view status, std::string_view filled, std::string_view trigger) {
  return R"({"order":{"order_id":"child","product_id":"BTC-USD","side":"SELL","client_order_id":"x",)"
         R"("originating_order_id":"parent","order_configuration":{"trigger_bracket_gtc":)"
         R"({"base_size":"0.5","limit_price":"70000","stop_trigger_price":"55000"}},"status":")" +
         std::string{status} + R"(","filled_size":")" + std::string{filled} +
         R"(","trigger_status":")" + std::string{trigger} + R"("}})";
}

}  // namespace

SCENARIO("a bracket is two orders of ours, and a fill ends one of them", "[coinbase]") {
  Desk desk;
  const auto read = [&](std::string_view status, std::string_view filled,
                        std::string_view trigger) {
    const auto order = desk.reader.order(bracket(status, filled, trigger));
    REQUIRE(order);
    REQUIRE(order->rows.size() == 2);
    CHECK(order->parent == "parent");
    return order->rows;
  };
  GIVEN("it stands and nothing has happened") {
    const auto rows = read("OPEN", "0", "STOP_PENDING");
    CHECK(rows[0].report.kind == OrderKind::stop_market);
    CHECK(rows[0].report.trigger_price == price("55000"));
    CHECK(rows[0].report.status == OrderStatus::working);
    CHECK(rows[1].report.kind == OrderKind::limit);
    CHECK(rows[1].report.price == price("70000"));
    CHECK(rows[1].report.venue_id.view() == "child-tp");
    CHECK(wire_id(rows[1].report.venue_id) == "child");
  }
  GIVEN("its entry has not filled") {
    CHECK(read("PENDING", "0", "STOP_PENDING")[0].report.status == OrderStatus::pending);
  }
  GIVEN("its target has filled in part") {
    const auto rows = read("OPEN", "0.2", "STOP_PENDING");
    CHECK(rows[0].report.status == OrderStatus::cancelled);  // the venue never moves it again
    CHECK(rows[1].report.status == OrderStatus::partially_filled);
    CHECK(rows[1].report.filled == quantity("0.2"));
  }
  GIVEN("its stop has fired and filled") {
    const auto rows = read("FILLED", "0.5", "STOP_TRIGGERED");
    CHECK(rows[0].report.status == OrderStatus::filled);
    CHECK(rows[0].report.filled == quantity("0.5"));
    CHECK(rows[1].report.status == OrderStatus::cancelled);
    CHECK(rows[1].report.filled.is_zero());
  }
}

TEST_CASE("a stop that we sent for one at market comes back as one", "[coinbase]") {
  Desk desk;
  const auto read = [&](std::string_view limit) {
    const auto order = desk.reader.order(
        R"({"order":{"order_id":"s","product_id":"BTC-USD","side":"SELL","status":"OPEN",)"
        R"("order_configuration":{"stop_limit_stop_limit_gtc":{"base_size":0.5,"limit_price":")" +
        std::string{limit} +
        R"(","stop_price":"55000","stop_direction":"STOP_DIRECTION_STOP_DOWN"}}}})");
    REQUIRE(order);
    return order->rows[0].report;
  };
  CHECK(read("52250").kind == OrderKind::stop_market);
  CHECK_FALSE(read("52250").price);
  CHECK(read("54000").kind == OrderKind::stop_limit);
  CHECK(read("54000").price == price("54000"));
  CHECK(read("54000").quantity == quantity("0.5"));  // a bare number
}

TEST_CASE("orders under way are still alive, and a failed one says why", "[coinbase]") {
  Desk desk;
  const auto read = [&](std::string_view status) {
    const auto order = desk.reader.order(
        R"({"order":{"order_id":"o","product_id":"BTC-USD","side":"BUY","reject_reason":)"
        R"("REJECT_REASON_INSUFFICIENT_FUNDS","status":")" +
        std::string{status} + R"("}})");
    REQUIRE(order);
    return order->rows[0].report;
  };
  for (const auto word : {"PENDING", "QUEUED", "OPEN", "CANCEL_QUEUED", "EDIT_QUEUED", "NEXT_YEAR"})
    CHECK_FALSE(is_terminal(read(word).status));
  CHECK(read("CANCELLED").status == OrderStatus::cancelled);
  CHECK(read("EXPIRED").status == OrderStatus::expired);
  CHECK(read("FAILED").status == OrderStatus::rejected);
  CHECK(read("FAILED").refusal == Refusal::insufficient_funds);
}

TEST_CASE("a fill is in base, its fee in quote", "[coinbase]") {
  Desk desk;
  std::vector<FillRow> rows;
  const auto cursor = desk.reader.fills(
      R"({"fills":[{"trade_id":"t1","order_id":"o","price":"50000","size":"25000","commission":"-1",)"
      R"("product_id":"BTC-USD","size_in_quote":true,"side":"BUY","liquidity_indicator":"MAKER",)"
      R"("trade_type":"FILL"},{"trade_id":"t2","order_id":"o","price":"1","size":"1",)"
      R"("product_id":"BTC-USD","side":"BUY","trade_type":"REVERSAL"},{"product_id":"DOGE-USD"}],)"
      R"("cursor":"next"})",
      [&](const FillRow& row) -> Result<void> {
        rows.push_back(row);
        return {};
      });
  REQUIRE(cursor);
  CHECK(*cursor == "next");
  REQUIRE(rows.size() == 1);
  CHECK(rows[0].report.quantity == quantity("0.5"));
  CHECK(rows[0].report.fee == Decimal{-1});
  CHECK(rows[0].report.fee_asset.view() == "USD");
  CHECK(rows[0].report.maker);
}

TEST_CASE("products: steps, limits, twins, and what is not traded", "[coinbase]") {
  JsonReader json;
  const auto list = read_instruments(
      json,
      R"({"products":[{"product_id":"BTC-USDC","base_increment":"0.00000001","quote_increment":"0.01",)"
      R"("quote_min_size":"1","base_min_size":"0.00000001","base_max_size":"3400","status":"online",)"
      R"("is_disabled":false,"cancel_only":false,"limit_only":true,"product_type":"SPOT",)"
      R"("base_currency_id":"BTC","quote_currency_id":"USDC","alias":"BTC-USD"},)"
      R"({"product_id":"ETH-USD","base_increment":"0.001","price_increment":"0.1","view_only":true},)"
      R"({"product_id":"BIT-28JUN24-CDE","product_type":"FUTURE"},{"product_id":"X-Y"}]})");
  REQUIRE(list);
  REQUIRE(list->markets.size() == 2);
  CHECK(list->skipped == 2);
  const auto& twin = list->markets[0];
  CHECK(twin.instrument.symbol.view() == "BTC/USDC");
  CHECK(book_of(twin) == "BTC-USD");
  CHECK(twin.instrument.tick_size == price("0.01"));  // no price increment: the quote's
  CHECK(twin.instrument.notional_min == Notional{1});
  CHECK_FALSE(twin.market_orders);
  CHECK(twin.instrument.trading);
  CHECK_FALSE(list->markets[1].instrument.trading);
}

TEST_CASE("times have any number of digits, and the year one is none", "[coinbase]") {
  CHECK(parse_rfc3339("2025-01-01T00:00:00.123Z") == at_second(1735689600) + Duration{123'000'000});
  CHECK(parse_rfc3339("2025-01-01T00:00:00Z") == at_second(1735689600));
  CHECK(parse_rfc3339("2025-01-01T00:00:00.1234567891Z") ==
        at_second(1735689600) + Duration{123'456'789});
  for (const auto bad : {"0001-01-01T00:00:00Z", "2025-13-01T00:00:00Z", "2025-01-01", "", "x",
                         "2025-01-01T00:00:00+02:00"})
    CHECK_FALSE(parse_rfc3339(bad));
  CHECK(rfc3339_ms(at_second(1735689600) + Duration{5'000'000}) == "2025-01-01T00:00:00.005Z");
}

TEST_CASE("a key that may transfer is known for one", "[coinbase]") {
  Desk desk;
  const auto rights =
      desk.reader.key_rights(R"({"can_view":true,"can_trade":true,"can_transfer":false})");
  REQUIRE(rights);
  CHECK((rights->may_trade && !rights->may_transfer));
  CHECK(desk.reader.key_rights(R"({"can_view":true,"can_trade":true,"can_transfer":1})")
            ->may_transfer);
  CHECK_FALSE(desk.reader.key_rights(R"({"can_view":true,"can_trade":true})"));
}

TEST_CASE("no answer that is cut off or changed is taken for another", "[coinbase]") {
  Desk desk;
  const std::string whole = bracket("OPEN", "0.2", "STOP_PENDING");
  for (std::size_t i = 0; i < whole.size(); ++i) CHECK_FALSE(desk.reader.order(whole.substr(0, i)));
  for (std::size_t i = 0; i < whole.size(); ++i)
    for (const char c : {'\0', '"', '9', '{'}) {
      auto changed = whole;
      changed[i] = c;
      static_cast<void>(desk.reader.order(changed));  // anything but a crash
      static_cast<void>(desk.reader.verdict(200, changed));
    }
}
