#pragma once

#include <optional>

#include "actors/rules/legs.hpp"
#include "messages/time.hpp"

namespace signalbox {

/// What a bracket knows of one leg's newest order.
struct LegView {
  enum class State : std::uint8_t { none = 1, sent, pending, standing, cancelling, unknown };
  State state = State::none;
  Quantity quantity;  ///< of the order
  Quantity filled;
  std::optional<MonoTime> triggered_at;

  /// May still trade.
  bool live() const { return state != State::none; }
  /// At the venue, as far as anyone knows, and not on its way out.
  bool stands() const { return state == State::standing; }
  /// Quantity that may still trade, whatever the state.
  Quantity remaining() const { return live() ? quantity - filled : Quantity{}; }

  void on(const LegEvent& event, MonoTime now);
};

/// One slice of the position with its own stop and, mostly, its own target. A slice does not grow:
/// new fills get a slice of their own, and slices merge when things are quiet.
struct Slot {
  LegView stop;
  LegView target;
  std::size_t target_index = 0;        ///< which of the signal's targets
  std::uint32_t terms = 0;             ///< placed under these; older ones are placed anew
  bool linked = false;                 ///< the venue cancels one when the other trades
  bool coming_down = false;            ///< a leg was called back: a linked one goes with it
  bool swapping = false;               ///< the stop is called back to sell at the target instead
  bool taking = false;                 ///< the target is an order that sells at once or goes
  std::optional<MonoTime> bare_since;  ///< swapping or taking: no stop stands for it since

  bool live() const { return stop.live() || target.live(); }
  /// What this slice may still sell: the venue holds that much of the balance for it.
  Quantity holds() const { return std::max(stop.remaining(), target.remaining()); }
  /// What a live stop protects now.
  Quantity covers() const { return stop.stands() ? stop.remaining() : Quantity{}; }
  /// One leg would sell what the other has sold already.
  bool sells_twice() const {
    const Quantity left = std::max(stop.quantity, target.quantity) - stop.filled - target.filled;
    return !linked && (stop.remaining() > left || target.remaining() > left);
  }
};

}  // namespace signalbox
