#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <unordered_map>
#include <utility>

#include "seams/timers.hpp"

namespace signalbox {

/// All timers of one loop on one Asio timer, which is touched only when the earliest due time
/// moves forward: arming and cancelling an order's deadline costs no system call. Timers of one
/// due time run in the order they were made. Loop thread only.
class LoopTimers final : public Timers {
 public:
  explicit LoopTimers(boost::asio::io_context& io) : timer_(io) {}

  TimerId at(MonoTime due, std::function<void()> run) override;
  void cancel(TimerId id) override;

 private:
  using Key = std::pair<MonoTime, std::uint64_t>;
  using Waiting = std::map<Key, std::function<void()>>;

  void arm();
  void fire();

  boost::asio::steady_timer timer_;
  std::optional<MonoTime> armed_for_;
  Waiting waiting_;
  std::unordered_map<std::uint64_t, Waiting::iterator> by_id_;
  std::uint64_t last_id_ = 0;
};

}  // namespace signalbox
