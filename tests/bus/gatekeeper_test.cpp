#include "bus/gatekeeper.hpp"

#include "bus/publish_socket.hpp"
#include "tests/bus/bus_stage.hpp"

using namespace signalbox;
using namespace signalbox::test;

namespace {

/// A server with keys, and a client whose key is listed and one whose key is not.
struct CurveStage : BusStage {
  CurveKeys listed = opened(CurveKeys::generate());
  CurveKeys stranger = opened(CurveKeys::generate());
  std::shared_ptr<const CurveKeys> server =
      std::make_shared<const CurveKeys>(opened(CurveKeys::generate()));
  std::vector<std::string> refusals;

  std::shared_ptr<Gatekeeper> gatekeeper(bool polled = false) {
    return opened(Gatekeeper::open(
        context(), loop(), {{"desk", listed.public_key}},
        {.polled = polled, .on_refused = [this](std::string_view, std::string_view why) {
           refusals.emplace_back(why);
         }}));
  }
  RawPeer::Options client(const CurveKeys& keys) const {
    return {.server_key = server->public_key.text(),
            .public_key = keys.public_key.text(),
            .secret_key = std::string{keys.secret_key.reveal()},
            .hears_events = true};
  }
};

}  // namespace

SCENARIO("only listed keys come in over CURVE", "[bus][I6]") {
  CurveStage stage;
  NotedCommands commands{
      stage,
      {.listen = {
           .addresses = {any_port}, .keys = stage.server, .gatekeeper = stage.gatekeeper()}}};
  const auto address = commands.socket->addresses().front();

  const auto check_only_desk_gets_through = [&] {
    RawPeer desk{RawPeer::Kind::dealer, stage.client(stage.listed)};
    desk.connect(address);
    REQUIRE(desk.send({"SB1", "signal", "of the desk"}));
    REQUIRE(stage.until([&] { return !commands.notes.empty(); }));
    CHECK(commands.socket->reply(commands.notes.front().peer, "accepted", "x") == Replied::sent);
    CHECK(stage.answer_to(desk) == Frames{"SB1", "accepted", "x"});
    CHECK(commands.notes.size() == 1);
    CHECK(commands.notes.front().body == "of the desk");
    CHECK(commands.socket->counts().malformed == 0);
  };

  WHEN("a listed key knocks") {
    THEN("it is let in and answered") { check_only_desk_gets_through(); }
  }
  WHEN("an unlisted key knocks") {
    RawPeer stranger{RawPeer::Kind::dealer, stage.client(stage.stranger)};
    stranger.connect(address);
    REQUIRE(stranger.send({"SB1", "signal", "of a stranger"}));
    REQUIRE(stage.until([&] { return stranger.heard_event(event_handshake_failed); }));
    THEN("it is refused and nothing of it gets through") {
      CHECK_FALSE(stranger.heard_event(event_handshake_succeeded));
      REQUIRE_FALSE(stage.refusals.empty());
      CHECK(stage.refusals.front() == "key is not on the list");
      check_only_desk_gets_through();
    }
  }
  WHEN("a peer without CURVE knocks") {
    RawPeer plain{RawPeer::Kind::dealer, {.hears_events = true}};
    plain.connect(address);
    REQUIRE(plain.send({"SB1", "signal", "in the clear"}));
    REQUIRE(stage.until([&] { return plain.heard_event(event_handshake_failed); }));
    THEN("nothing of it gets through") { check_only_desk_gets_through(); }
  }
  WHEN("a listed key knocks that expects another server") {
    auto options = stage.client(stage.listed);
    options.server_key = stage.stranger.public_key.text();
    RawPeer misled{RawPeer::Kind::dealer, options};
    misled.connect(address);
    REQUIRE(misled.send({"SB1", "signal", "for somebody else"}));
    REQUIRE(stage.until(
        [&] { return misled.heard_event(event_handshake_failed | event_disconnected); }));
    THEN("they do not come together") {
      CHECK_FALSE(misled.heard_event(event_handshake_succeeded));
      check_only_desk_gets_through();
    }
  }
}

TEST_CASE("libzmq without a handler lets every key in, so the gatekeeper is no option",
          "[bus][I6]") {
  // What we guard against, shown on libzmq alone.
  CurveStage stage;
  RawPeer open_door{RawPeer::Kind::curve_server,
                    {.secret_key = std::string{stage.server->secret_key.reveal()}}};
  const auto address = open_door.bind(any_port);
  RawPeer stranger{RawPeer::Kind::dealer, stage.client(stage.stranger)};
  stranger.connect(address);
  REQUIRE(stranger.send({"SB1", "signal", "of a stranger"}));
  CHECK(stage.answer_to(open_door).back() == "of a stranger");

  // Ours does not open without one, nor with one that guards another context.
  const auto refused =
      CommandSocket::open(stage.context(), stage.loop(),
                          {.listen = {.addresses = {any_port}, .keys = stage.server}}, {});
  REQUIRE_FALSE(refused);
  CHECK(refused.error().what.find("gatekeeper") != std::string::npos);
  CHECK_FALSE(CommandSocket::open(
      opened(BusContext::open()), stage.loop(),
      {.listen = {.addresses = {any_port}, .keys = stage.server, .gatekeeper = stage.gatekeeper()}},
      {}));
}

TEST_CASE("a socket keeps its gatekeeper alive", "[bus][I6]") {
  CurveStage stage;
  auto keeper = stage.gatekeeper();
  NotedCommands commands{
      stage, {.listen = {.addresses = {any_port}, .keys = stage.server, .gatekeeper = keeper}}};
  const std::weak_ptr<Gatekeeper> seen = keeper;
  keeper.reset();
  REQUIRE_FALSE(seen.expired());

  RawPeer stranger{RawPeer::Kind::dealer, stage.client(stage.stranger)};
  stranger.connect(commands.socket->addresses().front());
  REQUIRE(stranger.send({"SB1", "signal", "x"}));
  REQUIRE(stage.until([&] { return stranger.heard_event(event_handshake_failed); }));
  CHECK(commands.notes.empty());
  commands.socket.reset();
  stage.run_ready();
  CHECK(seen.expired());
}

TEST_CASE("while the gatekeeper's loop stands still nobody is let in", "[bus][I6]") {
  CurveStage stage;
  auto keeper = stage.gatekeeper(true);  // polled, and nobody polls it
  NotedCommands commands{
      stage, {.listen = {.addresses = {any_port}, .keys = stage.server, .gatekeeper = keeper}}};
  RawPeer desk{RawPeer::Kind::dealer, stage.client(stage.listed)};
  desk.connect(commands.socket->addresses().front());
  REQUIRE(desk.send({"SB1", "signal", "x"}));
  constexpr int event_connected = 0x0001;
  REQUIRE(stage.until([&] { return desk.heard_event(event_connected); }));
  stage.run_ready();
  CHECK(commands.notes.empty());

  REQUIRE(stage.until([&] {
    keeper->poll();
    return !commands.notes.empty();
  }));
  CHECK(keeper->accepted() == 1);
}

TEST_CASE("one socket serves ipc in the clear and tcp over CURVE", "[bus][I6]") {
  CurveStage stage;
  NotedCommands commands{stage,
                         {.listen = {.addresses = {any_port, stage.ipc("commands")},
                                     .keys = stage.server,
                                     .gatekeeper = stage.gatekeeper()}}};
  std::string ipc;
  std::string tcp;
  for (const auto& address : commands.socket->addresses())
    (address.starts_with("ipc") ? ipc : tcp) = address;

  RawPeer plain{RawPeer::Kind::dealer};
  plain.connect(ipc);
  REQUIRE(plain.send({"SB1", "signal", "by file permission"}));
  REQUIRE(stage.until([&] { return commands.notes.size() == 1; }));

  RawPeer stranger{RawPeer::Kind::dealer, {.hears_events = true}};
  stranger.connect(tcp);
  REQUIRE(stranger.send({"SB1", "signal", "x"}));
  REQUIRE(stage.until([&] { return stranger.heard_event(event_handshake_failed); }));
  RawPeer desk{RawPeer::Kind::dealer, stage.client(stage.listed)};
  desk.connect(tcp);
  REQUIRE(desk.send({"SB1", "signal", "by key"}));
  REQUIRE(stage.until([&] { return commands.notes.size() == 2; }));
  CHECK(commands.notes.back().body == "by key");
}

TEST_CASE("events go to listed keys only", "[bus][I6]") {
  CurveStage stage;
  auto events = opened(EventSocket::open(
      stage.context(), stage.loop(),
      {.listen = {
           .addresses = {any_port}, .keys = stage.server, .gatekeeper = stage.gatekeeper()}}));
  RawPeer stranger{RawPeer::Kind::sub, stage.client(stage.stranger)};
  stranger.connect(events->addresses().front());
  stranger.subscribe("stranger.");
  REQUIRE(stage.until([&] { return stranger.heard_event(event_handshake_failed); }));
  RawPeer desk{RawPeer::Kind::sub, stage.client(stage.listed)};
  desk.connect(events->addresses().front());
  desk.subscribe("order.");
  REQUIRE(stage.until([&] { return events->wanted("order.main."); }));
  CHECK_FALSE(events->wanted("stranger.x"));
  events->publish("order.main.", "1", "x");
  CHECK(stage.answer_to(desk) == Frames{"order.main.", "1", "x"});
}

TEST_CASE("a list of keys that cannot be meant is refused", "[bus][I6]") {
  CurveStage stage;
  const auto open = [&](const std::vector<AllowedPeer>& allowed) {
    return Gatekeeper::open(stage.context(), stage.loop(), allowed);
  };
  CHECK_FALSE(open({}));
  const auto twice = open({{"ann", stage.listed.public_key}, {"ben", stage.listed.public_key}});
  REQUIRE_FALSE(twice);
  CHECK(twice.error().what.find("ann and ben") != std::string::npos);

  const auto keeper = stage.gatekeeper();
  CHECK_FALSE(open({{"ann", stage.listed.public_key}}));  // one per context
}
