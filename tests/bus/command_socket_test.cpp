#include <sched.h>
#include <sys/stat.h>

#include <filesystem>
#include <fstream>

#include "bus/gatekeeper.hpp"
#include "tests/bus/bus_stage.hpp"

using namespace signalbox;
using namespace signalbox::test;

namespace {

Frames command(const std::string& type, const std::string& body) { return {"SB1", type, body}; }

}  // namespace

SCENARIO("a command comes in and is answered", "[bus]") {
  EachIngress stage;
  const bool over_ipc = GENERATE(false, true);
  NotedCommands commands{stage,
                         {.listen = {.addresses = {over_ipc ? stage.ipc("commands") : any_port}}}};
  const auto address = commands.socket->addresses().front();

  GIVEN("a DEALER peer") {
    RawPeer dealer{RawPeer::Kind::dealer};
    dealer.connect(address);
    REQUIRE(dealer.send(command("signal", "buy")));
    REQUIRE(stage.until([&] { return commands.notes.size() == 1; }));
    const auto [peer, type, body] = commands.notes.front();
    CHECK(type == "signal");
    CHECK(body == "buy");
    CHECK_FALSE(peer.is_req());

    THEN("it is told each step, in order") {
      for (const auto* step : {"accepted", "verdict", "placed", "outcome"})
        CHECK(commands.socket->reply(peer, step, "x") == Replied::sent);
      for (const auto* step : {"accepted", "verdict", "placed", "outcome"})
        CHECK(stage.answer_to(dealer) == Frames{"SB1", step, "x"});
    }
  }
  GIVEN("a REQ peer") {
    RawPeer req{RawPeer::Kind::req};
    req.connect(address);
    REQUIRE(req.send(command("status", "?")));
    REQUIRE(stage.until([&] { return commands.notes.size() == 1; }));
    const auto peer = commands.notes.front().peer;
    CHECK(peer.is_req());

    THEN("it gets the first reply and no other, and can ask again") {
      CHECK(commands.socket->reply(peer, "accepted", "1") == Replied::sent);
      CHECK(commands.socket->reply(peer, "verdict", "2") == Replied::answered);
      CHECK(stage.answer_to(req) == Frames{"SB1", "accepted", "1"});

      REQUIRE(req.send(command("status", "again")));
      REQUIRE(stage.until([&] { return commands.notes.size() == 2; }));
      CHECK(commands.socket->reply(peer, "outcome", "3") == Replied::answered);
      CHECK(commands.socket->reply(commands.notes.back().peer, "status", "4") == Replied::sent);
      CHECK(stage.answer_to(req) == Frames{"SB1", "status", "4"});
      CHECK(commands.socket->counts().dropped_answered == 2);
    }
  }
}

TEST_CASE("a reply can be given from inside the handler", "[bus]") {
  EachIngress stage;
  NotedCommands commands{stage, {}};
  commands.on_command = [&](const auto& note) {
    CHECK(commands.socket->reply(note.peer, "pong", note.body) == Replied::sent);
  };
  RawPeer req{RawPeer::Kind::req};
  req.connect(commands.socket->addresses().front());
  for (int i = 0; i < 100; ++i) {
    REQUIRE(req.send(command("ping", std::to_string(i))));
    REQUIRE(stage.answer_to(req) == Frames{"SB1", "pong", std::to_string(i)});
  }
}

SCENARIO("a peer vanishes between its request and the reply", "[bus]") {
  EachIngress stage;
  NotedCommands commands{stage, {}};
  const auto address = commands.socket->addresses().front();
  const bool as_req = GENERATE(false, true);

  GIVEN("a request of a peer that is gone by now") {
    auto peer = std::make_unique<RawPeer>(as_req ? RawPeer::Kind::req : RawPeer::Kind::dealer);
    peer->connect(address);
    REQUIRE(peer->send(command("signal", "buy")));
    REQUIRE(stage.until([&] { return commands.notes.size() == 1; }));
    const auto gone = commands.notes.front().peer;
    peer.reset();

    THEN("the reply is dropped and counted, at the latest when ZeroMQ has noticed") {
      // A REQ has but one reply, and that may still be queued for the closing connection.
      Replied outcome = Replied::sent;
      REQUIRE(stage.until([&] {
        outcome = commands.socket->reply(gone, "accepted", "x");
        return outcome != Replied::sent;
      }));
      CHECK((outcome == Replied::gone || (as_req && outcome == Replied::answered)));
      CHECK(commands.socket->reply(gone, "verdict", "x") ==
            (outcome == Replied::gone ? Replied::forgotten : Replied::answered));

      RawPeer other{RawPeer::Kind::req};
      other.connect(address);
      REQUIRE(other.send(command("status", "?")));
      REQUIRE(stage.until([&] { return commands.notes.size() == 2; }));
      CHECK(commands.socket->reply(commands.notes.back().peer, "status", "y") == Replied::sent);
      CHECK(stage.answer_to(other) == Frames{"SB1", "status", "y"});
    }
  }
}

TEST_CASE("a burst of 10,000 commands keeps its order and loses nothing", "[bus]") {
  constexpr int burst = 10'000;
  EachIngress stage;
  NotedCommands commands{
      stage, {.listen = {.addresses = {stage.ipc("commands")}}, .send_queue_max = burst}};
  commands.on_command = [&](const auto& note) {
    REQUIRE(commands.socket->reply(note.peer, "ack", note.body) == Replied::sent);
  };
  RawPeer dealer{RawPeer::Kind::dealer};
  dealer.connect(commands.socket->addresses().front());

  int sent = 0;
  int acknowledged = 0;
  REQUIRE(stage.until([&] {
    while (sent < burst && dealer.send(command("signal", std::to_string(sent)))) ++sent;
    while (const auto ack = dealer.receive()) {
      REQUIRE(ack->at(2) == std::to_string(acknowledged));
      ++acknowledged;
    }
    return acknowledged == burst;
  }));
  REQUIRE(commands.notes.size() == burst);
  for (int i = 0; i < burst; ++i)
    REQUIRE(commands.notes[static_cast<std::size_t>(i)].body == std::to_string(i));
}

TEST_CASE("a peer that does not read its replies loses them, and nobody waits", "[bus][I9]") {
  EachIngress stage;
  NotedCommands commands{stage, {.send_queue_max = 10}};
  RawPeer deaf{RawPeer::Kind::dealer, {.receive_queue = 10}};
  deaf.connect(commands.socket->addresses().front());
  REQUIRE(deaf.send(command("signal", "buy")));
  REQUIRE(stage.until([&] { return commands.notes.size() == 1; }));

  const std::string body(60'000, 'x');
  Replied outcome = Replied::sent;
  for (int i = 0; i < 10'000 && outcome == Replied::sent; ++i)
    outcome = commands.socket->reply(commands.notes.front().peer, "verdict", body);
  CHECK(outcome == Replied::slow);
  CHECK(commands.socket->counts().dropped_slow == 1);
}

TEST_CASE("a named peer that comes back takes the place of its dead connection", "[bus]") {
  EachIngress stage;
  NotedCommands commands{stage, {}};
  const auto address = commands.socket->addresses().front();
  RawPeer first{RawPeer::Kind::dealer, {.routing_id = "desk-1"}};
  first.connect(address);
  REQUIRE(first.send(command("signal", "1")));
  REQUIRE(stage.until([&] { return commands.notes.size() == 1; }));

  // The first connection still stands, as it would after a cable was pulled.
  RawPeer second{RawPeer::Kind::dealer, {.routing_id = "desk-1"}};
  second.connect(address);
  REQUIRE(second.send(command("signal", "2")));
  REQUIRE(stage.until([&] { return commands.notes.size() == 2; }));
  CHECK(commands.socket->reply(commands.notes.front().peer, "outcome", "of 1") == Replied::sent);
  CHECK(stage.answer_to(second) == Frames{"SB1", "outcome", "of 1"});
}

TEST_CASE("a spinning loop takes commands by itself", "[bus]") {
  EachIngress stage;
  NotedCommands commands{stage, {.polled = true}};
  commands.on_command = [&](const auto& note) {
    commands.socket->reply(note.peer, "pong", note.body);
  };
  RawPeer dealer{RawPeer::Kind::dealer};
  dealer.connect(commands.socket->addresses().front());
  for (int i = 0; i < 1000; ++i) REQUIRE(dealer.send(command("ping", std::to_string(i))));
  int answers = 0;
  REQUIRE(stage.until([&] {
    commands.socket->poll();
    while (dealer.receive()) ++answers;
    return answers == 1000;
  }));
  CHECK(commands.notes.size() == 1000);
  CHECK(commands.socket->poll() == 0);
}

TEST_CASE("one poll takes no more than its share", "[bus]") {
  EachIngress stage;
  NotedCommands commands{stage, {.turn_max = 10, .polled = true}};
  RawPeer dealer{RawPeer::Kind::dealer};
  dealer.connect(commands.socket->addresses().front());
  for (int i = 0; i < 100; ++i) REQUIRE(dealer.send(command("ping", "x")));
  REQUIRE(stage.until([&] {
    const auto before = commands.notes.size();
    const auto taken = commands.socket->poll();
    CHECK(taken <= 10);
    CHECK(commands.notes.size() - before == taken);
    return commands.notes.size() == 100;
  }));
}

TEST_CASE("two sockets share one loop, and a flood on one does not starve the other", "[bus]") {
  EachIngress stage;
  NotedCommands busy{stage, {.turn_max = 8}};
  NotedCommands calm{stage, {}};
  RawPeer flood{RawPeer::Kind::dealer};
  flood.connect(busy.socket->addresses().front());
  RawPeer visitor{RawPeer::Kind::dealer};
  visitor.connect(calm.socket->addresses().front());

  // For every command of the flood there is another one, so there are always some waiting.
  int owed = 500;
  const auto pay = [&] {
    while (owed > 0 && flood.send(command("flood", "x"))) --owed;
  };
  busy.on_command = [&](const auto&) {
    ++owed;
    pay();
  };
  pay();
  const auto flooded = [&](std::size_t count) {
    return stage.until([&] {
      pay();
      return busy.notes.size() >= count;
    });
  };
  REQUIRE(flooded(1000));
  REQUIRE(visitor.send(command("visit", "x")));
  REQUIRE(stage.until([&] {
    pay();
    return !calm.notes.empty();
  }));
  CHECK(flooded(busy.notes.size() + 1000));
}

TEST_CASE("a handler may end its own socket", "[bus]") {
  EachIngress stage;
  const bool polled = GENERATE(false, true);
  NotedCommands commands{stage, {.polled = polled}};
  commands.on_command = [&](const auto&) { commands.socket.reset(); };
  RawPeer dealer{RawPeer::Kind::dealer};
  dealer.connect(commands.socket->addresses().front());
  for (int i = 0; i < 10; ++i) REQUIRE(dealer.send(command("last", "words")));
  REQUIRE(stage.until([&] {
    if (commands.socket) commands.socket->poll();
    return !commands.socket;
  }));
  stage.run_ready();
  CHECK(commands.notes.size() == 1);
}

TEST_CASE("an ipc socket belongs to its user, and to one engine", "[bus][I6]") {
  EachIngress stage;
  const auto address = stage.ipc("commands");
  NotedCommands commands{stage, {.listen = {.addresses = {address}}}};
  struct stat found {};
  REQUIRE(stat(address.substr(6).c_str(), &found) == 0);
  CHECK((found.st_mode & 0777) == 0600);

  const auto second =
      CommandSocket::open(stage.context(), stage.loop(), {.listen = {.addresses = {address}}}, {});
  REQUIRE_FALSE(second);
  CHECK(second.error().fault == Fault::unavailable);

  commands.socket.reset();  // libzmq closes the path on a thread of its own
  CHECK(stage.until([&] {
    return CommandSocket::open(stage.context(), stage.loop(), {.listen = {.addresses = {address}}},
                               {})
        .has_value();
  }));
}

TEST_CASE("what cannot be opened says why", "[bus]") {
  EachIngress stage;
  const auto open = [&](CommandSocketOptions options) {
    options.ingress = stage.ingress();
    return CommandSocket::open(stage.context(), stage.loop(), options, {});
  };
  const auto keys = std::make_shared<const CurveKeys>(opened(CurveKeys::generate()));
  CHECK(open({}).error().fault == Fault::bad_input);
  CHECK(open({.listen = {.addresses = {"nonsense"}}}).error().fault == Fault::bad_input);
  CHECK(open({.listen = {.addresses = {"tcp://0.0.0.0:*"}}}).error().fault == Fault::refused);
  CHECK(open({.listen = {.addresses = {"tcp://0.0.0.0:*"}, .keys = keys}}).error().fault ==
        Fault::refused);
  CHECK(open({.listen = {.addresses = {any_port}, .keys = keys}}).error().fault == Fault::refused);
  CHECK(open({.listen = {.addresses = {any_port}}, .receive_queue_max = 0}).error().fault ==
        Fault::bad_input);
  CHECK(open({.listen = {.addresses = {any_port}}, .send_queue_max = 0}).error().fault ==
        Fault::bad_input);

  NotedCommands commands{stage, {}};
  const auto taken = commands.socket->addresses().front();
  CHECK(open({.listen = {.addresses = {taken}}}).error().fault == Fault::unavailable);
}

SCENARIO("closing waits for what is queued, but not for long", "[bus]") {
  EachIngress stage;
  auto context = opened(BusContext::open());
  std::vector<Peer> heard;
  auto commands = opened(CommandSocket::open(
      context, stage.loop(), {.listen = {.addresses = {any_port}}, .ingress = stage.ingress()},
      {.on_command = [&](const Command& c) { heard.push_back(c.peer); },
       .on_malformed = [](FrameFault) { return FaultReply{}; }}));
  RawPeer dealer{RawPeer::Kind::dealer, {.receive_queue = 1}};
  dealer.connect(commands->addresses().front());
  REQUIRE(dealer.send(command("signal", "buy")));
  REQUIRE(stage.until([&] { return heard.size() == 1; }));

  WHEN("the last replies were given just before") {
    for (const auto* step : {"accepted", "verdict"})
      REQUIRE(commands->reply(heard.front(), step, "x") == Replied::sent);
    commands.reset();
    context.reset();
    THEN("they arrive") {
      CHECK(stage.answer_to(dealer) == Frames{"SB1", "accepted", "x"});
      CHECK(stage.answer_to(dealer) == Frames{"SB1", "verdict", "x"});
    }
  }
  WHEN("the peer does not read what is queued for it") {
    const std::string body(60'000, 'x');
    while (commands->reply(heard.front(), "verdict", body) == Replied::sent) {
    }
    commands.reset();
    context.reset();
    THEN("the engine ends without it") { SUCCEED("it did not wait for ever"); }
  }
}

TEST_CASE("ZeroMQ's threads run where they are told", "[bus]") {
  cpu_set_t ours;
  CPU_ZERO(&ours);
  REQUIRE(sched_getaffinity(0, sizeof ours, &ours) == 0);
  int cpu = 0;
  while (!CPU_ISSET(static_cast<std::size_t>(cpu), &ours)) ++cpu;
  const auto context = opened(BusContext::open({.io_cpus = {cpu}}));

  // The name is given by the thread itself, a moment after it began, and the CPUs with it.
  const auto pinned = [&] {
    int found = 0;
    for (const auto& task : std::filesystem::directory_iterator{"/proc/self/task"}) {
      std::string name;
      std::getline(std::ifstream{task.path() / "comm"}, name);
      cpu_set_t its;
      CPU_ZERO(&its);
      sched_getaffinity(std::stoi(task.path().filename()), sizeof its, &its);
      if (name.starts_with("ZMQbg/IO") && CPU_COUNT(&its) == 1) ++found;
    }
    return found == 1;
  };
  BusStage stage;
  CHECK((CPU_COUNT(&ours) == 1 || stage.until(pinned)));
}

TEST_CASE("a context is not asked for what would end the process", "[bus]") {
  CHECK_FALSE(BusContext::open({.io_threads = 0}));
  CHECK_FALSE(BusContext::open({.io_cpus = {100'000}}));
  CHECK_FALSE(BusContext::open({.io_cpus = {-1}}));
  CHECK_FALSE(BusContext::open({.sockets_max = 0}));
  CHECK(BusContext::open({.io_threads = 2}));
}
