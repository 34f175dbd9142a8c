// How the two ends find each other, lose each other, and know of which time a message is.
#include "messages/catalog.hpp"
#include "messages/codec.hpp"
#include "tests/remote/port_world.hpp"
#include "tests/support/printing.hpp"

using namespace signalbox;
using namespace signalbox::test;
using namespace std::chrono_literals;

namespace {

template <class T>
Frame frame_of(Frame::To to, std::string_view type, const T& message) {
  return {to, std::string{type}, encoded(message)};
}

template <class Request>
Frame request_frame(std::uint64_t generation, const Request& request, Duration sent) {
  return frame_of(Frame::To::host, type_of<Request>(connection_requests),
                  PortRequest<Request>{generation, sent, 5s, request});
}

bool says(const std::vector<std::string>& log, std::string_view words) {
  return std::any_of(log.begin(), log.end(),
                     [&](const std::string& line) { return line.find(words) != line.npos; });
}

}  // namespace

SCENARIO("a process says hello until it is answered", "[remote]") {
  PortWorld world;
  world.remote.reset();  // the engine's connection is being restarted
  world.connect();
  world.pass(3500ms);
  CHECK(world.pair.count("hello") == 4);
  CHECK_FALSE(world.host->welcomed());

  world.make_remote();  // it is told of the process that waits
  CHECK(world.host->welcomed());
  world.pass(10s);
  CHECK(world.pair.count("hello") == 4);
  CHECK(world.pair.count("welcome") == 1);
  CHECK(world.pair.count("clock") >= 10);
}

SCENARIO("a hello that is repeated changes nothing", "[remote]") {
  PortWorld world;
  world.bring_up();
  world.remote->place(an_entry(1), world.in(5s));
  for (const auto& frame : std::vector<Frame>{world.pair.crossed})
    if (frame.type == "hello") world.pair.inject(frame);
  world.pass(Duration{});
  CHECK(world.pair.count("welcome") == 2);
  CHECK(world.remote->pending() == 1);
  CHECK(world.link().state == LinkState::ready);
}

SCENARIO("ends that do not belong together part, and say why", "[remote]") {
  struct Case {
    std::string what;
    std::function<void(Capabilities&, VenueHostOptions&)> change;
    std::string words;
  };
  const auto wrong = GENERATE(values<Case>(
      {{"account", [](auto&, auto& o) { o.account = AccountName{"second"}; }, "port of 'main'"},
       {"network", [](auto&, auto& o) { o.testnet = true; }, "not on the testnet"},
       {"venue", [](auto& c, auto&) { c.venue = VenueName{"binance"}; }, "hosts 'binance'"},
       {"capabilities", [](auto& c, auto&) { c.amends = false; }, "two builds"},
       {"tiers", [](auto& c, auto&) { c.tiers[0].both_legs = false; }, "two builds"}}));
  DYNAMIC_SECTION("another " << wrong.what) {
    auto capabilities = some_capabilities();
    VenueHostOptions options{.account = AccountName{"main"}};
    wrong.change(capabilities, options);
    PortWorld world{capabilities, options};
    world.connect();
    world.venue.sink->on(a_fill("t1"));
    world.venue.sink->on(LinkReport{.state = LinkState::ready, .generation = 1});
    world.pass(5s);
    CHECK_FALSE(world.host->welcomed());
    CHECK(says(world.log, wrong.words));
    CHECK(world.log.size() == 1);  // not once a second
    CHECK(world.link().state == LinkState::down);
    CHECK(world.link().detail.str().find(wrong.words) != std::string::npos);
    CHECK(world.sink.all<LinkReport>().size() == 2);  // connecting, down: told once as well
    CHECK(world.sink.all<FillReport>().empty());
    world.remote->place(an_entry(1), world.in(5s));
    world.pass(1s);
    CHECK(world.sink.all<WriteResult>().at(0).refusal == Refusal::not_sent);
    CHECK(world.venue.asked.empty());
  }
}

SCENARIO("another version of the port is refused", "[remote]") {
  PortWorld world;
  world.pair.connect();
  ConnectionHello hello{.account = AccountName{"main"}, .capabilities = some_capabilities()};
  hello.version = 2;
  world.remote->on_hello(hello);
  CHECK(world.link().state == LinkState::down);
  CHECK(world.link().detail.str().find("version 2") != std::string::npos);
}

SCENARIO("what happened while the engine was away is told when it is back", "[remote]") {
  PortWorld world;
  world.bring_up();
  std::vector<Instrument> instruments(1201);
  for (std::size_t i = 0; i < instruments.size(); ++i)
    instruments[i].symbol = Symbol{"C" + std::to_string(i) + "/USDT"};
  world.venue.sink->on(InstrumentsReport{instruments});
  world.pass(Duration{});
  CHECK(world.sink.all<InstrumentsReport>().size() == 3);

  world.pair.cut();
  world.pass(1s);
  world.venue.sink->on(a_fill("t1"));
  world.venue.sink->on(a_fill("t2"));
  world.venue.sink->on(OrderReport{.symbol = Symbol{"BTC/USDT"}, .venue_id = VenueOrderId{"7"}});
  world.sink.said.clear();
  world.connect();

  THEN("instruments and fills come first, the state of the connection last") {
    CHECK(world.sink.all<InstrumentsReport>().size() == 3);
    const auto fills = world.sink.all<FillReport>();
    REQUIRE(fills.size() == 2);
    CHECK(fills[0] == a_fill("t1"));
    CHECK(std::holds_alternative<LinkReport>(world.sink.said.back()));
    CHECK(world.link().state == LinkState::ready);
  }
  THEN("it is another connection to whoever counts them") {
    const auto before = world.link().generation;
    world.pair.cut();
    world.connect();
    CHECK(world.link().generation > before);
  }
  THEN("fills are kept for so long, and not longer") {
    for (int i = 0; i < 1000; ++i) world.venue.sink->on(a_fill("x" + std::to_string(i)));
    world.pass(Duration{});
    world.pair.cut();
    world.sink.said.clear();
    world.connect();
    CHECK(world.sink.all<FillReport>().size() == VenueHost::fills_kept);
    CHECK(world.sink.all<FillReport>().back() == a_fill("x999"));
  }
}

SCENARIO("reports of an earlier session are dropped, fills excepted", "[remote]") {
  PortWorld world;
  world.bring_up();
  world.pair.held_up = true;
  world.venue.sink->on(a_fill("t1"));
  world.venue.sink->on(LinkReport{.state = LinkState::stale, .generation = 1});
  world.venue.sink->on(OrderReport{.symbol = Symbol{"BTC/USDT"}});
  world.pass(Duration{});
  world.make_remote();  // its welcome is held up, too
  world.sink.said.clear();
  world.pair.release();
  world.pass(Duration{});
  CHECK(world.sink.all<OrderReport>().empty());
  CHECK(world.remote->counts().stale_reports == 2);
  const auto fills = world.sink.all<FillReport>();
  REQUIRE(fills.size() == 2);  // as it was sent, and again after the welcome
  CHECK(fills[0] == fills[1]);
}

SCENARIO("writes of an earlier epoch do not reach the venue", "[remote][I2]") {
  PortWorld world;
  world.bring_up();  // epoch 5
  world.remote->place(an_entry(1, 4), world.in(5s));
  world.remote->cancel(a_cancel(2, 6), world.in(5s));
  world.remote->query(QueryBalances{RequestId{3}}, world.in(5s));
  world.pass(Duration{});
  CHECK(world.venue.asked.size() == 1);
  CHECK(world.host->counts().fenced == 2);
  CHECK(world.sink.all<WriteResult>().at(0).refusal == Refusal::gate);

  WHEN("a newer engine was here and the earlier one comes back") {
    world.pair.cut();
    world.pair.epoch = 6;
    world.make_remote();
    world.connect();
    CHECK(world.host->welcomed());
    world.pair.cut();
    world.pair.epoch = 5;
    world.make_remote();
    world.connect();
    world.pass(5s);
    THEN("it is not served") {
      CHECK_FALSE(world.host->welcomed());
      CHECK(says(world.log, "epoch 5 came after one of 6"));
      world.remote->place(an_entry(9), world.in(5s));
      world.pass(6s);
      CHECK(world.venue.asked.size() == 1);
    }
  }
}

SCENARIO("requests are taken only in the session they belong to", "[remote]") {
  PortWorld world;
  world.bring_up();
  const std::uint64_t first = (std::uint64_t{5} << 32) + 1;
  const auto sent = world.there_clock.mono().time_since_epoch();
  world.pair.inject(request_frame(first, a_cancel(1), sent));
  world.pass(Duration{});
  REQUIRE(world.venue.asked.size() == 1);

  world.pair.cut();
  world.pair.connect();
  world.pair.inject(request_frame(first, a_cancel(2), sent));  // before the welcome
  world.pass(Duration{});
  world.pair.inject(request_frame(first, a_cancel(3), sent));  // after it
  world.pass(Duration{});
  CHECK(world.venue.asked.size() == 1);
  CHECK(world.host->counts().stale_requests == 2);
}

SCENARIO("what the engine does not take is asked for again", "[remote]") {
  PortWorld world;
  world.bring_up();
  world.remote->place(an_entry(1), world.in(20s));
  world.pass(Duration{});
  world.pair.takes_frames = false;

  WHEN("it is a tick") {
    world.venue.sink->on(Tick{.symbol = Symbol{"BTC/USDT"}});
    world.pair.takes_frames = true;
    world.pass(3s);
    THEN("there will be another") {
      CHECK(world.host->counts().ticks_dropped == 1);
      CHECK(world.pair.count("hello") == 1);
      CHECK(world.remote->pending() == 1);
    }
  }
  WHEN("it is an order's report") {
    world.venue.sink->on(OrderReport{.symbol = Symbol{"BTC/USDT"}});
    CHECK_FALSE(world.host->welcomed());
    world.pair.takes_frames = true;
    world.sink.said.clear();
    world.pass(3s);
    THEN("the session begins anew, and everything in flight is looked for") {
      CHECK(world.host->welcomed());
      const auto links = world.sink.all<LinkReport>();
      REQUIRE(links.size() == 2);
      CHECK(links[0].state == LinkState::down);
      CHECK(links[1].state == LinkState::ready);
      CHECK(world.sink.all<WriteResult>().at(0).outcome == Outcome::unknown);
    }
  }
  WHEN("it is the engine's request that the process does not take") {
    world.sink.said.clear();
    world.remote->place(an_entry(2), world.in(5s));
    world.pass(Duration{});
    THEN("it was not sent") {
      CHECK(world.sink.all<WriteResult>().at(0).refusal == Refusal::not_sent);
    }
  }
}
