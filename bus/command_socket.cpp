#include "bus/command_socket.hpp"

#include <algorithm>
#include <array>

#include "bus/binding.hpp"
#include "bus/loop_socket.hpp"
#include "bus/zmtp_router.hpp"

namespace signalbox {
namespace {

// Between the bound of a body and this a sender is told; beyond it we hang up.
constexpr std::size_t hang_up_factor = 4;
constexpr char libzmq_mark = 'z';
static_assert(libzmq_mark != ZmtpRouter::mark);

}  // namespace

Result<std::unique_ptr<CommandSocket>> CommandSocket::open(std::shared_ptr<BusContext> context,
                                                           boost::asio::io_context& loop,
                                                           const CommandSocketOptions& options,
                                                           Handlers handlers) {
  // In libzmq a queue of 0 has no end.
  if (options.send_queue_max < 1 || options.receive_queue_max < 1)
    return failed(Fault::bad_input, "a queue must hold at least one message");
  auto where = checked(options.listen);
  if (!where) return tl::unexpected(std::move(where.error()));
  Listen listen = options.listen;
  std::vector<std::string> native;
  if (options.ingress == Ingress::native) {
    for (const auto& address : where->plain) native.push_back(address.text);
    listen.addresses.clear();
    for (const auto& address : where->curve) listen.addresses.push_back(address.text);
  }
  std::unique_ptr<CommandSocket> commands{new CommandSocket{options, std::move(handlers)}};
  Result<void> done;
  if (!native.empty()) done = commands->open_native(loop, options, std::move(native));
  if (done && !listen.addresses.empty())
    done = commands->open_libzmq(std::move(context), loop, options, std::move(listen));
  if (!done) return tl::unexpected(std::move(done.error()));
  return commands;
}

Result<void> CommandSocket::open_native(boost::asio::io_context& loop,
                                        const CommandSocketOptions& options,
                                        std::vector<std::string> addresses) {
  const auto frame_max = hang_up_factor * options.body_bytes_max;
  auto router = ZmtpRouter::open(
      loop, {.message = {.frame_bytes_max = frame_max, .message_bytes_max = 4 * frame_max},
             .send_queue_max = static_cast<std::size_t>(options.send_queue_max),
             .linger = options.linger,
             .turn_max = options.turn_max,
             .polled = options.polled});
  if (!router) return tl::unexpected(std::move(router.error()));
  router_ = std::move(*router);
  for (const auto& text : addresses) {
    auto bound = parse_bus_address(text).and_then(
        [&](const BusAddress& address) { return router_->listen(address); });
    if (!bound) return tl::unexpected(std::move(bound.error()));
    addresses_.push_back(std::move(*bound));
  }
  router_->start([this](const Received& message) { on_message(message.frames.front(), message); });
  return {};
}

Result<void> CommandSocket::open_libzmq(std::shared_ptr<BusContext> context,
                                        boost::asio::io_context& loop,
                                        const CommandSocketOptions& options, Listen listen) {
  auto socket = LoopSocket::open(
      std::move(context), loop,
      {.kind = LoopSocket::Kind::router,
       .send_queue_max = options.send_queue_max,
       .receive_queue_max = options.receive_queue_max,
       .frame_bytes_max = static_cast<std::int64_t>(hang_up_factor * options.body_bytes_max),
       .linger = options.linger,
       .turn_max = options.turn_max,
       .polled = options.polled});
  if (!socket) return tl::unexpected(std::move(socket.error()));
  auto bound = (*socket)->listen(listen);
  if (!bound) return tl::unexpected(std::move(bound.error()));
  socket_ = std::move(*socket);
  addresses_.insert(addresses_.end(), bound->begin(), bound->end());
  socket_->start([this](const Received& message) {
    // A name that a ZeroMQ peer chose must not be one of a native peer's.
    routing_id_.assign(1, libzmq_mark).append(message.frames.front());
    on_message(routing_id_, message);
  });
  return {};
}

CommandSocket::CommandSocket(const CommandSocketOptions& options, Handlers handlers)
    : body_bytes_max_(options.body_bytes_max),
      handlers_(std::move(handlers)),
      peers_(options.peers_max) {}

CommandSocket::~CommandSocket() = default;

/// One of the two at a time: a handler may destroy this socket, and neither starves the other.
std::size_t CommandSocket::poll() {
  router_turn_ = !router_turn_;
  if (router_ && (router_turn_ || !socket_)) return router_->poll();
  return socket_->poll();
}

void CommandSocket::on_message(std::string_view routing_id, const Received& message) {
  const auto opened =
      open_envelope({message.frames.subspan(1), message.count - 1}, body_bytes_max_);
  const auto peer = peers_.heard(routing_id, opened.delimited);
  if (opened.envelope) {
    ++counts_.received;
    handlers_.on_command({peer, opened.envelope->type, opened.envelope->body, message.user});
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
  const std::array<std::string_view, 4> frames{"", bus_magic, type, body};
  const auto sent = send(*routing_id, std::span{frames}.subspan(peer.is_req() ? 0 : 1));
  if (sent == Sent::yes) return count(Replied::sent);
  if (sent == Sent::full) return count(Replied::slow);
  peers_.forget(peer);
  return count(Replied::gone);
}

Sent CommandSocket::send(std::string_view routing_id, std::span<const std::string_view> frames) {
  if (routing_id.front() == ZmtpRouter::mark) return router_->send(routing_id, frames);
  std::array<std::string_view, 5> all{routing_id.substr(1)};
  std::copy(frames.begin(), frames.end(), all.begin() + 1);
  return socket_->send(std::span<const std::string_view>{all}.first(frames.size() + 1));
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
