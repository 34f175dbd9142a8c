#include "bus/tick_conflator.hpp"

namespace signalbox {

TickConflator::Offered TickConflator::offer(std::string_view stream, const Tick& tick,
                                            MonoTime now) {
  if (interval_ <= Duration::zero()) return Offered::publish;

  auto known = index_.find(stream);
  if (known == index_.end()) {
    if (slots_.size() >= streams_max_) return Offered::full;
    known = index_.emplace(stream, slots_.size()).first;
    slots_.push_back({.stream = std::string{stream}, .latest = {}});
  }

  wake_rested(now);
  auto& slot = slots_[known->second];
  if (!slot.resting) {
    rest(known->second, now);
    return Offered::publish;
  }
  slot.latest = tick;
  if (!std::exchange(slot.holds, true)) ++held_;
  return Offered::held;
}

std::optional<MonoTime> TickConflator::next_due() const {
  if (held_ == 0) return std::nullopt;
  for (const auto slot : resting_)
    if (slots_[slot].holds) return slots_[slot].published + interval_;
  return std::nullopt;
}

void TickConflator::wake_rested(MonoTime now) {
  while (!resting_.empty()) {
    auto& front = slots_[resting_.front()];
    if (front.holds || front.published + interval_ > now) return;
    front.resting = false;
    resting_.pop_front();
  }
}

const TickConflator::Slot* TickConflator::take_due(MonoTime now) {
  while (!resting_.empty()) {
    const auto index = resting_.front();
    auto& slot = slots_[index];
    if (slot.published + interval_ > now) return nullptr;
    resting_.pop_front();
    slot.resting = false;
    if (!std::exchange(slot.holds, false)) continue;
    --held_;
    rest(index, now);
    return &slot;
  }
  return nullptr;
}

void TickConflator::rest(std::size_t index, MonoTime now) {
  slots_[index].published = now;
  slots_[index].resting = true;
  resting_.push_back(index);
}

}  // namespace signalbox
