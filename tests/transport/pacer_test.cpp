#include "connectors/transport/pacer.hpp"

#include <catch2/catch.hpp>

using namespace signalbox;
using namespace std::chrono_literals;
using Kind = Pace::Kind;

namespace {

constexpr PaceCost order{.weight = 1, .orders = 1};
constexpr PaceCost query{.weight = 1};
constexpr WallTime noon = wall_from_ns(1'700'000'000'000'000'000);

PaceLimit weight_per_minute(std::uint32_t most) {
  return {.counts = PaceLimit::Counts::weight,
          .window = 1min,
          .most = most,
          .used_header = "X-MBX-USED-WEIGHT-1M"};
}
PaceLimit orders_per_10s(std::uint32_t most) {
  return {.counts = PaceLimit::Counts::orders,
          .window = 10s,
          .most = most,
          .used_header = "X-MBX-ORDER-COUNT-10S"};
}

std::string used_weight(int n) { return "X-Mbx-Used-Weight-1m: " + std::to_string(n) + "\r\n"; }

/// How many of these may go now.
int may_go(Pacer& pacer, MonoTime now, PaceClass who, PaceCost cost, int at_most = 10'000) {
  int n = 0;
  while (n < at_most && pacer.ask(now, who, cost).kind == Kind::go) ++n;
  return n;
}

}  // namespace

SCENARIO("entries leave a fifth of every budget to exits", "[pacer]") {
  MonoTime now = mono_from_ns(0) + 1h;
  Pacer pacer{{.limits = {weight_per_minute(100)}}};
  CHECK(may_go(pacer, now, PaceClass::entry, order) == 80);
  const auto waits = pacer.ask(now, PaceClass::entry, order);
  CHECK(waits.kind == Kind::wait);
  CHECK(waits.until > now);
  CHECK(waits.until <= now + 1min + 4s);
  CHECK(may_go(pacer, now, PaceClass::exit, order) == 20);
  CHECK(pacer.ask(now, PaceClass::exit, order).kind == Kind::wait);

  WHEN("an entry asks again when it was told to") {
    now = waits.until;
    THEN("it may go") { CHECK(pacer.ask(now, PaceClass::entry, order).kind == Kind::go); }
  }
}

SCENARIO("questions about orders leave a quarter of the reserve to exits", "[pacer][I1]") {
  const MonoTime now = mono_from_ns(0) + 1h;
  Pacer pacer{{.limits = {weight_per_minute(1000)}}};
  CHECK(may_go(pacer, now, PaceClass::entry, order) == 800);
  CHECK(may_go(pacer, now, PaceClass::urgent, query) == 150);
  CHECK(pacer.ask(now, PaceClass::urgent, query).kind == Kind::wait);
  CHECK(may_go(pacer, now, PaceClass::exit, order) == 50);
  WHEN("the venue counts more than we do") {
    Pacer other{{.limits = {weight_per_minute(1000)}}};
    other.on_answer(now, 200, used_weight(940));
    CHECK(may_go(other, now, PaceClass::urgent, query) == 10);
    CHECK(other.ask(now, PaceClass::urgent, query).kind == Kind::wait);
    CHECK(may_go(other, now, PaceClass::exit, order) >= 50);
  }
}

SCENARIO("no window of the venue's ever sees more than its limit", "[pacer]") {
  // Entries as fast as they are allowed, for ten minutes: any minute holds at most 80.
  Pacer pacer{{.limits = {weight_per_minute(100)}}};
  MonoTime now = mono_from_ns(0) + 1h;
  const auto end = now + 10min;
  std::vector<MonoTime> sent;
  while (now < end) {
    const auto pace = pacer.ask(now, PaceClass::entry, order);
    if (pace.kind == Kind::go) {
      sent.push_back(now);
      now += 100ms;
    } else {
      REQUIRE(pace.kind == Kind::wait);
      REQUIRE(pace.until > now);
      now = pace.until;
    }
  }
  for (std::size_t i = 80; i < sent.size(); ++i) REQUIRE(sent[i] - sent[i - 80] >= 1min);
  CHECK(sent.size() > 700);  // and most of the budget is used
}

SCENARIO("several limits hold at once", "[pacer]") {
  MonoTime now = mono_from_ns(0) + 1h;
  const PaceLimit per_day{.counts = PaceLimit::Counts::orders, .window = 24h, .most = 30};
  Pacer pacer{{.limits = {weight_per_minute(1000), orders_per_10s(10), per_day}}};
  CHECK(may_go(pacer, now, PaceClass::exit, order) == 10);
  CHECK(may_go(pacer, now, PaceClass::exit, query, 5) == 5);  // not an order
  now += 11s;
  CHECK(may_go(pacer, now, PaceClass::exit, order) == 10);
  now += 11s;
  CHECK(may_go(pacer, now, PaceClass::exit, order) == 10);
  now += 11s;
  const auto pace = pacer.ask(now, PaceClass::exit, order);  // the day's are used up
  CHECK(pace.kind == Kind::wait);
  CHECK(pace.until > now + 23h);
  CHECK(pacer.ask(now, PaceClass::exit, query).kind == Kind::go);
}

SCENARIO("the venue's own count is believed when it is higher", "[pacer]") {
  MonoTime now = mono_from_ns(0) + 1h;
  Pacer pacer{{.limits = {weight_per_minute(100)}}};
  pacer.on_answer(now, 200, used_weight(70));  // others use this address too
  CHECK(may_go(pacer, now, PaceClass::entry, query) == 10);
  CHECK(may_go(pacer, now, PaceClass::exit, query) == 20);
  THEN("until it is older than the window") {
    now += 61s;
    CHECK(may_go(pacer, now, PaceClass::exit, query) > 0);
  }
  THEN("or the venue says otherwise") {
    now += 15s;
    pacer.on_answer(now, 200, used_weight(0));
    CHECK(pacer.ask(now, PaceClass::exit, query).kind == Kind::go);
    // Entries still remember what we sent ourselves.
    CHECK(may_go(pacer, now, PaceClass::entry, query) == 80 - 31);
  }
}

SCENARIO("an exit is held only by the venue's own limit", "[pacer]") {
  MonoTime now = mono_from_ns(0) + 1h;
  Pacer pacer{{.limits = {weight_per_minute(100)}}};
  REQUIRE(may_go(pacer, now, PaceClass::entry, query) == 80);
  REQUIRE(may_go(pacer, now, PaceClass::exit, query) == 20);
  now += 5s;
  pacer.on_answer(now, 200, used_weight(3));  // the venue's minute began anew
  CHECK(may_go(pacer, now, PaceClass::exit, query) == 97);
  CHECK(pacer.ask(now, PaceClass::entry, query).kind == Kind::wait);

  WHEN("the venue says that its limit is reached") {
    pacer.on_answer(now, 200, used_weight(100));
    const auto pace = pacer.ask(now, PaceClass::exit, query);
    CHECK(pace.kind == Kind::wait);
    THEN("an exit tries again within seconds, one at a time") {
      CHECK(pace.until <= now + 4s);
      now = pace.until;
      CHECK(may_go(pacer, now, PaceClass::exit, query) == 1);
      CHECK(pacer.ask(now, PaceClass::entry, query).kind == Kind::wait);
    }
  }
}

SCENARIO("Retry-After holds up everyone", "[pacer]") {
  MonoTime now = mono_from_ns(0) + 1h;
  Pacer pacer{{.limits = {weight_per_minute(100)}}};
  pacer.on_answer(now, 429, "Retry-After: 7\r\n");
  for (const auto who : {PaceClass::entry, PaceClass::exit}) {
    const auto pace = pacer.ask(now + 6999ms, who, query);
    CHECK(pace.kind == Kind::wait);
    CHECK(pace.until == now + 7s);
    CHECK(pacer.ask(now + 7s, who, query).kind == Kind::go);
  }
  THEN("a shorter one does not shorten it") {
    pacer.on_answer(now, 429, "Retry-After: 1\r\n");
    CHECK(pacer.ask(now + 2s, PaceClass::exit, query).kind == Kind::wait);
  }
}

SCENARIO("odd values of Retry-After", "[pacer]") {
  MonoTime now = mono_from_ns(0) + 1h;
  const auto until = [&](int status, std::string_view headers) {
    Pacer pacer{{.limits = {weight_per_minute(100)}}};
    pacer.on_answer(now, status, headers);
    const auto pace = pacer.ask(now, PaceClass::exit, query);
    return pace.kind == Kind::go ? Duration{} : pace.until - now;
  };
  CHECK(until(429, "") == 1s);
  CHECK(until(418, "") == 2min);
  CHECK(until(429, "Retry-After: Wed, 21 Oct 2026 07:28:00 GMT\r\n") == 1s);
  CHECK(until(429, "Retry-After: -5\r\n") == 1s);
  CHECK(until(429, "Retry-After: 9223372036854775807\r\n") == 7 * 24h);
  CHECK(until(429, "Retry-After: 99999999999999999999999\r\n") == 1s);
  CHECK(until(200, "Retry-After: 5\r\n") == 0s);
  CHECK(until(503, "Retry-After: 5\r\n") == 0s);
}

SCENARIO("no request during a ban, also not after a restart", "[pacer][I10]") {
  MonoTime now = mono_from_ns(0) + 1h;
  Pacer pacer{{.limits = {weight_per_minute(100)}}};
  pacer.on_answer(now, 418, "Retry-After: 600\r\n");
  for (const auto who : {PaceClass::entry, PaceClass::exit}) {
    const auto pace = pacer.ask(now + 599s, who, query);
    CHECK(pace.kind == Kind::banned);
    CHECK(pace.until == now + 600s);
  }
  const auto memory = pacer.memory(now + 100s, noon);
  CHECK(memory.banned_until == noon + 500s);

  WHEN("another process begins 200 s later, with another monotonic clock") {
    MonoTime later = mono_from_ns(0) + 5s;
    Pacer fresh{{.limits = {weight_per_minute(100)}}};
    fresh.remember(memory, later, noon + 200s);
    CHECK(fresh.ask(later, PaceClass::exit, query).kind == Kind::banned);
    CHECK(fresh.ask(later + 299s, PaceClass::exit, query).kind == Kind::banned);
    CHECK(fresh.ask(later + 300s, PaceClass::exit, query).kind == Kind::go);
  }
  WHEN("the memory is old") {
    Pacer fresh{{.limits = {weight_per_minute(100)}}};
    fresh.remember(memory, now, noon + 501s);
    CHECK(fresh.ask(now, PaceClass::exit, query).kind == Kind::go);
  }
  WHEN("the wall clock was wrong by years when it was written") {
    Pacer fresh{{.limits = {weight_per_minute(100)}}};
    fresh.remember({.banned_until = noon + 24h * 4000}, now, noon);
    CHECK(fresh.ask(now + 7 * 24h, PaceClass::exit, query).kind == Kind::go);
  }
  WHEN("the limits are told anew") {
    pacer.set_limits({weight_per_minute(5)});
    CHECK(pacer.ask(now, PaceClass::exit, query).kind == Kind::banned);
  }
}

SCENARIO("what was not sent is given back", "[pacer]") {
  MonoTime now = mono_from_ns(0) + 1h;
  Pacer pacer{{.limits = {weight_per_minute(100)}}};
  REQUIRE(may_go(pacer, now, PaceClass::exit, query) == 100);
  now += 8s;
  pacer.give_back(now, {.weight = 10});
  CHECK(may_go(pacer, now, PaceClass::exit, query) == 10);
  pacer.give_back(now, {.weight = 4'000'000});  // more than was ever taken
  CHECK(may_go(pacer, now, PaceClass::exit, query) == 100);
}

SCENARIO("a request that can never fit says so", "[pacer]") {
  Pacer pacer{{.limits = {weight_per_minute(100)}}};
  const auto now = mono_from_ns(0) + 1h;
  CHECK(pacer.ask(now, PaceClass::entry, {.weight = 81}).kind == Kind::never);
  CHECK(pacer.ask(now, PaceClass::exit, {.weight = 81}).kind == Kind::go);
  CHECK(pacer.ask(now, PaceClass::exit, {.weight = 101}).kind == Kind::never);
}

SCENARIO("a refused request is not counted in any limit", "[pacer]") {
  MonoTime now = mono_from_ns(0) + 1h;
  Pacer pacer{{.limits = {weight_per_minute(100), orders_per_10s(5)}}};
  CHECK(may_go(pacer, now, PaceClass::exit, order) == 5);
  for (int i = 0; i < 500; ++i) static_cast<void>(pacer.ask(now, PaceClass::exit, order));
  CHECK(may_go(pacer, now, PaceClass::exit, query) == 95);
}
