#pragma once

#include <cstdint>
#include <functional>

#include "messages/time.hpp"

namespace signalbox {

enum class TimerId : std::uint64_t { none = 0 };

/// One-shot timers of one loop. `run` is called on that loop, never from inside `at`.
/// Loop thread only.
class Timers {
 public:
  virtual ~Timers() = default;
  virtual TimerId at(MonoTime due, std::function<void()> run) = 0;
  /// Unknown and fired ids are ignored. After it returns, `run` will not be called.
  virtual void cancel(TimerId id) = 0;
};

}  // namespace signalbox
