#include <array>
#include <catch2/catch.hpp>
#include <cstdint>
#include <thread>
#include <vector>

#include "actors/runtime/inbox.hpp"
#include "actors/runtime/run_ring.hpp"

using namespace signalbox;

namespace {

struct Item {
  std::uint32_t producer = 0;
  std::uint32_t number = 0;
};

}  // namespace

TEST_CASE("an inbox takes its capacity and refuses one more", "[inbox][I9]") {
  Inbox<int, 4> inbox;
  CHECK(inbox.empty());
  for (int i = 0; i < 4; ++i) CHECK(inbox.push(i));
  CHECK_FALSE(inbox.push(4));

  int got = -1;
  REQUIRE(inbox.pop(got));
  CHECK(got == 0);
  CHECK(inbox.push(4));
  CHECK_FALSE(inbox.push(5));
  for (int expected = 1; expected <= 4; ++expected) {
    REQUIRE(inbox.pop(got));
    CHECK(got == expected);
  }
  CHECK_FALSE(inbox.pop(got));
  CHECK(inbox.empty());
}

TEST_CASE("many producers: nothing lost, nothing doubled, each one's order kept", "[inbox]") {
  constexpr std::uint32_t producers = 4;
  constexpr std::uint32_t each = 50'000;
  Inbox<Item, 64> inbox;  // small, so that it is often full

  std::vector<std::thread> threads;
  for (std::uint32_t p = 0; p < producers; ++p)
    threads.emplace_back([&inbox, p] {
      for (std::uint32_t n = 0; n < each; ++n)
        while (!inbox.push({p, n})) std::this_thread::yield();
    });

  std::array<std::uint32_t, producers> next{};
  std::uint32_t out_of_order = 0;
  for (std::uint32_t received = 0; received < producers * each;) {
    Item item;
    if (!inbox.pop(item)) {
      std::this_thread::yield();
      continue;
    }
    ++received;
    if (item.number != next[item.producer]++) ++out_of_order;
  }
  for (auto& thread : threads) thread.join();

  CHECK(out_of_order == 0);
  for (const auto count : next) CHECK(count == each);
  CHECK(inbox.empty());
}

TEST_CASE("a run ring keeps its order while it grows and wraps", "[ring]") {
  RunRing<int> ring;
  int in = 0;
  int out = 0;
  for (int round = 0; round < 200; ++round) {
    for (int i = 0; i < 11; ++i) ring.push(in++);
    for (int i = 0; i < 7; ++i) REQUIRE(ring.pop() == out++);
  }
  CHECK(ring.size() == 200 * 4);
  while (!ring.empty()) REQUIRE(ring.pop() == out++);
  CHECK(in == out);
}
