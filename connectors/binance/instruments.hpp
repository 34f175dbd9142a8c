#pragma once

#include <string_view>
#include <vector>

#include "connectors/binance/markets.hpp"
#include "connectors/transport/pacer.hpp"
#include "messages/result.hpp"

namespace signalbox {
class JsonReader;
}

namespace signalbox::binance {

/// What `GET exchangeInfo` says.
struct ExchangeInfo {
  std::vector<Market> markets;
  std::vector<PaceLimit> limits;  ///< weight and order counts, with the headers that report them
  std::size_t skipped = 0;        ///< symbols that could not be read or do not fit our names
};

/// A filter that cannot be read makes its symbol unknown, not tradable without the filter. Fees
/// are not part of this answer: the caller sets them.
Result<ExchangeInfo> read_exchange_info(JsonReader& json, std::string_view body);

}  // namespace signalbox::binance
