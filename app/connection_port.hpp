#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "actors/runtime/loop.hpp"
#include "bus/connection_server.hpp"
#include "connectors/remote/remote_venue.hpp"

namespace signalbox {

/// The engine's end of the connection port: the `connections` socket, and behind it one door for
/// each account whose venue lives in another process.
///
/// The first process that says hello for an account serves it until it is lost; another one is
/// refused `busy` and tries again, so that a process started twice does no harm. Hot loop only,
/// but for the destructor once `close` was called; it outlives the venues that it made.
class ConnectionPort {
 public:
  static Result<std::unique_ptr<ConnectionPort>> open(std::shared_ptr<BusContext> context,
                                                      Loop& loop, const Clock& clock,
                                                      const ConnectionServerOptions& options,
                                                      std::uint64_t epoch);
  ~ConnectionPort();

  /// The account's venue, as its connection wants one at each of its starts. One at a time.
  std::unique_ptr<Venue> make_venue(const AccountName& account, bool testnet,
                                    const Capabilities& capabilities);

  /// Ends the socket; what is asked of its venues from then on is not sent.
  void close();
  /// For spinning loops.
  std::size_t poll() { return server_ ? server_->poll() : 0; }

  const std::vector<std::string>& addresses() const { return addresses_; }

 private:
  class Door;

  ConnectionPort(const Clock& clock, Timers& timers, std::uint64_t epoch);
  void on_message(const Peer& peer, const Envelope& envelope);
  void on_hello(const Peer& peer, std::string_view body);
  void on_lost(const Peer& peer, PeerLoss how);
  void refuse(const Peer& peer, HelloRefusal reason, std::string_view why);
  Door* door_of(const Peer& peer);

  const Clock& clock_;
  Timers& timers_;
  std::uint64_t epoch_;
  std::uint64_t generations_ = 0;
  std::map<AccountName, std::unique_ptr<Door>> doors_;
  std::unique_ptr<ConnectionServer> server_;
  std::vector<std::string> addresses_;
};

}  // namespace signalbox
