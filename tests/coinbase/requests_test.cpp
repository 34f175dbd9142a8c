#include "connectors/coinbase/requests.hpp"

#include <catch2/catch.hpp>

#include "connectors/coinbase/coinbase.hpp"
#include "connectors/coinbase/hosts.hpp"
#include "connectors/kit/shown_request.hpp"
#include "tests/coinbase/words.hpp"

using namespace signalbox;
using namespace signalbox::coinbase;
using namespace signalbox::coinbase::test;

namespace {

const auto now = at_second(1735689661);

struct Desk {
  CountingRandom random;
  RequestWriter writer{"api.coinbase.com", secret(key_name), secret(rfc_key), random};
  Market market = bitcoin();

  std::string body(const PlaceOrders& orders) {
    const auto bytes = writer.place(orders, market, now);
    REQUIRE(bytes);
    return kit::show(*bytes).body;
  }
  Refusal refusal(const PlaceOrders& orders) {
    const auto bytes = writer.place(orders, market, now);
    return bytes ? Refusal::none : bytes.error().refusal;
  }
};

OrderSpec limit_buy() {
  OrderSpec spec;
  spec.id = ClientOrderId{"abc"};
  spec.kind = OrderKind::limit;
  spec.quantity = quantity("0.5");
  spec.price = price("60000");
  return spec;
}
OrderSpec exit(OrderKind kind, std::string_view trigger, std::string_view id = "exit") {
  OrderSpec spec;
  spec.id = ClientOrderId{id};
  spec.side = Side::sell;
  spec.kind = kind;
  spec.quantity = quantity("0.5");
  spec.trigger_price = price(trigger);
  return spec;
}
PlaceOrders single(const OrderSpec& spec) {
  PlaceOrders orders;
  orders.orders.push_back(spec);
  return orders;
}
PlaceOrders bracket() {
  auto target = exit(OrderKind::limit, "1", "target");
  target.trigger_price.reset();
  target.price = price("70000");
  PlaceOrders orders;
  orders.linkage = Linkage::one_triggers_pair;
  orders.orders = {limit_buy(), exit(OrderKind::stop_market, "55000"), target};
  return orders;
}

}  // namespace

TEST_CASE("orders are worded as the venue wants them", "[coinbase]") {
  Desk desk;
  auto spec = limit_buy();
  CHECK(desk.body(single(spec)) ==
        R"({"client_order_id":"abc","product_id":"BTC-USD","side":"BUY","order_configuration":)"
        R"({"limit_limit_gtc":{"base_size":"0.5","limit_price":"60000","post_only":false}}})");
  spec.time_in_force = TimeInForce::ioc;
  CHECK(desk.body(single(spec))
            .find(R"("sor_limit_ioc":{"base_size":"0.5","limit_price":"60000"})") !=
        std::string::npos);
  spec.kind = OrderKind::market;
  spec.price.reset();
  CHECK(desk.body(single(spec)).find(R"("market_market_ioc":{"base_size":"0.5"})") !=
        std::string::npos);
}

TEST_CASE("a stop fires on its own side of the market", "[coinbase]") {
  Desk desk;
  const auto says = [&](OrderKind kind, Side side, std::string_view word) {
    auto spec = exit(kind, "55000");
    spec.side = side;
    spec.price = price("54000");
    return desk.body(single(spec)).find(word) != std::string::npos;
  };
  CHECK(says(OrderKind::stop_limit, Side::sell, "STOP_DIRECTION_STOP_DOWN"));
  CHECK(says(OrderKind::stop_limit, Side::buy, "STOP_DIRECTION_STOP_UP"));
  CHECK(says(OrderKind::take_profit_limit, Side::sell, "STOP_DIRECTION_STOP_UP"));
  CHECK(says(OrderKind::take_profit_limit, Side::buy, "STOP_DIRECTION_STOP_DOWN"));
}

TEST_CASE("a stop at market is a limit well beyond its trigger", "[coinbase]") {
  Desk desk;
  CHECK(desk.body(single(exit(OrderKind::stop_market, "55000.01")))
            .find(R"("limit_price":"52250","stop_price":"55000.01")") != std::string::npos);
  auto cover = exit(OrderKind::stop_market, "55000.01");
  cover.side = Side::buy;
  CHECK(desk.body(single(cover)).find(R"("limit_price":"57750.02")") != std::string::npos);
}

TEST_CASE("an entry takes its bracket with it, without a size", "[coinbase]") {
  Desk desk;
  CHECK(
      desk.body(bracket()).ends_with(R"("attached_order_configuration":{"trigger_bracket_gtc":)"
                                     R"({"limit_price":"70000","stop_trigger_price":"55000"}}})"));
}

TEST_CASE("what the venue would refuse, or take for something else, is not sent", "[coinbase]") {
  Desk desk;
  auto other_size = bracket();
  other_size.orders[1].quantity = quantity("0.4");
  CHECK(desk.refusal(other_size) == Refusal::unsupported);
  auto crossed = bracket();
  crossed.orders[1].trigger_price = price("71000");
  CHECK(desk.refusal(crossed) == Refusal::invalid);
  auto same_side = bracket();
  same_side.orders[1].side = same_side.orders[2].side = Side::buy;
  CHECK(desk.refusal(same_side) == Refusal::invalid);
  auto half = bracket();
  half.linkage = Linkage::one_triggers_other;
  half.orders = {half.orders[0], half.orders[1]};
  CHECK(desk.refusal(half) == Refusal::unsupported);
  auto pair = bracket();
  pair.linkage = Linkage::one_cancels_other;
  CHECK(desk.refusal(pair) == Refusal::unsupported);

  auto spec = limit_buy();
  spec.price = price("60000.001");
  CHECK(desk.refusal(single(spec)) == Refusal::precision);
  spec = limit_buy();
  spec.quantity = quantity("0.00001");
  CHECK(desk.refusal(single(spec)) == Refusal::minimum);
  spec = exit(OrderKind::stop_market, "55000");
  spec.trigger = Trigger::mark;
  CHECK(desk.refusal(single(spec)) == Refusal::unsupported);
  spec = limit_buy();
  spec.id = ClientOrderId{"a\"b"};
  CHECK(desk.refusal(single(spec)) == Refusal::invalid);
  spec = limit_buy();
  spec.post_only = true;
  spec.time_in_force = TimeInForce::fok;
  CHECK(desk.refusal(single(spec)) == Refusal::invalid);
  desk.market.instrument.trading = false;
  CHECK(desk.refusal(single(limit_buy())) == Refusal::maintenance);
}

TEST_CASE("an amendment says price and size, a cancel the venue's ids", "[coinbase]") {
  Desk desk;
  AmendOrder amend;
  amend.venue_id = VenueOrderId{"o-1"};
  amend.price = price("61000");
  CHECK_FALSE(desk.writer.amend(amend, desk.market, now));  // the size would read as zero
  amend.quantity = quantity("0.4");
  const auto edited = desk.writer.amend(amend, desk.market, now);
  REQUIRE(edited);
  CHECK(kit::show(*edited).body == R"({"order_id":"o-1","price":"61000","size":"0.4"})");

  const VenueOrderId ids[] = {VenueOrderId{"o-1"}, VenueOrderId{"o-2"}};
  const auto cancelled = desk.writer.cancel(ids, true, now);
  REQUIRE(cancelled);
  CHECK(kit::show(*cancelled).body == R"({"order_ids":["o-1","o-2"]})");
  const VenueOrderId bad[] = {VenueOrderId{"o\"1"}};
  CHECK_FALSE(desk.writer.cancel(bad, false, now));
  CHECK_FALSE(desk.writer.cancel({}, false, now));
  CHECK_FALSE(desk.writer.order("../accounts", now));
}

TEST_CASE("lists are asked for with their pages and times", "[coinbase]") {
  Desk desk;
  const auto shown = kit::show(desk.writer.fills(
      {.product = "BTC-USD", .since = at_second(1735682400), .limit = 50, .cursor = "a b"}, now));
  CHECK(shown.url ==
        "https://api.coinbase.com/api/v3/brokerage/orders/historical/fills?product_ids=BTC-USD&"
        "limit=50&start_sequence_timestamp=2024-12-31T22%3A00%3A00.000Z&cursor=a%20b");
}

TEST_CASE("nothing but this machine stands in for the venue, and its sandbox is no way in",
          "[coinbase]") {
  CHECK(hosts_of(Network::live)->rest.host == "api.coinbase.com");
  CHECK_FALSE(hosts_of(Network::sandbox));
  const Endpoint here{.host = "127.0.0.1", .port = 8443};
  CHECK(hosts_of(Network::sandbox, Hosts{here, here, here}));
  CHECK_FALSE(hosts_of(Network::live, Hosts{here, here, Endpoint{.host = "example.com"}}));
}

TEST_CASE("what is not known of the venue's protection counts as no", "[coinbase]") {
  const auto can = coinbase_capabilities(Network::live);
  CHECK_FALSE(can.testnet);
  for (const auto& facts : can.tiers) {
    CHECK_FALSE(facts.evidence.empty());
    if (facts.tier == Tier::engine) continue;
    CHECK(facts.exits_hold_balance);
    CHECK_FALSE(facts.stop_survives_partial_target);
    CHECK(facts.covers_partial == (facts.tier == Tier::resting));
  }
}
