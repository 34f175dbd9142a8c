#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "connectors/coinbase/markets.hpp"
#include "messages/result.hpp"

namespace signalbox {
class JsonReader;
}

namespace signalbox::coinbase {

struct InstrumentList {
  std::vector<Market> markets;
  std::size_t skipped = 0;  ///< rows of what we do not trade, or cannot read
};

/// An answer to GET products. Products without a tick or a lot are left out, as are derivatives.
Result<InstrumentList> read_instruments(JsonReader& json, std::string_view body);

/// What a symbol of ours is called there, before the table is loaded: "BTC/USD" → "BTC-USD".
std::string wire_guess(const Symbol& symbol);

}  // namespace signalbox::coinbase
