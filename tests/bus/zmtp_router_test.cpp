#include "bus/zmtp_router.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <array>

#include "bus/zmtp.hpp"
#include "tests/bus/bus_stage.hpp"

using namespace signalbox;
using namespace signalbox::test;
using namespace std::chrono_literals;

namespace {

/// A peer that says bytes, and hears them.
class Bytes {
 public:
  explicit Bytes(const std::string& address, int receive_buffer = 0) {
    sockaddr_in there{};
    there.sin_family = AF_INET;
    there.sin_port =
        htons(static_cast<std::uint16_t>(std::stoi(address.substr(address.rfind(':') + 1))));
    there.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    fd_ = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (receive_buffer > 0)
      setsockopt(fd_, SOL_SOCKET, SO_RCVBUF, &receive_buffer, sizeof receive_buffer);
    REQUIRE(connect(fd_, reinterpret_cast<const sockaddr*>(&there), sizeof there) == 0);
  }
  ~Bytes() { close(fd_); }
  Bytes(const Bytes&) = delete;

  /// What the kernel has no room for yet goes out with a later call.
  void say(std::string_view bytes = {}) {
    unsaid_ += bytes;
    const auto n = send(fd_, unsaid_.data(), unsaid_.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
    if (n > 0) unsaid_.erase(0, static_cast<std::size_t>(n));
  }
  void hear() {
    std::array<char, 65536> some{};
    for (;;) {
      const auto n = recv(fd_, some.data(), some.size(), MSG_DONTWAIT);
      if (n > 0) heard.append(some.data(), static_cast<std::size_t>(n));
      if (n == 0) ended = true;
      if (n < 0 && errno != EAGAIN) ended = true;  // reset
      if (n <= 0) return;
    }
  }

  std::string heard;
  bool ended = false;

 private:
  int fd_ = -1;
  std::string unsaid_;
};

const std::string dealer_ready{
    "\x04\x1c\x05READY\x0bSocket-Type\0\0\0\x06"
    "DEALER",
    30};

std::string message(std::vector<std::string_view> frames) {
  std::string all;
  zmtp::append_message(all, frames);
  return all;
}

struct Noted {
  Noted(BusStage& stage, const ZmtpRouterOptions& options = {})
      : router(opened(ZmtpRouter::open(stage.loop(), options))),
        address(opened(router->listen(opened(parse_bus_address(any_port))))) {
    router->start([this](const Received& m) {
      ids.emplace_back(m.frames[0]);
      last.assign(m.frames.begin() + 1, m.frames.end());
    });
  }
  Sent send(const std::string& to, std::vector<std::string_view> frames) {
    return router->send(to, frames);
  }
  std::unique_ptr<ZmtpRouter> router;
  std::string address;
  std::vector<std::string> ids;
  Frames last;
};

}  // namespace

TEST_CASE("a handshake byte by byte, and a message in two halves", "[zmtp]") {
  BusStage stage;
  Noted noted{stage};
  Bytes peer{noted.address};
  for (const char c : zmtp::greeting() + dealer_ready) {
    peer.say({&c, 1});
    stage.run_ready();
  }
  const auto expected = zmtp::greeting() + zmtp::ready();
  REQUIRE(stage.until([&] {
    peer.hear();
    return peer.heard == expected;
  }));
  const auto whole = message({"SB1", "signal", "body"});
  peer.say(whole.substr(0, 9));
  stage.run_ready();
  CHECK(noted.ids.empty());
  peer.say(whole.substr(9));
  REQUIRE(stage.until([&] { return noted.ids.size() == 1; }));
  CHECK(noted.last == Frames{"SB1", "signal", "body"});

  CHECK(noted.send(noted.ids[0], {"SB1", "accepted", "x"}) == Sent::yes);
  REQUIRE(stage.until([&] {
    peer.hear();
    return peer.heard == expected + message({"SB1", "accepted", "x"});
  }));
  CHECK(noted.send("n#999", {"x"}) == Sent::unreachable);
}

TEST_CASE("a peer's ping is answered with its own context", "[zmtp]") {
  BusStage stage;
  Noted noted{stage};
  Bytes peer{noted.address};
  peer.say(zmtp::greeting() + dealer_ready +
           std::string{"\x04\x0a\x04PING\0\x0a"
                       "abc",
                       12});
  REQUIRE(stage.until([&] {
    peer.hear();
    return peer.heard == zmtp::greeting() + zmtp::ready() + zmtp::pong("abc");
  }));
}

TEST_CASE("the last words of a peer that hangs up are heard", "[zmtp]") {
  BusStage stage;
  Noted noted{stage, {.turn_max = 2}};
  {
    Bytes peer{noted.address};
    peer.say(zmtp::greeting() + dealer_ready);
    REQUIRE(stage.until([&] {
      peer.hear();
      return peer.heard == zmtp::greeting() + zmtp::ready();
    }));
    std::string all;
    for (int i = 0; i < 10; ++i) all += message({std::to_string(i)});
    peer.say(all);
  }
  REQUIRE(stage.until([&] { return noted.router->connections() == 0 && !noted.ids.empty(); }));
  CHECK(noted.ids.size() == 10);
  CHECK(noted.last == Frames{"9"});
}

TEST_CASE("who does not shake hands is ended in time, and others stay", "[zmtp][I9]") {
  BusStage stage;
  Noted noted{stage, {.handshake_within = 20ms}};
  Bytes silent{noted.address};
  Bytes half{noted.address};
  half.say(zmtp::greeting());
  Bytes good{noted.address};
  good.say(zmtp::greeting() + dealer_ready);
  REQUIRE(stage.until([&] {
    silent.hear();
    half.hear();
    return silent.ended && half.ended;
  }));
  CHECK(noted.router->counts().late == 2);
  good.say(message({"still here"}));
  REQUIRE(stage.until([&] { return noted.ids.size() == 1; }));
}

TEST_CASE("more connections than allowed are turned away", "[zmtp][I9]") {
  BusStage stage;
  Noted noted{stage, {.connections_max = 2}};
  auto first = std::make_unique<Bytes>(noted.address);
  Bytes second{noted.address};
  REQUIRE(stage.until([&] { return noted.router->connections() == 2; }));
  Bytes third{noted.address};
  REQUIRE(stage.until([&] {
    third.hear();
    return third.ended;
  }));
  CHECK(noted.router->counts().turned_away == 1);
  first.reset();
  REQUIRE(stage.until([&] { return noted.router->connections() == 1; }));
  Bytes fourth{noted.address};
  fourth.say(zmtp::greeting() + dealer_ready + message({"x"}));
  REQUIRE(stage.until([&] { return noted.ids.size() == 1; }));
}

TEST_CASE("unfinished messages of all peers share one bound", "[zmtp][I9]") {
  constexpr std::size_t large = 40'000;
  BusStage stage;
  Noted noted{stage, {.bytes_max = 120'000}};
  const auto whole = message({std::string(large, 'x')});
  std::vector<std::unique_ptr<Bytes>> peers;
  for (int i = 0; i < 3; ++i) {
    peers.push_back(std::make_unique<Bytes>(noted.address));
    peers.back()->say(zmtp::greeting() + dealer_ready + whole.substr(0, large));
  }
  // Each wants 16 and then 32 KiB beyond the 16 it always has: there is room for two.
  REQUIRE(stage.until([&] {
    for (auto& peer : peers) {
      peer->say();
      peer->hear();
    }
    return std::erase_if(peers, [](const auto& peer) { return peer->ended; }) == 1;
  }));
  CHECK(noted.router->connections() == 2);
  for (auto& peer : peers) peer->say(whole.substr(large));
  REQUIRE(stage.until([&] {
    for (auto& peer : peers) peer->say();
    return noted.ids.size() == 2;
  }));
  CHECK(noted.last == Frames{std::string(large, 'x')});
}

TEST_CASE("a peer that does not read gets whole messages up to its bound, then none",
          "[zmtp][I9]") {
  BusStage stage;
  Noted noted{stage, {.send_queue_max = 5}};
  Bytes deaf{noted.address, 4096};
  deaf.say(zmtp::greeting() + dealer_ready + message({"x"}));
  REQUIRE(stage.until([&] { return noted.ids.size() == 1; }));
  const std::string body(100'000, 'b');
  std::size_t sent = 0;
  while (noted.send(noted.ids[0], {body}) == Sent::yes) REQUIRE(++sent < 1000);
  CHECK(noted.send(noted.ids[0], {body}) == Sent::full);

  const auto expected = zmtp::greeting() + zmtp::ready();
  const auto each = message({body});
  REQUIRE(stage.until([&] {
    deaf.hear();
    return deaf.heard.size() == expected.size() + sent * each.size();
  }));
  for (std::size_t i = 0; i < sent; ++i)
    REQUIRE(deaf.heard.compare(expected.size() + i * each.size(), each.size(), each) == 0);
  CHECK(noted.send(noted.ids[0], {"again"}) == Sent::yes);
}

TEST_CASE("pings that nobody reads the answers of end the connection", "[zmtp][I9]") {
  BusStage stage;
  Noted noted{stage, {.send_queue_max = 5}};
  Bytes deaf{noted.address, 4096};
  deaf.say(zmtp::greeting() + dealer_ready);
  std::string pings;
  for (int i = 0; i < 1000; ++i)
    pings += std::string{
        "\x04\x0a\x04PING\0\x0a"
        "abc",
        12};
  REQUIRE(stage.until([&] {
    deaf.say(pings);
    return noted.router->connections() == 0 && noted.router->counts().accepted == 1;
  }));
}

#ifndef __SANITIZE_ADDRESS__
// Beside it the sanitizer of undefined behaviour runs, which opens a pipe to look at an object's
// type: without descriptors it takes every object for a broken one.
TEST_CASE("without descriptors nobody comes in, and the loop rests", "[zmtp]") {
  BusStage stage;
  Noted noted{stage, {.handshake_within = 20ms}};
  Bytes waiting{noted.address};  // by the kernel already
  rlimit before{};
  REQUIRE(getrlimit(RLIMIT_NOFILE, &before) == 0);
  const int lowest_free = dup(0);
  close(lowest_free);
  rlimit none = before;
  none.rlim_cur = static_cast<rlim_t>(lowest_free);
  REQUIRE(setrlimit(RLIMIT_NOFILE, &none) == 0);
  for (int i = 0; i < 20; ++i) stage.run_ready();
  CHECK(noted.router->connections() == 0);
  REQUIRE(setrlimit(RLIMIT_NOFILE, &before) == 0);
  CHECK(stage.until([&] { return noted.router->connections() == 1; }));
}
#endif
