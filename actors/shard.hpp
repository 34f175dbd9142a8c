#pragma once

#include <caf/actor.hpp>
#include <functional>
#include <map>
#include <memory>
#include <vector>

#include "actors/outlet.hpp"
#include "actors/rules/limits.hpp"
#include "actors/rules/plan.hpp"
#include "actors/rules/silence.hpp"
#include "actors/rules/suspects.hpp"
#include "actors/runtime/supervisor.hpp"
#include "connectors/venue.hpp"
#include "journal/journal.hpp"
#include "messages/commands.hpp"
#include "seams/clock.hpp"
#include "seams/random.hpp"

namespace signalbox {

class LoopUnit;
struct Shard;

/// When a request may leave: `process` once it is recorded, `power` once it is committed.
enum class Durability : std::uint8_t { process = 1, power };

/// One exchange account of a shard.
struct AccountSetup {
  AccountName account;
  VenueName venue;
  bool testnet = false;
  RiskLimits limits;
  CoverPolicy cover;
  std::vector<SilencePolicy> silences;
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
  /// So often the shard is rebuilt from its journal within the window when risk, brackets or orders
  /// throws; once more, and it is broken.
  std::size_t rebuilds_max = 2;
  Duration rebuild_window = std::chrono::seconds{60};
  /// Risk, brackets or orders has thrown: the shard ends, to be rebuilt. Hot loop, like the next.
  std::function<void(const std::string& why)> on_defect = {};
  /// It was rebuilt from the journal; from now on these are its actors.
  std::function<void(const Shard& shard)> on_rebuilt = {};
  /// It has thrown too often, or cannot be rebuilt, or connections die again and again: the way
  /// back is a new start of the process.
  std::function<void(const std::string& why)> on_broken = {};
  /// Kept over every rebuilding of the shard in this process.
  std::shared_ptr<Suspects> suspects = std::make_shared<Suspects>();
};

/// What the shard is joined to. All of it belongs to the hot loop and outlives the shard.
struct ShardSeams {
  Journal& journal;
  const Clock& clock;
  Random& random;
  Outlet& outlet;
};

/// A group of accounts with its hot chain: risk → brackets → orders → connections, all on one
/// loop. Starting it replays the journal first; entries open once each account is READY. When one
/// of the hot chain throws, all of it is rebuilt that way.
struct Shard {
  caf::actor risk;
  caf::actor brackets;
  caf::actor orders;
  caf::actor connections;  ///< their supervisor
  caf::actor keeper;       ///< rebuilds the others; to stop a shard it is stopped first
};

/// Fails when the journal cannot be replayed: nothing was started then.
Result<Shard> start_shard(caf::actor_system& system, LoopUnit* loop, ShardSetup setup,
                          ShardSeams seams);

}  // namespace signalbox
