#include "bus/peer_table.hpp"

#include <catch2/catch.hpp>
#include <random>

using namespace signalbox;

TEST_CASE("a peer is the same peer each time it is heard", "[bus]") {
  PeerTable peers{8};
  const auto ann = peers.heard("ann", false);
  const auto ben = peers.heard("ben", false);
  CHECK(ann == peers.heard("ann", false));
  CHECK_FALSE(ann == ben);
  REQUIRE(peers.routing_id(ann) != nullptr);
  CHECK(*peers.routing_id(ann) == "ann");
  CHECK(peers.routing_id(Peer{}) == nullptr);
  CHECK(peers.routing_id(Peer{.slot = 99, .generation = 1}) == nullptr);
}

SCENARIO("a REQ peer gets one answer per request", "[bus]") {
  GIVEN("a REQ peer that asked") {
    PeerTable peers{8};
    const auto first = peers.heard("ann", true);
    CHECK(first.is_req());

    THEN("the first answer is its answer and the second is not") {
      CHECK(peers.take_answer(first));
      CHECK_FALSE(peers.take_answer(first));
    }
    WHEN("it asks again") {
      const auto second = peers.heard("ann", true);
      THEN("an answer to the first request can no longer be mistaken for one to the second") {
        CHECK_FALSE(peers.take_answer(first));
        CHECK(peers.take_answer(second));
      }
    }
  }
  GIVEN("a DEALER peer") {
    PeerTable peers{8};
    const auto peer = peers.heard("ben", false);
    THEN("it may be told any number of things") {
      CHECK(peers.take_answer(peer));
      CHECK(peers.take_answer(peer));
    }
  }
}

SCENARIO("a full table forgets the peer not heard of longest", "[bus][I9]") {
  PeerTable peers{3};
  const auto ann = peers.heard("ann", false);
  const auto ben = peers.heard("ben", false);
  const auto cid = peers.heard("cid", false);
  CHECK(peers.full());
  peers.heard("ann", false);

  WHEN("a fourth comes") {
    const auto dan = peers.heard("dan", false);
    THEN("it takes the place of the quietest, whose ticket opens nothing any more") {
      CHECK(peers.size() == 3);
      CHECK(peers.routing_id(ben) == nullptr);
      CHECK_FALSE(peers.take_answer(ben));
      CHECK(*peers.routing_id(ann) == "ann");
      CHECK(*peers.routing_id(cid) == "cid");
      CHECK(*peers.routing_id(dan) == "dan");
    }
  }
  WHEN("one is forgotten") {
    peers.forget(cid);
    peers.forget(cid);
    THEN("its place is free, and coming back makes it somebody else") {
      CHECK(peers.size() == 2);
      const auto again = peers.heard("cid", false);
      CHECK_FALSE(again == cid);
      CHECK(peers.routing_id(cid) == nullptr);
      CHECK(*peers.routing_id(again) == "cid");
    }
  }
}

TEST_CASE("the table agrees with a plain list over any history", "[bus]") {
  constexpr std::size_t peers_max = 5;
  std::mt19937 random{20240607};
  PeerTable peers{peers_max};
  std::vector<std::pair<std::string, Peer>> model;  // oldest first
  for (int step = 0; step < 20'000; ++step) {
    const auto name = "peer-" + std::to_string(random() % 9);
    const auto known = std::find_if(model.begin(), model.end(),
                                    [&](const auto& entry) { return entry.first == name; });
    if (random() % 4 == 0) {
      if (known == model.end()) continue;
      peers.forget(known->second);
      model.erase(known);
    } else {
      const auto peer = peers.heard(name, false);
      if (known != model.end()) {
        REQUIRE(peer == known->second);
        model.erase(known);
      } else if (model.size() == peers_max) {
        REQUIRE(peers.routing_id(model.front().second) == nullptr);
        model.erase(model.begin());
      }
      model.emplace_back(name, peer);
    }
    REQUIRE(peers.size() == model.size());
    for (const auto& [id, peer] : model) REQUIRE(*peers.routing_id(peer) == id);
    std::size_t walked = 0;
    peers.for_each([&](const Peer&) { ++walked; });
    REQUIRE(walked == model.size());
  }
}
