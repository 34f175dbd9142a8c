#pragma once

#include <cstdint>

#include "messages/enums.hpp"

namespace signalbox {

/// What a bracket does when the venue refuses one of its exits.
enum class AfterRefusal : std::uint8_t {
  close_now = 1,  ///< the market is through the stop already
  try_again,      ///< a passing reason: again soon, until `cover_within` ends
  try_otherwise,  ///< it will never be taken as asked: stop alone, else flatten
};

/// One line per class, so that none maps to "again, unchanged" by accident.
constexpr AfterRefusal after_refused_exit(Refusal refusal) {
  switch (refusal) {
    case Refusal::would_trigger: return AfterRefusal::close_now;
    case Refusal::none:  // expired or cancelled by the venue without a word
    case Refusal::not_sent:
    case Refusal::gate:
    case Refusal::clock:
    case Refusal::insufficient_funds:  // the balance of the fill may not have settled
    case Refusal::too_many_orders:
    case Refusal::rate_limited:
    case Refusal::banned:
    case Refusal::maintenance:
    case Refusal::duplicate_id:
    case Refusal::not_found: return AfterRefusal::try_again;
    case Refusal::authentication:
    case Refusal::permission:
    case Refusal::invalid:
    case Refusal::precision:
    case Refusal::minimum:
    case Refusal::maximum:
    case Refusal::price_band:
    case Refusal::would_take:
    case Refusal::reduce_only:
    case Refusal::unsupported:
    case Refusal::other: break;
  }
  return AfterRefusal::try_otherwise;
}

/// Says that the account or the way to it is at fault, not the order.
constexpr bool is_passing(Refusal refusal) {
  return after_refused_exit(refusal) == AfterRefusal::try_again;
}

}  // namespace signalbox
