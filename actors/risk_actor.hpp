#pragma once

#include <caf/fwd.hpp>
#include <memory>

#include "actors/rules/risk.hpp"
#include "actors/shard.hpp"
#include "messages/records.hpp"

namespace signalbox {

/// The front of the hot chain: records signals, has the rules judge them, answers their senders
/// and owns the trading states. Takes SubmitSignal, SetState and what the others tell it.
/// `unjudged`: accepted before a restart and not judged, to be refused at once.
caf::actor make_risk_actor(caf::actor_system& system, LoopUnit* loop, std::unique_ptr<Risk> risk,
                           std::vector<SignalRecord> unjudged, const ShardSetup& setup,
                           ShardSeams seams);

}  // namespace signalbox
