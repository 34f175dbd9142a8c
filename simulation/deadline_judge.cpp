#include "simulation/deadline_judge.hpp"

#include <algorithm>

namespace signalbox::simulation {
namespace {

bool any_in(const std::vector<MonoTime>& times, MonoTime from, MonoTime until) {
  return std::any_of(times.begin(), times.end(),
                     [&](MonoTime at) { return from <= at && at <= until; });
}

class Deadlines {
 public:
  Deadlines(World& world, const CaseFile& file)
      : world_(world), file_(file), start_(world.venue_time() - (world.now() - MonoTime{})) {}

  std::vector<LateSpan> late() {
    entries();
    positions();
    return std::move(late_);
  }

 private:
  void entries() {
    for (const auto& order : world_.far().engine().orders().all()) {
      const auto id = parse_client_order_id(order.client_id.view());
      if (!id || id->leg.kind != LegKind::entry) continue;
      const auto asked = file_.signals.find(id->signal);
      if (asked == file_.signals.end() || !asked->second.entry_expires) continue;
      const auto ended = order.done() ? mono(order.updated) : file_.end;
      note(id->signal, asked->second.at, *asked->second.entry_expires, ended, false,
           "its entry stood");
    }
  }

  void positions() {
    for (auto& [key, story] : cover_stories(world_, file_)) {
      const auto asked = file_.signals.find(key);
      if (asked == file_.signals.end() || !asked->second.signal.time_limit) continue;
      const auto spans = story.held(file_.market.dust, file_.end);
      if (spans.empty()) continue;
      const auto from = spans.front().from;
      const auto due = from + *asked->second.signal.time_limit;
      for (const auto& span : spans) note(key, from, due, span.until, true, "it held a position");
    }
  }

  void note(const SignalHash& key, MonoTime from, MonoTime due, MonoTime until, bool sells,
            std::string_view what) {
    if (until <= due || !any_in(file_.clock_jumps, from, due)) return;
    if (any_in(file_.starts, from, until) || any_in(file_.rebuilds, from, until)) return;
    late_.push_back({key, {due, until, {}}, sells, what});
  }

  MonoTime mono(WallTime t) const { return MonoTime{} + (t - start_); }

  World& world_;
  const CaseFile& file_;
  WallTime start_;
  std::vector<LateSpan> late_;
};

}  // namespace

std::vector<LateSpan> late_deadlines(World& world, const CaseFile& file) {
  return Deadlines{world, file}.late();
}

}  // namespace signalbox::simulation
