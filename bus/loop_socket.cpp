#include "bus/loop_socket.hpp"

#include <array>
#include <atomic>
#include <boost/asio/io_context.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/post.hpp>
#include <cerrno>
#include <utility>
#include <zmq.hpp>

#include "bus/binding.hpp"
#include "bus/gatekeeper.hpp"

namespace signalbox {
namespace {

constexpr int reconnect_first_ms = 50;
constexpr int reconnect_most_ms = 2000;
constexpr int handshake_within_ms = 5000;
constexpr int keepalive_idle_s = 60;
// libzmq's thread stands still while a monitor is full, and with it every socket: far away.
constexpr int events_waiting_max = 100'000;

int milliseconds(Duration d) {
  return static_cast<int>(std::chrono::duration_cast<std::chrono::milliseconds>(d).count());
}

int type_of(LoopSocket::Kind kind) {
  switch (kind) {
    case LoopSocket::Kind::router: return ZMQ_ROUTER;
    case LoopSocket::Kind::dealer: return ZMQ_DEALER;
    case LoopSocket::Kind::xpub: return ZMQ_XPUB;
    case LoopSocket::Kind::monitor: return ZMQ_PAIR;
  }
  return ZMQ_PAIR;
}

}  // namespace

struct LoopSocket::Impl : std::enable_shared_from_this<Impl> {
  Impl(std::shared_ptr<BusContext> context_, boost::asio::io_context& loop_,
       const Options& options_)
      : context(std::move(context_)), loop(loop_), options(options_), descriptor(loop_) {}
  ~Impl() { close(); }

  Result<void> open();
  void close();

  bool receive(Received& into);
  std::size_t drain();
  void turn();
  void arm();
  void schedule();
  void look_after_send();
  Sent send(std::span<const std::string_view> frames);
  int send_frame(std::string_view frame, int flags);
  int events();

  std::shared_ptr<BusContext> context;
  std::shared_ptr<Gatekeeper> gatekeeper;
  boost::asio::io_context& loop;
  Options options;
  void* handle = nullptr;
  boost::asio::posix::stream_descriptor descriptor;
  OnMessage on_message;
  std::function<void()> on_drained;
  std::array<zmq::message_t, frames_kept> kept;
  std::array<std::string_view, frames_kept> views;
  zmq::message_t spare;
  std::unique_ptr<LoopSocket> watcher;
  bool draining = false;   // a handler is running: the drain goes on after it
  bool drained = false;    // the last drain ended because nothing was left
  bool armed = false;      // a wait on the descriptor is under way
  bool scheduled = false;  // a turn is posted
};

// ---- opening and closing ----

Result<void> LoopSocket::Impl::open() {
  handle = zmq_socket(context->handle(), type_of(options.kind));
  if (handle == nullptr) return zmq_failed("no ZeroMQ socket");
  // In libzmq a queue of 0 has no end.
  if (options.send_queue_max < 1 || options.receive_queue_max < 1)
    return failed(Fault::bad_input, "a queue must hold at least one message");
  const int heartbeat = milliseconds(options.heartbeat_every);
  const int within = heartbeat > 0 ? milliseconds(options.heartbeat_within) : 0;
  const bool router = options.kind == Kind::router;
  const bool dealer = options.kind == Kind::dealer;
  const bool taken =
      set_option(handle, ZMQ_LINGER, milliseconds(options.linger)) &&
      set_option(handle, ZMQ_SNDHWM, options.send_queue_max) &&
      set_option(handle, ZMQ_RCVHWM, options.receive_queue_max) &&
      zmq_setsockopt(handle, ZMQ_MAXMSGSIZE, &options.frame_bytes_max,
                     sizeof options.frame_bytes_max) == 0 &&
      set_option(handle, ZMQ_HANDSHAKE_IVL, handshake_within_ms) &&
      set_option(handle, ZMQ_TCP_KEEPALIVE, 1) &&
      set_option(handle, ZMQ_TCP_KEEPALIVE_IDLE, keepalive_idle_s) &&
      set_option(handle, ZMQ_HEARTBEAT_IVL, heartbeat) &&
      set_option(handle, ZMQ_HEARTBEAT_TIMEOUT, within) &&
      set_option(handle, ZMQ_HEARTBEAT_TTL, within) &&
      (!router || set_option(handle, ZMQ_ROUTER_MANDATORY, 1)) &&
      // A peer with a name of its own that comes back before its old connection is known to be
      // dead would otherwise be ignored for good.
      (!router || set_option(handle, ZMQ_ROUTER_HANDOVER, 1)) &&
      // Nothing is queued while there is no connection: a message from before would be stale.
      (!dealer || set_option(handle, ZMQ_IMMEDIATE, 1)) &&
      (!dealer || set_option(handle, ZMQ_RECONNECT_IVL, reconnect_first_ms)) &&
      (!dealer || set_option(handle, ZMQ_RECONNECT_IVL_MAX, reconnect_most_ms));
  if (!taken) return failed(Fault::bad_input, "libzmq does not take the options of a socket");
  return {};
}

void LoopSocket::Impl::close() {
  if (handle == nullptr) return;
  if (descriptor.is_open()) descriptor.release();  // libzmq closes it
  // In this order: libzmq's thread waits for a monitor that nobody reads, and we for that thread.
  if (watcher) zmq_socket_monitor(handle, nullptr, 0);
  watcher.reset();
  zmq_close(std::exchange(handle, nullptr));
}

Result<std::unique_ptr<LoopSocket>> LoopSocket::open(std::shared_ptr<BusContext> context,
                                                     boost::asio::io_context& loop,
                                                     const Options& options) {
  auto impl = std::make_shared<Impl>(std::move(context), loop, options);
  if (auto opened = impl->open(); !opened) return tl::unexpected(std::move(opened.error()));
  return std::unique_ptr<LoopSocket>{new LoopSocket{std::move(impl)}};
}

LoopSocket::LoopSocket(std::shared_ptr<Impl> impl) : impl_(std::move(impl)) {}
LoopSocket::~LoopSocket() { impl_->close(); }

// ---- addresses ----

Result<std::vector<std::string>> LoopSocket::listen(const Listen& where) {
  impl_->gatekeeper = where.gatekeeper;
  return bind_all(impl_->handle, *impl_->context, where);
}

Result<void> LoopSocket::connect(const BusAddress& address, const CurveClient* curve) {
  return connect_to(impl_->handle, address, curve);
}

Result<void> LoopSocket::listen_for_zap() {
  if (zmq_bind(impl_->handle, "inproc://zeromq.zap.01") != 0)
    return zmq_failed("cannot become the gatekeeper of this context");
  return {};
}

Result<void> LoopSocket::watch(int events, OnMessage on_event) {
  static std::atomic<std::uint64_t> count{0};
  const std::string address = "inproc://signalbox-monitor-" + std::to_string(++count);
  auto watcher = open(impl_->context, impl_->loop,
                      {.kind = Kind::monitor,
                       .receive_queue_max = events_waiting_max,
                       .linger = {},
                       .polled = impl_->options.polled});
  if (!watcher) return tl::unexpected(std::move(watcher.error()));
  if (zmq_socket_monitor(impl_->handle, address.c_str(), events) != 0 ||
      zmq_connect((*watcher)->impl_->handle, address.c_str()) != 0)
    return zmq_failed("no monitor");
  (*watcher)->start(std::move(on_event));
  impl_->watcher = std::move(*watcher);
  return {};
}

// ---- receiving ----

void LoopSocket::start(OnMessage on_message, std::function<void()> on_drained) {
  impl_->on_message = std::move(on_message);
  impl_->on_drained = std::move(on_drained);
  if (impl_->options.polled) return;
  impl_->descriptor.assign(descriptor());
  impl_->schedule();  // whatever came before cannot be relied on to fire the descriptor
}

int LoopSocket::descriptor() const {
  int fd = -1;
  std::size_t size = sizeof fd;
  zmq_getsockopt(impl_->handle, ZMQ_FD, &fd, &size);
  return fd;
}

bool LoopSocket::Impl::receive(Received& into) {
  std::size_t count = 0;
  bool more = true;
  const char* user = nullptr;
  while (more) {
    auto& frame = count < frames_kept ? kept[count] : spare;
    if (zmq_msg_recv(frame.handle(), handle, ZMQ_DONTWAIT) < 0) {
      if (errno == EINTR) continue;
      return false;
    }
    if (count < frames_kept) views[count] = frame.to_string_view();
    more = frame.more();
    // libzmq's own words for it; a peer cannot set it.
    if (options.kind == Kind::router && !more) user = zmq_msg_gets(frame.handle(), "User-Id");
    ++count;
  }
  into = {std::span{views}.first(std::min(count, frames_kept)), count,
          user == nullptr ? std::string_view{} : user};
  return true;
}

std::size_t LoopSocket::Impl::drain() {
  if (draining || handle == nullptr) return 0;
  struct Guard {
    bool& flag;
    ~Guard() { flag = false; }
  } guard{draining};
  draining = true;
  drained = false;

  std::size_t handled = 0;
  while (handled < options.turn_max && handle != nullptr) {
    Received message;
    if (!receive(message)) {
      drained = true;
      break;
    }
    ++handled;
    on_message(message);
  }
  return handled;
}

void LoopSocket::Impl::turn() {
  if (handle == nullptr) return;
  drain();
  if (handle == nullptr) return;
  if (!drained) {
    schedule();
    return;
  }
  if (on_drained) on_drained();
  if (handle != nullptr) arm();
}

std::size_t LoopSocket::poll() {
  const auto impl = impl_;  // a handler may destroy this socket
  auto handled = impl->watcher ? impl->watcher->poll() : 0;
  handled += impl->drain();
  if (impl->handle != nullptr && impl->drained && impl->on_drained) impl->on_drained();
  return handled;
}

void LoopSocket::Impl::arm() {
  if (armed) return;
  armed = true;
  descriptor.async_wait(boost::asio::posix::stream_descriptor::wait_read,
                        [weak = weak_from_this()](const boost::system::error_code& error) {
                          const auto self = weak.lock();
                          if (!self) return;
                          self->armed = false;
                          if (!error) self->turn();
                        });
}

void LoopSocket::Impl::schedule() {
  if (options.polled || scheduled) return;
  scheduled = true;
  boost::asio::post(loop, [weak = weak_from_this()] {
    const auto self = weak.lock();
    if (!self) return;
    self->scheduled = false;
    self->turn();
  });
}

void LoopSocket::look_again() { impl_->schedule(); }

// ---- sending ----

Sent LoopSocket::send(std::span<const std::string_view> frames) { return impl_->send(frames); }

Sent LoopSocket::Impl::send(std::span<const std::string_view> frames) {
  auto outcome = Sent::yes;
  for (std::size_t i = 0; i < frames.size(); ++i) {
    const int flags = ZMQ_DONTWAIT | (i + 1 < frames.size() ? ZMQ_SNDMORE : 0);
    int answer = send_frame(frames[i], flags);
    if (answer < 0 && errno == EAGAIN && i == 0) {
      // libzmq looks at its peers' news only now and then while sending: ask before giving up.
      events();
      answer = send_frame(frames[i], flags);
    }
    if (answer >= 0) continue;
    outcome = errno == EAGAIN ? Sent::full : Sent::unreachable;
    if (i == 0) break;
    // The peer went in the middle. libzmq drops what follows up to the end of the message, and
    // must be given it, or the next message would be taken for the rest of this one.
  }
  look_after_send();
  return outcome;
}

int LoopSocket::Impl::send_frame(std::string_view frame, int flags) {
  int answer = -1;
  do {
    answer = zmq_send(handle, frame.data(), frame.size(), flags);
  } while (answer < 0 && errno == EINTR);
  return answer;
}

int LoopSocket::Impl::events() {
  int bits = 0;
  std::size_t size = sizeof bits;
  zmq_getsockopt(handle, ZMQ_EVENTS, &bits, &size);
  return bits;
}

void LoopSocket::Impl::look_after_send() {
  // The send may have used up the descriptor's signal for a message that is waiting now.
  if (options.polled || draining || scheduled || !descriptor.is_open()) return;
  if ((events() & ZMQ_POLLIN) != 0) schedule();
}

}  // namespace signalbox
