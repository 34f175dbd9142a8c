#include "connectors/kraken/kraken.hpp"
#include "connectors/kraken/requests.hpp"

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

/// A stop of our own, grown with each fill. Whether it holds what it would sell is not documented:
/// taken as if it did, so no target is placed beside it that the venue may refuse.
TierFacts resting(EntryType entry) {
  auto f = facts(entry, Tier::resting,
                 "AddOrder ordertype=stop-loss[-limit]; no one-cancels-other exists; funds held "
                 "from placement: unverified, so yes");
  f.covers_partial = true;
  f.survives_engine = true;
  f.exits_hold_balance = true;
  return f;
}

// An attached exit ("conditional close") is no tier here: the venue makes one order for each fill,
// of the fill's size and without a client id, and what becomes of one below the minimum is not
// documented. A leg of ours is one order, so such exits are placed and reported, and not relied on.

TierFacts engine(EntryType entry) {
  auto f = facts(entry, Tier::engine, "nothing rests at the venue: ticker bbo and market orders");
  f.covers_partial = true;
  f.both_legs = true;
  f.stop_survives_partial_target = true;
  return f;
}

}  // namespace

Capabilities kraken_capabilities(kraken::Network) {
  Capabilities c;
  c.venue = VenueName{"kraken"};
  c.amends = true;  // AmendOrder keeps the id; not of an order with a conditional close
  c.amends_down_only = false;
  c.live_ids_unique = true;  // cl_ord_id: unique among the account's open orders
  c.cancels_siblings = false;
  c.testnet = false;  // there is none
  c.valid_for_default = kraken::valid_for_default;
  for (const auto entry : {EntryType::market, EntryType::limit})
    for (const auto& tier : {resting(entry), engine(entry)}) c.tiers.push_back(tier);
  return c;
}

}  // namespace signalbox
