// `signalbox caps`.
#include "app/caps.hpp"

#include <catch2/catch.hpp>

#include "connectors/registry.hpp"

using namespace signalbox;
using Catch::Matchers::Contains;

TEST_CASE("each venue's abilities, tiers and their evidence are printed", "[caps]") {
  for (const auto& name : known_venues()) {
    INFO(name.view());
    VenueSettings settings;
    settings.venue = name;
    settings.testnet = false;
    const auto venue = venue_capabilities(settings);
    REQUIRE(venue);
    const auto text = caps_text(name.view(), "");
    REQUIRE(text);
    for (const auto& [what, answer] : abilities_of(*venue)) {
      CHECK_THAT(*text, Contains(what));
      CHECK_THAT(*text, Contains(answer));
    }
    REQUIRE_FALSE(venue->tiers.empty());
    for (const auto& facts : venue->tiers) CHECK_THAT(*text, Contains(facts.evidence.str()));
  }
}

TEST_CASE("a symbol leaves the facts of its kind of market", "[caps]") {
  const auto swap = caps_text("okx", "BTC/USDT:USDT");
  const auto spot = caps_text("okx", "BTC/USDT");
  REQUIRE(swap);
  REQUIRE(spot);
  CHECK_THAT(*swap, Contains("\nlinear ") && !Contains("\nspot "));
  CHECK_THAT(*spot, Contains("\nspot ") && !Contains("\nlinear "));
}

TEST_CASE("a venue or a market that is not there is refused with what there is", "[caps]") {
  const auto nowhere = caps_text("binanse", "");
  REQUIRE_FALSE(nowhere);
  CHECK(nowhere.error().fault == Fault::not_found);
  CHECK_THAT(nowhere.error().what, Contains("'binanse'") && Contains("kraken"));

  const auto no_spot = caps_text("binanceusdm", "BTC/USDT");
  REQUIRE_FALSE(no_spot);
  CHECK_THAT(no_spot.error().what, Contains("no spot markets") && Contains("linear"));
}
