#include "connectors/transport/http_reader.hpp"

#include <algorithm>
#include <catch2/catch.hpp>
#include <random>

using namespace signalbox;
using State = HttpReader::State;

namespace {

/// Gives the reader the bytes in pieces of this size.
State feed(HttpReader& reader, std::string_view bytes, std::size_t piece = 1'000'000) {
  auto state = State::more;
  while (!bytes.empty() && state == State::more) {
    const auto space = reader.space();
    const auto n = std::min({piece, bytes.size(), space.size()});
    std::copy_n(bytes.begin(), n, space.begin());
    bytes.remove_prefix(n);
    state = reader.received(n);
  }
  return state;
}

State read(std::string_view bytes) {
  HttpReader reader{{}};
  reader.start(false);
  return feed(reader, bytes);
}

}  // namespace

TEST_CASE("an answer reads the same in pieces of any size", "[http]") {
  const std::string plain = "HTTP/1.1 200 OK\r\nContent-Length: 11\r\nX-A: b \r\n\r\nhello world";
  const std::string chunked =
      "HTTP/1.1 103 Early Hints\r\nX: y\r\n\r\nHTTP/1.1 200\r\ntransfer-encoding: Chunked\r\n\r\n"
      "6;ext=\"1\"\r\nhello \r\n005\r\nworld\r\n0\r\nT: v\r\nU: w\r\n\r\n";
  HttpReader reader{{}};
  for (const auto& text : {plain, chunked}) {
    for (std::size_t piece = 1; piece <= text.size(); ++piece) {
      reader.start(false);
      REQUIRE(feed(reader, text, piece) == State::complete);
      REQUIRE(reader.status() == 200);
      REQUIRE(reader.body() == "hello world");
      REQUIRE(reader.keeps_alive());
    }
  }
  CHECK(reader.headers() == "transfer-encoding: Chunked\r\n");
}

TEST_CASE("many small chunks are joined in little room", "[http]") {
  std::string text = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";
  std::string body;
  std::mt19937 random{7};
  for (int i = 0; i < 3000; ++i) {
    const std::string piece(random() % 40 + 1, static_cast<char>('a' + i % 26));
    body += piece;
    char size[16];
    std::snprintf(size, sizeof size, "%zx\r\n", piece.size());
    text += size + piece + "\r\n";
  }
  text += "0\r\n\r\n";
  HttpReader reader{{}};
  for (const std::size_t piece : {1ul, 7ul, 1000ul, 60000ul, text.size()}) {
    reader.start(false);
    REQUIRE(feed(reader, text, piece) == State::complete);
    REQUIRE(reader.body() == body);
  }
}

TEST_CASE("whether a connection may carry on", "[http]") {
  const auto keeps = [](std::string_view head, std::string_view body = {}) {
    HttpReader reader{{}};
    reader.start(false);
    const auto text = std::string{head} + "Content-Length: 0\r\n\r\n" + std::string{body};
    REQUIRE(feed(reader, text) == State::complete);
    return reader.keeps_alive();
  };
  CHECK(keeps("HTTP/1.1 200 OK\r\n"));
  CHECK_FALSE(keeps("HTTP/1.1 200 OK\r\nConnection: close\r\n"));
  CHECK_FALSE(keeps("HTTP/1.1 200 OK\r\nConnection: foo , CLOSE\r\n"));
  CHECK_FALSE(keeps("HTTP/1.0 200 OK\r\n"));
  CHECK(keeps("HTTP/1.0 200 OK\r\nConnection: keep-alive\r\n"));
  CHECK_FALSE(keeps("HTTP/1.1 200 OK\r\n", "surplus"));
}

TEST_CASE("answers without a body", "[http]") {
  HttpReader reader{{}};
  reader.start(true);  // HEAD: the length is of a body that does not come
  CHECK(feed(reader, "HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n") == State::complete);
  reader.start(false);
  CHECK(feed(reader, "HTTP/1.1 304 Not Modified\r\nContent-Length: 99\r\n\r\n") == State::complete);
  CHECK(reader.body().empty());
}

TEST_CASE("a body without a length ends with its connection", "[http]") {
  HttpReader reader{{.header_bytes_max = 100, .body_bytes_max = 10}};
  reader.start(false);
  REQUIRE(feed(reader, "HTTP/1.1 200 OK\r\n\r\nhello") == State::more);
  CHECK(reader.ended() == State::complete);
  CHECK(reader.body() == "hello");
  CHECK_FALSE(reader.keeps_alive());
  reader.start(false);
  CHECK(feed(reader, "HTTP/1.1 200 OK\r\n\r\nhello world") == State::bad);
  reader.start(false);
  REQUIRE(feed(reader, "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhello") == State::more);
  CHECK(reader.ended() == State::bad);
  reader.start(false);
  CHECK(reader.ended() == State::bad);
}

TEST_CASE("what two readers could understand differently is refused", "[http]") {
  const std::string ok = "HTTP/1.1 200 OK\r\n";
  CHECK(read("HTP/1.1 200 OK\r\n\r\n") == State::bad);
  CHECK(read("HTTP/2.0 200 OK\r\n\r\n") == State::bad);
  CHECK(read("HTTP/1.2 200 OK\r\n\r\n") == State::bad);
  CHECK(read("HTTP/1.1 20 OK\r\n\r\n") == State::bad);
  CHECK(read("HTTP/1.1 2000 OK\r\n\r\n") == State::bad);
  CHECK(read("HTTP/1.1 +20 OK\r\n\r\n") == State::bad);
  CHECK(read("HTTP/1.1 099 OK\r\n\r\n") == State::bad);
  CHECK(read("HTTP/1.1  200 OK\r\n\r\n") == State::bad);
  CHECK(read("HTTP/1.1 101 Switching\r\n\r\n") == State::bad);
  CHECK(read("x") == State::bad);  // at the first byte, not after a deadline
  CHECK(read(ok + "Content-Length: 5\r\nContent-Length: 5\r\n\r\n") == State::bad);
  CHECK(read(ok + "Content-Length: 5, 5\r\n\r\n") == State::bad);
  CHECK(read(ok + "Content-Length: -5\r\n\r\n") == State::bad);
  CHECK(read(ok + "Content-Length: +5\r\n\r\n") == State::bad);
  CHECK(read(ok + "Content-Length: 0x5\r\n\r\n") == State::bad);
  CHECK(read(ok + "Content-Length:\r\n\r\n") == State::bad);
  CHECK(read(ok + "Content-Length: 99999999999999999999\r\n\r\n") == State::bad);
  CHECK(read(ok + "Content-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n") == State::bad);
  CHECK(read(ok + "Transfer-Encoding: gzip, chunked\r\n\r\n") == State::bad);
  CHECK(read(ok + "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n") ==
        State::bad);
  CHECK(read(ok + "X: y\r\n folded\r\n\r\n") == State::bad);
  CHECK(read(ok + "X : y\r\n\r\n") == State::bad);
  CHECK(read(ok + ": y\r\n\r\n") == State::bad);
  CHECK(read(ok + "no colon\r\n\r\n") == State::bad);
  CHECK(read(ok + "X: a\nContent-Length: 5\r\n\r\n") == State::bad);
  CHECK(read(ok + std::string{"X: a\0b\r\n\r\n", 10}) == State::bad);
  const std::string chunked = ok + "Transfer-Encoding: chunked\r\n\r\n";
  CHECK(read(chunked + "g\r\n") == State::bad);
  CHECK(read(chunked + "\r\n") == State::bad);
  CHECK(read(chunked + "-1\r\n") == State::bad);
  CHECK(read(chunked + "fffffffffffffffff\r\n") == State::bad);
  CHECK(read(chunked + "ffffffffffffffff\r\n") == State::bad);
  CHECK(read(chunked + "1\r\nab\r\n") == State::bad);
  CHECK(read(chunked + std::string(300, '0')) == State::bad);
}

TEST_CASE("interim answers and trailers have an end", "[http]") {
  std::string interim;
  for (int i = 0; i < 20; ++i) interim += "HTTP/1.1 102 Processing\r\n\r\n";
  CHECK(read(interim) == State::bad);
  std::string trailers = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n";
  for (int i = 0; i < 2000; ++i) trailers += "Name: value of it\r\n";
  CHECK(read(trailers) == State::bad);
}

TEST_CASE("random damage to an answer is never a crash", "[http]") {
  const std::string text =
      "HTTP/1.1 200 OK\r\nContent-Type: a/b\r\nTransfer-Encoding: chunked\r\n\r\n"
      "b\r\nhello world\r\n0\r\n\r\n";
  std::mt19937 random{1};
  HttpReader reader{{.header_bytes_max = 200, .body_bytes_max = 200}};
  for (int round = 0; round < 20'000; ++round) {
    auto damaged = text;
    for (auto n = random() % 3 + 1; n > 0; --n) {
      const auto at = random() % damaged.size();
      switch (random() % 3) {
        case 0: damaged[at] = static_cast<char>(random()); break;
        case 1: damaged.erase(at, random() % 5); break;
        default: damaged.insert(at, damaged.substr(random() % damaged.size(), random() % 20));
      }
    }
    reader.start(false);
    const auto state = feed(reader, damaged, random() % 20 + 1);
    if (state == State::complete) REQUIRE(reader.body().size() <= 200);
  }
}
