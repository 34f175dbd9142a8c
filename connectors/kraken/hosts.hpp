#pragma once

#include <cstdint>
#include <optional>

#include "connectors/transport/endpoint.hpp"
#include "messages/result.hpp"

namespace signalbox::kraken {

/// Which of the venue's worlds. There is no public sandbox: the beta websockets trade on the
/// production engine with real money, so they are no test network either.
enum class Network : std::uint8_t { live = 1, testnet };

/// Where the bytes go.
struct Hosts {
  Endpoint rest;            ///< orders and queries
  Endpoint private_stream;  ///< the account's events, and orders
  Endpoint public_stream;   ///< market data; carries no key
};

inline constexpr std::string_view stream_path = "/v2";

/// The one table of hosts, or `instead` of it, which is accepted only when every address in it is
/// this machine's own. `testnet` without a stand-in is refused: there is none.
Result<Hosts> hosts_of(Network network, const std::optional<Hosts>& instead = std::nullopt);

/// The Host header: the port is named only where it is not the usual one.
std::string host_header(const Endpoint& endpoint);

}  // namespace signalbox::kraken
