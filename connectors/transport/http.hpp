#pragma once

#include <cstdint>
#include <memory>

#include "connectors/transport/endpoint.hpp"
#include "connectors/transport/http_reader.hpp"
#include "connectors/transport/loop.hpp"
#include "connectors/transport/tls.hpp"
#include "messages/result.hpp"
#include "seams/clock.hpp"
#include "seams/http_lane.hpp"
#include "seams/random.hpp"

namespace signalbox {

struct HttpPoolOptions {
  Endpoint endpoint;
  std::size_t lanes = 2;          ///< warm connections, each with one request under way
  std::size_t exit_lanes = 1;     ///< of these, kept free for exits; fewer than `lanes`
  std::size_t waiting_max = 256;  ///< requests waiting for a connection: a burst of a hundred fits
  std::size_t exit_waiting = 16;  ///< of these places, kept for exits
  std::size_t request_bytes_max = std::size_t{64} << 10;
  HttpBounds answer;
  Duration connect_within = std::chrono::seconds{5};  ///< look-up, TCP and TLS together
  Duration backoff_first = std::chrono::milliseconds{100};
  Duration backoff_max = std::chrono::seconds{2};
  /// A quiet connection is replaced before servers and firewalls usually drop it.
  Duration idle_max = std::chrono::seconds{45};
};

struct HttpPoolHealth {
  std::size_t lanes_up = 0;
  std::size_t under_way = 0;
  std::size_t waiting = 0;
  std::uint64_t connects = 0;  ///< successful ones, since the start
  std::uint64_t answers = 0;
  std::uint64_t not_sent = 0;
  std::uint64_t unknown = 0;
};

/// An HttpLane over several warm keep-alive connections to one server, over TLS or, towards this
/// machine only, plain. It connects at once and reconnects with backoff and jitter; while no
/// connection stands, one at a time is tried.
///
/// An idle connection is written to from inside `send`: one encryption, one system call. There is
/// no pipelining: a connection carries one request until its answer is complete.
///
/// What becomes of a request:
/// - no byte left this machine (queue full, no connection before the deadline, too large):
///   `not_sent`. If a write fails before the kernel took a byte, the request goes back to the
///   queue and on another connection.
/// - a byte left and the connection was lost, the answer was malformed or too large, or the
///   deadline passed: `unknown`, and the connection is closed. So is a request that was written
///   to a connection the server was just closing for idleness: nobody can tell from here.
/// It never sends anything twice.
///
/// Loop thread only. `clock` must run with the machine's: waiting is done by the loop's own timers.
/// The sink is called from the loop, may call `send` and `stop`, must not destroy the pool, and
/// must outlive it.
class HttpPool : public HttpLane {
 public:
  static Result<std::unique_ptr<HttpPool>> make(boost::asio::io_context& loop, const Clock& clock,
                                                Random& random, HttpSink& sink,
                                                std::shared_ptr<TlsContext> tls,
                                                HttpPoolOptions options);
  ~HttpPool() override;

  void send(HttpToken token, std::string_view request, MonoTime deadline) override;
  void send_routed(const HttpRoute& route, HttpToken token, std::string_view request,
                   MonoTime deadline) override;

  /// Ends every request now, from inside: waiting ones `not_sent`, others `unknown`. Requests sent
  /// afterwards are `not_sent`. The destructor does the same, so no token is left without a call.
  void stop();
  HttpPoolHealth health() const;

 private:
  class Impl;
  explicit HttpPool(std::shared_ptr<Impl> impl);
  std::shared_ptr<Impl> impl_;
};

}  // namespace signalbox
