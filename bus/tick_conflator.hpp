#pragma once

#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "messages/time.hpp"
#include "messages/venue_reports.hpp"

namespace signalbox {

/// Lets at most one tick per stream and `interval` through: the first at once, of those that
/// follow the latest, at the end of the interval. An interval of 0 lets all through. Time is an
/// argument, so it holds in simulation; who drives it calls `release` at `next_due`.
/// One thread, the publisher's.
class TickConflator {
 public:
  static constexpr Duration interval_default = std::chrono::milliseconds{10};
  static constexpr std::size_t streams_max_default = 4096;

  enum class Offered : std::uint8_t {
    publish = 1,  ///< the caller publishes this one now
    held,         ///< kept as the latest of its stream
    full,         ///< no room for one more stream: the tick is not kept
  };

  explicit TickConflator(Duration interval = interval_default,
                         std::size_t streams_max = streams_max_default)
      : interval_(interval), streams_max_(streams_max) {}

  Offered offer(std::string_view stream, const Tick& tick, MonoTime now);

  /// Calls `publish(stream, tick)` for each held tick whose interval has passed; it must not
  /// call `offer`.
  template <class F>
  void release(MonoTime now, F&& publish) {
    while (const auto* slot = take_due(now)) publish(std::string_view{slot->stream}, slot->latest);
  }

  /// When to call `release`, at the earliest; nothing while no tick is held.
  std::optional<MonoTime> next_due() const;

 private:
  struct Slot {
    std::string stream;
    Tick latest;
    MonoTime published{};
    bool resting = false;  // published less than an interval ago: it is in `resting_`
    bool holds = false;
  };
  struct Hash {
    using is_transparent = void;
    std::size_t operator()(std::string_view s) const { return std::hash<std::string_view>{}(s); }
  };

  void wake_rested(MonoTime now);
  const Slot* take_due(MonoTime now);
  void rest(std::size_t slot, MonoTime now);

  Duration interval_;
  std::size_t streams_max_;
  std::vector<Slot> slots_;
  std::unordered_map<std::string, std::size_t, Hash, std::equal_to<>> index_;
  std::deque<std::size_t> resting_;  // by time of publishing; each slot at most once
  std::size_t held_ = 0;
};

}  // namespace signalbox
