#include "actors/rules/bracket_book.hpp"

#include <algorithm>
#include <unordered_set>
#include <utility>

#include "messages/plant.hpp"

namespace signalbox {

void BookOut::clear() {
  wishes.clear();
  exposure.clear();
  events.clear();
  outcomes.clear();
  placed.clear();
  forgotten.clear();
  pages.clear();
  entries_off.clear();
  watches.clear();
  commanded.clear();
  silent.clear();
  doubts.clear();
  positions.clear();
}

void BracketBook::set_policy(const AccountName& account, CoverPolicy policy) {
  policies_[account] = policy;
}

void BracketBook::restore(const Plan& plan) {
  if (entries_.contains(plan.key)) return;
  add(plan).bracket.pause();
}

BracketBook::Entry& BracketBook::add(const Plan& plan) {
  at_work(plan.key);
  ++open_count_;
  Entry& entry =
      entries_
          .emplace(plan.key, Entry{.bracket = Bracket{plan, policies_[plan.signal.account]},
                                   .number = ++last_number_})
          .first->second;
  entry.bracket.on_link(ready_.contains(plan.signal.account));
  return entry;
}

void BracketBook::open(const Plan& plan, Now now, BookOut& out) {
  if (entries_.contains(plan.key)) return;
  Entry& entry = add(plan);
  if (plan.held_already) move_external(entry, -1, now, out);
  silence_.alive(plan.signal.account, plan.signal.strategy, now.mono);
  if (plan.held_already && state(plan.signal.account) == TradingState::flatten)
    entry.bracket.begin_close(BracketOutcome::closed, now.mono);
  wishes_.clear();
  entry.bracket.open(wishes_);
  for (auto& wish : wishes_) out.wishes.push_back({plan.key, plan.signal.account, wish});
  decide(entry, now, out);
}

void BracketBook::recover(const Plan& plan, const std::vector<LegEvent>& known, Now now,
                          BookOut& out) {
  if (entries_.contains(plan.key)) return;
  Entry& entry = add(plan);
  for (const auto& event : known) entry.bracket.apply(event, now.mono);
  entry.bracket.resume(now.mono);
  decide(entry, now, out);
}

void BracketBook::told(const SignalHash& bracket, const LegEvent& event, Now now, BookOut& out) {
  const auto found = entries_.find(bracket);
  if (found == entries_.end()) {
    if (event.what == LegEvent::What::filled)
      out.pages.emplace_back("a fill for bracket " + bracket.str() + ", which is no longer kept");
    return;
  }
  at_work(bracket);
  found->second.bracket.apply(event, now.mono);
  count_reduced(bracket, event, now, out);
  decide(found->second, now, out);
}

void BracketBook::decide(Entry& entry, Now now, BookOut& out) {
  Bracket& bracket = entry.bracket;
  const SignalHash key = bracket.plan().key;
  at_work(key);
  wishes_.clear();
  if (const auto& expires = bracket.plan().signal.entry_expires;
      SIGNALBOX_PLANTED(entry_expiry_by_wall_clock) && expires && now.wall >= *expires)
    bracket.drop_entry();
  bracket.decide(now.mono, wishes_);
  for (auto& wish : wishes_)
    if (restores_others(bracket, wish)) wish.legs[0].reduce_only = false;
  for (auto& wish : wishes_) out.wishes.push_back({key, bracket.plan().signal.account, wish});

  if (bracket.hands_off() && !std::exchange(entry.hands_off_told, true)) {
    out.commanded.emplace_back(bracket.plan().signal.account,
                               CommandRecord{.bracket = key, .command = BracketCommand::hands_off});
    out.pages.emplace_back("bracket " + key.str() +
                           " is left alone: somebody else cancelled its stop twice");
  }
  auto event = describe(bracket, now);
  if (!entry.last_event || event.phase != entry.last_event->phase ||
      event.position != entry.last_event->position || event.covered != entry.last_event->covered ||
      event.stop != entry.last_event->stop) {
    out.events.push_back(event);
    if (event.phase == BracketPhase::stranded &&
        (!entry.last_event || entry.last_event->phase != BracketPhase::stranded)) {
      out.pages.emplace_back("bracket " + key.str() +
                             (bracket.closing()
                                  ? " is stranded: it could not be closed in time"
                                  : " is stranded: the venue has less than it holds, " +
                                        bracket.covered().str() + " of " + bracket.held().str() +
                                        " is under a stop"));
      out.entries_off.push_back(event.account);
    }
    entry.last_event = event;
  }
  // Whether the rest of an entry may still fill shows in no event, and risk must know of it.
  auto exposure = exposure_of(bracket, now);
  if (exposure != entry.last_exposure) out.exposure.push_back(exposure);
  entry.last_exposure = exposure;
  if (bracket.watches() != entry.watches) follow(entry, bracket.watches(), now, out);

  if (!bracket.ended()) {
    const auto due = bracket.next_due(now.mono);
    schedule(key, entry, entry.outcome_told ? due.value_or(now.mono + late_fills_for) : due);
    check_reduced(key, now, out);
    return;
  }
  if (!entry.outcome_told) {
    entry.outcome_told = true;
    --open_count_;
    move_external(entry, 1, now, out);
    auto outcome = bracket.outcome(now.mono);
    outcome.time = now.wall;
    out.outcomes.push_back(outcome);
  }
  schedule(key, entry, now.mono + late_fills_for);
  check_reduced(key, now, out);
}

void BracketBook::follow(Entry& entry, bool watches, Now now, BookOut& out) {
  entry.watches = watches;
  const Plan& plan = entry.bracket.plan();
  const std::pair of{plan.signal.account, plan.signal.symbol};
  auto& watched = watched_[of];
  const bool before = !watched.brackets.empty();
  watches ? static_cast<void>(watched.brackets.insert(plan.key))
          : static_cast<void>(watched.brackets.erase(plan.key));
  if (watched.brackets.empty()) watched_.erase(of);
  if (watches != before || !watches)
    out.watches.push_back({of.first, of.second, watched_.contains(of)});
  // What others were shown is known already.
  if (watches && watched.last && show(entry, *watched.last, watched.seen, now))
    decide(entry, now, out);
}

bool BracketBook::show(Entry& entry, const Tick& tick, MonoTime seen, Now now) {
  const bool buys = entry.bracket.plan().signal.side == Side::buy;
  return entry.bracket.on_price(buys ? tick.bid : tick.ask, seen, now.mono);
}

void BracketBook::on_tick(const AccountName& account, const Tick& tick, MonoTime seen, Now now,
                          BookOut& out) {
  const auto found = watched_.find({account, tick.symbol});
  if (found == watched_.end()) return;
  found->second.last = tick;
  found->second.seen = seen;
  // A decision may end the bracket and with it the watch.
  const auto& watching = found->second.brackets;
  for (const auto& key : std::vector<SignalHash>{watching.begin(), watching.end()}) {
    Entry& entry = entries_.at(key);
    if (show(entry, tick, seen, now)) decide(entry, now, out);
  }
}

void BracketBook::on_link(const AccountName& account, bool ready, Now now, BookOut& out) {
  ready ? static_cast<void>(ready_.insert(account)) : static_cast<void>(ready_.erase(account));
  for (auto& [key, entry] : entries_) {
    Bracket& bracket = entry.bracket;
    if (bracket.plan().signal.account != account) continue;
    bracket.on_link(ready);
    if (bracket.by_engine() && bracket.resumed()) decide(entry, now, out);
  }
}

bool BracketBook::shed(const SignalHash& bracket, Quantity quantity, Now now, BookOut& out) {
  const auto found = entries_.find(bracket);
  if (found == entries_.end() || found->second.bracket.ended()) return false;
  found->second.bracket.shed(quantity, now.mono);
  decide(found->second, now, out);
  return true;
}

bool BracketBook::amend(const SignalHash& bracket, const std::optional<Price>& stop,
                        std::span<const Price> targets, Now now, BookOut& out) {
  const auto found = entries_.find(bracket);
  if (found == entries_.end() || found->second.bracket.ended()) return false;
  found->second.bracket.amend(stop, targets);
  decide(found->second, now, out);
  return true;
}

void BracketBook::schedule(const SignalHash& key, Entry& entry, std::optional<MonoTime> due) {
  if (entry.due == due) return;
  if (entry.due) due_.erase({*entry.due, key});
  entry.due = due;
  if (due) due_.emplace(*due, key);
}

std::optional<MonoTime> BracketBook::next_due() const {
  const auto silent = silence_.next_due();
  if (due_.empty()) return silent;
  return silent ? std::min(*silent, due_.begin()->first) : due_.begin()->first;
}

void BracketBook::on_time(Now now, BookOut& out) {
  for (const auto& fallen : silence_.on_time(now.mono)) fall_silent(fallen, now, out);
  // A decision may schedule again at once; each bracket is looked at one time per call.
  std::vector<SignalHash> ready;
  for (auto it = due_.begin(); it != due_.end() && it->first <= now.mono; ++it)
    ready.push_back(it->second);
  for (const auto& key : ready) {
    Entry& entry = entries_.at(key);
    schedule(key, entry, std::nullopt);
    if (entry.bracket.ended()) {
      out.forgotten.push_back({key, entry.bracket.plan().signal.account});
      entries_.erase(key);
      continue;
    }
    decide(entry, now, out);
  }
}

void BracketBook::fall_silent(const Silence::Fallen& fallen, Now now, BookOut& out) {
  out.silent.emplace_back(fallen.account, StrategyRecord{fallen.strategy, true});
  out.pages.emplace_back("strategy " + fallen.strategy.str() +
                         " is silent: " + std::string{name_of(fallen.action)});
  if (fallen.action == OnSilence::keep) return;
  const bool all = fallen.action == OnSilence::flatten;
  for (auto& [key, entry] : entries_) {
    Bracket& bracket = entry.bracket;
    const Signal& signal = bracket.plan().signal;
    if (bracket.ended() || signal.account != fallen.account || signal.strategy != fallen.strategy)
      continue;
    out.commanded.emplace_back(
        fallen.account,
        CommandRecord{.bracket = key,
                      .command = all ? BracketCommand::close : BracketCommand::cancel_entry});
    bracket.drop_entry();
    if (all) bracket.begin_close(BracketOutcome::closed, now.mono);
    decide(entry, now, out);
  }
}

bool BracketBook::cancel_entry(const SignalHash& bracket, Now now, BookOut& out) {
  const auto found = entries_.find(bracket);
  if (found == entries_.end() || found->second.bracket.ended()) return false;
  found->second.bracket.drop_entry();
  decide(found->second, now, out);
  return true;
}

bool BracketBook::close(const SignalHash& bracket, BracketOutcome why, Now now, BookOut& out) {
  const auto found = entries_.find(bracket);
  if (found == entries_.end() || found->second.bracket.ended()) return false;
  found->second.bracket.begin_close(why, now.mono);
  decide(found->second, now, out);
  return true;
}

TradingState BracketBook::state(const AccountName& account) const {
  const auto found = states_.find(account);
  return found == states_.end() ? TradingState::active : found->second;
}

void BracketBook::on_state(const AccountName& account, TradingState state, Now now, BookOut& out) {
  states_[account] = state;
  if (state == TradingState::active) return;
  for (auto& [key, entry] : entries_) {
    Bracket& bracket = entry.bracket;
    if (bracket.ended() || bracket.plan().signal.account != account) continue;
    bracket.drop_entry();
    if (state == TradingState::flatten) bracket.begin_close(BracketOutcome::closed, now.mono);
    decide(entry, now, out);
  }
}

std::size_t BracketBook::cancel_entries(const AccountName& account,
                                        const std::optional<StrategyName>& strategy,
                                        const std::optional<Symbol>& symbol, Now now,
                                        BookOut& out) {
  std::size_t count = 0;
  for (auto& [key, entry] : entries_) {
    const Signal& signal = entry.bracket.plan().signal;
    if (entry.bracket.ended() || !entry.bracket.entry_live() || signal.account != account) continue;
    if ((strategy && signal.strategy != *strategy) || (symbol && signal.symbol != *symbol))
      continue;
    entry.bracket.drop_entry();
    decide(entry, now, out);
    ++count;
  }
  return count;
}

void BracketBook::replay(const SignalHash& bracket, const LegEvent& event, Now now, BookOut& out) {
  const auto found = entries_.find(bracket);
  if (found == entries_.end()) return;
  at_work(bracket);
  found->second.bracket.apply(event, now.mono);
  count_reduced(bracket, event, now, out);
}

void BracketBook::replay(const CommandRecord& command, Now now) {
  const auto found = entries_.find(command.bracket);
  if (found == entries_.end()) return;
  at_work(command.bracket);
  if (command.command == BracketCommand::cancel_entry) found->second.bracket.drop_entry();
  if (command.command == BracketCommand::release) found->second.bracket.release();
  if (command.command == BracketCommand::hands_off) {
    found->second.bracket.leave_alone();
    found->second.hands_off_told = true;
  }
  if (command.command == BracketCommand::lost)
    found->second.bracket.lose(command.quantity.value_or(Quantity{}),
                               command.price.value_or(Price{}));
  if (command.command == BracketCommand::amend)
    found->second.bracket.amend(command.stop, {command.targets.begin(), command.targets.end()});
  if (command.command == BracketCommand::close && !command.quantity)
    found->second.bracket.begin_close(command.why, now.mono);
  else if (command.command == BracketCommand::close)
    found->second.bracket.shed(*command.quantity, now.mono);
}

void BracketBook::replay_ended(const SignalHash& bracket, Now now) {
  std::erase_if(reductions_, [&](const Reducing& each) { return each.key == bracket; });
  const auto found = entries_.find(bracket);
  if (found == entries_.end() || found->second.outcome_told) return;
  found->second.outcome_told = true;
  --open_count_;
  schedule(bracket, found->second, now.mono + late_fills_for);
}

void BracketBook::replay_forgotten(const SignalHash& bracket) {
  std::erase_if(reductions_, [&](const Reducing& each) { return each.key == bracket; });
  const auto found = entries_.find(bracket);
  if (found == entries_.end()) return;
  if (!found->second.outcome_told) --open_count_;
  schedule(bracket, found->second, std::nullopt);
  entries_.erase(found);
}

void BracketBook::resume(const AccountName& account, std::span<const SignalHash> but_not, Now now,
                         BookOut& out) {
  const std::unordered_set<SignalHash> waiting{but_not.begin(), but_not.end()};
  for (auto& [key, entry] : entries_) {
    const Bracket& bracket = entry.bracket;
    if (bracket.plan().signal.account != account || bracket.ended() || bracket.resumed()) continue;
    if (waiting.contains(key)) continue;
    entry.bracket.resume(now.mono);
    decide(entry, now, out);
  }
  // What they were to sell may have been sold before this start, or never will be.
  check_reduced(now, out);
}

const Bracket* BracketBook::find(const SignalHash& bracket) const {
  const auto found = entries_.find(bracket);
  return found == entries_.end() ? nullptr : &found->second.bracket;
}

BracketEvent BracketBook::describe(const Bracket& bracket, Now now) {
  const Signal& signal = bracket.plan().signal;
  return {.signal = signal.id,
          .strategy = signal.strategy,
          .account = signal.account,
          .symbol = signal.symbol,
          .side = signal.side,
          .phase = bracket.phase(),
          .tier = bracket.tier(),
          .position = bracket.held(),
          .covered = bracket.covered(),
          .stop = bracket.stop_price(),
          .uncovered_ms = std::chrono::duration_cast<std::chrono::milliseconds>(
                              bracket.longest_uncovered(now.mono))
                              .count(),
          .time = now.wall};
}

BracketExposure BracketBook::exposure_of(const Bracket& bracket, Now now) {
  BracketExposure change{.key = bracket.plan().key,
                         .entry_live = bracket.entry_live(),
                         .placed = bracket.entry_standing() || !bracket.entry_live(),
                         .held = bracket.held(),
                         .covered = bracket.covered(),
                         .shedding = bracket.shedding(),
                         .entry_price = std::nullopt,
                         .cash = bracket.cash(),
                         .ended = bracket.ended(),
                         .profit = std::nullopt};
  const auto outcome = bracket.outcome(now.mono);
  change.entry_price = outcome.entry_price;
  if (change.ended) change.profit = outcome.profit;
  return change;
}

}  // namespace signalbox
