#pragma once

#include <vector>

#include "messages/instrument.hpp"
#include "messages/time.hpp"

namespace signalbox {

/// What a connection can do, before any connection is made. Facts with evidence; see
/// docs/tiers.md.
struct Capabilities {
  VenueName venue;
  bool amends = false;            ///< can amend price and trigger in place
  bool amends_down_only = false;  ///< can only reduce a quantity
  bool live_ids_unique = false;   ///< a second live order under the same client id is refused
  bool cancels_siblings = false;  ///< cancelling one of a linked pair cancels the other
  bool testnet = false;
  Duration valid_for_default = std::chrono::seconds{2};
  std::vector<TierFacts> tiers;

  static constexpr auto fields = Fields{
      field("venue", &Capabilities::venue),
      field("amends", &Capabilities::amends),
      field("amends_down_only", &Capabilities::amends_down_only),
      field("live_ids_unique", &Capabilities::live_ids_unique),
      field("cancels_siblings", &Capabilities::cancels_siblings),
      field("testnet", &Capabilities::testnet),
      field("valid_for_default", &Capabilities::valid_for_default),
      field("tiers", &Capabilities::tiers),
  };
  friend bool operator==(const Capabilities&, const Capabilities&) = default;
};

}  // namespace signalbox
