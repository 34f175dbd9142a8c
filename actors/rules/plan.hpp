#pragma once

#include <optional>

#include "messages/ids.hpp"
#include "messages/instrument.hpp"
#include "messages/signal.hpp"

namespace signalbox {

/// How a signal came, where that is not by `signal`.
struct Origin {
  bool by_place_order = false;  ///< or `protect`: its time is ours, and confidence is not asked
  bool protects = false;        ///< by `protect`: what it protects is there already

  constexpr explicit(false) Origin(bool place_order = false) : by_place_order(place_order) {}
  static constexpr Origin protect() {
    Origin origin{true};
    origin.protects = true;
    return origin;
  }
};

/// Everything a bracket needs to run, decided once by risk and fixed from then on.
struct Plan {
  SignalHash key;
  Signal signal;
  Quantity quantity;  ///< approved, on the lot
  Instrument instrument;
  TierFacts facts;  ///< of the chosen tier
  Price reference;  ///< market price the limits were computed at
  bool unprotected_by_request = false;
  bool held_already = false;  ///< there is no entry: `quantity` was there before
  /// Deadlines on the monotonic clock; the wall times of the signal were turned into these once.
  std::optional<MonoTime> entry_expires;
};

/// What becomes of a position below the venue's minimum whose entry is over. While an entry is open
/// more may fill, and it waits whatever the policy.
enum class DustPolicy : std::uint8_t {
  hold_as_dust = 1,  ///< the bracket ends and leaves it
  wait,      ///< the bracket goes on until its stop moves and it is worth an order, or it is closed
  complete,  ///< bought once, within what was approved, up to the least the venue sells
};
template <>
inline constexpr auto enum_names<DustPolicy> =
    std::array{Named{DustPolicy::hold_as_dust, "hold_as_dust"}, Named{DustPolicy::wait, "wait"},
               Named{DustPolicy::complete, "complete"}};

/// Bounds of protection; one per account, from configuration.
struct CoverPolicy {
  Duration cover_within = std::chrono::seconds{1};    ///< fill received → stop accepted
  Duration flatten_within = std::chrono::seconds{2};  ///< then flat, or stranded
  Duration gap_within = std::chrono::seconds{1};      ///< stop triggered → filled
  /// A watched target: stop called back → sold, or the stop goes up again.
  Duration swap_within = std::chrono::milliseconds{500};
  DustPolicy dust = DustPolicy::hold_as_dust;
  /// The engine is the stop only while its ticker is younger.
  Duration ticker_age_max = std::chrono::seconds{5};
  Duration regrow_every = std::chrono::milliseconds{500};  ///< cancel-and-replace, at most
  Duration retry_every =
      std::chrono::milliseconds{100};  ///< of a stop refused for a passing reason
  Duration stranded_retry_every = std::chrono::seconds{5};
  /// Retries of one wish double up to this: venues count orders.
  Duration retry_pause_max = std::chrono::milliseconds{1'600};
};

}  // namespace signalbox
