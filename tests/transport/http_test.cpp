#include <catch2/catch.hpp>

#include "tests/transport/http_fixture.hpp"

using namespace signalbox;
using namespace signalbox::test;
using namespace std::chrono_literals;

namespace {

std::string path_of(const std::string& request) {
  return request.substr(5, request.find(' ', 5) - 5);
}

}  // namespace

SCENARIO("requests reuse a warm connection", "[http]") {
  const bool secure = GENERATE(true, false);
  HttpStage stage{secure};
  std::vector<std::string> requests;
  stage.server.on_bytes(each_request([&](auto& peer, const std::string& request) {
    requests.push_back(request);
    peer.write(http_answer("you asked for " + path_of(request), "X-Used: 7\r\n"));
  }));
  REQUIRE(stage.up());

  WHEN("twenty requests follow each other") {
    for (HttpToken token = 1; token <= 20; ++token) {
      stage.get(token);
      REQUIRE(stage.seen.calls(token) == 0);  // never from inside `send`
      REQUIRE(stage.answered(token));
    }
    THEN("each has its own answer, all over one handshake") {
      for (HttpToken token = 1; token <= 20; ++token) {
        CHECK(stage.seen.of(token).status == 200);
        CHECK(stage.seen.of(token).body == "you asked for " + std::to_string(token));
        CHECK(header_value(stage.seen.of(token).headers, "x-used") == "7");
      }
      CHECK(stage.server.handshakes() == 1);
      CHECK(requests[2] == "GET /3 HTTP/1.1\r\nHost: localhost\r\n\r\n");
    }
  }

  WHEN("the sink asks again from inside the answer") {
    stage.seen.then = [&](HttpToken token) {
      if (token < 5) stage.get(token + 1);
    };
    stage.get(1);
    REQUIRE(stage.answered(5));
    THEN("nothing is mixed up") {
      for (HttpToken token = 1; token <= 5; ++token)
        CHECK(stage.seen.of(token).body == "you asked for " + std::to_string(token));
      CHECK(stage.server.handshakes() == 1);
    }
  }
}

SCENARIO("answers come in many shapes", "[http]") {
  HttpStage stage;
  std::string answer;
  bool dripped = false;
  stage.server.on_bytes(each_request(
      [&](auto& peer, const std::string&) { dripped ? peer.drip(answer) : peer.write(answer); }));
  REQUIRE(stage.up());
  dripped = GENERATE(false, true);

  SECTION("chunked, with an extension and a trailer") {
    answer =
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
        "5\r\nhello\r\n7;note=x\r\n, world\r\n0\r\nX-Trailer: 1\r\n\r\n";
    stage.get(1);
    REQUIRE(stage.answered(1));
    CHECK(stage.seen.of(1).body == "hello, world");
    stage.get(2);
    REQUIRE(stage.answered(2));
    CHECK(stage.server.handshakes() == 1);
  }
  SECTION("an interim answer before the real one") {
    answer = "HTTP/1.1 100 Continue\r\n\r\n" + http_answer("real");
    stage.get(1);
    REQUIRE(stage.answered(1));
    CHECK(stage.seen.of(1).body == "real");
  }
  SECTION("an error status is an answer") {
    answer = http_answer(R"({"code":-1003})", "Retry-After: 3\r\n", "429 Too Many Requests");
    stage.get(1);
    REQUIRE(stage.answered(1));
    CHECK(stage.seen.of(1).status == 429);
    CHECK(header_value(stage.seen.of(1).headers, "Retry-After") == "3");
  }
  SECTION("no body at all") {
    answer = "HTTP/1.1 204 No Content\r\n\r\n";
    stage.get(1);
    REQUIRE(stage.answered(1));
    CHECK(stage.seen.of(1).status == 204);
    CHECK(stage.seen.of(1).body.empty());
  }
}

SCENARIO("a large answer arrives whole", "[http]") {
  HttpStage stage;
  std::string body;
  for (int i = 0; body.size() < 3'000'000; ++i) body += std::to_string(i) + ",";
  stage.server.on_bytes(
      each_request([&](auto& peer, const std::string&) { peer.write(http_answer(body)); }));
  REQUIRE(stage.up());
  for (HttpToken token = 1; token <= 2; ++token) {
    stage.get(token);
    REQUIRE(stage.answered(token));
    CHECK((stage.seen.of(token).body == body));  // not printed
  }
}

SCENARIO("a large request goes out whole though the server reads slowly", "[http]") {
  HttpStage stage;
  stage.options.request_bytes_max = std::size_t{32} << 20;
  std::size_t got = 0;
  stage.server.on_bytes(each_request([&](auto& peer, const std::string& request) {
    got = request.size();
    peer.write(http_answer("ok"));
  }));
  REQUIRE(stage.up());
  const std::string body(16'000'000, 'x');  // more than any socket buffer
  const auto request =
      "POST / HTTP/1.1\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
  stage.pool->send(1, request, stage.loop.in(20s));
  REQUIRE(stage.loop.run_until([&] { return stage.seen.calls(1) > 0; }, 20s));
  CHECK(stage.seen.of(1).body == "ok");
  CHECK(got == request.size());
}

SCENARIO("after bytes left, no complete answer means unknown", "[http][I2]") {
  HttpStage stage;
  stage.options.answer.header_bytes_max = 1000;
  stage.options.answer.body_bytes_max = 5000;
  std::function<void(ScriptedServer::Peer&)> act;
  stage.server.on_bytes(each_request([&](auto& peer, const std::string& request) {
    if (path_of(request) == "1") return act(peer);
    peer.write(http_answer("fine"));
  }));
  REQUIRE(stage.up());
  auto within = 5000ms;
  std::string reason;

  SECTION("the server hangs up before answering") {
    act = [](auto& peer) { peer.finish(); };
    reason = "closed by the server";
  }
  SECTION("the server hangs up in the middle of the head") {
    act = [](auto& peer) { peer.write("HTTP/1.1 200 OK\r\nContent-Le"), peer.finish(); };
    reason = "closed by the server";
  }
  SECTION("the server hangs up in the middle of the body") {
    act = [](auto& peer) {
      peer.write("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf"), peer.finish();
    };
    reason = "closed by the server";
  }
  SECTION("the server dies in the middle of the body") {
    act = [](auto& peer) {
      peer.write("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf"), peer.cut();
    };
    reason = "cut off by the peer";
  }
  SECTION("the connection is cut inside a body without a length") {
    act = [](auto& peer) { peer.write("HTTP/1.1 200 OK\r\n\r\nhalf"), peer.cut(); };
    reason = "cut off by the peer";
  }
  SECTION("the connection is reset") {
    act = [](auto& peer) { peer.reset(); };
    reason = "";  // the system's words
  }
  SECTION("the deadline passes in silence") {
    act = [](auto&) {};
    within = 30ms;
    reason = "no complete answer before the deadline";
  }
  SECTION("the deadline passes in the middle of the body") {
    act = [](auto& peer) { peer.write("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf"); };
    within = 30ms;
    reason = "no complete answer before the deadline";
  }
  SECTION("garbage comes instead of HTTP") {
    act = [](auto& peer) { peer.write("\x15\x03\x01 nonsense"); };
    reason = "malformed answer: the answer is not HTTP/1";
  }
  SECTION("the head does not end") {
    act = [](auto& peer) { peer.write("HTTP/1.1 200 OK\r\nX: " + std::string(2000, 'x')); };
    reason = "malformed answer: the headers are too large";
  }
  SECTION("the body is announced too large") {
    act = [](auto& peer) { peer.write("HTTP/1.1 200 OK\r\nContent-Length: 5001\r\n\r\n"); };
    reason = "malformed answer: the body is too large";
  }
  SECTION("the body grows too large in chunks") {
    act = [](auto& peer) {
      peer.write("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n");
      for (int i = 0; i < 6; ++i) peer.write("3e8\r\n" + std::string(1000, 'x') + "\r\n");
    };
    reason = "malformed answer: the body is too large";
  }
  SECTION("two lengths") {
    act = [](auto& peer) {
      peer.write("HTTP/1.1 200 OK\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n");
    };
    reason = "malformed answer: the answer has two lengths";
  }

  stage.get(1, within);
  REQUIRE(stage.answered(1));
  CHECK(stage.seen.of(1).failure == HttpFailure::unknown);
  CHECK_THAT(stage.seen.of(1).why, Catch::Contains(reason));
  CHECK(stage.pool->health().unknown == 1);

  // That connection is gone for good; the next request has a new one, and was sent only once.
  stage.get(2);
  REQUIRE(stage.answered(2));
  CHECK(stage.seen.of(2).body == "fine");
  CHECK(stage.server.handshakes() == 2);
  CHECK(stage.seen.calls(1) == 1);
}

SCENARIO("an answer ended by the end of its connection is complete", "[http]") {
  HttpStage stage;
  stage.server.on_bytes(each_request([&](auto& peer, const std::string&) {
    peer.write("HTTP/1.1 403 Forbidden\r\n\r\nwhole");
    peer.finish();
  }));
  REQUIRE(stage.up());
  stage.get(1);
  REQUIRE(stage.answered(1));
  CHECK(stage.seen.of(1).status == 403);
  CHECK(stage.seen.of(1).body == "whole");
}

SCENARIO("a connection the server closed while idle costs nothing", "[http]") {
  HttpStage stage;
  stage.server.on_bytes(each_request([&](auto& peer, const std::string&) {
    peer.write(http_answer("fine", peer.number() == 1 ? "Connection: close\r\n" : ""));
  }));
  REQUIRE(stage.up());

  SECTION("announced with the answer") {
    stage.get(1);
    REQUIRE(stage.answered(1));
    CHECK(stage.seen.of(1).body == "fine");
  }
  SECTION("out of the blue") { stage.server.peer(1)->finish(); }
  SECTION("with bytes that nobody asked for") {
    stage.server.peer(1)->write(http_answer("a timeout notice", {}, "408 Request Timeout"));
  }
  SECTION("by a crash") { stage.server.peer(1)->reset(); }

  // The pool sees it and reconnects before anybody asks.
  REQUIRE(stage.loop.run_until([&] { return stage.server.handshakes() == 2; }));
  REQUIRE(stage.loop.run_until([&] { return stage.pool->health().lanes_up == 1; }));
  stage.get(2);
  REQUIRE(stage.answered(2));
  CHECK(stage.seen.of(2).body == "fine");
  CHECK(stage.pool->health().unknown == 0);
}

SCENARIO("a second connection resumes the first one's TLS session", "[http][tls]") {
  HttpStage stage;
  std::vector<bool> resumed;
  stage.server.on_peer([&](auto& peer) { resumed.push_back(peer.resumed()); });
  stage.server.on_bytes(each_request([&](auto& peer, const std::string&) {
    peer.write(http_answer("bye", "Connection: close\r\n"));
  }));
  REQUIRE(stage.up());
  stage.get(1);
  REQUIRE(stage.answered(1));
  stage.get(2);
  REQUIRE(stage.answered(2));
  REQUIRE(resumed.size() >= 2);
  CHECK_FALSE(resumed[0]);
  CHECK(resumed[1]);
}
