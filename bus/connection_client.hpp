#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "bus/context.hpp"
#include "bus/frames.hpp"
#include "bus/fwd.hpp"
#include "bus/listen.hpp"
#include "bus/liveness.hpp"
#include "bus/sent.hpp"
#include "seams/clock.hpp"
#include "seams/timers.hpp"

namespace signalbox {

class LoopSocket;

struct ConnectionClientOptions {
  std::string address;
  std::optional<CurveClient> curve;  ///< needed beyond this machine
  LivenessOptions liveness;
  std::size_t body_bytes_max = 8 * 1024 * 1024;
  int receive_queue_max = 1000;  ///< messages
  int send_queue_max = 1000;     ///< messages
  Duration linger = std::chrono::milliseconds{200};
  std::size_t turn_max = 64;
  bool polled = false;  ///< a spinning loop calls `poll`
};

/// The venue's end of the connection port (DEALER). It connects, and connects again whenever the
/// connection is lost, at 50 ms to 2 s. Nothing is queued while there is no connection: what was
/// meant for an earlier one would be stale.
///
/// `on_up` and `on_lost` alternate, beginning with `on_up`. Loop thread only; never destroy it
/// from inside a handler.
class ConnectionClient {
 public:
  struct Handlers {
    std::function<void()> on_up;
    std::function<void(const Envelope&)> on_message;
    std::function<void(PeerLoss)> on_lost;
    /// The other end would not have us: wrong or unlisted keys. It is tried again.
    std::function<void(std::string_view why)> on_refused;
  };

  static Result<std::unique_ptr<ConnectionClient>> open(std::shared_ptr<BusContext> context,
                                                        boost::asio::io_context& loop,
                                                        const Clock& clock, Timers& timers,
                                                        const ConnectionClientOptions& options,
                                                        Handlers handlers);
  ~ConnectionClient();

  /// Never blocks. `unreachable` while it is not up.
  Sent send(std::string_view type, std::string_view body);
  bool up() const { return up_; }
  std::uint64_t malformed() const { return malformed_; }

  /// For spinning loops.
  std::size_t poll();

 private:
  ConnectionClient(const Clock& clock, Timers& timers, const ConnectionClientOptions& options,
                   Handlers handlers);
  void on_message(const Received& message);
  void on_event(const Received& event);
  void on_drained();
  void tick();
  void go_up();
  void go_down(PeerLoss how);

  const Clock& clock_;
  Timers& timers_;
  LivenessOptions liveness_;
  std::size_t body_bytes_max_;
  Handlers handlers_;
  std::unique_ptr<LoopSocket> socket_;
  bool up_ = false;
  bool closed_ = false;  // lost as soon as the last messages are read
  bool judge_silence_ = false;
  MonoTime heard_{};
  std::uint64_t malformed_ = 0;
  TimerId tick_ = TimerId::none;
};

}  // namespace signalbox
