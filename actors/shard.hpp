#pragma once

#include <caf/actor.hpp>
#include <functional>
#include <map>
#include <memory>
#include <vector>

#include "actors/outlet.hpp"
#include "actors/rules/limits.hpp"
#include "actors/rules/plan.hpp"
#include "actors/runtime/supervisor.hpp"
#include "connectors/venue.hpp"
#include "journal/journal.hpp"
#include "messages/commands.hpp"
#include "seams/clock.hpp"
#include "seams/random.hpp"

namespace signalbox {

class LoopUnit;

/// When a request may leave: `process` once it is recorded, `power` once it is committed.
enum class Durability : std::uint8_t { process = 1, power };

/// One exchange account of a shard.
struct AccountSetup {
  AccountName account;
  VenueName venue;
  bool testnet = false;
  RiskLimits limits;
  CoverPolicy cover;
  std::vector<Symbol> symbols;  ///< whose tickers are watched from the start
  Capabilities capabilities;
  /// Makes a connection's venue, on the hot loop; called again after each crash of it.
  std::function<std::unique_ptr<Venue>()> make_venue;
};

struct ShardSetup {
  std::vector<AccountSetup> accounts;
  std::optional<Notional> max_total_notional;
  Durability durability = Durability::process;
  SupervisorOptions supervision;
  std::function<void(const SupervisionEvent&)> on_supervision = {};
  /// Risk, brackets or orders has ended by a defect of ours: nothing can be trusted but the
  /// journal, and the way back is a new start. Hot loop.
  std::function<void(const std::string& why)> on_broken = {};
};

/// What the shard is joined to. All of it belongs to the hot loop and outlives the shard.
struct ShardSeams {
  Journal& journal;
  const Clock& clock;
  Random& random;
  Outlet& outlet;
};

/// A group of accounts with its hot chain: risk → brackets → orders → connections, all on one
/// loop. Starting it replays the journal first; entries open once each account is READY.
struct Shard {
  caf::actor risk;
  caf::actor brackets;
  caf::actor orders;
  caf::actor connections;  ///< their supervisor
};

/// Fails when the journal cannot be replayed: nothing was started then.
Result<Shard> start_shard(caf::actor_system& system, LoopUnit* loop, ShardSetup setup,
                          ShardSeams seams);

}  // namespace signalbox
