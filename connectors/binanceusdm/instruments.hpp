#pragma once

#include <string_view>
#include <vector>

#include "connectors/binanceusdm/markets.hpp"
#include "connectors/transport/json.hpp"
#include "connectors/transport/pacer.hpp"

namespace signalbox::binanceusdm {

/// What `GET exchangeInfo` says: perpetual contracts that are margined in what they are quoted in.
struct ExchangeInfo {
  std::vector<Market> markets;
  std::vector<PaceLimit> limits;
  std::size_t skipped = 0;  ///< other contracts, and symbols that could not be read
};

/// Only `wanted` symbols; none: all of them.
Result<ExchangeInfo> read_exchange_info(JsonReader& json, std::string_view body,
                                        const std::vector<Symbol>& wanted);

}  // namespace signalbox::binanceusdm
