#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "bus/context.hpp"
#include "bus/frames.hpp"
#include "bus/fwd.hpp"
#include "bus/listen.hpp"
#include "bus/peer_table.hpp"
#include "bus/sent.hpp"
#include "messages/field.hpp"
#include "messages/time.hpp"

namespace signalbox {

class LoopSocket;
class ZmtpRouter;

/// One command as it came in. The views are valid during the call; the peer may be kept.
struct Command {
  Peer peer;
  std::string_view type;
  std::string_view body;
  /// The name of its key on the list, of a peer over CURVE; empty: a peer on this machine.
  std::string_view user = {};
};

/// What to say to the sender of a malformed message.
struct FaultReply {
  std::string type;
  std::string body;
};

/// What became of a reply. Everything but `sent` is dropped and counted.
enum class Replied : std::uint8_t {
  sent = 1,
  answered,   ///< a REQ peer had its one reply already, or has asked again since
  forgotten,  ///< too many peers were heard since
  gone,       ///< the peer has disconnected
  slow,       ///< the peer does not read: its queue is full
};

struct CommandCounts {
  std::uint64_t received = 0;  ///< well-formed
  std::uint64_t malformed = 0;
  std::uint64_t replied = 0;
  std::uint64_t dropped_answered = 0;
  std::uint64_t dropped_forgotten = 0;
  std::uint64_t dropped_gone = 0;
  std::uint64_t dropped_slow = 0;
};

/// Who speaks ZeroMQ's protocol with peers on this machine. Beyond it, where CURVE is spoken, it is
/// always libzmq.
enum class Ingress : std::uint8_t {
  native = 1,  ///< our own end, on the loop itself: no thread of ZeroMQ's lies between
  libzmq,
};
template <>
inline constexpr auto enum_names<Ingress> =
    std::array{Named{Ingress::native, "native"}, Named{Ingress::libzmq, "libzmq"}};

struct CommandSocketOptions {
  Listen listen;
  Ingress ingress = Ingress::native;
  std::size_t peers_max = 4096;            ///< remembered; the one heard longest ago goes first
  std::size_t body_bytes_max = 64 * 1024;  ///< a larger body is refused
  /// Messages per peer; then its sends block or fail. A native peer's wait in the kernel only.
  int receive_queue_max = 1000;
  int send_queue_max = 1000;  ///< replies per peer that does not read them
  Duration linger = std::chrono::milliseconds{200};
  std::size_t turn_max = 64;  ///< commands taken before others get the loop
  bool polled = false;        ///< a spinning loop calls `poll`
};

/// The `commands` socket (ROUTER): commands in from DEALER and REQ peers, replies out. It checks
/// the frames of a message and looks into no body. A malformed message is answered and counted;
/// one with a frame of more than four times `body_bytes_max` ends that peer's connection before
/// anything is stored. What libzmq cannot bound is the number of frames in one message: it keeps
/// them until the last has come. Whoever can send is on this machine or on the list of the
/// gatekeeper.
///
/// A DEALER may be sent any number of replies, a REQ peer gets the first one and no other.
/// Loop thread only; a handler may reply, and may destroy the socket.
class CommandSocket {
 public:
  struct Handlers {
    std::function<void(const Command&)> on_command;
    /// Encodes the refusal of a malformed message.
    std::function<FaultReply(FrameFault)> on_malformed;
  };

  static Result<std::unique_ptr<CommandSocket>> open(std::shared_ptr<BusContext> context,
                                                     boost::asio::io_context& loop,
                                                     const CommandSocketOptions& options,
                                                     Handlers handlers);
  ~CommandSocket();

  /// Never blocks.
  Replied reply(const Peer& peer, std::string_view type, std::string_view body);

  /// For spinning loops: takes up to `turn_max` commands, answers how many messages came.
  std::size_t poll();

  /// With the ports the kernel chose.
  const std::vector<std::string>& addresses() const { return addresses_; }
  const CommandCounts& counts() const { return counts_; }
  std::size_t peers() const { return peers_.size(); }

 private:
  CommandSocket(const CommandSocketOptions& options, Handlers handlers);
  Result<void> open_native(boost::asio::io_context& loop, const CommandSocketOptions& options,
                           std::vector<std::string> addresses);
  Result<void> open_libzmq(std::shared_ptr<BusContext> context, boost::asio::io_context& loop,
                           const CommandSocketOptions& options, Listen listen);
  void on_message(std::string_view routing_id, const Received& message);
  Sent send(std::string_view routing_id, std::span<const std::string_view> frames);
  Replied count(Replied outcome);

  std::size_t body_bytes_max_;
  Handlers handlers_;
  PeerTable peers_;
  CommandCounts counts_;
  std::unique_ptr<LoopSocket> socket_;  // none when every peer is a native one
  std::unique_ptr<ZmtpRouter> router_;  // none when libzmq has them all
  std::string routing_id_;              // reused: a ZeroMQ one with its mark
  bool router_turn_ = false;            // whose turn it is to be polled
  std::vector<std::string> addresses_;
};

}  // namespace signalbox
