#include "actors/recovery.hpp"
#include "messages/plant.hpp"

#include <algorithm>
#include <exception>

#include "messages/codec.hpp"
#include "messages/records.hpp"

namespace signalbox {
namespace {

std::string_view text_of(const RecordView& record) {
  return {reinterpret_cast<const char*>(record.payload.data()), record.payload.size()};
}

/// One pass over the log, in order.
class Replay {
 public:
  Replay(Recovered& into, Suspects& suspects, Now now)
      : into_(into), suspects_(suspects), now_(now) {}

  Result<void> operator()(const RecordView& record) {
    try {
      auto taken = take(record);
      suspects_.at_rest();
      return taken;
    } catch (const std::exception& e) {
      struck_ = suspects_.strike(e.what());
      return failed(Fault::internal, "a rule failed on journal record " +
                                         std::to_string(static_cast<std::uint64_t>(record.number)) +
                                         ": " + e.what() +
                                         ". Nothing was changed: use another version");
    }
  }

  /// It ended because a bracket's rule threw.
  bool struck() const { return struck_; }

 private:
  Result<void> take(const RecordView& record) {
    at_ = Now{now_.mono, record.time};
    last_ = record.time;
    switch (static_cast<RecordType>(record.kind)) {
      case RecordType::signal_accepted:
        return with<SignalRecord>(record, [&](const SignalRecord& r) { accepted(record, r); });
      case RecordType::signal_judged:
        return with<JudgedRecord>(record, [&](const JudgedRecord& r) { judged(r); });
      case RecordType::orders_intended: return order_fact<PlaceOrders>(record);
      case RecordType::cancel_intended: return order_fact<CancelOrder>(record);
      case RecordType::order_reported: return order_fact<OrderReport>(record);
      case RecordType::filled: return order_fact<FillReport>(record);
      case RecordType::order_absent: return order_fact<AbsentRecord>(record);
      case RecordType::bracket_ended:
        return with<SignalOutcome>(record, [&](const SignalOutcome& r) { ended(record, r); });
      case RecordType::bracket_commanded:
        return with<CommandRecord>(record,
                                   [&](const CommandRecord& r) { into_.brackets->replay(r, at_); });
      case RecordType::trading_state_set:
        return with<TradingStateRecord>(record, [&](const TradingStateRecord& r) {
          if (SIGNALBOX_PLANTED(halt_forgotten_at_restart)) return;
          into_.risk->set_state(record.account, r.state);
          into_.brackets->restore_state(record.account, r.state);
        });
      case RecordType::strategy_heard:
        return with<StrategyRecord>(record, [&](const StrategyRecord& r) {
          into_.brackets->silence().restore(record.account, r.strategy, r.silent);
        });
      case RecordType::command_done:
        return with<CommandDoneRecord>(record, [](const CommandDoneRecord&) {});
    }
    return failed(Fault::corrupt,
                  "journal record " + std::to_string(static_cast<std::uint64_t>(record.number)) +
                      " has kind " + std::to_string(record.kind) +
                      ", which this version does not know: use the version that wrote it");
  }

  template <class T, class F>
  Result<void> with(const RecordView& record, F&& use) {
    const auto decoded = decode<T>(text_of(record));
    if (!decoded)
      return failed(Fault::corrupt, "journal record " +
                                        std::to_string(static_cast<std::uint64_t>(record.number)) +
                                        " cannot be read: " + decoded.error().what);
    use(*decoded);
    return {};
  }

  void accepted(const RecordView& record, const SignalRecord& r) {
    latest_ = std::max(latest_, record.time);
    if (++accepted_ % forget_every == 0) into_.risk->forget_before(latest_);
    signals_[signal_hash(r.signal.account, r.signal.strategy, r.signal.id)] = {
        static_cast<std::uint64_t>(record.number), r};
    into_.risk->remember(r.signal, r.protects ? Origin::protect() : Origin{r.by_place_order},
                         Accepted{.id = r.signal.id,
                                  .strategy = r.signal.strategy,
                                  .account = r.signal.account,
                                  .symbol = r.signal.symbol,
                                  .log_number = static_cast<std::uint64_t>(record.number),
                                  .time = record.time},
                         at_);
  }

  void judged(const JudgedRecord& r) {
    const Verdict& v = r.verdict;
    const auto key = signal_hash(v.account, v.strategy, v.id);
    into_.risk->note(key, v);
    if (!v.approved) into_.risk->note(key, refused_outcome(v, v.time));
    const auto signal = signals_.extract(key);
    if (signal.empty()) return;
    if (v.approved && !r.reduces.empty())
      into_.brackets->restore(signal.mapped().second.signal, r.reduces, at_);
    const auto orders = into_.orders.find(v.account);
    if (!v.approved || !r.plan || orders == into_.orders.end()) return;

    Plan plan{.key = key,
              .signal = r.plan->signal,
              .quantity = v.quantity.value_or(Quantity{}),
              .instrument = r.plan->instrument,
              .facts = r.plan->facts,
              .reference = v.reference.value_or(Price{}),
              .unprotected_by_request = r.plan->unprotected_by_request,
              .held_already = r.plan->held_already,
              .entry_expires = std::nullopt};
    if (plan.signal.entry_expires)
      plan.entry_expires = now_.mono + (*plan.signal.entry_expires - now_.wall);
    const Owner owner = owner_of(plan);
    const auto approved = into_.risk->approved_before(std::move(plan));
    if (suspects_.quarantined(key))
      into_.quarantined.push_back({v.account, key, v.id, v.strategy, suspects_.why(key)});
    else
      into_.brackets->restore(approved.value());
    out_.clear();
    orders->second.introduce(key, owner, at_, out_);
    tell_brackets();
  }

  template <class T>
  Result<void> order_fact(const RecordView& record) {
    const auto orders = into_.orders.find(record.account);
    if (orders == into_.orders.end())
      return failed(Fault::bad_input,
                    "the journal has orders on account '" + record.account.str() +
                        "', which is not configured: add it, or close what is open there first");
    return with<T>(record, [&](const T& fact) {
      out_.clear();
      orders->second.replay(fact, at_, out_);
      for (const auto& [key, placed] : out_.placed) into_.risk->note(key, placed);
      tell_brackets();
    });
  }

  void tell_brackets() {
    told_.clear();
    for (const auto& told : out_.told) into_.brackets->replay(told.bracket, told.event, at_, told_);
    for (const auto& [key, placed] : told_.placed) into_.risk->note(key, placed);
  }

  void ended(const RecordView& record, const SignalOutcome& r) {
    const auto key = signal_hash(r.account, r.strategy, r.id);
    into_.risk->note(key, r);
    std::erase_if(into_.quarantined, [&](const Quarantined& each) { return each.bracket == key; });
    into_.risk->exposure().on(BracketExposure{.key = key, .ended = true, .profit = r.profit},
                              record.time);
    if (now_.wall - record.time > BracketBook::late_fills_for) {
      into_.brackets->replay_forgotten(key);
      if (const auto orders = into_.orders.find(r.account); orders != into_.orders.end())
        orders->second.forget(key, at_);
    } else {
      into_.brackets->replay_ended(key, at_);
    }
  }

 public:
  /// When the last record was made; nothing for an empty journal.
  std::optional<WallTime> last() const { return last_; }

  /// What was accepted and never judged, in the order of the log.
  std::vector<SignalRecord> unjudged() const {
    std::map<std::uint64_t, SignalRecord> ordered;
    for (const auto& [key, each] : signals_) ordered.emplace(each.first, each.second);
    std::vector<SignalRecord> all;
    for (auto& [number, record] : ordered) all.push_back(std::move(record));
    return all;
  }

 private:
  Recovered& into_;
  Suspects& suspects_;
  bool struck_ = false;
  Now now_;
  Now at_;
  OrdersOut out_;
  BookOut told_;
  std::optional<WallTime> last_;
  static constexpr std::size_t forget_every = 1024;  // signals
  std::size_t accepted_ = 0;
  WallTime latest_{};
  /// Accepted, not judged yet; with the log number.
  std::unordered_map<SignalHash, std::pair<std::uint64_t, SignalRecord>> signals_;
};

/// Each bracket that is quarantined takes two.
constexpr std::size_t replays_max = 17;

/// A sale on spot may be of inventory; elsewhere it opens a position.
bool only_spot(const Capabilities& capabilities) {
  return std::all_of(capabilities.tiers.begin(), capabilities.tiers.end(),
                     [](const TierFacts& each) { return each.market == MarketKind::spot; });
}

/// `struck`: a bracket's rule threw, and it was noted.
Result<Recovered> recover_once(const ShardSetup& setup, Journal& journal, Now now, bool& struck) {
  Recovered state;
  std::vector<RiskAccount> accounts;
  state.brackets = std::make_unique<BracketBook>();
  state.brackets->set_suspects(setup.suspects);
  for (const auto& each : setup.accounts) {
    accounts.push_back({each.account, each.limits, each.capabilities.tiers});
    state.brackets->set_policy(each.account, each.cover);
    for (const auto& silence : each.silences)
      state.brackets->silence().configure(each.account, silence);
    state.orders.emplace(each.account,
                         Orders{OrdersPolicy{.book = journal.book(),
                                             .account = each.account,
                                             .spot = only_spot(each.capabilities),
                                             .epoch = static_cast<std::uint64_t>(journal.epoch()),
                                             .live_ids_unique = each.capabilities.live_ids_unique,
                                             .valid_for = each.capabilities.valid_for_default}});
  }
  state.risk = std::make_unique<Risk>(Risk::Options{.max_total_notional = setup.max_total_notional},
                                      std::move(accounts));
  Replay replay{state, *setup.suspects, now};
  auto done = journal.replay([&](const RecordView& record) { return replay(record); });
  struck = replay.struck();
  if (!done) return tl::unexpected<Error>(done.error());
  state.unjudged = replay.unjudged();
  // An entry that fills with nobody to cover it must not stand.
  for (const auto& each : state.quarantined)
    state.orders.at(each.account).drop_entries(each.bracket);
  state.risk->set_reconciling(!journal.ring_was_intact());
  state.brackets->silence().begin(now.mono);
  for (auto& [account, orders] : state.orders) orders.after_replay(now);
  for (const auto& each : setup.accounts)
    state.orders.at(each.account)
        .records_end_at(replay.last().value_or(now.wall),
                        state.risk->reconciling() ? each.symbols : std::vector<Symbol>{});
  return state;
}

}  // namespace

Result<Recovered> recover(const ShardSetup& setup, Journal& journal, Now now) {
  for (std::size_t tries = 1;; ++tries) {
    bool struck = false;
    auto state = recover_once(setup, journal, now, struck);
    if (state || !struck || tries == replays_max) return state;
  }
}

}  // namespace signalbox
