#include "simulator/engine/cover.hpp"

#include <algorithm>
#include <unordered_map>

namespace signalbox::simulator {
namespace {

/// Walks the record and says after each entry how much is held and how much is covered.
class CoverWalk {
 public:
  explicit CoverWalk(const CoverQuestion& question) : q_(question) {}

  bool concerns(const Record::Entry& e) const {
    return e.account == q_.account && e.market == q_.market &&
           e.client_id.view().starts_with(q_.client_prefix);
  }

  void apply(const Record& record, const Record::Entry& e) {
    if (e.change == OrderChange::traded) trade(record.trades()[e.trade]);
    if (e.side != Side::sell || !is_stop(e.type)) return;
    const bool live = e.state == OrderState::open || e.state == OrderState::partly_filled;
    if (!live) {
      stops_.erase(e.order);
      return;
    }
    auto& stop = stops_[e.order];
    stop.rest = e.rest;
    if (e.triggered && !stop.fired) stop.fired = e.time;
  }

  Quantity position() const { return position_; }

  Quantity gap(WallTime now) const {
    Quantity covered;
    for (const auto& [id, stop] : stops_)
      if (!stop.fired || now < *stop.fired + q_.fired_counts_for) covered += stop.rest;
    const auto open = position_ - covered;
    return open > q_.dust ? open : Quantity{};
  }

  /// The next moment at which a fired stop ceases to count.
  std::optional<WallTime> next_lapse(WallTime after) const {
    std::optional<WallTime> next;
    for (const auto& [id, stop] : stops_) {
      if (!stop.fired) continue;
      const auto lapse = *stop.fired + q_.fired_counts_for;
      if (lapse > after && (!next || lapse < *next)) next = lapse;
    }
    return next;
  }

 private:
  struct Stop {
    Quantity rest;
    std::optional<WallTime> fired;
  };

  void trade(const Trade& t) {
    position_ = t.side == Side::buy ? position_ + t.quantity : position_ - t.quantity;
    if (t.fee_in_base) position_ -= Quantity{t.fee};
  }

  const CoverQuestion& q_;
  Quantity position_;
  std::unordered_map<OrderId, Stop> stops_;
};

/// Turns the walk's gaps into intervals.
class Intervals {
 public:
  void at(WallTime now, Quantity gap) {
    if (gap.is_zero()) {
      close(now);
      return;
    }
    if (!open_) open_ = Uncovered{now, {}, {}};
    open_->most = std::max(open_->most, gap);
  }
  void close(WallTime now) {
    if (!open_) return;
    open_->length = now - open_->from;
    if (open_->length > Duration::zero()) all_.push_back(*open_);
    open_.reset();
  }
  std::vector<Uncovered> take() { return std::move(all_); }

 private:
  std::optional<Uncovered> open_;
  std::vector<Uncovered> all_;
};

void advance(const CoverWalk& walk, Intervals& intervals, WallTime from, WallTime to) {
  for (auto lapse = walk.next_lapse(from); lapse && *lapse <= to; lapse = walk.next_lapse(*lapse))
    intervals.at(*lapse, walk.gap(*lapse));
}

}  // namespace

std::vector<Uncovered> uncovered(const Record& record, const CoverQuestion& question) {
  CoverWalk walk{question};
  Intervals intervals;
  WallTime now{};
  const auto& entries = record.entries();
  for (std::size_t i = 0; i < entries.size(); ++i) {
    const auto& e = entries[i];
    if (!walk.concerns(e)) continue;
    if (e.time > now) advance(walk, intervals, now, e.time);
    now = e.time;
    walk.apply(record, e);
    // Changes of one moment count together: a leg that expires in the same breath in which its
    // sibling fills leaves nothing open.
    intervals.at(now, walk.gap(now));
  }
  const auto end = std::max(now, question.until);
  advance(walk, intervals, now, end);
  intervals.close(end);
  return intervals.take();
}

Uncovered longest_uncovered(const Record& record, const CoverQuestion& question) {
  Uncovered longest;
  for (const auto& each : uncovered(record, question))
    if (each.length > longest.length) longest = each;
  return longest;
}

Quantity held_position(const Record& record, const CoverQuestion& question) {
  CoverWalk walk{question};
  for (const auto& e : record.entries())
    if (walk.concerns(e)) walk.apply(record, e);
  return walk.position();
}

}  // namespace signalbox::simulator
