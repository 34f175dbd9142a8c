#include "connectors/binance/hosts.hpp"

#include <catch2/catch.hpp>

using namespace signalbox;
using namespace signalbox::binance;

TEST_CASE("each network has hosts of its own", "[binance][hosts]") {
  const auto live = hosts_of(Network::live).value();
  const auto testnet = hosts_of(Network::testnet).value();
  const auto demo = hosts_of(Network::demo).value();
  CHECK(live.rest.host == "api.binance.com");
  CHECK(testnet.rest.host == "testnet.binance.vision");
  CHECK(testnet.user_stream.host == "ws-api.testnet.binance.vision");
  CHECK(testnet.market_stream.host == "stream.testnet.binance.vision");
  for (const auto& other : {testnet, demo})
    for (const auto* each : {&other.rest, &other.user_stream, &other.market_stream}) {
      CHECK(each->tls);
      for (const auto* real : {&live.rest, &live.user_stream, &live.market_stream})
        CHECK(each->host != real->host);
    }
}

TEST_CASE("only this machine may stand in for the venue", "[binance][hosts]") {
  Hosts here;
  here.rest = {.host = "api.binance.com", .port = 7001, .address = "127.0.0.1"};
  here.user_stream = {.host = "localhost", .port = 7001};
  here.market_stream = {.host = "127.0.0.1", .port = 7001, .tls = false};
  REQUIRE(hosts_of(Network::live, here));
  CHECK(hosts_of(Network::live, here)->rest.port == 7001);

  auto away = here;
  away.market_stream = {.host = "stream.binance.com"};
  CHECK_FALSE(hosts_of(Network::testnet, away));
  away = here;
  away.rest.address = "10.0.0.7";
  CHECK_FALSE(hosts_of(Network::testnet, away));
}

TEST_CASE("the Host header names an unusual port", "[binance][hosts]") {
  CHECK(host_header({.host = "api.binance.com"}) == "api.binance.com");
  CHECK(host_header({.host = "localhost", .port = 7001}) == "localhost:7001");
  CHECK(host_header({.host = "localhost", .port = 80, .tls = false}) == "localhost");
}
