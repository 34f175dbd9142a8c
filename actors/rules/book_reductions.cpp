// Reduce-only signals in the book of brackets, and brackets that are handed over.
#include <algorithm>

#include "actors/rules/bracket_book.hpp"

namespace signalbox {

bool BracketBook::release(const SignalHash& bracket, Now now, BookOut& out) {
  const auto found = entries_.find(bracket);
  if (found == entries_.end() || found->second.bracket.ended()) return false;
  found->second.bracket.release();
  decide(found->second, now, out);
  return true;
}

void BracketBook::restore(const Signal& signal, std::span<const ReductionPart> parts, Now now) {
  const auto key = signal_hash(signal.account, signal.strategy, signal.id);
  reductions_.push_back({key, Reduction{signal, parts}});
  for (const auto& part : parts)
    if (const auto found = entries_.find(part.bracket); found != entries_.end())
      found->second.bracket.shed(part.quantity, now.mono);
}

void BracketBook::reduce(const Signal& signal, std::span<const ReductionPart> parts, Now now,
                         BookOut& out) {
  restore(signal, parts, now);
  for (const auto& part : parts)
    if (const auto found = entries_.find(part.bracket); found != entries_.end())
      decide(found->second, now, out);
  check_reduced(now, out);
}

void BracketBook::count_reduced(const SignalHash& bracket, const LegEvent& event, Now now,
                                BookOut& out) {
  if (reductions_.empty() || event.leg.kind != LegKind::close) return;
  // A surplus that is bought back is no sale.
  const Bracket& of = entries_.at(bracket).bracket;
  if (event.what == LegEvent::What::filled && event.side == of.plan().signal.side) return;
  Quantity left = event.quantity;
  for (auto& [key, reduction] : reductions_) {
    if (auto placed = reduction.on_placed(bracket, event)) {
      placed->time = now.wall;
      out.placed.emplace_back(key, *placed);
    }
    if (event.what == LegEvent::What::filled) left -= reduction.on_sold(bracket, left, event.price);
  }
}

bool BracketBook::sells_no_more(const SignalHash& bracket) const {
  const auto found = entries_.find(bracket);
  if (found == entries_.end() || found->second.bracket.ended()) return true;
  const Bracket& b = found->second.bracket;
  return b.resumed() && !b.closing() && b.shedding().is_zero();
}

void BracketBook::check_reduced(const SignalHash& bracket, Now now, BookOut& out) {
  if (reductions_.empty()) return;
  if (sells_no_more(bracket))
    for (auto& each : reductions_) each.reduction.on_over(bracket);
  const auto over = [](const Reducing& each) { return each.reduction.done(); };
  for (const auto& each : reductions_) {
    if (!over(each)) continue;
    out.outcomes.push_back(each.reduction.outcome());
    out.outcomes.back().time = now.wall;
  }
  std::erase_if(reductions_, over);
}

void BracketBook::check_reduced(Now now, BookOut& out) {
  std::vector<SignalHash> brackets;
  for (const auto& each : reductions_)
    for (const auto& bracket : each.reduction.brackets()) brackets.push_back(bracket);
  for (const auto& bracket : brackets) check_reduced(bracket, now, out);
}

}  // namespace signalbox
