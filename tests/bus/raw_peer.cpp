#include "tests/bus/raw_peer.hpp"

#include <cstring>
#include <zmq.hpp>

namespace signalbox::test {
namespace {

zmq::socket_type type_of(RawPeer::Kind kind) {
  switch (kind) {
    case RawPeer::Kind::req: return zmq::socket_type::req;
    case RawPeer::Kind::dealer: return zmq::socket_type::dealer;
    case RawPeer::Kind::sub: return zmq::socket_type::sub;
    case RawPeer::Kind::xsub: return zmq::socket_type::xsub;
    case RawPeer::Kind::curve_server: return zmq::socket_type::router;
  }
  return zmq::socket_type::pair;
}

}  // namespace

struct RawPeer::Impl {
  zmq::context_t context{1};
  zmq::socket_t socket;
  zmq::socket_t monitor;
  int events = 0;
};

RawPeer::RawPeer(Kind kind, const Options& options) : impl_(std::make_unique<Impl>()) {
  auto& socket = impl_->socket = zmq::socket_t{impl_->context, type_of(kind)};
  socket.set(zmq::sockopt::linger, 0);
  socket.set(zmq::sockopt::rcvhwm, options.receive_queue);
  if (!options.routing_id.empty()) socket.set(zmq::sockopt::routing_id, options.routing_id);
  if (kind == Kind::curve_server) {
    socket.set(zmq::sockopt::curve_server, true);
    socket.set(zmq::sockopt::curve_secretkey, options.secret_key);
  } else if (!options.server_key.empty()) {
    socket.set(zmq::sockopt::curve_serverkey, options.server_key);
    socket.set(zmq::sockopt::curve_publickey, options.public_key);
    socket.set(zmq::sockopt::curve_secretkey, options.secret_key);
  }
  if (options.hears_events) {
    zmq_socket_monitor(socket.handle(), "inproc://events", ZMQ_EVENT_ALL);
    impl_->monitor = zmq::socket_t{impl_->context, zmq::socket_type::pair};
    impl_->monitor.set(zmq::sockopt::linger, 0);
    impl_->monitor.connect("inproc://events");
  }
}

RawPeer::~RawPeer() { vanish(); }

void RawPeer::connect(const std::string& address) { impl_->socket.connect(address); }

std::string RawPeer::bind(const std::string& address) {
  impl_->socket.bind(address);
  return impl_->socket.get(zmq::sockopt::last_endpoint);
}

void RawPeer::subscribe(std::string_view prefix) {
  impl_->socket.set(zmq::sockopt::subscribe, std::string{prefix});
}

void RawPeer::unsubscribe(std::string_view prefix) {
  impl_->socket.set(zmq::sockopt::unsubscribe, std::string{prefix});
}

bool RawPeer::send(const Frames& frames) {
  for (std::size_t i = 0; i < frames.size(); ++i) {
    const bool last = i + 1 == frames.size();
    const auto flags =
        zmq::send_flags::dontwait | (last ? zmq::send_flags::none : zmq::send_flags::sndmore);
    if (!impl_->socket.send(zmq::buffer(frames[i]), flags)) return false;
  }
  return true;
}

std::optional<Frames> RawPeer::receive() {
  Frames frames;
  do {
    zmq::message_t message;
    if (!impl_->socket.recv(message, zmq::recv_flags::dontwait)) return std::nullopt;
    frames.push_back(message.to_string());
  } while (impl_->socket.get(zmq::sockopt::rcvmore));
  return frames;
}

bool RawPeer::heard_event(int bits) {
  zmq::message_t message;
  while (impl_->monitor.recv(message, zmq::recv_flags::dontwait)) {
    std::uint16_t event = 0;
    std::memcpy(&event, message.data(), sizeof event);
    impl_->events |= event;
    static_cast<void>(impl_->monitor.recv(message));  // the address
  }
  return (impl_->events & bits) != 0;
}

void RawPeer::vanish() {
  if (!impl_) return;
  if (impl_->monitor) zmq_socket_monitor(impl_->socket.handle(), nullptr, 0);
  impl_->monitor.close();
  impl_->socket.close();
  impl_.reset();
}

}  // namespace signalbox::test
