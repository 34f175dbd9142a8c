#include "bus/publish_socket.hpp"

#include "bus/loop_socket.hpp"

namespace signalbox {
namespace {

template <class Socket>
Result<std::unique_ptr<Socket>> given(std::unique_ptr<Socket> socket, Result<void> started) {
  if (!started) return tl::unexpected(std::move(started.error()));
  return socket;
}

}  // namespace

PublishSocket::~PublishSocket() = default;

Result<void> PublishSocket::start(std::shared_ptr<BusContext> context,
                                  boost::asio::io_context& loop,
                                  const PublishSocketOptions& options) {
  // Subscribers send nothing but prefixes, so their frames are short.
  auto socket = LoopSocket::open(std::move(context), loop,
                                 {.kind = LoopSocket::Kind::xpub,
                                  .send_queue_max = options.send_queue_max,
                                  .linger = options.linger,
                                  .polled = options.polled});
  if (!socket) return tl::unexpected(std::move(socket.error()));
  auto bound = (*socket)->listen(options.listen);
  if (!bound) return tl::unexpected(std::move(bound.error()));
  socket_ = std::move(*socket);
  addresses_ = std::move(*bound);
  socket_->start([this](const Received& message) {
    if (message.count != 1 || !subscriptions_.on_message(message.frames.front())) ++ignored_;
  });
  return {};
}

void PublishSocket::publish(std::string_view topic, std::string_view header,
                            std::string_view body) {
  ++published_;
  socket_->send({topic, header, body});
}

std::size_t PublishSocket::poll() { return socket_->poll(); }

Result<std::unique_ptr<EventSocket>> EventSocket::open(std::shared_ptr<BusContext> context,
                                                       boost::asio::io_context& loop,
                                                       const PublishSocketOptions& options) {
  std::unique_ptr<EventSocket> socket{new EventSocket};
  auto started = socket->start(std::move(context), loop, options);
  return given(std::move(socket), std::move(started));
}

Result<std::unique_ptr<TickSocket>> TickSocket::open(std::shared_ptr<BusContext> context,
                                                     boost::asio::io_context& loop,
                                                     const PublishSocketOptions& options) {
  std::unique_ptr<TickSocket> socket{new TickSocket};
  auto started = socket->start(std::move(context), loop, options);
  return given(std::move(socket), std::move(started));
}

}  // namespace signalbox
