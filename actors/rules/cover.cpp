#include "actors/rules/cover.hpp"

namespace signalbox {

void CoverClock::on_fill(Quantity total, MonoTime now) {
  if (!waiting_.try_push_back({total, now})) waiting_[waiting_.size() - 1].total = total;
}

void CoverClock::update(Quantity secured, Quantity open, MonoTime now) {
  if (!open.is_positive()) {
    if (open_since_) longest_ = std::max(longest_, now - *open_since_);
    open_since_.reset();
    waiting_.clear();
    secured_ = secured;
    return;
  }
  if (secured < secured_) {
    // A stop was lost: what it covered is open from now on, in front of everything newer.
    Bounded<Acquired, fills_waiting_max> rest;
    rest.push_back({secured_, now});
    for (const auto& each : waiting_)
      if (each.total > secured_) static_cast<void>(rest.try_push_back(each));
    waiting_ = rest;
  }
  secured_ = secured;

  std::optional<MonoTime> since;
  Bounded<Acquired, fills_waiting_max> rest;
  for (const auto& each : waiting_) {
    if (each.total <= secured) continue;
    rest.push_back(each);
    since = since ? std::min(*since, each.at) : each.at;
  }
  waiting_ = rest;
  // Open although every fill is secured by count: fees and rounding; the clock starts now.
  if (!since) since = open_since_ ? *open_since_ : now;
  if (open_since_ && *since > *open_since_) longest_ = std::max(longest_, now - *open_since_);
  open_since_ = since;
}

void CoverClock::begin_again(MonoTime now) {
  for (auto& each : waiting_) each.at = now;
  if (open_since_) open_since_ = now;
}

Duration CoverClock::longest(MonoTime now) const {
  return open_since_ ? std::max(longest_, now - *open_since_) : longest_;
}

}  // namespace signalbox
