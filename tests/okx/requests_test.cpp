// Our messages as OKX's bytes: worked signatures of its documents, and the words of each request.
#include "connectors/kit/shown_request.hpp"
#include "connectors/okx/hosts.hpp"
#include "connectors/okx/names.hpp"
#include "tests/okx/words.hpp"

using namespace signalbox;
using namespace signalbox::okx;
using namespace std::chrono_literals;

namespace {

// 2020-12-08T09:08:57.715Z
const WallTime documented = ms(1607418537715);

std::string header(const kit::ShownRequest& request, std::string_view name) {
  for (const auto& [key, value] : request.headers)
    if (key == name) return value;
  return "";
}

RequestWriter writer(Network network = Network::live, Wording wording = Wording::documented) {
  return RequestWriter{"www.okx.com", network, credentials(), wording};
}

PlaceOrders orders_of(std::initializer_list<OrderSpec> specs,
                      OrderClass order_class = OrderClass::entry,
                      Linkage linkage = Linkage::single) {
  PlaceOrders orders;
  orders.order_class = order_class;
  orders.linkage = linkage;
  for (const auto& each : specs) orders.orders.push_back(each);
  return orders;
}

std::string body_of(const RequestBytes& bytes) {
  REQUIRE(bytes);
  return kit::show(*bytes).body;
}

OrderSpec take_profit(Side side, Quantity quantity, Price trigger) {
  auto spec = target(side, quantity, trigger);
  spec.kind = OrderKind::take_profit_market;
  spec.trigger_price = std::exchange(spec.price, std::nullopt);
  return spec;
}

}  // namespace

TEST_CASE("the worked signatures of OKX's documents", "[okx][signature]") {
  const auto sign = [](std::string secret, std::string_view text) {
    HmacSha256Signer signer{Secret::take(std::move(secret)), SignatureText::base64};
    return signer.sign(text).str();
  };
  const std::string printed = "22582BD0CFF14C41EDBF1AB98506286D";
  CHECK(sign("chNOOS4KvNXR_Xq4k4c9qsfoKWvnDecLATCRlcBwyKDYnWgO",
             "2020-12-08T09:08:57.715ZGET/api/v5/account/balance") ==
        "PJ61e1nb2F2Qd7D8SPiaIcx2gjdELc+o0ygzre9z33k=");
  CHECK(sign(printed, "2020-12-08T09:08:57.715ZGET/api/v5/account/balance?ccy=BTC") ==
        "HiZhvSfMtWJA3uUIVXV3a/bSXNPCWvYFXoGCVS8V4zY=");
  CHECK(
      sign(
          printed,
          R"(2020-12-08T09:08:57.715ZPOST/api/v5/trade/order{"instId":"BTC-USDT","tdMode":"cash","clOrdId":"b15","side":"buy","ordType":"limit","px":"2.15","sz":"2"})") ==
      "dI6rrL9rXW/HdaPKJ/6LC1OgvH4/PYju6R3CqixMTNQ=");
  CHECK(sign(printed, "1538054050GET/users/self/verify") ==
        "+LdIr8lkkvhr5hoA3g9TMC0+uQJ849ftAcocA/ouu4M=");
}

TEST_CASE("requests and logins carry these signatures", "[okx][signature]") {
  RequestWriter one{"www.okx.com", Network::live,
                    credentials("chNOOS4KvNXR_Xq4k4c9qsfoKWvnDecLATCRlcBwyKDYnWgO")};
  const auto shown = kit::show(one.balances(documented));
  CHECK(shown.method == "GET");
  CHECK(shown.url == "https://www.okx.com/api/v5/account/balance");
  CHECK(header(shown, "OK-ACCESS-TIMESTAMP") == "2020-12-08T09:08:57.715Z");
  CHECK(header(shown, "OK-ACCESS-SIGN") == "PJ61e1nb2F2Qd7D8SPiaIcx2gjdELc+o0ygzre9z33k=");
  CHECK(header(shown, "OK-ACCESS-KEY") == "985d5b66-57ce-40fb-b714-afc0b9787083");
  CHECK(header(shown, "OK-ACCESS-PASSPHRASE") == "123456");
  CHECK(
      writer().login(ms(1704876947000)) ==
      R"({"op":"login","args":[{"apiKey":"985d5b66-57ce-40fb-b714-afc0b9787083","passphrase":"123456","timestamp":"1704876947","sign":"5/36BgGV6m/6pmdc20zdqk0mzF5ZalmzzPD2fo3wavU="}]})");
  CHECK(iso_ms(ms(0)) == "1970-01-01T00:00:00.000Z");
  CHECK(iso_ms(ms(1709164799999)) == "2024-02-28T23:59:59.999Z");
}

TEST_CASE("every request to the demo world says so, and no other", "[okx][demo]") {
  const auto is_marked = [](std::string_view bytes) {
    return header(kit::show(bytes), "x-simulated-trading") == "1";
  };
  for (const auto network : {Network::demo, Network::live}) {
    auto w = writer(network);
    const auto market = spot();
    const auto now = documented;
    const OrderRef plain{false, "1", "", AlgoLeg::stop};
    const OrderRef algo{true, "1", "", AlgoLeg::stop};
    AmendOrder amend;
    amend.venue_id = plain_id("1");
    amend.quantity = "1"_q;
    const auto placed = orders_of({limit(Side::buy, "1"_q, "2"_p)});
    const auto protective = orders_of({stop(Side::sell, "1"_q, "2"_p)}, OrderClass::protective);
    std::vector<std::string> all;
    all.emplace_back(*w.place(placed, market, now));
    all.emplace_back(*w.place(protective, market, now));
    all.emplace_back(*w.amend(amend, plain, market, now));
    all.emplace_back(*w.amend(amend, algo, market, now));
    all.emplace_back(*w.cancel(plain, market, now));
    all.emplace_back(*w.cancel(algo, market, now));
    all.emplace_back(*w.order(plain, market, now));
    all.emplace_back(*w.order(algo, market, now));
    all.emplace_back(*w.place_for_quote(entry_id, Side::buy, Notional{"10"_d}, market, now));
    all.emplace_back(*w.set_leverage("5"_d, swap(), now));
    all.emplace_back(w.open_orders(nullptr, {}, now));
    all.emplace_back(w.open_algos(&market, "conditional,oco", "7", now));
    all.emplace_back(w.ended_algos(market, "oco", "effective", now));
    all.emplace_back(w.order_history(market, now, 10, "filled", now));
    all.emplace_back(w.fills(&market, now, {}, now));
    all.emplace_back(w.fills_history(market, now, {}, now));
    all.emplace_back(w.balances(now));
    all.emplace_back(w.positions(nullptr, true, now));
    all.emplace_back(w.account_config(now));
    all.emplace_back(w.trade_fee("SPOT", now));
    all.emplace_back(w.server_time());
    all.emplace_back(w.instruments("SWAP"));
    all.emplace_back(w.ticker(market));
    all.emplace_back(w.book(market, 20));
    REQUIRE(all.size() == 24);
    for (const auto& each : all) {
      INFO(kit::show(each).url);
      CHECK(is_marked(each) == (network == Network::demo));
    }
  }
}

TEST_CASE("hosts of the demo world are no hosts of the live one", "[okx][demo]") {
  const auto live = hosts_of(Network::live);
  const auto demo = hosts_of(Network::demo);
  REQUIRE(live);
  REQUIRE(demo);
  CHECK(live->private_stream.host == "ws.okx.com");
  for (const auto* each : {&demo->public_stream, &demo->private_stream, &demo->business_stream}) {
    CHECK(each->host == "wspap.okx.com");
    CHECK(each->port == 8443);
  }
  CHECK_FALSE(hosts_of(Network::demo, Region::europe));
  CHECK_FALSE(hosts_of(Network::demo, Region::united_states));
  const Endpoint here{.host = "localhost", .port = 8443};
  CHECK(hosts_of(Network::demo, Region::global, Hosts{here, here, here, here}));
  const Endpoint far{.host = "example.org"};
  CHECK_FALSE(hosts_of(Network::demo, Region::global, Hosts{here, here, far, here}));
}

TEST_CASE("plain orders in OKX's words", "[okx]") {
  auto w = writer();
  auto orders = orders_of({limit(Side::buy, "0.5"_q, "66000.1"_p)});
  orders.valid_for = 3s;
  const auto bytes = w.place(orders, spot(), documented);
  REQUIRE(bytes);
  const auto shown = kit::show(*bytes);
  CHECK(shown.method == "POST");
  CHECK(shown.url == "https://www.okx.com/api/v5/trade/order");
  CHECK(header(shown, "expTime") == "1607418540715");
  CHECK(header(shown, "Content-Length") == std::to_string(shown.body.size()));
  CHECK(
      shown.body ==
      R"({"instId":"BTC-USDT","tdMode":"cash","clOrdId":"bk01h45h0fs1g0e000","side":"buy","ordType":"limit","px":"66000.1","sz":"0.5","tgtCcy":"base_ccy","stpMode":"cancel_taker"})");

  const auto says = [&](std::string_view text, const PlaceOrders& o, const Market& market) {
    const auto body = body_of(w.place(o, market, documented));
    INFO(body);
    return body.find(text) != body.npos;
  };
  auto spec = limit(Side::buy, "0.5"_q, "66000.1"_p);
  spec.post_only = true;
  CHECK(says(R"("ordType":"post_only")", orders_of({spec}), spot()));
  spec.post_only = false;
  spec.time_in_force = TimeInForce::ioc;
  CHECK(says(R"("ordType":"ioc")", orders_of({spec}), spot()));
  spec.time_in_force = TimeInForce::fok;
  CHECK(says(R"("ordType":"fok")", orders_of({spec}), spot()));
  // What closes is not said to give way to what rests.
  const auto exit = orders_of({market_order(Side::sell, "0.5"_q)}, OrderClass::close);
  CHECK_FALSE(says("stpMode", exit, spot()));
}

TEST_CASE("swaps are counted in contracts, exactly", "[okx][contracts]") {
  auto w = writer();
  const auto body = [&](Quantity base, const Market& market) {
    return body_of(w.place(orders_of({limit(Side::buy, base, "66000"_p)}), market, documented));
  };
  CHECK(body("0.0078"_q, swap()).find(R"("sz":"0.78")") != std::string::npos);
  CHECK(body("1"_q, swap()).find(R"("sz":"100")") != std::string::npos);
  CHECK(body("1"_q, swap()).find("tgtCcy") == std::string::npos);
  auto odd = swap();
  odd.unit = "0.3"_d;
  odd.instrument.lot_size = odd.instrument.quantity_min = "0.3"_q;
  CHECK(body("0.9"_q, odd).find(R"("sz":"3")") != std::string::npos);
  const auto between = w.place(orders_of({limit(Side::buy, "1"_q, "66000"_p)}), odd, documented);
  REQUIRE_FALSE(between);
  CHECK(between.error().refusal == Refusal::precision);
  // And back again.
  for (const auto* text : {"0.0001", "0.0078", "12345.6789"}) {
    const Quantity base{Decimal::parse(text).value()};
    CHECK(to_base(*to_size(base, swap()), swap()) == base);
  }
  CHECK_FALSE(to_size("1"_q, odd));
}

TEST_CASE("which side of a hedged account is meant", "[okx]") {
  auto w = writer();
  w.modes().hedged = true;
  const auto side = [&](Side of, bool reduces) {
    auto spec = market_order(of, "1"_q);
    spec.reduce_only = reduces;
    return body_of(w.place(orders_of({spec}), swap(), documented));
  };
  CHECK(side(Side::buy, false).find(R"("posSide":"long")") != std::string::npos);
  CHECK(side(Side::sell, false).find(R"("posSide":"short")") != std::string::npos);
  CHECK(side(Side::sell, true).find(R"("posSide":"long")") != std::string::npos);
  CHECK(side(Side::buy, true).find(R"("posSide":"short")") != std::string::npos);
  CHECK(side(Side::buy, true).find("reduceOnly") == std::string::npos);
  w.modes().hedged = false;
  CHECK(side(Side::sell, true).find(R"("reduceOnly":true)") != std::string::npos);
  CHECK(side(Side::sell, true).find("posSide") == std::string::npos);
}

TEST_CASE("exits as algo orders", "[okx]") {
  auto w = writer();
  const auto path_of = [&](const PlaceOrders& o) {
    return kit::show(*w.place(o, spot(), documented)).url.substr(19);
  };
  const auto alone = orders_of({stop(Side::sell, "0.5"_q, "60000"_p)}, OrderClass::protective);
  CHECK(path_of(alone) == "/api/v5/trade/order-algo");
  CHECK(
      body_of(w.place(alone, spot(), documented)) ==
      R"({"instId":"BTC-USDT","tdMode":"cash","algoClOrdId":"bk01h45h0fs1g00000","side":"sell","ordType":"conditional","sz":"0.5","slTriggerPx":"60000","slOrdPx":"-1","slTriggerPxType":"last"})");
  const auto pair =
      orders_of({stop(Side::sell, "0.5"_q, "60000"_p), target(Side::sell, "0.5"_q, "70000"_p)},
                OrderClass::protective, Linkage::one_cancels_other);
  CHECK(
      body_of(w.place(pair, spot(), documented)) ==
      R"({"instId":"BTC-USDT","tdMode":"cash","algoClOrdId":"bk01h45h0fs1g00000k000","side":"sell","ordType":"oco","sz":"0.5","slTriggerPx":"60000","slOrdPx":"-1","slTriggerPxType":"last","tpOrdKind":"limit","tpOrdPx":"70000"})");
  auto on_mark = stop(Side::sell, "0.5"_q, "60000"_p);
  on_mark.trigger = Trigger::mark;
  on_mark.reduce_only = true;
  const auto of_swap = orders_of({on_mark}, OrderClass::protective);
  CHECK(
      body_of(w.place(of_swap, swap(), documented)) ==
      R"({"instId":"BTC-USDT-SWAP","tdMode":"cross","algoClOrdId":"bk01h45h0fs1g00000","side":"sell","reduceOnly":true,"ordType":"conditional","sz":"50","slTriggerPx":"60000","slOrdPx":"-1","slTriggerPxType":"mark"})");
  const auto on_spot = w.place(of_swap, spot(), documented);
  REQUIRE_FALSE(on_spot);
  CHECK(on_spot.error().refusal == Refusal::unsupported);
  // A purchase on spot is sized in base, whatever the venue assumes.
  const auto buys = orders_of({stop(Side::buy, "0.5"_q, "60000"_p)}, OrderClass::protective);
  CHECK(body_of(w.place(buys, spot(), documented)).find(R"("tgtCcy":"base_ccy")") !=
        std::string::npos);
  // What opens waits as a trigger order.
  const auto opens = orders_of({stop(Side::buy, "0.5"_q, "60000"_p)}, OrderClass::entry);
  CHECK(body_of(w.place(opens, spot(), documented)).find(R"("ordType":"trigger")") !=
        std::string::npos);
}

TEST_CASE("exits attached to an entry", "[okx]") {
  auto w = writer();
  const auto entry = limit(Side::buy, "0.5"_q, "65000"_p);
  const auto body = body_of(w.place(orders_of({entry, stop(Side::sell, "0.5"_q, "60000"_p),
                                               target(Side::sell, "0.5"_q, "70000"_p)},
                                              OrderClass::entry, Linkage::one_triggers_pair),
                                    spot(), documented));
  CHECK(
      body.find(
          R"("attachAlgoOrds":[{"slTriggerPx":"60000","slOrdPx":"-1","slTriggerPxType":"last","tpOrdKind":"limit","tpOrdPx":"70000","attachAlgoClOrdId":"bk01h45h0fs1g00000k000"}])") !=
      std::string::npos);
  const auto of_market =
      orders_of({market_order(Side::buy, "0.5"_q), stop(Side::sell, "0.5"_q, "60000"_p)},
                OrderClass::entry, Linkage::one_triggers_other);
  CHECK(w.place(of_market, spot(), documented).error().refusal == Refusal::unsupported);
  auto reduces = of_market;
  for (auto& each : reduces.orders) each.reduce_only = false;
  CHECK(w.place(reduces, swap(), documented));
}

TEST_CASE("what is refused before it is sent", "[okx]") {
  auto w = writer();
  const auto refusal = [&](const PlaceOrders& o, const Market& market = spot()) {
    const auto bytes = w.place(o, market, documented);
    return bytes ? Refusal::none : bytes.error().refusal;
  };
  CHECK(refusal(orders_of({})) == Refusal::invalid);
  CHECK(refusal(orders_of({limit(Side::buy, "0"_q, "1"_p)})) == Refusal::invalid);
  CHECK(refusal(orders_of({limit(Side::buy, "0.000001"_q, "1"_p)})) == Refusal::minimum);
  CHECK(refusal(orders_of({limit(Side::buy, "0.000015"_q, "1"_p)})) == Refusal::precision);
  CHECK(refusal(orders_of({limit(Side::buy, "1"_q, "1.05"_p)})) == Refusal::precision);
  CHECK(refusal(orders_of({limit(Side::buy, "1"_q, "1"_p, ClientOrderId{"with-dash"})})) ==
        Refusal::invalid);
  auto pair = orders_of({stop(Side::sell, "1"_q, "70000"_p), target(Side::sell, "1"_q, "60000"_p)},
                        OrderClass::protective, Linkage::one_cancels_other);
  CHECK(refusal(pair) == Refusal::invalid);  // on the wrong sides
  pair = orders_of({stop(Side::sell, "1"_q, "60000"_p),
                    target(Side::sell, "1"_q, "70000"_p, ClientOrderId{"zz01h45h0fs1g0k000"})},
                   OrderClass::protective, Linkage::one_cancels_other);
  CHECK(refusal(pair) == Refusal::invalid);  // of different signals
  auto halted = spot();
  halted.instrument.trading = false;
  CHECK(refusal(orders_of({limit(Side::buy, "1"_q, "1"_p)}), halted) == Refusal::maintenance);
  CHECK(refusal(orders_of({stop(Side::sell, "1"_q, "1"_p)}, OrderClass::protective), halted) ==
        Refusal::none);  // protection is tried whatever we believe
}

TEST_CASE("where ccxt words a request differently", "[okx][vectors]") {
  // The deliberate differences between what is sent to the venue and what the recorded calls of
  // ccxt show. There are no others: under ccxt's wording every recorded request is the same.
  auto ours = writer();
  auto theirs = writer(Network::live, Wording::ccxt);
  const auto has = [](RequestWriter& w, const PlaceOrders& o, std::string_view text) {
    const auto bytes = w.place(o, spot(), documented);
    return bytes && body_of(bytes).find(text) != std::string::npos;
  };
  const auto exit = orders_of({stop(Side::sell, "1"_q, "60000"_p)}, OrderClass::protective);
  // An algo order is named by its own field; the other is of older documents.
  CHECK(has(ours, exit, R"("algoClOrdId":)"));
  CHECK(has(theirs, exit, R"("clOrdId":)"));
  CHECK_FALSE(has(theirs, exit, "algoClOrdId"));
  // An entry gives way to our own resting exits; the venue's default takes them out.
  const auto entry = orders_of({limit(Side::buy, "1"_q, "60000"_p)});
  CHECK(has(ours, entry, "stpMode"));
  CHECK_FALSE(has(theirs, entry, "stpMode"));
  // A conditional target with a limit price stays conditional.
  auto conditional = take_profit(Side::sell, "1"_q, "70000"_p);
  conditional.kind = OrderKind::take_profit_limit;
  conditional.price = "69000"_p;
  const auto attached = orders_of({limit(Side::buy, "1"_q, "65000"_p), conditional},
                                  OrderClass::entry, Linkage::one_triggers_other);
  CHECK_FALSE(has(ours, attached, "tpOrdKind"));
  CHECK(has(theirs, attached, R"("tpOrdKind":"limit")"));
  // No exits on a spot purchase at market: the venue's documents exclude them.
  const auto at_market =
      orders_of({market_order(Side::buy, "1"_q), stop(Side::sell, "1"_q, "60000"_p)},
                OrderClass::entry, Linkage::one_triggers_other);
  CHECK_FALSE(ours.place(at_market, spot(), documented));
  CHECK(theirs.place(at_market, spot(), documented));
}

TEST_CASE("order entry over the websocket names symbols by code", "[okx]") {
  auto w = writer();
  const auto orders = orders_of({limit(Side::buy, "0.5"_q, "66000.1"_p)});
  CHECK(
      *w.place_frame("s1", orders, spot(), documented) ==
      R"({"id":"s1","op":"order","args":[{"instIdCode":1000,"tdMode":"cash","clOrdId":"bk01h45h0fs1g0e000","side":"buy","ordType":"limit","px":"66000.1","sz":"0.5","tgtCcy":"base_ccy","stpMode":"cancel_taker"}],"expTime":"1607418539715"})");
  auto nameless = spot();
  nameless.code.reset();
  CHECK_FALSE(w.place_frame("s1", orders, nameless, documented));
  CHECK_FALSE(w.place_frame("s1",
                            orders_of({stop(Side::sell, "1"_q, "1"_p)}, OrderClass::protective),
                            spot(), documented));
}

TEST_CASE("keys that cannot stand in a header are refused without being told", "[okx][I5]") {
  const auto make = [](std::string key, std::string secret, std::string passphrase) {
    return RequestWriter{"www.okx.com",
                         Network::demo,
                         {Secret::take(std::move(key)), Secret::take(std::move(secret)),
                          Secret::take(std::move(passphrase))}};
  };
  CHECK_THROWS_AS(make("", "s", "p"), std::invalid_argument);
  CHECK_THROWS_AS(make("k", "", "p"), std::invalid_argument);
  CHECK_THROWS_AS(make("k", "s", ""), std::invalid_argument);
  try {
    make("hidden\r\nX: y", "s", "p");
    FAIL("taken");
  } catch (const std::invalid_argument& e) {
    CHECK(std::string{e.what()}.find("hidden") == std::string::npos);
  }
}
