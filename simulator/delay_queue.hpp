#pragma once

#include <algorithm>
#include <deque>
#include <functional>
#include <memory>
#include <set>

#include "seams/clock.hpp"
#include "seams/timers.hpp"

namespace signalbox::simulator {

/// A way on which things take time and keep their order, like bytes on one connection. What has
/// not arrived when it is destroyed never does. Everything runs on the timers' loop, never from
/// inside a call.
class DelayQueue {
 public:
  DelayQueue(const Clock& clock, Timers& timers) : clock_(clock), timers_(timers) {}
  ~DelayQueue() { clear(); }
  DelayQueue(const DelayQueue&) = delete;
  DelayQueue& operator=(const DelayQueue&) = delete;

  /// Arrives after `delay`, and after everything pushed before it.
  void push(Duration delay, std::function<void()> run) {
    last_due_ = std::max(last_due_, clock_.mono() + delay);
    queue_.push_back({last_due_, std::move(run)});
    arm();
  }
  /// Arrives after `delay`, whatever else is on the way.
  void push_alone(Duration delay, std::function<void()> run) {
    const auto id = std::make_shared<TimerId>(TimerId::none);
    *id = timers_.at(clock_.mono() + delay, [this, id, run = std::move(run)] {
      alone_.erase(*id);
      run();
    });
    alone_.insert(*id);
  }

  std::size_t size() const { return queue_.size() + alone_.size(); }

  void clear() {
    queue_.clear();
    if (armed_ != TimerId::none) timers_.cancel(armed_);
    armed_ = TimerId::none;
    for (const auto id : alone_) timers_.cancel(id);
    alone_.clear();
    last_due_ = {};
  }

 private:
  struct Due {
    MonoTime at;
    std::function<void()> run;
  };

  void arm() {
    if (armed_ != TimerId::none || queue_.empty()) return;
    armed_ = timers_.at(queue_.front().at, [this] { arrive(); });
  }

  void arrive() {
    armed_ = TimerId::none;
    // One at a time: what it runs may push, or clear.
    const auto run = std::move(queue_.front().run);
    queue_.pop_front();
    arm();
    run();
  }

  const Clock& clock_;
  Timers& timers_;
  std::deque<Due> queue_;
  std::set<TimerId> alone_;
  TimerId armed_ = TimerId::none;
  MonoTime last_due_{};
};

}  // namespace signalbox::simulator
