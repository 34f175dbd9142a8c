#pragma once

#include <functional>
#include <memory>
#include <optional>

#include "connectors/kit/core.hpp"
#include "connectors/kraken/hosts.hpp"
#include "connectors/kraken/nonce.hpp"
#include "connectors/venue.hpp"
#include "messages/capabilities.hpp"
#include "messages/secret.hpp"
#include "seams/http_lane.hpp"
#include "seams/ws_stream.hpp"

namespace signalbox {

/// One spot account.
struct KrakenConfig : kit::LinkSettings {
  kraken::Network network = kraken::Network::testnet;
  /// A simulator on this machine instead of the network's own hosts; see `hosts_of`.
  std::optional<kraken::Hosts> hosts;
  Secret api_key;
  Secret api_secret;  ///< base64, as the venue hands it out
  /// Where the key's nonce outlives the process. Required, and of this key alone.
  std::shared_ptr<kraken::NonceStore> nonces;
  /// Orders go over the websocket while it stands, and by REST otherwise.
  bool trade_by_websocket = true;

  KrakenConfig() {
    // The firewall in front of the venue shuts an address out for ten minutes.
    firewall_pause = std::chrono::minutes{10};
    // Fifteen reads are all that 45 s allow: tried in a hurry, none would be left to get through.
    step_within = request_within;
    ready_backoff_max = backoff_max;
  }
};

/// How the connection is wired: each is called once, with the sink that the lane or stream
/// reports to. What they make is owned by the venue and dies before its sinks.
struct KrakenWires {
  std::function<std::unique_ptr<HttpLane>(HttpSink&)> orders;   ///< to the REST host
  std::function<std::unique_ptr<HttpLane>(HttpSink&)> queries;  ///< to the REST host
  std::function<std::unique_ptr<WsStream>(WsSink&)> account;    ///< the private stream, and orders
  std::function<std::unique_ptr<WsStream>(WsSink&)> market;     ///< the public host
};

/// Kraken spot as a Venue. Throws std::invalid_argument for a configuration that cannot work: no
/// key, no store for its nonce or one that cannot be read, a test network (there is none), hosts
/// that are not this machine's.
std::unique_ptr<Venue> make_kraken(KrakenConfig config, const KrakenWires& wires,
                                   const Clock& clock, Timers& timers, Random& random);

/// What it can do, before any connection is made.
Capabilities kraken_capabilities(kraken::Network network);

}  // namespace signalbox
