#include "simulation/cover_judge.hpp"

#include <algorithm>

namespace signalbox::simulation {
namespace {

using simulator::OrderChange;
using simulator::OrderId;
using simulator::OrderState;

/// Turns the venue's record into steps, each at the time its teller reached the process.
class Teller {
 public:
  Teller(World& world, const CaseFile& file)
      : record_(world.exchange().engine.record()),
        receipts_(world.network().receipts()),
        file_(file),
        start_(world.venue_time() - (world.now() - MonoTime{})) {}

  void tell(std::map<SignalHash, CoverStory>& stories) {
    for (const auto& entry : record_.entries()) {
      const auto id = parse_client_order_id(entry.client_id.view());
      if (!id) continue;
      auto& story = stories[id->signal];
      if (entry.change == OrderChange::traded) trade(story, record_.trades()[entry.trade]);
      if (entry.side == Side::sell && simulator::is_stop(entry.type)) stop(story, entry);
    }
  }

 private:
  MonoTime mono(WallTime t) const { return MonoTime{} + (t - start_); }

  void trade(CoverStory& story, const simulator::Trade& trade) {
    if (trade.side == Side::sell) return story.sold(mono(trade.time), trade.quantity);
    if (const auto told = receipts_.told_of_trade(trade.order, trade.id))
      story.bought(*told, trade.quantity - Quantity{trade.fee});
  }

  void stop(CoverStory& story, const simulator::Record::Entry& entry) {
    const auto at = mono(entry.time);
    if (entry.state == OrderState::open || entry.state == OrderState::partly_filled) {
      story.stands(at, entry.order, entry.rest);
      // Fired and not filled, it protects for a moment only, once that can be known.
      if (entry.triggered)
        if (const auto word = receipts_.first_word(entry.order, at))
          story.gone(*word + file_.cover.gap_within, entry.order);
      return;
    }
    if (entry.state == OrderState::held) return;
    if (entry.state == OrderState::filled) return story.gone(at, entry.order);
    if (const auto told = receipts_.told_of_end(entry.order, at)) story.gone(*told, entry.order);
  }

  const simulator::Record& record_;
  const Receipts& receipts_;
  const CaseFile& file_;
  WallTime start_;
};

}  // namespace

template <class Gap>
std::vector<CoverStory::Span> CoverStory::walk(MonoTime end, Gap gap) {
  std::stable_sort(steps_.begin(), steps_.end(),
                   [](const auto& a, const auto& b) { return a.at < b.at; });
  std::vector<Span> spans;
  std::map<OrderId, Quantity> stops;
  std::set<OrderId> over;
  Quantity held;
  std::optional<Span> open;
  for (std::size_t i = 0; i < steps_.size(); ++i) {
    const auto& step = steps_[i];
    switch (step.what) {
      case Step::bought: held += step.quantity; break;
      case Step::sold: held -= step.quantity; break;
      case Step::stands:
        if (!over.contains(step.stop)) stops[step.stop] = step.quantity;
        break;
      case Step::gone:
        stops.erase(step.stop);
        over.insert(step.stop);
        break;
    }
    // What happens at one moment counts together.
    if (i + 1 < steps_.size() && steps_[i + 1].at == step.at) continue;
    Quantity covered;
    for (const auto& [id, rest] : stops) covered += rest;
    const Quantity now = gap(held, covered);
    if (now.is_zero() && open) {
      open->until = step.at;
      spans.push_back(*open);
      open.reset();
    } else if (!now.is_zero()) {
      if (!open) open = Span{step.at, {}, {}};
      open->most = std::max(open->most, now);
    }
  }
  if (open && open->from < end) {
    open->until = end;
    spans.push_back(*open);
  }
  return spans;
}

std::vector<CoverStory::Span> CoverStory::uncovered(Quantity allowed, MonoTime end) {
  return walk(end, [allowed](Quantity held, Quantity covered) {
    const auto gap = held - covered;
    return gap > allowed ? gap : Quantity{};
  });
}

std::vector<CoverStory::Span> CoverStory::oversold(Quantity allowed, MonoTime end) {
  return walk(end,
              [allowed](Quantity held, Quantity) { return -held > allowed ? -held : Quantity{}; });
}

std::vector<Closed> net_of(const CoverStory::Span& span, std::vector<Closed> excused) {
  std::sort(excused.begin(), excused.end(),
            [](const Closed& a, const Closed& b) { return a.from < b.from; });
  std::vector<Closed> pieces;
  auto from = span.from;
  for (const auto& each : excused) {
    if (each.until <= from) continue;
    if (each.from >= span.until) break;
    if (each.from > from) pieces.push_back({from, each.from});
    from = std::max(from, each.until);
  }
  if (from < span.until) pieces.push_back({from, span.until});
  return pieces;
}

std::map<SignalHash, CoverStory> cover_stories(World& world, const CaseFile& file) {
  std::map<SignalHash, CoverStory> stories;
  Teller{world, file}.tell(stories);
  return stories;
}

}  // namespace signalbox::simulation
