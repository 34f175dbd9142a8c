#include "simulator/memory/memory_net.hpp"

#include "tests/simulator/venue_client.hpp"
#include "tests/simulator/virtual_world.hpp"

using namespace signalbox;
using namespace signalbox::simulator;
using namespace signalbox::simulator::test;
using namespace std::chrono_literals;

namespace {

struct Ears : HttpSink, WsSink {
  void on_answer(HttpToken token, const HttpAnswer& a) override {
    said.push_back(std::to_string(token) + ": " + std::to_string(a.status) + " " +
                   std::string{a.body});
    headers = a.headers;
  }
  void on_failure(HttpToken token, HttpFailure failure, std::string_view) override {
    said.push_back(std::to_string(token) +
                   (failure == HttpFailure::not_sent ? ": not sent" : ": unknown"));
  }
  void on_open() override { said.push_back("open"); }
  void on_frame(std::string_view frame) override { said.push_back(std::string{frame}); }
  void on_closed(std::string_view why) override { said.push_back("closed: " + std::string{why}); }

  std::vector<std::string> said;
  std::string headers;
};

struct Wires : VirtualWorld {
  Wires()
      : exchange(round_exchange(), clock.wall()), net(exchange.binance, clock, timers, {5ms, 5ms}) {
    exchange.engine.move_to(MarketId{0}, Price{100}, Quantity{5}, clock.wall());
  }
  MonoTime in(Duration d) const { return clock.mono() + d; }
  static std::string get(std::string_view target) {
    return "GET " + std::string{target} + " HTTP/1.1\r\nHost: simulator\r\n\r\n";
  }

  Exchange exchange;
  MemoryNet net;
  Ears ears;
};

}  // namespace

TEST_CASE("a request in memory takes its time there and back", "[memory]") {
  Wires w;
  const auto lane = w.net.lane(w.ears);
  lane->send(1, Wires::get("/api/v3/ping"), w.in(1s));
  CHECK(w.ears.said.empty());
  w.pass(9ms);
  CHECK(w.ears.said.empty());
  w.pass(1ms);
  CHECK(w.ears.said == std::vector<std::string>{"1: 200 {}"});
  CHECK(header_value(w.ears.headers, "X-MBX-USED-WEIGHT-1M") == "1");
  w.pass(10s);
  CHECK(w.ears.said.size() == 1);
}

TEST_CASE("lost, silent and late answers end as unknown, once", "[memory]") {
  Wires w;
  const auto lane = w.net.lane(w.ears);
  w.exchange.faults.add(RequestFault{.kind = FaultKind::lost});
  w.exchange.faults.add(RequestFault{.kind = FaultKind::silent});
  w.exchange.faults.add(RequestFault{.kind = FaultKind::slow, .delay = 3s});
  for (HttpToken token = 1; token <= 4; ++token)
    lane->send(token, Wires::get("/api/v3/ping"), w.in(1s));
  w.pass(10ms);
  CHECK(w.ears.said == std::vector<std::string>{"1: unknown", "4: 200 {}"});
  w.pass(10s);
  CHECK(w.ears.said.size() == 4);
  CHECK(w.ears.said[2] == "2: unknown");
  CHECK(w.ears.said[3] == "3: unknown");
}

TEST_CASE("with the cable out nothing is sent, and what was under way is unknown", "[memory]") {
  Wires w;
  const auto lane = w.net.lane(w.ears);
  const auto stream = w.net.stream(w.ears);
  stream->open("/ws/btcusdt@bookTicker", w.in(1s));
  w.pass(10ms);
  lane->send(1, Wires::get("/api/v3/ping"), w.in(1s));
  w.net.set_down(true);
  lane->send(2, Wires::get("/api/v3/ping"), w.in(1s));
  w.pass(10s);
  CHECK(w.ears.said ==
        std::vector<std::string>{"open", "1: unknown", "closed: connection lost", "2: not sent"});
  w.net.set_down(false);
  lane->send(3, Wires::get("/api/v3/ping"), w.in(1s));
  w.pass(10ms);
  CHECK(w.ears.said.back() == "3: 200 {}");
}

TEST_CASE("malformed bytes get a 400", "[memory]") {
  Wires w;
  const auto lane = w.net.lane(w.ears);
  const std::string bad[] = {"",
                             "GET",
                             "GET / HTTP/1.1",
                             "GET  HTTP/1.1\r\n\r\n",
                             "GET /api/v3/ping HTTP/1.1\r\n\r\n",
                             "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nab"};
  HttpToken token = 0;
  for (const auto& each : bad) lane->send(++token, each, w.in(1s));
  w.pass(1s);
  REQUIRE(w.ears.said.size() == std::size(bad));
  for (const auto& each : w.ears.said) CHECK(each.find(": 400 ") != std::string::npos);
}

TEST_CASE("a websocket in memory opens, speaks and closes", "[memory]") {
  Wires w;
  const auto stream = w.net.stream(w.ears);
  CHECK_FALSE(stream->send("early"));
  stream->open("/ws", w.in(1s));
  CHECK(w.ears.said.empty());
  w.pass(10ms);
  CHECK(w.ears.said == std::vector<std::string>{"open"});
  CHECK(stream->send(R"({"method":"SUBSCRIBE","params":["btcusdt@trade"],"id":1})"));
  w.pass(10ms);
  CHECK(w.ears.said.back() == R"({"result":null,"id":1})");
  w.exchange.engine.print(MarketId{0}, Price{101}, Quantity{1}, true, w.clock.wall());
  const auto before = w.ears.said.size();
  w.pass(4ms);
  CHECK(w.ears.said.size() == before);
  w.pass(1ms);
  CHECK(w.ears.said.size() == before + 1);

  stream->close();
  CHECK(w.ears.said.size() == before + 1);
  w.run();
  CHECK(w.ears.said.back() == "closed: closed");
  CHECK_FALSE(stream->send("late"));

  stream->open("/nowhere", w.in(1s));
  w.pass(1s);
  CHECK(w.ears.said.back() == "closed: refused with 404");
}

TEST_CASE("a websocket opened again closes first and hears nothing of before", "[memory]") {
  Wires w;
  const auto stream = w.net.stream(w.ears);
  stream->open("/ws/btcusdt@trade", w.in(1s));
  w.pass(10ms);
  w.exchange.engine.print(MarketId{0}, Price{101}, Quantity{1}, true, w.clock.wall());
  stream->open("/ws/btcusdt@trade", w.in(1s));
  w.pass(1s);
  CHECK(w.ears.said == std::vector<std::string>{"open", "closed: closed", "open"});
}

TEST_CASE("a lane that goes away leaves no request without an end", "[memory]") {
  Wires w;
  auto lane = w.net.lane(w.ears);
  lane->send(1, Wires::get("/api/v3/ping"), w.in(1s));
  lane.reset();
  CHECK(w.ears.said == std::vector<std::string>{"1: unknown"});
  w.pass(10s);
  CHECK(w.ears.said.size() == 1);
}
