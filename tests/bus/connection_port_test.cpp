#include "bus/connection_client.hpp"
#include "bus/connection_server.hpp"
#include "bus/gatekeeper.hpp"
#include "tests/bus/bus_stage.hpp"
#include "tests/support/virtual_time.hpp"

using namespace signalbox;
using namespace signalbox::test;
using namespace std::chrono_literals;

namespace {

/// The engine's end. Time passes when a test says so, and by 1 ms for each look at the loop.
struct PortStage : BusStage {
  explicit PortStage(std::optional<ConnectionServerOptions> options = ConnectionServerOptions{}) {
    if (options) open(std::move(*options));
  }

  void open(ConnectionServerOptions options) {
    if (options.listen.addresses.empty()) options.listen.addresses = {any_port};
    server = opened(ConnectionServer::open(
        context(), loop(), clock, timers, options,
        {.on_message =
             [this](const Peer& peer, const Envelope& envelope) {
               last = peer;
               heard.push_back(std::string{envelope.type} + " " + std::string{envelope.body});
             },
         .on_peer_lost =
             [this](const Peer& peer, PeerLoss how) {
               lost.emplace_back(peer, how);
               heard.push_back("lost");
             },
         .on_malformed =
             [](FrameFault fault) {
               return FaultReply{"refused", std::string{name_of(fault)}};
             }}));
  }

  void pass(Duration duration) {
    const auto end = clock.mono() + duration;
    while (timers.next_due() && *timers.next_due() <= end) {
      clock.advance_to(std::max(*timers.next_due(), clock.mono()));
      timers.fire_one(clock.mono());
    }
    clock.advance_to(end);
  }
  bool in_time(const std::function<bool()>& condition, Duration step = 1ms) {
    return until([&] {
      if (condition()) return true;
      pass(step);
      return condition();
    });
  }
  bool has_heard(const std::string& what) const {
    return std::find(heard.begin(), heard.end(), what) != heard.end();
  }

  VirtualClock clock;
  VirtualTimers timers;
  std::vector<std::string> heard;
  std::vector<std::pair<Peer, PeerLoss>> lost;
  Peer last;
  std::unique_ptr<ConnectionServer> server;
};

/// The venue's end, on the same loop.
struct VenueEnd {
  explicit VenueEnd(PortStage& stage, ConnectionClientOptions options = {}) {
    if (options.address.empty()) options.address = stage.server->addresses().front();
    client = opened(ConnectionClient::open(
        stage.context(), stage.loop(), stage.clock, stage.timers, options,
        {.on_up =
             [this] {
               story.emplace_back("up");
               client->send("hello", "binance");
             },
         .on_message =
             [this](const Envelope& envelope) {
               story.push_back(std::string{envelope.type} + " " + std::string{envelope.body});
             },
         .on_lost = [this](PeerLoss how) { story.emplace_back(name_of(how)); },
         .on_refused = [this](std::string_view why) { refused = why; }}));
  }
  std::vector<std::string> story;
  std::string refused;
  std::unique_ptr<ConnectionClient> client;
};

using Story = std::vector<std::string>;

}  // namespace

SCENARIO("a venue in another process says hello and is talked to", "[bus]") {
  PortStage stage;
  VenueEnd venue{stage};
  REQUIRE(stage.until([&] { return stage.has_heard("hello binance"); }));

  THEN("messages go both ways, in order") {
    CHECK(stage.server->send(stage.last, "place", "1") == Sent::yes);
    CHECK(stage.server->send(stage.last, "cancel", "2") == Sent::yes);
    REQUIRE(stage.until([&] { return venue.story.size() == 3; }));
    CHECK(venue.story == Story{"up", "place 1", "cancel 2"});
    CHECK(venue.client->send("fill", "3") == Sent::yes);
    CHECK(stage.until([&] { return stage.has_heard("fill 3"); }));
    CHECK(stage.server->peers() == 1);
  }
  THEN("heartbeats keep both ends content and are not handed on") {
    for (int i = 0; i < 20; ++i) {
      const auto received = stage.server->counts().received;
      stage.pass(1s);
      REQUIRE(stage.until([&] { return stage.server->counts().received > received; }));
    }
    stage.run_ready();
    CHECK(stage.lost.empty());
    CHECK(stage.heard == Story{"hello binance"});
    CHECK(venue.story == Story{"up"});
  }
}

SCENARIO("the engine learns at once that a venue's process has died", "[bus][I12]") {
  PortStage stage;
  auto venue = std::make_unique<VenueEnd>(stage);
  REQUIRE(stage.until([&] { return stage.has_heard("hello binance"); }));
  const auto peer = stage.last;

  WHEN("it dies with messages on their way") {
    for (int i = 0; i < 200; ++i)
      REQUIRE(venue->client->send("fill", std::to_string(i)) == Sent::yes);
    venue.reset();
    REQUIRE(stage.in_time([&] { return !stage.lost.empty(); }));
    THEN("the loss comes once, after everything it had sent") {
      CHECK(stage.lost == std::vector{std::pair{peer, PeerLoss::closed}});
      CHECK(stage.heard.back() == "lost");
      CHECK(stage.heard.at(stage.heard.size() - 2) == "fill 199");
      CHECK(stage.clock.mono().time_since_epoch() < 1s);  // no waiting for silence
      CHECK(stage.server->send(peer, "place", "x") == Sent::unreachable);
      CHECK(stage.server->peers() == 0);
    }
  }
  WHEN("it is replaced") {
    venue.reset();
    VenueEnd next{stage};
    REQUIRE(stage.in_time([&] {
      return !stage.lost.empty() &&
             std::count(stage.heard.begin(), stage.heard.end(), "hello binance") == 2;
    }));
    THEN("the new one is somebody else") {
      CHECK_FALSE(stage.last == peer);
      CHECK(stage.server->send(stage.last, "place", "1") == Sent::yes);
      CHECK(stage.until([&] { return next.story.back() == "place 1"; }));
      CHECK(stage.lost.size() == 1);
    }
  }
}

SCENARIO("a process that hangs falls silent", "[bus][I12]") {
  PortStage stage;
  // Its socket lives, and libzmq answers pings for it; its loop sends nothing.
  RawPeer hung{RawPeer::Kind::dealer};
  hung.connect(stage.server->addresses().front());
  REQUIRE(hung.send({"SB1", "hello", "binance"}));
  REQUIRE(stage.until([&] { return stage.has_heard("hello binance"); }));
  const auto peer = stage.last;

  WHEN("it has been silent for less than the bound") {
    stage.pass(3s);
    stage.run_ready();
    THEN("it is still there") { CHECK(stage.lost.empty()); }
  }
  WHEN("it is silent for longer") {
    REQUIRE(stage.in_time([&] { return !stage.lost.empty(); }, 100ms));
    THEN("it is lost, and whatever it says later comes from somebody new") {
      CHECK(stage.lost == std::vector{std::pair{peer, PeerLoss::silent}});
      CHECK(stage.clock.mono().time_since_epoch() > 3s);
      REQUIRE(hung.send({"SB1", "fill", "late"}));
      REQUIRE(stage.until([&] { return stage.has_heard("fill late"); }));
      CHECK_FALSE(stage.last == peer);
    }
  }
}

TEST_CASE("who has spoken while our own loop stood still is not lost", "[bus][I12]") {
  PortStage stage{std::nullopt};
  const auto address = stage.ipc("connections");
  RawPeer venue{RawPeer::Kind::dealer};
  venue.connect(address);  // nobody there yet: all it says now arrives in one piece
  REQUIRE(venue.send({"SB1", "hello", "binance"}));
  for (int i = 0; i < 5; ++i) REQUIRE(venue.send({"SB1", "heartbeat", "\x80"}));
  stage.open({.listen = {.addresses = {address}}, .turn_max = 1});
  REQUIRE(stage.until([&] { return stage.server->counts().received == 1; }));

  stage.pass(10s);  // far beyond the bound, with its heartbeats waiting to be read
  REQUIRE(stage.until([&] { return stage.server->counts().received == 6; }));
  stage.run_ready();
  CHECK(stage.lost.empty());
}

SCENARIO("the venue's end goes on alone and comes back", "[bus][I12]") {
  PortStage stage;
  VenueEnd venue{stage};
  REQUIRE(stage.until([&] { return stage.has_heard("hello binance"); }));

  WHEN("the engine ends and another one starts at its address") {
    const auto address = stage.server->addresses().front();
    stage.server.reset();
    REQUIRE(stage.in_time([&] { return !venue.client->up(); }));
    CHECK(venue.story == Story{"up", "closed"});
    CHECK(venue.client->send("fill", "stale") == Sent::unreachable);

    std::vector<std::string> heard;
    std::unique_ptr<ConnectionServer> next;
    REQUIRE(stage.until([&] {
      auto opened_again = ConnectionServer::open(
          stage.context(), stage.loop(), stage.clock, stage.timers,
          {.listen = {.addresses = {address}}},
          {.on_message = [&](const Peer&,
                             const Envelope& envelope) { heard.emplace_back(envelope.type); },
           .on_peer_lost = [](const Peer&, PeerLoss) {},
           .on_malformed = [](FrameFault) { return FaultReply{}; }});
      if (opened_again) next = std::move(*opened_again);
      return next != nullptr;
    }));
    THEN("it says hello again, and nothing from before") {
      REQUIRE(stage.until([&] { return !heard.empty(); }));
      CHECK(heard == Story{"hello"});
      CHECK(venue.story == Story{"up", "closed", "up"});
    }
  }
}

TEST_CASE("an engine that hangs is lost to the venue's end, and found again", "[bus][I12]") {
  PortStage stage{ConnectionServerOptions{
      .liveness = {.heartbeat_every = 1000s, .silence_max = 3000s}}};  // says nothing
  VenueEnd venue{stage, {.liveness = {.heartbeat_every = 1s, .silence_max = 3s}}};
  REQUIRE(stage.until([&] { return stage.has_heard("hello binance"); }));
  REQUIRE(stage.in_time([&] { return !venue.client->up(); }, 100ms));
  CHECK(venue.story == Story{"up", "silent"});

  REQUIRE(stage.server->send(stage.last, "place", "1") == Sent::yes);
  REQUIRE(stage.until([&] { return venue.client->up(); }));
  CHECK(stage.until([&] { return venue.story == Story{"up", "silent", "up", "place 1"}; }));
}

TEST_CASE("the engine's end can go while its peers are leaving", "[bus]") {
  // libzmq reports each leaving to a monitor; one that nobody reads stops its thread for good.
  for (int round = 0; round < 100; ++round) {
    PortStage stage;
    std::vector<std::unique_ptr<VenueEnd>> venues;
    for (int i = 0; i < 4; ++i) venues.push_back(std::make_unique<VenueEnd>(stage));
    REQUIRE(stage.until([&] { return stage.server->peers() == 4; }));
    venues.clear();
  }
}

TEST_CASE("more peers than the bound are turned away", "[bus][I9]") {
  PortStage stage{ConnectionServerOptions{.peers_max = 2}};
  std::vector<std::unique_ptr<RawPeer>> crowd;
  for (int i = 0; i < 3; ++i) {
    crowd.push_back(std::make_unique<RawPeer>(RawPeer::Kind::dealer));
    crowd.back()->connect(stage.server->addresses().front());
    REQUIRE(crowd.back()->send({"SB1", "hello", std::to_string(i)}));
    REQUIRE(stage.until([&] {
      return stage.heard.size() + stage.server->counts().turned_away ==
             static_cast<std::size_t>(i) + 1;
    }));
  }
  CHECK(stage.server->peers() == 2);
  CHECK(stage.heard == Story{"hello 0", "hello 1"});

  crowd.front().reset();
  REQUIRE(stage.in_time([&] { return stage.server->peers() == 1; }));
  REQUIRE(crowd.back()->send({"SB1", "hello", "again"}));
  CHECK(stage.until([&] { return stage.has_heard("hello again"); }));
}

TEST_CASE("a malformed message on the connection port is refused by name", "[bus]") {
  PortStage stage;
  RawPeer odd{RawPeer::Kind::dealer};
  odd.connect(stage.server->addresses().front());
  REQUIRE(odd.send({"SB9", "hello", "x"}));
  CHECK(stage.answer_to(odd) == Frames{"SB1", "refused", "version"});
  REQUIRE(odd.send({"", "SB1", "hello", "x"}));
  CHECK(stage.answer_to(odd) == Frames{"SB1", "refused", "frame_count"});
  CHECK(stage.heard.empty());
  CHECK(stage.server->counts().malformed == 2);
}

TEST_CASE("the connection port works under a spinning loop", "[bus]") {
  PortStage stage{ConnectionServerOptions{.polled = true}};
  VenueEnd venue{stage, {.polled = true}};
  const auto spin = [&](const std::function<bool()>& condition) {
    return stage.in_time([&] {
      stage.server->poll();
      if (venue.client) venue.client->poll();
      return condition();
    });
  };
  REQUIRE(spin([&] { return stage.has_heard("hello binance"); }));
  REQUIRE(stage.server->send(stage.last, "place", "1") == Sent::yes);
  REQUIRE(spin([&] { return venue.story == Story{"up", "place 1"}; }));
  venue.client.reset();
  REQUIRE(spin([&] { return !stage.lost.empty(); }));
  CHECK(stage.lost.front().second == PeerLoss::closed);
}

SCENARIO("the connection port over CURVE", "[bus][I6]") {
  const auto server = std::make_shared<const CurveKeys>(opened(CurveKeys::generate()));
  const auto venue_keys = std::make_shared<const CurveKeys>(opened(CurveKeys::generate()));
  const auto other_keys = std::make_shared<const CurveKeys>(opened(CurveKeys::generate()));

  PortStage stage;  // its plain server only lends loop and context
  const auto keeper =
      opened(Gatekeeper::open(stage.context(), stage.loop(), {{"venue", venue_keys->public_key}}));
  int heard = 0;
  const auto port = opened(ConnectionServer::open(
      stage.context(), stage.loop(), stage.clock, stage.timers,
      {.listen = {.addresses = {any_port}, .keys = server, .gatekeeper = keeper}},
      {.on_message = [&](const Peer&, const Envelope&) { ++heard; },
       .on_peer_lost = [](const Peer&, PeerLoss) {},
       .on_malformed = [](FrameFault) { return FaultReply{}; }}));

  GIVEN("a venue with a listed key") {
    VenueEnd venue{stage,
                   {.address = port->addresses().front(),
                    .curve = CurveClient{server->public_key, venue_keys}}};
    THEN("it comes in") {
      CHECK(stage.until([&] { return heard == 1; }));
    }
  }
  GIVEN("one without") {
    VenueEnd venue{stage,
                   {.address = port->addresses().front(),
                    .curve = CurveClient{server->public_key, other_keys}}};
    THEN("it is told and never up") {
      REQUIRE(stage.until([&] { return !venue.refused.empty(); }));
      CHECK(venue.story.empty());
      CHECK(heard == 0);
    }
  }
  GIVEN("one that would go to another machine without keys") {
    THEN("it is refused before a byte is sent") {
      const auto refused =
          ConnectionClient::open(stage.context(), stage.loop(), stage.clock, stage.timers,
                                 {.address = "tcp://198.51.100.7:7414"}, {});
      REQUIRE_FALSE(refused);
      CHECK(refused.error().fault == Fault::refused);
    }
  }
}
