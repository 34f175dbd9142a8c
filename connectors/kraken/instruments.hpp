#pragma once

#include <string_view>
#include <vector>

#include "connectors/kraken/answers.hpp"
#include "connectors/kraken/markets.hpp"

namespace signalbox {
class JsonReader;
}

namespace signalbox::kraken {

/// What `GET AssetPairs` says.
struct Pairs {
  std::vector<Market> markets;
  std::size_t skipped = 0;  ///< what could not be read, does not fit our names, or has no stream
};

/// A filter that cannot be read makes its pair unknown, not tradable without the filter. `names`
/// are those of `GET Assets`. The fee is the worst of the table: an account's own volume lowers it.
Result<Pairs> read_pairs(JsonReader& json, std::string_view body, const AssetNames& names);

}  // namespace signalbox::kraken
