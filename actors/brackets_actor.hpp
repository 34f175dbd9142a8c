#pragma once

#include <caf/fwd.hpp>
#include <memory>

#include "actors/rules/bracket_book.hpp"
#include "actors/shard.hpp"

namespace signalbox {

/// Holds every bracket of the shard: passes on what became of legs, and what is wished of them.
caf::actor make_brackets_actor(caf::actor_system& system, LoopUnit* loop,
                               std::unique_ptr<BracketBook> book, ShardSeams seams);

}  // namespace signalbox
