#include <catch2/catch.hpp>

#include <algorithm>
#include <vector>

#include "bench/hot_chain.hpp"

using namespace signalbox::bench;

namespace {

constexpr int warm_up = 50;    // signals
constexpr int measured = 100;  // signals

/// What a signal leaves behind until its outcome (nodes and lists in the tables of risk, exposure,
/// brackets and orders), what is handed on as lists, one queued message to risk, and the text its
/// digest is made of. Found with a debugger, call by call; pools would be the way to none.
constexpr std::size_t allocations_max = 19;

std::size_t median_allocations(HotChain& chain, HotChain::Entry then) {
  for (int n = 0; n < warm_up; ++n) chain.signal(then);
  std::vector<std::size_t> made;
  for (int n = 0; n < measured; ++n) made.push_back(chain.signal(then).allocations);
  std::sort(made.begin(), made.end());
  return made[made.size() / 2];
}

}  // namespace

// The median: tables that grow now and then allocate once for many.
TEST_CASE("a signal allocates what is remembered of it and no more", "[cost]") {
  const auto journal = counting_journal();
  HotChain chain{*journal};
  CHECK(median_allocations(chain, HotChain::Entry::refused) <= allocations_max);
  CHECK(median_allocations(chain, HotChain::Entry::working) <= allocations_max);
}
