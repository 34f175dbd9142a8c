#pragma once

#include <string>
#include <vector>

#include "messages/commands.hpp"
#include "simulation/trouble.hpp"
#include "simulation/world.hpp"

namespace signalbox::simulation {

/// A signal as it will be sent. Prices depend on the market of that moment, so they are planned as
/// parts of it.
struct PlannedSignal {
  Duration at{};
  Signal signal;          ///< without time and absolute prices
  std::int64_t away = 0;  ///< limit price: hundredths of a percent from the market
  Duration expires{};     ///< of the entry, from sending; zero: never
  Duration aged{};        ///< how old its time already is
  /// Why risk must not approve it, whatever else is true; empty: it may.
  std::string_view must_be_refused;
};

struct PlannedCommand {
  enum class What : std::uint8_t { close = 1, cancel, cancel_all, halt, resume };
  Duration at{};
  What what = What::close;
  std::size_t signal = 0;  ///< index of the newest signal it may name
  std::uint64_t draw = 0;
  TradingState level = TradingState::halted;
};

/// Everything that happens in one session, drawn from its seed before it begins.
struct Plan {
  std::uint64_t seed = 1;
  Duration length{};  ///< of the session; faults and signals end `rest` before
  WorldSettings world;
  std::uint16_t step_parts = 10;  ///< how far the market moves at a step: hundredths of a percent
  std::vector<PlannedSignal> signals;
  std::vector<PlannedCommand> commands;
  std::vector<PlannedFault> faults;
};

/// From the last fault to the end: time for everything to come to rest.
inline constexpr Duration rest = std::chrono::seconds{130};
inline constexpr Duration usual_length = std::chrono::minutes{10};

/// The venue is drawn from the seed unless it is named; the name outlives the plan.
Plan make_plan(std::uint64_t seed, Duration length = usual_length, std::string_view venue = {});

}  // namespace signalbox::simulation
