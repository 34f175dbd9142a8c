#include "bus/loop_socket.hpp"

#include <poll.h>

#include "tests/bus/bus_stage.hpp"

using namespace signalbox;
using namespace signalbox::test;

namespace {

/// Whether the socket's descriptor would wake a loop now.
bool fires(const LoopSocket& socket, int within_ms) {
  pollfd entry{.fd = socket.descriptor(), .events = POLLIN, .revents = 0};
  return ::poll(&entry, 1, within_ms) == 1;
}

}  // namespace

SCENARIO("a send uses up the wake-up of a message that has arrived", "[bus]") {
  BusStage stage;
  auto socket = opened(LoopSocket::open(stage.context(), stage.loop(), {}));
  const auto address = opened(socket->listen({.addresses = {any_port}})).front();
  std::vector<std::string> got;
  std::string routing_id;
  socket->start([&](const Received& message) {
    routing_id = message.frames.front();
    got.emplace_back(message.frames.back());
  });

  GIVEN("a peer that was heard, and an idle loop") {
    RawPeer dealer{RawPeer::Kind::dealer};
    dealer.connect(address);
    REQUIRE(dealer.send({"first"}));
    REQUIRE(stage.until([&] { return got.size() == 1; }));
    stage.run_ready();

    WHEN("its next message arrives while the loop does something else, and that sends") {
      REQUIRE(dealer.send({"second"}));
      REQUIRE(fires(*socket, 10'000));
      for (int i = 0; i < 100'000 && fires(*socket, 0); ++i) {
        REQUIRE(socket->send({routing_id, "x"}) == Sent::yes);
        while (dealer.receive()) {
        }
      }
      REQUIRE_FALSE(fires(*socket, 0));
      REQUIRE(got.size() == 1);

      THEN("the message is handled all the same") {
        CHECK(stage.until([&] { return got.size() == 2; }, std::chrono::seconds{5}));
      }
    }
  }
}

TEST_CASE("nothing is lost when handlers send while messages arrive", "[bus]") {
  constexpr int rounds = 5'000;
  BusStage stage;
  auto socket = opened(LoopSocket::open(stage.context(), stage.loop(), {.turn_max = 3}));
  const auto address = opened(socket->listen({.addresses = {stage.ipc("x")}})).front();
  int handled = 0;
  socket->start([&](const Received& message) {
    ++handled;
    CHECK(socket->send({message.frames.front(), message.frames.back()}) == Sent::yes);
  });
  RawPeer dealer{RawPeer::Kind::dealer};
  dealer.connect(address);
  int sent = 0;
  int answered = 0;
  // Never more than a few under way, so the loop falls asleep and wakes again and again.
  REQUIRE(stage.until([&] {
    while (dealer.receive()) ++answered;
    while (sent < rounds && sent - answered < 1 + sent % 5 && dealer.send({"x"})) ++sent;
    return answered == rounds;
  }));
  CHECK(handled == rounds);
}

TEST_CASE("what arrived before the socket was started is not lost", "[bus]") {
  BusStage stage;
  auto socket = opened(LoopSocket::open(stage.context(), stage.loop(), {}));
  const auto address = opened(socket->listen({.addresses = {any_port}})).front();
  RawPeer dealer{RawPeer::Kind::dealer};
  dealer.connect(address);
  for (int i = 0; i < 3; ++i) REQUIRE(dealer.send({"early"}));
  REQUIRE(fires(*socket, 10'000));
  int got = 0;
  socket->start([&](const Received&) { ++got; });
  CHECK(stage.until([&] { return got == 3; }));
}

TEST_CASE("of a message with many frames the first few are kept and all are counted", "[bus]") {
  BusStage stage;
  auto socket = opened(LoopSocket::open(stage.context(), stage.loop(), {}));
  const auto address = opened(socket->listen({.addresses = {any_port}})).front();
  RawPeer dealer{RawPeer::Kind::dealer};
  dealer.connect(address);
  REQUIRE(dealer.send(Frames(5000, "x")));
  REQUIRE(dealer.send({"after"}));
  std::vector<std::pair<std::size_t, std::size_t>> shapes;
  socket->start(
      [&](const Received& message) { shapes.emplace_back(message.frames.size(), message.count); });
  REQUIRE(stage.until([&] { return shapes.size() == 2; }));
  CHECK(shapes[0] == std::pair{LoopSocket::frames_kept, std::size_t{5001}});
  CHECK(shapes[1] == std::pair{std::size_t{2}, std::size_t{2}});
}

TEST_CASE("a message to nobody is said to be unreachable, and leaves no rest behind", "[bus]") {
  BusStage stage;
  auto socket = opened(LoopSocket::open(stage.context(), stage.loop(), {}));
  const auto address = opened(socket->listen({.addresses = {any_port}})).front();
  std::string routing_id;
  socket->start([&](const Received& message) { routing_id = message.frames.front(); });
  CHECK(socket->send({"nobody", "SB1", "x", "y"}) == Sent::unreachable);

  RawPeer dealer{RawPeer::Kind::dealer};
  dealer.connect(address);
  REQUIRE(dealer.send({"hello"}));
  REQUIRE(stage.until([&] { return !routing_id.empty(); }));
  CHECK(socket->send({"nobody", "SB1", "x", "y"}) == Sent::unreachable);
  CHECK(socket->send({routing_id, "SB1", "x", "y"}) == Sent::yes);
  CHECK(stage.answer_to(dealer) == Frames{"SB1", "x", "y"});
}
