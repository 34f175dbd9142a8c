#pragma once

#include <catch2/catch.hpp>
#include <chrono>
#include <condition_variable>
#include <mutex>
#include <thread>
#include <utility>

#include "actors/runtime/loop.hpp"

namespace signalbox::test {

/// Long enough for a sanitizer on a loaded machine; nothing waits this long when all is well.
inline constexpr std::chrono::seconds patience{20};

/// A number that other threads raise and the test waits for.
class Tally {
 public:
  void add() {
    const std::lock_guard lock(mutex_);
    ++count_;
    raised_.notify_all();
  }
  [[nodiscard]] bool reaches(std::size_t wanted) {
    std::unique_lock lock(mutex_);
    return raised_.wait_for(lock, patience, [&] { return count_ >= wanted; });
  }
  std::size_t count() {
    const std::lock_guard lock(mutex_);
    return count_;
  }

 private:
  std::mutex mutex_;
  std::condition_variable raised_;
  std::size_t count_ = 0;
};

/// A loop on a thread of its own, ended with the test.
class RunningLoop {
 public:
  explicit RunningLoop(LoopOptions options)
      : loop(std::move(options)), thread_([this] { loop.run(); }) {}
  ~RunningLoop() {
    loop.stop();
    thread_.join();
  }
  RunningLoop(const RunningLoop&) = delete;
  RunningLoop& operator=(const RunningLoop&) = delete;

  Loop loop;

 private:
  std::thread thread_;
};

inline const char* name_of(WaitMode mode) {
  return mode == WaitMode::block ? "block" : mode == WaitMode::spin ? "spin" : "hybrid";
}

}  // namespace signalbox::test
