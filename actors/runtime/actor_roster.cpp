#include "actors/runtime/actor_roster.hpp"

#include <utility>

#include "actors/runtime/system_config.hpp"

namespace signalbox {

std::vector<caf::strong_actor_ptr> ActorRoster::running() const {
  std::vector<caf::strong_actor_ptr> strong;
  const std::lock_guard lock(mutex_);
  strong.reserve(running_.size());
  for (const auto& weak : running_)
    if (auto actor = weak.lock()) strong.push_back(std::move(actor));
  return strong;  // the caller releases them: the last reference runs an actor's destructor
}

std::size_t ActorRoster::running_count() const {
  const std::lock_guard lock(mutex_);
  return running_.size();
}

std::size_t ActorRoster::object_count() const {
  const std::lock_guard lock(mutex_);
  return objects_;
}

bool ActorRoster::wait_until_none_runs(Duration within) const {
  std::unique_lock lock(mutex_);
  return left_.wait_for(lock, within, [this] { return running_.empty(); });
}

ActorRoster::Seats::iterator ActorRoster::join(caf::actor_control_block& actor) {
  const std::lock_guard lock(mutex_);
  ++objects_;
  return running_.emplace(running_.end(), &actor);
}

void ActorRoster::leave(Seats::iterator seat) {
  const std::lock_guard lock(mutex_);
  running_.erase(seat);
  if (running_.empty()) left_.notify_all();
}

void ActorRoster::forget() {
  const std::lock_guard lock(mutex_);
  --objects_;
}

RosterSeat::RosterSeat(caf::actor_control_block& actor) {
  const auto* config = SystemConfig::of(*actor.home_system);
  if (!config) return;
  roster_ = config->roster;
  seat_ = roster_->join(actor);
  seated_ = true;
}

RosterSeat::~RosterSeat() {
  leave();
  if (roster_) roster_->forget();
}

void RosterSeat::leave() {
  if (std::exchange(seated_, false)) roster_->leave(seat_);
}

}  // namespace signalbox
