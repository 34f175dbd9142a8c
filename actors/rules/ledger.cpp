#include "actors/rules/ledger.hpp"

#include <algorithm>

namespace signalbox {

Ledger share_out(Quantity position, std::span<const LedgerShare> newest_first) {
  Quantity owned;
  for (const auto& share : newest_first) owned += share.held;
  Ledger ledger{.external = position - owned, .taken = {}};
  const bool missing = owned.is_positive() ? ledger.external.is_negative()
                                           : owned.is_negative() && ledger.external.is_positive();
  if (!missing) return ledger;
  for (const auto& share : newest_first) {
    // One that has sold more than it bought buys it back itself.
    if (share.held.is_zero() || share.held.is_negative() != owned.is_negative()) continue;
    const Quantity size = share.held.is_negative() ? -share.held : share.held;
    const Quantity lacks = ledger.external.is_negative() ? -ledger.external : ledger.external;
    const Quantity part = std::min(size, lacks);
    if (part.is_zero()) break;
    ledger.taken.push_back({share.bracket, part});
    ledger.external += owned.is_negative() ? -part : part;
  }
  return ledger;
}

}  // namespace signalbox
