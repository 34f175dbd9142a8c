#include "connectors/transport/tls.hpp"

#include <arpa/inet.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#include <array>
#include <map>
#include <mutex>
#include <new>

namespace signalbox {
namespace {

bool is_address(const std::string& host) {
  in6_addr any{};
  return inet_pton(AF_INET, host.c_str(), &any) == 1 ||
         inet_pton(AF_INET6, host.c_str(), &any) == 1;
}

std::string last_error() {
  const auto code = ERR_get_error();
  if (code == 0) return "no reason given";
  const char* reason = ERR_reason_error_string(code);
  return reason ? reason : "error " + std::to_string(code);
}

}  // namespace

struct TlsContext::Impl {
  /// The last session of one server. Its address is kept in each SSL towards that server.
  struct Slot {
    SSL_SESSION* session = nullptr;
  };

  SSL_CTX* context = nullptr;
  std::mutex mutex;  // guards the slots: sessions arrive on the loops' threads
  std::map<std::string, Slot> slots;

  Impl() = default;
  Impl(const Impl&) = delete;
  ~Impl() {
    for (auto& [server, slot] : slots) SSL_SESSION_free(slot.session);
    SSL_CTX_free(context);
  }

  static int slot_index() {
    static const int index = SSL_get_ex_new_index(0, nullptr, nullptr, nullptr, nullptr);
    return index;
  }

  /// Returns 1: the session is ours to free.
  static int on_session(SSL* ssl, SSL_SESSION* session) {
    auto* const slot = static_cast<Slot*>(SSL_get_ex_data(ssl, slot_index()));
    if (!slot) return 0;
    auto& impl = *static_cast<Impl*>(SSL_CTX_get_app_data(SSL_get_SSL_CTX(ssl)));
    const std::lock_guard lock{impl.mutex};
    SSL_SESSION_free(slot->session);
    slot->session = session;
    return 1;
  }
};

TlsContext::TlsContext(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
TlsContext::~TlsContext() = default;

Result<std::shared_ptr<TlsContext>> TlsContext::make(const TlsOptions& options) {
  auto impl = std::make_unique<Impl>();
  ERR_clear_error();
  auto* const context = impl->context = SSL_CTX_new(TLS_client_method());
  if (!context || SSL_CTX_set_min_proto_version(context, TLS1_2_VERSION) != 1)
    return failed(Fault::internal, "TLS cannot be set up: " + last_error());

  SSL_CTX_set_verify(context, SSL_VERIFY_PEER, nullptr);
  if (options.ca_file.empty()) {
    if (SSL_CTX_set_default_verify_paths(context) != 1)
      return failed(Fault::unavailable, "the system's certificate store cannot be read");
  } else if (SSL_CTX_load_verify_file(context, options.ca_file.c_str()) != 1) {
    return failed(Fault::bad_input,
                  "ca_file " + options.ca_file + " holds no readable certificate: " + last_error());
  }
  SSL_CTX_set_options(context, SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION);
  // Partial writes: how much of a request left is then known exactly. Read-ahead: one recv per
  // burst instead of two per record.
  SSL_CTX_set_mode(context, SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
  SSL_CTX_set_read_ahead(context, 1);
  SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_CLIENT | SSL_SESS_CACHE_NO_INTERNAL);
  SSL_CTX_sess_set_new_cb(context, &Impl::on_session);
  SSL_CTX_set_app_data(context, impl.get());
  return std::shared_ptr<TlsContext>(new TlsContext(std::move(impl)));
}

Result<std::shared_ptr<TlsContext>> TlsContext::shared(const TlsOptions& options) {
  static std::mutex mutex;
  static std::map<std::string, std::weak_ptr<TlsContext>> made;
  const std::lock_guard lock{mutex};
  std::erase_if(made, [](const auto& each) { return each.second.expired(); });
  if (const auto known = made.find(options.ca_file); known != made.end())
    if (auto context = known->second.lock()) return context;
  auto context = make(options);
  if (context) made[options.ca_file] = *context;
  return context;
}

SSL* TlsContext::open(const Endpoint& endpoint) {
  SSL* const ssl = SSL_new(impl_->context);
  if (!ssl) throw std::bad_alloc{};
  SSL_set_connect_state(ssl);
  // Both fail only for want of memory, and then there must be no connection: it would check no
  // name.
  bool named = false;
  if (is_address(endpoint.host)) {
    named = X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(ssl), endpoint.host.c_str()) == 1;
  } else {
    SSL_set_hostflags(ssl, X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);
    named = SSL_set1_host(ssl, endpoint.host.c_str()) == 1 &&
            // SSL_set_tlsext_host_name is a macro with a C cast.
            SSL_ctrl(ssl, SSL_CTRL_SET_TLSEXT_HOSTNAME, TLSEXT_NAMETYPE_host_name,
                     const_cast<char*>(endpoint.host.c_str())) == 1;
  }
  if (!named) {
    SSL_free(ssl);
    throw std::bad_alloc{};
  }

  const std::lock_guard lock{impl_->mutex};
  auto server = endpoint.host + ":" + std::to_string(endpoint.port);
  auto found = impl_->slots.find(server);
  if (found == impl_->slots.end() && impl_->slots.size() < resumable_servers_max)
    found = impl_->slots.try_emplace(std::move(server)).first;
  if (found != impl_->slots.end()) {
    SSL_set_ex_data(ssl, Impl::slot_index(), &found->second);
    if (found->second.session) SSL_set_session(ssl, found->second.session);
  }
  return ssl;
}

std::string tls_error(SSL* ssl) {
  const auto verify = SSL_get_verify_result(ssl);
  if (verify != X509_V_OK) {
    ERR_clear_error();
    return std::string{"certificate refused: "} + X509_verify_cert_error_string(verify);
  }
  return last_error();
}

}  // namespace signalbox
