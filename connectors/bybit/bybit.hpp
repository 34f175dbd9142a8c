#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <vector>

#include "connectors/bybit/hosts.hpp"
#include "connectors/kit/core.hpp"
#include "connectors/venue.hpp"
#include "messages/secret.hpp"
#include "seams/http_lane.hpp"
#include "seams/ws_stream.hpp"

namespace signalbox {

/// One unified trading account: its spot pairs and its linear perpetuals.
struct BybitConfig : kit::LinkSettings {
  bybit::Network network = bybit::Network::testnet;
  /// A simulator on this machine instead of the network's own hosts; see `hosts_of`.
  std::optional<bybit::Hosts> hosts;
  Secret api_key;
  Secret api_secret;  ///< HMAC-SHA256
  /// The two product lines; a line of which no symbol is chosen is left alone.
  bool spot = true;
  bool linear = true;
  /// Of every linear symbol, or the connection does not become READY; never set.
  std::optional<Decimal> leverage;
  /// Orders go over the websocket while it stands, and by REST otherwise.
  bool trade_by_websocket = true;

  BybitConfig() {
    // After a 403 the venue wants ten minutes of silence from the address.
    firewall_pause = std::chrono::minutes{10};
    refused_handshake_is_ban = true;
  }
};

/// How the connection is wired: each is called once, with the sink that the lane or stream
/// reports to. What they make is owned by the venue and dies before its sinks.
struct BybitWires {
  std::function<std::unique_ptr<HttpLane>(HttpSink&)> orders;       ///< to the REST host
  std::function<std::unique_ptr<HttpLane>(HttpSink&)> queries;      ///< to the REST host
  std::function<std::unique_ptr<WsStream>(WsSink&)> account;        ///< the private stream
  std::function<std::unique_ptr<WsStream>(WsSink&)> spot_market;    ///< the public host
  std::function<std::unique_ptr<WsStream>(WsSink&)> linear_market;  ///< the public host
  std::function<std::unique_ptr<WsStream>(WsSink&)> trade;          ///< empty: REST only
};

/// Bybit v5 as a Venue. Throws std::invalid_argument for a configuration that cannot work: no key,
/// hosts that are not this machine's.
std::unique_ptr<Venue> make_bybit(BybitConfig config, const BybitWires& wires, const Clock& clock,
                                  Timers& timers, Random& random);

/// What it can do, before any connection is made.
Capabilities bybit_capabilities(bybit::Network network);

}  // namespace signalbox
