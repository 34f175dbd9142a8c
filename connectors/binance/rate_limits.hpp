#pragma once

#include <string>
#include <vector>

#include "connectors/transport/json.hpp"
#include "connectors/transport/pacer.hpp"

namespace signalbox::binance {

/// `rateLimits` of exchangeInfo: weight and order counts, with the headers that report them. Kinds
/// that this build does not know are left out; none at all is an empty list.
Result<std::vector<PaceLimit>> read_rate_limits(const JsonObject& exchange_info);

/// What an answer of the websocket API counts of them, as the headers that report the same by REST.
std::string used_headers(const JsonObject& answer);

}  // namespace signalbox::binance
