#include "connectors/kraken/rate_counters.hpp"

#include <algorithm>
#include <array>

namespace signalbox::kraken {
namespace {

constexpr std::int64_t unit = 100'000'000'000;  // one of the venue's, see Counter::level
constexpr std::int64_t reserve_percent = 20;

constexpr auto grades = std::array{
    RateCounters::Grade{60, 100},   // starter
    RateCounters::Grade{125, 234},  // intermediate
    RateCounters::Grade{180, 375},  // pro
};

struct Penalty {
  Duration younger_than;
  std::int64_t amend, cancel;
};
using namespace std::chrono_literals;
constexpr auto penalties = std::array{
    Penalty{5s, 3, 8},  Penalty{10s, 2, 6}, Penalty{15s, 1, 5},
    Penalty{45s, 0, 4}, Penalty{90s, 0, 2}, Penalty{300s, 0, 1},
};

}  // namespace

void RateCounters::set_most(std::int64_t most) {
  // A grade nobody knows is taken for the next lower one.
  for (const auto& each : grades)
    if (most >= each.most) grade_ = each;
}

std::int64_t RateCounters::cost(Change change, const VenueOrderId& order, MonoTime now) const {
  if (change == Change::add) return 1;
  const auto fixed = change == Change::amend ? 1 : 0;
  const auto known = born_.find(order);
  const auto age = known == born_.end() ? Duration{} : now - known->second;
  for (const auto& each : penalties)
    if (age < each.younger_than) return fixed + (fixed > 0 ? each.amend : each.cancel);
  return fixed;
}

std::int64_t RateCounters::level_of(MarketIndex market, MonoTime now) const {
  const auto found = counters_.find(market);
  if (found == counters_.end()) return 0;
  // Longer than any level lasts, and short enough not to overflow.
  const auto passed = std::min<Duration>(now - found->second.at, std::chrono::minutes{10});
  return std::max<std::int64_t>(0, found->second.level - passed.count() * grade_.decay_hundredths);
}

bool RateCounters::has_room(MarketIndex market, std::int64_t cost, MonoTime now) const {
  const auto most = grade_.most * unit / 100 * (100 - reserve_percent);
  return level_of(market, now) + cost * unit <= most;
}

void RateCounters::count(MarketIndex market, std::int64_t cost, MonoTime now) {
  counters_[market] = {level_of(market, now) + cost * unit, now};
}

void RateCounters::born(const VenueOrderId& order, MonoTime now) {
  // Without its age an order counts as new, which is never too little.
  if (born_.size() >= orders_max) born_.clear();
  born_[order] = now;
}

}  // namespace signalbox::kraken
