#include "connectors/bybit/bybit.hpp"
#include "connectors/bybit/requests.hpp"

namespace signalbox {
namespace {

TierFacts facts(MarketKind market, EntryType entry, Tier tier, std::string_view evidence) {
  TierFacts f;
  f.market = market;
  f.entry = entry;
  f.tier = tier;
  f.evidence = Text<120>{evidence};
  return f;
}

/// A stop of our own, grown with each fill. What it would sell is set aside, so no target can stand
/// beside it, and the venue makes no pair without an entry.
TierFacts spot_resting(EntryType entry) {
  auto f =
      facts(MarketKind::spot, entry, Tier::resting,
            "order/create orderFilter=tpslOrder holds the asset; no two-sided order without an "
            "entry is documented");
  f.covers_partial = true;
  f.survives_engine = true;
  f.exits_hold_balance = true;
  return f;
}

/// What the venue does with the exits of a partly filled spot entry is not documented.
TierFacts spot_attached() {
  auto f = facts(MarketKind::spot, EntryType::limit, Tier::attached,
                 "order/create with takeProfit and stopLoss: a pair after the entry fills; part "
                 "fills: unverified, so no");
  f.both_legs = true;
  f.survives_engine = true;
  f.exits_hold_balance = true;
  return f;
}

/// A reduce-only stop and a reduce-only target of our own: neither holds anything, and neither
/// ends the other.
TierFacts linear_resting(EntryType entry) {
  auto f =
      facts(MarketKind::linear, entry, Tier::resting,
            "order/create triggerPrice + reduceOnly: conditional orders hold no margin and are "
            "orders of their own");
  f.covers_partial = true;
  f.both_legs = true;
  f.survives_engine = true;
  f.stop_survives_partial_target = true;
  return f;
}

/// Exits the venue makes of what the entry fills.
TierFacts linear_attached(EntryType entry) {
  auto f =
      facts(MarketKind::linear, entry, Tier::attached,
            "order/create tpslMode=Partial: exits of the quantity actually filled; a part-filled "
            "target: unverified, so no");
  f.covers_partial = true;
  f.both_legs = true;
  f.survives_engine = true;
  f.pairs = true;
  return f;
}

TierFacts engine(MarketKind market, EntryType entry) {
  auto f = facts(market, entry, Tier::engine,
                 "nothing rests at the venue: orderbook.1 and market orders");
  f.covers_partial = true;
  f.both_legs = true;
  f.stop_survives_partial_target = true;
  return f;
}

}  // namespace

Capabilities bybit_capabilities(bybit::Network network) {
  Capabilities c;
  c.venue = VenueName{"bybit"};
  c.amends = true;
  c.amends_down_only = false;
  c.live_ids_unique = true;
  c.cancels_siblings = false;  // of a pair whose one exit is cancelled: not documented
  c.testnet = network != bybit::Network::live;
  c.valid_for_default = bybit::valid_for_default;
  constexpr auto spot = MarketKind::spot;
  constexpr auto linear = MarketKind::linear;
  c.tiers = {spot_resting(EntryType::market),
             spot_resting(EntryType::limit),
             spot_attached(),
             linear_resting(EntryType::market),
             linear_resting(EntryType::limit),
             linear_attached(EntryType::market),
             linear_attached(EntryType::limit),
             engine(spot, EntryType::market),
             engine(spot, EntryType::limit),
             engine(linear, EntryType::market),
             engine(linear, EntryType::limit)};
  return c;
}

}  // namespace signalbox
