#pragma once

#include <sys/socket.h>
#include <sys/time.h>

#include <boost/asio/connect.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/read_until.hpp>
#include <boost/asio/ssl.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>
#include <boost/beast/ssl.hpp>
#include <boost/beast/websocket.hpp>
#include <boost/beast/websocket/ssl.hpp>
#include <catch2/catch.hpp>
#include <string>
#include <string_view>

namespace signalbox::simulator::test {

namespace asio = boost::asio;
namespace beast = boost::beast;
using asio::ip::tcp;

/// A blocking connection to this machine; every read gives up after a bound.
inline tcp::socket connect_to(asio::io_context& io, std::uint16_t port) {
  tcp::socket socket{io};
  socket.connect({asio::ip::address_v4::loopback(), port});
  const timeval bound{5, 0};
  setsockopt(socket.native_handle(), SOL_SOCKET, SO_RCVTIMEO, &bound, sizeof bound);
  return socket;
}

/// Bytes in, bytes out, over a plain socket: for what no client library would send.
struct RawClient {
  explicit RawClient(std::uint16_t port) : socket(connect_to(io, port)) {}
  void send(std::string_view bytes) {
    beast::error_code ignored;
    asio::write(socket, asio::buffer(bytes.data(), bytes.size()), ignored);
  }
  /// Until the server closes; fails the test when it does not.
  std::string read_all() {
    std::string all;
    beast::error_code error;
    asio::read(socket, asio::dynamic_buffer(all), error);
    CHECK(error != asio::error::try_again);
    return all;
  }
  std::string read_head() {
    std::string head;
    beast::error_code error;
    asio::read_until(socket, asio::dynamic_buffer(head), "\r\n\r\n", error);
    return head;
  }
  asio::io_context io;
  tcp::socket socket;
};

/// HTTPS with the server's certificate verified.
struct TlsClient {
  TlsClient(std::uint16_t port, const std::string& ca_path) : port_(port) {
    context.load_verify_file(ca_path);
    context.set_verify_mode(asio::ssl::verify_peer);
  }
  void connect(beast::error_code& error) {
    stream = std::make_unique<asio::ssl::stream<tcp::socket>>(connect_to(io, port_), context);
    stream->set_verify_callback(asio::ssl::host_name_verification{"localhost"});
    stream->handshake(asio::ssl::stream_base::client, error);
  }
  void connect() {
    beast::error_code error;
    connect(error);
    INFO(error.message());
    REQUIRE_FALSE(error);
  }
  struct Answer {
    beast::error_code error;
    unsigned status = 0;
    std::string body;
    std::string weight;
  };
  Answer ask(std::string_view method, const std::string& target, const std::string& key = {}) {
    namespace http = beast::http;
    http::request<http::string_body> request;
    request.method_string({method.data(), method.size()});
    request.target(target);
    request.version(11);
    request.set(http::field::host, "localhost");
    if (!key.empty()) request.set("X-MBX-APIKEY", key);
    request.prepare_payload();
    Answer answer;
    http::write(*stream, request, answer.error);
    http::response<http::string_body> response;
    if (!answer.error) http::read(*stream, buffer, response, answer.error);
    answer.status = response.result_int();
    answer.body = response.body();
    const auto weight = response["X-MBX-USED-WEIGHT-1M"];
    answer.weight = {weight.data(), weight.size()};
    return answer;
  }

  std::uint16_t port_;
  asio::io_context io;
  asio::ssl::context context{asio::ssl::context::tls_client};
  std::unique_ptr<asio::ssl::stream<tcp::socket>> stream;
  beast::flat_buffer buffer;
};

/// A websocket over TLS, verified, blocking.
struct WssClient {
  WssClient(std::uint16_t port, const std::string& ca_path, const std::string& target) {
    context.load_verify_file(ca_path);
    context.set_verify_mode(asio::ssl::verify_peer);
    ws = std::make_unique<beast::websocket::stream<asio::ssl::stream<tcp::socket>>>(
        connect_to(io, port), context);
    ws->next_layer().set_verify_callback(asio::ssl::host_name_verification{"localhost"});
    ws->next_layer().handshake(asio::ssl::stream_base::client);
    ws->handshake("localhost", target, error);
  }
  void send(const std::string& frame) { ws->write(asio::buffer(frame), error); }
  std::string read() {
    beast::flat_buffer buffer;
    ws->read(buffer, error);
    return error ? "" : beast::buffers_to_string(buffer.data());
  }

  asio::io_context io;
  asio::ssl::context context{asio::ssl::context::tls_client};
  std::unique_ptr<beast::websocket::stream<asio::ssl::stream<tcp::socket>>> ws;
  beast::error_code error;
};

}  // namespace signalbox::simulator::test
