#pragma once

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "connectors/transport/endpoint.hpp"
#include "connectors/transport/loop.hpp"
#include "connectors/transport/tls.hpp"
#include "messages/result.hpp"
#include "seams/clock.hpp"
#include "seams/ws_stream.hpp"

namespace signalbox {

struct WebSocketOptions {
  Endpoint endpoint;
  /// Further headers of the opening request, name and value.
  std::vector<std::pair<std::string, std::string>> headers;
  std::size_t frame_bytes_max = std::size_t{4} << 20;  ///< of one message, joined
  std::size_t waiting_max = 64;  ///< messages waiting to be written, the one under way included
  std::size_t waiting_bytes_max = std::size_t{1} << 20;  ///< of all of these together
  /// Nothing heard for this long, pings and pongs included: the connection is dead.
  Duration silence_max = std::chrono::seconds{60};
  /// Own pings, for servers that send none; zero: no pings.
  Duration ping_every{};
  /// How long the goodbye may take after `close`, out of the owner's sight.
  Duration goodbye_within = std::chrono::seconds{1};
  bool binary = false;
};

/// A WsStream over TLS or, towards this machine only, plain. Nothing is compressed. A message
/// leaves with one encryption and one system call from inside `send` when the connection is idle.
/// `close` drops what still waits to be written, says goodbye in the background and reports
/// `on_closed` from the loop; opening while open closes first.
///
/// Loop thread only. The sink may call any method, must not destroy the stream, and must outlive
/// it; the destructor reports an `on_closed` that is still owed, from inside.
class WebSocket : public WsStream {
 public:
  static Result<std::unique_ptr<WebSocket>> make(boost::asio::io_context& loop, const Clock& clock,
                                                 WsSink& sink, std::shared_ptr<TlsContext> tls,
                                                 WebSocketOptions options);
  ~WebSocket() override;

  void open(std::string_view target, MonoTime deadline) override;
  [[nodiscard]] bool send(std::string_view frame) override;
  void close() override;

 private:
  class Impl;
  explicit WebSocket(std::shared_ptr<Impl> impl);
  std::shared_ptr<Impl> impl_;
};

}  // namespace signalbox
