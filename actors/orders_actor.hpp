#pragma once

#include <caf/fwd.hpp>
#include <map>
#include <set>

#include "actors/rules/orders.hpp"
#include "actors/shard.hpp"

namespace signalbox {

/// Holds the orders of every account of the shard. Records each intent, then hands it to the
/// account's connection; records what the venue says, then tells the brackets. `derivatives`: the
/// accounts whose positions are watched.
caf::actor make_orders_actor(caf::actor_system& system, LoopUnit* loop,
                             std::map<AccountName, Orders> orders,
                             const std::set<AccountName>& derivatives, Durability durability,
                             ShardSeams seams);

}  // namespace signalbox
