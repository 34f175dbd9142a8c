// What each venue can do besides its tiers, as the table of docs/venues.md.
#include <string>
#include <vector>

#include "app/caps.hpp"
#include "connectors/registry.hpp"
#include "tests/support/generated_page.hpp"

namespace signalbox {
namespace {

std::string line_of(const std::string& first, const std::vector<std::string>& cells) {
  std::string line = "| " + first + " |";
  for (const auto& cell : cells) line += " " + cell + " |";
  return line + "\n";
}

std::string venue_table() {
  std::string heads, rows;
  for (const auto& name : known_venues()) {
    VenueSettings settings;
    settings.venue = name;
    settings.testnet = false;
    const auto venue = venue_capabilities(settings);
    if (!venue) continue;
    std::vector<std::string> asked, answers;
    for (auto& [what, answer] : abilities_of(*venue)) {
      asked.push_back(what);
      answers.push_back(answer);
    }
    heads = line_of("venue", asked) + line_of("---", std::vector<std::string>(asked.size(), "---"));
    rows += line_of(name.str(), answers);
  }
  return heads + rows;
}

}  // namespace
}  // namespace signalbox

int main(int argc, char** argv) {
  return signalbox::docs::keep_generated_page(argc, argv, "venues", signalbox::venue_table());
}
