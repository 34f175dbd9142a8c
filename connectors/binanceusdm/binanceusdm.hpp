#pragma once

#include <functional>
#include <memory>
#include <optional>

#include "connectors/binanceusdm/hosts.hpp"
#include "connectors/binanceusdm/markets.hpp"
#include "connectors/kit/core.hpp"
#include "connectors/venue.hpp"
#include "messages/secret.hpp"
#include "seams/http_lane.hpp"
#include "seams/ws_stream.hpp"

namespace signalbox {

/// One USD-M futures account: perpetual contracts settled in what they are quoted in.
struct BinanceUsdmConfig : kit::LinkSettings {
  binance::Network network = binance::Network::demo;
  /// A simulator on this machine instead of the network's own hosts.
  std::optional<binance::Hosts> hosts;
  Secret api_key;
  Secret api_secret;  ///< a text for HMAC-SHA256, or an Ed25519 private key

  /// The account has to be in this mode, or the connection does not become READY.
  binanceusdm::PositionMode position_mode = binanceusdm::PositionMode::one_way;
  /// Checked on `symbols` when they are given.
  std::optional<std::int64_t> leverage;
  std::optional<bool> isolated;
  /// Leverage and margin mode are set where they differ. The position mode never is: it belongs to
  /// the whole account.
  bool set_modes = false;

  /// Orders go over the websocket API while it stands, and by REST otherwise.
  bool trade_by_websocket = true;
  /// So many of `symbols` are asked for the account's own fee; of the others the dearest is
  /// assumed.
  std::size_t fees_asked_max = 20;

  Duration listen_key_every = std::chrono::minutes{30};     ///< kept alive; the venue's bound is 60
  Duration account_after = std::chrono::milliseconds{250};  ///< read again after it moved
};

/// How the connection is wired: each is called once, with the sink that the lane or stream
/// reports to. What they make is owned by the venue and dies before its sinks.
struct BinanceUsdmWires {
  std::function<std::unique_ptr<HttpLane>(HttpSink&)> orders;
  std::function<std::unique_ptr<HttpLane>(HttpSink&)> queries;
  std::function<std::unique_ptr<WsStream>(WsSink&)> user;
  std::function<std::unique_ptr<WsStream>(WsSink&)> market;
  /// To the websocket API host; empty: REST only.
  std::function<std::unique_ptr<WsStream>(WsSink&)> trade = {};
};

/// Binance USD-M as a Venue. Throws std::invalid_argument for a configuration that cannot work.
std::unique_ptr<Venue> make_binance_usdm(BinanceUsdmConfig config, const BinanceUsdmWires& wires,
                                         const Clock& clock, Timers& timers, Random& random);

/// What it can do, before any connection is made.
Capabilities binance_usdm_capabilities(binance::Network network);

}  // namespace signalbox
