// How a connection comes up, what makes it doubt itself, and how it comes back.
#include "tests/binance/scripted_venue.hpp"

using namespace signalbox;
using namespace signalbox::binance;
using namespace std::chrono_literals;

SCENARIO("a connection comes up step by step", "[binance][connection]") {
  Rig rig;
  rig.far.ahead = 700ms;
  rig.start();
  CHECK(rig.told.all.empty());  // nothing from inside the call
  rig.pass(1s);

  CHECK(rig.told.states() == "connecting stale ready");
  std::string calls;
  for (const auto& each : rig.far.seen) calls += each.call + "\n";
  CHECK(calls ==
        "GET /api/v3/time\nGET /api/v3/time\nGET /api/v3/time\nGET /api/v3/time\n"
        "GET /api/v3/time\nGET /api/v3/exchangeInfo\nGET /api/v3/account\n"
        "GET /api/v3/openOrders\n");
  CHECK(rig.far.user->targets == std::vector<std::string>{"/ws-api/v3"});
  REQUIRE(rig.far.user->frames.size() == 1);
  CHECK(rig.far.user->frames[0].find("userDataStream.subscribe.signature") != std::string::npos);

  const auto link = rig.told.last<LinkReport>();
  CHECK(link.generation == 1);
  CHECK(link.clock_offset > 698ms);
  CHECK(link.clock_offset < 702ms);
  CHECK(link.clock_error == 2ms);  // half of 2 ms there and back, and the venue's millisecond

  const auto instruments = rig.told.last<InstrumentsReport>().instruments;
  REQUIRE(instruments.size() == 2);
  CHECK(instruments[0].symbol == Symbol{"BTC/USDT"});
  CHECK(instruments[0].taker_fee == "0.0015"_d);
  CHECK(instruments[0].fee_in_base);
  CHECK(rig.told.last<BalancesReport>().balances.size() == 2);
}

SCENARIO("what stands at the venue is told at the start", "[binance][connection]") {
  Rig rig;
  rig.far.open_orders = "[" + order_json(17, stop_id, "NEW") + "]";
  rig.start();
  rig.pass(1s);
  REQUIRE(rig.told.of<OrderReport>().size() == 1);
  CHECK(rig.told.last<OrderReport>().id == stop_id);
  CHECK(rig.told.last<OrderReport>().venue_id == VenueOrderId{"17"});
  CHECK(rig.far.count("GET /api/v3/myTrades") == 0);
}

SCENARIO("fills since an earlier run are told when asked for", "[binance][connection]") {
  Rig rig{[](BinanceConfig& config) {
    config.symbols = {Symbol{"BTC/USDT"}};
    config.fills_since = ms(1735689600000);
  }};
  rig.far.trades = {trade_json(5, 17, 1735689601000)};
  rig.start();
  rig.pass(1s);
  CHECK(rig.told.state() == LinkState::ready);
  CHECK(rig.told.of<FillReport>().size() == 1);
}

SCENARIO("the first tries fail", "[binance][connection]") {
  Rig rig;
  GIVEN("a venue that answers nothing but errors for a while") {
    rig.far.on["GET /api/v3/time"] = [](const Seen&) { return refusal(500, 0, ""); };
    rig.start();
    rig.pass(10s);
    CHECK(rig.told.states() == "connecting");
    const auto tries = rig.far.seen.size();
    CHECK(tries > 3);
    CHECK(tries < 12);  // with longer and longer waits
    rig.far.on.clear();
    rig.pass(60s);
    CHECK(rig.told.state() == LinkState::ready);
  }
  GIVEN("a key that the venue refuses") {
    rig.far.on["GET /api/v3/account"] = [](const Seen&) {
      return refusal(401, -2015, "Invalid API-key, IP, or permissions for action.");
    };
    rig.start();
    rig.pass(3min);
    CHECK(rig.far.count("GET /api/v3/account") == 3);  // not in a hurry
    CHECK(rig.told.states() == "connecting");
    CHECK(rig.told.last<LinkReport>().detail.view() ==
          "Invalid API-key, IP, or permissions for action.");
  }
  GIVEN("an account that may not trade") {
    rig.far.on["GET /api/v3/account"] = [](const Seen&) {
      return Answer{.body = R"({"canTrade":false,"balances":[]})"};
    };
    rig.start();
    rig.pass(5s);
    CHECK(rig.told.state() == LinkState::connecting);
    CHECK(rig.told.last<LinkReport>().detail.view() == "the account may not trade");
  }
  GIVEN("a stream that does not acknowledge the subscription") {
    rig.far.acknowledges_subscription = false;
    rig.start();
    rig.pass(30s);
    CHECK(rig.told.states() == "connecting stale");
    CHECK(rig.far.user->targets.size() > 1);
    rig.far.acknowledges_subscription = true;
    rig.pass(60s);
    CHECK(rig.told.state() == LinkState::ready);
  }
  GIVEN("a stream that is refused") {
    rig.start();
    rig.far.user->opens = false;
    rig.pass(60s);
    CHECK(rig.told.state() == LinkState::stale);
    const auto& tries = rig.far.user->opened_at;
    REQUIRE(tries.size() > 4);
    CHECK(tries.size() < 40);
    CHECK(tries[1] - tries[0] < 1s);
    const auto pause = tries.back() - tries[tries.size() - 2];
    CHECK(pause >= 1500ms);  // longer waits, but what fills meanwhile has no stop
    CHECK(pause <= 3100ms);
  }
}

SCENARIO("answers on the way to READY are lost", "[binance][connection][I1]") {
  Rig rig;
  int lose = 0;
  const auto loses = [&](const std::string& call, Answer good) {
    rig.far.on[call] = [&lose, good](const Seen&) { return lose-- > 0 ? silent : good; };
  };
  GIVEN("the third answer for the time") {
    int asked = 0;
    rig.far.on["GET /api/v3/time"] = [&](const Seen&) {
      if (++asked == 3) return silent;
      return Answer{.body = R"({"serverTime":)" + std::to_string(rig.far.time_ms()) + "}"};
    };
    rig.start();
    rig.pass(2s + 500ms);
    CHECK(rig.told.state() == LinkState::ready);
    CHECK(asked == 6);  // the two that were answered are not asked for again
  }
  GIVEN("the first answer for the account, then none") {
    lose = 1;
    loses("GET /api/v3/openOrders", {.body = "[]"});
    rig.start();
    rig.pass(2s + 500ms);
    CHECK(rig.told.state() == LinkState::ready);
  }
}

SCENARIO("engines before this one have used up what entries may use", "[binance][connection][I1]") {
  Rig rig;
  std::string used = "1190";
  const auto with_use = [&](Answer answer) {
    answer.headers = "X-MBX-USED-WEIGHT-1M: " + used + "\r\n";
    return answer;
  };
  rig.far.on["GET /api/v3/time"] = [&](const Seen&) {
    return with_use({.body = R"({"serverTime":)" + std::to_string(rig.far.time_ms()) + "}"});
  };
  rig.far.on["GET /api/v3/openOrders"] = [&](const Seen&) { return with_use({.body = "[]"}); };
  WHEN("more than our first guess of the limit") {
    rig.start();
    rig.pass(1s);
    THEN("what the venue counts is not held against a guess") {
      CHECK(rig.told.state() == LinkState::ready);
    }
  }
  WHEN("all but what is kept for exits") {
    rig.start();
    rig.pass(500ms);
    used = "5000";  // of 6000, of which a fifth is kept
    rig.far.user->cut();
    rig.pass(5s);
    THEN("what leads to READY is an exit's business") {
      REQUIRE(rig.told.state() == LinkState::ready);
      AND_THEN("so is a question that the fate of an order hangs on, and nobody else's is") {
        rig.told.all.clear();
        rig.venue->query(QueryOpenOrders{.request = RequestId{1}, .symbol = {}, .urgent = true},
                         rig.in(2s));
        rig.pass(100ms);
        CHECK(rig.told.last<OrdersResult>().outcome == Outcome::accepted);
        rig.venue->query(QueryOpenOrders{.request = RequestId{2}, .symbol = {}}, rig.in(2s));
        rig.pass(100ms);
        CHECK(rig.told.last<OrdersResult>().refusal == Refusal::rate_limited);
      }
    }
  }
}

SCENARIO("the stream is cut", "[binance][connection][I13]") {
  Rig rig;
  rig.far.on["POST /api/v3/order"] = [](const Seen&) {
    return Answer{.body = order_json(17, entry_id, "NEW")};
  };
  rig.start_ready();
  REQUIRE(rig.place(limit(Side::buy, "0.1"_q, "66000"_p)).outcome == Outcome::accepted);
  rig.far.event(report_json(17, entry_id, "NEW", "NEW"));
  rig.pass(10ms);

  rig.far.user->cut();
  CHECK(rig.told.state() == LinkState::stale);

  WHEN("the order fills before the stream is back") {
    rig.far.trades = {trade_json(5, 17, rig.far.time_ms() + 100)};
    rig.far.on["GET /api/v3/order"] = [](const Seen& request) {
      CHECK(request["orderId"] == "17");
      return Answer{.body = order_json(17, entry_id, "FILLED", "0.1")};
    };
    rig.pass(5s);
    THEN("the fill and then the end of the order are told, once, and the link is READY again") {
      CHECK(rig.told.states() == "ready stale ready");
      CHECK(rig.told.last<LinkReport>().generation == 2);
      REQUIRE(rig.told.of<FillReport>().size() == 1);
      CHECK(rig.told.last<FillReport>().trade_id == TradeId{"5"});
      CHECK(rig.told.last<FillReport>().id == entry_id);  // known from before
      CHECK(rig.told.last<OrderReport>().status == OrderStatus::filled);
      AND_WHEN("the stream repeats the fill, and is cut again") {
        rig.far.event(report_json(17, entry_id, "TRADE", "FILLED", 5, "0.1"));
        rig.pass(10ms);
        rig.far.user->cut();
        rig.pass(5s);
        THEN("it is not told again") {
          CHECK(rig.told.of<FillReport>().size() == 1);
          CHECK(rig.told.state() == LinkState::ready);
        }
      }
    }
  }
  WHEN("requests are made meanwhile") {
    rig.far.user->opens = false;
    const auto result = rig.place(stop(Side::sell, "0.1"_q, "65000"_p), OrderClass::protective);
    THEN("exits go by REST") { CHECK(result.outcome == Outcome::accepted); }
  }
  WHEN("the fills cannot be asked for at first") {
    int tries = 0;
    rig.far.open_orders = "[" + order_json(17, entry_id, "NEW") + "]";
    rig.far.on["GET /api/v3/myTrades"] = [&](const Seen&) {
      return ++tries < 3 ? lost : Answer{.body = "[]"};
    };
    rig.pass(700ms);
    CHECK(rig.told.state() == LinkState::stale);
    rig.pass(10s);
    THEN("READY waits for them") {
      CHECK(tries == 3);
      CHECK(rig.told.state() == LinkState::ready);
    }
  }
}

SCENARIO("an event that overtakes a picture is not undone by it", "[binance][connection]") {
  Rig rig;
  rig.start();
  // The picture is taken, the order fills, and the event arrives before the answer.
  rig.far.on["GET /api/v3/openOrders"] = [&](const Seen&) {
    rig.far.user->say(R"({"subscriptionId":0,"event":)" +
                      report_json(17, entry_id, "TRADE", "FILLED", 5, "0.1") + "}");
    return Answer{.body = "[" + order_json(17, entry_id, "NEW") + "]"};
  };
  rig.pass(1s);
  CHECK(rig.told.state() == LinkState::ready);
  REQUIRE(rig.told.of<OrderReport>().size() == 1);
  CHECK(rig.told.last<OrderReport>().status == OrderStatus::filled);
}

SCENARIO("an accepted order must be on the stream", "[binance][connection]") {
  Rig rig;
  rig.far.on["POST /api/v3/order"] = [](const Seen&) {
    return Answer{.body = order_json(17, entry_id, "NEW")};
  };
  rig.start_ready();
  rig.far.open_orders = "[" + order_json(17, entry_id, "NEW") + "]";

  WHEN("it is not") {
    rig.place(limit(Side::buy, "0.1"_q, "66000"_p));
    rig.pass(2900ms);
    CHECK(rig.told.states() == "ready");
    rig.pass(200ms);
    THEN("the stream is not trusted, and had again") {
      CHECK(rig.told.states() == "ready stale ready");
      CHECK(rig.far.user->targets.size() == 2);
      CHECK(rig.far.count("GET /api/v3/openOrders") == 1);
    }
  }
  WHEN("it was, even before the answer") {
    rig.far.event(report_json(17, entry_id, "NEW", "NEW"));
    rig.place(limit(Side::buy, "0.1"_q, "66000"_p));
    rig.pass(10s);
    THEN("all is well") { CHECK(rig.told.states() == "ready"); }
  }
}

SCENARIO("legs that wait for their entry need not be heard of", "[binance][connection]") {
  Rig rig;
  rig.start_ready();
  const auto leg = [](std::int64_t number, const ClientOrderId& id, std::string_view status,
                      std::string_view rest) {
    return R"({"symbol":"BTCUSDT","orderId":)" + std::to_string(number) +
           R"(,"orderListId":9,"clientOrderId":")" + id.str() +
           R"(","origQty":"0.1","executedQty":"0","status":")" + std::string{status} + "\"," +
           std::string{rest} + "}";
  };
  const auto entry = leg(20, entry_id, "NEW", R"("price":"66000","type":"LIMIT","side":"BUY")");
  const auto held =
      leg(21, stop_id, "PENDING_NEW", R"("stopPrice":"65000","type":"STOP_LOSS","side":"SELL")");
  rig.far.on["POST /api/v3/orderList/oto"] = [&](const Seen&) {
    return Answer{.body = R"({"orderListId":9,"orderReports":[)" + entry + "," + held + "]}"};
  };
  auto orders = rig.order(limit(Side::buy, "0.1"_q, "66000"_p));
  orders.linkage = Linkage::one_triggers_other;
  orders.orders.push_back(stop(Side::sell, "0.1"_q, "65000"_p));
  rig.venue->place(orders, rig.in(5s));
  rig.pass(5ms);
  REQUIRE(rig.told.last<WriteResult>().outcome == Outcome::accepted);
  rig.far.event(report_json(20, entry_id, "NEW", "NEW"));
  rig.far.open_orders = "[" + entry + "]";  // and not among the open orders either
  rig.pass(10min);
  CHECK(rig.told.states() == "ready");
}

SCENARIO("a stream that has gone quiet is found out by the open orders", "[binance][connection]") {
  Rig rig;
  rig.start_ready();
  WHEN("they show an order that nobody told of") {
    rig.far.open_orders = "[" + order_json(99, target_id, "NEW") + "]";
    rig.pass(62s);
    CHECK(rig.told.states() == "ready");
    rig.pass(3s);
    THEN("the stream is had again, and the order is told") {
      CHECK(rig.told.states() == "ready stale ready");
      CHECK(rig.told.last<OrderReport>().id == target_id);
    }
  }
  WHEN("the event was only a little late") {
    rig.far.open_orders = "[" + order_json(99, target_id, "NEW") + "]";
    rig.pass(61s);
    rig.far.event(report_json(99, target_id, "NEW", "NEW"));
    rig.pass(30s);
    THEN("nothing happens") { CHECK(rig.told.states() == "ready"); }
  }
  WHEN("they cannot be asked for") {
    rig.far.on["GET /api/v3/openOrders"] = [](const Seen&) { return lost; };
    rig.pass(65s);
    THEN("the link is not READY until they can") {
      CHECK(rig.told.state() == LinkState::stale);
      rig.far.on.clear();
      rig.pass(30s);
      CHECK(rig.told.state() == LinkState::ready);
    }
  }
}

SCENARIO("the venue ends the stream", "[binance][connection]") {
  Rig rig;
  rig.start_ready();
  const auto before = rig.clock.mono();
  WHEN("it says so before") { rig.far.event(R"({"e":"serverShutdown","E":1735689600123})"); }
  WHEN("it terminates the subscription") {
    rig.far.event(R"({"e":"eventStreamTerminated","E":1735689600123})");
  }
  WHEN("a frame is not readable: it may have been a fill") {
    rig.far.user->say(R"({"subscriptionId":0,"event":{"e":"executionReport","s":"BTCU)");
  }
  rig.pass(100ms);
  REQUIRE(rig.far.user->opened_at.size() == 2);
  CHECK(rig.far.user->opened_at[1] - before < 10ms);  // at once
  CHECK(rig.told.states() == "ready stale ready");
}

SCENARIO("a stream is renewed before the venue's 24 hours are over", "[binance][connection]") {
  Rig rig;
  rig.start_ready();
  REQUIRE(rig.far.user->targets.size() == 1);
  rig.pass(22h);
  CHECK(rig.far.user->targets.size() == 1);
  rig.pass(2h);
  CHECK(rig.far.user->targets.size() == 2);
  CHECK(rig.told.state() == LinkState::ready);
}

SCENARIO("our clock drifts away from the venue's", "[binance][connection]") {
  Rig rig;
  rig.far.on["POST /api/v3/order"] = [](const Seen&) {
    return Answer{.body = order_json(17, entry_id, "NEW")};
  };
  rig.start_ready();
  WHEN("an order is refused for its time") {
    rig.far.ahead = 30s;
    const auto result = rig.place(limit(Side::buy, "0.1"_q, "66000"_p));
    THEN("that is what it is told, and the clock is measured again before READY") {
      CHECK(result.outcome == Outcome::refused);
      CHECK(result.refusal == Refusal::clock);
      CHECK(result.code == -1021);
      rig.pass(1s);
      CHECK(rig.told.states() == "ready stale ready");
      CHECK(rig.told.last<LinkReport>().clock_offset > 29s);
      CHECK(rig.place(limit(Side::buy, "0.1"_q, "66000"_p)).outcome == Outcome::accepted);
    }
  }
  WHEN("only the wall clock of this machine is stepped") {
    rig.clock.step_wall(10min);
    rig.far.ahead = -10min;
    THEN("nothing is stamped wrongly") {
      CHECK(rig.place(limit(Side::buy, "0.1"_q, "66000"_p)).outcome == Outcome::accepted);
    }
  }
  WHEN("it drifts slowly") {
    rig.pass(9min);
    rig.far.ahead = 400ms;
    rig.pass(2min);
    THEN("it is noticed without an error") {
      CHECK(rig.told.states() == "ready");
      CHECK(rig.told.last<LinkReport>().clock_offset > 390ms);
    }
  }
}

SCENARIO("two troubles at a time", "[binance][connection]") {
  Rig rig;
  rig.far.on["POST /api/v3/order"] = [](const Seen&) {
    return Answer{.body = order_json(17, stop_id, "NEW")};
  };
  rig.start_ready();
  rig.far.acknowledges_subscription = false;
  rig.far.user->cut();
  rig.pass(1s);  // the stream is open again, and waits for its acknowledgement
  WHEN("the clock is found to be off, and then the stream is lost once more") {
    rig.far.ahead = 30s;
    CHECK(rig.place(stop(Side::sell, "0.1"_q, "65000"_p), OrderClass::protective).refusal ==
          Refusal::clock);
    rig.far.user->cut();
  }
  WHEN("an exit is accepted by REST, which no stream tells") {
    CHECK(rig.place(stop(Side::sell, "0.1"_q, "65000"_p), OrderClass::protective).outcome ==
          Outcome::accepted);
    rig.far.open_orders = "[" + order_json(17, stop_id, "NEW") + "]";
    rig.far.user->cut();
  }
  rig.far.acknowledges_subscription = true;
  rig.pass(10s);
  CHECK(rig.told.state() == LinkState::ready);
  const auto tries = rig.far.user->targets.size();
  rig.pass(30s);
  rig.place(stop(Side::sell, "0.1"_q, "65000"_p), OrderClass::protective);
  rig.far.event(report_json(17, stop_id, "NEW", "NEW"));
  rig.pass(10s);
  CHECK(rig.far.user->targets.size() == tries);  // and nothing is left of it
}

SCENARIO("the venue bans the address", "[binance][connection][I10]") {
  Rig rig;
  rig.start_ready();
  rig.far.on["POST /api/v3/order"] = [](const Seen&) {
    auto answer = refusal(418, -1003, "Way too much request weight used; IP banned.");
    answer.headers = "Retry-After: 120\r\n";
    return answer;
  };
  CHECK(rig.place(limit(Side::buy, "0.1"_q, "66000"_p)).refusal == Refusal::banned);
  const auto sent = rig.far.seen.size();
  rig.far.user->cut();
  rig.far.market->cut();
  const auto opened = rig.far.user->targets.size();

  rig.pass(60s);
  CHECK(rig.place(stop(Side::sell, "0.1"_q, "65000"_p), OrderClass::protective).refusal ==
        Refusal::banned);
  rig.pass(50s);
  CHECK(rig.far.seen.size() == sent);  // nothing, of any kind
  CHECK(rig.far.user->targets.size() == opened);

  rig.far.on.clear();
  rig.pass(60s);
  CHECK(rig.told.state() == LinkState::ready);
}

SCENARIO("a firewall in front of the venue turns us away", "[binance][connection][I10]") {
  Rig rig;
  rig.start_ready();
  rig.far.on["POST /api/v3/order"] = [](const Seen&) {
    return Answer{.status = 403, .body = "<html>403 Forbidden</html>"};
  };
  CHECK(rig.place(limit(Side::buy, "0.1"_q, "66000"_p)).refusal == Refusal::banned);
  const auto sent = rig.far.seen.size();
  rig.pass(58s);
  CHECK(rig.place(stop(Side::sell, "0.1"_q, "65000"_p), OrderClass::protective).refusal ==
        Refusal::banned);
  CHECK(rig.far.seen.size() == sent);
}

SCENARIO("a ban is met before the venue's time is known", "[binance][connection][I10]") {
  Rig rig;
  rig.far.ahead = 10min;  // our wall clock has been set back
  bool banned = true;
  rig.far.on["GET /api/v3/time"] = [&](const Seen&) {
    if (!banned)
      return Answer{.body = R"({"serverTime":)" + std::to_string(rig.far.time_ms()) + "}"};
    auto answer = refusal(418, -1003,
                          "Way too much request weight used; IP banned until " +
                              std::to_string(rig.far.time_ms() + 30'000) + ".");
    answer.headers = "Retry-After: 30\r\n";
    return answer;
  };
  rig.start();
  rig.pass(29s);
  CHECK(rig.far.seen.size() == 1);
  banned = false;
  rig.pass(6s);
  CHECK(rig.told.state() == LinkState::ready);  // and not ten minutes later
}

SCENARIO("instruments change", "[binance][connection]") {
  Rig rig;
  rig.start_ready();
  const std::string other =
      R"({"symbols":[{"symbol":"BTCUSDT","status":"TRADING","baseAsset":"BTC","baseAssetPrecision":8,"quoteAsset":"USDT",
"quoteAssetPrecision":8,"filters":[{"filterType":"PRICE_FILTER","tickSize":"0.10"},
{"filterType":"LOT_SIZE","minQty":"0.00001","maxQty":"9000.0","stepSize":"0.00001"}]}]})";
  rig.far.on["GET /api/v3/exchangeInfo"] = [&](const Seen&) { return Answer{.body = other}; };
  rig.pass(61min);
  const auto instruments = rig.told.last<InstrumentsReport>().instruments;
  REQUIRE(instruments.size() == 2);
  CHECK(instruments[0].tick_size == "0.1"_p);
  CHECK_FALSE(instruments[1].trading);  // no longer listed
  CHECK(instruments[1].taker_fee == "0.0015"_d);
  CHECK(rig.place(limit(Side::buy, "0.1"_q, "66000.01"_p)).refusal == Refusal::precision);
}

SCENARIO("a connection is stopped", "[binance][connection]") {
  Rig rig;
  rig.start_ready();
  rig.far.on["POST /api/v3/order"] = [](const Seen&) { return silent; };
  rig.venue->place(rig.order(limit(Side::buy, "0.1"_q, "66000"_p)), rig.in(5s));
  rig.venue->query(QueryBalances{RequestId{77}}, rig.in(5s));
  rig.pass(500us);
  const auto before = rig.told.all.size();
  rig.venue->stop();
  CHECK(rig.told.all.size() == before);  // nothing from inside the call
  rig.pass(1us);

  CHECK(rig.told.last<WriteResult>().outcome == Outcome::unknown);
  CHECK(rig.told.last<BalancesResult>().outcome == Outcome::unknown);
  CHECK(std::get<LinkReport>(rig.told.all.back()).state == LinkState::down);
  const auto said = rig.told.all.size();
  rig.far.event(report_json(17, entry_id, "NEW", "NEW"));
  rig.pass(2h);
  CHECK(rig.told.all.size() == said);
  const auto sent = rig.far.seen.size();
  CHECK(rig.place(limit(Side::buy, "0.1"_q, "66000"_p)).refusal == Refusal::not_sent);
  CHECK(rig.far.seen.size() == sent);
}

SCENARIO("a connection may die at any time", "[binance][connection]") {
  Rig rig;
  for (int i = 0; i < 40; ++i) {
    Rig other;
    other.start();
    other.pass(i * 500us);
    other.venue->stop();
    if (i % 2 == 0) other.venue.reset();
    other.pass(i % 3 == 0 ? Duration{} : Duration{1s});
  }
  SUCCEED();
}

TEST_CASE("what cannot work is refused at the start", "[binance][connection]") {
  const auto made_with = [](std::function<void(BinanceConfig&)> configure) {
    Rig rig{std::move(configure)};
  };
  CHECK_THROWS_AS(made_with([](BinanceConfig& c) { c.api_key = Secret{}; }), std::invalid_argument);
  CHECK_THROWS_AS(
      made_with([](BinanceConfig& c) {
        c.hosts = Hosts{{.host = "api.binance.com"}, {.host = "localhost"}, {.host = "localhost"}};
      }),
      std::invalid_argument);
}
