#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "bus/address.hpp"
#include "bus/frames.hpp"
#include "bus/fwd.hpp"
#include "bus/sent.hpp"
#include "bus/zmtp_decoder.hpp"
#include "messages/time.hpp"

namespace signalbox {

struct ZmtpRouterOptions {
  std::size_t connections_max = 1024;  ///< more are closed as they come
  ZmtpLimits message;
  std::size_t send_queue_max = 1000;  ///< messages per peer that does not read them
  /// Unfinished messages and unread replies of all peers together, beyond 16 KiB a connection.
  std::size_t bytes_max = std::size_t{64} << 20;
  Duration handshake_within = std::chrono::seconds{5};  ///< at most twice that
  Duration linger = std::chrono::milliseconds{200};     ///< for what is unsent at the end
  std::size_t turn_max = 64;                            ///< messages
  bool polled = false;  ///< a spinning loop calls `poll`; the loop itself is not used for messages
};

struct ZmtpCounts {
  std::uint64_t accepted = 0;     ///< connections
  std::uint64_t turned_away = 0;  ///< over `connections_max`
  std::uint64_t late = 0;         ///< no handshake in time
  std::uint64_t broken = 0;       ///< ended for what they sent
};

/// A ROUTER of our own for peers on this machine (ZMTP 3, mechanism NULL): a message is read, taken
/// apart and handed over by the loop that decides, without ZeroMQ's threads between them. Peers are
/// DEALER, REQ or ROUTER sockets of any ZeroMQ. Like ZeroMQ's, it keeps the order of each peer's
/// messages, never sends half a message, and lets a named peer that connects again take its place.
///
/// Unlike ZeroMQ's it queues nothing that comes in: a peer that sends faster than messages are
/// taken fills the kernel's buffer of its own connection and then waits. Loop thread only; a
/// handler may send, and may destroy the router.
class ZmtpRouter {
 public:
  /// The routing id comes first. It begins with `mark`, which no ZeroMQ routing id that LoopSocket
  /// hands on begins with.
  using OnMessage = std::function<void(const Received&)>;
  static constexpr char mark = 'n';

  static Result<std::unique_ptr<ZmtpRouter>> open(boost::asio::io_context& loop,
                                                  const ZmtpRouterOptions& options);
  ~ZmtpRouter();
  ZmtpRouter(const ZmtpRouter&) = delete;
  ZmtpRouter& operator=(const ZmtpRouter&) = delete;

  /// Answers the address with the port the kernel chose.
  Result<std::string> listen(const BusAddress& address);
  /// Messages are handed over from the next turn on.
  void start(OnMessage on_message);
  /// Never blocks. A message is sent whole or not at all.
  Sent send(std::string_view routing_id, std::span<const std::string_view> frames);
  /// Takes up to `turn_max` messages now; for loops that spin. Answers how many.
  std::size_t poll();

  std::size_t connections() const;
  const ZmtpCounts& counts() const;

 private:
  struct Impl;
  explicit ZmtpRouter(std::shared_ptr<Impl> impl);
  std::shared_ptr<Impl> impl_;
};

}  // namespace signalbox
