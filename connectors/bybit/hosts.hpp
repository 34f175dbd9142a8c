#pragma once

#include <cstdint>
#include <optional>

#include "connectors/transport/endpoint.hpp"
#include "messages/result.hpp"

namespace signalbox::bybit {

/// Which of the venue's worlds. Keys of one are worthless in another.
enum class Network : std::uint8_t { live = 1, testnet, demo };

/// Where the bytes go. Paths are the same in every world.
struct Hosts {
  Endpoint rest;            ///< orders and queries
  Endpoint private_stream;  ///< the account's events
  Endpoint public_stream;   ///< market data; carries no key
  /// Orders over a websocket; absent where the world has none (demo).
  std::optional<Endpoint> trade_stream;
};

inline constexpr std::string_view private_stream_path = "/v5/private";
inline constexpr std::string_view trade_stream_path = "/v5/trade";
inline constexpr std::string_view spot_stream_path = "/v5/public/spot";
inline constexpr std::string_view linear_stream_path = "/v5/public/linear";

/// The one table of hosts, or `instead` of it, which is accepted only when every address in it is
/// this machine's own: nothing but a simulator may stand in for the venue. There is no way from
/// `testnet` or `demo` to a live host that is shown a key: the demo world has no market data of
/// its own, so that one stream, which carries none, is the live one by the venue's own rule.
Result<Hosts> hosts_of(Network network, const std::optional<Hosts>& instead = std::nullopt);

/// The Host header: the port is named only where it is not the usual one.
std::string host_header(const Endpoint& endpoint);

}  // namespace signalbox::bybit
