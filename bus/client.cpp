#include "bus/client.hpp"

#include <array>
#include <vector>
#include <zmq.hpp>

#include "bus/address.hpp"
#include "bus/binding.hpp"
#include "bus/frames.hpp"

namespace signalbox {
namespace {

constexpr int queue_max = 1000;        // messages, each way
constexpr int events_max = 100'000;    // messages a reader may be behind
constexpr std::size_t frames_max = 4;  // more are read and dropped

/// A socket that is closed with its owner, unsent messages dropped after a moment.
class Socket {
 public:
  Socket(std::shared_ptr<BusContext> context, int kind)
      : context_(std::move(context)), handle_(zmq_socket(context_->handle(), kind)) {
    set_option(handle_, ZMQ_LINGER, 200);
  }
  ~Socket() { zmq_close(handle_); }
  Socket(const Socket&) = delete;
  Socket& operator=(const Socket&) = delete;

  void* handle() const { return handle_; }

  Result<void> connect(const std::string& address, const CurveClient* curve) const {
    const auto parsed = parse_bus_address(address);
    if (!parsed) return tl::unexpected<Error>(parsed.error());
    return connect_to(handle_, *parsed, curve);
  }

  /// All frames of the next message, or nothing within `wait`.
  std::optional<std::vector<std::string>> receive(Duration wait) const {
    zmq_pollitem_t item{handle_, 0, ZMQ_POLLIN, 0};
    const auto ms = std::chrono::duration_cast<std::chrono::milliseconds>(wait).count();
    if (zmq_poll(&item, 1, static_cast<long>(ms)) <= 0) return std::nullopt;
    std::vector<std::string> frames;
    for (bool more = true; more;) {
      zmq::message_t frame;
      if (zmq_msg_recv(frame.handle(), handle_, ZMQ_DONTWAIT) < 0) return std::nullopt;
      more = frame.more();
      if (frames.size() < frames_max) frames.push_back(frame.to_string());
    }
    return frames;
  }

 private:
  std::shared_ptr<BusContext> context_;
  void* handle_;
};

}  // namespace

struct CommandClient::Impl : Socket {
  explicit Impl(std::shared_ptr<BusContext> context) : Socket(std::move(context), ZMQ_DEALER) {
    set_option(handle(), ZMQ_SNDHWM, queue_max);
    set_option(handle(), ZMQ_RCVHWM, queue_max);
  }
};

CommandClient::CommandClient(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
CommandClient::CommandClient(CommandClient&&) noexcept = default;
CommandClient& CommandClient::operator=(CommandClient&&) noexcept = default;
CommandClient::~CommandClient() = default;

Result<CommandClient> CommandClient::connect(std::shared_ptr<BusContext> context,
                                             const std::string& address, const CurveClient* curve) {
  auto impl = std::make_unique<Impl>(std::move(context));
  if (auto done = impl->connect(address, curve); !done) return tl::unexpected<Error>(done.error());
  return CommandClient{std::move(impl)};
}

Result<void> CommandClient::send(std::string_view type, std::string_view body) {
  const std::array<std::string_view, 3> frames{bus_magic, type, body};
  for (std::size_t i = 0; i < frames.size(); ++i) {
    const int flags = ZMQ_DONTWAIT | (i + 1 < frames.size() ? ZMQ_SNDMORE : 0);
    if (zmq_send(impl_->handle(), frames[i].data(), frames[i].size(), flags) < 0)
      return failed(Fault::full, "the engine does not take commands");
  }
  return {};
}

std::optional<BusMessage> CommandClient::receive(Duration wait) {
  auto frames = impl_->receive(wait);
  if (!frames || frames->size() != 3 || (*frames)[0] != bus_magic) return std::nullopt;
  return BusMessage{std::move((*frames)[1]), std::move((*frames)[2])};
}

struct EventReader::Impl : Socket {
  explicit Impl(std::shared_ptr<BusContext> context) : Socket(std::move(context), ZMQ_SUB) {
    set_option(handle(), ZMQ_RCVHWM, events_max);
  }
};

EventReader::EventReader(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
EventReader::EventReader(EventReader&&) noexcept = default;
EventReader& EventReader::operator=(EventReader&&) noexcept = default;
EventReader::~EventReader() = default;

Result<EventReader> EventReader::connect(std::shared_ptr<BusContext> context,
                                         const std::string& address, const CurveClient* curve) {
  auto impl = std::make_unique<Impl>(std::move(context));
  if (auto done = impl->connect(address, curve); !done) return tl::unexpected<Error>(done.error());
  return EventReader{std::move(impl)};
}

void EventReader::subscribe(std::string_view prefix) {
  zmq_setsockopt(impl_->handle(), ZMQ_SUBSCRIBE, prefix.data(), prefix.size());
}

std::optional<BusEvent> EventReader::receive(Duration wait) {
  auto frames = impl_->receive(wait);
  if (!frames || frames->size() != 3) return std::nullopt;
  return BusEvent{std::move((*frames)[0]), std::move((*frames)[1]), std::move((*frames)[2])};
}

}  // namespace signalbox
