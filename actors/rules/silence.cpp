#include "actors/rules/silence.hpp"

#include <algorithm>

namespace signalbox {

void Silence::configure(const AccountName& account, const SilencePolicy& policy) {
  watched_[{account, policy.strategy}].policy = policy;
}

bool Silence::heard(const AccountName& account, const StrategyName& strategy, MonoTime now) {
  const auto found = watched_.find({account, strategy});
  if (found == watched_.end()) return false;
  Watched& w = found->second;
  w.last = now;
  const bool known = w.since_heartbeat && !w.silent;
  w.since_heartbeat = true;
  w.silent = false;
  return !known;
}

void Silence::alive(const AccountName& account, const StrategyName& strategy, MonoTime now) {
  const auto found = watched_.find({account, strategy});
  // Once silent, only a heartbeat says that it is back: a signal may have been long on its way.
  if (found != watched_.end()) found->second.last = now;
}

void Silence::restore(const AccountName& account, const StrategyName& strategy, bool silent) {
  const auto found = watched_.find({account, strategy});
  if (found == watched_.end()) return;
  found->second.since_heartbeat = true;
  found->second.silent = silent;
}

void Silence::begin(MonoTime now) {
  for (auto& [whose, w] : watched_) w.last = now;
}

std::vector<Silence::Fallen> Silence::on_time(MonoTime now) {
  std::vector<Fallen> fallen;
  for (auto& [whose, w] : watched_) {
    if (!w.since_heartbeat || w.silent || now - w.last < w.policy.after) continue;
    w.silent = true;
    fallen.push_back({whose.first, whose.second, w.policy.action});
  }
  return fallen;
}

std::optional<MonoTime> Silence::next_due() const {
  std::optional<MonoTime> due;
  for (const auto& [whose, w] : watched_) {
    if (!w.since_heartbeat || w.silent) continue;
    const MonoTime at = w.last + w.policy.after;
    due = due ? std::min(*due, at) : at;
  }
  return due;
}

}  // namespace signalbox
