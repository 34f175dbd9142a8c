#include "connectors/coinbase/coinbase.hpp"

namespace signalbox {
namespace {

TierFacts facts(EntryType entry, Tier tier, std::string_view evidence) {
  TierFacts f;
  f.market = MarketKind::spot;
  f.entry = entry;
  f.tier = tier;
  f.evidence = Text<120>{evidence};
  return f;
}

/// A stop-limit of our own. It sets aside what it would sell, so no target can stand beside it.
TierFacts resting(EntryType entry) {
  auto f =
      facts(entry, Tier::resting,
            "orders: stop_limit_stop_limit_gtc holds its base size; a pair without an entry on "
            "spot: sources disagree, so no");
  f.covers_partial = true;
  f.survives_engine = true;
  f.exits_hold_balance = true;
  return f;
}

/// A bracket that the venue makes for an entry.
TierFacts attached(EntryType entry) {
  auto f = facts(entry, Tier::attached,
                 "orders: attached trigger_bracket_gtc; when it arms on part fills is unverified; "
                 "a part-filled target ends its stop");
  f.covers_partial = false;
  f.both_legs = true;
  f.survives_engine = true;
  f.stop_survives_partial_target = false;
  f.exits_hold_balance = true;
  f.pairs = true;
  return f;
}

TierFacts engine(EntryType entry) {
  auto f = facts(entry, Tier::engine, "nothing rests at the venue: tickers and market orders");
  f.covers_partial = true;
  f.both_legs = true;
  f.stop_survives_partial_target = true;
  return f;
}

}  // namespace

Capabilities coinbase_capabilities(coinbase::Network network) {
  Capabilities c;
  c.venue = VenueName{"coinbase"};
  c.amends = true;
  c.amends_down_only = false;
  // A used id gives the old order back as if it were accepted: nothing new is made by it.
  c.live_ids_unique = true;
  c.cancels_siblings = true;  // both legs are one order
  c.testnet = network != coinbase::Network::live;
  for (const auto entry : {EntryType::market, EntryType::limit}) {
    c.tiers.push_back(resting(entry));
    c.tiers.push_back(attached(entry));
    c.tiers.push_back(engine(entry));
  }
  return c;
}

}  // namespace signalbox
