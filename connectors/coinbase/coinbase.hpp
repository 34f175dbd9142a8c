#pragma once

#include <functional>
#include <memory>
#include <optional>

#include "connectors/coinbase/hosts.hpp"
#include "connectors/kit/core.hpp"
#include "connectors/venue.hpp"
#include "messages/secret.hpp"
#include "seams/http_lane.hpp"
#include "seams/ws_stream.hpp"

namespace signalbox {

/// One portfolio of Coinbase Advanced Trade, its spot products.
struct CoinbaseConfig : kit::LinkSettings {
  coinbase::Network network = coinbase::Network::live;
  /// A simulator on this machine instead of the network's own hosts; see `hosts_of`.
  std::optional<coinbase::Hosts> hosts;
  Secret api_key;     ///< the key's name, "organizations/…/apiKeys/…"
  Secret api_secret;  ///< its EC P-256 private key as PEM

  CoinbaseConfig() {
    // "Taker" of the first tier.
    taker_fee_unknown = Decimal::from_raw(Int128{Decimal::one_raw} / 1000 * 12);
  }
};

/// How the connection is wired: each is called once, with the sink that the lane or stream reports
/// to. What they make is owned by the venue and dies before its sinks.
struct CoinbaseWires {
  std::function<std::unique_ptr<HttpLane>(HttpSink&)> orders;   ///< to the REST host
  std::function<std::unique_ptr<HttpLane>(HttpSink&)> queries;  ///< to the REST host
  std::function<std::unique_ptr<WsStream>(WsSink&)> user;       ///< to the user host
  std::function<std::unique_ptr<WsStream>(WsSink&)> market;     ///< to the market host
};

/// Coinbase Advanced Trade as a Venue. Throws std::invalid_argument for a configuration that cannot
/// work: no key, a key of another kind, the sandbox, hosts that are not this machine's.
std::unique_ptr<Venue> make_coinbase(CoinbaseConfig config, const CoinbaseWires& wires,
                                     const Clock& clock, Timers& timers, Random& random);

/// What Coinbase Advanced Trade can do on spot, before any connection is made.
Capabilities coinbase_capabilities(coinbase::Network network);

}  // namespace signalbox
