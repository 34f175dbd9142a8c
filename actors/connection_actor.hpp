#pragma once

#include <caf/fwd.hpp>

#include "actors/shard.hpp"

namespace signalbox {

/// One exchange account's connection: owner of its Venue, and the Gate before every write. When it
/// dies its venue is stopped, what was under way becomes of unknown fate, and its supervisor
/// starts another.
caf::actor make_connection_actor(caf::actor_system& system, LoopUnit* loop,
                                 const AccountSetup& setup, caf::actor risk, caf::actor orders,
                                 ShardSeams seams);

}  // namespace signalbox
