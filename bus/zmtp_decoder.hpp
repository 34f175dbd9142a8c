#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "bus/frames.hpp"
#include "messages/field.hpp"

namespace signalbox {

struct ZmtpLimits {
  std::size_t frame_bytes_max = std::size_t{256} << 10;
  std::size_t message_bytes_max = std::size_t{1} << 20;  ///< all its frames, sizes included
  std::size_t frames_max = 1024;                         ///< of one message
};

/// Why a connection is ended. Closed, so that it can be counted.
enum class ZmtpFault : std::uint8_t {
  signature = 1,  ///< no ZeroMQ at all
  version,        ///< older than ZMTP 3
  mechanism,      ///< not NULL
  handshake,      ///< no READY where it is due, or one that cannot be read
  socket_type,    ///< neither DEALER, REQ nor ROUTER
  flags,          ///< bits that mean nothing
  oversized,      ///< a frame, a command, a message or its number of frames
};
template <>
inline constexpr auto enum_names<ZmtpFault> = std::array{
    Named{ZmtpFault::signature, "signature"},     Named{ZmtpFault::version, "version"},
    Named{ZmtpFault::mechanism, "mechanism"},     Named{ZmtpFault::handshake, "handshake"},
    Named{ZmtpFault::socket_type, "socket_type"}, Named{ZmtpFault::flags, "flags"},
    Named{ZmtpFault::oversized, "oversized"}};

/// What a ROUTER is told by one peer, byte by byte (ZMTP 3, mechanism NULL). Pure: bytes in, steps
/// out; nothing is copied or allocated but the peer's name, once.
///
/// `next` is given everything from the first byte that no step has used yet, the same bytes again
/// with more behind them; frames that were whole before are not looked at again. A fault is final.
class ZmtpDecoder {
 public:
  enum class What : std::uint8_t {
    want_bytes = 1,  ///< come again with more
    greeted,         ///< the peer speaks our protocol: answer with READY
    ready,           ///< the handshake is done; `name` is known
    message,         ///< `message` holds its frames
    ping,            ///< `ping_context` is to be sent back
    skipped,         ///< something that asks for nothing
    broken,          ///< `fault` says why; close it
  };
  struct Step {
    What what = What::want_bytes;
    std::size_t used = 0;  ///< bytes at the front that are done with once the step was handled
  };
  static constexpr std::size_t frames_kept = 12;           // of one message
  static constexpr std::size_t command_bytes_max = 2'048;  // READY with all its properties

  explicit ZmtpDecoder(const ZmtpLimits& limits) : limits_(limits) {}

  Step next(std::string_view bytes);

  bool is_ready() const { return state_ == State::traffic; }
  /// The routing id that the peer chose; empty: none.
  const std::string& name() const { return name_; }
  /// Valid until the bytes move. `frames[0]` is left for the routing id.
  Received message(std::string_view routing_id);
  std::string_view ping_context() const { return ping_context_; }
  ZmtpFault fault() const { return fault_; }

 private:
  enum class State : std::uint8_t { greeting = 1, handshake, traffic, broken };
  struct Header {
    unsigned flags = 0;
    std::size_t bytes = 0;  // of the header
    std::size_t size = 0;   // of what follows it
  };
  enum class Found : std::uint8_t { whole = 1, part, bad };

  Step greet(std::string_view bytes);
  Step take_frame(std::string_view bytes);
  Found header_at(std::string_view bytes, Header& into);
  bool fits(const Header& header);
  Step on_command(std::string_view body, std::size_t used);
  Step on_ready(std::string_view body, std::size_t used);
  bool take_property(std::string_view name, std::string_view value);
  Step broken(ZmtpFault why);

  ZmtpLimits limits_;
  State state_ = State::greeting;
  ZmtpFault fault_ = ZmtpFault::signature;
  std::string name_;
  bool socket_type_known_ = false;
  std::string_view ping_context_;

  std::size_t scanned_ = 0;  // bytes of the unfinished message that were looked at
  std::size_t count_ = 0;    // its frames so far
  bool finished_ = false;    // it was handed out: the next byte begins another
  const char* base_ = nullptr;
  struct Span {
    std::size_t at = 0;
    std::size_t size = 0;
  };
  std::array<Span, frames_kept> spans_;
  std::array<std::string_view, frames_kept + 1> views_;
};

}  // namespace signalbox
