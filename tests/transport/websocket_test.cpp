#include "connectors/transport/websocket.hpp"

#include <catch2/catch.hpp>
#include <map>

#include "tests/transport/scripted_server.hpp"
#include "tests/transport/test_loop.hpp"
#include "tests/transport/ws_wire.hpp"

using namespace signalbox;
using namespace signalbox::test;
using namespace std::chrono_literals;

namespace {

struct WsRecorder : WsSink {
  int opened = 0;
  std::vector<std::string> frames;
  std::vector<std::string> closed;
  std::function<void()> on_opened, on_each_frame, on_end;

  void on_open() override {
    ++opened;
    if (on_opened) on_opened();
  }
  void on_frame(std::string_view frame) override {
    frames.emplace_back(frame);
    if (on_each_frame) on_each_frame();
  }
  void on_closed(std::string_view why) override {
    closed.emplace_back(why);
    if (on_end) on_end();
  }
  void on_refused(int http_status) override { refused = http_status; }
  int refused = 0;
};

/// A server that accepts every websocket, keeps what clients send, and does what a test says.
struct WsStage {
  TestAuthority authority;
  TestLoop loop;
  ScriptedServer server;
  WsRecorder seen;
  WebSocketOptions options;
  std::unique_ptr<WebSocket> socket;
  std::string request;           // the last opening request
  std::vector<WsFrame> came;     // the clients' frames
  std::map<int, bool> accepted;  // connections that are websockets by now
  std::function<void(ScriptedServer::Peer&, const WsFrame&)> on_frame;
  bool keeps_close_unanswered = false;

  explicit WsStage(bool secure = true)
      : server(loop.io(), secure ? std::optional{authority.issue("localhost")} : std::nullopt) {
    options.endpoint = {"localhost", server.port(), secure, "127.0.0.1"};
    server.on_bytes([this](auto& peer, std::string& received) {
      if (!accepted[peer.number()]) {
        const auto answer = ws_accept(received, &request);
        if (!answer) return;
        accepted[peer.number()] = true;
        peer.write(*answer);
      }
      while (const auto frame = ws_take(received)) {
        came.push_back(*frame);
        if (on_frame) on_frame(peer, *frame);
        if (frame->op == WsOp::close && !keeps_close_unanswered) {
          peer.write(ws_close(1000));
          peer.finish();
        }
      }
    });
  }
  void make() {
    socket = *WebSocket::make(loop.io(), loop.clock, seen,
                              *TlsContext::make({.ca_file = authority.ca_file()}), options);
  }
  [[nodiscard]] bool open() {
    make();
    socket->open("/ws/stream?x=1", loop.in(5s));
    return loop.run_until([&] { return seen.opened == 1; });
  }
  void from_server(std::string_view bytes, int connection = 1) {
    server.peer(connection)->write(bytes);
  }
  [[nodiscard]] bool wait_frames(std::size_t n) {
    return loop.run_until([&] { return seen.frames.size() >= n; });
  }
  [[nodiscard]] bool wait_came(std::size_t n) {
    return loop.run_until([&] { return came.size() >= n; });
  }
  [[nodiscard]] bool wait_closed(std::size_t n = 1) {
    return loop.run_until([&] { return seen.closed.size() >= n; });
  }
  /// Lets everything that could still happen happen.
  void settle() {
    for (int i = 0; i < 20; ++i) loop.run_ready();
  }
};

}  // namespace

SCENARIO("frames travel both ways", "[websocket]") {
  WsStage stage{GENERATE(true, false)};
  stage.options.headers = {{"X-MBX-APIKEY", "abc"}};
  stage.on_frame = [](auto& peer, const WsFrame& frame) {
    if (frame.op == WsOp::text) peer.write(ws_frame(WsOp::text, "echo " + frame.payload));
  };
  REQUIRE(stage.open());
  CHECK_THAT(stage.request, Catch::StartsWith("GET /ws/stream?x=1 HTTP/1.1\r\n"));
  CHECK_THAT(stage.request,
             Catch::Contains("Host: localhost:" + std::to_string(stage.server.port()) + "\r\n"));
  CHECK_THAT(stage.request, Catch::Contains("X-MBX-APIKEY: abc\r\n"));
  CHECK_THAT(stage.request, !Catch::Contains("deflate"));

  const std::string large(100'000, 'x');  // several writes, still one frame
  REQUIRE(stage.socket->send("one"));
  REQUIRE(stage.socket->send("two"));
  REQUIRE(stage.socket->send(large));
  REQUIRE(stage.wait_frames(3));
  CHECK(stage.seen.frames[0] == "echo one");
  CHECK(stage.seen.frames[1] == "echo two");
  CHECK((stage.seen.frames[2] == "echo " + large));  // not printed
  REQUIRE(stage.came.size() == 3);
  for (const auto& frame : stage.came) {
    CHECK(frame.last);
    CHECK(frame.masked);
    CHECK_FALSE(frame.compressed);
  }
}

SCENARIO("a message in pieces arrives as one, with a ping answered in between", "[websocket]") {
  WsStage stage;
  REQUIRE(stage.open());
  stage.from_server(ws_frame(WsOp::text, "half ", false));
  stage.from_server(ws_frame(WsOp::ping, "are you there"));
  stage.from_server(ws_frame(WsOp::more, "and half"));
  stage.from_server(ws_frame(WsOp::binary, "next"));
  REQUIRE(stage.wait_frames(2));
  CHECK(stage.seen.frames[0] == "half and half");
  CHECK(stage.seen.frames[1] == "next");
  REQUIRE(stage.wait_came(1));
  CHECK(stage.came[0].op == WsOp::pong);
  CHECK(stage.came[0].payload == "are you there");
}

SCENARIO("a connection that ends says why, once", "[websocket]") {
  WsStage stage;
  stage.options.frame_bytes_max = 1000;
  std::string reason;
  REQUIRE(stage.open());
  auto& peer = *stage.server.peer(1);

  SECTION("the server says goodbye") {
    peer.write(ws_close(1001));
    reason = "closed by the server, code 1001";
  }
  SECTION("the server closes without a goodbye") {
    peer.finish();
    reason = "closed by the server without a goodbye";
  }
  SECTION("the server dies") {
    peer.cut();
    reason = "connection lost: cut off by the peer";
  }
  SECTION("a reset") {
    peer.reset();
    reason = "connection lost: Connection reset by peer";
  }
  SECTION("a frame that is too large") {
    peer.write(ws_frame(WsOp::text, std::string(1001, 'x')));
    reason = "a frame above 1000 bytes";
  }
  SECTION("a message that is too large in pieces") {
    peer.write(ws_frame(WsOp::text, std::string(600, 'x'), false));
    peer.write(ws_frame(WsOp::more, std::string(600, 'x')));
    reason = "a frame above 1000 bytes";
  }
  SECTION("a frame that is announced as huge") {
    peer.write(std::string{"\x81\x7f\x7f\xff\xff\xff\xff\xff\xff\xff", 10});
    reason = "a frame above 1000 bytes";
  }
  SECTION("bytes that are no websocket") {
    peer.write(std::string(100, '\x77'));
    reason = "";
  }
  SECTION("text that is not UTF-8") {
    peer.write(ws_frame(WsOp::text, "\xff\xfe"));
    reason = "";
  }

  REQUIRE(stage.wait_closed());
  CHECK_THAT(stage.seen.closed[0], Catch::Contains(reason));
  CHECK_FALSE(stage.socket->send("too late"));
  stage.settle();
  CHECK(stage.seen.closed.size() == 1);
  CHECK(stage.seen.frames.empty());

  // It may be opened again.
  stage.socket->open("/again", stage.loop.in(5s));
  REQUIRE(stage.loop.run_until([&] { return stage.seen.opened == 2; }));
  stage.from_server(ws_frame(WsOp::text, "hello"), 2);
  REQUIRE(stage.wait_frames(1));
  CHECK(stage.seen.frames[0] == "hello");
  CHECK(stage.seen.closed.size() == 1);
}

SCENARIO("an opening that fails", "[websocket]") {
  WsStage stage;
  std::string reason;
  int refused_with = 0;
  auto within = 5000ms;
  const auto answer_with = [&](std::string bytes) {
    stage.server.on_bytes([bytes](auto& peer, std::string& received) {
      if (received.find("\r\n\r\n") == received.npos) return;
      received.clear();
      peer.write(bytes);
    });
  };

  SECTION("the server refuses the upgrade") {
    answer_with("HTTP/1.1 403 Forbidden\r\nContent-Length: 2\r\n\r\nno");
    reason = "refused: HTTP 403";
    refused_with = 403;
  }
  SECTION("the server accepts with the wrong key") {
    answer_with(
        "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        "Sec-WebSocket-Accept: AAAAAAAAAAAAAAAAAAAAAAAAAAA=\r\n\r\n");
    reason = "Sec-WebSocket-Accept";
  }
  SECTION("the server answers nonsense") {
    answer_with("what?\r\n\r\n");
    reason = "";
  }
  SECTION("the server does not answer in time") {
    answer_with("");
    within = 30ms;
    reason = "not open before its deadline";
  }
  SECTION("nobody listens") {
    stage.server.stop_accepting();
    reason = "connect failed: Connection refused";
  }
  SECTION("the certificate is for another name") {
    stage.options.endpoint.host = "stream.example.com";
    reason = "certificate refused: hostname mismatch";
  }
  SECTION("the deadline had passed") {
    within = -1ms;
    reason = "deadline";
  }

  stage.make();
  stage.socket->open("/", stage.loop.in(within));
  CHECK(stage.seen.closed.empty());
  REQUIRE(stage.wait_closed());
  CHECK_THAT(stage.seen.closed[0], Catch::Contains(reason) || Catch::Contains("time allowed"));
  stage.settle();
  CHECK(stage.seen.refused == refused_with);
  CHECK(stage.seen.closed.size() == 1);
  CHECK(stage.seen.opened == 0);
  CHECK_FALSE(stage.socket->send("no"));
}

SCENARIO("silence", "[websocket]") {
  WsStage stage;
  WHEN("the server says nothing for longer than the bound") {
    stage.options.silence_max = 30ms;
    REQUIRE(stage.open());
    REQUIRE(stage.wait_closed());
    THEN("the connection counts as dead") { CHECK(stage.seen.closed[0] == "silent for too long"); }
  }
  // Below, the bound is far above what a busy machine can make of the pause between two pings.
  WHEN("our pings are answered") {
    stage.options.silence_max = 300ms;
    stage.options.ping_every = 15ms;
    stage.on_frame = [](auto& peer, const WsFrame& frame) {
      if (frame.op == WsOp::ping) peer.write(ws_frame(WsOp::pong, frame.payload));
    };
    REQUIRE(stage.open());
    THEN("it stays") {
      REQUIRE(stage.wait_came(22));
      CHECK(stage.seen.closed.empty());
    }
  }
  WHEN("the server pings") {
    stage.options.silence_max = 300ms;
    REQUIRE(stage.open());
    stage.on_frame = [](auto& peer, const WsFrame& frame) {
      if (frame.op == WsOp::pong) peer.write(ws_frame(WsOp::ping, "again"));
    };
    stage.from_server(ws_frame(WsOp::ping, "first"));
    const auto until = stage.loop.in(330ms);
    THEN("it stays") {
      REQUIRE(stage.loop.run_until([&] { return stage.loop.clock.mono() > until; }));
      CHECK(stage.seen.closed.empty());
    }
  }
}

SCENARIO("closing", "[websocket]") {
  WsStage stage;
  WHEN("an open connection is closed") {
    REQUIRE(stage.open());
    stage.socket->close();
    CHECK(stage.seen.closed.empty());  // never from inside a method
    CHECK_FALSE(stage.socket->send("too late"));
    stage.from_server(ws_frame(WsOp::text, "crossing"));
    REQUIRE(stage.wait_closed());
    THEN("the server gets a goodbye and we nothing more") {
      CHECK(stage.seen.closed[0] == "closed by us");
      REQUIRE(stage.wait_came(1));
      CHECK(stage.came[0].op == WsOp::close);
      REQUIRE(stage.loop.run_until([&] { return stage.server.standing() == 0; }));
      CHECK(stage.seen.frames.empty());
      CHECK(stage.seen.closed.size() == 1);
    }
  }
  WHEN("the server does not answer the goodbye") {
    stage.options.goodbye_within = 20ms;
    stage.keeps_close_unanswered = true;
    REQUIRE(stage.open());
    stage.socket->close();
    THEN("the connection is dropped") {
      REQUIRE(stage.wait_closed());
      REQUIRE(stage.loop.run_until([&] { return stage.server.standing() == 0; }));
    }
  }
  WHEN("it is closed with frames under way") {
    REQUIRE(stage.open());
    const std::string large(400'000, 'x');
    REQUIRE(stage.socket->send(large));
    REQUIRE(stage.socket->send(large));
    stage.socket->close();
    THEN("the one being written is whole, the others are dropped") {
      REQUIRE(stage.wait_closed());
      REQUIRE(stage.loop.run_until([&] { return stage.server.standing() == 0; }));
      REQUIRE(stage.came.size() == 2);
      CHECK((stage.came[0].payload == large));
      CHECK(stage.came[1].op == WsOp::close);
    }
  }
  WHEN("it is closed before it was open") {
    stage.make();
    stage.socket->open("/", stage.loop.in(5s));
    stage.socket->close();
    REQUIRE(stage.wait_closed());
    stage.settle();
    CHECK(stage.seen.closed == std::vector<std::string>{"closed by us"});
    CHECK(stage.seen.opened == 0);
  }
  WHEN("it is opened again right away") {
    REQUIRE(stage.open());
    stage.socket->close();
    stage.socket->open("/second", stage.loop.in(5s));
    REQUIRE(stage.loop.run_until([&] { return stage.seen.opened == 2; }));
    CHECK(stage.seen.closed.size() == 1);
    CHECK_THAT(stage.request, Catch::StartsWith("GET /second "));
  }
  WHEN("the sink closes from inside a frame") {
    REQUIRE(stage.open());
    stage.seen.on_each_frame = [&] { stage.socket->close(); };
    stage.from_server(ws_frame(WsOp::text, "1") + ws_frame(WsOp::text, "2"));
    REQUIRE(stage.wait_closed());
    stage.settle();
    CHECK(stage.seen.frames == std::vector<std::string>{"1"});
  }
  WHEN("the sink opens again from inside the end") {
    REQUIRE(stage.open());
    stage.seen.on_end = [&] {
      if (stage.seen.closed.size() == 1) stage.socket->open("/again", stage.loop.in(5s));
    };
    stage.server.peer(1)->cut();
    REQUIRE(stage.loop.run_until([&] { return stage.seen.opened == 2; }));
    stage.seen.on_end = {};
  }
  WHEN("it is destroyed") {
    REQUIRE(stage.open());
    if (GENERATE(true, false)) stage.socket->close();
    stage.socket.reset();
    CHECK(stage.seen.closed.size() == 1);
    stage.settle();
    CHECK(stage.seen.closed.size() == 1);
  }
  WHEN("nothing was ever opened") {
    stage.make();
    stage.socket->close();
    stage.socket.reset();
    stage.settle();
    CHECK(stage.seen.closed.empty());
  }
}

SCENARIO("what waits to be sent is bounded", "[websocket][I9]") {
  WsStage stage;
  stage.options.waiting_max = 3;
  stage.options.waiting_bytes_max = 100'000;
  stage.make();
  CHECK_FALSE(stage.socket->send("before it is opened"));
  stage.socket->open("/", stage.loop.in(5s));
  CHECK_FALSE(stage.socket->send("before it is open"));
  REQUIRE(stage.loop.run_until([&] { return stage.seen.opened == 1; }));
  SECTION("in messages") {
    CHECK(stage.socket->send("1"));
    CHECK(stage.socket->send("2"));
    CHECK(stage.socket->send("3"));
    CHECK_FALSE(stage.socket->send("4"));
    REQUIRE(stage.wait_came(3));
    stage.settle();
    CHECK(stage.came.size() == 3);
    CHECK(stage.socket->send("5"));
    REQUIRE(stage.wait_came(4));
    CHECK(stage.came[3].payload == "5");
  }
  SECTION("in bytes") {
    CHECK_FALSE(stage.socket->send(std::string(100'001, 'x')));
    CHECK(stage.socket->send(std::string(99'000, 'x')));
    CHECK_FALSE(stage.socket->send(std::string(2'000, 'x')));
    CHECK(stage.socket->send("small"));
    REQUIRE(stage.wait_came(2));
    CHECK(stage.came[1].payload == "small");
  }
}

TEST_CASE("a plain stream to another machine is refused", "[websocket][tls]") {
  TestLoop loop;
  WsRecorder seen;
  const auto made = WebSocket::make(loop.io(), loop.clock, seen, nullptr,
                                    {.endpoint = {"stream.binance.com", 9443, false, ""}});
  REQUIRE_FALSE(made);
  CHECK(made.error().fault == Fault::refused);
}
