#pragma once

#include <optional>

#include "simulator/data/recording.hpp"
#include "simulator/engine/engine.hpp"

namespace signalbox::simulator {

struct ReplayOptions {
  std::uint32_t speed = 1;  ///< so many recorded seconds in one; at least 1
  bool repeat = true;       ///< begin again at the end
  /// Between the last event of one round and the first of the next, in recorded time. The price
  /// jumps there from where the recording ends to where it began, and may fire stops: a seam, and
  /// counted as one.
  Duration seam = std::chrono::seconds{1};
};

/// Moves a market by recorded events, stamped with the simulator's own time. Pure: the caller says
/// how much time has passed. The recording must outlive it.
class Replay {
 public:
  Replay(const Recording& recording, Engine& engine, MarketId market, ReplayOptions options);

  /// Applies what is due `elapsed` after the start, at most `events_per_call` of it; answers how
  /// many events that was.
  std::size_t advance(Duration elapsed, WallTime now);
  /// When the next event is due after the start; nothing at the end.
  std::optional<Duration> next_due() const;
  std::uint64_t seams() const { return seams_; }

  static constexpr std::size_t events_per_call = 10'000;

 private:
  const Recording& recording_;
  Engine& engine_;
  MarketId market_;
  ReplayOptions options_;
  std::size_t next_ = 0;
  Duration round_began_{};  // in recorded time
  std::uint64_t seams_ = 0;
};

}  // namespace signalbox::simulator
