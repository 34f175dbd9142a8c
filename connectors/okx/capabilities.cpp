#include "connectors/okx/okx.hpp"
#include "connectors/okx/requests.hpp"

namespace signalbox {
namespace {

TierFacts facts(MarketKind market, EntryType entry, Tier tier, std::string_view evidence) {
  TierFacts f;
  f.market = market;
  f.entry = entry;
  f.tier = tier;
  f.both_legs = true;
  f.survives_engine = true;
  f.evidence = Text<120>{evidence};
  return f;
}

/// A pair placed for what has filled, after each fill.
TierFacts resting(MarketKind market, EntryType entry) {
  auto f = facts(market, entry, Tier::resting,
                 "POST trade/order-algo oco; the sibling goes when one side triggers; a partly "
                 "filled limit target: unverified, so no");
  f.covers_partial = true;
  f.stop_survives_partial_target = false;
  // The documents say that a TP/SL freezes nothing before its trigger. A limit target that rests
  // is not said to be one of them: the worse reading.
  f.exits_hold_balance = market == MarketKind::spot;
  f.pairs = true;
  return f;
}

/// Exits that the venue places when the entry has filled completely.
TierFacts attached(MarketKind market, EntryType entry) {
  auto f = facts(market, entry, Tier::attached,
                 "attachAlgoOrds: placed once the parent is completely filled; partly filled and "
                 "cancelled: unverified, so none");
  f.covers_partial = false;
  f.stop_survives_partial_target = false;
  f.exits_hold_balance = market == MarketKind::spot;
  f.pairs = true;
  return f;
}

/// The engine watches the ticker and sells.
TierFacts engine(MarketKind market, EntryType entry) {
  auto f =
      facts(market, entry, Tier::engine, "nothing rests at the venue: tickers and market orders");
  f.survives_engine = false;
  f.covers_partial = true;
  f.stop_survives_partial_target = true;
  return f;
}

}  // namespace

Capabilities okx_capabilities(okx::Network network) {
  Capabilities c;
  c.venue = VenueName{"okx"};
  c.amends = true;
  c.amends_down_only = false;
  // A live clOrdId is refused (51016), and so is a live algoClOrdId (51065, 51068).
  c.live_ids_unique = true;
  c.cancels_siblings = true;  // both legs are one algo order
  c.testnet = network != okx::Network::live;
  c.valid_for_default = okx::valid_for_default;
  for (const auto market : {MarketKind::spot, MarketKind::linear}) {
    for (const auto entry : {EntryType::market, EntryType::limit})
      c.tiers.push_back(resting(market, entry));
    c.tiers.push_back(attached(market, EntryType::limit));
    for (const auto entry : {EntryType::market, EntryType::limit})
      c.tiers.push_back(engine(market, entry));
  }
  // Not on spot: there a market purchase sized in base takes no attached exits.
  c.tiers.push_back(attached(MarketKind::linear, EntryType::market));
  return c;
}

}  // namespace signalbox
