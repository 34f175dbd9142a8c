#include "bus/subscriptions.hpp"

#include <catch2/catch.hpp>

using namespace signalbox;

namespace {

std::string subscribe(std::string_view prefix) { return std::string{"\1"}.append(prefix); }
std::string unsubscribe(std::string_view prefix) { return std::string(1, '\0').append(prefix); }

}  // namespace

TEST_CASE("a topic is wanted when a prefix of it is subscribed", "[bus]") {
  Subscriptions subscriptions;
  CHECK_FALSE(subscriptions.wanted("order.main.BTC/USDT"));
  REQUIRE(subscriptions.on_message(subscribe("order.main.")));
  CHECK(subscriptions.wanted("order.main.BTC/USDT"));
  CHECK(subscriptions.wanted("order.main."));
  CHECK_FALSE(subscriptions.wanted("order.main"));
  CHECK_FALSE(subscriptions.wanted("order.main2.BTC/USDT"));
  CHECK_FALSE(subscriptions.wanted("fill.main.BTC/USDT"));

  REQUIRE(subscriptions.on_message(unsubscribe("order.main.")));
  CHECK_FALSE(subscriptions.wanted("order.main.BTC/USDT"));
}

TEST_CASE("the empty prefix wants everything", "[bus]") {
  Subscriptions subscriptions;
  REQUIRE(subscriptions.on_message(subscribe("")));
  CHECK(subscriptions.wanted("anything"));
  CHECK(subscriptions.wanted(""));
  REQUIRE(subscriptions.on_message(unsubscribe("")));
  CHECK_FALSE(subscriptions.wanted("anything"));
}

TEST_CASE("a prefix longer than any topic is taken and matches nothing", "[bus]") {
  Subscriptions subscriptions;
  CHECK(subscriptions.on_message(subscribe(std::string(topic_bytes_max + 1, 'a'))));
  CHECK_FALSE(subscriptions.wanted(std::string(topic_bytes_max, 'a')));
  CHECK(subscriptions.size() == 0);
}

TEST_CASE("what is no subscription is said to be none", "[bus]") {
  Subscriptions subscriptions;
  CHECK_FALSE(subscriptions.on_message(""));
  CHECK_FALSE(subscriptions.on_message("\2order"));
  CHECK_FALSE(subscriptions.on_message("order"));
}

TEST_CASE("over the bound everything counts as wanted, until that has passed", "[bus][I9]") {
  Subscriptions subscriptions{2};
  for (const auto* prefix : {"a", "b", "c"}) REQUIRE(subscriptions.on_message(subscribe(prefix)));
  CHECK(subscriptions.wanted("zebra"));
  REQUIRE(subscriptions.on_message(unsubscribe("c")));
  CHECK_FALSE(subscriptions.wanted("zebra"));
  CHECK(subscriptions.wanted("apple"));
}
