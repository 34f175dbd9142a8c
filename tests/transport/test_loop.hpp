#pragma once

#include <functional>
#include <memory>

#include "connectors/transport/loop.hpp"
#include "messages/time.hpp"
#include "seams/clock.hpp"
#include "seams/random.hpp"

namespace signalbox::test {

/// The machine's clocks: these tests use real sockets, so time is real too.
class RealClock : public Clock {
 public:
  MonoTime mono() const override;
  WallTime wall() const override;
};

class CountingRandom : public Random {
 public:
  std::uint64_t next() override { return ++state_; }

 private:
  std::uint64_t state_ = 0;
};

/// One loop for both sides of a connection: no threads, and nothing happens unless it is run.
class TestLoop {
 public:
  TestLoop();
  ~TestLoop();
  boost::asio::io_context& io();
  /// Runs until `seen` is true. False after `at_most`: what was waited for never came.
  [[nodiscard]] bool run_until(const std::function<bool()>& seen,
                               Duration at_most = std::chrono::seconds{5});
  /// Runs what is ready now, without waiting for anything.
  void run_ready();

  RealClock clock;
  CountingRandom random;
  MonoTime in(Duration d) const { return clock.mono() + d; }

 private:
  std::unique_ptr<boost::asio::io_context> io_;
};

}  // namespace signalbox::test
