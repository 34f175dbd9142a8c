#include "actors/runtime/loop.hpp"

#include <atomic>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/post.hpp>
#include <cassert>
#include <utility>

#include "actors/runtime/inbox.hpp"
#include "actors/runtime/loop_asio.hpp"
#include "actors/runtime/loop_timers.hpp"
#include "actors/runtime/run_ring.hpp"
#include "actors/runtime/steady_clock.hpp"

namespace signalbox {
namespace {

thread_local Loop* current_loop = nullptr;

/// A spinning loop looks at its sockets once in this many rounds: an idle look costs a system
/// call, an idle look at the inbox costs a load.
constexpr unsigned rounds_per_socket_look = 8;

class BeCurrent {
 public:
  explicit BeCurrent(Loop* loop) : before_(std::exchange(current_loop, loop)) {}
  ~BeCurrent() { current_loop = before_; }
  BeCurrent(const BeCurrent&) = delete;
  BeCurrent& operator=(const BeCurrent&) = delete;

 private:
  Loop* before_;
};

void pause() {
#if defined(__x86_64__) || defined(__i386__)
  __builtin_ia32_pause();
#endif
}

}  // namespace

struct Loop::Impl {
  explicit Impl(LoopOptions chosen) : options(std::move(chosen)) {}

  LoopOptions options;
  boost::asio::io_context io{1};
  boost::asio::executor_work_guard<boost::asio::io_context::executor_type> work{io.get_executor()};
  LoopTimers timers{io};
  Inbox<Task, inbox_capacity> inbox;
  RunRing<Task> ring;
  RunRing<Task> idle_tasks;
  unsigned turns_passed = 0;  // which idle tasks have let pass
  std::function<bool()> poller;
  std::atomic<bool> stop_asked{false};
  std::atomic<bool> asleep{false};
  std::atomic<std::uint64_t> overflows{0};
  std::atomic<std::uint64_t> wakes{0};

  bool stopping() const { return stop_asked.load(std::memory_order_seq_cst); }

  bool run_tasks() {
    std::size_t done = 0;
    for (Task task; done < tasks_per_turn && inbox.pop(task); ++done) task();
    for (std::size_t n = 0; n < tasks_per_turn && !ring.empty(); ++n, ++done) ring.pop()();
    return done > 0;
  }

  /// At the end of a turn. True when a task for idle moments has run.
  bool run_idle_task(bool was_busy) {
    if (idle_tasks.empty()) return false;
    if (was_busy && ++turns_passed < turns_before_idle_max) return false;
    turns_passed = 0;
    idle_tasks.pop()();
    return true;
  }

  /// Blocks until something is ready. A producer looks at `asleep` after its push, this thread
  /// looks at the inbox after setting it, both sequentially consistent: one of them sees the
  /// other, so no wake-up is missed.
  void sleep() {
    asleep.store(true, std::memory_order_seq_cst);
    if (inbox.empty() && !stopping())
      io.run_one();
    else
      io.poll_one();
    asleep.store(false, std::memory_order_relaxed);
  }

  void wake() {
    if (!asleep.load(std::memory_order_seq_cst) || !asleep.exchange(false)) return;
    wakes.fetch_add(1, std::memory_order_relaxed);
    boost::asio::post(io, [] {});
  }

  void run_blocking() {
    while (!stopping()) {
      run_tasks();
      if (ring.empty() && idle_tasks.empty())
        sleep();
      else
        run_idle_task(io.poll_one() > 0 || !ring.empty());
    }
  }

  void run_spinning() {
    for (unsigned round = 0; !stopping(); ++round) {
      bool busy = run_tasks();
      if (poller && poller()) busy = true;
      if (round % rounds_per_socket_look == 0) {
        if (io.poll_one() > 0) {
          round = rounds_per_socket_look - 1;  // there may be more
          busy = true;
        }
        run_idle_task(busy);
      } else if (!busy) {
        pause();
      }
    }
  }

  void run_hybrid() {
    MonoTime spin_until = SteadyClock::now() + options.spin_for;
    while (!stopping()) {
      bool busy = run_tasks();
      if (poller && poller()) busy = true;
      if (io.poll_one() > 0) busy = true;
      if (run_idle_task(busy)) continue;
      if (!busy && SteadyClock::now() < spin_until) {
        pause();
        continue;
      }
      if (!busy) sleep();
      spin_until = SteadyClock::now() + options.spin_for;
    }
  }
};

Loop::Loop(LoopOptions options) : impl_(std::make_unique<Impl>(std::move(options))) {}
Loop::~Loop() = default;

const LoopOptions& Loop::options() const { return impl_->options; }

void Loop::run() {
  const BeCurrent scope(this);
  switch (impl_->options.wait) {
    case WaitMode::block: return impl_->run_blocking();
    case WaitMode::hybrid: return impl_->run_hybrid();
    case WaitMode::spin: return impl_->run_spinning();
  }
}

bool Loop::poll() {
  const BeCurrent scope(this);
  const bool any_task = impl_->run_tasks();
  const bool any_handler = impl_->io.poll_one() > 0;
  const bool busy = any_task || any_handler;
  return impl_->run_idle_task(busy) || busy;
}

void Loop::stop() {
  impl_->stop_asked.store(true, std::memory_order_seq_cst);
  impl_->wake();
}

bool Loop::stopping() const { return impl_->stopping(); }

void Loop::post(std::function<void()> call) { boost::asio::post(impl_->io, std::move(call)); }

void Loop::submit(Task task) {
  if (impl_->inbox.push(task)) return impl_->wake();
  impl_->overflows.fetch_add(1, std::memory_order_relaxed);
  boost::asio::post(impl_->io, task);
}

void Loop::defer(Task task) {
  assert(on_this_thread());
  impl_->ring.push(task);
}

void Loop::when_idle(Task task) {
  assert(on_this_thread());
  impl_->idle_tasks.push(task);
}

Loop* Loop::current() { return current_loop; }

Timers& Loop::timers() { return impl_->timers; }

void Loop::set_poller(std::function<bool()> poller) { impl_->poller = std::move(poller); }

LoopCounts Loop::counts() const {
  return {.inbox_overflows = impl_->overflows.load(std::memory_order_relaxed),
          .wake_ups = impl_->wakes.load(std::memory_order_relaxed)};
}

struct LoopAccess {
  static boost::asio::io_context& io(Loop& loop) { return loop.impl_->io; }
};

boost::asio::io_context& io_context_of(Loop& loop) { return LoopAccess::io(loop); }

}  // namespace signalbox
