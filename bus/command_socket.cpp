#include "bus/command_socket.hpp"

#include "bus/loop_socket.hpp"

namespace signalbox {
namespace {

// Between the bound of a body and this a sender is told; beyond it libzmq hangs up.
constexpr std::int64_t hang_up_factor = 4;

}  // namespace

Result<std::unique_ptr<CommandSocket>> CommandSocket::open(std::shared_ptr<BusContext> context,
                                                           boost::asio::io_context& loop,
                                                           const CommandSocketOptions& options,
                                                           Handlers handlers) {
  auto socket = LoopSocket::open(
      std::move(context), loop,
      {.kind = LoopSocket::Kind::router,
       .send_queue_max = options.send_queue_max,
       .receive_queue_max = options.receive_queue_max,
       .frame_bytes_max = hang_up_factor * static_cast<std::int64_t>(options.body_bytes_max),
       .linger = options.linger,
       .turn_max = options.turn_max,
       .polled = options.polled});
  if (!socket) return tl::unexpected(std::move(socket.error()));
  auto bound = (*socket)->listen(options.listen);
  if (!bound) return tl::unexpected(std::move(bound.error()));

  std::unique_ptr<CommandSocket> commands{new CommandSocket{options, std::move(handlers)}};
  commands->socket_ = std::move(*socket);
  commands->addresses_ = std::move(*bound);
  commands->socket_->start(
      [raw = commands.get()](const Received& message) { raw->on_message(message); });
  return commands;
}

CommandSocket::CommandSocket(const CommandSocketOptions& options, Handlers handlers)
    : body_bytes_max_(options.body_bytes_max),
      handlers_(std::move(handlers)),
      peers_(options.peers_max) {}

CommandSocket::~CommandSocket() = default;

std::size_t CommandSocket::poll() { return socket_->poll(); }

void CommandSocket::on_message(const Received& message) {
  const auto opened =
      open_envelope({message.frames.subspan(1), message.count - 1}, body_bytes_max_);
  const auto peer = peers_.heard(message.frames.front(), opened.delimited);
  if (opened.envelope) {
    ++counts_.received;
    handlers_.on_command({peer, opened.envelope->type, opened.envelope->body});
    return;  // the handler may have destroyed this socket
  }
  ++counts_.malformed;
  const auto refusal = handlers_.on_malformed(opened.envelope.error());
  reply(peer, refusal.type, refusal.body);
}

Replied CommandSocket::reply(const Peer& peer, std::string_view type, std::string_view body) {
  const auto* routing_id = peers_.routing_id(peer);
  if (routing_id == nullptr) return count(Replied::forgotten);
  if (!peers_.take_answer(peer)) return count(Replied::answered);
  const auto sent = peer.is_req() ? socket_->send({*routing_id, "", bus_magic, type, body})
                                  : socket_->send({*routing_id, bus_magic, type, body});
  if (sent == Sent::yes) return count(Replied::sent);
  if (sent == Sent::full) return count(Replied::slow);
  peers_.forget(peer);
  return count(Replied::gone);
}

Replied CommandSocket::count(Replied outcome) {
  switch (outcome) {
    case Replied::sent: ++counts_.replied; break;
    case Replied::answered: ++counts_.dropped_answered; break;
    case Replied::forgotten: ++counts_.dropped_forgotten; break;
    case Replied::gone: ++counts_.dropped_gone; break;
    case Replied::slow: ++counts_.dropped_slow; break;
  }
  return outcome;
}

}  // namespace signalbox
