#include "simulation/cover_judge.hpp"

#include <algorithm>

namespace signalbox::simulation {
namespace {

using simulator::OrderId;

/// Turns the venue's record into steps, each at the time its teller reached the process.
class Teller {
 public:
  Teller(World& world, const CaseFile& file)
      : far_(world.far()),
        account_(world.account()),
        receipts_(world.network().receipts()),
        file_(file),
        start_(world.venue_time() - (world.now() - MonoTime{})) {}

  void tell(std::map<SignalHash, CoverStory>& stories) {
    for (const auto& trade : far_.engine().record().trades()) {
      if (trade.account != account_) continue;
      const auto id = id_of(far_.owner(trade.order));
      if (id) tell_trade(stories[id->signal], trade, file_.opening_side(id->signal));
    }
    for (const auto& step : far_.stops()) {
      const auto id = id_of(step.client_id);
      if (id && step.side != file_.opening_side(id->signal)) tell_stop(stories[id->signal], step);
    }
  }

 private:
  static std::optional<ParsedClientOrderId> id_of(const simulator::ClientId& id) {
    return parse_client_order_id(id.view());
  }
  MonoTime mono(WallTime t) const { return MonoTime{} + (t - start_); }

  void tell_trade(CoverStory& story, const simulator::Trade& trade, Side opening) {
    if (trade.side != opening) return story.sold(mono(trade.time), trade.quantity);
    if (const auto told = receipts_.told_of_trade(trade.order, trade.id))
      story.bought(*told, file_.kept_of(trade));
  }

  void tell_stop(CoverStory& story, const StopStep& step) {
    const auto at = mono(step.time);
    switch (step.what) {
      case StopStep::stands: return story.stands(at, step.stop, step.rest);
      case StopStep::fired:
        story.stands(at, step.stop, step.rest);
        // Fired and not filled, it protects for a moment only, once that can be known.
        if (const auto word = receipts_.first_word(step.stop, at))
          story.gone(*word + file_.cover.gap_within, step.stop);
        return;
      case StopStep::filled: return story.gone(at, step.stop);
      case StopStep::ended:
        if (const auto told = receipts_.told_of_end(step.stop, at, step.space))
          story.gone(*told, step.stop);
        return;
    }
  }

  FarSide& far_;
  simulator::AccountId account_;
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

std::vector<CoverStory::Span> CoverStory::held(Quantity allowed, MonoTime end) {
  return walk(end,
              [allowed](Quantity held, Quantity) { return held > allowed ? held : Quantity{}; });
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
