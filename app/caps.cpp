#include "app/caps.hpp"

#include <algorithm>
#include <chrono>
#include <optional>

#include "app/text_table.hpp"
#include "connectors/registry.hpp"

namespace signalbox {
namespace {

std::string yes(bool is) { return is ? "yes" : "no"; }

std::string amends_of(const Capabilities& venue) {
  if (venue.amends_down_only) return "a quantity, downwards";
  return venue.amends ? "price, trigger and quantity" : "no";
}

bool trades(const Capabilities& venue, MarketKind kind) {
  return std::any_of(venue.tiers.begin(), venue.tiers.end(),
                     [&](const TierFacts& facts) { return facts.market == kind; });
}

std::string kinds_of(const Capabilities& venue) {
  std::string all;
  for (const auto kind : {MarketKind::spot, MarketKind::linear})
    if (trades(venue, kind)) all += (all.empty() ? "" : ", ") + std::string{name_of(kind)};
  return all;
}

/// The unified symbol of a contract names what it settles in.
std::optional<MarketKind> kind_of(std::string_view symbol) {
  if (symbol.empty()) return std::nullopt;
  return symbol.find(':') == symbol.npos ? MarketKind::spot : MarketKind::linear;
}

std::string all_names() {
  std::string names;
  for (const auto& name : known_venues()) names += (names.empty() ? "" : ", ") + name.str();
  return names;
}

std::string facts_of(const Capabilities& venue, std::optional<MarketKind> kind) {
  std::vector<Row> rows{{"market", "entry", "tier", "covers_partial", "both_legs", "without_engine",
                         "stop_survives_partial_target", "exits_hold", "pairs", "evidence"}};
  for (const auto& f : venue.tiers)
    if (!kind || f.market == *kind)
      rows.push_back({std::string{name_of(f.market)}, std::string{name_of(f.entry)},
                      std::string{name_of(f.tier)}, yes(f.covers_partial), yes(f.both_legs),
                      yes(f.survives_engine), yes(f.stop_survives_partial_target),
                      yes(f.exits_hold_balance), yes(f.pairs), f.evidence.str()});
  return aligned(rows);
}

}  // namespace

std::vector<Ability> abilities_of(const Capabilities& venue) {
  const auto valid = std::chrono::duration_cast<std::chrono::milliseconds>(venue.valid_for_default);
  return {{"markets", kinds_of(venue)},
          {"changes in place", amends_of(venue)},
          {"a second order under a live id is refused", yes(venue.live_ids_unique)},
          {"one exit's cancel ends the other", yes(venue.cancels_siblings)},
          {"an entry is valid for", std::to_string(valid.count()) + " ms"}};
}

Result<std::string> caps_text(std::string_view name, std::string_view symbol) {
  const auto known = known_venues();
  const auto found = std::find_if(known.begin(), known.end(),
                                  [&](const VenueName& each) { return each.view() == name; });
  if (found == known.end())
    return failed(Fault::not_found,
                  "no native connection for '" + std::string{name} + "': there is " + all_names());
  VenueSettings settings;
  settings.venue = *found;
  settings.testnet = false;
  const auto venue = venue_capabilities(settings);
  if (!venue) return tl::unexpected<Error>(venue.error());
  const auto kind = kind_of(symbol);
  if (kind && !trades(*venue, *kind))
    return failed(Fault::bad_input, found->str() + " has no " + std::string{name_of(*kind)} +
                                        " markets here, and '" + std::string{symbol} +
                                        "' names one: " + kinds_of(*venue));
  std::vector<Row> rows;
  for (const auto& [what, answer] : abilities_of(*venue)) rows.push_back({what, answer});
  return aligned(rows) + "\n" + facts_of(*venue, kind);
}

}  // namespace signalbox
