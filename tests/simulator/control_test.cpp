#include "simulator/control.hpp"

#include "tests/simulator/venue_client.hpp"

using namespace signalbox;
using namespace signalbox::simulator;
using namespace signalbox::simulator::test;
using namespace std::chrono_literals;

namespace {

struct Backstage : VenueClient {
  Said ask(std::string_view method, std::string_view target, std::string_view body = {}) {
    const auto reply = control.handle(method, target, body, now);
    return {reply.status, {}, Json{reply.body}};
  }
  int post(std::string_view what, std::string_view body) {
    return ask("POST", "/simulator/" + std::string{what}, body).status;
  }
  Control control{exchange};
};

}  // namespace

TEST_CASE("the market, the money and single orders are moved from backstage", "[control]") {
  Backstage desk;
  CHECK(desk.post("move", R"({"symbol":"BTC/USDT","price":"102","quantity":"3"})") == 200);
  CHECK(desk.get("/api/v3/ticker/price?symbol=BTCUSDT").json["/price"] == "102.00000000");
  CHECK(desk.post("deposit", R"({"account":"main","asset":"USDT","amount":"50.5"})") == 200);
  CHECK(desk.exchange.engine.accounts().free(AccountId{0}, Asset{"USDT"}).str() == "10050.5");
  CHECK(desk.post("deposit", R"({"account":"main","asset":"USDT","amount":"-99999"})") == 400);
  desk.place("side=BUY&type=LIMIT&timeInForce=GTC&quantity=1&price=98&newClientOrderId=mine");
  CHECK(desk.post("cancel", R"({"account":"main","client_id":"mine"})") == 200);
  CHECK(desk.post("cancel", R"({"account":"main","client_id":"mine"})") == 400);
  CHECK(desk.post("trading", R"({"trading":false})") == 200);
  CHECK(desk.place("side=BUY&type=MARKET&quantity=1").json["/msg"] == "Market is closed.");
  bool running = true;
  desk.control.on_replay([&](bool on) { running = on; });
  CHECK(desk.post("replay", R"({"running":false})") == 200);
  CHECK_FALSE(running);
}

TEST_CASE("faults are planned and cleared from backstage", "[control]") {
  Backstage desk;
  const std::string buy = "side=BUY&type=MARKET&quantity=1";
  CHECK(desk.post("faults/request",
                  R"({"on":"place","kind":"status_unknown","executed":true,"times":1})") == 200);
  CHECK(desk.place(buy).json["/code"] == "-1007");
  CHECK(desk.post("faults/fill", R"({"side":"buy","in_all":"0.5"})") == 200);
  CHECK(desk.place(buy).json["/executedQty"] == "0.50000000");
  CHECK(desk.post("faults/request", R"({"kind":"unavailable","times":0})") == 200);
  CHECK(desk.place(buy).status == 503);
  CHECK(desk.ask("DELETE", "/simulator/faults").status == 200);
  CHECK(desk.place(buy).json["/executedQty"] == "1.00000000");

  const auto stream = desk.user_stream();
  CHECK(desk.post("faults/stream", R"({"kind":"drop","times":0})") == 200);
  desk.place(buy);
  CHECK(desk.events(stream).empty());
  CHECK(desk.post("streams/cut", R"({"account":"main"})") == 200);
  CHECK(desk.closed == std::vector{stream});
  CHECK(desk.post("faults/refuse_when_live", R"({"times":1})") == 200);
}

TEST_CASE("the record and the judge's figures are handed out", "[control]") {
  Backstage desk;
  desk.place("side=BUY&type=MARKET&quantity=2&newClientOrderId=book1-in");
  desk.now += 400ms;
  desk.place("side=SELL&type=STOP_LOSS&quantity=1.996&stopPrice=90&newClientOrderId=book1-sl");
  desk.now += 5s;
  const auto record = desk.ask("GET", "/simulator/record").json;
  CHECK(record["/orders/0/client_id"] == "book1-in");
  CHECK(record["/orders/1/status"] == "NEW");
  CHECK(record["/trades/0/quantity"] == "2");
  CHECK(record["/trades/0/fee"] == "0.004");
  CHECK(record["/changes/0/change"] == "accepted");
  CHECK(record["/requests_while_banned"] == "0");
  const auto cover =
      desk.ask("GET", "/simulator/cover?account=main&symbol=BTC%2FUSDT&dust=0.001&prefix=book1")
          .json;
  CHECK(cover["/longest"] == "400000000");
  CHECK(cover["/position"] == "1.996");
  CHECK(cover.size("/uncovered") == 1);
}

TEST_CASE("a wrong request backstage says what is wrong and does nothing", "[control]") {
  Backstage desk;
  const auto error = [&](std::string_view what, std::string_view body) {
    const auto said = desk.ask("POST", "/simulator/" + std::string{what}, body);
    CHECK(said.status == 400);
    return said.json["/error"];
  };
  CHECK(error("move", "{") == "the body must be a JSON object");
  CHECK(error("move", "[]") == "the body must be a JSON object");
  CHECK(error("move", "{}") == "'price' is missing");
  CHECK(error("move", R"({"price":5})") == "'price' must be a string");
  CHECK(error("move", R"({"price":"1e5"})") == "'price' must be a decimal number in a string");
  CHECK(error("move", R"({"price":"-5"})") == "price and quantity must be positive");
  CHECK(error("move", R"({"price":"5","colour\"":1})") == "unknown key 'colour?'");
  CHECK(error("move", R"({"price":"5","symbol":"X"})") == "'symbol' is not known here");
  CHECK(error("faults/request", R"({"kind":"rain"})") == "'kind' has no such value");
  CHECK(error("faults/request", R"({"kind":"lost","permille":2000})") ==
        "'permille' is larger than 1000");
  CHECK(desk.ask("POST", "/simulator/nothing", "{}").status == 404);
  CHECK(desk.ask("PUT", "/simulator/move", "{}").status == 405);
  CHECK(desk.get("/api/v3/ticker/price?symbol=BTCUSDT").json["/price"] == "100.00000000");
}
