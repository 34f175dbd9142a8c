#include "bus/zmtp_decoder.hpp"

#include <catch2/catch.hpp>
#include <random>
#include <vector>

#include "bus/zmtp.hpp"

using namespace signalbox;
using What = ZmtpDecoder::What;

namespace {

using Frames = std::vector<std::string>;

std::string property(std::string_view name, std::string_view value) {
  std::string all;
  all.push_back(static_cast<char>(name.size()));
  all.append(name).append(3, '\0').push_back(static_cast<char>(value.size()));
  return all.append(value);
}

std::string command(std::string_view name, std::string_view rest) {
  std::string all{"\x04", 1};
  all.push_back(static_cast<char>(1 + name.size() + rest.size()));
  all.push_back(static_cast<char>(name.size()));
  return all.append(name).append(rest);
}

std::string ready(std::string_view type = "DEALER", std::string_view name = "") {
  return command("READY", property("Socket-Type", type) + property("Identity", name));
}

std::string message(const Frames& frames) {
  const std::vector<std::string_view> views{frames.begin(), frames.end()};
  std::string all;
  zmtp::append_message(all, views);
  return all;
}

/// Feeds a decoder as a connection does, in pieces of any size.
struct Feed {
  explicit Feed(const ZmtpLimits& limits = {}) : decoder(limits) {}

  void give(std::string_view bytes) {
    unread.append(bytes);
    for (;;) {
      const auto step = decoder.next(unread);
      if (step.what == What::want_bytes) return;
      if (step.what == What::broken) {
        broken = true;
        return;
      }
      steps.push_back(step.what);
      if (step.what == What::ping) pings.emplace_back(decoder.ping_context());
      if (step.what == What::message) {
        const auto received = decoder.message("id");
        REQUIRE(received.frames.front() == "id");
        counts.push_back(received.count - 1);
        Frames frames;
        for (const auto view : received.frames.subspan(1)) frames.emplace_back(view);
        messages.push_back(frames);
      }
      REQUIRE(step.used <= unread.size());
      unread.erase(0, step.used);
    }
  }

  ZmtpDecoder decoder;
  std::string unread;
  bool broken = false;
  std::vector<What> steps;
  std::vector<Frames> messages;
  std::vector<std::size_t> counts;
  std::vector<std::string> pings;
};

Feed after_handshake(const ZmtpLimits& limits = {}) {
  Feed feed{limits};
  feed.give(zmtp::greeting() + ready());
  return feed;
}

}  // namespace

TEST_CASE("a handshake, then messages", "[zmtp]") {
  Feed feed;
  feed.give(zmtp::greeting());
  CHECK(feed.steps == std::vector{What::greeted});
  CHECK_FALSE(feed.decoder.is_ready());
  feed.give(ready("REQ", "desk-1"));
  CHECK(feed.decoder.is_ready());
  CHECK(feed.decoder.name() == "desk-1");
  const Frames small{"", "SB1", "signal"};
  const Frames large{"SB1", std::string(300, 'x'), ""};
  feed.give(message(small) + message(large));
  CHECK(feed.messages == std::vector<Frames>{small, large});
  CHECK(feed.unread.empty());
}

TEST_CASE("what is sent in any pieces is read the same", "[zmtp]") {
  std::mt19937 random{2026};
  std::vector<Frames> sent;
  auto bytes = zmtp::greeting() + ready("DEALER", "m");
  for (int i = 0; i < 200; ++i) {
    Frames frames(1 + random() % 5);
    for (auto& frame : frames)
      frame = std::string(random() % 4 == 0 ? random() % 2000 : random() % 20,
                          static_cast<char>(random()));
    bytes += message(frames);
    if (random() % 3 == 0) bytes += command("PING", std::string{"\0\x01", 2} + "c");
    sent.push_back(frames);
  }
  const bool byte_by_byte = GENERATE(false, true);
  Feed feed;
  for (std::size_t at = 0; at < bytes.size();) {
    const auto piece = byte_by_byte ? 1 : 1 + random() % 700;
    feed.give(std::string_view{bytes}.substr(at, piece));
    at += piece;
  }
  CHECK_FALSE(feed.broken);
  CHECK(feed.messages == sent);
  CHECK_FALSE(feed.pings.empty());
}

TEST_CASE("who does not speak our protocol is refused at the first wrong byte", "[zmtp]") {
  auto greeting = zmtp::greeting();
  SECTION("no ZeroMQ") {
    Feed feed;
    feed.give("G");
    CHECK(feed.broken);
    CHECK(feed.decoder.fault() == ZmtpFault::signature);
  }
  SECTION("a signature that ends wrong") {
    greeting[9] = '\0';
    Feed feed;
    feed.give(greeting.substr(0, 10));
    CHECK(feed.decoder.fault() == ZmtpFault::signature);
    CHECK(feed.broken);
  }
  SECTION("ZMTP 2") {
    greeting[10] = 1;
    Feed feed;
    feed.give(greeting.substr(0, 11));
    CHECK(feed.broken);
    CHECK(feed.decoder.fault() == ZmtpFault::version);
  }
  SECTION("another mechanism") {
    greeting.replace(12, 5, "PLAIN");
    Feed feed;
    feed.give(greeting);
    CHECK(feed.broken);
    CHECK(feed.decoder.fault() == ZmtpFault::mechanism);
  }
  SECTION("a mechanism that only begins like ours") {
    greeting.replace(12, 5, "NULLX");
    Feed feed;
    feed.give(greeting);
    CHECK(feed.decoder.fault() == ZmtpFault::mechanism);
    CHECK(feed.broken);
  }
}

TEST_CASE("a handshake that goes wrong", "[zmtp]") {
  const auto [bytes, fault] = GENERATE(table<std::string, ZmtpFault>({
      {message({"SB1"}), ZmtpFault::handshake},
      {command("PING", "12"), ZmtpFault::handshake},
      {command("READY", ""), ZmtpFault::socket_type},
      {ready("PUB"), ZmtpFault::socket_type},
      {command("READY", property("Socket-Type", "DEALER").substr(0, 14)), ZmtpFault::handshake},
      {command("READY", std::string(1, '\0')), ZmtpFault::handshake},
      {command("READY", std::string{"\x0bSocket-Type\xff\xff\xff\xff", 16}), ZmtpFault::handshake},
      {std::string{"\x06\0\0\0\0\0\0\xff\xff", 9}, ZmtpFault::oversized},
  }));
  Feed feed;
  feed.give(zmtp::greeting() + bytes);
  CHECK(feed.broken);
  CHECK(feed.decoder.fault() == fault);
  feed.give(ready());
  CHECK(feed.broken);
  CHECK_FALSE(feed.decoder.is_ready());
}

TEST_CASE("a frame is judged by the size it announces", "[zmtp][I9]") {
  const ZmtpLimits limits{.frame_bytes_max = 1000, .message_bytes_max = 2500, .frames_max = 20};
  SECTION("one frame too long") {
    auto feed = after_handshake(limits);
    feed.give(std::string{"\x02\0\0\0\0\0\0\x03\xe9", 9});  // 1001
    CHECK(feed.broken);
  }
  SECTION("the largest size there is") {
    auto feed = after_handshake(limits);
    feed.give("\x03" + std::string(8, '\xff'));
    CHECK(feed.broken);
  }
  SECTION("frames that are too much together") {
    auto feed = after_handshake(limits);
    const auto all =
        message({std::string(1000, 'a'), std::string(1000, 'b'), std::string(500, 'c'), "d"});
    feed.give(all.substr(0, 2018));
    CHECK_FALSE(feed.broken);
    feed.give(all.substr(2018, 9));
    CHECK(feed.broken);
  }
  SECTION("too many frames") {
    auto feed = after_handshake(limits);
    feed.give(message(Frames(20, "x")));
    CHECK(feed.counts == std::vector<std::size_t>{20});
    CHECK(feed.messages.front() == Frames(ZmtpDecoder::frames_kept, "x"));
    feed.give(message(Frames(21, "x")));
    CHECK(feed.broken);
  }
  CHECK((limits.frames_max == 20));
}

TEST_CASE("bits that mean nothing end it", "[zmtp]") {
  for (const char flags : {'\x08', '\x80', '\x05'}) {
    auto feed = after_handshake();
    feed.give(std::string{flags} + std::string(1, '\0'));
    CHECK(feed.broken);
    CHECK(feed.decoder.fault() == ZmtpFault::flags);
  }
}

TEST_CASE("a ping may come between the frames of a message", "[zmtp]") {
  auto feed = after_handshake();
  const auto whole = message({"SB1", "signal"});
  const auto first = whole.substr(0, 5);
  feed.give(first + command("PING", std::string{"\0\x05", 2} + "context") + command("PONG", "x") +
            whole.substr(5));
  CHECK(feed.pings == std::vector<std::string>{"context"});
  CHECK(feed.messages == std::vector<Frames>{{"SB1", "signal"}});
  feed.give(command("PING", std::string(2 + 17, 'x')));
  CHECK(feed.broken);
}

TEST_CASE("random bytes after a good start neither crash nor leave the buffer", "[zmtp]") {
  std::mt19937 random{7};
  for (int round = 0; round < 2000; ++round) {
    Feed feed{{.frame_bytes_max = 200, .message_bytes_max = 600, .frames_max = 9}};
    auto bytes =
        zmtp::greeting() + ready() + message({"SB1", "signal", "body"}) + message(Frames(5, "y"));
    for (int i = 0; i < 4; ++i) bytes[random() % bytes.size()] = static_cast<char>(random());
    bytes.resize(bytes.size() + random() % 50, static_cast<char>(random()));
    for (std::size_t at = 0; at < bytes.size() && !feed.broken; at += 13)
      feed.give(std::string_view{bytes}.substr(at, 13));
    REQUIRE(feed.unread.size() <= bytes.size());
  }
}
