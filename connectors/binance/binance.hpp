#pragma once

#include <functional>
#include <memory>
#include <optional>

#include "connectors/binance/hosts.hpp"
#include "connectors/kit/core.hpp"
#include "connectors/venue.hpp"
#include "messages/secret.hpp"
#include "seams/clock.hpp"
#include "seams/http_lane.hpp"
#include "seams/random.hpp"
#include "seams/timers.hpp"
#include "seams/ws_stream.hpp"

namespace signalbox {

/// One spot account.
struct BinanceConfig : kit::LinkSettings {
  binance::Network network = binance::Network::testnet;
  /// A simulator on this machine instead of the network's own hosts; see `hosts_of`.
  std::optional<binance::Hosts> hosts;
  Secret api_key;
  Secret api_secret;  ///< HMAC-SHA256, or an Ed25519 private key
  /// Orders go over the websocket API while it stands, and by REST otherwise.
  bool trade_by_websocket = true;
};

/// How the connection is wired: each is called once, with the sink that the lane or stream
/// reports to. What they make is owned by the venue and dies before its sinks.
struct BinanceWires {
  std::function<std::unique_ptr<HttpLane>(HttpSink&)> orders;   ///< to the REST host
  std::function<std::unique_ptr<HttpLane>(HttpSink&)> queries;  ///< to the REST host
  std::function<std::unique_ptr<WsStream>(WsSink&)> user;       ///< to the websocket API host
  std::function<std::unique_ptr<WsStream>(WsSink&)> market;     ///< to the market stream host
  /// To the websocket API host; empty: REST only.
  std::function<std::unique_ptr<WsStream>(WsSink&)> trade = {};
};

/// Binance spot as a Venue. Throws std::invalid_argument for a configuration that cannot work: no
/// key, hosts that are not this machine's. See connectors/README.md for what it does when.
std::unique_ptr<Venue> make_binance_spot(BinanceConfig config, const BinanceWires& wires,
                                         const Clock& clock, Timers& timers, Random& random);

/// What it can do, before any connection is made.
Capabilities binance_spot_capabilities(binance::Network network);

}  // namespace signalbox
