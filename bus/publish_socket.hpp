#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "bus/context.hpp"
#include "bus/fwd.hpp"
#include "bus/listen.hpp"
#include "bus/subscriptions.hpp"
#include "messages/time.hpp"

namespace signalbox {

class LoopSocket;
struct Received;

struct PublishSocketOptions {
  Listen listen;
  int send_queue_max = 10'000;  ///< messages per subscriber that does not read them
  Duration linger = std::chrono::milliseconds{200};
  bool polled = false;  ///< a spinning loop calls `poll`
};

/// Messages `[topic, header, body]` to whoever subscribes to a prefix of the topic.
///
/// Publishing never blocks and never fails, and a subscriber that does not read costs at most
/// `send_queue_max` messages of memory. What it is sent beyond that libzmq drops without telling
/// anybody: the subscriber has the beginning of what was published while it stood still, in order,
/// and has lost the rest. It sees the gap in the sequence of the next message it gets, or, when
/// none follows, in `health.sequences`; then it asks for a `snapshot`.
///
/// The sequence of a message is the caller's business: take its number first, then ask `wanted`
/// and encode only if somebody is there. Loop thread only.
class PublishSocket {
 public:
  ~PublishSocket();

  /// Whether somebody subscribes to this topic, as far as subscriptions have been read.
  bool wanted(std::string_view topic) const { return subscriptions_.wanted(topic); }
  void publish(std::string_view topic, std::string_view header, std::string_view body);

  /// For spinning loops: reads what subscribers ask for.
  std::size_t poll();

  const std::vector<std::string>& addresses() const { return addresses_; }
  std::size_t prefixes() const { return subscriptions_.size(); }  ///< different ones
  std::uint64_t published() const { return published_; }
  std::uint64_t ignored() const { return ignored_; }  ///< messages that were no subscription

 protected:
  PublishSocket() = default;
  Result<void> start(std::shared_ptr<BusContext> context, boost::asio::io_context& loop,
                     const PublishSocketOptions& options);

 private:
  Subscriptions subscriptions_;
  std::unique_ptr<LoopSocket> socket_;
  std::vector<std::string> addresses_;
  std::uint64_t published_ = 0;
  std::uint64_t ignored_ = 0;
};

/// The `events` socket: what happened to signals, orders and brackets.
class EventSocket final : public PublishSocket {
 public:
  static Result<std::unique_ptr<EventSocket>> open(std::shared_ptr<BusContext> context,
                                                   boost::asio::io_context& loop,
                                                   const PublishSocketOptions& options);

 private:
  EventSocket() = default;
};

/// The `ticks` socket, apart from events so that no flood of ticks can push an event out of a
/// subscriber's queue.
class TickSocket final : public PublishSocket {
 public:
  static Result<std::unique_ptr<TickSocket>> open(std::shared_ptr<BusContext> context,
                                                  boost::asio::io_context& loop,
                                                  const PublishSocketOptions& options);

 private:
  TickSocket() = default;
};

}  // namespace signalbox
