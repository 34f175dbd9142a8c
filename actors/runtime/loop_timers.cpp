#include "actors/runtime/loop_timers.hpp"

#include "actors/runtime/steady_clock.hpp"

namespace signalbox {

TimerId LoopTimers::at(MonoTime due, std::function<void()> run) {
  const std::uint64_t id = ++last_id_;
  by_id_[id] = waiting_.emplace(Key{due, id}, std::move(run)).first;
  arm();
  return TimerId{id};
}

void LoopTimers::cancel(TimerId id) {
  const auto found = by_id_.find(static_cast<std::uint64_t>(id));
  if (found == by_id_.end()) return;
  // The Asio timer stays as it is: waking once for nothing is cheaper than arming it anew.
  waiting_.erase(found->second);
  by_id_.erase(found);
}

void LoopTimers::arm() {
  if (waiting_.empty()) return;
  const MonoTime due = waiting_.begin()->first.first;
  if (armed_for_ && *armed_for_ <= due) return;
  armed_for_ = due;
  timer_.expires_at(SteadyClock::to(due));
  timer_.async_wait([this](const boost::system::error_code& error) {
    if (!error) fire();
  });
}

void LoopTimers::fire() {
  armed_for_.reset();
  const MonoTime now = SteadyClock::now();
  // What a timer arms for the past runs in the next round, or one timer could hold the loop.
  const std::uint64_t last_of_this_round = last_id_;
  for (auto next = waiting_.begin(); next != waiting_.end() && next->first.first <= now;) {
    if (next->first.second > last_of_this_round) {
      ++next;
      continue;
    }
    const auto run = std::move(next->second);
    by_id_.erase(next->first.second);
    waiting_.erase(next);
    run();
    next = waiting_.begin();  // `run` may have cancelled or added any of them
  }
  arm();
}

}  // namespace signalbox
