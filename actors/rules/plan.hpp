#pragma once

#include <optional>

#include "messages/ids.hpp"
#include "messages/instrument.hpp"
#include "messages/signal.hpp"

namespace signalbox {

/// Everything a bracket needs to run, decided once by risk and fixed from then on.
struct Plan {
  SignalHash key;
  Signal signal;
  Quantity quantity;  ///< approved, on the lot
  Instrument instrument;
  TierFacts facts;  ///< of the chosen tier
  Price reference;  ///< market price the limits were computed at
  bool unprotected_by_request = false;
  /// Deadlines on the monotonic clock; the wall times of the signal were turned into these once.
  std::optional<MonoTime> entry_expires;
};

/// Bounds of protection; one per account, from configuration.
struct CoverPolicy {
  Duration cover_within = std::chrono::seconds{1};         ///< fill received → stop accepted
  Duration flatten_within = std::chrono::seconds{2};       ///< then flat, or stranded
  Duration gap_within = std::chrono::seconds{1};           ///< stop triggered → filled
  Duration regrow_every = std::chrono::milliseconds{500};  ///< cancel-and-replace, at most
  Duration retry_every =
      std::chrono::milliseconds{100};  ///< of a stop refused for a passing reason
  Duration stranded_retry_every = std::chrono::seconds{5};
  /// Retries of one wish double up to this: venues count orders.
  Duration retry_pause_max = std::chrono::milliseconds{1'600};
};

}  // namespace signalbox
