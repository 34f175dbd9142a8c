// What each venue can do besides its tiers, as the table of docs/venues.md.
#include <chrono>
#include <string>

#include "connectors/registry.hpp"
#include "tests/support/generated_page.hpp"

namespace signalbox {
namespace {

std::string yes(bool is) { return is ? "yes" : "no"; }

std::string amends_of(const Capabilities& venue) {
  if (venue.amends_down_only) return "a quantity, downwards";
  return venue.amends ? "price, trigger and quantity" : "no";
}

std::string kinds_of(const Capabilities& venue) {
  std::string all;
  for (const auto kind : {MarketKind::spot, MarketKind::linear})
    for (const auto& tier : venue.tiers)
      if (tier.market == kind) {
        all += (all.empty() ? "" : ", ") + std::string{name_of(kind)};
        break;
      }
  return all;
}

std::string venue_table() {
  std::string page =
      "| venue | markets | changes in place | a second order under a live id is refused | one "
      "exit's cancel ends "
      "the other | an entry is valid for |\n| --- | --- | --- | --- | --- | --- |\n";
  for (const auto& name : known_venues()) {
    VenueSettings settings;
    settings.venue = name;
    settings.testnet = false;
    const auto venue = venue_capabilities(settings);
    if (!venue) continue;
    const auto valid =
        std::chrono::duration_cast<std::chrono::milliseconds>(venue->valid_for_default).count();
    page += "| " + name.str() + " | " + kinds_of(*venue) + " | " + amends_of(*venue) + " | " +
            yes(venue->live_ids_unique) + " | " + yes(venue->cancels_siblings) + " | " +
            std::to_string(valid) + " ms |\n";
  }
  return page;
}

}  // namespace
}  // namespace signalbox

int main(int argc, char** argv) {
  return signalbox::docs::keep_generated_page(argc, argv, "venues", signalbox::venue_table());
}
