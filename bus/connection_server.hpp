#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "bus/command_socket.hpp"
#include "bus/liveness.hpp"
#include "bus/sent.hpp"
#include "seams/clock.hpp"
#include "seams/timers.hpp"

namespace signalbox {

struct ConnectionServerOptions {
  Listen listen;
  LivenessOptions liveness;
  std::size_t peers_max = 64;                    ///< more are turned away
  std::size_t body_bytes_max = 8 * 1024 * 1024;  ///< a venue's list of instruments is long
  int receive_queue_max = 1000;                  ///< messages per peer
  int send_queue_max = 1000;                     ///< messages per peer
  Duration linger = std::chrono::milliseconds{200};
  std::size_t turn_max = 64;
  bool polled = false;  ///< a spinning loop calls `poll`
};

struct ConnectionCounts {
  std::uint64_t received = 0;  ///< well-formed, heartbeats included
  std::uint64_t malformed = 0;
  std::uint64_t turned_away = 0;  ///< messages of peers over the bound
  std::uint64_t lost_closed = 0;
  std::uint64_t lost_silent = 0;
};

/// The `connections` socket (ROUTER): the engine's end of the connection port, for venues hosted
/// in other processes. Messages are `["SB1", type, body]` both ways.
///
/// A peer exists from its first message on. `on_peer_lost` is called once for it, after everything
/// it had sent; it is another `Peer` when it speaks again. Loop thread only; never destroy it from
/// inside a handler.
class ConnectionServer {
 public:
  struct Handlers {
    std::function<void(const Peer&, const Envelope&)> on_message;
    std::function<void(const Peer&, PeerLoss)> on_peer_lost;
    /// Encodes the refusal of a malformed message.
    std::function<FaultReply(FrameFault)> on_malformed;
  };

  static Result<std::unique_ptr<ConnectionServer>> open(std::shared_ptr<BusContext> context,
                                                        boost::asio::io_context& loop,
                                                        const Clock& clock, Timers& timers,
                                                        const ConnectionServerOptions& options,
                                                        Handlers handlers);
  ~ConnectionServer();

  /// Never blocks. A message that is not `yes` was not sent; to an `unreachable` peer, the loss
  /// is reported in a later turn.
  Sent send(const Peer& peer, std::string_view type, std::string_view body);

  /// For spinning loops.
  std::size_t poll();

  const std::vector<std::string>& addresses() const { return addresses_; }
  const ConnectionCounts& counts() const { return counts_; }
  std::size_t peers() const { return peers_.size(); }

 private:
  struct State {
    MonoTime heard{};
    bool unreachable = false;  // ZeroMQ said so; lost as soon as its last messages are read
  };

  ConnectionServer(const Clock& clock, Timers& timers, const ConnectionServerOptions& options,
                   Handlers handlers);
  void on_message(const Received& message);
  void on_drained();
  void on_disconnect();
  void tick();
  void probe();
  void probe_soon(Duration delay);
  void lose(const Peer& peer, PeerLoss how);

  const Clock& clock_;
  Timers& timers_;
  LivenessOptions liveness_;
  std::size_t body_bytes_max_;
  Handlers handlers_;
  PeerTable peers_;
  std::vector<State> states_;  // by the slot of the peer
  ConnectionCounts counts_;
  std::unique_ptr<LoopSocket> socket_;
  std::vector<std::string> addresses_;
  bool judge_silence_ = false;
  TimerId tick_ = TimerId::none;
  TimerId probe_ = TimerId::none;
};

}  // namespace signalbox
