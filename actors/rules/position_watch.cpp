#include "actors/rules/position_watch.hpp"

#include <algorithm>

namespace signalbox {

std::optional<Quantity> PositionsSeen::held(const Symbol& symbol) const {
  if (moved.contains(symbol)) return std::nullopt;
  Quantity sum;
  for (const auto& each : positions)
    if (each.symbol == symbol) sum += each.quantity;
  return sum;
}

void PositionWatch::on_link(const LinkReport& link, Now now) {
  const bool was = std::exchange(ready_, link.state == LinkState::ready);
  clock_offset_ = link.clock_offset;
  if (ready_ == was) return;
  // Whatever was asked of the connection before is answered by nobody.
  asked_.reset();
  for (auto& [symbol, doubt] : doubts_) doubt.asked.reset();
  if (ready_) ask_by(now.mono);
}

void PositionWatch::on_own_trade(const Symbol& symbol, Now now) {
  moved_.insert(symbol);
  doubts_.erase(symbol);  // perhaps this was it
  ask_by(now.mono + ask_after_own);
}

void PositionWatch::doubt(const Symbol& symbol, Now now) {
  doubts_.try_emplace(symbol, Doubt{.explain_at = now.mono + explain_after});
}

std::optional<PositionsSeen> PositionWatch::on(const PositionsResult& result,
                                               const std::set<Symbol>& sought, Now now) {
  if (!asked_ || asked_->request != result.request) return std::nullopt;
  asked_.reset();
  if (result.outcome != Outcome::accepted) {
    ask_by(now.mono + ask_again);
    return std::nullopt;
  }
  ask_by(now.mono + ask_every);
  PositionsSeen seen{
      .positions = result.items, .moved = std::exchange(moved_, {}), .confirmed = {}};
  for (auto it = doubts_.begin(); it != doubts_.end();) {
    const bool settled = it->second.explained && !sought.contains(it->first);
    if (it->second.explained && !settled) ask_by(now.mono + ask_again);
    if (settled) seen.confirmed.insert(it->first);
    it = settled ? doubts_.erase(it) : std::next(it);
  }
  return seen;
}

bool PositionWatch::on(const FillsResult& result, Now now) {
  for (auto& [symbol, doubt] : doubts_) {
    if (!doubt.asked || doubt.asked->request != result.request) continue;
    doubt.asked.reset();
    doubt.explained = result.outcome == Outcome::accepted;
    doubt.explain_at = now.mono + ask_again;
    if (!doubt.explained) return true;
    // What was asked before our trades were told proves nothing.
    asked_.reset();
    ask_by(now.mono);
    return true;
  }
  return static_cast<std::uint64_t>(result.request) > requests_from &&
         static_cast<std::uint64_t>(result.request) <= requests_from + last_request_;
}

void PositionWatch::on_time(Now now, Out& out) {
  if (!ready_) return;
  if (asked_ && now.mono >= asked_->until) {
    asked_.reset();
    ask_by(now.mono);
  }
  if (ask_at_ && *ask_at_ <= now.mono && !asked_) {
    ask_at_.reset();
    moved_.clear();
    asked_ = Asked{.request = next_request(), .until = now.mono + answer_within};
    out.positions.push_back({.request = asked_->request});
  }
  for (auto& [symbol, doubt] : doubts_) {
    if (doubt.asked && now.mono >= doubt.asked->until) doubt.asked.reset();
    if (doubt.explained || doubt.asked || now.mono < doubt.explain_at) continue;
    doubt.asked = Asked{.request = next_request(), .until = now.mono + answer_within};
    out.fills.push_back({.request = doubt.asked->request,
                         .symbol = symbol,
                         .since = now.wall + clock_offset_ - trades_back});
  }
}

std::optional<MonoTime> PositionWatch::next_due() const {
  if (!ready_) return std::nullopt;
  std::optional<MonoTime> due;
  const auto consider = [&due](MonoTime at) { due = due ? std::min(*due, at) : at; };
  if (asked_)
    consider(asked_->until);
  else if (ask_at_)
    consider(*ask_at_);
  for (const auto& [symbol, doubt] : doubts_)
    if (!doubt.explained) consider(doubt.asked ? doubt.asked->until : doubt.explain_at);
  return due;
}

}  // namespace signalbox
