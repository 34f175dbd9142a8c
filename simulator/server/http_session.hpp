#pragma once

#include <boost/asio/steady_timer.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>
#include <boost/beast/websocket.hpp>
#include <memory>
#include <optional>
#include <string>
#include <type_traits>

#include "simulator/server/hub.hpp"
#include "simulator/server/streams.hpp"
#include "simulator/server/ws_session.hpp"

namespace signalbox::simulator {

/// One HTTP connection: reads a request, has it answered, writes the answer, and again; or becomes
/// a websocket. Included by one .cpp only.
template <class Stream>
class HttpSession : public std::enable_shared_from_this<HttpSession<Stream>> {
 public:
  HttpSession(Stream stream, Hub& hub, Hub::Answer answer, bool websockets)
      : stream_(std::move(stream)),
        timer_(stream_.get_executor()),
        hub_(hub),
        answer_(std::move(answer)),
        websockets_(websockets) {}
  ~HttpSession() { hub_.give_place_back(); }

  void run() {
    beast::error_code ignored;
    const auto remote = lowest().socket().remote_endpoint(ignored);
    peer_ = ignored ? "unknown" : remote.address().to_string();
    lowest().socket().set_option(asio::ip::tcp::no_delay{true}, ignored);
    lowest().expires_after(handshake_within);
    if constexpr (is_tls<Stream>) {
      stream_.async_handshake(asio::ssl::stream_base::server,
                              [self = this->shared_from_this()](beast::error_code error) {
                                if (!error) self->read();
                              });
    } else {
      read();
    }
  }

 private:
  using Parser = beast::http::request_parser<beast::http::string_body>;

  static std::string_view view(beast::string_view s) { return {s.data(), s.size()}; }
  auto& lowest() { return beast::get_lowest_layer(stream_); }

  void read() {
    parser_.emplace();
    parser_->header_limit(header_max);
    parser_->body_limit(body_max);
    lowest().expires_after(silence_max);
    beast::http::async_read(stream_, buffer_, *parser_,
                            [self = this->shared_from_this()](
                                beast::error_code error, std::size_t) { self->on_read(error); });
  }

  void on_read(beast::error_code error) {
    namespace http = beast::http;
    if (error == http::error::body_limit) return refuse(413, "Payload Too Large");
    if (error == http::error::header_limit || error == http::error::buffer_overflow)
      return refuse(431, "Request Header Fields Too Large");
    if (error == http::error::end_of_stream) return end();
    // What the parser cannot read is told so; a lost or silent connection has nobody to tell.
    if (error.category() == http::make_error_code(http::error::bad_method).category())
      return refuse(400, "Bad Request");
    if (error) return;
    const auto& request = parser_->get();
    if (beast::websocket::is_upgrade(request)) return upgrade();
    respond();
  }

  void respond() {
    const auto& request = parser_->get();
    std::string headers;
    for (const auto& field : request) {
      headers.append(view(field.name_string())).append(": ");
      headers.append(view(field.value())).append("\r\n");
    }
    keep_alive_ = request.keep_alive();
    auto reply = answer_(
        {view(request.method_string()), view(request.target()), headers, request.body(), peer_});
    if (reply.delay <= Duration::zero())
      return hub_.write_later(
          [self = this->shared_from_this(), reply = std::move(reply)] { self->write(reply); });
    lowest().expires_never();
    timer_.expires_after(
        std::chrono::duration_cast<std::chrono::steady_clock::duration>(reply.delay));
    timer_.async_wait(
        [self = this->shared_from_this(), reply = std::move(reply)](beast::error_code error) {
          if (!error) self->write(reply);
        });
  }

  void write(const HttpReply& reply) {
    if (reply.fate == HttpReply::Fate::lost) return cut();
    if (reply.fate == HttpReply::Fate::silent) return hold();
    out_ = "HTTP/1.1 " + std::to_string(reply.status) + " " +
           std::string{view(beast::http::obsolete_reason(
               beast::http::int_to_status(static_cast<unsigned>(reply.status))))} +
           "\r\nContent-Type: application/json;charset=UTF-8\r\n" + reply.headers +
           "Content-Length: " + std::to_string(reply.body.size()) +
           "\r\nConnection: " + (keep_alive_ ? "keep-alive" : "close") + "\r\n\r\n" + reply.body;
    lowest().expires_after(silence_max);
    asio::async_write(stream_, asio::buffer(out_),
                      [self = this->shared_from_this()](beast::error_code error, std::size_t) {
                        if (error) return;
                        self->keep_alive_ ? self->read() : self->end();
                      });
  }

  void refuse(int status, std::string_view why) {
    keep_alive_ = false;
    HttpReply reply;
    reply.status = status;
    reply.body = R"({"code":-1000,"msg":")" + std::string{why} + R"("})";
    write(reply);
  }

  void upgrade() {
    const auto& request = parser_->get();
    const auto target = view(request.target());
    if (!websockets_) return refuse(404, "Not Found");
    const auto session = hub_.dialect().open(target, peer_, hub_.now());
    if (!session) return refuse(session.error(), "refused");
    // This object gives its place back when it goes; the websocket needs one of its own.
    const auto ws = std::make_shared<WsSession<Stream>>(std::move(stream_), hub_, *session);
    hub_.take_another_place();
    ws->accept(parser_->release());
  }

  /// A goodbye in order.
  void end() {
    if constexpr (is_tls<Stream>) {
      lowest().expires_after(handshake_within);
      stream_.async_shutdown([self = this->shared_from_this()](beast::error_code) {});
    } else {
      beast::error_code ignored;
      lowest().socket().shutdown(asio::ip::tcp::socket::shutdown_both, ignored);
    }
  }
  void cut() { lowest().close(); }
  /// Never answers; notices when the client goes.
  void hold() {
    lowest().expires_never();
    stream_.async_read_some(
        buffer_.prepare(512),
        [self = this->shared_from_this()](beast::error_code, std::size_t) { self->cut(); });
  }

  Stream stream_;
  asio::steady_timer timer_;
  Hub& hub_;
  Hub::Answer answer_;
  bool websockets_;
  bool keep_alive_ = true;
  std::string peer_;
  beast::flat_buffer buffer_{header_max + body_max};
  std::optional<Parser> parser_;
  std::string out_;
};

}  // namespace signalbox::simulator
