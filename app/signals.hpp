#pragma once

#include <csignal>
#include <optional>

#include "messages/time.hpp"

namespace signalbox {

/// A pipe that nobody reads and a file that may not grow are errors of the call, and the end of no
/// engine.
inline void ignore_signals_of_files() {
  std::signal(SIGPIPE, SIG_IGN);
  std::signal(SIGXFSZ, SIG_IGN);
}

/// SIGINT and SIGTERM as something to wait for. Made on the main thread before any other thread
/// starts: they inherit the block, so no handler ever runs.
class StopSignals {
 public:
  StopSignals() {
    sigemptyset(&set_);
    sigaddset(&set_, SIGINT);
    sigaddset(&set_, SIGTERM);
    pthread_sigmask(SIG_BLOCK, &set_, nullptr);
  }

  int wait() const {
    int signal = 0;
    sigwait(&set_, &signal);
    return signal;
  }
  /// Nothing when none came within `within`.
  std::optional<int> wait(Duration within) const {
    const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(within);
    const timespec bound{seconds.count(), (within - seconds).count()};
    const int signal = sigtimedwait(&set_, nullptr, &bound);
    return signal > 0 ? std::optional{signal} : std::nullopt;
  }

 private:
  sigset_t set_{};
};

}  // namespace signalbox
