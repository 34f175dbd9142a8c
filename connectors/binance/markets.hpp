#pragma once

#include <string>

#include "connectors/kit/market_table.hpp"

namespace signalbox::binance {

using namespace kit;

/// One symbol: ours and the venue's name for it ("BTCUSDT"), and what may be done with it.
struct Market : MarketBase {
  std::string stream;  ///< "btcusdt", as stream names spell it
  bool oco = true;
  bool oto = true;
  bool amend = true;
  /// Which of the venue's self-trade preventions this symbol allows.
  bool expire_maker = false;
  bool expire_taker = false;
};

using Markets = MarketTable<Market>;

/// How the venue spells a symbol, for asking before its table is loaded: "BTC/USDT" → "BTCUSDT".
std::string wire_guess(const Symbol& symbol);
/// As stream names spell a symbol.
std::string stream_name(std::string_view wire);

}  // namespace signalbox::binance
