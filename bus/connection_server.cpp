#include "bus/connection_server.hpp"

#include <zmq.h>

#include "bus/loop_socket.hpp"

namespace signalbox {
namespace {

constexpr Duration probe_first = std::chrono::milliseconds{1};
constexpr int probe_growth = 4;  // 1, 4, 16, … ms, up to the next heartbeat

}  // namespace

Result<std::unique_ptr<ConnectionServer>> ConnectionServer::open(
    std::shared_ptr<BusContext> context, boost::asio::io_context& loop, const Clock& clock,
    Timers& timers, const ConnectionServerOptions& options, Handlers handlers) {
  const auto body_max = static_cast<std::int64_t>(options.body_bytes_max);
  auto socket = LoopSocket::open(std::move(context), loop,
                                 {.kind = LoopSocket::Kind::router,
                                  .send_queue_max = options.send_queue_max,
                                  .receive_queue_max = options.receive_queue_max,
                                  .frame_bytes_max = 2 * body_max,
                                  .linger = options.linger,
                                  .turn_max = options.turn_max,
                                  .polled = options.polled,
                                  .heartbeat_every = options.liveness.heartbeat_every,
                                  .heartbeat_within = options.liveness.silence_max});
  if (!socket) return tl::unexpected(std::move(socket.error()));

  std::unique_ptr<ConnectionServer> server{
      new ConnectionServer{clock, timers, options, std::move(handlers)}};
  server->socket_ = std::move(*socket);
  auto* raw = server.get();
  auto watching =
      raw->socket_->watch(ZMQ_EVENT_DISCONNECTED, [raw](const Received&) { raw->on_disconnect(); });
  if (!watching) return tl::unexpected(std::move(watching.error()));
  auto bound = raw->socket_->listen(options.listen);
  if (!bound) return tl::unexpected(std::move(bound.error()));
  raw->addresses_ = std::move(*bound);
  raw->socket_->start([raw](const Received& message) { raw->on_message(message); },
                      [raw] { raw->on_drained(); });
  raw->tick();
  return server;
}

ConnectionServer::ConnectionServer(const Clock& clock, Timers& timers,
                                   const ConnectionServerOptions& options, Handlers handlers)
    : clock_(clock),
      timers_(timers),
      liveness_(options.liveness),
      body_bytes_max_(options.body_bytes_max),
      handlers_(std::move(handlers)),
      peers_(options.peers_max) {}

ConnectionServer::~ConnectionServer() {
  timers_.cancel(tick_);
  timers_.cancel(probe_);
}

std::size_t ConnectionServer::poll() { return socket_->poll(); }

void ConnectionServer::on_message(const Received& message) {
  const auto routing_id = message.frames.front();
  if (!peers_.knows(routing_id) && peers_.full()) {
    ++counts_.turned_away;
    return;
  }
  const auto peer = peers_.heard(routing_id, false);
  if (states_.size() <= peer.slot) states_.resize(peer.slot + 1);
  states_[peer.slot].heard = clock_.mono();

  auto opened = open_envelope({message.frames.subspan(1), message.count - 1}, body_bytes_max_);
  if (opened.delimited) opened.envelope = tl::unexpected(FrameFault::frame_count);
  if (!opened.envelope) {
    ++counts_.malformed;
    const auto refusal = handlers_.on_malformed(opened.envelope.error());
    send(peer, refusal.type, refusal.body);
    return;
  }
  ++counts_.received;
  if (opened.envelope->type != heartbeat_type) handlers_.on_message(peer, *opened.envelope);
}

Sent ConnectionServer::send(const Peer& peer, std::string_view type, std::string_view body) {
  const auto* routing_id = peers_.routing_id(peer);
  if (routing_id == nullptr || states_[peer.slot].unreachable) return Sent::unreachable;
  const auto sent = socket_->send({*routing_id, bus_magic, type, body});
  if (sent == Sent::unreachable) {
    states_[peer.slot].unreachable = true;
    socket_->look_again();
  }
  return sent;
}

// ---- who is still there ----

void ConnectionServer::tick() {
  probe();
  judge_silence_ = true;  // once everything that has arrived is read: our own loop may have stood
  socket_->look_again();
  tick_ = timers_.at(clock_.mono() + liveness_.heartbeat_every, [this] { tick(); });
}

/// ZeroMQ does not say whose connection has ended, but refuses to send to one that has.
void ConnectionServer::probe() {
  std::vector<Peer> all;
  peers_.for_each([&](const Peer& peer) { all.push_back(peer); });
  for (const auto& peer : all) send(peer, heartbeat_type, heartbeat_body);
}

/// The monitor is told a moment before the ROUTER learns of it, hence more than one try.
void ConnectionServer::on_disconnect() {
  timers_.cancel(probe_);
  probe();
  probe_soon(probe_first);
}

void ConnectionServer::probe_soon(Duration delay) {
  probe_ = timers_.at(clock_.mono() + delay, [this, delay] {
    probe();
    if (delay * probe_growth < liveness_.heartbeat_every) probe_soon(delay * probe_growth);
  });
}

void ConnectionServer::on_drained() {
  const bool judge = std::exchange(judge_silence_, false);
  const auto now = clock_.mono();
  std::vector<std::pair<Peer, PeerLoss>> lost;
  peers_.for_each([&](const Peer& peer) {
    const auto& state = states_[peer.slot];
    if (state.unreachable) {
      lost.emplace_back(peer, PeerLoss::closed);
    } else if (judge && now - state.heard > liveness_.silence_max) {
      lost.emplace_back(peer, PeerLoss::silent);
    }
  });
  for (const auto& [peer, how] : lost) lose(peer, how);
}

void ConnectionServer::lose(const Peer& peer, PeerLoss how) {
  peers_.forget(peer);
  states_[peer.slot] = {};
  ++(how == PeerLoss::closed ? counts_.lost_closed : counts_.lost_silent);
  handlers_.on_peer_lost(peer, how);
}

}  // namespace signalbox
