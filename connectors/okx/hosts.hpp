#pragma once

#include <cstdint>
#include <optional>

#include "connectors/transport/endpoint.hpp"
#include "messages/result.hpp"

namespace signalbox::okx {

/// Which of the venue's worlds. Keys of one are worthless in the other.
enum class Network : std::uint8_t { live = 1, demo };

/// Which of the venue's companies holds the account: each has hosts of its own.
enum class Region : std::uint8_t { global = 1, europe, united_states };

/// Where the bytes go. The REST host is the same in both worlds: there the header
/// `x-simulated-trading` tells them apart, and `RequestWriter` puts it into every request.
struct Hosts {
  Endpoint rest;
  Endpoint public_stream;    ///< tickers
  Endpoint private_stream;   ///< orders, balances, order entry
  Endpoint business_stream;  ///< algo orders
};

inline constexpr std::string_view public_path = "/ws/v5/public";
inline constexpr std::string_view private_path = "/ws/v5/private";
inline constexpr std::string_view business_path = "/ws/v5/business";

/// The one table of hosts, or `instead` of it, which is accepted only when every address in it is
/// this machine's own: nothing but a simulator may stand in for the venue. There is no way from
/// `demo` to a host of live streams, and a region whose demo hosts nobody has seen has none.
Result<Hosts> hosts_of(Network network, Region region = Region::global,
                       const std::optional<Hosts>& instead = std::nullopt);

/// The Host header: the port is named only where it is not the usual one.
std::string host_header(const Endpoint& endpoint);

}  // namespace signalbox::okx
