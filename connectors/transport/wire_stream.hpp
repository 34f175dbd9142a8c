#pragma once

// Internal to transport: names Asio and Beast.
#include <algorithm>
#include <boost/asio/buffer.hpp>
#include <boost/asio/compose.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/post.hpp>
#include <boost/beast/core/bind_handler.hpp>
#include <boost/beast/core/role.hpp>
#include <memory>
#include <utility>
#include <vector>

#include "connectors/transport/handler_memory.hpp"
#include "connectors/transport/wire.hpp"

namespace signalbox {

/// A connected Wire in the form Beast's websocket expects of the layer below it. Reads and writes
/// are tried at once; what a write is given in pieces (frame header, payload) leaves as one.
class WireStream {
 public:
  using executor_type = boost::asio::ip::tcp::socket::executor_type;

  explicit WireStream(std::shared_ptr<Wire> wire) : wire_(std::move(wire)) {}

  executor_type get_executor() { return wire_->socket().get_executor(); }

  template <class Buffers, class Handler>
  auto async_read_some(const Buffers& buffers, Handler&& handler) {
    return boost::asio::async_compose<Handler, void(boost::system::error_code, std::size_t)>(
        Read{*this, first_of(buffers)}, handler, wire_->socket());
  }

  template <class Buffers, class Handler>
  auto async_write_some(const Buffers& buffers, Handler&& handler) {
    piece_.resize(std::min(boost::asio::buffer_size(buffers), piece_bytes_max));
    boost::asio::buffer_copy(boost::asio::buffer(piece_), buffers);
    return boost::asio::async_compose<Handler, void(boost::system::error_code, std::size_t)>(
        Write{*this}, handler, wire_->socket());
  }

  void close() { wire_->close(); }

 private:
  static constexpr std::size_t piece_bytes_max = std::size_t{16} << 10;  // one TLS record

  /// What both directions share: an attempt, then a wait or the end. An operation must not
  /// complete inside the call that began it, so an attempt that succeeds at once is posted.
  struct Operation {
    WireStream& stream;
    bool begun = false;
    bool over = false;
    boost::system::error_code result{};
    std::size_t bytes = 0;

    template <class Self>
    void wait(Self& self, boost::asio::ip::tcp::socket::wait_type what) {
      begun = true;
      auto& socket = stream.wire_->socket();
      socket.async_wait(what, std::move(self));
    }

    template <class Self>
    void take(Self& self, Wire::Moved moved) {
      using tcp = boost::asio::ip::tcp;
      switch (moved.io) {
        case Wire::Io::want_read: return wait(self, tcp::socket::wait_read);
        case Wire::Io::want_write: return wait(self, tcp::socket::wait_write);
        case Wire::Io::done: break;
        case Wire::Io::closed: result = boost::asio::error::eof; break;
        case Wire::Io::failed: result = boost::asio::error::connection_reset; break;
      }
      bytes = moved.bytes;
      if (begun) return self.complete(result, bytes);
      over = true;
      stream.complete_later(std::move(self));
    }
  };

  struct Read : Operation {
    boost::asio::mutable_buffer into;
    Read(WireStream& s, boost::asio::mutable_buffer b) : Operation{s}, into(b) {}

    template <class Self>
    void operator()(Self& self, boost::system::error_code error = {}) {
      if (this->over) return self.complete(this->result, this->bytes);
      if (error) return self.complete(error, 0);
      if (into.size() == 0) return this->take(self, {Wire::Io::done, 0});
      auto& wire = *this->stream.wire_;
      // After a read that emptied the socket another would find nothing: wait at once.
      if (!this->begun && std::exchange(this->stream.drained_, false))
        return this->wait(self, boost::asio::ip::tcp::socket::wait_read);
      const auto moved = wire.read({static_cast<char*>(into.data()), into.size()});
      this->stream.drained_ =
          moved.io == Wire::Io::done && moved.bytes < into.size() && !wire.has_pending();
      this->take(self, moved);
    }
  };

  struct Write : Operation {
    explicit Write(WireStream& s) : Operation{s} {}

    template <class Self>
    void operator()(Self& self, boost::system::error_code error = {}) {
      if (this->over) return self.complete(this->result, this->bytes);
      if (error) return self.complete(error, 0);
      const auto& piece = this->stream.piece_;
      if (piece.empty()) return this->take(self, {Wire::Io::done, 0});
      this->take(self, this->stream.wire_->write(piece));
    }
  };

  /// What is posted: small, and kept where its operation is. Through the socket's executor Asio
  /// would allocate for each.
  template <class Self>
  struct Later {
    using allocator_type = HandlerAllocator<std::byte>;
    std::shared_ptr<HandlerMemory> memory;
    std::shared_ptr<Self> kept;

    allocator_type get_allocator() const { return allocator_type{memory}; }
    void operator()() {
      Self last = std::move(*kept);
      kept.reset();
      last();
    }
  };

  template <class Self>
  void complete_later(Self self) {
    boost::asio::post(wire_->loop(),
                      Later<Self>{memory_, std::allocate_shared<Self>(
                                               HandlerAllocator<Self>{memory_}, std::move(self))});
  }

  template <class Buffers>
  static boost::asio::mutable_buffer first_of(const Buffers& buffers) {
    const auto end = boost::asio::buffer_sequence_end(buffers);
    for (auto it = boost::asio::buffer_sequence_begin(buffers); it != end; ++it) {
      const boost::asio::mutable_buffer each{*it};
      if (each.size() > 0) return each;
    }
    return {};
  }

  std::shared_ptr<Wire> wire_;
  std::vector<char> piece_;  // what is being written, unchanged until TLS has taken it
  bool drained_ = false;
  std::shared_ptr<HandlerMemory> memory_ = std::make_shared<HandlerMemory>();
};

// How Beast ends the layer below; found by argument-dependent look-up.

inline void teardown(boost::beast::role_type, WireStream& stream,
                     boost::system::error_code& error) {
  stream.close();
  error = {};
}

template <class Handler>
void async_teardown(boost::beast::role_type, WireStream& stream, Handler&& handler) {
  const auto executor = stream.get_executor();
  stream.close();
  boost::asio::post(executor, boost::beast::bind_front_handler(std::forward<Handler>(handler),
                                                               boost::system::error_code{}));
}

inline void beast_close_socket(WireStream& stream) { stream.close(); }

}  // namespace signalbox
