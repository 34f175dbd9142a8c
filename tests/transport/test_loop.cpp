#include "tests/transport/test_loop.hpp"

#include <boost/asio/io_context.hpp>
#include <chrono>

namespace signalbox::test {

MonoTime RealClock::mono() const {
  return MonoTime{
      std::chrono::duration_cast<Duration>(std::chrono::steady_clock::now().time_since_epoch())};
}
WallTime RealClock::wall() const {
  return std::chrono::time_point_cast<Duration>(std::chrono::system_clock::now());
}

TestLoop::TestLoop() : io_(std::make_unique<boost::asio::io_context>(1)) {}
TestLoop::~TestLoop() = default;
boost::asio::io_context& TestLoop::io() { return *io_; }

bool TestLoop::run_until(const std::function<bool()>& seen, Duration at_most) {
  const auto until = in(at_most);
  while (!seen()) {
    const auto left = until - clock.mono();
    if (left <= Duration{}) return false;
    io_->restart();
    io_->run_one_for(left);
  }
  return true;
}

void TestLoop::run_ready() {
  io_->restart();
  io_->poll();
}

}  // namespace signalbox::test
