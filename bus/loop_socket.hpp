#pragma once

#include <cstdint>
#include <functional>
#include <initializer_list>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "bus/address.hpp"
#include "bus/context.hpp"
#include "bus/frames.hpp"
#include "bus/fwd.hpp"
#include "bus/listen.hpp"
#include "bus/sent.hpp"
#include "messages/time.hpp"

namespace signalbox {

/// One ZeroMQ socket on one loop: the part that all sockets of the bus share, used only inside
/// bus/. It owns the rules that ZMQ_FD asks for. The descriptor tells of a change once and any
/// call on the socket may use that up, so after it fires messages are taken until there are none,
/// and after each send the socket is asked again. A turn takes at most `turn_max` messages and
/// then lets others have the loop.
///
/// Loop thread only (open and close may happen elsewhere while the loop does not run). It may be
/// destroyed from inside its own handler.
class LoopSocket {
 public:
  enum class Kind : std::uint8_t { router = 1, dealer, xpub, monitor };

  struct Options {
    Kind kind = Kind::router;
    int send_queue_max = 1000;                         ///< messages per peer
    int receive_queue_max = 1000;                      ///< messages per peer
    std::int64_t frame_bytes_max = 1024;               ///< a peer that sends more is disconnected
    Duration linger = std::chrono::milliseconds{200};  ///< for what is queued at close
    std::size_t turn_max = 64;                         ///< messages
    bool polled = false;         ///< a spinning loop calls `poll`; no descriptor
    Duration heartbeat_every{};  ///< ZMTP pings; 0: none
    Duration heartbeat_within{};
  };
  using OnMessage = std::function<void(const Received&)>;

  static Result<std::unique_ptr<LoopSocket>> open(std::shared_ptr<BusContext> context,
                                                  boost::asio::io_context& loop,
                                                  const Options& options);
  ~LoopSocket();
  LoopSocket(const LoopSocket&) = delete;
  LoopSocket& operator=(const LoopSocket&) = delete;

  /// Answers the addresses with the ports the kernel chose. After an error, close it.
  Result<std::vector<std::string>> listen(const Listen& where);
  /// As libzmq's one authentication handler of the context.
  Result<void> listen_for_zap();
  Result<void> connect(const BusAddress& address, const CurveClient* curve);
  /// Hears of this socket's connections, `ZMQ_EVENT_…` bits, from now on.
  Result<void> watch(int events, OnMessage on_event);

  /// Messages are handed over from the next turn on. `on_drained` is called whenever there were
  /// no more.
  void start(OnMessage on_message, std::function<void()> on_drained = {});
  /// Never blocks. A message is sent whole or not at all.
  Sent send(std::span<const std::string_view> frames);
  Sent send(std::initializer_list<std::string_view> frames) {
    return send(std::span{frames.begin(), frames.size()});
  }
  /// Takes up to `turn_max` messages now; for loops that spin. Answers how many.
  std::size_t poll();
  /// Another turn soon, though nothing may have arrived.
  void look_again();

  int descriptor() const;

  static constexpr std::size_t frames_kept = 12;  // of one message; ZAP needs nine

 private:
  struct Impl;
  explicit LoopSocket(std::shared_ptr<Impl> impl);
  std::shared_ptr<Impl> impl_;
};

}  // namespace signalbox
