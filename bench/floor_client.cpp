#include "bench/floor_client.hpp"

#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <openssl/ssl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cstdlib>
#include <stdexcept>

namespace signalbox::bench {

struct FloorClient::Impl {
  int socket = -1;
  SSL_CTX* context = nullptr;
  SSL* ssl = nullptr;
  std::string buffer;

  ~Impl() {
    SSL_free(ssl);
    SSL_CTX_free(context);
    if (socket >= 0) close(socket);
  }
};

namespace {

void need(bool fine, const char* what) {
  if (!fine) throw std::runtime_error(what);
}

}  // namespace

FloorClient::FloorClient(std::uint16_t port, const std::string& ca_file)
    : impl_(std::make_unique<Impl>()) {
  auto& i = *impl_;
  i.socket = ::socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in at{};
  at.sin_family = AF_INET;
  at.sin_port = htons(port);
  at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  need(::connect(i.socket, reinterpret_cast<const sockaddr*>(&at), sizeof at) == 0,
       "floor: connect");
  const int on = 1;
  setsockopt(i.socket, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  i.context = SSL_CTX_new(TLS_client_method());
  need(SSL_CTX_load_verify_locations(i.context, ca_file.c_str(), nullptr) == 1, "floor: authority");
  SSL_CTX_set_verify(i.context, SSL_VERIFY_PEER, nullptr);
  i.ssl = SSL_new(i.context);
  X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(i.ssl), "127.0.0.1");
  SSL_set_fd(i.ssl, i.socket);
  need(SSL_connect(i.ssl) == 1, "floor: TLS");
}

FloorClient::~FloorClient() = default;

void FloorClient::write(std::string_view request) {
  need(SSL_write(impl_->ssl, request.data(), static_cast<int>(request.size())) ==
           static_cast<int>(request.size()),
       "floor: write");
}

void FloorClient::read_answer() {
  auto& buffer = impl_->buffer;
  buffer.clear();
  std::array<char, 16 * 1024> chunk{};
  for (;;) {
    const int n = SSL_read(impl_->ssl, chunk.data(), static_cast<int>(chunk.size()));
    need(n > 0, "floor: read");
    buffer.append(chunk.data(), static_cast<std::size_t>(n));
    const auto head = buffer.find("\r\n\r\n");
    const auto length = buffer.find("Content-Length: ");
    if (head == buffer.npos || length == buffer.npos) continue;
    const auto body = std::strtoul(buffer.c_str() + length + 16, nullptr, 10);
    if (buffer.size() >= head + 4 + body) break;
  }
  need(buffer.compare(9, 3, "200") == 0, "floor: the order was refused");
}

}  // namespace signalbox::bench
