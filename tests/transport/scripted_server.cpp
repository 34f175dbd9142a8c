#include "tests/transport/scripted_server.hpp"

#include <array>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl.hpp>
#include <boost/asio/write.hpp>
#include <deque>
#include <map>

namespace signalbox::test {

namespace asio = boost::asio;
using boost::system::error_code;
using tcp = asio::ip::tcp;
using TlsStream = asio::ssl::stream<tcp::socket&>;

struct ScriptedServer::Impl : std::enable_shared_from_this<Impl> {
  class Connection;

  explicit Impl(asio::io_context& io)
      : loop(io), acceptor(io, tcp::endpoint{asio::ip::address_v4::loopback(), 0}) {}

  void accept();

  asio::io_context& loop;
  std::optional<asio::ssl::context> tls;
  tcp::acceptor acceptor;
  OnPeer on_peer = [](Peer&) {};
  OnBytes on_bytes = [](Peer&, std::string& received) { received.clear(); };
  std::map<int, std::shared_ptr<Connection>> peers;
  int accepted = 0;
  int handshakes = 0;
};

class ScriptedServer::Impl::Connection : public Peer,
                                         public std::enable_shared_from_this<Connection> {
 public:
  Connection(std::weak_ptr<Impl> server, tcp::socket socket, asio::ssl::context* tls, int number)
      : server_(std::move(server)), socket_(std::move(socket)), number_(number) {
    socket_.set_option(tcp::no_delay{true});
    if (tls) stream_.emplace(socket_, *tls);
  }

  void start() {
    if (!stream_) return ready();
    stream_->async_handshake(asio::ssl::stream_base::server,
                             [self = shared_from_this()](const error_code& error) {
                               if (error) return self->end();
                               self->ready();
                             });
  }

  void write(std::string_view bytes) override { add({Step::write, std::string{bytes}}); }
  void drip(std::string_view bytes) override {
    for (const char c : bytes) write({&c, 1});
  }
  void finish() override { add({Step::finish, {}}); }
  void cut() override { add({Step::cut, {}}); }
  void reset() override { add({Step::reset, {}}); }
  int number() const override { return number_; }
  bool resumed() const override {
    auto* const ssl = stream_ ? const_cast<TlsStream&>(*stream_).native_handle() : nullptr;
    return ssl && SSL_session_reused(ssl) == 1;
  }

  void end() {
    error_code ignored;
    socket_.close(ignored);
    if (const auto server = server_.lock()) server->peers.erase(number_);
  }

 private:
  struct Step {
    enum Kind { write, finish, cut, reset } kind;
    std::string bytes;
  };

  void ready() {
    const auto server = server_.lock();
    if (!server) return;
    ++server->handshakes;
    server->on_peer(*this);
    read();
  }

  void read() {
    const auto got = [self = shared_from_this()](const error_code& error, std::size_t n) {
      const auto server = self->server_.lock();
      if (!server) return;
      if (error) return self->end();
      self->received_.append(self->buffer_.data(), n);
      server->on_bytes(*self, self->received_);
      self->read();
    };
    stream_ ? stream_->async_read_some(asio::buffer(buffer_), got)
            : socket_.async_read_some(asio::buffer(buffer_), got);
  }

  void add(Step step) {
    steps_.push_back(std::move(step));
    if (steps_.size() == 1) next();
  }

  void next() {
    const auto done = [self = shared_from_this()](const error_code& error, std::size_t = 0) {
      if (error || !self->socket_.is_open()) return self->end();
      self->steps_.pop_front();
      if (!self->steps_.empty()) self->next();
    };
    auto& step = steps_.front();
    switch (step.kind) {
      case Step::write:
        return stream_ ? asio::async_write(*stream_, asio::buffer(step.bytes), done)
                       : asio::async_write(socket_, asio::buffer(step.bytes), done);
      case Step::finish:
        if (!stream_) return end();
        return stream_->async_shutdown(
            [self = shared_from_this()](const error_code&) { self->end(); });
      case Step::reset: socket_.set_option(asio::socket_base::linger{true, 0}); return end();
      case Step::cut: return end();
    }
  }

  std::weak_ptr<Impl> server_;
  tcp::socket socket_;
  std::optional<TlsStream> stream_;
  int number_;
  std::array<char, 16384> buffer_{};
  std::string received_;
  std::deque<Step> steps_;
};

void ScriptedServer::Impl::accept() {
  acceptor.async_accept([weak = weak_from_this()](const error_code& error, tcp::socket socket) {
    const auto self = weak.lock();
    if (!self || error) return;
    const int number = ++self->accepted;
    auto connection = std::make_shared<Connection>(self, std::move(socket),
                                                   self->tls ? &*self->tls : nullptr, number);
    self->peers[number] = connection;
    connection->start();
    self->accept();
  });
}

ScriptedServer::ScriptedServer(asio::io_context& loop,
                               std::optional<TestAuthority::Issued> certificate)
    : impl_(std::make_shared<Impl>(loop)) {
  if (certificate) {
    auto& tls = impl_->tls.emplace(asio::ssl::context::tls_server);
    tls.use_certificate(asio::buffer(certificate->certificate), asio::ssl::context::pem);
    tls.use_private_key(asio::buffer(certificate->key), asio::ssl::context::pem);
  }
  impl_->accept();
}

ScriptedServer::~ScriptedServer() {
  error_code ignored;
  impl_->acceptor.close(ignored);
  while (!impl_->peers.empty()) {
    const auto peer = impl_->peers.begin()->second;
    peer->end();
  }
}

std::uint16_t ScriptedServer::port() const { return impl_->acceptor.local_endpoint().port(); }
void ScriptedServer::on_peer(OnPeer call) { impl_->on_peer = std::move(call); }
void ScriptedServer::on_bytes(OnBytes call) { impl_->on_bytes = std::move(call); }
void ScriptedServer::stop_accepting() { impl_->acceptor.close(); }
ScriptedServer::Peer* ScriptedServer::peer(int number) {
  const auto found = impl_->peers.find(number);
  return found == impl_->peers.end() ? nullptr : found->second.get();
}
int ScriptedServer::handshakes() const { return impl_->handshakes; }
int ScriptedServer::standing() const { return static_cast<int>(impl_->peers.size()); }

ScriptedServer::OnBytes each_request(
    std::function<void(ScriptedServer::Peer&, const std::string& request)> handle) {
  return [handle = std::move(handle)](ScriptedServer::Peer& peer, std::string& received) {
    constexpr std::string_view length_name = "Content-Length: ";
    for (;;) {
      const auto head = received.find("\r\n\r\n");
      if (head == received.npos) return;
      const auto at = received.find(length_name);
      std::size_t body = 0;
      if (at < head) body = std::stoul(received.substr(at + length_name.size(), 12));
      const auto size = head + 4 + body;
      if (received.size() < size) return;
      const auto request = received.substr(0, size);
      received.erase(0, size);
      handle(peer, request);
    }
  };
}

std::string http_answer(std::string_view body, std::string_view headers, std::string_view status) {
  return "HTTP/1.1 " + std::string{status} + "\r\nContent-Length: " + std::to_string(body.size()) +
         "\r\n" + std::string{headers} + "\r\n" + std::string{body};
}

}  // namespace signalbox::test
