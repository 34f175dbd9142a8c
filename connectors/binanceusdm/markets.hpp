#pragma once

#include "connectors/kit/market_table.hpp"

namespace signalbox::binanceusdm {

using namespace kit;

/// One perpetual contract: ours ("BTC/USDT:USDT") and the venue's name for it ("BTCUSDT").
struct Market : MarketBase {
  std::string stream;  ///< "btcusdt", as stream names spell it
};
using Markets = MarketTable<Market>;

/// How the account holds positions: account-wide, and shared with coin-margined contracts.
enum class PositionMode : std::uint8_t {
  one_way = 1,  ///< one net position a symbol
  hedge,        ///< a long and a short beside each other, every order says which
};

}  // namespace signalbox::binanceusdm
