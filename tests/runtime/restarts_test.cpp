#include "actors/runtime/restarts.hpp"

#include <catch2/catch.hpp>
#include <random>
#include <vector>

using namespace signalbox;
using namespace std::chrono_literals;

namespace {

/// Draws nothing: every wait is the longest its jitter allows.
struct NoJitter final : Random {
  std::uint64_t next() override { return 0; }
};

struct Drawn final : Random {
  std::uint64_t next() override { return engine(); }
  std::mt19937_64 engine{7};
};

constexpr RestartPauseOptions options{
    .base = 100ms, .cap = 1s, .jitter_percent = 20, .stable_after = 60s};

}  // namespace

SCENARIO("a failing connection is retried ever later", "[backoff]") {
  NoJitter none;
  RestartPause backoff(options);

  THEN("the wait doubles up to its cap") {
    std::vector<Duration> waits;
    for (int i = 0; i < 6; ++i) waits.push_back(backoff.next(0s, none));
    CHECK(waits == std::vector<Duration>{100ms, 200ms, 400ms, 800ms, 1s, 1s});
  }
  THEN("one that was stable for a while starts again at the base") {
    for (int i = 0; i < 4; ++i) backoff.next(59s, none);
    CHECK(backoff.next(60s, none) == 100ms);
    CHECK(backoff.next(0s, none) == 200ms);
  }
  THEN("thousands of failures do not overflow the doubling") {
    for (int i = 0; i < 5'000; ++i) CHECK(backoff.next(0s, none) <= 1s);
  }
}

TEST_CASE("jitter shortens a wait by at most its share", "[backoff]") {
  Drawn random;
  bool varied = false;
  for (int i = 0; i < 200; ++i) {
    RestartPause backoff(options);
    const Duration wait = backoff.next(0s, random);
    CHECK(wait <= 100ms);
    CHECK(wait >= 80ms);
    if (wait != 100ms) varied = true;
  }
  CHECK(varied);
}

TEST_CASE("a backoff that could never wait is refused at start-up", "[backoff]") {
  CHECK_THROWS(RestartPause({.base = 0ms}));
  CHECK_THROWS(RestartPause({.base = 2s, .cap = 1s}));
  CHECK_THROWS(RestartPause({.jitter_percent = 100}));
}

SCENARIO("restarts are spent from a budget per window", "[backoff]") {
  RestartBudget budget(3, 10s);
  const MonoTime start{};

  WHEN("three failures fall into one window") {
    for (int i = 0; i < 3; ++i) REQUIRE(budget.spend(start + i * 1s));
    THEN("the fourth is one too many") { CHECK_FALSE(budget.spend(start + 9s)); }
    THEN("it is allowed when the first has left the window") { CHECK(budget.spend(start + 10s)); }
  }
  WHEN("failures come slower than the window") {
    THEN("they never use it up") {
      for (int i = 0; i < 100; ++i) CHECK(budget.spend(start + i * 4s));
    }
  }
  WHEN("no restart is allowed at all") {
    RestartBudget none(0, 10s);
    THEN("the first failure is one too many") { CHECK_FALSE(none.spend(start)); }
  }
}
