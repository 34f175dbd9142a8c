// The venues' tier facts, and what a signal gets by them, as the tables of docs/tiers.md.
#include <string>

#include "actors/rules/tier.hpp"
#include "connectors/registry.hpp"
#include "tests/support/generated_page.hpp"

namespace signalbox {
namespace {

std::string yes(bool is) { return is ? "yes" : "no"; }

std::string row(std::initializer_list<std::string> cells) {
  std::string line = "|";
  for (const auto& cell : cells) line += " " + cell + " |";
  return line + "\n";
}

std::string facts_of(const Capabilities& venue) {
  std::string rows;
  for (const auto& f : venue.tiers)
    rows += row({std::string{name_of(f.market)}, std::string{name_of(f.entry)},
                 std::string{name_of(f.tier)}, yes(f.covers_partial), yes(f.both_legs),
                 yes(f.survives_engine), yes(f.stop_survives_partial_target),
                 yes(f.exits_hold_balance), yes(f.pairs), f.evidence.str()});
  return rows;
}

/// A signal as far as the choice looks at it.
Signal signal_with(EntryType entry, bool fill_or_kill, int targets) {
  Signal s;
  s.type = entry;
  if (fill_or_kill) s.time_in_force = TimeInForce::fok;
  s.stop_loss = StopLoss{};
  for (int i = 0; i < targets; ++i) s.take_profit.push_back(TakeProfit{});
  return s;
}

std::string chosen(const Capabilities& venue, MarketKind market, Signal signal, Tier least) {
  signal.min_tier = least;
  const auto facts = choose_tier(venue.tiers, market, signal);
  return facts ? std::string{name_of(worth_of(*facts, signal))} : "refused";
}

std::string choices_of(const Capabilities& venue) {
  struct Entry {
    std::string_view name;
    EntryType type;
    bool fill_or_kill;
  };
  constexpr Entry entries[] = {{"market", EntryType::market, false},
                               {"limit", EntryType::limit, false},
                               {"limit, fok", EntryType::limit, true}};
  constexpr std::string_view targets[] = {"stop", "stop, target", "stop, several targets"};
  std::string rows;
  for (const auto market : {MarketKind::spot, MarketKind::linear}) {
    bool any = false;
    for (const auto& f : venue.tiers) any = any || f.market == market;
    if (!any) continue;
    for (const auto& entry : entries)
      for (int n = 0; n < 3; ++n) {
        const auto signal = signal_with(entry.type, entry.fill_or_kill, n);
        rows += row({std::string{name_of(market)}, std::string{entry.name}, std::string{targets[n]},
                     chosen(venue, market, signal, Tier::resting),
                     chosen(venue, market, signal, Tier::attached),
                     chosen(venue, market, signal, Tier::engine)});
      }
  }
  return rows;
}

std::string tier_tables() {
  std::string page;
  for (const auto& name : known_venues()) {
    VenueSettings settings;
    settings.venue = name;
    settings.testnet = false;
    const auto venue = venue_capabilities(settings);
    if (!venue) continue;
    page += "## " + name.str() + "\n\n";
    page +=
        row({"market", "entry", "tier", "covers a partial fill", "both legs", "without the engine",
             "stop survives a part of the target", "exits hold", "pairs", "evidence"});
    page += row({"---", "---", "---", "---", "---", "---", "---", "---", "---", "---"});
    page += facts_of(*venue) + "\n";
    page +=
        row({"market", "entry", "exits", "by default", "`min_tier` attached", "`min_tier` engine"});
    page += row({"---", "---", "---", "---", "---", "---"});
    page += choices_of(*venue) + "\n";
  }
  page.pop_back();
  return page;
}

}  // namespace
}  // namespace signalbox

int main(int argc, char** argv) {
  return signalbox::docs::keep_generated_page(argc, argv, "tiers", signalbox::tier_tables());
}
