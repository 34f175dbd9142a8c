#include "bus/publish_socket.hpp"
#include "tests/bus/bus_stage.hpp"
#include "tests/bus/child.hpp"

using namespace signalbox;
using namespace signalbox::test;

namespace {

std::unique_ptr<Child> python(const std::string& kind, const std::string& address, int count) {
  return std::make_unique<Child>(std::vector<std::string>{"/usr/bin/python3",
                                                          SIGNALBOX_BUS_TESTS "/python_peers.py",
                                                          kind, address, std::to_string(count)});
}

}  // namespace

TEST_CASE("a Python REQ client asks and is answered", "[bus]") {
  EachIngress stage;
  NotedCommands commands{stage, {}};
  commands.on_command = [&](const auto& note) {
    CHECK(commands.socket->reply(note.peer, note.type, note.body) == Replied::sent);
    CHECK(commands.socket->reply(note.peer, "second", note.body) == Replied::answered);
  };
  const auto client = python("req", commands.socket->addresses().front(), 100);
  REQUIRE(stage.until([&] { return client->ended().has_value(); }));
  CHECK(client->ended() == 0);
  CHECK(commands.notes.size() == 100);
}

TEST_CASE("a Python DEALER client sends signals and hears every step", "[bus]") {
  EachIngress stage;
  NotedCommands commands{stage, {.listen = {.addresses = {stage.ipc("commands")}}}};
  commands.on_command = [&](const auto& note) {
    for (const auto* step : {"accepted", "verdict", "placed", "outcome"})
      CHECK(commands.socket->reply(note.peer, step, note.body) == Replied::sent);
  };
  const auto client = python("dealer", commands.socket->addresses().front(), 100);
  REQUIRE(stage.until([&] { return client->ended().has_value(); }));
  CHECK(client->ended() == 0);
}

TEST_CASE("a Python SUB client follows a stream", "[bus]") {
  BusStage stage;
  auto events = opened(EventSocket::open(stage.context(), stage.loop(),
                                         {.listen = {.addresses = {stage.ipc("events")}}}));
  const auto client = python("sub", events->addresses().front(), 100);
  REQUIRE(stage.until(
      [&] { return events->wanted("order.main.BTC/USDT") || client->ended().has_value(); }));
  for (int i = 0; i < 100; ++i) {
    events->publish("order.main2.BTC/USDT", "x", "x");
    events->publish("order.main.BTC/USDT", std::to_string(i), "body");
  }
  REQUIRE(stage.until([&] { return client->ended().has_value(); }));
  CHECK(client->ended() == 0);
}
