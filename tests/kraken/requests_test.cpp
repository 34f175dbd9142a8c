#include "connectors/kit/shown_request.hpp"
#include "connectors/kraken/frames.hpp"
#include "connectors/kraken/hosts.hpp"
#include "tests/kraken/words.hpp"

using namespace signalbox;
using namespace signalbox::kraken;

namespace {

constexpr auto now = WallTime{std::chrono::milliseconds{1616492376594}};

PlaceOrders limit_buy() {
  PlaceOrders place;
  place.symbol = Symbol{"BTC/USD"};
  place.valid_for = std::chrono::seconds{5};
  OrderSpec spec;
  spec.id = ClientOrderId{"book0123456789e001"};
  spec.kind = OrderKind::limit;
  spec.quantity = "1.25"_q;
  spec.price = "37500"_p;
  place.orders.push_back(spec);
  return place;
}

OrderSpec stop_of(const OrderSpec& entry) {
  OrderSpec stop = entry;
  stop.id = ClientOrderId{"book0123456789s001"};
  stop.side = opposite(entry.side);
  stop.kind = OrderKind::stop_market;
  stop.price.reset();
  stop.trigger_price = "36000"_p;
  return stop;
}

}  // namespace

TEST_CASE("the venue's example of a signature", "[kraken][signature]") {
  auto signer = HmacSha512Signer::make(Secret::take(std::string{example_secret}));
  REQUIRE(signer);
  const auto signature = (*signer)->sign(
      "/0/private/AddOrder",
      "1616492376594"
      "nonce=1616492376594&ordertype=limit&pair=XBTUSD&price=37500&type=buy&volume=1.25");
  CHECK(signature.view() ==
        "4/dpxb3iT4tp/ZCVEwSnEsLxx0bqyhLpdfOpc6fn7OR8+UClSV5n9E6aSS8MPtnRfp32bAb0nmbRn6H8ndwLUQ==");
}

TEST_CASE("a secret that is no base64 is refused without being shown", "[kraken][signature]") {
  for (const auto* secret : {"", "abc", "not base64 at all!!!", "===="}) {
    const auto made = HmacSha512Signer::make(Secret::take(std::string{secret}));
    REQUIRE_FALSE(made);
    if (*secret) CHECK(made.error().what.find(secret) == std::string::npos);
  }
}

TEST_CASE("a request carries its key, its signature and its length", "[kraken][requests]") {
  Writing w;
  const auto bytes = w.writer.create(
      {.side = Side::buy, .kind = OrderKind::limit, .quantity = "1.25"_d, .price = "37500"_d},
      btc_usd(), now);
  REQUIRE(bytes);
  const auto shown = kit::show(*bytes);
  CHECK(shown.method == "POST");
  CHECK(shown.url == "https://api.kraken.com/0/private/AddOrder");
  const auto header = [&](std::string_view name) {
    for (const auto& [key, value] : shown.headers)
      if (key == name) return value;
    return std::string{};
  };
  CHECK(shown.body ==
        "nonce=1616492376594000000&pair=XXBTZUSD&type=buy&ordertype=limit&volume=1.25&price=37500");
  auto signer = HmacSha512Signer::make(Secret::take(std::string{example_secret}));
  CHECK(header("API-Sign") ==
        (*signer)->sign("/0/private/AddOrder", "1616492376594000000" + shown.body).view());
  CHECK(header("API-Key") == "a-key");
  CHECK(header("Content-Length") == std::to_string(shown.body.size()));
  CHECK(header("Content-Type") == "application/x-www-form-urlencoded");
}

TEST_CASE("an order of ours says when it is too late and what its fee is paid in",
          "[kraken][requests]") {
  Writing w;
  CHECK(body_of(w.writer.place(limit_buy(), btc_usd(), now)) ==
        "nonce=1616492376594000000&pair=XXBTZUSD&type=buy&ordertype=limit&volume=1.25&price=37500&"
        "oflags=fciq"
        "&deadline=2021-03-23T09%3A39%3A41.594Z&cl_ord_id=book0123456789e001");
  SECTION("a deadline of less than the venue takes is its least one") {
    auto place = limit_buy();
    place.valid_for = std::chrono::milliseconds{10};
    CHECK(body_of(w.writer.place(place, btc_usd(), now)).find("39%3A38.594Z") != std::string::npos);
  }
}

TEST_CASE("a stop travels with its entry as the venue's conditional close", "[kraken][requests]") {
  Writing w;
  auto place = limit_buy();
  place.linkage = Linkage::one_triggers_other;
  place.orders.push_back(stop_of(place.orders[0]));
  const auto body = body_of(w.writer.place(place, btc_usd(), now));
  CHECK(body.find("&close%5Bordertype%5D=stop-loss&close%5Bprice%5D=36000&") != std::string::npos);
  SECTION("with a limit it has two prices") {
    place.orders[1].kind = OrderKind::stop_limit;
    place.orders[1].price = "35990"_p;
    CHECK(body_of(w.writer.place(place, btc_usd(), now))
              .find("&close%5Bordertype%5D=stop-loss-limit&close%5Bprice%5D=36000"
                    "&close%5Bprice2%5D=35990&") != std::string::npos);
  }
  SECTION("on the wrong side of its entry it is refused") {
    place.orders[1].trigger_price = "38000"_p;
    CHECK(refusal_of(w.writer.place(place, btc_usd(), now)) == Refusal::invalid);
  }
  SECTION("and so is a second exit, for the venue attaches one") {
    place.linkage = Linkage::one_triggers_pair;
    auto target = stop_of(place.orders[0]);
    target.id = ClientOrderId{"book0123456789t001"};
    target.kind = OrderKind::take_profit_market;
    target.trigger_price = "40000"_p;
    place.orders.push_back(target);
    CHECK(refusal_of(w.writer.place(place, btc_usd(), now)) == Refusal::unsupported);
  }
}

TEST_CASE("the two prices of a conditional order are its trigger and its limit",
          "[kraken][requests]") {
  Writing w;
  auto place = limit_buy();
  place.order_class = OrderClass::protective;
  auto& spec = place.orders[0];
  spec.side = Side::sell;
  spec.kind = OrderKind::stop_limit;
  spec.trigger_price = "36000"_p;
  spec.price = "35990"_p;
  spec.trigger = Trigger::index;
  const auto body = body_of(w.writer.place(place, btc_usd(), now));
  CHECK(
      body.find("ordertype=stop-loss-limit&volume=1.25&price=36000&price2=35990&trigger=index&") !=
      std::string::npos);
  // An exit that meets an entry of ours takes that one out.
  CHECK(body.find("&stptype=cancel-oldest&") != std::string::npos);
}

TEST_CASE("what the venue must not see is refused here", "[kraken][requests]") {
  Writing w;
  auto place = limit_buy();
  auto& spec = place.orders[0];
  const auto refused = [&] { return refusal_of(w.writer.place(place, btc_usd(), now)); };
  SECTION("below the minimum") {
    spec.quantity = "0.00001"_q;
    CHECK(refused() == Refusal::minimum);
  }
  SECTION("between two ticks") {
    spec.price = "37500.05"_p;
    CHECK(refused() == Refusal::precision);
  }
  SECTION("between two lots") {
    spec.quantity = "1.000000001"_q;
    CHECK(refused() == Refusal::precision);
  }
  SECTION("a limit order without a price") {
    spec.price.reset();
    CHECK(refused() == Refusal::invalid);
  }
  SECTION("an id that does not stand in a form as it is") {
    spec.id = ClientOrderId{"a&b=c"};
    CHECK(refused() == Refusal::invalid);
  }
  SECTION("a trigger by the mark price") {
    spec.kind = OrderKind::stop_market;
    spec.price.reset();
    spec.trigger_price = "36000"_p;
    spec.trigger = Trigger::mark;
    CHECK(refused() == Refusal::unsupported);
  }
  SECTION("a purchase that only reduces") {
    spec.reduce_only = true;
    CHECK(refused() == Refusal::unsupported);
  }
  SECTION("one-cancels-other") {
    place.linkage = Linkage::one_cancels_other;
    CHECK(refused() == Refusal::unsupported);
  }
  SECTION("an entry while the pair is closed") {
    auto market = btc_usd();
    market.instrument.trading = false;
    CHECK(refusal_of(w.writer.place(place, market, now)) == Refusal::maintenance);
    place.order_class = OrderClass::close;
    CHECK(w.writer.place(place, market, now));
  }
  CHECK(w.store.saves <= 1);
}

TEST_CASE("cancels, changes and queries", "[kraken][requests]") {
  Writing w;
  const auto after_nonce = [](const RequestBytes& bytes) {
    const auto body = body_of(bytes);
    return body.substr(std::min(body.find('&') + 1, body.size()));
  };
  CancelOrder cancel{.id = ClientOrderId{"book0123456789e001"}};
  CHECK(after_nonce(w.writer.cancel(cancel, now)) == "cl_ord_id=book0123456789e001");
  cancel.venue_id = VenueOrderId{"OUF4EM-FRGI2-MQMWZD"};
  CHECK(after_nonce(w.writer.cancel(cancel, now)) == "txid=OUF4EM-FRGI2-MQMWZD");
  CHECK(refusal_of(w.writer.cancel(CancelOrder{}, now)) == Refusal::invalid);

  AmendOrder amend{.venue_id = VenueOrderId{"OUF4EM-FRGI2-MQMWZD"}};
  CHECK(refusal_of(w.writer.amend(amend, btc_usd(), now)) == Refusal::invalid);
  amend.quantity = "2"_q;
  amend.trigger_price = "36000"_p;
  CHECK(after_nonce(w.writer.amend(amend, btc_usd(), now)) ==
        "txid=OUF4EM-FRGI2-MQMWZD&order_qty=2&trigger_price=36000");

  CHECK(after_nonce(w.writer.trades({.since = now, .offset = 50, .each_trade = true}, now)) ==
        "start=1616492376&ofs=50&consolidate_taker=false");
  CHECK(after_nonce(w.writer.closed_orders({.client_id = "book0123456789e001"}, now)) ==
        "cl_ord_id=book0123456789e001");
}

TEST_CASE("a nonce that cannot be kept keeps the request here", "[kraken][requests][nonce]") {
  Writing w;
  w.store.broken = true;
  CHECK(refusal_of(w.writer.balance(now)) == Refusal::not_sent);
}

TEST_CASE("the same orders on the websocket", "[kraken][frames]") {
  FrameWriter frames;
  frames.set_token(Secret::take("a-token"));
  auto place = limit_buy();
  CHECK(frames.place(7, place, btc_usd(), now).value() ==
        R"({"method":"add_order","params":{"order_type":"limit","side":"buy",)"
        R"("symbol":"BTC/USD","order_qty":1.25,"limit_price":37500,"fee_preference":"quote",)"
        R"("deadline":"2021-03-23T09:39:41.594Z","cl_ord_id":"book0123456789e001",)"
        R"("token":"a-token"},"req_id":7})");
  place.linkage = Linkage::one_triggers_other;
  place.orders.push_back(stop_of(place.orders[0]));
  const auto entry = frames.place(8, place, btc_usd(), now);
  REQUIRE(entry);
  CHECK(entry->find(R"("conditional":{"order_type":"stop-loss","trigger_price":36000})") !=
        entry->npos);

  PlaceOrders stop = limit_buy();
  stop.orders[0] = stop_of(stop.orders[0]);
  const auto told = frames.place(9, stop, btc_usd(), now);
  REQUIRE(told);
  CHECK(told->find(R"("triggers":{"reference":"last","price":36000,"price_type":"static"})") !=
        told->npos);

  CHECK(frames.cancel(10, {.id = ClientOrderId{"book0123456789e001"}}).value() ==
        R"({"method":"cancel_order","params":{"cl_ord_id":["book0123456789e001"],)"
        R"("token":"a-token"},"req_id":10})");
  CHECK(frames.subscribe_tickers(11, {"BTC/USD", "ETH/USD"}) ==
        R"({"method":"subscribe","params":{"channel":"ticker","symbol":["BTC/USD","ETH/USD"],)"
        R"("event_trigger":"bbo","snapshot":true},"req_id":11})");
  CHECK(frames.ping(12) == R"({"method":"ping","req_id":12})");
}

TEST_CASE("there is no test network to fall through from", "[kraken][hosts]") {
  CHECK(hosts_of(Network::live)->rest.host == "api.kraken.com");
  CHECK_FALSE(hosts_of(Network::testnet));
  Hosts here{{.host = "127.0.0.1"}, {.host = "127.0.0.1"}, {.host = "127.0.0.1"}};
  CHECK(hosts_of(Network::testnet, here));
  here.public_stream.host = "ws.kraken.com";
  CHECK_FALSE(hosts_of(Network::testnet, here));
}
