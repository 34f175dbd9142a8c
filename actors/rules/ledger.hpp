#pragma once

#include <span>
#include <vector>

#include "messages/records.hpp"

namespace signalbox {

/// What an open bracket owns of a derivative's position.
struct LedgerShare {
  SignalHash bracket;
  Quantity held;  ///< signed: long is positive
};

/// A venue's position, by whose it is.
struct Ledger {
  Quantity external;                 ///< signed; nobody here has made it
  std::vector<ReductionPart> taken;  ///< what somebody else has closed of brackets, newest first
};

/// Shares out what the venue says it holds of one instrument on one account, so that the brackets
/// and `external` add up to it. What is beyond the brackets is external. What is missing was closed
/// by somebody else: of the external part first (it is simply no longer there), then of the newest
/// bracket. Memory of earlier positions is not needed for it. Pure.
Ledger share_out(Quantity position, std::span<const LedgerShare> newest_first);

}  // namespace signalbox
