#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <random>

#include "tests/bus/bus_stage.hpp"

using namespace signalbox;
using namespace signalbox::test;

namespace {

constexpr std::size_t body_max = 1000;  // bytes

/// Proof that the socket is still in business.
void check_alive(BusStage& stage, NotedCommands& commands) {
  RawPeer req{RawPeer::Kind::req};
  req.connect(commands.socket->addresses().front());
  const auto before = commands.notes.size();
  REQUIRE(req.send({"SB1", "status", "?"}));
  REQUIRE(stage.until([&] { return commands.notes.size() > before; }));
  REQUIRE(commands.socket->reply(commands.notes.back().peer, "status", "fine") == Replied::sent);
  REQUIRE(stage.answer_to(req) == Frames{"SB1", "status", "fine"});
}

/// A plain TCP connection, for bytes that are no ZeroMQ.
class Wire {
 public:
  explicit Wire(const std::string& address) {
    const auto port = std::stoi(address.substr(address.rfind(':') + 1));
    sockaddr_in there{};
    there.sin_family = AF_INET;
    there.sin_port = htons(static_cast<std::uint16_t>(port));
    there.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    fd_ = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    REQUIRE(connect(fd_, reinterpret_cast<const sockaddr*>(&there), sizeof there) == 0);
  }
  ~Wire() { close(fd_); }
  void send(std::string_view bytes) {
    static_cast<void>(::send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL));
  }

 private:
  int fd_ = -1;
};

}  // namespace

SCENARIO("each malformed message is refused by name", "[bus]") {
  EachIngress stage;
  NotedCommands commands{stage, {.body_bytes_max = body_max}};
  const auto address = commands.socket->addresses().front();
  const auto [message, fault] = GENERATE(table<Frames, std::string>({
      {{"SB1"}, "frame_count"},
      {{"SB1", "signal"}, "frame_count"},
      {{"SB1", "signal", "body", "more"}, "frame_count"},
      {Frames(100, "SB1"), "frame_count"},
      {{"HTTP", "signal", "body"}, "magic"},
      {{"SB2", "signal", "body"}, "version"},
      {{"SB1", "", "body"}, "type"},
      {{"SB1", "SIGNAL", "body"}, "type"},
      {{"SB1", "signal", ""}, "empty_body"},
      {{"SB1", "signal", std::string(body_max + 1, 'x')}, "oversized"},
  }));

  WHEN("a DEALER sends it") {
    RawPeer dealer{RawPeer::Kind::dealer};
    dealer.connect(address);
    REQUIRE(dealer.send(message));
    THEN("it is told") { CHECK(stage.answer_to(dealer) == Frames{"SB1", "refused", fault}); }
  }
  WHEN("a REQ peer sends it") {
    RawPeer req{RawPeer::Kind::req};
    req.connect(address);
    REQUIRE(req.send(message));
    THEN("that is its one reply, and it can ask again") {
      CHECK(stage.answer_to(req) == Frames{"SB1", "refused", fault});
      REQUIRE(req.send({"SB1", "status", "?"}));
      REQUIRE(stage.until([&] { return commands.notes.size() == 1; }));
    }
  }
  CHECK(commands.socket->counts().malformed == 1);
  check_alive(stage, commands);
}

TEST_CASE("an empty message is refused as well", "[bus]") {
  EachIngress stage;
  NotedCommands commands{stage, {}};
  RawPeer dealer{RawPeer::Kind::dealer};
  dealer.connect(commands.socket->addresses().front());
  REQUIRE(dealer.send({""}));
  CHECK(stage.answer_to(dealer) == Frames{"", "SB1", "refused", "frame_count"});
}

TEST_CASE("a peer that sends far too much is cut off, and only it", "[bus][I9]") {
  EachIngress stage;
  NotedCommands commands{stage, {.body_bytes_max = body_max}};
  RawPeer heavy{RawPeer::Kind::dealer, {.hears_events = true}};
  heavy.connect(commands.socket->addresses().front());
  RawPeer light{RawPeer::Kind::dealer};
  light.connect(commands.socket->addresses().front());
  REQUIRE(light.send({"SB1", "signal", "1"}));
  REQUIRE(stage.until([&] { return commands.notes.size() == 1; }));

  REQUIRE(heavy.send({"SB1", "signal", std::string(100 * body_max, 'x')}));
  REQUIRE(stage.until([&] { return heavy.heard_event(event_disconnected); }));
  REQUIRE(light.send({"SB1", "signal", "2"}));
  REQUIRE(stage.until([&] { return commands.notes.size() == 2; }));
  CHECK(commands.notes.back().body == "2");
  check_alive(stage, commands);
}

TEST_CASE("thousands of random messages end nothing and are all answered", "[bus]") {
  constexpr std::size_t messages = 5000;
  constexpr std::size_t under_way_max = 500;  // or it would lose replies that it does not read
  EachIngress stage;
  NotedCommands commands{stage, {.body_bytes_max = body_max}};
  RawPeer dealer{RawPeer::Kind::dealer};
  dealer.connect(commands.socket->addresses().front());

  std::mt19937 random{4711};
  const auto bytes = [&](std::size_t most) {
    std::string all(random() % (most + 1), '\0');
    for (auto& c : all) c = static_cast<char>(random());
    return all;
  };
  const auto message = [&] {
    Frames frames(1 + random() % 6);
    for (auto& frame : frames) {
      switch (random() % 6) {
        case 0: frame = "SB1"; break;
        case 1: frame = ""; break;
        case 2: frame = "signal"; break;
        case 3: frame = bytes(2 * body_max); break;
        default: frame = bytes(8);
      }
    }
    return frames;
  };

  std::size_t sent = 0;
  std::size_t answers = 0;
  auto next = message();
  REQUIRE(stage.until([&] {
    while (sent < messages && sent - answers - commands.notes.size() < under_way_max &&
           dealer.send(next)) {
      ++sent;
      next = message();
    }
    while (dealer.receive()) ++answers;
    return answers + commands.notes.size() >= messages;
  }));
  const auto& counts = commands.socket->counts();
  CHECK(counts.received + counts.malformed == messages);
  CHECK(counts.malformed == answers);
  CHECK(counts.malformed > messages / 2);
  check_alive(stage, commands);
}

TEST_CASE("bytes that are no ZeroMQ end only their own connection", "[bus]") {
  EachIngress stage;
  NotedCommands commands{stage, {}};
  const auto address = commands.socket->addresses().front();
  std::mt19937 random{99};

  Wire browser{address};
  browser.send("GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n" + std::string(200, ' '));
  for (int i = 0; i < 50; ++i) {
    Wire noise{address};
    std::string bytes(1 + random() % 300, '\0');
    for (auto& c : bytes) c = static_cast<char>(random());
    if (i % 2 == 0) bytes.insert(0, std::string{"\xff\0\0\0\0\0\0\0\x01\x7f\x03", 11});
    noise.send(bytes);
  }
  check_alive(stage, commands);
  CHECK(commands.notes.size() == 1);
}

TEST_CASE("peers that come and go do not add up", "[bus][I9]") {
  EachIngress stage;
  NotedCommands commands{stage, {.peers_max = 10}};
  for (std::size_t i = 1; i <= 50; ++i) {
    RawPeer dealer{RawPeer::Kind::dealer};
    dealer.connect(commands.socket->addresses().front());
    REQUIRE(dealer.send({"SB1", "signal", "x"}));
    REQUIRE(stage.until([&] { return commands.notes.size() == i; }));
  }
  CHECK(commands.socket->peers() == 10);
  CHECK(commands.socket->reply(commands.notes.front().peer, "outcome", "x") == Replied::forgotten);
}
