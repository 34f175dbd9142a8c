#include "app/connection_port.hpp"

#include <optional>

#include "actors/runtime/loop_asio.hpp"
#include "messages/catalog.hpp"
#include "messages/codec.hpp"

namespace signalbox {
namespace {

constexpr int generation_bits = 32;  // below the epoch

FaultReply on_malformed(FrameFault fault) {
  return {std::string{type_of<ConnectionRefused>(connection_hellos)},
          encoded(ConnectionRefused{HelloRefusal::malformed, Detail{meaning_of(fault)}})};
}

}  // namespace

/// One account's, from the first venue made for it on.
class ConnectionPort::Door final : public RemoteDoor {
 public:
  explicit Door(ConnectionPort& port) : port_(port) {}
  ~Door() override { port_.timers_.cancel(introduction_); }

  void open(RemoteVenue& venue) override {
    venue_ = &venue;
    if (hello_) introduction_ = port_.timers_.at(port_.clock_.mono(), [this] { introduce(); });
  }
  void close() override {
    venue_ = nullptr;
    port_.timers_.cancel(introduction_);
  }
  std::uint64_t next_generation() override {
    return (port_.epoch_ << generation_bits) + ++port_.generations_;
  }
  bool send(std::string_view type, std::string_view body) override {
    return peer_ && port_.server_ && port_.server_->send(*peer_, type, body) == Sent::yes;
  }

  bool serves(const Peer& peer) const { return peer_ && *peer_ == peer; }
  /// Another process than the one that says `hello` has this account.
  bool taken(const ConnectionHello& hello) const {
    return hello_ && hello_->process != hello.process;
  }
  void hello(const Peer& peer, const ConnectionHello& hello) {
    peer_ = peer;
    hello_ = hello;
    introduce();
  }
  void frame(const Envelope& envelope) {
    if (venue_ != nullptr) venue_->on_frame(envelope.type, envelope.body);
  }
  void lost(std::string_view how) {
    forget();
    if (venue_ != nullptr) venue_->on_port_lost(how);
  }

 private:
  void introduce() {
    if (venue_ != nullptr && hello_ && !venue_->on_hello(*hello_)) forget();
  }
  void forget() {
    peer_.reset();
    hello_.reset();
  }

  ConnectionPort& port_;
  RemoteVenue* venue_ = nullptr;
  std::optional<Peer> peer_;
  std::optional<ConnectionHello> hello_;
  TimerId introduction_ = TimerId::none;
};

Result<std::unique_ptr<ConnectionPort>> ConnectionPort::open(std::shared_ptr<BusContext> context,
                                                             Loop& loop, const Clock& clock,
                                                             const ConnectionServerOptions& options,
                                                             std::uint64_t epoch) {
  std::unique_ptr<ConnectionPort> port{new ConnectionPort{clock, loop.timers(), epoch}};
  auto* raw = port.get();
  auto server = ConnectionServer::open(
      std::move(context), io_context_of(loop), clock, loop.timers(), options,
      {.on_message = [raw](const Peer& peer, const Envelope& e) { raw->on_message(peer, e); },
       .on_peer_lost = [raw](const Peer& peer, PeerLoss how) { raw->on_lost(peer, how); },
       .on_malformed = on_malformed});
  if (!server) return tl::unexpected<Error>(server.error());
  port->server_ = std::move(*server);
  port->addresses_ = port->server_->addresses();
  return port;
}

ConnectionPort::ConnectionPort(const Clock& clock, Timers& timers, std::uint64_t epoch)
    : clock_(clock), timers_(timers), epoch_(epoch) {}
ConnectionPort::~ConnectionPort() = default;

void ConnectionPort::close() { server_.reset(); }

std::unique_ptr<Venue> ConnectionPort::make_venue(const AccountName& account, bool testnet,
                                                  const Capabilities& capabilities) {
  auto& door = doors_[account];
  if (!door) door = std::make_unique<Door>(*this);
  return std::make_unique<RemoteVenue>(RemoteAccount{account, testnet, epoch_, capabilities}, *door,
                                       clock_, timers_);
}

void ConnectionPort::on_message(const Peer& peer, const Envelope& envelope) {
  if (envelope.type == type_of<ConnectionHello>(connection_hellos))
    return on_hello(peer, envelope.body);
  if (Door* door = door_of(peer)) return door->frame(envelope);
  refuse(peer, HelloRefusal::no_hello, "say hello first");
}

void ConnectionPort::on_hello(const Peer& peer, std::string_view body) {
  const auto hello = decode<ConnectionHello>(body, connection_limits);
  if (!hello) return refuse(peer, HelloRefusal::malformed, hello.error().what);
  const auto found = doors_.find(hello->account);
  if (found == doors_.end())
    return refuse(peer, HelloRefusal::account,
                  "this engine has no account '" + hello->account.str() +
                      "' whose connection has a process of its own");
  Door& door = *found->second;
  if (Door* earlier = door_of(peer); earlier != nullptr && earlier != &door)
    earlier->lost("it serves another account now");
  if (!door.serves(peer) && door.taken(*hello))
    return refuse(peer, HelloRefusal::busy, "another process serves this account");
  door.hello(peer, *hello);
}

void ConnectionPort::on_lost(const Peer& peer, PeerLoss how) {
  if (Door* door = door_of(peer)) door->lost(name_of(how));
}

void ConnectionPort::refuse(const Peer& peer, HelloRefusal reason, std::string_view why) {
  const auto body = encoded(ConnectionRefused{reason, Detail{why}});
  server_->send(peer, type_of<ConnectionRefused>(connection_hellos), body);
}

ConnectionPort::Door* ConnectionPort::door_of(const Peer& peer) {
  for (const auto& [account, door] : doors_)
    if (door->serves(peer)) return door.get();
  return nullptr;
}

}  // namespace signalbox
