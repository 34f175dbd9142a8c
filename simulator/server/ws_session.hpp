#pragma once

#include <boost/asio/steady_timer.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/websocket.hpp>
#include <boost/beast/websocket/ssl.hpp>
#include <deque>
#include <memory>
#include <optional>
#include <string>

#include "simulator/binance/frame.hpp"
#include "simulator/server/hub.hpp"
#include "simulator/server/simulator_server.hpp"
#include "simulator/server/streams.hpp"

namespace signalbox::simulator {

/// One websocket of a client. Included by one .cpp only.
template <class Stream>
class WsSession : public WsPeer, public std::enable_shared_from_this<WsSession<Stream>> {
 public:
  WsSession(Stream stream, Hub& hub, SessionId id)
      : ws_(std::move(stream)), ping_timer_(ws_.get_executor()), hub_(hub), id_(id) {}
  ~WsSession() override {
    forget();
    hub_.give_place_back();
  }

  template <class Request>
  void accept(Request request) {
    beast::get_lowest_layer(ws_).expires_never();
    auto limits = beast::websocket::stream_base::timeout::suggested(beast::role_type::server);
    limits.handshake_timeout = handshake_within;
    limits.idle_timeout = silence_max;
    limits.keep_alive_pings = false;  // ours carry a payload
    ws_.set_option(limits);
    ws_.read_message_max(binance::frame_max);
    hub_.add(id_, *this);
    const auto kept = std::make_shared<Request>(std::move(request));
    ws_.async_accept(*kept, [self = this->shared_from_this(), kept](beast::error_code error) {
      if (error) return self->forget();
      self->accepted_ = true;
      self->read();
      self->write();
      self->ping_later();
    });
  }

  void deliver(std::string frame, Duration delay) override {
    if (delay > Duration::zero()) return deliver_late(std::move(frame), delay);
    waiting_bytes_ += frame.size();
    if (waiting_bytes_ > SimulatorServer::outbox_bytes_max) return end(0, "reads too slowly");
    outbox_.push_back(std::move(frame));
    if (outbox_.size() > 1) return;
    hub_.write_later([weak = this->weak_from_this()] {
      if (const auto self = weak.lock()) self->write();
    });
  }

  /// What was said before still goes out first, unless nobody reads it.
  void end(std::uint16_t code, std::string_view reason) override {
    forget();
    ending_ = Ending{code, std::string{reason}};
    if (outbox_.empty() || waiting_bytes_ > SimulatorServer::outbox_bytes_max) finish();
  }

 private:
  void forget() {
    if (id_ == SessionId::none) return;
    hub_.remove(id_);
    hub_.dialect().closed(id_);
    id_ = SessionId::none;
  }

  void finish() {
    if (ending_->code == 0) return beast::get_lowest_layer(ws_).close();
    ws_.async_close({static_cast<beast::websocket::close_code>(ending_->code),
                     beast::string_view{ending_->reason.data(), ending_->reason.size()}},
                    [self = this->shared_from_this()](beast::error_code) {});
  }

  void deliver_late(std::string frame, Duration delay) {
    const auto timer = std::make_shared<asio::steady_timer>(ws_.get_executor());
    timer->expires_after(std::chrono::duration_cast<std::chrono::steady_clock::duration>(delay));
    timer->async_wait(
        [weak = this->weak_from_this(), timer, frame = std::move(frame)](beast::error_code error) {
          const auto self = weak.lock();
          if (!error && self && self->id_ != SessionId::none) self->deliver(frame, {});
        });
  }

  void read() {
    ws_.async_read(buffer_,
                   [self = this->shared_from_this()](beast::error_code error, std::size_t) {
                     if (error) return self->gone();
                     const auto data = self->buffer_.cdata();
                     const std::string frame{static_cast<const char*>(data.data()), data.size()};
                     self->buffer_.consume(data.size());
                     if (self->id_ != SessionId::none)
                       self->hub_.dialect().frame(self->id_, frame, self->hub_.now());
                     self->read();
                   });
  }

  void gone() {
    forget();
    ping_timer_.cancel();
  }

  void write() {
    if (!accepted_ || outbox_.empty() || writing_) return;
    writing_ = true;
    ws_.text(true);
    ws_.async_write(asio::buffer(outbox_.front()),
                    [self = this->shared_from_this()](beast::error_code error, std::size_t) {
                      self->writing_ = false;
                      if (error) return self->gone();
                      self->waiting_bytes_ -= self->outbox_.front().size();
                      self->outbox_.pop_front();
                      if (self->ending_ && self->outbox_.empty()) return self->finish();
                      self->write();
                    });
  }

  void ping_later() {
    ping_timer_.expires_after(ping_every);
    ping_timer_.async_wait([weak = this->weak_from_this()](beast::error_code error) {
      const auto self = weak.lock();
      if (error || !self || self->id_ == SessionId::none) return;
      const auto payload = std::to_string(ns(self->hub_.now()) / 1'000'000);
      self->ws_.async_ping(beast::websocket::ping_data{payload.c_str()},
                           [self](beast::error_code ping_error) {
                             if (!ping_error) self->ping_later();
                           });
    });
  }

  beast::websocket::stream<Stream> ws_;
  asio::steady_timer ping_timer_;
  Hub& hub_;
  SessionId id_;
  beast::flat_buffer buffer_{binance::frame_max + 1};
  std::deque<std::string> outbox_;
  std::size_t waiting_bytes_ = 0;
  bool accepted_ = false;
  bool writing_ = false;
  struct Ending {
    std::uint16_t code = 0;
    std::string reason;
  };
  std::optional<Ending> ending_;
};

}  // namespace signalbox::simulator
