// Whose a derivative's position is: brackets and what is external add up to what the venue holds.
#include <algorithm>

#include "actors/rules/bracket_book.hpp"

namespace signalbox {

std::vector<LedgerShare> BracketBook::shares(const AccountName& account,
                                             const Symbol& symbol) const {
  std::vector<const Entry*> open;
  for (const auto& [key, entry] : entries_) {
    const Signal& signal = entry.bracket.plan().signal;
    if (!entry.bracket.ended() && signal.account == account && signal.symbol == symbol)
      open.push_back(&entry);
  }
  std::sort(open.begin(), open.end(),
            [](const Entry* a, const Entry* b) { return a->number > b->number; });
  std::vector<LedgerShare> newest_first;
  for (const Entry* entry : open) {
    const bool buys = entry->bracket.plan().signal.side == Side::buy;
    const Quantity held = entry->bracket.held();
    newest_first.push_back({entry->bracket.plan().key, buys ? held : -held});
  }
  return newest_first;
}

/// A bracket buys back what it has sold too much, and that was another bracket's: the venue's
/// position lies on their side, where a reduce-only order reduces nothing and is refused.
bool BracketBook::restores_others(const Bracket& bracket, const Wish& wish) const {
  const Signal& signal = bracket.plan().signal;
  const bool buys_back = wish.order_class == OrderClass::close && wish.legs[0].reduce_only &&
                         wish.legs[0].side == signal.side;
  if (!buys_back) return false;
  const auto all = shares(signal.account, signal.symbol);
  return std::any_of(all.begin(), all.end(), [&](const LedgerShare& share) {
    return share.bracket != bracket.plan().key &&
           (signal.side == Side::buy ? share.held : -share.held).is_positive();
  });
}

std::set<Symbol> BracketBook::derivatives(const AccountName& account) const {
  std::set<Symbol> symbols;
  for (const auto& [key, entry] : entries_) {
    const Plan& plan = entry.bracket.plan();
    if (plan.instrument.kind == MarketKind::linear && plan.signal.account == account)
      symbols.insert(plan.signal.symbol);
  }
  for (const auto& [place, quantity] : external_)
    if (place.first == account) symbols.insert(place.second);
  return symbols;
}

Quantity BracketBook::external(const AccountName& account, const Symbol& symbol) const {
  const auto found = external_.find({account, symbol});
  return found == external_.end() ? Quantity{} : found->second;
}

void BracketBook::set_external(const Place& place, Quantity quantity, Now now, BookOut& out) {
  if (quantity.is_zero())
    external_.erase(place);
  else
    external_[place] = quantity;
  Quantity position = quantity;
  for (const auto& share : shares(place.first, place.second)) position += share.held;
  out.positions.push_back({.account = place.first,
                           .symbol = place.second,
                           .position = position,
                           .external = quantity,
                           .time = now.wall});
}

void BracketBook::move_external(const Entry& entry, int sign, Now now, BookOut& out) {
  const Plan& plan = entry.bracket.plan();
  const Quantity held = entry.bracket.held();
  if (plan.instrument.kind == MarketKind::spot || held.is_zero()) return;
  const bool adds = (plan.signal.side == Side::buy) == (sign > 0);
  const Place place{plan.signal.account, plan.signal.symbol};
  set_external(place, external(place.first, place.second) + (adds ? held : -held), now, out);
}

void BracketBook::on_positions(const AccountName& account, const PositionsSeen& seen, Now now,
                               BookOut& out) {
  auto symbols = derivatives(account);
  for (const auto& each : seen.positions) symbols.insert(each.symbol);
  for (const auto& symbol : symbols) {
    const auto position = seen.held(symbol);
    if (!position) continue;
    const Place place{account, symbol};
    const auto ledger = share_out(*position, shares(account, symbol));
    if (ledger.taken.empty() && ledger.external == external(account, symbol)) {
      doubted_.erase(place);
      continue;
    }
    const auto doubted = doubted_.find(place);
    if (!seen.confirmed.contains(symbol) || doubted == doubted_.end() ||
        doubted->second != *position) {
      doubted_[place] = *position;
      out.doubts.push_back(place);
      continue;
    }
    doubted_.erase(doubted);
    for (const auto& part : ledger.taken) {
      Entry& entry = entries_.at(part.bracket);
      // Nobody told at what price; its stop is the worst that it was meant to be.
      const Price price = entry.bracket.stop_price().value_or(entry.bracket.plan().reference);
      const CommandRecord lost{.bracket = part.bracket,
                               .command = BracketCommand::lost,
                               .quantity = part.quantity,
                               .price = price};
      out.commanded.emplace_back(account, lost);
      out.pages.emplace_back("somebody else closed " + part.quantity.str() + " of bracket " +
                             part.bracket.str());
      entry.bracket.lose(part.quantity, price);
      decide(entry, now, out);
    }
    // A bracket that has ended over it has left nothing: what remains is the venue's word.
    set_external(place, ledger.external, now, out);
  }
}

}  // namespace signalbox
