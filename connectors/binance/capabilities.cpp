#include "connectors/binance/binance.hpp"
#include "connectors/binance/requests.hpp"

namespace signalbox {
namespace {

TierFacts facts(EntryType entry, Tier tier, std::string_view evidence) {
  TierFacts f;
  f.market = MarketKind::spot;
  f.entry = entry;
  f.tier = tier;
  f.both_legs = true;
  f.evidence = Text<120>{evidence};
  return f;
}

/// A pair placed for what has filled, after each fill.
TierFacts resting(EntryType entry) {
  auto f = facts(entry, Tier::resting,
                 "POST orderList/oco; a partial fill of the LIMIT_MAKER leg may end the stop: "
                 "unverified, so no");
  f.covers_partial = true;
  f.survives_engine = true;
  f.stop_survives_partial_target = false;
  f.exits_hold_balance = true;
  f.pairs = true;
  return f;
}

/// Exits that the venue holds until the entry has filled completely.
TierFacts attached() {
  auto f = facts(EntryType::limit, Tier::attached,
                 "POST orderList/otoco: pending legs go live only when the working order is "
                 "completely FILLED");
  f.covers_partial = false;
  f.survives_engine = true;
  f.stop_survives_partial_target = false;
  f.exits_hold_balance = true;
  f.pairs = true;
  return f;
}

/// The engine watches the ticker and sells.
TierFacts engine(EntryType entry) {
  auto f = facts(entry, Tier::engine, "nothing rests at the venue: bookTicker and MARKET orders");
  f.covers_partial = true;
  f.stop_survives_partial_target = true;
  return f;
}

}  // namespace

Capabilities binance_spot_capabilities(binance::Network network) {
  Capabilities c;
  c.venue = VenueName{"binance"};
  c.amends = false;  // neither price nor trigger
  c.amends_down_only = true;
  c.live_ids_unique = true;
  c.cancels_siblings = true;
  c.testnet = network != binance::Network::live;
  c.valid_for_default = binance::valid_for_default;
  c.tiers = {resting(EntryType::market), resting(EntryType::limit), attached(),
             engine(EntryType::market), engine(EntryType::limit)};
  return c;
}

}  // namespace signalbox
