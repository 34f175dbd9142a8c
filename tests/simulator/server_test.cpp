#include "simulator/server/simulator_server.hpp"

#include <fstream>

#include "tests/simulator/socket_client.hpp"
#include "tests/simulator/venue_client.hpp"

using namespace signalbox;
using namespace signalbox::simulator;
using namespace signalbox::simulator::test;

namespace {

SimulatorOptions all_ports() {
  SimulatorOptions options;
  options.exchange = round_exchange();
  options.plain_port = 0;
  return options;
}

struct RealClock : Clock {
  MonoTime mono() const override {
    return mono_from_ns(std::chrono::steady_clock::now().time_since_epoch().count());
  }
  WallTime wall() const override {
    return std::chrono::time_point_cast<Duration>(std::chrono::system_clock::now());
  }
};
const RealClock real_clock;

/// A server with a market around 100, and requests signed at its own time.
struct Running {
  explicit Running(SimulatorOptions options = all_ports()) {
    auto started = SimulatorServer::start(std::move(options), real_clock);
    if (!started) FAIL(started.error().what);
    server = std::move(*started);
    server->with([](Exchange& x, WallTime now) {
      x.engine.move_to(MarketId{0}, Price{100}, Quantity{5}, now);
    });
  }
  std::int64_t now_ms() {
    std::int64_t ms = 0;
    server->with([&](Exchange&, WallTime now) { ms = ns(now) / 1'000'000; });
    return ms;
  }
  std::string signed_target(const std::string& path, std::string params = {}) {
    if (!params.empty()) params += '&';
    params += "timestamp=" + std::to_string(now_ms());
    return path + "?" + params +
           "&signature=" + binance::hmac_sha256_hex("simulatorSecret", params);
  }
  std::string subscribe_frame() {
    const auto at = std::to_string(now_ms());
    const auto signature =
        binance::hmac_sha256_hex("simulatorSecret", "apiKey=simulatorKey&timestamp=" + at);
    return R"({"id":1,"method":"userDataStream.subscribe.signature","params":)"
           R"({"apiKey":"simulatorKey","timestamp":)" +
           at + R"(,"signature":")" + signature + R"("}})";
  }
  bool alive() {
    TlsClient c{server->tls_port(), server->ca_path()};
    c.connect();
    return c.ask("GET", "/api/v3/ping").status == 200;
  }
  std::unique_ptr<SimulatorServer> server;
};

}  // namespace

TEST_CASE("clients verify the simulator's certificate and keep the connection", "[server]") {
  Running r;
  TlsClient client{r.server->tls_port(), r.server->ca_path()};
  client.connect();
  for (const auto* weight : {"1", "2", "3"}) {
    const auto answer = client.ask("GET", "/api/v3/time");
    CHECK(answer.status == 200);
    CHECK(answer.weight == weight);
  }

  Running other;  // another authority
  TlsClient mistrusts{r.server->tls_port(), other.server->ca_path()};
  beast::error_code error;
  mistrusts.connect(error);
  CHECK(error);
  CHECK(r.alive());
}

TEST_CASE("an order goes in over HTTPS and its fill comes out over a websocket", "[server]") {
  Running r;
  WssClient stream{r.server->tls_port(), r.server->ca_path(), "/ws-api/v3"};
  REQUIRE_FALSE(stream.error);
  stream.send(r.subscribe_frame());
  CHECK(Json{stream.read()}["/result/subscriptionId"] == "0");

  TlsClient client{r.server->tls_port(), r.server->ca_path()};
  client.connect();
  const auto answer = client.ask(
      "POST", r.signed_target("/api/v3/order", "symbol=BTCUSDT&side=BUY&type=MARKET&quantity=1"),
      "simulatorKey");
  CHECK(answer.status == 200);
  CHECK(Json{answer.body}["/status"] == "FILLED");
  CHECK(Json{stream.read()}["/event/x"] == "NEW");
  CHECK(Json{stream.read()}["/event/x"] == "TRADE");
  CHECK(Json{stream.read()}["/event/e"] == "outboundAccountPosition");
}

TEST_CASE("malformed HTTP is answered and ends its connection only", "[server]") {
  Running r;
  const auto answer_to = [&](const std::string& bytes) {
    RawClient client{r.server->plain_port()};
    client.send(bytes);
    return client.read_all().substr(0, 12);
  };
  CHECK(answer_to("this is not HTTP\r\n\r\n") == "HTTP/1.1 400");
  CHECK(answer_to("GET / HTTP/9.9\r\n\r\n") == "HTTP/1.1 400");
  CHECK(answer_to("GET /\x01 HTTP/1.1\r\n\r\n") == "HTTP/1.1 400");
  CHECK(answer_to("POST /api/v3/order HTTP/1.1\r\nContent-Length: -5\r\n\r\n") == "HTTP/1.1 400");
  CHECK(answer_to("POST /api/v3/order HTTP/1.1\r\nContent-Length: 99999999\r\n\r\n") ==
        "HTTP/1.1 413");
  CHECK(answer_to("GET / HTTP/1.1\r\nA: " + std::string(20'000, 'a') + "\r\n\r\n") ==
        "HTTP/1.1 431");
  CHECK(answer_to("GET /api/v3/ping HTTP/1.1\r\nConnection: close\r\n\r\n") == "HTTP/1.1 200");
  CHECK(answer_to("GET /nowhere HTTP/1.0\r\n\r\n") == "HTTP/1.1 404");
  {
    RawClient leaves{r.server->plain_port()};
    leaves.send("GET /api/v3/ping HTT");
  }
  {
    RawClient no_tls{r.server->tls_port()};
    no_tls.send("GET /api/v3/ping HTTP/1.1\r\n\r\n");
    CHECK(no_tls.read_all().find("200") == std::string::npos);
  }
  CHECK(r.alive());
}

TEST_CASE("malformed websockets are answered or cut, never fatal", "[server]") {
  Running r;
  SECTION("bad JSON") {
    WssClient ws{r.server->tls_port(), r.server->ca_path(), "/ws-api/v3"};
    ws.send("{");
    CHECK(Json{ws.read()}["/status"] == "400");
    ws.send(R"({"id":2,"method":"ping"})");
    CHECK(Json{ws.read()}["/status"] == "200");
  }
  SECTION("a frame over the bound") {
    WssClient ws{r.server->tls_port(), r.server->ca_path(), "/ws"};
    ws.send(std::string(200'000, 'x'));
    ws.read();
    CHECK(ws.error);
  }
  SECTION("an unknown path") {
    WssClient ws{r.server->tls_port(), r.server->ca_path(), "/elsewhere"};
    CHECK(ws.error == beast::websocket::error::upgrade_declined);
  }
  SECTION("an unmasked frame") {
    RawClient client{r.server->plain_port()};
    client.send(
        "GET /ws HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n");
    CHECK(client.read_head().starts_with("HTTP/1.1 101"));
    client.send(std::string{"\x81\x02{}", 4});
    client.read_all();
  }
  SECTION("no upgrade on the control port") {
    RawClient client{r.server->control_port()};
    client.send(
        "GET /ws HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n");
    CHECK(client.read_all().starts_with("HTTP/1.1 404"));
  }
  CHECK(r.alive());
}

TEST_CASE("planned faults reach the socket", "[server]") {
  Running r;
  SECTION("a lost answer closes the connection without a byte") {
    r.server->with([](Exchange& x, WallTime) {
      x.faults.add(RequestFault{.on = RequestKind::market, .kind = FaultKind::lost});
    });
    RawClient client{r.server->plain_port()};
    client.send("GET /api/v3/ping HTTP/1.1\r\n\r\n");
    CHECK(client.read_all().empty());
  }
  SECTION("a cut user stream ends its websocket without a goodbye") {
    WssClient stream{r.server->tls_port(), r.server->ca_path(), "/ws-api/v3"};
    stream.send(r.subscribe_frame());
    stream.read();
    r.server->with([](Exchange& x, WallTime) { x.binance.cut_user_streams(AccountId{0}); });
    stream.read();
    CHECK(stream.error);
    CHECK(stream.error != beast::websocket::error::closed);
  }
  SECTION("a shutdown is announced before the goodbye") {
    WssClient stream{r.server->tls_port(), r.server->ca_path(), "/ws"};
    r.server->with([](Exchange& x, WallTime now) { x.binance.shut_down_streams(now); });
    CHECK(Json{stream.read()}["/e"] == "serverShutdown");
    stream.read();
    CHECK(stream.error == beast::websocket::error::closed);
  }
  SECTION("a late answer comes late, others before it") {
    r.server->with([](Exchange& x, WallTime) {
      x.faults.add(RequestFault{.on = RequestKind::market,
                                .kind = FaultKind::slow,
                                .delay = std::chrono::milliseconds{1}});
    });
    RawClient client{r.server->plain_port()};
    client.send("GET /api/v3/ping HTTP/1.1\r\nConnection: close\r\n\r\n");
    CHECK(client.read_all().starts_with("HTTP/1.1 200"));
  }
  CHECK(r.alive());
}

TEST_CASE("control has a port of its own", "[server]") {
  Running r;
  const auto post = [&](std::uint16_t port, const std::string& path, const std::string& body) {
    RawClient client{port};
    client.send("POST " + path + " HTTP/1.1\r\nConnection: close\r\nContent-Length: " +
                std::to_string(body.size()) + "\r\n\r\n" + body);
    return client.read_all().substr(0, 12);
  };
  CHECK(post(r.server->control_port(), "/simulator/move", R"({"price":"120"})") == "HTTP/1.1 200");
  CHECK(post(r.server->plain_port(), "/simulator/move", R"({"price":"90"})") == "HTTP/1.1 404");
  r.server->with([](Exchange& x, WallTime) { CHECK(x.engine.last(MarketId{0}) == Price{120}); });
}

TEST_CASE("recorded frames move the market of a running simulator", "[server]") {
  auto options = all_ports();
  options.exchange = example_exchange();
  options.replay = ReplaySource{
      SIGNALBOX_DATA_DIR "/binance-spot-btcusdt-20240809.gz", Symbol{"BTC/USDT"}, {.speed = 1000}};
  Running r{std::move(options)};
  WssClient stream{r.server->tls_port(), r.server->ca_path(), "/stream?streams=btcusdt@bookTicker"};
  const Json first{stream.read()};
  CHECK(first["/stream"] == "btcusdt@bookTicker");
  CHECK(first["/data/s"] == "BTCUSDT");
  CHECK(first["/data/b"].substr(0, 2) == "61");
}

TEST_CASE("what cannot start says why", "[server]") {
  Running r;
  auto options = all_ports();
  options.plain_port = r.server->plain_port();
  const auto taken = SimulatorServer::start(options, real_clock);
  REQUIRE_FALSE(taken);
  CHECK(taken.error().fault == Fault::unavailable);

  options = all_ports();
  options.replay = ReplaySource{"/nonexistent.gz", Symbol{"BTC/USDT"}, {}};
  CHECK(SimulatorServer::start(options, real_clock).error().fault == Fault::not_found);
  options.replay->symbol = Symbol{"X/Y"};
  CHECK(SimulatorServer::start(options, real_clock).error().fault == Fault::bad_input);
  options = all_ports();
  options.certificate_file = options.key_file = "/nonexistent.pem";
  CHECK(SimulatorServer::start(options, real_clock).error().fault == Fault::bad_input);
}

TEST_CASE("a stopped simulator leaves nothing behind", "[server]") {
  std::string ca_path;
  {
    Running r;
    ca_path = r.server->ca_path();
    CHECK(std::ifstream{ca_path}.good());
    WssClient stream{r.server->tls_port(), r.server->ca_path(), "/ws"};
    TlsClient half{r.server->tls_port(), r.server->ca_path()};
    half.connect();
    r.server->stop();
    stream.read();
    CHECK(stream.error);
  }
  CHECK_FALSE(std::ifstream{ca_path}.good());
}
