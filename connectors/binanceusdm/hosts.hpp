#pragma once

#include "connectors/binance/hosts.hpp"

namespace signalbox::binanceusdm {

using binance::Hosts;
using binance::Network;

inline constexpr std::string_view trade_path = "/ws-fapi/v1";

/// The futures' hosts of a network, or `instead` of them when all of it is this machine's own.
/// `testnet` is the older name of the futures' test world, `demo` the present one: keys of one are
/// worthless in the other. There is no way from either to a live host.
Result<Hosts> hosts_of(Network network, const std::optional<Hosts>& instead = std::nullopt);

}  // namespace signalbox::binanceusdm
