// Several brackets of several strategies on one instrument: what they own adds up to what the venue
// holds, after every fill.
#include "tests/rules/desk.hpp"

using namespace signalbox;
using namespace signalbox::test;
using namespace std::chrono_literals;

namespace {

Quantity owned(const Desk& desk) {
  Quantity sum;
  for (const auto& plan : desk.plans)
    if (const auto* bracket = desk.book.find(plan.key)) sum += bracket->held();
  return sum;
}

void live_together(std::uint64_t seed, bool pairs) {
  Desk::Options options;
  options.seed = seed;
  options.pairs = pairs;
  options.venue.holds_balance = pairs;
  options.instrument.fee_in_base = true;
  Desk desk{options};
  desk.link(LinkState::ready);
  std::size_t fills = 0;
  const auto settled = [&] {
    desk.pass(10ms);  // what the venue said has been heard
    INFO("seed " << seed << ", after " << desk.venue.fills().size() << " fills");
    REQUIRE(owned(desk) == desk.venue.base());
    fills = desk.venue.fills().size();
  };
  for (int step = 0; step < 60; ++step) {
    const auto live = desk.venue.live();
    const auto& plans = desk.plans;
    const auto one_of = [&](const auto& all) {
      return all[desk.draw(static_cast<std::uint32_t>(all.size()))];
    };
    const Quantity some{Decimal::from_raw(Int128{1 + desk.draw(400)} * 1'000'000'000'000'000)};
    switch (desk.draw(8)) {
      case 0:
      case 1:
        if (plans.size() < 5) {
          const auto id = "s" + std::to_string(plans.size());
          auto signal = desk.chance(50) ? a_signal(id) : a_limit_signal(id);
          signal.strategy = StrategyName{desk.chance(50) ? "trend" : "mean"};
          desk.open(plan_for(signal, options.instrument, pairs));
        }
        break;
      case 2:
      case 3:
      case 4:
        if (!live.empty()) desk.trade(one_of(live), desk.chance(30) ? Quantity{100} : some);
        break;
      case 5:
        if (!plans.empty()) desk.shed(one_of(plans).key, some);
        break;
      case 6:
        if (!plans.empty() && desk.chance(30)) desk.close(one_of(plans).key);
        break;
      case 7: {
        auto signal = a_signal("r" + std::to_string(step));
        signal.reduce_only = true;
        std::vector<ReductionPart> parts;
        for (const auto& plan : plans)
          if (desk.chance(40)) parts.push_back({plan.key, some});
        if (!parts.empty()) desk.reduce(signal, parts);
        break;
      }
    }
    settled();
  }
  CHECK(fills > 0);
  CHECK(desk.venue.wrongs() == std::vector<std::string>{});
}

}  // namespace

TEST_CASE("what brackets own adds up to what the venue holds", "[bracket][ledger][I13]") {
  for (std::uint64_t seed = 1; seed <= 150; ++seed) {
    live_together(seed, true);
    live_together(seed, false);
  }
}
