#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "connectors/transport/loop.hpp"
#include "tests/transport/test_authority.hpp"

namespace signalbox::test {

/// The far side of a connection, over real TLS or plain TCP on a port the kernel chose. It knows
/// nothing of HTTP or websockets: a test says, byte by byte and close by close, what it does.
class ScriptedServer {
 public:
  /// One accepted connection. Steps are queued and done in order.
  class Peer {
   public:
    virtual ~Peer() = default;
    virtual void write(std::string_view bytes) = 0;
    /// Each byte in a write of its own.
    virtual void drip(std::string_view bytes) = 0;
    virtual void finish() = 0;         ///< in good order: close_notify, then the socket
    virtual void cut() = 0;            ///< the socket only, as a crash would
    virtual void reset() = 0;          ///< RST
    virtual int number() const = 0;    ///< 1 for the first connection accepted
    virtual bool resumed() const = 0;  ///< its TLS session was resumed
  };

  /// What has been received and not yet taken; take what you understood.
  using OnBytes = std::function<void(Peer&, std::string& received)>;
  using OnPeer = std::function<void(Peer&)>;

  /// TLS with a certificate, plain without.
  ScriptedServer(boost::asio::io_context& loop, std::optional<TestAuthority::Issued> certificate);
  ~ScriptedServer();

  std::uint16_t port() const;
  /// `on_peer`: a connection is ready (after its handshake).
  void on_peer(OnPeer call);
  void on_bytes(OnBytes call);
  /// No further connections; those that stand stay.
  void stop_accepting();
  /// The connection with this number, if it still stands.
  Peer* peer(int number);

  int handshakes() const;  ///< completed; plain connections count as well
  int standing() const;

 private:
  struct Impl;
  std::shared_ptr<Impl> impl_;
};

/// Gives each complete HTTP request (head and Content-Length body) to `handle`.
ScriptedServer::OnBytes each_request(
    std::function<void(ScriptedServer::Peer&, const std::string& request)> handle);

/// An answer with a Content-Length.
std::string http_answer(std::string_view body, std::string_view headers = {},
                        std::string_view status = "200 OK");

}  // namespace signalbox::test
