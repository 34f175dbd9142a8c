#include "tests/simulator/venue_client.hpp"

using namespace signalbox;
using namespace signalbox::simulator;
using namespace signalbox::simulator::test;
using namespace std::chrono_literals;

TEST_CASE("public endpoints answer without a key", "[binance]") {
  VenueClient desk;
  CHECK(desk.get("/api/v3/ping").json.text() == "{}");
  CHECK(desk.get("/api/v3/time").json["/serverTime"] == "1700000000000");
  const auto ticker = desk.get("/api/v3/ticker/bookTicker?symbol=BTCUSDT").json;
  CHECK(ticker["/bidPrice"] == "99.00000000");
  CHECK(ticker["/askQty"] == "5.00000000");
  CHECK(desk.get("/api/v3/ticker/bookTicker").json.size() == 1);
  CHECK(desk.get("/api/v3/ticker/price?symbol=BTCUSDT").json["/price"] == "100.00000000");
  CHECK(desk.get("/api/v3/ticker/24hr?symbol=BTCUSDT").json["/count"] == "1");
  CHECK(desk.get("/api/v3/depth?symbol=BTCUSDT&limit=5").json["/bids/0/0"] == "99.00000000");
  CHECK(desk.get("/api/v3/ticker/price?symbol=NOPE").json["/code"] == "-1121");
  CHECK(desk.get("/api/v3/nothing").status == 404);
  CHECK(desk.raw("PATCH", "/api/v3/order").status == 405);
}

TEST_CASE("exchangeInfo states the filters that are enforced", "[binance]") {
  VenueClient desk;
  const auto info = desk.get("/api/v3/exchangeInfo?symbol=BTCUSDT").json;
  CHECK(info["/symbols/0/symbol"] == "BTCUSDT");
  CHECK(info["/symbols/0/status"] == "TRADING");
  CHECK(info["/symbols/0/filters/0/tickSize"] == "0.01000000");
  CHECK(info["/symbols/0/filters/1/stepSize"] == "0.00100000");
  CHECK(info["/symbols/0/ocoAllowed"] == "true");
  CHECK(info["/rateLimits/0/limit"] == "6000");
  CHECK(desk.get("/api/v3/exchangeInfo").json.size("/symbols") == 1);
  CHECK(desk.get("/api/v3/exchangeInfo?symbols=%5B%22BTCUSDT%22%5D").json.size("/symbols") == 1);
  CHECK(desk.get("/api/v3/exchangeInfo?symbols=%5B%22ETHUSDT%22%5D").json["/code"] == "-1121");
}

TEST_CASE("weights are counted, then refused, then punished", "[binance][limits]") {
  auto settings = round_exchange();
  settings.limits.weight_per_minute = 100;
  settings.limits.strikes_until_ban = 3;
  VenueClient desk{settings};
  desk.now = wall_from_ns(1'700'000'020'000'000'000);  // twenty seconds before the full minute

  for (int i = 1; i <= 5; ++i) {
    const auto said = desk.get("/api/v3/exchangeInfo");
    CHECK(said.status == 200);
    CHECK(said.header("X-MBX-USED-WEIGHT-1M") == std::to_string(20 * i));
  }
  for (int i = 0; i < 3; ++i) {
    const auto over = desk.get("/api/v3/ping");
    CHECK(over.status == 429);
    CHECK(over.json["/code"] == "-1003");
    CHECK(over.header("Retry-After") == "20");
  }
  const auto ban = desk.get("/api/v3/ping");
  CHECK(ban.status == 418);
  CHECK(ban.header("Retry-After") == "120");
  CHECK(ban.json["/msg"].find("IP banned until 1700000140000") != std::string::npos);

  desk.now += 119s;
  CHECK(desk.get("/api/v3/ping").status == 418);
  CHECK(desk.exchange.binance.api().limits().requests_while_banned() == 1);
  desk.peer = "127.0.0.2";  // another address is another matter
  CHECK(desk.get("/api/v3/ping").status == 200);
  desk.peer = "127.0.0.1";
  desk.now += 1s;
  CHECK(desk.get("/api/v3/ping").status == 200);
}

TEST_CASE("placing costs no weight when it succeeds, but counts orders", "[binance][limits]") {
  auto settings = round_exchange();
  settings.limits.orders_per_10s = 2;
  VenueClient desk{settings};
  const std::string resting = "side=BUY&type=LIMIT&timeInForce=GTC&quantity=1&price=98";
  CHECK(desk.place(resting).header("X-MBX-USED-WEIGHT-1M") == "0");
  CHECK(desk.place(resting).header("X-MBX-ORDER-COUNT-10S") == "2");
  const auto over = desk.place(resting);
  CHECK(over.status == 429);
  CHECK(over.json["/code"] == "-1015");
  CHECK(over.json["/msg"] == "Too many new orders; current limit is 2 orders per 10 SECOND.");
  desk.now += 10s;
  CHECK(desk.place(resting).status == 200);
  // A fill gives the count back.
  CHECK(desk.place("side=BUY&type=MARKET&quantity=1").header("X-MBX-ORDER-COUNT-10S") == "1");
}

TEST_CASE("planned faults reach requests: done or not done, said or not said", "[binance]") {
  VenueClient desk;
  const std::string buy = "side=BUY&type=MARKET&quantity=1";
  const auto [kind, status, code] = GENERATE(table<FaultKind, int, const char*>({
      {FaultKind::unavailable, 503, "-1008"},
      {FaultKind::server_error, 500, "-1000"},
      {FaultKind::status_unknown, 504, "-1007"},
      {FaultKind::rate_limited, 429, "-1003"},
      {FaultKind::banned, 418, "-1003"},
      {FaultKind::maintenance, 503, "-1016"},
  }));
  const bool executed = GENERATE(false, true);
  desk.exchange.faults.add(
      RequestFault{.on = RequestKind::place, .kind = kind, .executed = executed});
  const auto said = desk.place(buy);
  CHECK(said.status == status);
  CHECK(said.json["/code"] == code);
  CHECK(desk.exchange.engine.orders().all().size() == (executed ? 1 : 0));
  CHECK(desk.exchange.faults.injected().size() == 1);
}

TEST_CASE("a lost answer has no status at all", "[binance]") {
  VenueClient desk;
  desk.exchange.faults.add(RequestFault{.on = RequestKind::place, .executed = true});
  CHECK(desk.place("side=BUY&type=MARKET&quantity=1").fate == HttpReply::Fate::lost);
  CHECK(desk.exchange.engine.orders().all().size() == 1);
  CHECK(desk.place("side=BUY&type=MARKET&quantity=1").status == 200);
}

TEST_CASE("stops can be refused while other orders pass", "[binance]") {
  VenueClient desk;
  desk.exchange.faults.add(RequestFault{
      .on = RequestKind::place, .stops_only = true, .times = 0, .kind = FaultKind::refused});
  CHECK(desk.place("side=BUY&type=MARKET&quantity=1").status == 200);
  CHECK(desk.place("side=SELL&type=STOP_LOSS&quantity=1&stopPrice=90").json["/code"] == "-2010");
  CHECK(desk.call("POST", "/api/v3/orderList/oco",
                  "symbol=BTCUSDT&side=SELL&quantity=1&aboveType=LIMIT_MAKER&abovePrice=110"
                  "&belowType=STOP_LOSS&belowStopPrice=90")
            .status == 400);
}

TEST_CASE("market streams carry the book and the trades", "[binance][streams]") {
  VenueClient desk;
  const auto raw = desk.open("/ws/btcusdt@bookTicker");
  const auto both = desk.open("/stream?streams=btcusdt@bookTicker/btcusdt@trade");
  desk.move_to("102");
  REQUIRE(desk.heard[raw].size() == 1);
  const Json ticker{desk.heard[raw][0]};
  CHECK(ticker["/s"] == "BTCUSDT");
  CHECK(ticker["/b"] == "101.99000000");
  CHECK(ticker["/A"] == "5.00000000");
  REQUIRE(desk.heard[both].size() == 2);
  CHECK(Json{desk.heard[both][0]}["/stream"] == "btcusdt@bookTicker");
  const Json trade{desk.heard[both][1]};
  CHECK(trade["/stream"] == "btcusdt@trade");
  CHECK(trade["/data/p"] == "102.00000000");
  CHECK(trade["/data/e"] == "trade");
}

TEST_CASE("streams are subscribed and left on the connection", "[binance][streams]") {
  VenueClient desk;
  const auto id = desk.open("/ws");
  const auto& heard = desk.heard[id];
  desk.say(id, R"({"method":"SUBSCRIBE","params":["btcusdt@trade","nonsense@stream"],"id":7})");
  CHECK(heard.back() == R"({"result":null,"id":7})");
  desk.say(id, R"({"method":"LIST_SUBSCRIPTIONS","id":8})");
  CHECK(heard.back() == R"({"result":["btcusdt@trade","nonsense@stream"],"id":8})");
  desk.move_to("102");
  CHECK(Json{heard.back()}["/p"] == "102.00000000");
  desk.say(id, R"({"method":"UNSUBSCRIBE","params":["btcusdt@trade"],"id":9})");
  const auto before = heard.size();
  desk.move_to("103");
  CHECK(heard.size() == before);
  CHECK_FALSE(desk.exchange.binance.open("/elsewhere", "127.0.0.1", desk.now));
}

TEST_CASE("garbage on a websocket is answered, never fatal", "[binance][streams]") {
  VenueClient desk;
  const auto market = desk.open("/ws");
  const auto api = desk.open("/ws-api/v3");
  const std::string garbage[] = {"",
                                 "{",
                                 "[]",
                                 "null",
                                 "\xff\xfe",
                                 R"({"id":1})",
                                 R"({"id":{},"method":"ping"})",
                                 R"({"id":1,"method":7})",
                                 R"({"id":1,"method":"ping","params":5})",
                                 R"({"id":1,"method":"ping","params":{"a":{}}})",
                                 R"({"id":1,"method":"ping","params":{"a":null}})",
                                 R"({"id":1,"method":"ping","extra":1})",
                                 R"({"method":"SUBSCRIBE","params":[1],"id":1})",
                                 std::string(100'000, '['),
                                 std::string(70'000, ' ') + "{}"};
  for (const auto& each : garbage) {
    INFO(each.substr(0, 80));
    const auto before = desk.heard[market].size() + desk.heard[api].size();
    desk.say(market, each);
    desk.say(api, each);
    CHECK(desk.heard[market].size() + desk.heard[api].size() == before + 2);
    CHECK(Json{desk.heard[market].back()}.has("/code"));
    CHECK(Json{desk.heard[api].back()}["/status"] == "400");
  }
  desk.say(SessionId{999}, "{}");
}

TEST_CASE("orders can be placed and asked for over a websocket", "[binance][ws-api]") {
  VenueClient desk;
  const auto id = desk.open("/ws-api/v3");
  CHECK(desk.ask(id, "ping", {}, false)["/error/code"] == "-1104");  // it takes no parameters
  desk.say(id, R"({"id":null,"method":"time"})");
  CHECK(Json{desk.heard[id].back()}["/result/serverTime"] == "1700000000000");

  const auto placed = desk.ask(id, "order.place",
                               {{"symbol", "BTCUSDT"},
                                {"side", "BUY"},
                                {"type", "LIMIT"},
                                {"timeInForce", "GTC"},
                                {"quantity", "1"},
                                {"price", "98"},
                                {"newClientOrderId", "ws-1"}});
  CHECK(placed["/status"] == "200");
  CHECK(placed["/id"] == "q1");
  CHECK(placed["/result/status"] == "NEW");
  CHECK(placed["/rateLimits/1/rateLimitType"] == "ORDERS");
  CHECK(placed["/rateLimits/1/count"] == "1");
  CHECK(desk.ask(id, "order.status",
                 {{"symbol", "BTCUSDT"}, {"origClientOrderId", "ws-1"}})["/result/clientOrderId"] ==
        "ws-1");
  CHECK(desk.ask(id, "openOrders.status", {{"symbol", "BTCUSDT"}}).size("/result") == 1);
  CHECK(desk.ask(id, "order.cancel",
                 {{"symbol", "BTCUSDT"}, {"origClientOrderId", "ws-1"}})["/result/status"] ==
        "CANCELED");
  const auto gone =
      desk.ask(id, "order.cancel", {{"symbol", "BTCUSDT"}, {"origClientOrderId", "ws-1"}});
  CHECK(gone["/status"] == "400");
  CHECK(gone["/error/code"] == "-2011");
  CHECK(desk.ask(id, "nothing.like.it", {})["/error/code"] == "-1020");
  CHECK(desk.ask(id, "account.status", {}, false)["/error/code"] == "-2014");
}

TEST_CASE("a fill arrives as an event with its fee", "[binance][user-stream]") {
  VenueClient desk;
  const auto stream = desk.user_stream();
  desk.place("side=SELL&type=LIMIT&timeInForce=GTC&quantity=2&price=102&newClientOrderId=out");
  desk.heard[stream].clear();
  desk.top("103", "0.5", "104", "1");
  const auto events = desk.events(stream);
  REQUIRE(events.size() == 2);
  const auto& e = events[0];
  CHECK(e["/subscriptionId"] == "0");
  CHECK(e["/event/x"] == "TRADE");
  CHECK(e["/event/X"] == "PARTIALLY_FILLED");
  CHECK(e["/event/l"] == "0.50000000");
  CHECK(e["/event/L"] == "102.00000000");
  CHECK(e["/event/z"] == "0.50000000");
  CHECK(e["/event/Z"] == "51.00000000");
  CHECK(e["/event/n"] == "0.05100000");
  CHECK(e["/event/N"] == "USDT");
  CHECK(e["/event/m"] == "true");
  CHECK(events[1]["/event/e"] == "outboundAccountPosition");
  CHECK(events[1]["/event/B/0/a"] == "BTC");
  CHECK(events[1]["/event/B/0/l"] == "1.50000000");
}

TEST_CASE("a user stream is subscribed once, and only by its owner", "[binance][user-stream]") {
  VenueClient desk;
  const auto id = desk.user_stream();
  CHECK(desk.ask(id, "userDataStream.subscribe.signature", {})["/error/code"] == "-2035");
  desk.secret = "wrong";
  const auto other = desk.open("/ws-api/v3");
  CHECK(desk.ask(other, "userDataStream.subscribe.signature", {})["/error/code"] == "-1022");
  desk.place("side=BUY&type=MARKET&quantity=1");
  CHECK(desk.events(other).empty());
}

TEST_CASE("the user stream can be cut, silenced, or lose single events", "[binance][user-stream]") {
  VenueClient desk;
  const auto id = desk.user_stream();
  const std::string buy = "side=BUY&type=MARKET&quantity=1";
  SECTION("cut") {
    desk.exchange.faults.add(StreamFault{.kind = StreamFaultKind::cut});
    desk.place(buy);
    CHECK(desk.closed == std::vector{id});
    const auto next = desk.user_stream();
    desk.place(buy);
    CHECK_FALSE(desk.events(next).empty());
  }
  SECTION("silent: open, answering, and without events") {
    desk.exchange.faults.add(StreamFault{.kind = StreamFaultKind::silent});
    desk.place(buy);
    desk.place(buy);
    CHECK(desk.events(id).empty());
    CHECK(desk.ask(id, "account.status", {})["/status"] == "200");
  }
  SECTION("the second event dropped") {
    desk.exchange.faults.add(StreamFault{.kind = StreamFaultKind::drop, .skip = 1});
    desk.place(buy);
    const auto events = desk.events(id);
    REQUIRE(events.size() == 2);
    CHECK(events[0]["/event/x"] == "NEW");
    CHECK(events[1]["/event/e"] == "outboundAccountPosition");
  }
  SECTION("two swapped") {
    desk.exchange.faults.add(StreamFault{.kind = StreamFaultKind::swap});
    desk.place(buy);
    const auto events = desk.events(id, "executionReport");
    REQUIRE(events.size() == 2);
    CHECK(events[0]["/event/x"] == "TRADE");
    CHECK(events[1]["/event/x"] == "NEW");
  }
}

TEST_CASE("a server that goes down says so on every websocket", "[binance][streams]") {
  VenueClient desk;
  const auto raw = desk.open("/ws/btcusdt@trade");
  const auto combined = desk.open("/stream?streams=btcusdt@trade");
  const auto api = desk.user_stream();
  desk.exchange.binance.shut_down_streams(desk.now);
  CHECK(Json{desk.heard[raw].back()}["/e"] == "serverShutdown");
  CHECK(Json{desk.heard[combined].back()}["/stream"] == "!serverShutdown");
  CHECK(Json{desk.heard[api].back()}["/event/e"] == "serverShutdown");
  CHECK(desk.closed == std::vector{raw, combined, api});
  desk.move_to("102");
  CHECK(desk.heard[raw].size() == 1);
}

TEST_CASE("what clients ask the wallet for when they load markets is there", "[binance]") {
  VenueClient desk;
  const auto coins = desk.call("GET", "/sapi/v1/capital/config/getall").json;
  CHECK(coins["/0/coin"] == "BTC");
  CHECK(coins["/0/free"] == "10.00000000");
  const auto fee = desk.call("GET", "/sapi/v1/asset/tradeFee", "symbol=BTCUSDT").json;
  CHECK(fee["/0/takerCommission"] == "0.00200000");
  CHECK(desk.call("GET", "/api/v3/account/commission", "symbol=BTCUSDT")
            .json["/standardCommission/maker"] == "0.00100000");
  CHECK(desk.call("GET", "/api/v3/rateLimit/order").json["/0/limit"] == "100");
}

TEST_CASE("accounts do not see each other", "[binance]") {
  auto settings = round_exchange();
  auto second = settings.accounts[0];
  second.name = AccountName{"other"};
  second.api_key = "otherKey";
  second.secret = "otherSecret";
  settings.accounts.push_back(second);
  VenueClient desk{settings};
  const auto stream = desk.user_stream();
  desk.key = "otherKey";
  desk.secret = "otherSecret";
  const auto id =
      desk.place("side=BUY&type=LIMIT&timeInForce=GTC&quantity=1&price=98").json["/orderId"];
  CHECK(desk.events(stream).empty());
  desk.key = "simulatorKey";
  desk.secret = "simulatorSecret";
  CHECK(desk.call("GET", "/api/v3/order", "symbol=BTCUSDT&orderId=" + id).json["/code"] == "-2013");
  CHECK(desk.call("DELETE", "/api/v3/order", "symbol=BTCUSDT&orderId=" + id).json["/code"] ==
        "-2011");
}
