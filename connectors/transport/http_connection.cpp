#include "connectors/transport/http_connection.hpp"

namespace signalbox {

using boost::asio::ip::tcp;
using boost::system::error_code;

void HttpConnection::become(State state) {
  state_ = state;
  since_ = clock_.mono();
}

void HttpConnection::connect(const Endpoint& endpoint, std::shared_ptr<TlsContext> tls,
                             Duration within) {
  become(State::connecting);
  wire_ = std::make_shared<Wire>(loop_, endpoint, std::move(tls));
  waits_readable_ = false;
  wire_->connect(within, [self = shared_from_this(), wire = wire_.get()](std::string_view why) {
    if (wire != self->wire_.get() || !self->owner_) return;
    if (!why.empty()) {
      self->become(State::down);
      self->wire_.reset();
      return self->owner_->on_connect_failed(*self, why);
    }
    self->become(State::idle);
    self->connected_at_ = self->since_;
    self->wait_readable();  // an idle connection notices its end, and takes session tickets
    self->owner_->on_connected(*self);
  });
}

bool HttpConnection::start(const HttpRequest& request, std::string_view bytes) {
  request_ = request;
  taken_before_ = wire_->taken();
  state_ = State::busy;
  rest_.clear();
  rest_from_ = 0;
  // Written before anything else is done for it: these are the microseconds that count.
  const auto moved = wire_->write(bytes);
  reader_.start(bytes.starts_with("HEAD "));
  since_ = clock_.mono();
  if (moved.io == Wire::Io::done && moved.bytes == bytes.size()) return true;
  if (moved.io == Wire::Io::failed || moved.io == Wire::Io::closed) {
    const bool nothing_left = wire_->taken() == taken_before_;
    if (nothing_left) state_ = State::idle;  // the request was never here
    lose("the write failed: " + wire_->why());
    return !nothing_left;
  }
  rest_.assign(bytes.substr(moved.bytes));
  write_rest();
  return true;
}

void HttpConnection::write_rest() {
  while (has_rest()) {
    const auto moved = wire_->write(std::span{rest_}.subspan(rest_from_));
    switch (moved.io) {
      case Wire::Io::done: rest_from_ += moved.bytes; break;
      case Wire::Io::want_write: return wait_writable();
      case Wire::Io::want_read: return;  // `on_readable` comes back here
      case Wire::Io::closed:
      case Wire::Io::failed: return lose("the write failed: " + wire_->why());
    }
  }
}

void HttpConnection::wait_writable() {
  wire_->socket().async_wait(tcp::socket::wait_write,
                             [self = shared_from_this(), wire = wire_](const error_code& error) {
                               if (wire != self->wire_) return;
                               if (error) return self->lose("connection lost: " + error.message());
                               self->write_rest();
                               // TLS may have wanted to write before it could read on.
                               if (wire == self->wire_ && !self->waits_readable_)
                                 self->on_readable();
                             });
}

void HttpConnection::wait_readable() {
  if (waits_readable_) return;
  waits_readable_ = true;
  wire_->socket().async_wait(tcp::socket::wait_read,
                             [self = shared_from_this(), wire = wire_](const error_code& error) {
                               if (wire != self->wire_) return;
                               self->waits_readable_ = false;
                               if (error) return self->lose("connection lost: " + error.message());
                               self->on_readable();
                             });
}

void HttpConnection::on_readable() {
  const auto wire = wire_;  // a callback may end it
  do {
    const auto space = reader_.space();
    const auto moved = wire->read(space);
    switch (moved.io) {
      case Wire::Io::done:
        if (state_ != State::busy) return lose("bytes came that nobody asked for");
        on_bytes(reader_.received(moved.bytes));
        if (moved.bytes < space.size() && !wire->has_pending()) break;
        continue;
      case Wire::Io::closed:
        if (state_ == State::busy && reader_.ended() == HttpReader::State::complete)
          return answer();
        return lose("closed by the server");
      case Wire::Io::failed: return lose(wire->why());
      case Wire::Io::want_read: break;
      case Wire::Io::want_write: return wait_writable();
    }
    break;
  } while (wire == wire_);
  if (wire != wire_) return;
  if (has_rest()) write_rest();
  if (wire == wire_) wait_readable();
}

void HttpConnection::on_bytes(HttpReader::State state) {
  if (state == HttpReader::State::complete) return answer();
  if (state == HttpReader::State::bad) lose("malformed answer: " + std::string{reader_.why()});
}

void HttpConnection::answer() {
  const HttpAnswer answer{reader_.status(), reader_.headers(), reader_.body()};
  const auto token = request_.token;
  if (reader_.keeps_alive() && !has_rest()) {
    become(State::idle);
  } else {
    become(State::down);
    std::exchange(wire_, nullptr)->close();
  }
  // The reader keeps the answer's bytes until the next read, which is never inside this call, so
  // the sink may already send its next request.
  if (owner_) owner_->on_answer(*this, token, answer);
}

void HttpConnection::give_up(std::string_view why) {
  if (state_ != State::down) lose(why);
}

void HttpConnection::lose(std::string_view why) {
  const bool was_busy = state_ == State::busy;
  const auto wire = std::exchange(wire_, nullptr);
  const auto failure =
      wire->taken() == taken_before_ ? HttpFailure::not_sent : HttpFailure::unknown;
  wire->close();
  become(State::down);
  waits_readable_ = false;
  if (owner_) owner_->on_lost(*this, was_busy ? &request_ : nullptr, failure, why);
}

}  // namespace signalbox
