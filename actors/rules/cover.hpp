#pragma once

#include <optional>

#include "messages/bounded.hpp"
#include "messages/time.hpp"
#include "messages/value.hpp"

namespace signalbox {

/// How long filled quantity has gone without a live stop. Every fill has its own clock: a stop
/// that covers the first lot does not extend the time of the second.
class CoverClock {
 public:
  /// `total` is the cumulative quantity acquired, this fill included.
  void on_fill(Quantity total, MonoTime now);

  /// Call after every change: `secured` is what of the cumulative total has been sold again or
  /// lies under live stops, `open` what is owned and worth protecting but lies under none.
  void update(Quantity secured, Quantity open, MonoTime now);

  /// A new process: what is open now has its whole time from here on.
  void begin_again(MonoTime now);

  /// Since when the oldest uncovered part has been open.
  std::optional<MonoTime> open_since() const { return open_since_; }
  /// The longest uncovered time so far, the running one included.
  Duration longest(MonoTime now) const;

 private:
  struct Acquired {
    Quantity total;
    MonoTime at{};
  };
  // More fills than this before the first stop stands share the time of an earlier one, which
  // only makes the deadline come sooner.
  static constexpr std::size_t fills_waiting_max = 32;

  Bounded<Acquired, fills_waiting_max> waiting_;
  Quantity secured_;
  std::optional<MonoTime> open_since_;
  Duration longest_{};
};

}  // namespace signalbox
