#include "simulator/memory/memory_net.hpp"

#include "simulator/memory/memory_http_lane.hpp"
#include "simulator/memory/memory_ws_stream.hpp"

namespace signalbox::simulator {

MemoryNet::MemoryNet(Dialect& dialect, const Clock& clock, Timers& timers, Latency latency)
    : dialect_(dialect), clock_(clock), timers_(timers), latency_(latency) {
  dialect_.set_sink(this);
}

MemoryNet::~MemoryNet() { dialect_.set_sink(nullptr); }

std::unique_ptr<HttpLane> MemoryNet::lane(HttpSink& sink, std::string peer) {
  return std::make_unique<MemoryHttpLane>(*this, sink, std::move(peer));
}

std::unique_ptr<WsStream> MemoryNet::stream(WsSink& sink, std::string peer) {
  return std::make_unique<MemoryWsStream>(*this, sink, std::move(peer));
}

void MemoryNet::set_down(bool down) {
  down_ = down;
  if (!down) return;
  for (auto* lane : lanes_) lane->lose();
  cut_streams();
}

void MemoryNet::cut_streams() {
  const auto open = open_;
  for (const auto& [session, stream] : open) {
    dialect_.closed(session);
    stream->lose("connection lost", {});
  }
}

void MemoryNet::on_frame(SessionId session, std::string_view frame, Duration delay) {
  const auto found = open_.find(session);
  if (found != open_.end()) found->second->receive(frame, delay);
}

void MemoryNet::on_close(SessionId session, std::uint16_t, std::string_view reason) {
  const auto found = open_.find(session);
  if (found != open_.end()) found->second->lose(reason, latency_.back);
}

}  // namespace signalbox::simulator
