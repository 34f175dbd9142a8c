#pragma once

#include <string_view>
#include <vector>

#include "connectors/okx/markets.hpp"
#include "messages/result.hpp"

namespace signalbox {
class JsonReader;
}

namespace signalbox::okx {

/// What `GET public/instruments` says of one type.
struct InstrumentList {
  std::vector<Market> markets;
  std::size_t skipped = 0;  ///< that could not be read, do not fit our names or are inverse
};

/// Swaps settled in the base are left out: their contracts are worth quote. Quantities come out in
/// base, whatever the venue counts in. Fees are not part of this answer: the caller sets them.
Result<InstrumentList> read_instruments(JsonReader& json, std::string_view body);

/// How the venue spells a symbol, for asking before its table is loaded: "BTC/USDT" → "BTC-USDT",
/// "BTC/USDT:USDT" → "BTC-USDT-SWAP".
std::string wire_guess(const Symbol& symbol);

}  // namespace signalbox::okx
