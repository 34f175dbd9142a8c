#include <catch2/catch.hpp>
#include <random>
#include <string>
#include <vector>

#include "messages/answers.hpp"
#include "messages/codec.hpp"
#include "messages/commands.hpp"
#include "tests/messages/arbitrary.hpp"
#include "tests/messages/examples.hpp"
#include "tests/messages/raw.hpp"
#include "tests/support/allocations.hpp"

// Bytes nobody meant to send. Decoding must answer every time, and what it takes must be a message
// that we would send in the same form ourselves. The seeds are fixed.

using namespace signalbox;
using namespace signalbox::test;

namespace {

constexpr int mutations_max = 20'000;  // of each kind of message

template <class T>
void must_answer(std::string_view bytes) {
  const auto message = decode<T>(bytes);
  if (message) {
    const auto again = decode<T>(encoded(*message));
    REQUIRE(again == message);
  } else {
    REQUIRE_FALSE(message.error().what.empty());
    REQUIRE(name_of(message.error().reason) != "?");
  }
}

/// A few changes of the kind that lines, bugs and enemies make.
std::string mutated(std::string bytes, std::mt19937_64& random) {
  const auto below = [&random](std::size_t n) { return random() % n; };
  // Bytes that begin values of every form, with the largest sizes.
  constexpr std::string_view heads =
      "\x80\x8f\x90\x9f\xa0\xbf\xc0\xc1\xc2\xc4\xc6\xc7\xc9\xca\xcb"
      "\xcf\xd3\xd4\xd8\xd9\xdb\xdc\xdd\xde\xdf\xe0\xff\x7f";
  for (auto changes = 1 + below(4); changes > 0 && !bytes.empty(); --changes) {
    const auto at = below(bytes.size());
    switch (below(6)) {
      case 0: bytes[at] = static_cast<char>(below(256)); break;
      case 1: bytes[at] = heads[below(heads.size())]; break;
      case 2: bytes[at] = static_cast<char>(bytes[at] ^ (1 << below(8))); break;
      case 3: bytes.erase(at, 1 + below(8)); break;
      case 4: bytes.insert(at, 1 + below(8), heads[below(heads.size())]); break;
      case 5: bytes.insert(at, bytes.substr(below(bytes.size()), below(32))); break;
      default: break;
    }
  }
  return bytes;
}

template <class T>
void must_survive_mutation(std::uint64_t seed) {
  std::mt19937_64 random{seed};
  Arbitrary made{seed, Arbitrary::Taste::proper};
  std::string bytes;
  for (int i = 0; i < mutations_max; ++i) {
    if (i % 50 == 0) bytes = encoded(made.make<T>());
    must_answer<T>(mutated(bytes, random));
  }
}

}  // namespace

TEST_CASE("no beginning of a message is a message", "[codec][malformed]") {
  for (const std::string& whole :
       {encoded(full_signal()), raw_signal().bytes(),
        encoded(Arbitrary{1, Arbitrary::Taste::proper}.make<PlaceOrder>()),
        encoded(Arbitrary{2, Arbitrary::Taste::proper}.make<SnapshotAnswer>())}) {
    for (std::size_t size = 0; size < whole.size(); ++size) {
      const auto message = decode<Signal>(whole.substr(0, size));
      REQUIRE_FALSE(message);
      REQUIRE(message.error().reason == DecodeRefusal::truncated);
    }
  }
}

TEST_CASE("mutated signals are taken or refused, and nothing else happens", "[codec][malformed]") {
  must_survive_mutation<Signal>(21);
}

TEST_CASE("mutated orders are taken or refused, and nothing else happens", "[codec][malformed]") {
  must_survive_mutation<PlaceOrder>(22);
  must_survive_mutation<PlaceOrders>(23);
}

TEST_CASE("mutated reports are taken or refused, and nothing else happens", "[codec][malformed]") {
  must_survive_mutation<WriteResult>(24);
  must_survive_mutation<FillsResult>(25);
  must_survive_mutation<SnapshotAnswer>(26);
}

TEST_CASE("noise is refused", "[codec][malformed]") {
  std::mt19937_64 random{27};
  for (int i = 0; i < mutations_max; ++i) {
    std::string bytes(random() % 64, '\0');
    for (char& c : bytes) c = static_cast<char>(random());
    REQUIRE_FALSE(decode<Signal>(bytes));
  }
}

TEST_CASE("a size that is announced costs nothing before its bytes are there",
          "[codec][malformed]") {
  for (const std::string& head : {std::string{"\xdd\xff\xff\xff\xff", 5},    // 2^32 - 1 items
                                  std::string{"\xdf\xff\xff\xff\xff", 5},    // pairs
                                  std::string{"\xdb\xff\xff\xff\xff", 5},    // bytes of text
                                  std::string{"\xc6\xff\xff\xff\xff", 5},    // of binary
                                  std::string{"\xc9\xff\xff\xff\xff\1", 6}}  // of an extension
  ) {
    must_answer<Signal>(head);
    const std::string inside = raw_signal().with("tags", head).bytes();
    const auto before = allocations();
    const auto message = decode<Signal>(inside);
    CHECK(allocations() - before < 10);
    REQUIRE_FALSE(message);
  }
}

TEST_CASE("decoding a signal allocates once, encoding into a used buffer never",
          "[codec][allocation]") {
  const Signal signal = full_signal();
  std::string bytes;
  encode(signal, bytes);
  static_cast<void>(decode<Signal>(bytes));  // this thread's memory for nodes

  auto before = allocations();
  const auto back = decode<Signal>(bytes);
  CHECK(allocations() - before <= 1);  // the stack of msgpack's parser
  CHECK(back == signal);

  before = allocations();
  bytes.clear();
  encode(signal, bytes);
  CHECK(allocations() - before == 0);
}
