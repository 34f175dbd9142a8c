#pragma once

#include <functional>
#include <memory>
#include <optional>

#include "connectors/kit/core.hpp"
#include "connectors/okx/hosts.hpp"
#include "connectors/okx/modes.hpp"
#include "connectors/venue.hpp"
#include "messages/secret.hpp"
#include "seams/http_lane.hpp"
#include "seams/ws_stream.hpp"

namespace signalbox {

/// One account: spot and linear swaps together. Durations have the defaults a live account wants.
struct OkxConfig : kit::LinkSettings {
  okx::Network network = okx::Network::demo;
  okx::Region region = okx::Region::global;
  /// A simulator on this machine instead of the network's own hosts; see `hosts_of`.
  std::optional<okx::Hosts> hosts;
  Secret api_key;
  Secret api_secret;  ///< HMAC-SHA256
  Secret passphrase;
  /// What swaps are paid from. `isolated` is unverified for swaps in the newest documents.
  okx::TradeMode swap_mode = okx::TradeMode::cross;
  bool load_spot = true;
  bool load_swaps = true;
  /// Orders go over the websocket where it is up and the order can be said there; REST otherwise.
  bool orders_over_stream = true;
  Duration stream_silence = std::chrono::seconds{20};  ///< then we ping; the venue cuts at 30 s
};

/// How the connection is wired: each is called once, with the sink that the lane or stream
/// reports to. What they make is owned by the venue and dies before its sinks.
struct OkxWires {
  std::function<std::unique_ptr<HttpLane>(HttpSink&)> orders;         ///< to the REST host
  std::function<std::unique_ptr<HttpLane>(HttpSink&)> queries;        ///< to the REST host
  std::function<std::unique_ptr<WsStream>(WsSink&)> private_stream;   ///< orders, balances
  std::function<std::unique_ptr<WsStream>(WsSink&)> business_stream;  ///< algo orders
  std::function<std::unique_ptr<WsStream>(WsSink&)> public_stream;    ///< tickers
};

/// OKX as a Venue. Throws std::invalid_argument for a configuration that cannot work: no key, no
/// passphrase, hosts that are not this machine's.
std::unique_ptr<Venue> make_okx(OkxConfig config, const OkxWires& wires, const Clock& clock,
                                Timers& timers, Random& random);

/// What it can do, before any connection is made.
Capabilities okx_capabilities(okx::Network network);

}  // namespace signalbox
