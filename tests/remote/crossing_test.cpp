// What crosses the port, and what becomes of each request.
#include "messages/catalog.hpp"
#include "messages/codec.hpp"
#include "tests/messages/arbitrary.hpp"
#include "tests/remote/port_world.hpp"
#include "tests/support/printing.hpp"

using namespace signalbox;
using namespace signalbox::test;
using namespace std::chrono_literals;

namespace {

template <class List, class F>
void for_each_message(const List& list, F f) {
  list.apply([&f](const auto&... each) {
    (f(std::type_identity<typename std::remove_cvref_t<decltype(each)>::Message>{}), ...);
  });
}

template <class Request>
constexpr bool is_written = remote::is_write<Request>;

void ask(Venue& venue, const PlaceOrders& r, MonoTime d) { venue.place(r, d); }
void ask(Venue& venue, const AmendOrder& r, MonoTime d) { venue.amend(r, d); }
void ask(Venue& venue, const CancelOrder& r, MonoTime d) { venue.cancel(r, d); }
void ask(Venue& venue, const SubscribeTicker& r, MonoTime d) { venue.subscribe(r, d); }
template <class Query>
void ask(Venue& venue, const Query& r, MonoTime d) {
  venue.query(r, d);
}

RequestId id_of(const NotedVenue::Asked& asked) {
  return std::visit([](const auto& r) { return r.request; }, asked);
}

}  // namespace

TEST_CASE("every request crosses unchanged, and its result comes back under its id",
          "[remote][property]") {
  PortWorld world;
  world.bring_up();
  Arbitrary made{3, Arbitrary::Taste::proper};
  std::uint64_t id = 1'000'000;
  for_each_message(connection_requests, [&](auto type) {
    using Request = typename decltype(type)::type;
    using Answer = remote::Result<Request>;
    for (int i = 0; i < 50; ++i) {
      auto request = made.make<Request>();
      request.request = RequestId{++id};
      if constexpr (is_written<Request>) request.epoch = 5;
      const auto deadline = world.in(5s);
      ask(*world.remote, request, deadline);
      world.pass(Duration{});

      REQUIRE(world.venue.asked.size() == 1);
      const auto [asked, due] = world.venue.asked.back();
      const RequestId own = id_of(asked);
      auto there = std::get<Request>(asked);
      there.request = request.request;  // the host numbers its own
      REQUIRE(there == request);
      CHECK(due == deadline + world.there_clock.ahead());
      CHECK(world.remote->pending() == 1);

      auto answer = made.make<Answer>();
      answer.request = own;
      world.venue.sink->on(answer);
      world.pass(Duration{});
      answer.request = request.request;
      const auto answers = world.sink.all<Answer>();
      REQUIRE(answers.size() == 1);
      REQUIRE(answers[0] == answer);
      CHECK(world.remote->pending() == 0);
      world.venue.asked.clear();
      world.sink.said.clear();
    }
  });
  CHECK(world.log == std::vector<std::string>{"serving an engine of epoch 5"});
}

TEST_CASE("every report crosses unchanged", "[remote][property]") {
  PortWorld world;
  world.bring_up();
  Arbitrary made{4, Arbitrary::Taste::proper};
  for_each_message(connection_reports, [&](auto type) {
    using Report = typename decltype(type)::type;
    if constexpr (!requires(Report r) { r.request; }) {
      for (int i = 0; i < 50; ++i) {
        auto report = made.make<Report>();
        world.sink.said.clear();
        world.venue.sink->on(report);
        world.pass(Duration{});
        if constexpr (std::is_same_v<Report, InstrumentsReport>)
          if (report.instruments.empty()) continue;  // says nothing
        const auto said = world.sink.all<Report>();
        REQUIRE(said.size() == 1);
        if constexpr (std::is_same_v<Report, LinkReport>)
          report.generation = said[0].generation;  // counted here
        REQUIRE(said[0] == report);
      }
    }
  });
  CHECK(world.remote->counts().malformed == 0);
}

SCENARIO("a request has exactly one result, whatever happens", "[remote]") {
  PortWorld world;

  GIVEN("no process at the other end") {
    world.remote->place(an_entry(1), world.in(5s));
    CHECK(world.sink.all<WriteResult>().empty());  // never from inside the call
    world.pass(10s);
    REQUIRE(world.sink.all<WriteResult>().size() == 1);
    CHECK(world.sink.all<WriteResult>()[0].outcome == Outcome::refused);
    CHECK(world.sink.all<WriteResult>()[0].refusal == Refusal::not_sent);
    CHECK(world.link().state == LinkState::connecting);
  }

  GIVEN("a request that the venue has got") {
    world.bring_up();
    world.remote->place(an_entry(1), world.in(5s));
    world.remote->query(QueryBalances{RequestId{2}}, world.in(5s));
    world.pass(1s);
    REQUIRE(world.venue.asked.size() == 2);
    const auto own = id_of(world.venue.asked[0].first);

    WHEN("no answer comes until its deadline, but one after it") {
      world.pass(4s);
      REQUIRE(world.sink.all<WriteResult>().size() == 1);
      CHECK(world.sink.all<WriteResult>()[0].outcome == Outcome::unknown);
      CHECK(world.sink.all<WriteResult>()[0].request == RequestId{1});
      CHECK(world.sink.all<BalancesResult>().at(0).outcome == Outcome::unknown);
      world.venue.sink->on(WriteResult{.request = own, .outcome = Outcome::accepted});
      world.pass(1s);
      THEN("it stays unknown") {
        CHECK(world.sink.all<WriteResult>().size() == 1);
        CHECK(world.remote->counts().late_results == 1);
      }
    }
    WHEN("the port is lost") {
      world.pair.cut();
      world.pass(Duration{});
      THEN("first the connection is down, then the request is of unknown fate") {
        REQUIRE(world.sink.said.size() >= 3);
        const auto& last = world.sink.said;
        CHECK(std::get<LinkReport>(last[last.size() - 3]).state == LinkState::down);
        REQUIRE(world.sink.all<WriteResult>().size() == 1);
        CHECK(world.sink.all<WriteResult>()[0].outcome == Outcome::unknown);
        CHECK(world.sink.all<BalancesResult>().at(0).outcome == Outcome::unknown);
      }
      AND_WHEN("the answer comes after the port is back") {
        world.connect();
        world.venue.sink->on(WriteResult{.request = own, .outcome = Outcome::accepted});
        world.pass(10s);
        THEN("nobody waits for it any more") {
          CHECK(world.sink.all<WriteResult>().size() == 1);
          CHECK(world.remote->counts().late_results == 0);
        }
      }
    }
    WHEN("the venue is stopped") {
      world.remote->stop();
      CHECK(world.sink.all<WriteResult>().empty());
      world.pass(10s);
      THEN("it is unknown, and the connection down") {
        CHECK(world.sink.all<WriteResult>().at(0).outcome == Outcome::unknown);
        CHECK(world.link().state == LinkState::down);
      }
    }
    WHEN("another venue takes its place, with requests of the same numbers") {
      world.make_remote();
      world.remote->place(an_entry(1), world.in(5s));
      world.pass(Duration{});
      REQUIRE(world.venue.asked.size() == 3);
      world.venue.sink->on(WriteResult{.request = own, .outcome = Outcome::accepted});
      world.pass(Duration{});
      THEN("the earlier one's answer is not its answer") {
        CHECK(world.sink.all<WriteResult>().empty());
        CHECK(world.remote->pending() == 1);
      }
    }
    WHEN("its answer is of another kind") {
      world.venue.sink->on(FillsResult{.request = own, .outcome = Outcome::accepted, .items = {}});
      world.pass(Duration{});
      THEN("the other end is not believed any more") {
        CHECK(world.sink.all<FillsResult>().empty());
        CHECK(world.sink.all<WriteResult>().at(0).outcome == Outcome::unknown);
        CHECK(world.remote->counts().malformed == 1);
      }
    }
  }
}

SCENARIO("a request that was held up on its way does not reach the venue late", "[remote][I2]") {
  PortWorld world;
  world.bring_up();
  world.pair.held_up = true;
  world.remote->place(an_entry(1), world.in(5s));
  world.remote->cancel(a_cancel(2), world.in(5s));

  WHEN("it arrives within its validity") {
    world.pass(1500ms);
    world.pair.release();
    world.pass(Duration{});
    THEN("it has lost that time") {
      REQUIRE(world.venue.asked.size() == 2);
      const auto& [asked, due] = world.venue.asked[0];
      CHECK(std::get<PlaceOrders>(asked).valid_for == 500ms);
      CHECK(due == world.there_clock.mono() + 3500ms);
    }
  }
  WHEN("the order's own validity is over") {
    world.pass(2500ms);
    world.pair.release();
    world.pass(Duration{});
    THEN("it was not sent, and the engine knows it; a cancel still goes") {
      REQUIRE(world.venue.asked.size() == 1);
      CHECK(std::holds_alternative<CancelOrder>(world.venue.asked[0].first));
      CHECK(world.sink.all<WriteResult>().at(0).refusal == Refusal::not_sent);
    }
  }
  WHEN("the engine has given it up") {
    world.pass(6s);
    world.pair.release();
    world.pass(Duration{});
    THEN("nothing is done") {
      CHECK(world.venue.asked.empty());
      CHECK(world.host->counts().late_requests == 2);
      CHECK(world.sink.all<WriteResult>().size() == 2);
    }
  }
}

SCENARIO("how old a request is cannot be underestimated", "[remote][I11][property]") {
  // Journeys of any length, a clock that drifts as much as clocks do, and one that starts at 0.
  std::mt19937_64 random{9};
  for (const std::int64_t drift : {-900, 0, 900}) {
    PeerClock estimate;
    CHECK(estimate.at_least(MonoTime{5s}) == 0s);
    Duration true_time{};
    const auto there = [&] {
      return Duration{true_time.count() + true_time.count() / 1'000'000 * drift} + 1h;
    };
    for (int i = 0; i < 2000; ++i) {
      const Duration sent = there();
      true_time += Duration{static_cast<std::int64_t>(random() % 40'000'000)};  // the journey
      estimate.heard(sent, MonoTime{true_time});
      true_time += Duration{static_cast<std::int64_t>(random() % 3'000'000'000)};
      const auto guess = estimate.at_least(MonoTime{true_time});
      REQUIRE(guess <= there());
      REQUIRE(there() - guess < 100ms);
    }
  }
  PeerClock absurd;
  absurd.heard(Duration::max(), MonoTime{1s});
  CHECK(absurd.at_least(MonoTime{2s}) > 0s);
}
