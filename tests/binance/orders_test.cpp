// Requests and their one result each.
#include "tests/binance/scripted_venue.hpp"

using namespace signalbox;
using namespace signalbox::binance;
using namespace std::chrono_literals;

namespace {

const auto an_entry = limit(Side::buy, "0.1"_q, "66000"_p);
const auto a_stop = stop(Side::sell, "0.1"_q, "65000"_p);

}  // namespace

SCENARIO("an order is accepted", "[binance][orders]") {
  Rig rig;
  rig.start_ready();
  GIVEN("a limit order that comes to rest") {
    rig.far.on["POST /api/v3/order"] = [](const Seen& request) {
      CHECK(request["symbol"] == "BTCUSDT");
      CHECK(request["newClientOrderId"] == entry_id.view());
      CHECK(request["recvWindow"] == "2000");
      CHECK(request.route.key != 0);
      CHECK_FALSE(request.route.exit);
      return Answer{.body = order_json(17, entry_id, "NEW")};
    };
    const auto result = rig.place(an_entry);
    THEN("the result says how it stands") {
      CHECK(result.outcome == Outcome::accepted);
      CHECK(result.refusal == Refusal::none);
      REQUIRE(result.orders.size() == 1);
      CHECK(result.orders[0].id == entry_id);
      CHECK(result.orders[0].venue_id == VenueOrderId{"17"});
      CHECK(result.orders[0].status == OrderStatus::working);
    }
  }
  GIVEN("one that fills at once") {
    rig.far.on["POST /api/v3/order"] = [](const Seen&) {
      return Answer{.body = order_json(17, entry_id, "FILLED", "0.1",
                                       R"(,"fills":[{"price":"66000","qty":"0.04","commission":)"
                                       R"("0.00004","commissionAsset":"BTC","tradeId":5},{"price":)"
                                       R"("66000","qty":"0.06","commission":"0.00006",)"
                                       R"("commissionAsset":"BTC","tradeId":6}])")};
    };
    const auto result = rig.place(an_entry);
    THEN("the result comes first, then its fills") {
      CHECK(result.orders[0].status == OrderStatus::filled);
      REQUIRE(rig.told.of<FillReport>().size() == 2);
      CHECK(std::holds_alternative<FillReport>(rig.told.all.back()));
      CHECK(rig.told.last<FillReport>().quantity == "0.06"_q);
      CHECK(rig.told.last<FillReport>().id == entry_id);
    }
    AND_WHEN("the stream tells the same trades") {
      rig.far.event(report_json(17, entry_id, "TRADE", "PARTIALLY_FILLED", 5, "0.04"));
      rig.far.event(report_json(17, entry_id, "TRADE", "FILLED", 6, "0.1"));
      rig.pass(10ms);
      THEN("each fill has been told once") { CHECK(rig.told.of<FillReport>().size() == 2); }
    }
  }
  GIVEN("a bare acknowledgement") {
    rig.far.on["POST /api/v3/order"] = [](const Seen&) {
      return Answer{.body =
                        R"({"symbol":"BTCUSDT","orderId":17,"orderListId":-1,"clientOrderId":")" +
                        stop_id.str() + R"(","transactTime":1735689600123})"};
    };
    const auto result = rig.place(a_stop, OrderClass::protective);
    THEN("the rest is what was asked for") {
      REQUIRE(result.orders.size() == 1);
      CHECK(result.orders[0].kind == OrderKind::stop_market);
      CHECK(result.orders[0].trigger_price == "65000"_p);
      CHECK(result.orders[0].status == OrderStatus::working);
    }
  }
}

SCENARIO("the fill overtakes the acknowledgement", "[binance][orders]") {
  Rig rig;
  rig.start_ready();
  rig.far.on["POST /api/v3/order"] = [&](const Seen&) {
    rig.far.event(report_json(17, entry_id, "NEW", "NEW"));
    rig.far.event(report_json(17, entry_id, "TRADE", "FILLED", 5, "0.1"));
    return Answer{.body = order_json(17, entry_id, "NEW")};
  };
  CHECK(rig.place(an_entry).outcome == Outcome::accepted);
  CHECK(rig.told.of<FillReport>().size() == 1);
  rig.pass(10s);
  CHECK(rig.told.states() == "ready");  // the stream was heard, if early
}

SCENARIO("an order is refused", "[binance][orders]") {
  Rig rig;
  rig.start_ready();
  const auto with = [&](Answer answer) {
    rig.far.on["POST /api/v3/order"] = [answer](const Seen&) { return answer; };
    return rig.place(a_stop, OrderClass::protective);
  };
  auto result = with(refusal(400, -2010, "Order would trigger immediately."));
  CHECK(result.outcome == Outcome::refused);
  CHECK(result.refusal == Refusal::would_trigger);
  CHECK(result.code == -2010);
  CHECK(
      with(refusal(400, -2010, "Account has insufficient balance for requested action.")).refusal ==
      Refusal::insufficient_funds);
  CHECK(with(refusal(400, -2010, "Duplicate order sent.")).refusal == Refusal::duplicate_id);
  CHECK(with(refusal(503, -1008, "Server is currently overloaded with other requests.")).refusal ==
        Refusal::maintenance);
  result = with(refusal(400, -9999, "Of tomorrow."));
  CHECK(result.refusal == Refusal::other);
  CHECK(result.code == -9999);
  CHECK(result.detail.view() == "Of tomorrow.");

  const std::string key{printed_key().reveal()};
  result = with(refusal(400, -2014, "API-key format invalid: " + key));
  CHECK(result.refusal == Refusal::authentication);
  CHECK(result.detail.view().find(key.substr(0, 8)) == std::string_view::npos);
}

SCENARIO("nobody knows what became of an order", "[binance][orders][I2]") {
  Rig rig;
  rig.start_ready();
  const auto with = [&](Answer answer) {
    rig.far.on["POST /api/v3/order"] = [answer](const Seen&) { return answer; };
    rig.venue->place(rig.order(an_entry), rig.in(5s));
    rig.pass(6s);
    return rig.told.last<WriteResult>();
  };
  for (const auto& answer :
       {lost, silent, refusal(504, -1007, "Timeout waiting for response from backend server."),
        refusal(500, -1001, "Internal error."), Answer{.status = 502, .body = "<html>"},
        Answer{.body = "{\"symbol\":\"BTCUSDT\",\"orderId\":"}, Answer{.body = "[]"}}) {
    const auto before = rig.far.count("POST /api/v3/order");
    CHECK(with(answer).outcome == Outcome::unknown);
    CHECK(rig.far.count("POST /api/v3/order") == before + 1);  // and it is never sent again
  }
  CHECK(rig.told.of<WriteResult>().size() == 7);

  rig.far.on["GET /api/v3/order"] = [](const Seen& request) {
    CHECK(request["origClientOrderId"] == entry_id.view());
    return Answer{.body = order_json(17, entry_id, "FILLED", "0.1")};
  };
  rig.venue->query(QueryOrder{RequestId{50}, Symbol{"BTC/USDT"}, entry_id, {}}, rig.in(5s));
  rig.pass(10ms);
  const auto found = rig.told.last<OrdersResult>();
  CHECK(found.outcome == Outcome::accepted);
  REQUIRE(found.items.size() == 1);
  CHECK(found.items[0].status == OrderStatus::filled);
}

SCENARIO("an order that did not leave", "[binance][orders]") {
  Rig rig;
  SECTION("before the connection is up") {
    rig.start();
    const auto result = rig.place(an_entry);
    CHECK(result.outcome == Outcome::refused);
    CHECK(result.refusal == Refusal::not_sent);
  }
  rig.start_ready();
  SECTION("no connection to the venue") {
    rig.far.on["POST /api/v3/order"] = [](const Seen&) {
      return Answer{.fate = Answer::Fate::not_sent};
    };
    CHECK(rig.place(an_entry).refusal == Refusal::not_sent);
  }
  SECTION("a symbol that nobody knows") {
    auto orders = rig.order(an_entry);
    orders.symbol = Symbol{"FOO/BAR"};
    rig.venue->place(orders, rig.in(5s));
    rig.pass(1us);
    CHECK(rig.told.last<WriteResult>().refusal == Refusal::invalid);
  }
  SECTION("a price off the tick") {
    CHECK(rig.place(limit(Side::buy, "0.1"_q, "66000.001"_p)).refusal == Refusal::precision);
    CHECK(rig.far.seen.empty());
  }
  SECTION("a deadline that has passed") {
    rig.venue->place(rig.order(an_entry), rig.clock.mono());
    rig.pass(1us);
    CHECK(rig.told.last<WriteResult>().refusal == Refusal::not_sent);
    CHECK(rig.far.seen.empty());
  }
}

SCENARIO("the budget of requests", "[binance][orders]") {
  Rig rig;
  rig.start_ready();
  std::string headers;
  rig.far.on["POST /api/v3/order"] = [&](const Seen& request) {
    return Answer{
        .body = order_json(17, request["newClientOrderId"] == stop_id.view() ? stop_id : entry_id,
                           "NEW"),
        .headers = headers};
  };
  GIVEN("the venue says that four fifths of the weight are used") {
    headers = "x-mbx-used-weight-1m: 4800\r\n";
    rig.place(an_entry);
    rig.pass(1s);
    THEN("entries are refused here, exits are not") {
      const auto sent = rig.far.seen.size();
      CHECK(rig.place(an_entry).refusal == Refusal::rate_limited);
      CHECK(rig.far.seen.size() == sent);
      CHECK(rig.place(a_stop, OrderClass::protective).outcome == Outcome::accepted);
    }
  }
  GIVEN("a 429 with Retry-After") {
    rig.far.on["POST /api/v3/order"] = [](const Seen&) {
      auto answer = refusal(429, -1003, "Too much request weight used.");
      answer.headers = "Retry-After: 2\r\n";
      return answer;
    };
    CHECK(rig.place(an_entry).refusal == Refusal::rate_limited);
    rig.far.on["POST /api/v3/order"] = [](const Seen&) {
      return Answer{.body = order_json(17, stop_id, "NEW")};
    };
    const auto sent = rig.far.seen.size();
    CHECK(rig.place(an_entry).refusal == Refusal::rate_limited);
    rig.venue->place(rig.order(a_stop, OrderClass::protective), rig.in(5s));
    rig.pass(1900ms);
    CHECK(rig.far.seen.size() == sent);
    rig.pass(200ms);
    THEN("an exit with time left has waited, and left with a fresh time") {
      CHECK(rig.told.last<WriteResult>().outcome == Outcome::accepted);
    }
  }
  GIVEN("a 429 that lasts longer than an exit may take") {
    rig.far.on["POST /api/v3/order"] = [](const Seen&) {
      auto answer = refusal(429, -1003, "Too much request weight used.");
      answer.headers = "Retry-After: 60\r\n";
      return answer;
    };
    rig.place(an_entry);
    THEN("it is refused at once") {
      CHECK(rig.place(a_stop, OrderClass::protective).refusal == Refusal::rate_limited);
    }
  }
  GIVEN("fifty orders in ten seconds") {
    int entries = 0;
    for (int i = 0; i < 50; ++i) entries += rig.place(an_entry).outcome == Outcome::accepted;
    THEN("a fifth is left for exits") {
      CHECK(entries == 40);
      CHECK(rig.place(a_stop, OrderClass::protective).outcome == Outcome::accepted);
    }
  }
}

SCENARIO("a pair of exits", "[binance][orders]") {
  Rig rig;
  rig.start_ready();
  const std::string members =
      R"({"symbol":"BTCUSDT","orderId":21,"orderListId":9,"clientOrderId":"bk01h45h0fs1g0k000","transactTime":1735689600123,
"price":"68000","origQty":"0.1","executedQty":"0","status":"%","type":"LIMIT_MAKER","side":"SELL","workingTime":1735689600123},
{"symbol":"BTCUSDT","orderId":22,"orderListId":9,"clientOrderId":"bk01h45h0fs1g00000","transactTime":1735689600123,
"price":"0","origQty":"0.1","executedQty":"0","status":"%","type":"STOP_LOSS","side":"SELL","stopPrice":"65000","workingTime":-1})";
  const auto list = [&](const std::string& status) {
    auto text = members;
    for (auto at = text.find('%'); at != text.npos; at = text.find('%'))
      text.replace(at, 1, status);
    return Answer{.body =
                      R"({"orderListId":9,"contingencyType":"OCO","symbol":"BTCUSDT","orders":[],)"
                      R"("orderReports":[)" +
                      text + "]}"};
  };
  rig.far.on["POST /api/v3/orderList/oco"] = [&](const Seen&) { return list("NEW"); };
  auto pair = rig.order(a_stop, OrderClass::protective);
  pair.linkage = Linkage::one_cancels_other;
  pair.orders = {a_stop, target(Side::sell, "0.1"_q, "68000"_p)};
  rig.venue->place(pair, rig.in(5s));
  rig.pass(10ms);
  const auto placed = rig.told.last<WriteResult>();
  REQUIRE(placed.outcome == Outcome::accepted);
  REQUIRE(placed.orders.size() == 2);
  CHECK(placed.orders[0].id == target_id);
  CHECK(placed.orders[0].parent_id == VenueOrderId{"9"});
  CHECK(placed.orders[1].id == stop_id);
  CHECK_FALSE(placed.orders[1].triggered);
  CHECK(rig.far.seen.back().route.exit);

  WHEN("one of them is cancelled, the venue answers for both") {
    rig.far.on["DELETE /api/v3/order"] = [&](const Seen& request) {
      CHECK(request["orderId"] == "22");
      return list("CANCELED");
    };
    CancelOrder cancel;
    cancel.request = RequestId{60};
    cancel.symbol = Symbol{"BTC/USDT"};
    cancel.id = stop_id;
    cancel.venue_id = VenueOrderId{"22"};
    rig.venue->cancel(cancel, rig.in(5s));
    rig.pass(10ms);
    const auto result = rig.told.last<WriteResult>();
    CHECK(result.outcome == Outcome::accepted);
    REQUIRE(result.orders.size() == 2);
    for (const auto& each : result.orders) CHECK(each.status == OrderStatus::cancelled);
  }
  WHEN("a cancel comes too late") {
    rig.far.on["DELETE /api/v3/order"] = [](const Seen&) {
      return refusal(400, -2011, "Unknown order sent.");
    };
    CancelOrder cancel;
    cancel.symbol = Symbol{"BTC/USDT"};
    cancel.id = stop_id;
    rig.venue->cancel(cancel, rig.in(5s));
    rig.pass(10ms);
    CHECK(rig.told.last<WriteResult>().refusal == Refusal::not_found);
  }
}

SCENARIO("an amendment", "[binance][orders]") {
  Rig rig;
  rig.start_ready();
  rig.far.on["PUT /api/v3/order/amend/keepPriority"] = [](const Seen& request) {
    CHECK(request["newQty"] == "0.05");
    CHECK(request["newClientOrderId"] == stop_id.view());
    return Answer{
        .body =
            R"({"transactTime":1735689600123,"executionId":1,"amendedOrder":{"symbol":"BTCUSDT","orderId":17,
"orderListId":-1,"origClientOrderId":"bk01h45h0fs1g00000","clientOrderId":"bk01h45h0fs1g00000","price":"0","qty":"0.05",
"executedQty":"0","status":"NEW","type":"STOP_LOSS","side":"SELL","workingTime":-1}})"};
  };
  AmendOrder amend;
  amend.request = RequestId{3};
  amend.symbol = Symbol{"BTC/USDT"};
  amend.id = stop_id;
  amend.quantity = "0.05"_q;
  rig.venue->amend(amend, rig.in(5s));
  rig.pass(10ms);
  const auto result = rig.told.last<WriteResult>();
  CHECK(result.outcome == Outcome::accepted);
  CHECK(result.orders[0].quantity == "0.05"_q);
}

SCENARIO("reads", "[binance][orders]") {
  Rig rig;
  rig.start_ready();
  SECTION("open orders of one symbol and of all") {
    rig.far.open_orders = "[" + order_json(17, stop_id, "NEW") + "]";
    rig.venue->query(QueryOpenOrders{RequestId{1}, Symbol{"BTC/USDT"}}, rig.in(5s));
    rig.venue->query(QueryOpenOrders{RequestId{2}, std::nullopt}, rig.in(5s));
    rig.pass(10ms);
    REQUIRE(rig.told.of<OrdersResult>().size() == 2);
    CHECK(rig.told.last<OrdersResult>().items.size() == 1);
    CHECK(rig.far.seen[0]["symbol"] == "BTCUSDT");
    CHECK(rig.far.seen[1]["symbol"] == "");
  }
  SECTION("balances") {
    rig.venue->query(QueryBalances{RequestId{1}}, rig.in(5s));
    rig.pass(10ms);
    CHECK(rig.told.last<BalancesResult>().items.size() == 2);
  }
  SECTION("positions: spot has none") {
    rig.venue->query(QueryPositions{RequestId{1}}, rig.in(5s));
    CHECK(rig.told.of<PositionsResult>().empty());
    rig.pass(1us);
    CHECK(rig.told.last<PositionsResult>().outcome == Outcome::accepted);
  }
  SECTION("an order that is not there") {
    rig.far.on["GET /api/v3/order"] = [](const Seen&) {
      return refusal(400, -2013, "Order does not exist.");
    };
    rig.venue->query(QueryOrder{RequestId{1}, Symbol{"BTC/USDT"}, stop_id, {}}, rig.in(5s));
    rig.pass(10ms);
    CHECK(rig.told.last<OrdersResult>().outcome == Outcome::refused);
    CHECK(rig.told.last<OrdersResult>().refusal == Refusal::not_found);
  }
  SECTION("a read that failed has taught nothing") {
    rig.far.on["GET /api/v3/openOrders"] = [](const Seen&) { return lost; };
    rig.venue->query(QueryOpenOrders{RequestId{1}, std::nullopt}, rig.in(5s));
    rig.pass(10ms);
    CHECK(rig.told.last<OrdersResult>().outcome == Outcome::unknown);
  }
}

SCENARIO("fills of a long time, page by page", "[binance][orders]") {
  Rig rig;
  rig.start_ready();
  const auto now = rig.far.time_ms();
  const auto ask = [&](std::int64_t since) {
    rig.venue->query(QueryFills{RequestId{1}, Symbol{"BTC/USDT"}, ms(since)}, rig.in(60s));
    rig.pass(2s);
    return rig.told.last<FillsResult>();
  };
  GIVEN("three days") {
    constexpr std::int64_t day = 24 * 3600 * 1000;
    rig.far.trades = {trade_json(1, 17, now - 3 * day + 5), trade_json(2, 17, now - day),
                      trade_json(3, 18, now)};
    const auto fills = ask(now - 3 * day);
    CHECK(fills.outcome == Outcome::accepted);
    CHECK(fills.items.size() == 3);
  }
  GIVEN("more than a page in a few milliseconds") {
    for (int i = 0; i < 2500; ++i)
      rig.far.trades.push_back(trade_json(i, 17, now - 1000 + i / 500));
    const auto fills = ask(now - 5000);
    CHECK(fills.outcome == Outcome::accepted);
    REQUIRE(fills.items.size() == 2500);
    CHECK(fills.items.front().trade_id == TradeId{"0"});
    CHECK(fills.items.back().trade_id == TradeId{"2499"});
  }
  GIVEN("more in one millisecond than a page holds") {
    for (int i = 0; i < 1001; ++i) rig.far.trades.push_back(trade_json(i, 17, now - 1000));
    CHECK(ask(now - 5000).outcome == Outcome::unknown);
  }
  GIVEN("a page that is lost") {
    rig.far.on["GET /api/v3/myTrades"] = [](const Seen&) { return lost; };
    const auto fills = ask(now - 5000);
    CHECK(fills.outcome == Outcome::unknown);
    CHECK(fills.items.empty());
  }
}

SCENARIO("tickers", "[binance][orders]") {
  Rig rig;
  rig.start_ready();
  rig.far.on["GET /api/v3/ticker/bookTicker"] = [](const Seen&) {
    return Answer{
        .body =
            R"({"symbol":"BTCUSDT","bidPrice":"66000","bidQty":"1","askPrice":"66001","askQty":"2"})"};
  };
  const auto subscribe = [&](std::string_view symbol) {
    rig.venue->subscribe(SubscribeTicker{RequestId{1}, Symbol{symbol}}, rig.in(5s));
    rig.pass(10ms);
    return rig.told.last<TickerResult>();
  };
  const auto first = subscribe("BTC/USDT");
  CHECK(first.outcome == Outcome::accepted);
  REQUIRE(first.items.size() == 1);  // a quiet market would say nothing for long
  CHECK(first.items[0].bid == "66000"_p);
  auto& stream = *rig.far.market;
  REQUIRE(stream.targets == std::vector<std::string>{"/stream?streams=btcusdt@bookTicker"});

  const auto say = [&](std::string_view symbol, std::string_view bid) {
    stream.say(R"({"stream":"x","data":{"u":1,"s":")" + std::string{symbol} + R"(","b":")" +
               std::string{bid} + R"(","B":"1","a":"66001.5","A":"2"}})");
    rig.pass(10ms);
  };
  say("BTCUSDT", "66000.5");
  CHECK(rig.told.last<Tick>().symbol == Symbol{"BTC/USDT"});
  CHECK(rig.told.last<Tick>().bid == "66000.5"_p);
  CHECK(rig.told.last<Tick>().time == rig.clock.wall() - 9ms);

  subscribe("BTC/USDT");  // again: harmless
  subscribe("ETH/USDT");
  REQUIRE(stream.frames.size() == 1);
  CHECK(stream.frames[0] == R"({"method":"SUBSCRIBE","params":["ethusdt@bookTicker"],"id":1})");
  CHECK(subscribe("FOO/BAR").refusal == Refusal::invalid);

  const auto ticks = rig.told.of<Tick>().size();
  say("FOOBAR", "1");
  say("BTCUSDT", "0.00000000");  // nobody bids
  stream.say("{\"u\":");
  rig.pass(10ms);
  CHECK(rig.told.of<Tick>().size() == ticks);

  stream.cut();
  rig.pass(2s);
  REQUIRE(stream.targets.size() == 2);
  CHECK(stream.targets[1] == "/stream?streams=btcusdt@bookTicker/ethusdt@bookTicker");
  say("ETHUSDT", "3000");
  CHECK(rig.told.last<Tick>().symbol == Symbol{"ETH/USDT"});
  CHECK(rig.told.states() == "ready");  // tickers do not make an account's connection
}

TEST_CASE("what spot can do, with its evidence", "[binance][orders]") {
  const auto can = binance_spot_capabilities(Network::testnet);
  CHECK(can.venue == VenueName{"binance"});
  CHECK(can.testnet);
  CHECK(can.live_ids_unique);
  CHECK(can.cancels_siblings);
  CHECK(can.amends_down_only);
  CHECK_FALSE(can.amends);
  for (const auto& tier : can.tiers) {
    CHECK_FALSE(tier.evidence.empty());
    CHECK(tier.evidence.size() < tier.evidence.capacity);  // not cut off
    if (tier.tier == Tier::resting) {
      CHECK(tier.covers_partial);
      CHECK(tier.pairs);
      CHECK_FALSE(tier.stop_survives_partial_target);
    }
    if (tier.tier == Tier::attached) CHECK_FALSE(tier.covers_partial);
  }
  CHECK_FALSE(binance_spot_capabilities(Network::live).testnet);
}
