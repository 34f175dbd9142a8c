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
  std::string frame;

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

void FloorClient::read_more() {
  std::array<char, 16 * 1024> chunk{};
  const int n = SSL_read(impl_->ssl, chunk.data(), static_cast<int>(chunk.size()));
  need(n > 0, "floor: read");
  impl_->buffer.append(chunk.data(), static_cast<std::size_t>(n));
}

void FloorClient::read_answer() {
  auto& buffer = impl_->buffer;
  for (;; read_more()) {
    const auto head = buffer.find("\r\n\r\n");
    const auto length = buffer.find("Content-Length: ");
    if (head == buffer.npos || length == buffer.npos) continue;
    const auto body = std::strtoul(buffer.c_str() + length + 16, nullptr, 10);
    if (buffer.size() < head + 4 + body) continue;
    need(buffer.compare(9, 3, "200") == 0, "floor: the order was refused");
    buffer.erase(0, head + 4 + body);
    return;
  }
}

void FloorClient::open_websocket(std::string_view target) {
  write("GET " + std::string{target} +
        " HTTP/1.1\r\nHost: 127.0.0.1\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        "Sec-WebSocket-Key: c2FtcGxlIGtleSBmb3IgaXQ=\r\nSec-WebSocket-Version: 13\r\n\r\n");
  std::array<char, 1024> answer{};
  std::string head;
  while (head.find("\r\n\r\n") == head.npos) {
    const int n = SSL_read(impl_->ssl, answer.data(), static_cast<int>(answer.size()));
    need(n > 0, "floor: the websocket's answer");
    head.append(answer.data(), static_cast<std::size_t>(n));
  }
  need(head.compare(9, 3, "101") == 0, "floor: the websocket was refused");
}

void FloorClient::write_frame(std::string_view text) {
  constexpr std::array<char, 4> mask{0x11, 0x22, 0x33, 0x44};
  constexpr std::size_t short_max = 125, long_max = 65535;
  need(text.size() > short_max && text.size() <= long_max, "floor: an order of another size");
  auto& frame = impl_->frame;
  frame.assign(
      {'\x81', '\xfe', static_cast<char>(text.size() >> 8), static_cast<char>(text.size() & 0xff)});
  frame.append(mask.data(), mask.size());
  for (std::size_t i = 0; i < text.size(); ++i)
    frame.push_back(static_cast<char>(text[i] ^ mask[i % mask.size()]));
  write(frame);
}

void FloorClient::read_frame() {
  const auto& buffer = impl_->buffer;
  const auto byte = [&](std::size_t at) { return static_cast<unsigned char>(buffer[at]); };
  for (;; read_more()) {
    constexpr std::size_t short_head = 2, long_head = 4;
    if (buffer.size() < long_head) continue;
    const bool two_bytes = byte(1) == 126;
    const auto end =
        two_bytes ? long_head + byte(2) * 256U + byte(3) : short_head + std::size_t{byte(1)};
    if (buffer.size() < end) continue;
    need(buffer.find("\"status\":200") < end, "floor: the order was refused");
    impl_->buffer.erase(0, end);
    return;
  }
}

}  // namespace signalbox::bench
