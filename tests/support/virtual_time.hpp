#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <random>
#include <utility>

#include "seams/clock.hpp"
#include "seams/random.hpp"
#include "seams/timers.hpp"

namespace signalbox::test {

/// Time that passes only when told to. The wall clock can be stepped on its own, as an operator
/// or NTP would.
class VirtualClock final : public Clock {
 public:
  MonoTime mono() const override { return now_; }
  WallTime wall() const override { return wall_at_start_ + now_.time_since_epoch() + stepped_; }

  void advance_to(MonoTime t) { now_ = t; }
  void step_wall(Duration by) { stepped_ += by; }

 private:
  static constexpr WallTime wall_at_start_{std::chrono::sys_days{std::chrono::year{2025} / 1 / 1}};
  MonoTime now_{};
  Duration stepped_{};
};

/// Timers of virtual time: whoever advances the clock fires them.
class VirtualTimers final : public Timers {
 public:
  TimerId at(MonoTime due, std::function<void()> run) override {
    waiting_.emplace(Key{due, ++last_id_}, std::move(run));
    return TimerId{last_id_};
  }

  void cancel(TimerId id) override {
    std::erase_if(waiting_, [id](const auto& each) { return TimerId{each.first.second} == id; });
  }

  std::optional<MonoTime> next_due() const {
    if (waiting_.empty()) return std::nullopt;
    return waiting_.begin()->first.first;
  }

  /// Runs one timer that is due at `now`; false when there is none.
  bool fire_one(MonoTime now) {
    if (waiting_.empty() || waiting_.begin()->first.first > now) return false;
    const auto run = std::move(waiting_.begin()->second);
    waiting_.erase(waiting_.begin());
    run();
    return true;
  }

  void clear() { waiting_.clear(); }

 private:
  using Key = std::pair<MonoTime, std::uint64_t>;
  std::map<Key, std::function<void()>> waiting_;
  std::uint64_t last_id_ = 0;
};

class SeededRandom final : public Random {
 public:
  explicit SeededRandom(std::uint64_t seed) : engine_(seed) {}
  std::uint64_t next() override { return engine_(); }

 private:
  std::mt19937_64 engine_;
};

}  // namespace signalbox::test
