#include "tests/simulator/venue_client.hpp"

using namespace signalbox;
using namespace signalbox::simulator;
using namespace signalbox::simulator::test;

namespace {

// The venue's own example keys and signatures, from its documents.
constexpr auto example_key = "vmPUZE6mv9SD5VNHk4HlWFsOr6aKE2zvsw0MuIgwCIPy6utIco14y7Ju91duEh8A";
constexpr auto example_secret = "NhqPtmdSJYdKjVHjA7PZj4Mge3R5YNiP1e3UZjInClVN65XAbvqqM6A7H5fATj0j";
constexpr auto example_time = 1499827319559;
const std::string example_order =
    "symbol=LTCBTC&side=BUY&type=LIMIT&timeInForce=GTC&quantity=1&price=0.1&recvWindow=5000"
    "&timestamp=1499827319559";
constexpr auto example_signature =
    "c8db56825ae71d6d79447849e617115f4a920fa2acdcab2b053c4b2838bd6b71";

ExchangeSettings litecoin() {
  auto settings = round_exchange();
  auto& i = settings.markets[0].instrument;
  i.symbol = Symbol{"LTC/BTC"};
  i.base = Asset{"LTC"};
  i.quote = Asset{"BTC"};
  i.notional_min = Notional{*Decimal::parse("0.01")};
  i.buy_band_down = i.sell_band_down = {};
  settings.accounts[0].api_key = example_key;
  settings.accounts[0].secret = example_secret;
  return settings;
}

struct Documented : VenueClient {
  Documented() : VenueClient(litecoin()) {
    now = wall_from_ns(std::int64_t{example_time} * 1'000'000);
  }
  Said send(std::string_view query, std::string_view body = {}) {
    return raw("POST", "/api/v3/order" + (query.empty() ? "" : "?" + std::string{query}),
               std::string{"X-MBX-APIKEY: "} + example_key + "\r\n", body);
  }
};

}  // namespace

TEST_CASE("the venue's published signatures are accepted", "[binance][auth]") {
  Documented desk;
  SECTION("in the query") {
    CHECK(desk.send(example_order + "&signature=" + example_signature).status == 200);
  }
  SECTION("in the body") {
    CHECK(desk.send({}, example_order + "&signature=" + example_signature).status == 200);
  }
  SECTION("in upper case") {
    CHECK(desk.send(example_order +
                    "&signature="
                    "C8DB56825AE71D6D79447849E617115F4A920FA2ACDCAB2B053C4B2838BD6B71")
              .status == 200);
  }
  SECTION("half in the query, half in the body, joined by nothing") {
    CHECK(desk.send("symbol=LTCBTC&side=BUY&type=LIMIT&timeInForce=GTC",
                    "quantity=1&price=0.1&recvWindow=5000&timestamp=1499827319559&signature="
                    "0fd168b8ddb4876a0358a8d14d0c9f3da0e9b20c5d52b2a00fcf7d1c602f9a77")
              .status == 200);
  }
  SECTION("a symbol beyond ASCII, percent-encoded: genuine, but no such symbol") {
    const auto said = desk.send(
        "symbol=%EF%BC%91%EF%BC%92%EF%BC%93%EF%BC%94%EF%BC%95%EF%BC%96&side=BUY&type=LIMIT"
        "&timeInForce=GTC&quantity=1&price=0.1&recvWindow=5000&timestamp=1499827319559&signature="
        "e1353ec6b14d888f1164ae9af8228a3dbd508bc82eb867db8ab6046442f33ef3");
    CHECK(said.json["/code"] == "-1100");
  }
}

TEST_CASE("a websocket request is signed over its sorted parameters", "[binance][auth]") {
  const auto payload = std::string{"apiKey="} + example_key +
                       "&price=52000.00&quantity=0.01000000&recvWindow=100&side=SELL&symbol=BTCUSDT"
                       "&timeInForce=GTC&timestamp=1645423376532&type=LIMIT";
  CHECK(binance::hmac_sha256_hex(example_secret, payload) ==
        "aa1b5712c094bc4e57c05a1a5c1fd8d88dcd628338ea863fec7b88e59fe2db24");

  auto settings = round_exchange();
  settings.accounts[0].api_key = example_key;
  settings.accounts[0].secret = example_secret;
  VenueClient desk{settings};
  desk.now = wall_from_ns(1645423376532 * 1'000'000);
  const auto id = desk.open("/ws-api/v3");
  desk.say(id, std::string{R"({"id":1,"method":"order.place","params":{"symbol":"BTCUSDT",)"
                           R"("side":"SELL","type":"LIMIT","timeInForce":"GTC","price":"52000.00",)"
                           R"("quantity":"0.01000000","recvWindow":100,"timestamp":1645423376532,)"
                           R"("apiKey":")"} +
                   example_key +
                   R"(","signature":")"
                   R"(aa1b5712c094bc4e57c05a1a5c1fd8d88dcd628338ea863fec7b88e59fe2db24"}})");
  // Genuine: it is the price band that refuses it, 52000 where 100 is paid.
  CHECK(Json{desk.heard[id].back()}["/error/msg"] == "Filter failure: PERCENT_PRICE_BY_SIDE");
}

TEST_CASE("Ed25519 keys sign requests and log sessions on", "[binance][auth]") {
  constexpr auto spki = "MCowBQYDK2VwAyEA11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=";
  const std::string order =
      "symbol=BTCUSDT&side=SELL&type=LIMIT&timeInForce=GTC&quantity=1&price=0.2"
      "&timestamp=1668481559918&recvWindow=5000";
  CHECK(binance::ed25519_verifies(
      spki, order,
      "XtZirsmmi0noRzUfkqktvkVfxpkq/WtbLg2UOL3QGYdUBZVlqOBEMuEVw8zioY93N54NcKj9UuAXQEa9zgTDBg=="));
  CHECK_FALSE(binance::ed25519_verifies(
      spki, order + "0",
      "XtZirsmmi0noRzUfkqktvkVfxpkq/WtbLg2UOL3QGYdUBZVlqOBEMuEVw8zioY93N54NcKj9UuAXQEa9zgTDBg=="));
  CHECK_FALSE(binance::ed25519_verifies(spki, order, "not base64"));
  CHECK_FALSE(binance::ed25519_verifies("", order, ""));

  auto settings = round_exchange();
  settings.accounts[0].api_key = "4yNzx3yWC5bS6YTwEkSRaC0nRmSQIIStAUOh1b6kqaBrTLIhjCpI5lJH8q8R8WNO";
  settings.accounts[0].ed25519_public = spki;
  VenueClient desk{settings};
  desk.now = wall_from_ns(1649729878532 * 1'000'000);
  const auto id = desk.open("/ws-api/v3");
  CHECK(desk.ask(id, "userDataStream.subscribe", {}, false)["/status"] == "401");
  desk.say(
      id,
      R"({"id":2,"method":"session.logon","params":{"apiKey":")" + settings.accounts[0].api_key +
          R"(","timestamp":1649729878532,"signature":)"
          R"("NBJq5sX1RkU7ta3XDctruMgnrhyBcouMvvPIxxQSCUbVWxhp3ai6W7a0Iip/3nOwmJxkVIv6n20cekYCOa5qAg=="}})");
  CHECK(Json{desk.heard[id].back()}["/status"] == "200");
  CHECK(desk.ask(id, "userDataStream.subscribe", {}, false)["/result/subscriptionId"] == "0");
  CHECK(desk.ask(id, "account.status", {}, false)["/result/canTrade"] == "true");
}

TEST_CASE("what is not signed properly is refused by its own code", "[binance][auth]") {
  VenueClient desk;
  const auto key = "X-MBX-APIKEY: " + desk.key + "\r\n";
  const auto code = [&](const std::string& query, const std::string& headers) {
    const auto said = desk.raw("GET", "/api/v3/account?" + query, headers);
    return std::to_string(said.status) + " " + said.json["/code"];
  };
  const auto good = desk.signed_form("");
  CHECK(code(good, key) == "200 (none)");
  CHECK(code(good, "") == "401 -2014");
  CHECK(code(good, "X-MBX-APIKEY: not-a-key!\r\n") == "401 -2014");
  CHECK(code(good, "X-MBX-APIKEY: someoneElse\r\n") == "401 -2015");
  CHECK(code(good.substr(0, good.size() - 1) + "x", key) == "400 -1022");
  CHECK(code(good + "&omitZeroBalances=true", key) == "400 -1022");  // the signature comes last
  CHECK(code("timestamp=" + std::to_string(desk.now_ms()), key) == "400 -1102");
  CHECK(code("signature=ab", key) == "400 -1102");
  CHECK(code("", key) == "400 -1102");
}

TEST_CASE("requests outside the receive window are refused", "[binance][auth]") {
  VenueClient desk;
  const auto account = [&](std::int64_t off_ms, const std::string& window = {}) {
    const auto form = window + "timestamp=" + std::to_string(desk.now_ms() + off_ms);
    return desk.raw(
        "GET",
        "/api/v3/account?" + form + "&signature=" + binance::hmac_sha256_hex(desk.secret, form),
        "X-MBX-APIKEY: " + desk.key + "\r\n");
  };
  CHECK(account(0).status == 200);
  CHECK(account(-5000).status == 200);
  CHECK(account(-5001).json["/msg"] == "Timestamp for this request is outside of the recvWindow.");
  CHECK(account(999).status == 200);
  CHECK(account(1000).json["/msg"] ==
        "Timestamp for this request was 1000ms ahead of the server's time.");
  CHECK(account(-200, "recvWindow=100&").json["/code"] == "-1021");
  CHECK(account(-200, "recvWindow=200.5&").status == 200);
  CHECK(account(0, "recvWindow=60001&").json["/code"] == "-1131");
}
