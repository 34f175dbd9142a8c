#pragma once

#include <cstdint>
#include <optional>

#include "connectors/transport/endpoint.hpp"
#include "messages/result.hpp"

namespace signalbox::binance {

/// Which of the venue's worlds. Keys of one are worthless in another.
enum class Network : std::uint8_t { live = 1, testnet, demo };

/// Where the bytes go. Paths are the same in every world.
struct Hosts {
  Endpoint rest;           ///< orders and queries
  Endpoint user_stream;    ///< the websocket API, which carries the account's events
  Endpoint market_stream;  ///< tickers
  /// The futures' websocket API for orders. Absent: none is documented there, or spot's, which is
  /// `user_stream`.
  std::optional<Endpoint> trade = {};
};

inline constexpr std::string_view user_stream_path = "/ws-api/v3";

/// The one table of hosts, or `instead` of it, which is accepted only when every address in it is
/// this machine's own: nothing but a simulator may stand in for the venue. There is no way from
/// `testnet` to a live host.
Result<Hosts> hosts_of(Network network, const std::optional<Hosts>& instead = std::nullopt);

/// These hosts, when every address in them is this machine's own.
Result<Hosts> only_here(const Hosts& hosts);

/// The Host header: the port is named only where it is not the usual one.
std::string host_header(const Endpoint& endpoint);

}  // namespace signalbox::binance
