#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "connectors/transport/endpoint.hpp"
#include "messages/result.hpp"

namespace signalbox::coinbase {

/// Which of the venue's worlds. The sandbox gives canned answers to a few requests and has no
/// streams, so a connection cannot live there.
enum class Network : std::uint8_t { live = 1, sandbox };

struct Hosts {
  Endpoint rest;
  Endpoint market_stream;
  Endpoint user_stream;
};

/// The one table of hosts, or `instead` of it, which is accepted only when every address in it is
/// this machine's own: nothing but a simulator may stand in for the venue. The sandbox is refused:
/// there is no way from it to a live host.
Result<Hosts> hosts_of(Network network, const std::optional<Hosts>& instead = std::nullopt);

/// Where requests of a network would go.
Endpoint rest_host(Network network);

/// The Host header: the port is named only where it is not the usual one.
std::string host_header(const Endpoint& endpoint);

}  // namespace signalbox::coinbase
