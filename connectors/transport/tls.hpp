#pragma once

#include <memory>
#include <string>

#include "connectors/transport/endpoint.hpp"
#include "messages/result.hpp"

struct ssl_st;  // OpenSSL's SSL

namespace signalbox {

struct TlsOptions {
  /// PEM file of the authorities to trust instead of the system's: a simulator's, a test's.
  std::string ca_file;
};

/// What every TLS connection of the process shares: trust, at least TLS 1.2, and the sessions to
/// resume. The peer's certificate and its name are always checked; there is nothing to turn that
/// off. May be shared by loops and threads; outlives its connections.
class TlsContext {
 public:
  /// Sessions are kept for this many servers; further ones do full handshakes.
  static constexpr std::size_t resumable_servers_max = 64;

  static Result<std::shared_ptr<TlsContext>> make(const TlsOptions& options = {});
  /// The process's one with these options, made when nobody has it: the system's authorities are
  /// megabytes, and a hundred accounts need them once. Any thread.
  static Result<std::shared_ptr<TlsContext>> shared(const TlsOptions& options = {});
  ~TlsContext();

  /// A client session for one connection, to be freed by the caller with SSL_free: the name to
  /// check is set, and an earlier session to the same server is offered.
  ssl_st* open(const Endpoint& endpoint);

  struct Impl;

 private:
  explicit TlsContext(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

/// The last TLS error of this thread and the verification result of `ssl`, for people.
std::string tls_error(ssl_st* ssl);

}  // namespace signalbox
