#include <catch2/catch.hpp>

#include "tests/transport/http_fixture.hpp"

using namespace signalbox;
using namespace signalbox::test;
using namespace std::chrono_literals;

namespace {

/// Answers when told to, and remembers what came in which order.
struct HoldingServer {
  struct Held {
    int connection = 0;
    std::string path;
  };
  std::vector<Held> came;

  explicit HoldingServer(HttpStage& stage) : server(stage.server) {
    server.on_bytes(each_request([this](auto& peer, const std::string& request) {
      came.push_back({peer.number(), request.substr(5, request.find(' ', 5) - 5)});
    }));
  }
  void answer(std::size_t i) { server.peer(came[i].connection)->write(http_answer("done")); }
  ScriptedServer& server;
};

}  // namespace

TEST_CASE("whoever trusts the same authorities shares one TLS context while it lasts", "[tls]") {
  const TestAuthority authority, other;
  const TlsOptions here{.ca_file = authority.ca_file()};
  const auto first = *TlsContext::shared(here);
  CHECK(*TlsContext::shared(here) == first);
  CHECK(*TlsContext::shared({.ca_file = other.ca_file()}) != first);
  CHECK_FALSE(TlsContext::shared({.ca_file = "/nowhere"}));
}

SCENARIO("a server that cannot prove its name gets no byte of a request", "[http][tls][I5]") {
  TestAuthority stranger;
  HttpStage stage;
  std::string reason;
  bool received = false;
  stage.server.on_bytes([&](auto&, std::string&) { received = true; });

  SECTION("an authority of the same name but another key") {
    stage.tls = *TlsContext::make({.ca_file = stranger.ca_file()});
    reason = "certificate refused: certificate signature failure";
  }
  SECTION("the system's authorities do not know the test's") {
    stage.tls = *TlsContext::make();
    reason = "certificate refused:";
  }
  SECTION("another name") {
    stage.options.endpoint.host = "api.example.com";
    reason = "certificate refused: hostname mismatch";
  }
  SECTION("another address") {
    stage.options.endpoint.host = "127.0.0.1";
    reason = "certificate refused: IP address mismatch";
  }

  stage.connect();
  stage.get(1);
  REQUIRE(stage.answered(1));
  CHECK(stage.seen.of(1).failure == HttpFailure::not_sent);
  CHECK_THAT(stage.seen.of(1).why, Catch::Contains(reason));
  CHECK_THAT(stage.seen.of(1).why, Catch::Contains(stage.options.endpoint.host));
  CHECK_FALSE(received);
}

SCENARIO("a certificate past its time is refused", "[http][tls]") {
  TestAuthority authority;
  TestLoop loop;
  ScriptedServer server{loop.io(), authority.issue_expired("localhost")};
  HttpRecorder seen;
  HttpPoolOptions options;
  options.endpoint = {"localhost", server.port(), true, "127.0.0.1"};
  const auto pool = *HttpPool::make(loop.io(), loop.clock, loop.random, seen,
                                    *TlsContext::make({.ca_file = authority.ca_file()}), options);
  pool->send(1, "GET / HTTP/1.1\r\n\r\n", loop.in(5s));
  REQUIRE(loop.run_until([&] { return seen.calls(1) > 0; }));
  CHECK(seen.of(1).failure == HttpFailure::not_sent);
  CHECK_THAT(seen.of(1).why, Catch::Contains("certificate has expired"));
}

SCENARIO("a numeric address is a name as well", "[http][tls]") {
  TestAuthority authority;
  TestLoop loop;
  ScriptedServer server{loop.io(), authority.issue("127.0.0.1")};
  server.on_bytes(each_request([](auto& peer, const auto&) { peer.write(http_answer("ok")); }));
  HttpRecorder seen;
  HttpPoolOptions options;
  options.endpoint = {"127.0.0.1", server.port(), true, ""};
  const auto pool = *HttpPool::make(loop.io(), loop.clock, loop.random, seen,
                                    *TlsContext::make({.ca_file = authority.ca_file()}), options);
  pool->send(1, "GET / HTTP/1.1\r\n\r\n", loop.in(5s));
  REQUIRE(loop.run_until([&] { return seen.calls(1) > 0; }));
  CHECK(seen.of(1).body == "ok");
}

SCENARIO("what cannot be a safe connection is refused when it is made", "[http][tls]") {
  TestLoop loop;
  HttpRecorder seen;
  const auto made = [&](Endpoint endpoint) {
    HttpPoolOptions options;
    options.endpoint = std::move(endpoint);
    return HttpPool::make(loop.io(), loop.clock, loop.random, seen, nullptr, options);
  };
  const auto plain = made({"api.binance.com", 80, false, ""});
  REQUIRE_FALSE(plain);
  CHECK(plain.error().fault == Fault::refused);
  CHECK(plain.error().what ==
        "plain (not TLS) connections are made only to this machine, not to api.binance.com");
  CHECK_FALSE(made({"localhost", 80, false, "10.1.2.3"}));
  CHECK_FALSE(made({"127.1.2.3.example.com", 80, false, ""}));
  CHECK_FALSE(made({"", 443, true, ""}));
  CHECK_FALSE(made({"localhost", 0, true, ""}));
  CHECK_FALSE(made({"localhost", 443, true, "not-a-number"}));
  CHECK_FALSE(made({"evil.com/\r\nHost: x", 443, true, ""}));
  CHECK_FALSE(made({"api.binance.com", 443, true, ""}));  // TLS without a context
  CHECK_FALSE(TlsContext::make({.ca_file = "/nowhere/ca.pem"}));
}

SCENARIO("a server that is not there", "[http]") {
  HttpStage stage;
  stage.options.lanes = 3;
  stage.server.stop_accepting();
  stage.connect();
  WHEN("a request waits for a connection") {
    stage.get(1);
    THEN("it is not sent, and the reason says what happened") {
      REQUIRE(stage.answered(1));
      CHECK(stage.seen.of(1).failure == HttpFailure::not_sent);
      CHECK_THAT(stage.seen.of(1).why, Catch::Contains("connect failed: Connection refused"));
    }
  }
}

SCENARIO("a server that accepts and says nothing", "[http]") {
  // A plain server under a TLS client: the handshake never comes to an end.
  HttpStage stage{false};
  stage.options.endpoint.tls = true;
  stage.options.connect_within = 20ms;
  stage.connect();
  stage.get(1);
  REQUIRE(stage.answered(1));
  CHECK(stage.seen.of(1).failure == HttpFailure::not_sent);
  CHECK_THAT(stage.seen.of(1).why, Catch::Contains("no connection within the time allowed"));
}

SCENARIO("a cancel never overtakes its order", "[http]") {
  HttpStage stage;
  stage.options.lanes = 3;
  stage.options.exit_lanes = 1;
  HoldingServer server{stage};
  REQUIRE(stage.up());
  constexpr HttpRoute order{.key = 42};
  constexpr HttpRoute cancel{.key = 42, .exit = true};

  stage.get(1, 5s, order);
  stage.get(2, 5s, cancel);
  stage.get(3, 5s, cancel);
  stage.get(4, 5s, {.key = 43});
  REQUIRE(stage.loop.run_until([&] { return server.came.size() == 2; }));
  stage.loop.run_ready();
  REQUIRE(server.came.size() == 2);  // though a connection is free
  CHECK(server.came[0].path == "1");
  CHECK(server.came[1].path == "4");

  WHEN("the order is answered") {
    server.answer(0);
    THEN("its cancels follow one by one") {
      REQUIRE(stage.loop.run_until([&] { return server.came.size() == 3; }));
      CHECK(server.came[2].path == "2");
      CHECK(stage.seen.of(1).status == 200);
      server.answer(2);
      REQUIRE(stage.loop.run_until([&] { return server.came.size() == 4; }));
      CHECK(server.came[3].path == "3");
    }
  }
  WHEN("the order's connection is lost") {
    stage.server.peer(server.came[0].connection)->cut();
    THEN("the order is unknown and its cancel goes by another connection") {
      REQUIRE(stage.loop.run_until([&] { return server.came.size() == 3; }));
      CHECK(stage.seen.of(1).failure == HttpFailure::unknown);
      CHECK(server.came[2].path == "2");
    }
  }
}

SCENARIO("waiting exits go first, but not before their order", "[http]") {
  HttpStage stage;  // one connection for all
  HoldingServer server{stage};
  REQUIRE(stage.up());
  stage.get(1);
  stage.get(2, 5s, {.key = 7});                // an entry that waits
  stage.get(3, 5s, {.key = 7, .exit = true});  // its cancel
  stage.get(4, 5s, {.key = 8, .exit = true});  // another order's exit
  std::string order;
  for (std::size_t i = 0; i < 4; ++i) {
    REQUIRE(stage.loop.run_until([&] { return server.came.size() == i + 1; }));
    order += server.came[i].path;
    server.answer(i);
  }
  CHECK(order == "1423");
}

SCENARIO("entries leave a connection free for exits", "[http]") {
  HttpStage stage;
  stage.options.lanes = 2;
  stage.options.exit_lanes = 1;
  stage.options.waiting_max = 4;
  stage.options.exit_waiting = 2;
  HoldingServer server{stage};
  REQUIRE(stage.up());
  constexpr HttpRoute exit{.exit = true};

  stage.get(1);
  stage.get(2);
  stage.get(3);
  stage.get(4);  // one under way, two waiting: the entries' places are taken
  REQUIRE(stage.answered(4));
  CHECK(stage.seen.of(4).failure == HttpFailure::not_sent);
  CHECK_THAT(stage.seen.of(4).why, Catch::Contains("too many requests are waiting"));

  stage.get(5, 5s, exit);
  stage.get(6, 5s, exit);
  REQUIRE(stage.loop.run_until([&] { return server.came.size() == 2; }));
  CHECK(server.came[0].path == "1");
  CHECK(server.came[1].path == "5");

  // The next free connection goes to the exit, though entries waited longer.
  server.answer(0);
  REQUIRE(stage.loop.run_until([&] { return server.came.size() == 3; }));
  CHECK(server.came[2].path == "6");
  server.answer(1);
  server.answer(2);
  REQUIRE(stage.loop.run_until([&] { return server.came.size() == 4; }));
  CHECK(server.came[3].path == "2");
  server.answer(3);
  REQUIRE(stage.loop.run_until([&] { return server.came.size() == 5; }));
  CHECK(server.came[4].path == "3");
}

SCENARIO("what never left is said so", "[http]") {
  HttpStage stage;
  HoldingServer server{stage};
  REQUIRE(stage.up());
  const auto refused = [&](HttpToken token, const std::string& reason) {
    REQUIRE(stage.answered(token));
    CHECK(stage.seen.of(token).failure == HttpFailure::not_sent);
    CHECK_THAT(stage.seen.of(token).why, Catch::Contains(reason));
    stage.loop.run_ready();
    for (const auto& each : server.came) CHECK(each.path != std::to_string(token));
  };
  SECTION("its deadline had passed") {
    stage.get(1, -1ns);
    CHECK(stage.seen.calls(1) == 0);  // never from inside `send`
    refused(1, "its deadline had passed");
  }
  SECTION("it waited behind another until its deadline") {
    stage.get(1);
    stage.get(2, 20ms);
    refused(2, "no connection was free before the deadline");
  }
  SECTION("it is larger than allowed") {
    stage.pool->send(1, std::string(stage.options.request_bytes_max + 1, 'x'), stage.loop.in(5s));
    refused(1, "the request is too large");
  }
  SECTION("the lane was stopped before") {
    stage.pool->stop();
    stage.get(1);
    refused(1, "the lane is stopped");
  }
}

SCENARIO("a write that takes no byte goes another way", "[http]") {
  HttpStage stage;
  HoldingServer server{stage};
  REQUIRE(stage.up());
  // The reset is in the socket before the loop could see it.
  stage.server.peer(1)->reset();
  stage.get(1);
  REQUIRE(stage.loop.run_until([&] { return server.came.size() == 1; }));
  CHECK(server.came[0].connection == 2);
  server.answer(0);
  REQUIRE(stage.answered(1));
  CHECK(stage.seen.of(1).status == 200);
}

SCENARIO("a write into a connection that was just closed is unknown", "[http][I2]") {
  HttpStage stage;
  HoldingServer server{stage};
  REQUIRE(stage.up());
  stage.server.peer(1)->cut();  // the kernel still takes our bytes
  stage.get(1);
  REQUIRE(stage.answered(1));
  CHECK(stage.seen.of(1).failure == HttpFailure::unknown);
  CHECK(server.came.empty());
}

SCENARIO("a lane that is ended leaves no token without its call", "[http][I3]") {
  HttpStage stage;
  HoldingServer server{stage};
  stage.options.lanes = 2;
  REQUIRE(stage.up());
  for (HttpToken token = 1; token <= 6; ++token) stage.get(token);
  stage.get(7, -1s);  // owed, but the loop does not come to it
  REQUIRE(stage.loop.run_until([&] { return server.came.size() == 2; }));

  SECTION("by stop") {
    stage.pool->stop();
    stage.loop.run_ready();
  }
  SECTION("by its destructor") { stage.pool.reset(); }
  SECTION("by its destructor, with the loop stopped") {
    stage.get(8, -1s);
    stage.pool.reset();
    CHECK(stage.seen.calls(8) == 1);
  }
  for (HttpToken token = 1; token <= 7; ++token) REQUIRE(stage.seen.calls(token) == 1);
  CHECK(stage.seen.of(1).failure == HttpFailure::unknown);
  CHECK(stage.seen.of(2).failure == HttpFailure::unknown);
  for (HttpToken token = 3; token <= 7; ++token)
    CHECK(stage.seen.of(token).failure == HttpFailure::not_sent);
  stage.loop.run_ready();
  CHECK(stage.seen.entries.size() <= 8);
}

SCENARIO("a sink may end its lane from inside an answer", "[http]") {
  HttpStage stage;
  stage.server.on_bytes(
      each_request([](auto& peer, const auto&) { peer.write(http_answer("ok")); }));
  REQUIRE(stage.up());
  stage.seen.then = [&](HttpToken token) {
    if (token == 1) stage.pool->stop();
  };
  stage.get(1);
  stage.get(2);
  REQUIRE(stage.answered(1));
  REQUIRE(stage.answered(2));
  CHECK(stage.seen.of(1).status == 200);
  CHECK(stage.seen.of(2).failure == HttpFailure::not_sent);
}

SCENARIO("a connection idle for too long is replaced", "[http]") {
  HttpStage stage;
  stage.options.idle_max = 20ms;
  HoldingServer server{stage};
  stage.connect();
  REQUIRE(stage.loop.run_until([&] { return stage.server.handshakes() >= 2; }));
  REQUIRE(stage.loop.run_until([&] { return stage.pool->health().lanes_up == 1; }));
}

SCENARIO("while no connection stands, one at a time is tried", "[http]") {
  HttpStage stage{false};
  stage.options.lanes = 4;
  stage.options.endpoint.tls = true;  // against a plain server: no handshake ever ends
  stage.options.connect_within = 30ms;
  int most = 0;
  stage.server.on_peer([&](auto&) { most = std::max(most, stage.server.standing()); });
  stage.connect();
  REQUIRE(stage.loop.run_until([&] { return stage.server.handshakes() >= 3; }));
  CHECK(most <= 2);  // the one tried, and perhaps one whose end was not seen yet
}
