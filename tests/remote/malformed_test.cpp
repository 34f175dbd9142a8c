// Whatever comes in, from either side: no crash, nothing believed, and back to work.
#include <random>

#include "messages/catalog.hpp"
#include "messages/codec.hpp"
#include "tests/remote/port_world.hpp"
#include "tests/support/printing.hpp"

using namespace signalbox;
using namespace signalbox::test;
using namespace std::chrono_literals;

namespace {

std::vector<std::string> all_types() {
  std::vector<std::string> types{"", "no_such_thing", "heartbeat"};
  const auto add = [&types](const auto& list) {
    list.apply([&](const auto&... each) { (types.emplace_back(each.type), ...); });
  };
  add(connection_hellos);
  add(connection_requests);
  add(connection_reports);
  return types;
}

/// Frames that crossed in an ordinary session, to be damaged.
std::vector<Frame> ordinary_frames() {
  PortWorld world;
  world.bring_up();
  world.remote->place(an_entry(1), world.in(5s));
  world.remote->cancel(a_cancel(2), world.in(5s));
  world.remote->query(QueryFills{RequestId{3}, Symbol{"BTC/USDT"}, {}}, world.in(5s));
  world.pass(Duration{});
  world.venue.sink->on(a_fill("t1"));
  world.venue.sink->on(InstrumentsReport{{Instrument{.symbol = Symbol{"BTC/USDT"}}}});
  for (std::uint64_t own = 1; own <= 2; ++own)
    world.venue.sink->on(WriteResult{.request = RequestId{own}, .outcome = Outcome::accepted});
  world.pass(3s);
  return world.pair.crossed;
}

std::string damaged(std::string body, std::mt19937_64& random) {
  switch (random() % 4) {
    case 0: return body.substr(0, random() % (body.size() + 1));
    case 1: return body + static_cast<char>(random());
    case 2: {
      std::string noise(random() % 64, '\0');
      for (auto& c : noise) c = static_cast<char>(random());
      return noise;
    }
    default:
      for (auto n = 1 + random() % 3; n > 0 && !body.empty(); --n)
        body[random() % body.size()] = static_cast<char>(random());
      return body;
  }
}

}  // namespace

TEST_CASE("damaged frames end a session at most", "[remote][fuzz]") {
  const auto frames = ordinary_frames();
  const auto types = all_types();
  std::mt19937_64 random{21};
  PortWorld world;
  world.bring_up();
  for (int i = 0; i < 20'000; ++i) {
    auto frame = frames[random() % frames.size()];
    frame.body = damaged(frame.body, random);
    if (random() % 4 == 0) frame.type = types[random() % types.size()];
    if (random() % 4 == 0)
      frame.to = frame.to == Frame::To::host ? Frame::To::engine : Frame::To::host;
    world.pair.inject(frame);
    world.pass(10ms);
    if (i % 500 == 0) world.sink.said.clear();
  }
  CHECK(world.remote->counts().malformed > 100);
  CHECK(world.host->counts().malformed > 1000);

  // A damaged epoch or generation may have been a valid one of the far future: then the process
  // rightly takes this engine for an old one. A new one is served at once.
  world.pair.cut();
  world.pair.epoch = UINT32_MAX;
  world.host = std::make_unique<VenueHost>(
      VenueHostOptions{.account = AccountName{"main"}, .process = 78}, world.venue,
      world.pair.host_port(), world.there_clock, world.there_timers);
  world.pair.set_host(world.host.get());
  world.host->start();
  world.make_remote();
  world.bring_up();
  world.venue.asked.clear();
  world.remote->place(an_entry(1, UINT32_MAX), world.in(5s));
  world.pass(Duration{});
  CHECK(world.venue.asked.size() == 1);
}

SCENARIO("a report that cannot be read is not passed over", "[remote]") {
  PortWorld world;
  world.bring_up();
  world.remote->place(an_entry(1), world.in(5s));
  world.pass(Duration{});
  world.sink.said.clear();
  world.pair.inject({Frame::To::engine, "fill", "\x81\xa1x\x01"});  // could have been a trade
  world.pass(Duration{});

  CHECK(world.link().state == LinkState::down);
  CHECK(world.link().detail.str().find("'fill'") != std::string::npos);
  CHECK(world.sink.all<WriteResult>().at(0).outcome == Outcome::unknown);
  CHECK_FALSE(world.host->welcomed());

  world.pass(2s);
  THEN("the session begins anew a second later") {
    CHECK(world.host->welcomed());
    CHECK(world.link().state == LinkState::ready);
  }
  THEN("a process that never learns is asked no more than once a second") {
    const auto before = world.pair.count("refused");
    for (int i = 0; i < 100; ++i) {
      world.pair.inject({Frame::To::engine, "fill", "\xc1"});
      world.pass(100ms);
    }
    CHECK(world.pair.count("refused") - before <= 11);
  }
}

SCENARIO("a request that cannot be read is not guessed at", "[remote]") {
  PortWorld world;
  world.bring_up();
  world.pair.inject({Frame::To::host, "place", "\x80"});
  world.pair.inject({Frame::To::host, "written", "\x80"});
  world.pass(Duration{});
  CHECK(world.venue.asked.empty());
  CHECK(world.host->counts().malformed == 2);
  CHECK(world.host->welcomed());
  CHECK(world.log.size() == 3);  // serving, and one for each
}
