#pragma once

#include <cstdint>
#include <string_view>

#include "messages/time.hpp"

namespace signalbox {

class WsSink {
 public:
  virtual ~WsSink() = default;
  virtual void on_open() = 0;
  /// One complete text or binary message; the view is valid only during the call.
  virtual void on_frame(std::string_view frame) = 0;
  /// The venue has answered the handshake with this status; `on_closed` follows.
  virtual void on_refused(int http_status) { static_cast<void>(http_status); }
  /// The last call of one connection: refused, closed, reset, too large a frame, or silent for
  /// longer than its bound. `why` is for people and holds no frame bytes.
  virtual void on_closed(std::string_view why) = 0;
};

/// One websocket client connection. After `open`, exactly one `on_closed` follows, at the latest
/// when `close` is called or the connection dies; then it may be opened again. Pings are answered
/// below this interface. Calls come on the loop's thread, never from inside a method.
class WsStream {
 public:
  virtual ~WsStream() = default;
  /// `target` is the path with its query. Host, port and TLS belong to the implementation.
  virtual void open(std::string_view target, MonoTime deadline) = 0;
  /// False when the stream is not open or its bounded send queue is full: nothing was sent.
  [[nodiscard]] virtual bool send(std::string_view frame) = 0;
  virtual void close() = 0;
};

}  // namespace signalbox
