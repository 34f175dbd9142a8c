#include "connectors/kit/reports.hpp"

#include <catch2/catch.hpp>

#include "tests/support/told.hpp"
#include "tests/support/virtual_time.hpp"

using namespace signalbox;
using namespace signalbox::kit;
using namespace signalbox::test;
using namespace std::chrono_literals;

namespace {

const OrderKey stop_key{0, VenueOrderId{"2000267"}};

OrderRow stop(OrderStatus status) {
  OrderRow row;
  row.key = stop_key;
  row.report.id = ClientOrderId{"simuihqmg4f4ej0000"};
  row.report.quantity = Quantity{1};
  row.report.status = status;
  return row;
}

struct Books {
  VirtualClock clock;
  Told told;
  Reports reports{clock};

  Books() {
    reports.set_sink(&told);
    clock.advance_to(MonoTime{1s});
    reports.streamed(stop(OrderStatus::working));
    pass(1s);
  }
  void pass(Duration time) { clock.advance_to(clock.mono() + time); }
  std::vector<OrderStatus> statuses() const {
    std::vector<OrderStatus> all;
    for (const auto& report : told.of<OrderReport>()) all.push_back(report.status);
    return all;
  }
};

}  // namespace

TEST_CASE("an order that nobody could find is live when it is shown again", "[kit][I1]") {
  Books books;
  books.reports.not_found(stop_key);
  CHECK(books.reports.missing({}, books.clock.mono()).empty());

  const std::vector picture{stop(OrderStatus::working)};
  CHECK(books.reports.ahead_of_stream(picture, books.clock.mono()) == std::vector{stop_key});
  books.reports.pictured(picture.front(), books.clock.mono());
  CHECK(books.statuses() == std::vector{OrderStatus::working, OrderStatus::working});
  CHECK_FALSE(books.reports.has_ended(stop_key));

  SECTION("its end is looked for when a picture lacks it") {
    books.pass(1s);
    const auto missing = books.reports.missing({}, books.clock.mono());
    REQUIRE(missing.size() == 1);
    CHECK(missing.front().key == stop_key);
  }
  SECTION("nothing is ahead of the stream any more") {
    CHECK(books.reports.ahead_of_stream(picture, books.clock.mono()).empty());
  }
}

TEST_CASE("an order whose end was told stays ended, whatever an older picture shows", "[kit]") {
  Books books;
  const auto told_as_found = [&] {
    books.reports.pictured(stop(OrderStatus::cancelled), books.clock.mono());
  };
  SECTION("by its own description") { told_as_found(); }
  SECTION("by the order that took its place") { books.reports.gone(stop_key); }
  SECTION("by its description, after it was not found") {
    books.reports.not_found(stop_key);
    told_as_found();
  }
  const auto before = books.statuses();
  books.reports.pictured(stop(OrderStatus::working), books.clock.mono());
  CHECK(books.statuses() == before);
  CHECK(books.reports.has_ended(stop_key));
  CHECK(books.reports.ahead_of_stream({stop(OrderStatus::working)}, books.clock.mono()).empty());
}
