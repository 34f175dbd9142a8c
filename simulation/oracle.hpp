#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "actors/rules/plan.hpp"
#include "messages/commands.hpp"
#include "simulation/world.hpp"

namespace signalbox::simulation {

/// A promise that was broken, by its name in docs/reliability.md.
struct Violation {
  std::string promise;  ///< "I1"
  MonoTime at{};
  std::string what;
};

/// A time in which no request could reach the exchange, or none could be carried out.
struct Closed {
  MonoTime from{};
  MonoTime until{};
};

/// A command that set the trading state, and when its sender was told that it is done.
struct Switched {
  bool entries_allowed = false;
  MonoTime asked{};
  std::optional<MonoTime> done;
};

/// What the judge knows of a session beside the venue's record and the replies: what was asked for
/// and what was planned to go wrong. Nothing here comes from the engine's own state.
struct CaseFile {
  struct Asked {
    Signal signal;
    std::string_view must_be_refused;
    MonoTime at{};  ///< when it was sent first
    std::optional<MonoTime> entry_expires;
  };
  std::map<SignalHash, Asked> signals;
  MarketFacts market;
  /// To which side a bracket opens; one that nobody asked for, as most do.
  Side opening_side(const SignalHash& key) const {
    const auto found = signals.find(key);
    return found == signals.end() ? Side::buy : found->second.signal.side;
  }
  /// What an opening trade leaves to be protected.
  Quantity kept_of(const simulator::Trade& trade) const {
    const bool pays_in_base = market.fee_in_base && trade.side == Side::buy;
    return pays_in_base ? trade.quantity - Quantity{trade.fee} : trade.quantity;
  }
  std::vector<Closed> closed;
  std::vector<Switched> switches;
  std::vector<MonoTime> starts;        ///< of the process
  std::vector<MonoTime> rebuilds;      ///< of a shard of which an actor threw
  std::vector<MonoTime> clock_jumps;   ///< of the host's wall clock
  std::vector<MonoTime> power_losses;  ///< of the machine
  CoverPolicy cover;
  MonoTime end{};
  struct Look {
    SignalId command;  ///< of the snapshot
    MonoTime at{};
    std::set<std::string> open;  ///< client ids of what is open at the venue
  };
  std::optional<Look> look;
  std::optional<MonoTime> asked_all;  ///< for every signal, when all was over
  Duration way{};                     ///< to the exchange, one direction
};

/// Judges a finished session. Pure reading.
std::vector<Violation> judge(World& world, const CaseFile& file);

}  // namespace signalbox::simulation
