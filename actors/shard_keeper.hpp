#pragma once

#include <functional>
#include <string>

#include "actors/shard.hpp"

namespace signalbox {

/// Starts an actor that watches a shard. Risk, brackets or orders throwing means that nothing in
/// memory can be trusted: what is left of the shard is stopped, everything recorded is committed,
/// and `build` makes the shard anew from the journal, the way a start does; entries stay off until
/// its accounts are READY again. More than `setup.rebuilds_max` times within `rebuild_window`, or
/// when the connections' supervisor gave up, or when `build` fails, `setup.on_broken` is told: the
/// process should end and be started again.
///
/// Everything is called on the shard's loop. Asked to quit, the keeper only lets go.
caf::actor keep_shard(caf::actor_system& system, LoopUnit* loop, Shard shard,
                      const ShardSetup& setup, ShardSeams seams,
                      std::function<Result<Shard>()> build);

}  // namespace signalbox
