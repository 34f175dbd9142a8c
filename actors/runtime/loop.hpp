#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "actors/runtime/task.hpp"
#include "messages/time.hpp"
#include "seams/timers.hpp"

namespace signalbox {

/// What a loop does when nothing is ready. `block` costs no CPU and about one thread wake-up per
/// event; `spin` costs a whole core and never sleeps; `hybrid` spins for `spin_for` after each
/// event and then blocks.
enum class WaitMode : std::uint8_t { block = 1, hybrid = 2, spin = 3 };

struct LoopOptions {
  std::string name = "loop";  ///< the thread's name; the kernel keeps 15 characters
  WaitMode wait = WaitMode::block;
  Duration spin_for = std::chrono::microseconds{50};  ///< `hybrid` only
  std::optional<unsigned> cpu = std::nullopt;         ///< pin the thread to this CPU
  /// The owner calls `run` on a thread of its own; the runtime starts none.
  bool external = false;
};

/// Numbers for health reports. Any thread.
struct LoopCounts {
  std::uint64_t inbox_overflows = 0;  ///< tasks that took the slow way because the inbox was full
  std::uint64_t wake_ups = 0;         ///< times another thread woke the sleeping loop
};

/// One thread's event loop: sockets and timers (Asio), tasks from this thread (the ring) and
/// tasks from other threads (the inbox). Handlers run one at a time; after each, everything it
/// made ready runs before the next. An exception that leaves a handler ends the process: it
/// means bad wiring, and everything a peer can trigger is an error value.
///
/// Its io_context, for those who may name Asio, is in loop_asio.hpp. Only the loop runs it.
class Loop {
 public:
  static constexpr std::size_t inbox_capacity = 4096;  ///< tasks
  /// Tasks from the ring or the inbox that run before sockets and timers are looked at again.
  static constexpr std::size_t tasks_per_turn = 256;

  /// Turns that a task for idle moments lets pass while there is always something else to do.
  static constexpr unsigned turns_before_idle_max = 32;

  explicit Loop(LoopOptions options);
  ~Loop();
  Loop(const Loop&) = delete;
  Loop& operator=(const Loop&) = delete;

  const LoopOptions& options() const;

  /// Runs on the calling thread until `stop`. Once in a loop's life.
  void run();
  /// One turn without waiting; false when nothing was ready. For owners without a thread, and
  /// for shutdown after `run` has returned. Never while another thread is in `run`.
  bool poll();
  /// Any thread; final.
  void stop();
  bool stopping() const;

  /// Any thread. Calls of one thread run in order. Allocates; the caller bounds how many of its
  /// calls are under way.
  void post(std::function<void()> call);
  /// Any thread, no allocation. Nothing is lost when the inbox is full, but then a later task of
  /// the same thread may run earlier: use `post` where that matters.
  void submit(Task task);
  /// Loop thread only: runs after the current handler, in order.
  void defer(Task task);
  /// Loop thread only: runs when nothing else is ready, before the loop waits; after
  /// `turns_before_idle_max` turns it runs all the same. In order.
  void when_idle(Task task);

  /// Whether the calling thread is inside this loop's `run` or `poll`.
  bool on_this_thread() const { return current() == this; }
  static Loop* current();

  /// Loop thread only, or before `run`.
  Timers& timers();
  /// Called between turns while the loop spins (never in `block`); answers whether it did
  /// anything. Set it before `run` or on the loop's thread; empty removes it.
  void set_poller(std::function<bool()> poller);

  LoopCounts counts() const;

 private:
  friend struct LoopAccess;
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace signalbox
