#pragma once

#include <cstdint>
#include <unordered_map>

#include "connectors/kit/market_table.hpp"
#include "messages/time.hpp"
#include "messages/value.hpp"

namespace signalbox::kraken {

using kit::MarketIndex;

/// What the venue's matching engine counts for an account on each pair: every order and change
/// adds to it, the more the younger the order is, and it runs down with time. REST and websocket
/// count together. Source: the venue's "Trading rate limits". Pure; loop thread only.
class RateCounters {
 public:
  static constexpr std::size_t orders_max = 4096;  // whose age is remembered

  /// How much a pair may reach at the account's grade, and what a second takes off, in hundredths.
  struct Grade {
    std::int64_t most = 60;
    std::int64_t decay_hundredths = 100;
  };

  enum class Change : std::uint8_t { add = 1, amend, cancel };

  /// The venue's word for the account's grade: the most of a pair. The lowest holds until then.
  void set_most(std::int64_t most);
  const Grade& grade() const { return grade_; }

  /// What a change costs. An order whose age is not known counts as new.
  std::int64_t cost(Change change, const VenueOrderId& order, MonoTime now) const;
  /// Whether an entry may leave: a fifth stays for exits. An exit always may: the venue decides.
  bool has_room(MarketIndex market, std::int64_t cost, MonoTime now) const;
  void count(MarketIndex market, std::int64_t cost, MonoTime now);

  void born(const VenueOrderId& order, MonoTime now);
  void ended(const VenueOrderId& order) { born_.erase(order); }

 private:
  struct Counter {
    std::int64_t level = 0;  // in hundredths of a billionth: a second takes a whole number off
    MonoTime at{};
  };
  std::int64_t level_of(MarketIndex market, MonoTime now) const;

  Grade grade_;
  std::unordered_map<MarketIndex, Counter> counters_;
  std::unordered_map<VenueOrderId, MonoTime> born_;
};

}  // namespace signalbox::kraken
