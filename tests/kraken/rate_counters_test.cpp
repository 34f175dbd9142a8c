#include "connectors/kraken/rate_counters.hpp"

#include <catch2/catch.hpp>

using namespace signalbox;
using namespace signalbox::kraken;
using namespace std::chrono_literals;

namespace {

constexpr MonoTime start{1h};
const VenueOrderId an_order{std::string_view{"OQCLML-BW3P3-BUCMWZ"}};
using Change = RateCounters::Change;

}  // namespace

SCENARIO("the venue's own example of its counter", "[kraken][rate]") {
  // An order, changed after 7 s and cancelled 36 s later: 1 + (1 + 2) + 4.
  RateCounters counters;
  CHECK(counters.cost(Change::add, {}, start) == 1);
  counters.born(an_order, start);
  CHECK(counters.cost(Change::amend, an_order, start + 7s) == 3);
  CHECK(counters.cost(Change::cancel, an_order, start + 43s) == 4);
}

SCENARIO("a cancel costs the more the younger its order is", "[kraken][rate]") {
  RateCounters counters;
  CHECK(counters.cost(Change::cancel, an_order, start) == 8);  // whose age nobody knows
  counters.born(an_order, start);
  const auto after = [&](Duration age) {
    return counters.cost(Change::cancel, an_order, start + age);
  };
  CHECK(after(4s) == 8);
  CHECK(after(5s) == 6);
  CHECK(after(10s) == 5);
  CHECK(after(15s) == 4);
  CHECK(after(45s) == 2);
  CHECK(after(90s) == 1);
  CHECK(after(300s) == 0);
}

SCENARIO("entries leave a fifth of the counter alone, and it runs down", "[kraken][rate]") {
  RateCounters counters;
  for (int i = 0; i < 48; ++i) {
    REQUIRE(counters.has_room(0, 1, start));
    counters.count(0, 1, start);
  }
  CHECK_FALSE(counters.has_room(0, 1, start));
  CHECK(counters.has_room(1, 1, start));  // another pair
  CHECK_FALSE(counters.has_room(0, 1, start + 999ms));
  CHECK(counters.has_room(0, 1, start + 1s));
  WHEN("the venue says that the account is of a higher grade") {
    counters.set_most(125);
    CHECK(counters.has_room(0, 52, start));
    CHECK_FALSE(counters.has_room(0, 53, start));
    // 2.34 a second.
    CHECK(counters.has_room(0, 54, start + 1s));
    CHECK_FALSE(counters.has_room(0, 55, start + 1s));
  }
  WHEN("it says what no grade has") {
    counters.set_most(1);
    CHECK(counters.grade().most == 60);
    counters.set_most(150);
    CHECK(counters.grade().most == 125);
  }
}
