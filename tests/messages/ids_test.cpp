#include "messages/ids.hpp"

#include <algorithm>
#include <catch2/catch.hpp>
#include <unordered_set>

using namespace signalbox;

namespace {

const AccountName account{"main"};
const StrategyName strategy{"trend"};
const Book book{"b00k"};

bool is_base36(std::string_view text) {
  return std::ranges::all_of(
      text, [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z'); });
}

std::vector<LegId> all_legs() {
  std::vector<LegId> legs{{LegKind::entry, 0}, lone_entry, {LegKind::close, 0}};
  for (std::uint8_t i = 0; i < legs_per_kind_max; ++i) {
    legs.push_back({LegKind::stop, i});
    legs.push_back({LegKind::target, i});
  }
  return legs;
}

}  // namespace

// These ids stand in journals and at venues: if this test must change, every order that is live
// when the new build starts becomes unknown to it.
TEST_CASE("client order ids never change from build to build", "[ids]") {
  const SignalHash hash = signal_hash(account, strategy, SignalId{"s-1"});
  CHECK(hash.view() == "0cma45ypff");
  CHECK(client_order_id(book, hash, {LegKind::entry, 0}, 0).view() == "b00k0cma45ypffe000");
  CHECK(client_order_id(book, hash, lone_entry, 0).view() == "b00k0cma45ypffu000");
  CHECK(client_order_id(book, hash, {LegKind::close, 0}, 1).view() == "b00k0cma45ypffc001");
  CHECK(client_order_id(book, hash, {LegKind::stop, 0}, 35).view() == "b00k0cma45ypff000z");
  CHECK(client_order_id(book, hash, {LegKind::stop, 7}, 36).view() == "b00k0cma45ypff7010");
  CHECK(client_order_id(book, hash, {LegKind::target, 0}, 0).view() == "b00k0cma45ypffk000");
  CHECK(client_order_id(book, hash, {LegKind::target, 7}, generation_max).view() ==
        "b00k0cma45ypffrzzz");
}

TEST_CASE("a client order id gives back what it was made of", "[ids]") {
  const SignalHash hash = signal_hash(account, strategy, SignalId{"s-2"});
  std::unordered_set<ClientOrderId> seen;
  for (const LegId leg : all_legs()) {
    for (const std::uint32_t generation : {0U, 1U, 35U, 36U, 1'295U, 1'296U, generation_max}) {
      const ClientOrderId id = client_order_id(book, hash, leg, generation);
      CHECK(id.size() == 18);
      CHECK(is_base36(id.view()));
      CHECK(seen.insert(id).second);
      CHECK(parse_client_order_id(id.view()) == ParsedClientOrderId{book, hash, leg, generation});
    }
  }
}

TEST_CASE("a hundred thousand signals have a hundred thousand hashes", "[ids]") {
  std::unordered_set<SignalHash> seen;
  for (int i = 0; i < 100'000; ++i) {
    const auto hash = signal_hash(account, strategy, SignalId{"signal-" + std::to_string(i)});
    REQUIRE(hash.size() == 10);
    REQUIRE(is_base36(hash.view()));
    REQUIRE(seen.insert(hash).second);
  }
}

TEST_CASE("every one of the three names makes another hash", "[ids]") {
  const auto hash = signal_hash(account, strategy, SignalId{"s"});
  CHECK(hash == signal_hash(account, strategy, SignalId{"s"}));
  CHECK(hash != signal_hash(AccountName{"other"}, strategy, SignalId{"s"}));
  CHECK(hash != signal_hash(account, StrategyName{"other"}, SignalId{"s"}));
  CHECK(hash != signal_hash(account, strategy, SignalId{"t"}));
  // What belongs to which name counts, not only the letters in a row.
  CHECK(signal_hash(AccountName{"ab"}, StrategyName{"c"}, SignalId{"d"}) !=
        signal_hash(AccountName{"a"}, StrategyName{"bc"}, SignalId{"d"}));
  CHECK(signal_hash(AccountName{"a"}, StrategyName{"b"}, SignalId{std::string(64, 'x')}) !=
        signal_hash(AccountName{"a"}, StrategyName{"b"}, SignalId{std::string(63, 'x')}));
}

TEST_CASE("other people's order ids are not taken for ours", "[ids]") {
  const std::string good = "b00k0123456789e000";
  REQUIRE(parse_client_order_id(good));
  for (const std::string& foreign :
       {std::string{}, good.substr(1), good + "0", std::string{"web_1234567890abcd"},
        std::string{"B00k0123456789e000"}, std::string{"b00k0123456789e00-"},
        std::string{"b00k0123456789x000"}, std::string{"b00k01234567898000"},
        std::string{"b00k0123456789s000"}, std::string{"b00k 12345 789e000"}}) {
    INFO(foreign);
    CHECK_FALSE(parse_client_order_id(foreign));
  }
}
