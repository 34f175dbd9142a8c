#include "app/hot_outlet.hpp"

#include "app/command_desk.hpp"
#include "app/publisher.hpp"

namespace signalbox {

bool HotOutlet::room() {
  if (under_way_->load(std::memory_order_relaxed) + events_.size() + ticks_.size() +
          refused_.size() <
      under_way_max)
    return true;
  ++dropped_;
  return false;
}

void HotOutlet::publish(const Event& event) {
  if (room()) events_.push_back(event);
  flush_later();
}

void HotOutlet::tick(const AccountName& account, const Tick& tick) {
  if (room()) ticks_.emplace_back(account, tick);
  flush_later();
}

void HotOutlet::refused(const Refused& refused) {
  if (!told_refused_ || !room()) return;
  refused_.push_back(refused);
  flush_later();
}

void HotOutlet::reply(ClientToken to, const Reply& reply) {
  if (to == 0) return;
  replies_.emplace_back(to, reply);
  flush_later();
}

/// Not in front of what is ready: frames that were read with this one may bring a fill, whose exits
/// leave before the word of it. Waking the threads that pass the word on takes the processor from
/// this one, and on a small machine from the exchange too.
void HotOutlet::flush_later() {
  if (flush_due_) return;
  flush_due_ = true;
  if (!hot_.on_this_thread()) return hot_.post([this] { flush(); });
  hot_.when_idle(
      {[](void* outlet, void*) { static_cast<HotOutlet*>(outlet)->flush(); }, this, nullptr});
}

void HotOutlet::flush() {
  flush_due_ = false;
  const auto replies = std::exchange(replies_, {});
  if (desk_ != nullptr)
    for (const auto& [to, reply] : replies) desk_->reply(to, reply);

  const std::uint64_t count = events_.size() + ticks_.size() + refused_.size();
  if (publisher_ == nullptr || count + dropped_ == 0) return;
  under_way_->fetch_add(count, std::memory_order_relaxed);
  cold_.post([publisher = publisher_, events = std::exchange(events_, {}),
              ticks = std::exchange(ticks_, {}), refused = std::exchange(refused_, {}),
              told = &told_refused_, dropped = std::exchange(dropped_, 0), count,
              under_way = under_way_] {
    for (const auto& event : events) publisher->publish(event);
    for (const auto& [account, tick] : ticks) publisher->tick(account, tick);
    for (const auto& each : refused) (*told)(each);
    if (dropped > 0) publisher->lost(dropped);
    under_way->fetch_sub(count, std::memory_order_relaxed);
  });
}

}  // namespace signalbox
