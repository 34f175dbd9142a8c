#include "connectors/binanceusdm/binanceusdm.hpp"
#include "connectors/binanceusdm/requests.hpp"

namespace signalbox {
namespace {

/// A stop and a target for what has filled, after each fill: conditional orders that only reduce.
TierFacts resting(EntryType entry) {
  TierFacts f;
  f.market = MarketKind::linear;
  f.entry = entry;
  f.tier = Tier::resting;
  f.covers_partial = true;
  f.both_legs = true;
  f.survives_engine = true;
  f.stop_survives_partial_target = true;
  f.exits_hold_balance = false;
  f.pairs = false;
  f.evidence = Text<120>{
      "POST algoOrder, reduceOnly with quantity: filling one does not cancel its sibling; margin "
      "is "
      "not held by exits"};
  return f;
}

/// The engine watches the ticker and closes.
TierFacts engine(EntryType entry) {
  TierFacts f;
  f.market = MarketKind::linear;
  f.entry = entry;
  f.tier = Tier::engine;
  f.covers_partial = true;
  f.both_legs = true;
  f.stop_survives_partial_target = true;
  f.evidence = Text<120>{"nothing rests at the venue: bookTicker and reduce-only MARKET orders"};
  return f;
}

}  // namespace

Capabilities binance_usdm_capabilities(binance::Network network) {
  Capabilities c;
  c.venue = VenueName{"binanceusdm"};
  c.amends = false;  // a trigger cannot be changed, and that is what exits need
  c.amends_down_only = false;
  // A duplicate plain order is refused (-4116); of conditional ones nobody says so.
  c.live_ids_unique = false;
  c.cancels_siblings = false;
  c.testnet = network != binance::Network::live;
  c.valid_for_default = binanceusdm::valid_for_default;
  c.tiers = {resting(EntryType::market), resting(EntryType::limit), engine(EntryType::market),
             engine(EntryType::limit)};
  return c;
}

}  // namespace signalbox
