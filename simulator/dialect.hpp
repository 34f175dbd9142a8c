#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <tl/expected.hpp>

#include "messages/time.hpp"

namespace signalbox::simulator {

/// A request as it came over the wire. Views are valid during the call.
struct HttpRequest {
  std::string_view method;
  std::string_view target;   ///< path and query, as sent
  std::string_view headers;  ///< lines ended by CRLF
  std::string_view body;
  std::string_view peer;  ///< the caller's address: limits count by it
};

/// An answer, and what becomes of it on the way.
struct HttpReply {
  enum class Fate : std::uint8_t {
    answered = 1,
    lost,    ///< the connection closes instead
    silent,  ///< nothing comes, and the connection stays open
  };
  int status = 200;
  std::string headers;  ///< lines ended by CRLF, without length and type
  std::string body;
  Fate fate = Fate::answered;
  Duration delay{};
};

/// One websocket connection.
enum class SessionId : std::uint64_t { none = 0 };

/// Where a dialect's frames go. Calls come from inside its methods.
class DialectSink {
 public:
  virtual ~DialectSink() = default;
  virtual void on_frame(SessionId session, std::string_view frame, Duration delay) = 0;
  virtual void on_close(SessionId session, std::uint16_t code, std::string_view reason) = 0;
};

/// One exchange's way of speaking: bytes in, bytes out, time as an argument. It knows nothing of
/// sockets, so a server and a lane in memory can both carry it. Malformed input is answered as the
/// exchange would and never throws. One thread.
class Dialect {
 public:
  virtual ~Dialect() = default;

  virtual void set_sink(DialectSink* sink) = 0;
  virtual HttpReply http(const HttpRequest& request, WallTime now) = 0;
  /// A websocket handshake; the error is the HTTP status that refuses it.
  virtual tl::expected<SessionId, int> open(std::string_view target, std::string_view peer,
                                            WallTime now) = 0;
  virtual void frame(SessionId session, std::string_view bytes, WallTime now) = 0;
  /// The connection is gone.
  virtual void closed(SessionId session) = 0;
};

}  // namespace signalbox::simulator
