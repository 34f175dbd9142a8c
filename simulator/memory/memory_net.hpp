#pragma once

#include <map>
#include <memory>
#include <set>
#include <string>

#include "seams/clock.hpp"
#include "seams/http_lane.hpp"
#include "seams/timers.hpp"
#include "seams/ws_stream.hpp"
#include "simulator/delay_queue.hpp"
#include "simulator/dialect.hpp"

namespace signalbox::simulator {

struct Latency {
  Duration there{};
  Duration back{};
};

class MemoryHttpLane;
class MemoryWsStream;

/// A dialect behind lanes in memory: the real connector runs against it under virtual time,
/// without a socket. Lanes and streams must not outlive it. One thread, that of the timers.
class MemoryNet final : private DialectSink {
 public:
  MemoryNet(Dialect& dialect, const Clock& clock, Timers& timers, Latency latency = {});
  ~MemoryNet() override;

  std::unique_ptr<HttpLane> lane(HttpSink& sink, std::string peer = "127.0.0.1");
  std::unique_ptr<WsStream> stream(WsSink& sink, std::string peer = "127.0.0.1");

  void set_latency(Latency latency) { latency_ = latency; }
  /// A cable pulled: open websockets close, requests on their way are unknown, new ones are not
  /// sent and new websockets do not open, until it is put back.
  void set_down(bool down);
  /// Closes every open websocket once.
  void cut_streams();

 private:
  friend class MemoryHttpLane;
  friend class MemoryWsStream;

  void on_frame(SessionId session, std::string_view frame, Duration delay) override;
  void on_close(SessionId session, std::uint16_t code, std::string_view reason) override;

  Dialect& dialect_;
  const Clock& clock_;
  Timers& timers_;
  Latency latency_;
  bool down_ = false;
  std::set<MemoryHttpLane*> lanes_;
  std::map<SessionId, MemoryWsStream*> open_;
};

}  // namespace signalbox::simulator
