#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "messages/result.hpp"
#include "seams/clock.hpp"
#include "simulator/data/replay.hpp"
#include "simulator/dialects.hpp"
#include "simulator/exchange.hpp"

namespace signalbox::simulator {

struct ReplaySource {
  std::string path;  ///< recorded frames
  Symbol symbol{"BTC/USDT"};
  ReplayOptions options;
};

/// A port: nothing for none, 0 for one that the kernel chooses.
using Port = std::optional<std::uint16_t>;

struct SimulatorOptions {
  ExchangeSettings exchange = example_exchange();
  /// Who speaks on the ports; empty: Binance. Control endpoints for streams are Binance's alone.
  DialectMaker dialect;
  Port tls_port = 0;
  Port plain_port;
  Port control_port = 0;
  /// PEM files of your own; both or neither. Without them a throw-away authority is made, and its
  /// certificate is written to `ca_path`.
  std::string certificate_file;
  std::string key_file;
  /// Where the authority's certificate goes; empty: a temporary file that goes with the server.
  std::string ca_path;
  std::optional<ReplaySource> replay;
};

/// A simulated exchange on the loopback interface: HTTPS and websockets as the venue speaks them,
/// plain HTTP too if wished, and the control endpoints on a port of their own. One thread serves
/// everything; `start` returns when the ports are open, `stop` when the thread has ended.
///
/// Bounds: `connections_max` at once, 64 kB a request or frame, a minute of silence between
/// requests, `outbox_bytes_max` waiting for one websocket: who reads slower is cut off. Malformed
/// input is answered and ends its connection, nothing more.
class SimulatorServer {
 public:
  static constexpr std::size_t connections_max = 512;
  /// Events of the loop, after which what is waiting is written even while more arrives.
  static constexpr std::size_t handled_between_writes = 64;
  static constexpr std::size_t outbox_bytes_max = std::size_t{8} << 20;

  /// The clock must outlive the server. The venue's time is its wall time at the start plus what
  /// passes: it never steps.
  static Result<std::unique_ptr<SimulatorServer>> start(SimulatorOptions options,
                                                        const Clock& clock);
  ~SimulatorServer();

  void stop();

  /// 0 when there is no such port.
  std::uint16_t tls_port() const;
  std::uint16_t plain_port() const;
  std::uint16_t control_port() const;
  /// Empty when certificates of your own are used.
  const std::string& ca_path() const;

  /// Runs on the server's thread and waits for it. Not after `stop`, not from that thread.
  void with(const std::function<void(Exchange&, WallTime)>& run);

 private:
  class Impl;
  explicit SimulatorServer(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace signalbox::simulator
