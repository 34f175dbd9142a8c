#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <vector>

#include "connectors/binance/hosts.hpp"
#include "connectors/transport/pacer.hpp"
#include "connectors/venue.hpp"
#include "messages/secret.hpp"
#include "seams/clock.hpp"
#include "seams/http_lane.hpp"
#include "seams/random.hpp"
#include "seams/timers.hpp"
#include "seams/ws_stream.hpp"

namespace signalbox {

/// One spot account. Durations have the defaults a live account wants.
struct BinanceConfig {
  binance::Network network = binance::Network::testnet;
  /// A simulator on this machine instead of the network's own hosts; see `hosts_of`.
  std::optional<binance::Hosts> hosts;
  Secret api_key;
  Secret api_secret;  ///< HMAC-SHA256
  /// Only these instruments are loaded; none: all of the venue, an answer of several megabytes.
  std::vector<Symbol> symbols;
  /// Bans and pauses that outlive a connection: read when it is made, kept up to date by it.
  /// Whoever makes connections keeps one per account and may write it to disk.
  std::shared_ptr<PacerMemory> pacer_memory = std::make_shared<PacerMemory>();
  /// Fills since then are told at the first READY, of `symbols`; absent: whoever starts asks.
  std::optional<WallTime> fills_since;

  /// Assumed where the account does not tell: the venue's highest rate of a first tier.
  Decimal taker_fee_unknown = Decimal::from_raw(Int128{Decimal::one_raw} / 1000);

  Duration request_within = std::chrono::seconds{10};  ///< of requests of the connection's own
  Duration stream_within = std::chrono::seconds{10};   ///< to open a stream, to be subscribed
  Duration echo_within = std::chrono::seconds{3};      ///< an accepted order must be on the stream
  Duration overlap = std::chrono::seconds{60};         ///< asked again when catching up
  Duration compare_every = std::chrono::seconds{60};   ///< the open orders, with the stream's
  Duration clock_every = std::chrono::minutes{10};
  Duration instruments_every = std::chrono::hours{1};
  Duration stream_life = std::chrono::hours{23};  ///< the venue closes it after 24 h
  Duration backoff_first = std::chrono::milliseconds{250};
  Duration backoff_max = std::chrono::seconds{30};
  Duration firewall_pause = std::chrono::minutes{1};     ///< after a 403 that names no end
  Duration key_refused_pause = std::chrono::minutes{1};  ///< a refused key is not tried in a hurry
};

/// How the connection is wired: each is called once, with the sink that the lane or stream
/// reports to. What they make is owned by the venue and dies before its sinks.
struct BinanceWires {
  std::function<std::unique_ptr<HttpLane>(HttpSink&)> orders;   ///< to the REST host
  std::function<std::unique_ptr<HttpLane>(HttpSink&)> queries;  ///< to the REST host
  std::function<std::unique_ptr<WsStream>(WsSink&)> user;       ///< to the websocket API host
  std::function<std::unique_ptr<WsStream>(WsSink&)> market;     ///< to the market stream host
};

/// Binance spot as a Venue. Throws std::invalid_argument for a configuration that cannot work: no
/// key, hosts that are not this machine's. See connectors/README.md for what it does when.
std::unique_ptr<Venue> make_binance_spot(BinanceConfig config, const BinanceWires& wires,
                                         const Clock& clock, Timers& timers, Random& random);

/// What it can do, before any connection is made.
Capabilities binance_spot_capabilities(binance::Network network);

}  // namespace signalbox
