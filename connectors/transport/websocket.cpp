#include "connectors/transport/websocket.hpp"

#include <algorithm>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/websocket/stream.hpp>
#include <optional>

#include "connectors/transport/wire_stream.hpp"

namespace signalbox {

namespace asio = boost::asio;
namespace http = boost::beast::http;
namespace websocket = boost::beast::websocket;
using boost::system::error_code;

namespace {

/// One write, and so one record and one system call, for messages up to this size.
constexpr std::size_t write_buffer_bytes = std::size_t{16} << 10;

std::string host_header(const Endpoint& endpoint) {
  const std::uint16_t usual = endpoint.tls ? 443 : 80;
  return endpoint.port == usual ? endpoint.host
                                : endpoint.host + ":" + std::to_string(endpoint.port);
}

/// Messages waiting to be written, in slots whose buffers are kept.
class SendQueue {
 public:
  SendQueue(std::size_t most, std::size_t bytes_most) : slots_(most), bytes_most_(bytes_most) {}

  bool push(std::string_view frame) {
    if (size_ == slots_.size() || bytes_ + frame.size() > bytes_most_) return false;
    if (size_ == 0) first_ = 0;  // the slot whose buffer has grown already
    slots_[(first_ + size_++) % slots_.size()].assign(frame);
    bytes_ += frame.size();
    return true;
  }
  const std::string& front() const { return slots_[first_]; }
  void pop() {
    bytes_ -= slots_[first_].size();
    first_ = (first_ + 1) % slots_.size();
    --size_;
  }
  std::size_t size() const { return size_; }
  void keep_first_only() {
    while (size_ > 1) {
      bytes_ -= slots_[(first_ + --size_) % slots_.size()].size();
    }
  }

 private:
  std::vector<std::string> slots_;
  std::size_t bytes_most_;
  std::size_t first_ = 0;
  std::size_t size_ = 0;
  std::size_t bytes_ = 0;
};

/// One connection, from `open` to its end. When its owner has closed it, it lives on only to say
/// goodbye: its handlers hold it.
class Session : public std::enable_shared_from_this<Session> {
 public:
  class Owner {
   public:
    virtual ~Owner() = default;
    virtual void on_open() = 0;
    virtual void on_frame(std::string_view frame) = 0;
    virtual void on_refused(int http_status) = 0;
    /// The last call.
    virtual void on_ended(std::string_view why) = 0;
  };

  Session(asio::io_context& loop, const Clock& clock, const WebSocketOptions& options,
          std::shared_ptr<TlsContext> tls, Owner& owner)
      : clock_(clock),
        options_(options),
        owner_(&owner),
        wire_(std::make_shared<Wire>(loop, options.endpoint, std::move(tls))),
        stream_(WireStream{wire_}),
        queue_(options.waiting_max, options.waiting_bytes_max),
        timer_(loop) {
    stream_.read_message_max(options.frame_bytes_max);
    stream_.auto_fragment(false);
    stream_.write_buffer_bytes(write_buffer_bytes);
    stream_.binary(options.binary);
  }

  void open(std::string_view target, MonoTime deadline);
  bool send(std::string_view frame);
  /// No further call to the owner.
  void leave();

 private:
  using Stream = websocket::stream<WireStream, false>;

  void shake_hands();
  void read();
  void write();
  void watch();
  void look_after();
  void end(const std::string& why);
  std::string why(const error_code& error) const;

  const Clock& clock_;
  WebSocketOptions options_;
  Owner* owner_;
  std::shared_ptr<Wire> wire_;
  Stream stream_;
  std::string target_;
  websocket::response_type response_;
  boost::beast::flat_buffer frame_;
  SendQueue queue_;
  asio::steady_timer timer_;  // the opening's deadline, then silence and pings, then the goodbye
  MonoTime heard_{};
  MonoTime pinged_{};
  bool open_ = false;
  bool pinging_ = false;
};

// ---- opening

void Session::open(std::string_view target, MonoTime deadline) {
  target_ = target;
  const auto within = std::max(Duration{}, deadline - clock_.mono());
  timer_.expires_after(within);
  timer_.async_wait([self = shared_from_this()](const error_code& error) {
    if (!error && !self->open_) self->end("not open before its deadline");
  });
  wire_->connect(within, [self = shared_from_this()](std::string_view why) {
    if (!why.empty()) return self->end(std::string{why});
    self->shake_hands();
  });
}

void Session::shake_hands() {
  stream_.set_option(websocket::stream_base::decorator([this](websocket::request_type& request) {
    request.set(http::field::user_agent, "signalbox");
    for (const auto& [name, value] : options_.headers) request.set(name, value);
  }));
  stream_.control_callback([this](websocket::frame_type, boost::beast::string_view) {
    heard_ = clock_.mono();  // the stream answers pings itself
  });
  stream_.async_handshake(
      response_, host_header(options_.endpoint), target_,
      [self = shared_from_this()](const error_code& error) {
        if (!self->owner_) return;
        if (error == websocket::error::upgrade_declined)
          self->owner_->on_refused(static_cast<int>(self->response_.result_int()));
        if (error) return self->end(self->why(error));
        self->open_ = true;
        self->heard_ = self->pinged_ = self->clock_.mono();
        self->watch();
        self->read();
        self->owner_->on_open();
      });
}

// ---- frames in and out

void Session::read() {
  stream_.async_read(frame_, [self = shared_from_this()](const error_code& error, std::size_t) {
    if (!self->owner_) return;
    if (error) return self->end(self->why(error));
    self->heard_ = self->clock_.mono();
    const auto bytes = self->frame_.cdata();
    self->owner_->on_frame({static_cast<const char*>(bytes.data()), bytes.size()});
    self->frame_.consume(self->frame_.size());
    if (self->owner_) self->read();
  });
}

bool Session::send(std::string_view frame) {
  if (!open_ || !queue_.push(frame)) return false;
  if (queue_.size() == 1) write();
  return true;
}

void Session::write() {
  stream_.async_write(asio::buffer(queue_.front()),
                      [self = shared_from_this()](const error_code& error, std::size_t) {
                        self->queue_.pop();
                        if (!self->owner_) return;
                        if (error) return self->end(self->why(error));
                        if (self->queue_.size() > 0) self->write();
                      });
}

// ---- silence and pings

void Session::watch() {
  auto due = heard_ + options_.silence_max;
  if (options_.ping_every > Duration{}) due = std::min(due, pinged_ + options_.ping_every);
  timer_.expires_after(due - clock_.mono());
  timer_.async_wait([self = shared_from_this()](const error_code& error) {
    if (!error && self->owner_) self->look_after();
  });
}

void Session::look_after() {
  const auto now = clock_.mono();
  if (now - heard_ >= options_.silence_max) return end("silent for too long");
  if (options_.ping_every > Duration{} && now - pinged_ >= options_.ping_every) {
    pinged_ = now;
    if (!std::exchange(pinging_, true))
      stream_.async_ping({}, [self = shared_from_this()](const error_code&) {
        self->pinging_ = false;  // an error ends the read, which reports it
      });
  }
  watch();
}

// ---- the end

void Session::end(const std::string& why) {
  auto* const owner = std::exchange(owner_, nullptr);
  if (!owner) return;
  open_ = false;
  timer_.cancel();
  wire_->close();
  owner->on_ended(why);
}

void Session::leave() {
  owner_ = nullptr;
  if (!std::exchange(open_, false)) {
    timer_.cancel();
    return wire_->close();
  }
  queue_.keep_first_only();
  timer_.expires_after(options_.goodbye_within);
  timer_.async_wait([wire = wire_](const error_code& error) {
    if (!error) wire->close();
  });
  stream_.async_close(websocket::close_code::normal,
                      [self = shared_from_this()](const error_code&) {
                        self->timer_.cancel();
                        self->wire_->close();
                      });
}

std::string Session::why(const error_code& error) const {
  if (error == websocket::error::closed)
    return "closed by the server, code " + std::to_string(stream_.reason().code);
  if (error == websocket::error::upgrade_declined)
    return "refused: HTTP " + std::to_string(response_.result_int());
  if (error == websocket::error::message_too_big || error == websocket::error::buffer_overflow)
    return "a frame above " + std::to_string(options_.frame_bytes_max) + " bytes";
  if (error == asio::error::eof) return "closed by the server without a goodbye";
  if (error == asio::error::connection_reset) return "connection lost: " + wire_->why();
  return error.message();
}

}  // namespace

// ---- the public face: one session at a time, and the `on_closed` owed for each

class WebSocket::Impl : public Session::Owner, public std::enable_shared_from_this<Impl> {
 public:
  Impl(asio::io_context& loop, const Clock& clock, WsSink& sink, std::shared_ptr<TlsContext> tls,
       WebSocketOptions options)
      : loop_(loop),
        clock_(clock),
        sink_(sink),
        tls_(std::move(tls)),
        options_(std::move(options)) {}

  void open(std::string_view target, MonoTime deadline) {
    close();
    session_ = std::make_shared<Session>(loop_, clock_, options_, tls_, *this);
    session_->open(target, deadline);
  }

  bool send(std::string_view frame) { return session_ && session_->send(frame); }

  void close() {
    if (!session_) return;
    std::exchange(session_, nullptr)->leave();
    ++owed_;
    asio::post(loop_, [self = shared_from_this()] { self->pay(); });
  }

  /// All that is owed, now: the stream is going away.
  void finish() {
    close();
    while (owed_ > 0) pay();
  }

 private:
  void on_open() override { sink_.on_open(); }
  void on_frame(std::string_view frame) override { sink_.on_frame(frame); }
  void on_refused(int http_status) override { sink_.on_refused(http_status); }
  void on_ended(std::string_view why) override {
    session_.reset();
    sink_.on_closed(why);
  }
  void pay() {
    if (owed_ == 0) return;
    --owed_;
    sink_.on_closed("closed by us");
  }

  asio::io_context& loop_;
  const Clock& clock_;
  WsSink& sink_;
  std::shared_ptr<TlsContext> tls_;
  WebSocketOptions options_;
  std::shared_ptr<Session> session_;
  std::size_t owed_ = 0;
};

WebSocket::WebSocket(std::shared_ptr<Impl> impl) : impl_(std::move(impl)) {}
WebSocket::~WebSocket() { impl_->finish(); }

Result<std::unique_ptr<WebSocket>> WebSocket::make(asio::io_context& loop, const Clock& clock,
                                                   WsSink& sink, std::shared_ptr<TlsContext> tls,
                                                   WebSocketOptions options) {
  if (auto fit = check(options.endpoint); !fit) return tl::unexpected<Error>(fit.error());
  if (options.endpoint.tls && !tls)
    return failed(Fault::bad_input, "TLS endpoint without a context");
  if (options.waiting_max == 0) return failed(Fault::bad_input, "waiting_max must be at least one");
  auto impl = std::make_shared<Impl>(loop, clock, sink, std::move(tls), std::move(options));
  return std::unique_ptr<WebSocket>(new WebSocket(std::move(impl)));
}

void WebSocket::open(std::string_view target, MonoTime deadline) { impl_->open(target, deadline); }
bool WebSocket::send(std::string_view frame) { return impl_->send(frame); }
void WebSocket::close() { impl_->close(); }

}  // namespace signalbox
