#include "connectors/transport/wire.hpp"

#include <netinet/tcp.h>
#include <openssl/bio.h>
#include <openssl/err.h>
#include <sys/socket.h>

#include <boost/asio/post.hpp>
#include <cerrno>
#include <new>
#include <system_error>

namespace signalbox {

namespace asio = boost::asio;
using boost::system::error_code;
using tcp = asio::ip::tcp;

namespace {

/// A peer that is gone without a word is noticed within about 25 s of silence, and a firewall
/// between us does not forget a quiet connection.
constexpr int keepalive_after_s = 10;
constexpr int keepalive_every_s = 5;
constexpr int keepalive_probes = 3;

void tune(int fd) {
  const auto set = [fd](int level, int option, int value) {
    ::setsockopt(fd, level, option, &value, sizeof value);
  };
  set(IPPROTO_TCP, TCP_NODELAY, 1);
  set(SOL_SOCKET, SO_KEEPALIVE, 1);
  set(IPPROTO_TCP, TCP_KEEPIDLE, keepalive_after_s);
  set(IPPROTO_TCP, TCP_KEEPINTVL, keepalive_every_s);
  set(IPPROTO_TCP, TCP_KEEPCNT, keepalive_probes);
}

bool would_block(int error) { return error == EAGAIN || error == EWOULDBLOCK; }

}  // namespace

Wire::Wire(asio::io_context& loop, Endpoint endpoint, std::shared_ptr<TlsContext> tls)
    : loop_(loop),
      socket_(loop),
      resolver_(loop),
      timer_(loop),
      endpoint_(std::move(endpoint)),
      tls_(std::move(tls)) {}

Wire::~Wire() { SSL_free(ssl_); }

// ---- connecting: look up, connect, tune, TLS handshake; one deadline over all of it

void Wire::connect(Duration within, Connected connected) {
  connected_ = std::move(connected);
  timer_.expires_after(within);
  timer_.async_wait([self = shared_from_this()](const error_code& error) {
    if (!error) self->finish("no connection within the time allowed");
  });
  look_up();
}

void Wire::look_up() {
  const auto& target = endpoint_.address.empty() ? endpoint_.host : endpoint_.address;
  error_code not_numeric;
  const auto address = asio::ip::make_address(target, not_numeric);
  if (!not_numeric) {
    addresses_.emplace_back(address, endpoint_.port);
    return try_next();
  }
  resolver_.async_resolve(target, std::to_string(endpoint_.port), tcp::resolver::numeric_service,
                          [self = shared_from_this()](const error_code& error,
                                                      const tcp::resolver::results_type& found) {
                            if (!self->connected_) return;
                            if (error)
                              return self->finish("name look-up failed: " + error.message());
                            for (const auto& each : found)
                              if (self->addresses_.size() < addresses_max)
                                self->addresses_.push_back(each.endpoint());
                            self->try_next();
                          });
}

void Wire::try_next() {
  if (next_address_ == addresses_.size()) {
    // Posted, because this may still be inside `connect`.
    return asio::post(socket_.get_executor(), [self = shared_from_this()] {
      self->finish(self->last_why_.empty() ? "no address" : self->last_why_);
    });
  }
  const auto address = addresses_[next_address_++];
  if (!endpoint_.tls && !address.address().is_loopback()) {
    last_why_ = "plain connection refused: the name leads to another machine";
    return try_next();
  }
  error_code ignored;
  socket_.close(ignored);
  socket_.async_connect(address, [self = shared_from_this()](const error_code& error) {
    if (!self->connected_) return;
    if (!error) return self->secure();
    self->last_why_ = "connect failed: " + error.message();
    self->try_next();
  });
}

void Wire::secure() {
  error_code error;
  socket_.non_blocking(true, error);
  if (error) return finish("socket refused: " + error.message());
  link_.fd = socket_.native_handle();
  tune(link_.fd);
  if (!endpoint_.tls) return finish({});

  ssl_ = tls_->open(endpoint_);
  BIO* const bio = BIO_new(bio_method());
  if (!bio) throw std::bad_alloc{};
  BIO_set_data(bio, &link_);
  BIO_set_init(bio, 1);
  SSL_set_bio(ssl_, bio, bio);
  handshake();
}

void Wire::handshake() {
  if (!connected_) return;
  ERR_clear_error();
  const int result = SSL_do_handshake(ssl_);
  if (result == 1) return finish({});
  const auto again = [self = shared_from_this()](const error_code& error) {
    if (error) return self->finish("connection lost: " + error.message());
    self->handshake();
  };
  switch (SSL_get_error(ssl_, result)) {
    case SSL_ERROR_WANT_READ: return socket_.async_wait(tcp::socket::wait_read, again);
    case SSL_ERROR_WANT_WRITE: return socket_.async_wait(tcp::socket::wait_write, again);
    default: return finish("TLS handshake failed: " + why());
  }
}

void Wire::finish(std::string why) {
  if (!connected_) return;
  const auto connected = std::exchange(connected_, nullptr);
  timer_.cancel();
  up_ = why.empty();
  if (up_) return connected({});
  close();
  connected(describe(endpoint_) + ": " + why);
}

void Wire::close() {
  connected_ = nullptr;
  error_code ignored;
  timer_.cancel();
  resolver_.cancel();
  if (std::exchange(up_, false) && ssl_) {
    ERR_clear_error();
    SSL_shutdown(ssl_);
  }
  socket_.close(ignored);
  link_.fd = -1;
}

// ---- moving bytes

Wire::Moved Wire::read(std::span<char> into) {
  if (!ssl_) return plain(receive_some(link_, into.data(), into.size()), Io::want_read);
  ERR_clear_error();
  std::size_t bytes = 0;
  const int result = SSL_read_ex(ssl_, into.data(), into.size(), &bytes);
  return secured(result, bytes);
}

Wire::Moved Wire::write(std::span<const char> from) {
  if (!ssl_) return plain(send_some(link_, from.data(), from.size()), Io::want_write);
  ERR_clear_error();
  std::size_t bytes = 0;
  const int result = SSL_write_ex(ssl_, from.data(), from.size(), &bytes);
  return secured(result, bytes);
}

Wire::Moved Wire::plain(long n, Io wait) {
  if (n > 0) return {Io::done, static_cast<std::size_t>(n)};
  if (n == 0) return {Io::closed, 0};
  return {link_.error == 0 ? wait : Io::failed, 0};
}

Wire::Moved Wire::secured(int result, std::size_t bytes) {
  if (result == 1) return {Io::done, bytes};
  switch (SSL_get_error(ssl_, result)) {
    case SSL_ERROR_WANT_READ: return {Io::want_read, 0};
    case SSL_ERROR_WANT_WRITE: return {Io::want_write, 0};
    case SSL_ERROR_ZERO_RETURN: return {Io::closed, 0};
    default:
      last_why_ = why();
      up_ = false;  // after a fatal error TLS must not say goodbye
      return {Io::failed, 0};
  }
}

std::string Wire::why() const {
  if (link_.error != 0) return std::generic_category().message(link_.error);
  if (link_.ended) return "cut off by the peer";
  return ssl_ ? tls_error(ssl_) : last_why_;
}

// ---- the socket under OpenSSL

/// -1 with `link.error` still zero: would block.
long Wire::send_some(Link& link, const void* data, std::size_t size) {
  long n = -1;
  do n = ::send(link.fd, data, size, MSG_NOSIGNAL | MSG_DONTWAIT);
  while (n < 0 && errno == EINTR);
  if (n > 0) link.taken += static_cast<std::uint64_t>(n);
  if (n < 0 && !would_block(errno)) link.error = errno;
  return n;
}

long Wire::receive_some(Link& link, void* data, std::size_t size) {
  long n = -1;
  do n = ::recv(link.fd, data, size, MSG_DONTWAIT);
  while (n < 0 && errno == EINTR);
  if (n == 0) link.ended = true;
  if (n < 0 && !would_block(errno)) link.error = errno;
  return n;
}

int Wire::bio_write(BIO* bio, const char* data, int size) {
  auto& link = *static_cast<Link*>(BIO_get_data(bio));
  BIO_clear_retry_flags(bio);
  const long n = send_some(link, data, static_cast<std::size_t>(size));
  if (n < 0 && link.error == 0) BIO_set_retry_write(bio);
  return static_cast<int>(n);
}

int Wire::bio_read(BIO* bio, char* data, int size) {
  auto& link = *static_cast<Link*>(BIO_get_data(bio));
  BIO_clear_retry_flags(bio);
  const long n = receive_some(link, data, static_cast<std::size_t>(size));
  if (n < 0 && link.error == 0) BIO_set_retry_read(bio);
  return static_cast<int>(n);
}

long Wire::bio_control(BIO* bio, int command, long, void*) {
  if (command == BIO_CTRL_FLUSH) return 1;
  if (command == BIO_CTRL_EOF) return static_cast<Link*>(BIO_get_data(bio))->ended ? 1 : 0;
  return 0;
}

BIO_METHOD* Wire::bio_method() {
  static BIO_METHOD* const method = [] {
    auto* const made = BIO_meth_new(BIO_get_new_index() | BIO_TYPE_SOURCE_SINK, "wire");
    if (!made) throw std::bad_alloc{};
    BIO_meth_set_write(made, &Wire::bio_write);
    BIO_meth_set_read(made, &Wire::bio_read);
    BIO_meth_set_ctrl(made, &Wire::bio_control);
    return made;
  }();
  return method;
}

}  // namespace signalbox
