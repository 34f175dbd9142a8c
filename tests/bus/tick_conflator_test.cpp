#include "bus/tick_conflator.hpp"

#include <catch2/catch.hpp>
#include <map>
#include <random>

using namespace signalbox;
using namespace std::chrono_literals;
using Offered = TickConflator::Offered;

namespace {

constexpr MonoTime start = mono_from_ns(1'000'000'000);

Tick tick(std::int64_t bid) { return {.symbol = Symbol{"BTC/USDT"}, .bid = Price{bid}}; }

std::vector<std::pair<std::string, Price>> released(TickConflator& conflator, MonoTime now) {
  std::vector<std::pair<std::string, Price>> all;
  conflator.release(
      now, [&](std::string_view stream, const Tick& t) { all.emplace_back(stream, t.bid); });
  return all;
}

}  // namespace

SCENARIO("ticks of one symbol are thinned to the latest per interval", "[bus]") {
  TickConflator conflator{10ms};
  GIVEN("a first tick, which goes out at once") {
    REQUIRE(conflator.offer("ticker.main.BTC", tick(1), start) == Offered::publish);
    CHECK_FALSE(conflator.next_due());

    WHEN("three more follow within the interval") {
      CHECK(conflator.offer("ticker.main.BTC", tick(2), start + 1ms) == Offered::held);
      CHECK(conflator.offer("ticker.main.BTC", tick(3), start + 2ms) == Offered::held);
      CHECK(conflator.offer("ticker.main.BTC", tick(4), start + 9ms) == Offered::held);
      THEN("the last of them goes out when it ends, once") {
        CHECK(conflator.next_due() == start + 10ms);
        CHECK(released(conflator, start + 9ms).empty());
        const auto out = released(conflator, start + 10ms);
        REQUIRE(out.size() == 1);
        CHECK(out[0].second == Price{4});
        CHECK(released(conflator, start + 10ms).empty());
        CHECK_FALSE(conflator.next_due());
      }
    }
    WHEN("the next comes after the interval") {
      THEN("it goes out at once as well") {
        CHECK(conflator.offer("ticker.main.BTC", tick(2), start + 10ms) == Offered::publish);
      }
    }
    WHEN("another symbol ticks") {
      THEN("it has an interval of its own") {
        CHECK(conflator.offer("ticker.main.ETH", tick(5), start + 1ms) == Offered::publish);
      }
    }
  }
}

TEST_CASE("an interval of 0 lets every tick through", "[bus]") {
  TickConflator conflator{0ms};
  for (int i = 0; i < 5; ++i)
    CHECK(conflator.offer("ticker.main.BTC", tick(i), start) == Offered::publish);
  CHECK_FALSE(conflator.next_due());
}

TEST_CASE("a symbol over the bound is told so and disturbs nobody", "[bus][I9]") {
  TickConflator conflator{10ms, 1};
  CHECK(conflator.offer("a", tick(1), start) == Offered::publish);
  CHECK(conflator.offer("b", tick(1), start) == Offered::full);
  CHECK(conflator.offer("a", tick(2), start + 1ms) == Offered::held);
}

TEST_CASE("no symbol exceeds its rate, and the latest always comes out", "[bus]") {
  constexpr auto interval = 10ms;
  std::mt19937 random{7};
  TickConflator conflator{interval};
  std::map<std::string, MonoTime> published;
  std::map<std::string, Price> offered;
  std::map<std::string, Price> seen;
  const auto publish = [&](std::string_view stream, const Tick& t, MonoTime now) {
    const std::string key{stream};
    if (published.contains(key)) REQUIRE(now - published[key] >= interval);
    published[key] = now;
    seen[key] = t.bid;
  };
  auto now = start;
  for (int step = 1; step <= 20'000; ++step) {
    now += std::chrono::microseconds{random() % 900};
    if (const auto due = conflator.next_due(); due && *due <= now)
      conflator.release(now, [&](std::string_view s, const Tick& t) { publish(s, t, now); });
    const auto stream = "ticker.main." + std::to_string(random() % 12);
    offered[stream] = Price{step};
    if (conflator.offer(stream, tick(step), now) == Offered::publish)
      publish(stream, tick(step), now);
  }
  while (const auto due = conflator.next_due()) {
    REQUIRE(*due <= now + interval);
    conflator.release(*due, [&](std::string_view s, const Tick& t) { publish(s, t, *due); });
  }
  CHECK(seen == offered);
}
