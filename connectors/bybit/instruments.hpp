#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "connectors/bybit/markets.hpp"
#include "messages/result.hpp"

namespace signalbox {
class JsonReader;
}

namespace signalbox::bybit {

/// What one page of `GET instruments-info` says.
struct InstrumentsPage {
  std::vector<Market> markets;
  std::string cursor;       ///< of the next page; empty: there is none
  std::size_t skipped = 0;  ///< what could not be read, does not fit our names, or is no spot pair
                            ///< and no linear perpetual
};

/// A filter that cannot be read makes its instrument unknown, not tradable without the filter.
/// Fees are not part of this answer: the caller sets them.
Result<InstrumentsPage> read_instruments(JsonReader& json, std::string_view body,
                                         Category category);

}  // namespace signalbox::bybit
