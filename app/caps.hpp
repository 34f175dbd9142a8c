#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "messages/capabilities.hpp"
#include "messages/result.hpp"

namespace signalbox {

struct Ability {
  std::string what;
  std::string answer;
};

/// What a venue can do besides its tiers, in the words of docs/venues.md.
std::vector<Ability> abilities_of(const Capabilities& venue);

/// What `signalbox caps` prints: a venue's abilities and its tier facts with their evidence. With a
/// symbol (`BTC/USDT`, or `BTC/USDT:USDT` for a perpetual) the facts of its kind of market alone.
/// Asks no venue. `not_found`: no such venue; `bad_input`: it has no such kind of market.
Result<std::string> caps_text(std::string_view venue, std::string_view symbol);

}  // namespace signalbox
