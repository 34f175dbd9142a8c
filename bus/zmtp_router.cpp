#include "bus/zmtp_router.hpp"

#include <poll.h>
#include <sys/epoll.h>
#include <sys/timerfd.h>

#include <array>
#include <boost/asio/io_context.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <cerrno>
#include <cstring>
#include <deque>
#include <unordered_map>
#include <utility>
#include <vector>

#include "bus/local_listener.hpp"
#include "bus/zmtp.hpp"
#include "bus/zmtp_connection.hpp"

namespace signalbox {
namespace {

constexpr int events_per_look = 64;
constexpr int accepted_per_look = 16;
// What epoll tells of a listener: a number that no connection has.
constexpr std::uint64_t listener_bit = std::uint64_t{1} << 63;

struct Hash {
  using is_transparent = void;
  std::size_t operator()(std::string_view s) const { return std::hash<std::string_view>{}(s); }
};

}  // namespace

struct ZmtpRouter::Impl : std::enable_shared_from_this<Impl> {
  struct Peer {
    Peer(Descriptor socket, const ZmtpConnection::Limits& limits, ZmtpBudget& budget)
        : connection(std::move(socket), limits, budget) {}
    ZmtpConnection connection;
    std::string id;          // once the handshake is done
    bool seen_late = false;  // by one look without a handshake; the second ends it
    bool wants_out = false;  // epoll tells when it can be written to
    bool backlog = false;    // messages are in its buffer
    bool over = false;       // taken out; its memory goes when no handler runs
    bool half_gone = false;  // it will send no more: over when its last messages are taken
  };
  using Peers = std::unordered_map<std::uint64_t, std::unique_ptr<Peer>>;

  Impl(boost::asio::io_context& loop_, const ZmtpRouterOptions& options_)
      : loop(loop_),
        options(options_),
        budget(options_.bytes_max),
        epoll(::epoll_create1(EPOLL_CLOEXEC)),
        readable(loop_),
        sweep_timer(loop_) {}
  ~Impl() { close(); }

  void close();
  void linger();
  bool watch(int socket, std::uint64_t number, unsigned events, int operation) const;

  std::size_t look();
  void turn();
  void arm();
  void schedule();
  void accept(std::uint64_t which);
  void sweep_later();
  void sweep();

  void on_event(Peer& peer, std::uint64_t number, unsigned events);
  void take(Peer& peer, std::uint64_t number, std::size_t until);
  bool take_one(Peer& peer, std::uint64_t number);
  void enter(Peer& peer, std::uint64_t number);
  void write_later(Peer& peer, std::uint64_t number);
  void end(Peer& peer, std::uint64_t number);
  void bury();
  Sent send(std::string_view routing_id, std::span<const std::string_view> frames);

  boost::asio::io_context& loop;
  ZmtpRouterOptions options;
  ZmtpBudget budget;
  Descriptor epoll;
  boost::asio::posix::stream_descriptor readable;  // the epoll itself
  boost::asio::steady_timer sweep_timer;
  OnMessage on_message;
  std::deque<LocalListener> listeners;
  Peers peers;
  std::unordered_map<std::string, std::uint64_t, Hash, std::equal_to<>> by_id;
  std::vector<std::uint64_t> backlog;
  std::vector<std::unique_ptr<Peer>> graves;
  std::uint64_t last_number = 0;
  std::size_t taken = 0;  // messages in this turn
  ZmtpCounts counts;
  bool closed = false;
  bool started = false;
  bool looking = false;    // a handler may be running
  bool armed = false;      // a wait on the epoll is under way
  bool scheduled = false;  // a turn is posted
  bool sweeping = false;
  bool deaf = false;  // no descriptors left: listeners are looked at again by the sweep
};

// ---- opening and closing

Result<std::unique_ptr<ZmtpRouter>> ZmtpRouter::open(boost::asio::io_context& loop,
                                                     const ZmtpRouterOptions& options) {
  if (options.send_queue_max == 0)
    return failed(Fault::bad_input, "a queue must hold at least one message");
  auto impl = std::make_shared<Impl>(loop, options);
  if (!impl->epoll)
    return failed(Fault::unavailable, std::string{"no epoll: "} + std::strerror(errno));
  return std::unique_ptr<ZmtpRouter>{new ZmtpRouter{std::move(impl)}};
}

ZmtpRouter::ZmtpRouter(std::shared_ptr<Impl> impl) : impl_(std::move(impl)) {}
ZmtpRouter::~ZmtpRouter() { impl_->close(); }

void ZmtpRouter::Impl::close() {
  if (std::exchange(closed, true)) return;
  if (readable.is_open()) readable.release();
  sweep_timer.cancel();
  listeners.clear();
  linger();
  by_id.clear();
  if (looking) {
    for (auto& [number, peer] : peers) {
      peer->over = true;
      graves.push_back(std::move(peer));
    }
  }
  peers.clear();
}

/// Replies that wait get `options.linger` in all, and a peer that does not read gets no more.
void ZmtpRouter::Impl::linger() {
  const Descriptor timer{::timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC)};
  itimerspec end{};
  end.it_value.tv_sec = options.linger / std::chrono::seconds{1};
  end.it_value.tv_nsec = (options.linger % std::chrono::seconds{1}).count();
  if (!timer || options.linger <= Duration{} ||
      ::timerfd_settime(timer.get(), 0, &end, nullptr) != 0)
    return;
  for (;;) {
    std::vector<pollfd> waits{{.fd = timer.get(), .events = POLLIN, .revents = 0}};
    for (const auto& [number, peer] : peers)
      if (peer->connection.flush() != ZmtpConnection::Io::closed && peer->connection.has_unsent())
        waits.push_back({.fd = peer->connection.socket(), .events = POLLOUT, .revents = 0});
    if (waits.size() == 1 || ::poll(waits.data(), waits.size(), -1) < 0) return;
    if (waits.front().revents != 0) return;
  }
}

bool ZmtpRouter::Impl::watch(int socket, std::uint64_t number, unsigned events,
                             int operation) const {
  epoll_event event{};
  event.events = events;
  event.data.u64 = number;
  return ::epoll_ctl(epoll.get(), operation, socket, &event) == 0;
}

Result<std::string> ZmtpRouter::listen(const BusAddress& address) {
  auto listener = LocalListener::open(address);
  if (!listener) return tl::unexpected(std::move(listener.error()));
  const auto number = listener_bit | impl_->listeners.size();
  if (!impl_->watch(listener->socket(), number, EPOLLIN, EPOLL_CTL_ADD))
    return failed(Fault::unavailable, "cannot listen on " + address.text);
  impl_->listeners.push_back(std::move(*listener));
  return impl_->listeners.back().address();
}

// ---- turns

void ZmtpRouter::start(OnMessage on_message) {
  impl_->on_message = std::move(on_message);
  impl_->started = true;
  if (impl_->options.polled) return;
  impl_->readable.assign(impl_->epoll.get());
  impl_->schedule();
}

std::size_t ZmtpRouter::poll() {
  const auto impl = impl_;  // a handler may destroy this router
  return impl->look();
}

/// First what earlier turns have left over, at most half a turn, then what the kernel has: one
/// peer that floods does not keep the others waiting.
std::size_t ZmtpRouter::Impl::look() {
  if (closed || looking || !started) return 0;
  looking = true;
  taken = 0;
  for (const auto number : std::exchange(backlog, {})) {
    const auto found = peers.find(number);
    if (found == peers.end()) continue;
    found->second->backlog = false;
    take(*found->second, number, (options.turn_max + 1) / 2);
    if (closed) break;
  }
  if (!closed && taken < options.turn_max) {
    std::array<epoll_event, events_per_look> events;
    const int count = ::epoll_wait(epoll.get(), events.data(), events_per_look, 0);
    for (int i = 0; i < count && !closed; ++i) {
      const auto number = events[static_cast<std::size_t>(i)].data.u64;
      if ((number & listener_bit) != 0)
        accept(number & ~listener_bit);
      else if (const auto found = peers.find(number); found != peers.end())
        on_event(*found->second, number, events[static_cast<std::size_t>(i)].events);
    }
  }
  looking = false;
  bury();
  return taken;
}

void ZmtpRouter::Impl::turn() {
  const bool full = look() >= options.turn_max;
  if (closed) return;
  if (full || !backlog.empty())
    schedule();
  else
    arm();
}

void ZmtpRouter::Impl::arm() {
  if (armed) return;
  armed = true;
  readable.async_wait(boost::asio::posix::stream_descriptor::wait_read,
                      [weak = weak_from_this()](const boost::system::error_code& error) {
                        const auto self = weak.lock();
                        if (!self) return;
                        self->armed = false;
                        if (!error) self->turn();
                      });
}

void ZmtpRouter::Impl::schedule() {
  if (options.polled || std::exchange(scheduled, true)) return;
  boost::asio::post(loop, [weak = weak_from_this()] {
    const auto self = weak.lock();
    if (!self) return;
    self->scheduled = false;
    self->turn();
  });
}

// ---- connections

void ZmtpRouter::Impl::accept(std::uint64_t which) {
  for (int n = 0; n < accepted_per_look; ++n) {
    auto [socket, exhausted] = listeners[static_cast<std::size_t>(which)].accept();
    if (exhausted && !deaf) {
      // Epoll would tell of the one that waits again and again.
      deaf = true;
      for (auto& each : listeners) watch(each.socket(), 0, 0, EPOLL_CTL_DEL);
      sweep_later();
    }
    if (!socket) return;
    if (peers.size() >= options.connections_max) {
      ++counts.turned_away;
      continue;
    }
    ++counts.accepted;
    const auto number = ++last_number;
    const ZmtpConnection::Limits limits{options.message, options.send_queue_max};
    auto peer = std::make_unique<Peer>(std::move(socket), limits, budget);
    if (!watch(peer->connection.socket(), number, EPOLLIN, EPOLL_CTL_ADD) ||
        !peer->connection.say(zmtp::greeting()))
      continue;
    peers.emplace(number, std::move(peer));
    sweep_later();
  }
}

void ZmtpRouter::Impl::sweep_later() {
  if (std::exchange(sweeping, true)) return;
  sweep_timer.expires_after(options.handshake_within);
  sweep_timer.async_wait([weak = weak_from_this()](const boost::system::error_code& error) {
    const auto self = weak.lock();
    if (!self || error || self->closed) return;
    self->sweeping = false;
    self->sweep();
  });
}

/// Who has not shaken hands is ended by the second look; looks go on while there is one such.
void ZmtpRouter::Impl::sweep() {
  bool again = false;
  std::vector<std::uint64_t> late;
  for (auto& [number, peer] : peers) {
    if (peer->connection.decoder().is_ready()) continue;
    if (peer->seen_late) late.push_back(number);
    peer->seen_late = again = true;
  }
  for (const auto number : late) {
    ++counts.late;
    end(*peers.at(number), number);
  }
  if (std::exchange(deaf, false))
    for (std::size_t i = 0; i < listeners.size(); ++i)
      watch(listeners[i].socket(), listener_bit | i, EPOLLIN, EPOLL_CTL_ADD);
  if (again) sweep_later();
}

void ZmtpRouter::Impl::on_event(Peer& peer, std::uint64_t number, unsigned events) {
  if ((events & EPOLLOUT) != 0) {
    if (peer.connection.flush() == ZmtpConnection::Io::closed) return end(peer, number);
    if (!peer.connection.has_unsent() && std::exchange(peer.wants_out, false))
      watch(peer.connection.socket(), number, EPOLLIN, EPOLL_CTL_MOD);
  }
  if ((events & ~unsigned{EPOLLOUT}) == 0 || peer.backlog) return;
  if (peer.connection.read() == ZmtpConnection::Io::closed) peer.half_gone = true;
  take(peer, number, options.turn_max);
}

/// Takes what is in the peer's buffer, until the turn has taken so many.
void ZmtpRouter::Impl::take(Peer& peer, std::uint64_t number, std::size_t until) {
  while (!peer.over) {
    if (taken >= until) {
      if (!std::exchange(peer.backlog, true)) backlog.push_back(number);
      return;
    }
    if (!take_one(peer, number)) break;
  }
  if (!peer.over && peer.half_gone) end(peer, number);
}

/// False when nothing whole is left in the buffer.
bool ZmtpRouter::Impl::take_one(Peer& peer, std::uint64_t number) {
  auto& connection = peer.connection;
  auto& decoder = connection.decoder();
  const auto step = decoder.next(connection.unread());
  using What = ZmtpDecoder::What;
  switch (step.what) {
    case What::want_bytes: return false;
    case What::skipped: break;
    case What::greeted:
      if (!connection.say(zmtp::ready())) end(peer, number);
      break;
    case What::ready: enter(peer, number); break;
    case What::ping:
      if (!connection.say(zmtp::pong(decoder.ping_context()))) end(peer, number);
      break;
    case What::message:
      ++taken;
      on_message(decoder.message(peer.id));
      break;
    case What::broken:
      ++counts.broken;
      end(peer, number);
      break;
  }
  if (peer.over) return false;
  connection.use(step.used);
  write_later(peer, number);
  return true;
}

/// A peer without a name gets one that nobody else has.
void ZmtpRouter::Impl::enter(Peer& peer, std::uint64_t number) {
  const auto& name = peer.connection.decoder().name();
  peer.id = name.empty() ? std::string{mark, '#'} + std::to_string(number)
                         : std::string{mark, '='} + name;
  const auto before = by_id.find(peer.id);
  if (before != by_id.end()) {
    const auto older = before->second;
    end(*peers.at(older), older);
  }
  by_id[peer.id] = number;
}

void ZmtpRouter::Impl::write_later(Peer& peer, std::uint64_t number) {
  if (peer.wants_out || !peer.connection.has_unsent()) return;
  peer.wants_out = true;
  watch(peer.connection.socket(), number, EPOLLIN | EPOLLOUT, EPOLL_CTL_MOD);
}

void ZmtpRouter::Impl::end(Peer& peer, std::uint64_t number) {
  if (std::exchange(peer.over, true)) return;
  watch(peer.connection.socket(), 0, 0, EPOLL_CTL_DEL);
  if (const auto found = by_id.find(peer.id); found != by_id.end() && found->second == number)
    by_id.erase(found);
  const auto found = peers.find(number);
  graves.push_back(std::move(found->second));
  peers.erase(found);
  if (!looking) bury();
}

void ZmtpRouter::Impl::bury() { graves.clear(); }

// ---- sending

Sent ZmtpRouter::send(std::string_view routing_id, std::span<const std::string_view> frames) {
  return impl_->send(routing_id, frames);
}

Sent ZmtpRouter::Impl::send(std::string_view routing_id, std::span<const std::string_view> frames) {
  const auto found = by_id.find(routing_id);
  if (found == by_id.end()) return Sent::unreachable;
  const auto number = found->second;
  auto& peer = *peers.at(number);
  const auto sent = peer.connection.send(frames);
  if (sent == Sent::unreachable)
    end(peer, number);
  else
    write_later(peer, number);
  return sent;
}

std::size_t ZmtpRouter::connections() const { return impl_->peers.size(); }
const ZmtpCounts& ZmtpRouter::counts() const { return impl_->counts; }

}  // namespace signalbox
