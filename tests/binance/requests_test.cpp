#include "connectors/binance/requests.hpp"

#include "tests/binance/words.hpp"

using namespace signalbox;
using namespace signalbox::binance;
using namespace std::chrono_literals;

namespace {

const WallTime now = ms(1499827319559);

RequestWriter writer() { return RequestWriter{"api.binance.com", printed_key(), printed_secret()}; }

/// Method, path and parameters without recvWindow, timestamp and signature.
struct Said {
  std::string call;
  std::string parameters;
};

Said said(RequestBytes bytes) {
  REQUIRE(bytes);
  auto shown = show(*bytes);
  const std::string scheme_and_host = "https://api.binance.com";
  REQUIRE(shown.url.starts_with(scheme_and_host));
  auto target = shown.url.substr(scheme_and_host.size());
  const auto question = std::min(target.find('?'), target.size());
  std::string parameters = shown.body;
  if (question < target.size()) {
    REQUIRE(parameters.empty());
    parameters = target.substr(question + 1);
  }
  const auto tail = parameters.find("&recvWindow=");
  REQUIRE(tail != parameters.npos);
  return {shown.method + " " + target.substr(0, question), parameters.substr(0, tail)};
}

PlaceOrders one(OrderSpec spec) {
  PlaceOrders orders;
  orders.symbol = Symbol{"BTC/USDT"};
  orders.orders = {spec};
  return orders;
}

Refusal refused(const RequestBytes& bytes) {
  REQUIRE_FALSE(bytes);
  CHECK_FALSE(bytes.error().detail.empty());
  return bytes.error().refusal;
}

std::string signed_text(std::string_view request) {
  const auto shown = show(request);
  return shown.body.empty() ? shown.url.substr(shown.url.find('?') + 1) : shown.body;
}

}  // namespace

TEST_CASE("the venue's printed signatures come out", "[binance][requests]") {
  HmacSha256Signer signer{printed_secret()};
  SECTION("REST") {
    CHECK(signer
              .sign("symbol=LTCBTC&side=BUY&type=LIMIT&timeInForce=GTC&quantity=1&price=0.1&"
                    "recvWindow=5000&timestamp=1499827319559")
              .view() == "c8db56825ae71d6d79447849e617115f4a920fa2acdcab2b053c4b2838bd6b71");
  }
  SECTION("a symbol in other letters is encoded before it is signed") {
    CHECK(signer
              .sign("symbol=%EF%BC%91%EF%BC%92%EF%BC%93%EF%BC%94%EF%BC%95%EF%BC%96&side=BUY&"
                    "type=LIMIT&timeInForce=GTC&quantity=1&price=0.1&recvWindow=5000&"
                    "timestamp=1499827319559")
              .view() == "e1353ec6b14d888f1164ae9af8228a3dbd508bc82eb867db8ab6046442f33ef3");
  }
  SECTION("websocket API: sorted and not encoded") {
    CHECK(signer
              .sign("apiKey=vmPUZE6mv9SD5VNHk4HlWFsOr6aKE2zvsw0MuIgwCIPy6utIco14y7Ju91duEh8A&"
                    "price=52000.00&quantity=0.01000000&recvWindow=100&side=SELL&symbol=BTCUSDT&"
                    "timeInForce=GTC&timestamp=1645423376532&type=LIMIT")
              .view() == "aa1b5712c094bc4e57c05a1a5c1fd8d88dcd628338ea863fec7b88e59fe2db24");
  }
}

TEST_CASE("what is signed is what is sent, and the signature is last", "[binance][requests]") {
  auto write = writer();
  const auto markets = some_markets();
  const auto& btc = *markets.find(Symbol{"BTC/USDT"});
  HmacSha256Signer signer{printed_secret()};
  CancelOrder cancel;
  cancel.id = entry_id;

  std::vector<std::string> requests;
  requests.emplace_back(*write.place(one(limit(Side::buy, "0.1"_q, "66000"_p)), btc, now));
  requests.emplace_back(*write.cancel(cancel, btc, now));
  requests.emplace_back(write.account(now));
  for (const auto& request : requests) {
    const auto text = signed_text(request);
    const auto at = text.rfind("&signature=");
    REQUIRE(at != text.npos);
    CHECK(text.substr(at + 11) == signer.sign(text.substr(0, at)).view());
    CHECK(text.find("timestamp=1499827319559") != text.npos);
  }
}

TEST_CASE("a request is exactly these bytes", "[binance][requests]") {
  auto write = writer();
  const auto markets = some_markets();
  const auto& btc = *markets.find(Symbol{"BTC/USDT"});
  const std::string key = "vmPUZE6mv9SD5VNHk4HlWFsOr6aKE2zvsw0MuIgwCIPy6utIco14y7Ju91duEh8A";

  SECTION("an order carries its parameters in the body") {
    const std::string request{*write.place(one(limit(Side::buy, "0.1"_q, "66000"_p)), btc, now)};
    const auto body = show(request).body;
    CHECK(request ==
          "POST /api/v3/order HTTP/1.1\r\nHost: api.binance.com\r\n"
          "User-Agent: signalbox\r\nX-MBX-APIKEY: " +
              key +
              "\r\n"
              "Content-Type: application/x-www-form-urlencoded\r\nContent-Length: " +
              std::to_string(body.size()) + "\r\n\r\n" + body);
  }
  SECTION("a read carries them in its target") {
    const std::string request{write.open_orders(&btc, now)};
    CHECK(
        request.starts_with("GET /api/v3/openOrders?symbol=BTCUSDT&recvWindow=5000&timestamp="
                            "1499827319559&signature="));
    CHECK(
        request.ends_with(" HTTP/1.1\r\nHost: api.binance.com\r\nUser-Agent: signalbox\r\n"
                          "X-MBX-APIKEY: " +
                          key + "\r\n\r\n"));
  }
  SECTION("what anyone may ask carries no key") {
    CHECK(write.server_time() ==
          "GET /api/v3/time HTTP/1.1\r\nHost: api.binance.com\r\n"
          "User-Agent: signalbox\r\n\r\n");
    CHECK(write.book_ticker(btc).starts_with(
        "GET /api/v3/ticker/bookTicker?symbol=BTCUSDT HTTP/1.1\r\n"));
    CHECK(write.exchange_info({}).starts_with("GET /api/v3/exchangeInfo HTTP/1.1\r\n"));
    CHECK(write.exchange_info({Symbol{"BTC/USDT"}, Symbol{"ETH/BTC"}})
              .starts_with("GET /api/v3/exchangeInfo?symbols=%5B%22BTCUSDT%22%2C%22ETHBTC%22%5D "
                           "HTTP/1.1\r\n"));
  }
}

TEST_CASE("each kind of order has exactly its parameters", "[binance][requests]") {
  auto write = writer();
  const auto markets = some_markets();
  const auto& btc = *markets.find(Symbol{"BTC/USDT"});
  auto spec = limit(Side::buy, "0.00473"_q, "65291.2"_p);
  const auto place = [&] { return said(write.place(one(spec), btc, now)); };
  const std::string ids = "&newClientOrderId=bk01h45h0fs1g0e000&newOrderRespType=";

  SECTION("market") {
    spec.kind = OrderKind::market;
    spec.price.reset();
    CHECK(place().call == "POST /api/v3/order");
    CHECK(place().parameters ==
          "symbol=BTCUSDT&side=BUY&type=MARKET&quantity=0.00473" + ids + "FULL");
  }
  SECTION("limit") {
    CHECK(place().parameters ==
          "symbol=BTCUSDT&side=BUY&type=LIMIT&quantity=0.00473&price=65291.2&timeInForce=GTC" +
              ids + "FULL");
  }
  SECTION("limit, immediate or cancel") {
    spec.time_in_force = TimeInForce::ioc;
    CHECK(place().parameters ==
          "symbol=BTCUSDT&side=BUY&type=LIMIT&quantity=0.00473&price=65291.2&timeInForce=IOC" +
              ids + "FULL");
  }
  SECTION("limit, fill or kill") {
    spec.time_in_force = TimeInForce::fok;
    CHECK(place().parameters ==
          "symbol=BTCUSDT&side=BUY&type=LIMIT&quantity=0.00473&price=65291.2&timeInForce=FOK" +
              ids + "FULL");
  }
  SECTION("post-only has no time in force") {
    spec.post_only = true;
    CHECK(place().parameters ==
          "symbol=BTCUSDT&side=BUY&type=LIMIT_MAKER&quantity=0.00473&price=65291.2" + ids + "FULL");
  }
  SECTION("stop at market") {
    spec.side = Side::sell;
    spec.reduce_only = true;  // a sale on spot is nothing else
    spec.kind = OrderKind::stop_market;
    spec.price.reset();
    spec.trigger_price = "62999.5"_p;
    CHECK(place().parameters ==
          "symbol=BTCUSDT&side=SELL&type=STOP_LOSS&quantity=0.00473&stopPrice=62999.5" + ids +
              "RESULT");
  }
  SECTION("stop with a limit") {
    spec.side = Side::sell;
    spec.kind = OrderKind::stop_limit;
    spec.price = "61452.8"_p;
    spec.trigger_price = "62999.5"_p;
    CHECK(place().parameters ==
          "symbol=BTCUSDT&side=SELL&type=STOP_LOSS_LIMIT&quantity=0.00473&price=61452.8&"
          "timeInForce=GTC&stopPrice=62999.5" +
              ids + "RESULT");
  }
  SECTION("take profit at market") {
    spec.side = Side::sell;
    spec.kind = OrderKind::take_profit_market;
    spec.price.reset();
    spec.trigger_price = "70634.7"_p;
    CHECK(place().parameters ==
          "symbol=BTCUSDT&side=SELL&type=TAKE_PROFIT&quantity=0.00473&stopPrice=70634.7" + ids +
              "RESULT");
  }
  SECTION("take profit with a limit") {
    spec.side = Side::sell;
    spec.kind = OrderKind::take_profit_limit;
    spec.price = "69051.8"_p;
    spec.trigger_price = "70634.7"_p;
    CHECK(place().parameters ==
          "symbol=BTCUSDT&side=SELL&type=TAKE_PROFIT_LIMIT&quantity=0.00473&price=69051.8&"
          "timeInForce=GTC&stopPrice=70634.7" +
              ids + "RESULT");
  }
}

TEST_CASE("orders that hang together", "[binance][requests]") {
  auto write = writer();
  const auto markets = some_markets();
  const auto& btc = *markets.find(Symbol{"BTC/USDT"});
  PlaceOrders orders;
  orders.symbol = Symbol{"BTC/USDT"};
  orders.order_class = OrderClass::protective;

  SECTION("a pair that closes a long: target above, stop below") {
    orders.linkage = Linkage::one_cancels_other;
    orders.orders = {stop(Side::sell, "0.1"_q, "65000"_p), target(Side::sell, "0.1"_q, "68000"_p)};
    const auto pair = said(write.place(orders, btc, now));
    CHECK(pair.call == "POST /api/v3/orderList/oco");
    CHECK(pair.parameters ==
          "symbol=BTCUSDT&listClientOrderId=bk01h45h0fs1g00000-list&side=SELL&quantity=0.1&"
          "aboveType=LIMIT_MAKER&abovePrice=68000&aboveClientOrderId=bk01h45h0fs1g0k000&"
          "belowType=STOP_LOSS&belowStopPrice=65000&belowClientOrderId=bk01h45h0fs1g00000&"
          "newOrderRespType=RESULT");
  }
  SECTION("a pair that closes a short: stop above, target below") {
    orders.linkage = Linkage::one_cancels_other;
    auto above = stop(Side::buy, "0.1"_q, "68000"_p);
    above.kind = OrderKind::stop_limit;
    above.price = "68100"_p;
    auto below = target(Side::buy, "0.1"_q, "65000"_p);
    below.kind = OrderKind::take_profit_market;
    below.price.reset();
    below.trigger_price = "65000"_p;
    orders.orders = {above, below};
    CHECK(said(write.place(orders, btc, now)).parameters ==
          "symbol=BTCUSDT&listClientOrderId=bk01h45h0fs1g00000-list&side=BUY&quantity=0.1&"
          "belowType=TAKE_PROFIT&belowStopPrice=65000&belowClientOrderId=bk01h45h0fs1g0k000&"
          "aboveType=STOP_LOSS_LIMIT&abovePrice=68100&aboveTimeInForce=GTC&aboveStopPrice=68000&"
          "aboveClientOrderId=bk01h45h0fs1g00000&newOrderRespType=RESULT");
  }
  SECTION("an entry with a stop behind it") {
    orders.linkage = Linkage::one_triggers_other;
    orders.orders = {limit(Side::buy, "0.1"_q, "66000"_p), stop(Side::sell, "0.0999"_q, "65000"_p)};
    const auto list = said(write.place(orders, btc, now));
    CHECK(list.call == "POST /api/v3/orderList/oto");
    CHECK(list.parameters ==
          "symbol=BTCUSDT&listClientOrderId=bk01h45h0fs1g0e000-list&workingSide=BUY&"
          "workingType=LIMIT&workingQuantity=0.1&workingPrice=66000&workingTimeInForce=GTC&"
          "workingClientOrderId=bk01h45h0fs1g0e000&pendingSide=SELL&pendingType=STOP_LOSS&"
          "pendingQuantity=0.0999&pendingStopPrice=65000&"
          "pendingClientOrderId=bk01h45h0fs1g00000&newOrderRespType=FULL");
  }
  SECTION("an entry with stop and target behind it") {
    orders.linkage = Linkage::one_triggers_pair;
    orders.orders = {limit(Side::buy, "0.1"_q, "66000"_p), stop(Side::sell, "0.0999"_q, "65000"_p),
                     target(Side::sell, "0.0999"_q, "68000"_p)};
    const auto list = said(write.place(orders, btc, now));
    CHECK(list.call == "POST /api/v3/orderList/otoco");
    CHECK(list.parameters ==
          "symbol=BTCUSDT&listClientOrderId=bk01h45h0fs1g0e000-list&workingSide=BUY&"
          "workingType=LIMIT&workingQuantity=0.1&workingPrice=66000&workingTimeInForce=GTC&"
          "workingClientOrderId=bk01h45h0fs1g0e000&pendingSide=SELL&pendingQuantity=0.0999&"
          "pendingAboveType=LIMIT_MAKER&pendingAbovePrice=68000&"
          "pendingAboveClientOrderId=bk01h45h0fs1g0k000&pendingBelowType=STOP_LOSS&"
          "pendingBelowStopPrice=65000&pendingBelowClientOrderId=bk01h45h0fs1g00000&"
          "newOrderRespType=FULL");
  }
}

TEST_CASE("amend, cancel and queries", "[binance][requests]") {
  auto write = writer();
  const auto markets = some_markets();
  const auto& btc = *markets.find(Symbol{"BTC/USDT"});

  SECTION("an amendment keeps the order's id by sending it again") {
    AmendOrder amend;
    amend.id = stop_id;
    amend.quantity = "0.05"_q;
    auto sent = said(write.amend(amend, btc, now));
    CHECK(sent.call == "PUT /api/v3/order/amend/keepPriority");
    CHECK(sent.parameters ==
          "symbol=BTCUSDT&origClientOrderId=bk01h45h0fs1g00000&"
          "newClientOrderId=bk01h45h0fs1g00000&newQty=0.05");
    amend.venue_id = VenueOrderId{"12"};
    CHECK(said(write.amend(amend, btc, now)).parameters ==
          "symbol=BTCUSDT&orderId=12&newClientOrderId=bk01h45h0fs1g00000&newQty=0.05");
  }
  SECTION("the venue's id is used when it is known: ours can come back on another order") {
    CancelOrder cancel;
    cancel.id = stop_id;
    CHECK(said(write.cancel(cancel, btc, now)).call == "DELETE /api/v3/order");
    CHECK(said(write.cancel(cancel, btc, now)).parameters ==
          "symbol=BTCUSDT&origClientOrderId=bk01h45h0fs1g00000");
    cancel.venue_id = VenueOrderId{"631846765502"};
    CHECK(said(write.cancel(cancel, btc, now)).parameters == "symbol=BTCUSDT&orderId=631846765502");
    CHECK(said(write.order(stop_id, {}, btc, now)).call == "GET /api/v3/order");
    CHECK(said(write.order(stop_id, {}, btc, now)).parameters ==
          "symbol=BTCUSDT&origClientOrderId=bk01h45h0fs1g00000");
  }
  SECTION("reads") {
    CHECK(said(write.trades(btc, ms(1735682400123), ms(1735682400999), now)).parameters ==
          "symbol=BTCUSDT&startTime=1735682400123&endTime=1735682400999&limit=1000");
    CHECK(said(write.account(now)).parameters == "omitZeroBalances=true");
    CHECK(show(write.open_orders(nullptr, now))
              .url.starts_with(
                  "https://api.binance.com/api/v3/openOrders?recvWindow=5000&timestamp="));
  }
}

TEST_CASE("the venue must refuse an order that comes later than its validity",
          "[binance][requests]") {
  auto write = writer();
  const auto markets = some_markets();
  auto orders = one(limit(Side::buy, "0.1"_q, "66000"_p));
  const auto window = [&] {
    const std::string body = show(*write.place(orders, markets[0], now)).body;
    const auto at = body.find("&recvWindow=") + 12;
    return body.substr(at, body.find('&', at) - at);
  };
  CHECK(window() == "2000");
  orders.valid_for = 750ms;
  CHECK(window() == "750");
  orders.valid_for = 1ns;
  CHECK(window() == "1");
  orders.valid_for = 1h;
  CHECK(window() == "60000");
}

TEST_CASE("self-trade prevention keeps protection standing", "[binance][requests]") {
  auto write = writer();
  auto modes = market("BTC", "USDT");
  modes.expire_maker = modes.expire_taker = true;
  auto orders = one(limit(Side::buy, "0.1"_q, "66000"_p));
  const auto mode = [&] {
    const std::string body = show(*write.place(orders, modes, now)).body;
    const auto at = body.find("&selfTradePreventionMode=");
    return at == body.npos ? "" : body.substr(at + 25, body.find('&', at + 1) - at - 25);
  };
  CHECK(mode() == "EXPIRE_TAKER");  // the entry gives way to what rests
  orders.order_class = OrderClass::protective;
  CHECK(mode() == "EXPIRE_MAKER");  // what rests gives way to the exit
  modes.expire_maker = modes.expire_taker = false;
  CHECK(mode() == "");
}

TEST_CASE("a symbol in other letters is encoded", "[binance][requests]") {
  auto write = writer();
  const auto wide = market("１２３", "４５６");
  CHECK(said(write.place(one(limit(Side::buy, "1"_q, "0.1"_p)), wide, now))
            .parameters.starts_with("symbol=%EF%BC%91%EF%BC%92%EF%BC%93%EF%BC%94%EF%BC%95%EF%BC%"
                                    "96&side=BUY&"));
}

TEST_CASE("what the venue would refuse, or worse take, is not sent", "[binance][requests]") {
  auto write = writer();
  auto btc = market("BTC", "USDT");
  auto spec = limit(Side::sell, "0.1"_q, "66000"_p);
  auto orders = one(spec);
  const auto place = [&] {
    orders.orders[0] = spec;
    return refused(write.place(orders, btc, now));
  };

  SECTION("a price off the tick") {
    spec.price = "66000.001"_p;
    CHECK(place() == Refusal::precision);
  }
  SECTION("a trigger off the tick") {
    spec = stop(Side::sell, "0.1"_q, "65000.005"_p);
    CHECK(place() == Refusal::precision);
  }
  SECTION("a quantity off the lot") {
    spec.quantity = "0.100005"_q;
    CHECK(place() == Refusal::precision);
  }
  SECTION("too little") {
    spec.quantity = "0.000001"_q;
    CHECK(place() == Refusal::minimum);
  }
  SECTION("nothing") {
    spec.quantity = "0"_q;
    CHECK(place() == Refusal::invalid);
  }
  SECTION("too much") {
    spec.quantity = "9001"_q;
    CHECK(place() == Refusal::maximum);
  }
  SECTION("too much at market") {
    spec.kind = OrderKind::market;
    spec.price.reset();
    spec.quantity = "101"_q;
    CHECK(place() == Refusal::maximum);
  }
  SECTION("a limit order without a price") {
    spec.price.reset();
    CHECK(place() == Refusal::invalid);
  }
  SECTION("a market order with one") {
    spec.kind = OrderKind::market;
    CHECK(place() == Refusal::invalid);
  }
  SECTION("a stop without a trigger") {
    spec.kind = OrderKind::stop_market;
    spec.price.reset();
    CHECK(place() == Refusal::invalid);
  }
  SECTION("a trigger that spot does not have") {
    spec = stop(Side::sell, "0.1"_q, "65000"_p);
    spec.trigger = Trigger::mark;
    CHECK(place() == Refusal::unsupported);
  }
  SECTION("a reduce-only purchase") {
    spec.side = Side::buy;
    spec.reduce_only = true;
    CHECK(place() == Refusal::unsupported);
  }
  SECTION("an id in other letters") {
    spec.id = ClientOrderId{"a&b=c"};
    CHECK(place() == Refusal::invalid);
  }
  SECTION("an entry on a symbol that is halted; an exit is tried") {
    btc.instrument.trading = false;
    CHECK(place() == Refusal::maintenance);
    orders.order_class = OrderClass::protective;
    CHECK(write.place(orders, btc, now));
  }
  SECTION("pairs") {
    orders.linkage = Linkage::one_cancels_other;
    const auto pair = [&](OrderSpec first, OrderSpec second) {
      orders.orders = {first, second};
      return refused(write.place(orders, btc, now));
    };
    const auto low_stop = stop(Side::sell, "0.1"_q, "65000"_p);
    const auto high_target = target(Side::sell, "0.1"_q, "68000"_p);
    CHECK(pair(high_target, low_stop) == Refusal::invalid);
    CHECK(pair(low_stop, target(Side::buy, "0.1"_q, "68000"_p)) == Refusal::invalid);
    CHECK(pair(low_stop, target(Side::sell, "0.2"_q, "68000"_p)) == Refusal::invalid);
    CHECK(pair(low_stop, target(Side::sell, "0.1"_q, "64000"_p)) == Refusal::invalid);
    auto twin = high_target;
    twin.id = low_stop.id;
    CHECK(pair(low_stop, twin) == Refusal::invalid);
    btc.oco = false;
    CHECK(pair(low_stop, high_target) == Refusal::unsupported);
    orders.orders = {low_stop};
    CHECK(refused(write.place(orders, btc, now)) == Refusal::invalid);
  }
  SECTION("exits behind a market entry") {
    orders.linkage = Linkage::one_triggers_other;
    auto entry = limit(Side::buy, "0.1"_q, "66000"_p);
    entry.kind = OrderKind::market;
    entry.price.reset();
    orders.orders = {entry, stop(Side::sell, "0.1"_q, "65000"_p)};
    CHECK(refused(write.place(orders, btc, now)) == Refusal::unsupported);
  }
  SECTION("an amendment of a price") {
    AmendOrder amend;
    amend.id = stop_id;
    amend.price = "1"_p;
    CHECK(refused(write.amend(amend, btc, now)) == Refusal::unsupported);
    amend.price.reset();
    amend.quantity = "0.1"_q;
    btc.amend = false;
    CHECK(refused(write.amend(amend, btc, now)) == Refusal::unsupported);
  }
  SECTION("a cancel of nothing") {
    CHECK(refused(write.cancel(CancelOrder{}, btc, now)) == Refusal::invalid);
    CancelOrder cancel;
    cancel.venue_id = VenueOrderId{"12&symbol=X"};
    CHECK(refused(write.cancel(cancel, btc, now)) == Refusal::invalid);
  }
}

TEST_CASE("the user stream is subscribed with a signature", "[binance][requests]") {
  auto write = writer();
  const std::string frame{write.subscribe_user_stream("user-1", now)};
  HmacSha256Signer signer{printed_secret()};
  const std::string key{printed_key().reveal()};
  const auto signature = signer.sign("apiKey=" + key + "&recvWindow=5000&timestamp=1499827319559");
  CHECK(frame == R"({"id":"user-1","method":"userDataStream.subscribe.signature","params":{)"
                 R"("apiKey":")" +
                     key +
                     R"(","recvWindow":5000,"timestamp":1499827319559,)"
                     R"("signature":")" +
                     std::string{signature.view()} + R"("}})");
}

TEST_CASE("a key that could break a header is refused without being shown", "[binance][requests]") {
  try {
    RequestWriter{"api.binance.com", Secret::take("abc\r\nX-Evil: 1"), printed_secret()};
    FAIL("accepted");
  } catch (const std::invalid_argument& e) {
    CHECK(std::string{e.what()}.find("abc") == std::string::npos);
  }
  CHECK_THROWS_AS(RequestWriter("api.binance.com", Secret{}, printed_secret()),
                  std::invalid_argument);
  CHECK_THROWS_AS(RequestWriter("api.binance.com", printed_key(), Secret{}), std::invalid_argument);
}

TEST_CASE("an Ed25519 key signs what the venue's examples show", "[binance][requests]") {
  // The seed of RFC 8032's first test; the venue prints no private key.
  const auto secret = [] {
    return Secret::take("MC4CAQAwBQYDK2VwBCIEIJ1hsZ3v/VpguoRK9JLsLMREScVpezJpGXA7rAMcrn9g");
  };
  RequestBuffer buffer{"api.binance.com", printed_key(), secret(), {}};
  CHECK(buffer
            .sign("symbol=BTCUSDT&side=SELL&type=LIMIT&timeInForce=GTC&quantity=1&price=0.2&"
                  "timestamp=1668481559918&recvWindow=5000")
            .view() ==
        "XtZirsmmi0noRzUfkqktvkVfxpkq/WtbLg2UOL3QGYdUBZVlqOBEMuEVw8zioY93N54NcKj9UuAXQEa9zgTDBg==");

  RequestWriter writer{"api.binance.com", printed_key(), secret()};
  const auto request = show(writer.account(ms(1668481559918)));
  const auto at = request.url.rfind("&signature=");
  REQUIRE(at != std::string::npos);
  const auto signature = request.url.substr(at + 11);
  // Base64 as a value in a query: its own characters are encoded, and it is the last parameter.
  CHECK(signature.find_first_of("+/=&") == std::string::npos);
  CHECK(signature.ends_with("%3D%3D"));
}

TEST_CASE("a secret that looks like a private key and is none is refused by name",
          "[binance][requests]") {
  CHECK_THROWS_WITH((RequestWriter{"api.binance.com", printed_key(),
                                   Secret::take("-----BEGIN PRIVATE KEY-----\nx")}),
                    Catch::Contains("Ed25519") && !Catch::Contains("nx"));
}
