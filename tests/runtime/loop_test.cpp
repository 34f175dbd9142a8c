#include "actors/runtime/loop.hpp"

#include <atomic>
#include <catch2/catch.hpp>
#include <vector>

#include "actors/runtime/steady_clock.hpp"
#include "tests/runtime/waiting.hpp"

using namespace signalbox;
using namespace signalbox::test;
using namespace std::chrono_literals;

namespace {

template <class Counter>
Task count(Counter& counter) {
  return {[](void*, void* what) { ++*static_cast<Counter*>(what); }, nullptr, &counter};
}

/// A few cycles per step.
void linger(unsigned steps) {
  for (; steps > 0; --steps) std::atomic_signal_fence(std::memory_order_seq_cst);
}

void run_again(void* loop, void*) { static_cast<Loop*>(loop)->defer({&run_again, loop, nullptr}); }

}  // namespace

TEST_CASE("a sleeping loop never misses a wake-up", "[loop]") {
  const auto mode = GENERATE(WaitMode::block, WaitMode::hybrid, WaitMode::spin);
  INFO("wait mode " << name_of(mode));
  RunningLoop running({.wait = mode, .spin_for = 1us});

  // One producer, so that no other push can rescue a loop that overslept. Each task says that it
  // runs and lingers; the next is handed in at every moment around the loop's falling asleep.
  // A spinning loop never sleeps, and two spinning threads are slow where others want the cores.
  const unsigned rounds = mode == WaitMode::spin ? 20 : 10'000;
  std::atomic<unsigned> ran{0};
  const Task task{[](void*, void* what) {
                    ++*static_cast<std::atomic<unsigned>*>(what);
                    linger(512);
                  },
                  nullptr, &ran};
  bool overslept = false;
  for (unsigned round = 1; round <= rounds && !overslept; ++round) {
    linger(round % 1024);
    running.loop.submit(task);
    const auto deadline = SteadyClock::now() + patience;
    for (unsigned look = 0; ran != round && !overslept; ++look) {
      if (look < 1'000) continue;
      std::this_thread::yield();  // somebody else needs the core, perhaps the loop
      overslept = SteadyClock::now() > deadline;
    }
  }
  CHECK_FALSE(overslept);
}

TEST_CASE("a full inbox loses nothing", "[loop][I9]") {
  Loop loop({});
  std::size_t ran = 0;
  constexpr std::size_t too_many = Loop::inbox_capacity + 100;
  for (std::size_t i = 0; i < too_many; ++i) loop.submit(count(ran));
  CHECK(loop.counts().inbox_overflows == 100);
  while (loop.poll()) {
  }
  CHECK(ran == too_many);
}

TEST_CASE("many threads hand tasks to one loop: each runs once", "[loop]") {
  const auto mode = GENERATE(WaitMode::block, WaitMode::hybrid, WaitMode::spin);
  INFO("wait mode " << name_of(mode));
  constexpr std::size_t producers = 3;
  constexpr std::size_t each = 20'000;
  std::atomic<std::size_t> ran{0};
  RunningLoop running({.wait = mode});
  std::vector<std::thread> threads;
  for (std::size_t p = 0; p < producers; ++p)
    threads.emplace_back([&] {
      for (std::size_t i = 0; i < each; ++i) running.loop.submit(count(ran));
    });
  for (auto& thread : threads) thread.join();

  const auto deadline = SteadyClock::now() + patience;
  while (ran < producers * each && SteadyClock::now() < deadline) std::this_thread::yield();
  CHECK(ran == producers * each);
}

TEST_CASE("posted calls of one thread run in order, on the loop's thread", "[loop]") {
  const auto mode = GENERATE(WaitMode::block, WaitMode::hybrid, WaitMode::spin);
  INFO("wait mode " << name_of(mode));
  RunningLoop running({.wait = mode});
  std::vector<int> seen;
  bool elsewhere = false;
  Tally done;
  for (int i = 0; i < 1'000; ++i)
    running.loop.post([&, i] {
      seen.push_back(i);
      if (!running.loop.on_this_thread()) elsewhere = true;
      if (i == 999) done.add();
    });
  REQUIRE(done.reaches(1));
  CHECK_FALSE(elsewhere);
  CHECK_FALSE(running.loop.on_this_thread());
  REQUIRE(seen.size() == 1'000);
  CHECK(std::is_sorted(seen.begin(), seen.end()));
}

TEST_CASE("a task that always makes another cannot starve sockets and posts", "[loop]") {
  const auto mode = GENERATE(WaitMode::block, WaitMode::hybrid, WaitMode::spin);
  INFO("wait mode " << name_of(mode));
  RunningLoop running({.wait = mode});
  running.loop.submit({&run_again, &running.loop, nullptr});
  Tally posted;
  for (int i = 0; i < 10; ++i) running.loop.post([&] { posted.add(); });
  CHECK(posted.reaches(10));
}

TEST_CASE("what waits for an idle moment runs after all that is ready", "[loop]") {
  const auto mode = GENERATE(WaitMode::block, WaitMode::hybrid, WaitMode::spin);
  INFO("wait mode " << name_of(mode));
  RunningLoop running({.wait = mode});
  static std::vector<int> order;
  order.clear();
  static Tally over;
  const auto before = over.count();
  running.loop.post([&] {
    running.loop.when_idle({[](void*, void*) { order.push_back(3); }, nullptr, nullptr});
    running.loop.when_idle({[](void*, void*) {
                              order.push_back(4);
                              over.add();
                            },
                            nullptr, nullptr});
    running.loop.defer({[](void*, void*) { order.push_back(0); }, nullptr, nullptr});
    for (int i = 1; i <= 2; ++i) running.loop.post([i] { order.push_back(i); });
  });
  REQUIRE(over.reaches(before + 1));
  CHECK(order == std::vector{0, 1, 2, 3, 4});
}

TEST_CASE("a loop that is always busy reaches what waits for an idle moment", "[loop]") {
  const auto mode = GENERATE(WaitMode::block, WaitMode::hybrid, WaitMode::spin);
  INFO("wait mode " << name_of(mode));
  RunningLoop running({.wait = mode});
  Tally reached;
  running.loop.post([&] {
    run_again(&running.loop, nullptr);
    running.loop.when_idle(
        {[](void*, void* what) { static_cast<Tally*>(what)->add(); }, nullptr, &reached});
  });
  CHECK(reached.reaches(1));
}

TEST_CASE("timers fire in order of their due time, cancelled ones never", "[loop]") {
  const auto mode = GENERATE(WaitMode::block, WaitMode::hybrid, WaitMode::spin);
  INFO("wait mode " << name_of(mode));
  RunningLoop running({.wait = mode});
  std::vector<std::string> fired;
  Tally last;
  running.loop.post([&] {
    auto& timers = running.loop.timers();
    const MonoTime start = SteadyClock::now();
    const auto note = [&](std::string what) {
      return [&fired, what = std::move(what)] { fired.push_back(what); };
    };
    timers.at(start + 3ms, note("third"));
    const auto never = timers.at(start + 2ms, note("cancelled"));
    timers.at(start + 1ms, note("first"));
    timers.at(start + 1ms, note("second, made later for the same time"));
    const auto also_never = timers.at(start + 3ms, note("cancelled by another timer"));
    timers.at(start + 2ms, [&, also_never] { timers.cancel(also_never); });
    timers.at(start + 4ms, [&] { last.add(); });
    timers.cancel(never);
    timers.cancel(TimerId::none);
    CHECK(fired.empty());
  });
  REQUIRE(last.reaches(1));
  CHECK(fired ==
        std::vector<std::string>{"first", "second, made later for the same time", "third"});
}

TEST_CASE("a timer armed for the past by a timer does not hold the loop", "[loop]") {
  Loop loop({});
  int fired = 0;
  std::function<void()> again = [&] {
    ++fired;
    loop.timers().at(SteadyClock::now() - 1s, again);
  };
  again();
  const auto deadline = SteadyClock::now() + patience;
  while (fired < 3 && SteadyClock::now() < deadline) loop.poll();
  CHECK(fired == 3);
}

TEST_CASE("a spinning loop asks its poller, a blocking one never", "[loop]") {
  Tally polled;
  SECTION("spin") {
    Loop loop({.wait = WaitMode::spin});
    loop.set_poller([&] {
      polled.add();
      if (polled.count() == 3) loop.stop();
      return true;
    });
    loop.run();
    CHECK(polled.count() == 3);
  }
  SECTION("block") {
    Loop loop({.wait = WaitMode::block});
    loop.set_poller([&] {
      polled.add();
      return true;
    });
    loop.post([&] { loop.stop(); });
    loop.run();
    CHECK(polled.count() == 0);
  }
}

TEST_CASE("a loop that was stopped before it ran ends at once", "[loop]") {
  const auto mode = GENERATE(WaitMode::block, WaitMode::hybrid, WaitMode::spin);
  Loop loop({.wait = mode});
  loop.stop();
  loop.run();
  CHECK(loop.stopping());
}
