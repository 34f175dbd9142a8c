#include "bus/publish_socket.hpp"

#include <malloc.h>

#include "bus/sequencer.hpp"
#include "tests/bus/bus_stage.hpp"

using namespace signalbox;
using namespace signalbox::test;

namespace {

std::unique_ptr<EventSocket> open_events(BusStage& stage, PublishSocketOptions options = {}) {
  if (options.listen.addresses.empty()) options.listen.addresses = {any_port};
  return opened(EventSocket::open(stage.context(), stage.loop(), options));
}

/// Bytes that are allocated now, whoever holds them.
std::size_t allocated() {
  const auto info = mallinfo2();
  return info.uordblks + info.hblkhd;
}

}  // namespace

SCENARIO("a subscriber gets what it asked for and nothing else", "[bus]") {
  BusStage stage;
  auto events = open_events(stage);
  RawPeer monitor{RawPeer::Kind::sub};
  monitor.connect(events->addresses().front());

  GIVEN("one that wants the orders of one account") {
    monitor.subscribe("order.main.");
    REQUIRE(stage.until([&] { return events->wanted("order.main.BTC/USDT"); }));
    CHECK_FALSE(events->wanted("order.main2.BTC/USDT"));
    CHECK_FALSE(events->wanted("fill.main.BTC/USDT"));

    THEN("it gets those, with header and body") {
      events->publish("fill.main.BTC/USDT", "h0", "b0");
      events->publish("order.main2.BTC/USDT", "h1", "b1");
      events->publish("order.main.BTC/USDT", "h2", "b2");
      events->publish("order.main.", "h3", "b3");
      CHECK(stage.answer_to(monitor) == Frames{"order.main.BTC/USDT", "h2", "b2"});
      CHECK(stage.answer_to(monitor) == Frames{"order.main.", "h3", "b3"});
    }
    WHEN("a second one wants the same and the first leaves") {
      auto second = std::make_unique<RawPeer>(RawPeer::Kind::sub);
      second->connect(events->addresses().front());
      second->subscribe("order.main.");
      second->subscribe("only.second.");
      REQUIRE(stage.until([&] { return events->wanted("only.second.x"); }));
      monitor.unsubscribe("order.main.");
      second->subscribe("later.");
      REQUIRE(stage.until([&] { return events->wanted("later.x"); }));
      THEN("the topic is wanted until both have gone") {
        CHECK(events->wanted("order.main.BTC/USDT"));
        second.reset();
        CHECK(stage.until([&] { return events->prefixes() == 0; }));
        CHECK_FALSE(events->wanted("order.main.BTC/USDT"));
      }
    }
    WHEN("the subscriber dies") {
      monitor.vanish();
      THEN("its topics are no longer wanted") {
        CHECK(stage.until([&] { return !events->wanted("order.main.BTC/USDT"); }));
      }
    }
  }
}

TEST_CASE("events nobody wants are not encoded, but they count", "[bus]") {
  BusStage stage;
  auto events = open_events(stage);
  Sequencer sequencer;
  int encoded = 0;
  const auto publish = [&](const std::string& topic) {
    const auto number = sequencer.next("order.main");
    if (!events->wanted(topic)) return;
    ++encoded;
    events->publish(topic, std::to_string(*number), "body");
  };
  for (int i = 0; i < 5; ++i) publish("order.main.");
  CHECK(encoded == 0);

  RawPeer monitor{RawPeer::Kind::sub};
  monitor.connect(events->addresses().front());
  monitor.subscribe("order.main.");
  REQUIRE(stage.until([&] { return events->wanted("order.main."); }));
  publish("order.main.");
  CHECK(stage.answer_to(monitor) == Frames{"order.main.", "6", "body"});
}

SCENARIO("a subscriber that does not read loses the tail, and can tell", "[bus][I9]") {
  constexpr int queue = 100;
  constexpr int events_sent = 100'000;
  BusStage stage;
  auto events = open_events(stage, {.send_queue_max = queue});
  Sequencer sequencer;
  const std::string body(1000, 'x');
  const auto publish = [&] {
    const auto number = sequencer.next("order.main");
    events->publish("order.main.", std::to_string(*number), body);
  };

  GIVEN("a subscriber that stands still while 100 MB of events are published") {
    RawPeer stuck{RawPeer::Kind::sub, {.receive_queue = queue}};
    stuck.connect(events->addresses().front());
    stuck.subscribe("order.main.");
    REQUIRE(stage.until([&] { return events->wanted("order.main."); }));

    const auto before = allocated();
    std::size_t most = before;
    for (int i = 0; i < events_sent; ++i) {
      publish();
      if (i % 1000 == 0) most = std::max(most, allocated());
    }

    THEN("the publisher has not grown by more than the queues") {
      CHECK(most - before < 5'000'000);
    }
    THEN("the subscriber finds the beginning complete, then a gap") {
      std::uint64_t last = 0;
      const auto read_all = [&] {
        while (const auto event = stuck.receive()) {
          const auto number = std::stoull(event->at(1));
          if (number != last + 1) return true;  // a gap
          last = number;
        }
        return false;
      };
      bool gap = false;
      // Reading makes room again, and the next event after that shows the gap.
      REQUIRE(stage.until([&] {
        publish();
        return gap = read_all();
      }));
      CHECK(gap);
      CHECK(last >= queue);
      CHECK(last < events_sent);
      CHECK(last < sequencer.last("order.main"));  // what health.sequences would tell it
    }
  }
}

TEST_CASE("a stuck subscriber costs the others nothing", "[bus]") {
  constexpr int queue = 1000;
  BusStage stage;
  auto events = open_events(stage, {.send_queue_max = queue});
  RawPeer stuck{RawPeer::Kind::sub, {.receive_queue = 10}};
  RawPeer keen{RawPeer::Kind::sub};
  for (auto* peer : {&stuck, &keen}) {
    peer->connect(events->addresses().front());
    peer->subscribe(peer == &keen ? "" : "order.");
  }
  REQUIRE(stage.until([&] { return events->prefixes() == 2; }));
  const std::string body(5000, 'x');
  for (int i = 0; i < 20'000; ++i) {
    events->publish("order.main.", std::to_string(i), body);
    if (i % 100 != 99) continue;
    for (int j = i - 99; j <= i; ++j) REQUIRE(stage.answer_to(keen).at(1) == std::to_string(j));
  }
}

TEST_CASE("a flood of ticks leaves events alone", "[bus]") {
  BusStage stage;
  auto events = open_events(stage, {.send_queue_max = 10});
  auto ticks = opened(TickSocket::open(
      stage.context(), stage.loop(), {.listen = {.addresses = {any_port}}, .send_queue_max = 10}));
  RawPeer monitor{RawPeer::Kind::sub, {.receive_queue = 10}};
  RawPeer tape{RawPeer::Kind::sub, {.receive_queue = 10}};
  monitor.connect(events->addresses().front());
  monitor.subscribe("order.");
  tape.connect(ticks->addresses().front());
  tape.subscribe("ticker.");
  REQUIRE(stage.until([&] { return events->wanted("order.x") && ticks->wanted("ticker.x"); }));

  const std::string body(1000, 'x');
  for (int i = 0; i < 50'000; ++i) ticks->publish("ticker.main.BTC/USDT.", "h", body);
  events->publish("order.main.", "1", "filled");
  CHECK(stage.answer_to(monitor) == Frames{"order.main.", "1", "filled"});
}

TEST_CASE("a subscriber that sends anything but prefixes is ignored", "[bus]") {
  BusStage stage;
  auto events = open_events(stage);
  RawPeer rude{RawPeer::Kind::xsub};
  rude.connect(events->addresses().front());
  REQUIRE(stage.until([&] { return rude.send({"hello"}); }));
  REQUIRE(stage.until([&] { return rude.send({"\1order.", "and", "more"}); }));
  REQUIRE(stage.until([&] { return rude.send({"\1fill."}); }));
  CHECK(stage.until([&] { return events->wanted("fill.main."); }));
  CHECK(events->ignored() >= 1);
}

TEST_CASE("a spinning loop reads subscriptions by itself", "[bus]") {
  BusStage stage;
  auto events = open_events(stage, {.polled = true});
  RawPeer monitor{RawPeer::Kind::sub};
  monitor.connect(events->addresses().front());
  monitor.subscribe("order.");
  REQUIRE(stage.until([&] {
    events->poll();
    return events->wanted("order.main.");
  }));
  events->publish("order.main.", "1", "x");
  CHECK(stage.answer_to(monitor) == Frames{"order.main.", "1", "x"});
}

TEST_CASE("subscribing while events are published wakes the publisher", "[bus]") {
  BusStage stage;
  auto events = open_events(stage);
  for (int i = 0; i < 50; ++i) {
    RawPeer monitor{RawPeer::Kind::sub};
    monitor.connect(events->addresses().front());
    const auto topic = "order." + std::to_string(i) + ".";
    monitor.subscribe(topic);
    REQUIRE(stage.until([&] {
      events->publish("fill.main.", "h", "b");
      return events->wanted(topic);
    }));
  }
}
