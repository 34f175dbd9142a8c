#pragma once

#include <functional>
#include <utility>
#include <vector>

#include "seams/clock.hpp"
#include "seams/timers.hpp"

namespace signalbox::kit {

/// A timer that belongs to its owner: set again or destroyed, it does not fire.
class OwnTimer {
 public:
  explicit OwnTimer(Timers& timers) : timers_(timers) {}
  ~OwnTimer() { cancel(); }
  OwnTimer(const OwnTimer&) = delete;
  OwnTimer& operator=(const OwnTimer&) = delete;

  void set(MonoTime due, std::function<void()> run) {
    cancel();
    id_ = timers_.at(due, [this, call = std::move(run)] {
      id_ = TimerId::none;
      call();
    });
  }
  void cancel() {
    if (id_ != TimerId::none) timers_.cancel(id_);
    id_ = TimerId::none;
  }
  bool is_set() const { return id_ != TimerId::none; }

 private:
  Timers& timers_;
  TimerId id_ = TimerId::none;
};

/// Calls from the loop's next turn, in order; not any more once this is gone. Loop thread only.
class PostQueue {
 public:
  PostQueue(const Clock& clock, Timers& timers) : clock_(clock), timer_(timers) {}

  void post(std::function<void()> call) {
    posted_.push_back(std::move(call));
    if (timer_.is_set()) return;
    timer_.set(clock_.mono(), [this] {
      const auto calls = std::exchange(posted_, {});
      for (const auto& each : calls) each();
    });
  }

 private:
  const Clock& clock_;
  std::vector<std::function<void()>> posted_;
  OwnTimer timer_;
};

}  // namespace signalbox::kit
