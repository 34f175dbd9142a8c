#include "simulator/data/replay.hpp"

#include <algorithm>

namespace signalbox::simulator {

Replay::Replay(const Recording& recording, Engine& engine, MarketId market, ReplayOptions options)
    : recording_(recording), engine_(engine), market_(market), options_(options) {
  options_.speed = std::max(options_.speed, 1U);
}

std::optional<Duration> Replay::next_due() const {
  if (next_ == recording_.events().size()) return std::nullopt;
  return (round_began_ + recording_.events()[next_].at) / options_.speed;
}

std::size_t Replay::advance(Duration elapsed, WallTime now) {
  std::size_t applied = 0;
  for (auto due = next_due(); due && *due <= elapsed && applied < events_per_call;
       due = next_due()) {
    const auto& event = recording_.events()[next_++];
    ++applied;
    if (event.kind == Recording::Event::Kind::top)
      engine_.set_top(market_, event.top, now);
    else
      engine_.print(market_, event.print.price, event.print.quantity, event.print.buyer_is_maker,
                    now);
    if (next_ < recording_.events().size() || !options_.repeat) continue;
    next_ = 0;
    round_began_ += recording_.length() + options_.seam;
    ++seams_;
  }
  return applied;
}

}  // namespace signalbox::simulator
