#include "bus/connection_client.hpp"

#include <zmq.h>

#include <cstring>

#include "bus/loop_socket.hpp"

namespace signalbox {
namespace {

constexpr int handshake_failed = ZMQ_EVENT_HANDSHAKE_FAILED_AUTH |
                                 ZMQ_EVENT_HANDSHAKE_FAILED_PROTOCOL |
                                 ZMQ_EVENT_HANDSHAKE_FAILED_NO_DETAIL;

/// The first frame of a monitor's message begins with the event, in the machine's byte order.
int event_of(const Received& event) {
  std::uint16_t bits = 0;
  if (event.frames.empty() || event.frames.front().size() < sizeof bits) return 0;
  std::memcpy(&bits, event.frames.front().data(), sizeof bits);
  return bits;
}

}  // namespace

Result<std::unique_ptr<ConnectionClient>> ConnectionClient::open(
    std::shared_ptr<BusContext> context, boost::asio::io_context& loop, const Clock& clock,
    Timers& timers, const ConnectionClientOptions& options, Handlers handlers) {
  const auto address = parse_bus_address(options.address);
  if (!address) return tl::unexpected(address.error());
  const auto body_max = static_cast<std::int64_t>(options.body_bytes_max);
  auto socket = LoopSocket::open(std::move(context), loop,
                                 {.kind = LoopSocket::Kind::dealer,
                                  .send_queue_max = options.send_queue_max,
                                  .receive_queue_max = options.receive_queue_max,
                                  .frame_bytes_max = 2 * body_max,
                                  .linger = options.linger,
                                  .turn_max = options.turn_max,
                                  .polled = options.polled,
                                  .heartbeat_every = options.liveness.heartbeat_every,
                                  .heartbeat_within = options.liveness.silence_max});
  if (!socket) return tl::unexpected(std::move(socket.error()));

  std::unique_ptr<ConnectionClient> client{
      new ConnectionClient{clock, timers, options, std::move(handlers)}};
  client->socket_ = std::move(*socket);
  auto* raw = client.get();
  auto watching =
      raw->socket_->watch(ZMQ_EVENT_HANDSHAKE_SUCCEEDED | ZMQ_EVENT_DISCONNECTED | handshake_failed,
                          [raw](const Received& event) { raw->on_event(event); });
  if (!watching) return tl::unexpected(std::move(watching.error()));
  auto connected = raw->socket_->connect(*address, options.curve ? &*options.curve : nullptr);
  if (!connected) return tl::unexpected(std::move(connected.error()));
  raw->socket_->start([raw](const Received& message) { raw->on_message(message); },
                      [raw] { raw->on_drained(); });
  raw->tick();
  return client;
}

ConnectionClient::ConnectionClient(const Clock& clock, Timers& timers,
                                   const ConnectionClientOptions& options, Handlers handlers)
    : clock_(clock),
      timers_(timers),
      liveness_(options.liveness),
      body_bytes_max_(options.body_bytes_max),
      handlers_(std::move(handlers)) {}

ConnectionClient::~ConnectionClient() { timers_.cancel(tick_); }

std::size_t ConnectionClient::poll() { return socket_->poll(); }

Sent ConnectionClient::send(std::string_view type, std::string_view body) {
  if (!up_) return Sent::unreachable;
  return socket_->send({bus_magic, type, body});
}

void ConnectionClient::on_message(const Received& message) {
  heard_ = clock_.mono();
  go_up();
  const auto opened = open_envelope(message, body_bytes_max_);
  if (!opened.envelope || opened.delimited) {
    ++malformed_;
  } else if (opened.envelope->type != heartbeat_type) {
    handlers_.on_message(*opened.envelope);
  }
}

void ConnectionClient::on_event(const Received& event) {
  const auto what = event_of(event);
  if (what == ZMQ_EVENT_HANDSHAKE_SUCCEEDED) {
    if (closed_) go_down(PeerLoss::closed);
    go_up();
  } else if (what == ZMQ_EVENT_DISCONNECTED) {
    closed_ = up_;
    socket_->look_again();
  } else if ((what & handshake_failed) != 0 && handlers_.on_refused) {
    handlers_.on_refused(what == ZMQ_EVENT_HANDSHAKE_FAILED_AUTH
                             ? "our key is not on its list"
                             : "no handshake: wrong keys, or not a Signalbox bus");
  }
}

void ConnectionClient::on_drained() {
  const bool judge = std::exchange(judge_silence_, false);
  if (closed_) {
    go_down(PeerLoss::closed);
  } else if (judge && clock_.mono() - heard_ > liveness_.silence_max) {
    go_down(PeerLoss::silent);
  }
}

void ConnectionClient::tick() {
  send(heartbeat_type, heartbeat_body);
  judge_silence_ = true;  // once everything that has arrived is read
  socket_->look_again();
  tick_ = timers_.at(clock_.mono() + liveness_.heartbeat_every, [this] { tick(); });
}

void ConnectionClient::go_up() {
  if (std::exchange(up_, true)) return;
  heard_ = clock_.mono();
  send(heartbeat_type, heartbeat_body);
  handlers_.on_up();
}

void ConnectionClient::go_down(PeerLoss how) {
  closed_ = false;
  if (std::exchange(up_, false)) handlers_.on_lost(how);
}

}  // namespace signalbox
