#pragma once

#include <map>
#include <set>
#include <unordered_map>
#include <vector>

#include "actors/rules/bracket.hpp"
#include "actors/rules/exposure.hpp"
#include "actors/rules/reduction.hpp"
#include "messages/records.hpp"

namespace signalbox {

/// What came of one call to the book.
struct BookOut {
  struct Asked {
    SignalHash bracket;
    AccountName account;
    Wish wish;
  };
  std::vector<Asked> wishes;
  std::vector<BracketExposure> exposure;
  std::vector<BracketEvent> events;
  std::vector<SignalOutcome> outcomes;
  std::vector<std::pair<SignalHash, Placed>> placed;  ///< of reduce-only signals, by their keys
  struct Gone {
    SignalHash bracket;
    AccountName account;
  };
  std::vector<Gone> forgotten;  ///< their late-fill time is over
  std::vector<Detail> pages;
  /// Ticks of this symbol are needed from now on, or no longer.
  struct Watch {
    AccountName account;
    Symbol symbol;
    bool on = false;
    friend bool operator==(const Watch&, const Watch&) = default;
  };
  std::vector<Watch> watches;

  void clear();
};

/// All brackets of a shard and the times at which they must be looked at. Pure, one thread.
class BracketBook {
 public:
  /// An ended bracket still takes late fills for this long.
  static constexpr Duration late_fills_for = std::chrono::minutes{10};

  void set_policy(const AccountName& account, CoverPolicy policy);

  void open(const Plan& plan, Now now, BookOut& out);
  /// A bracket for what a signal without records holds, told at once what is known of its legs.
  void recover(const Plan& plan, const std::vector<LegEvent>& known, Now now, BookOut& out);
  void told(const SignalHash& bracket, const LegEvent& event, Now now, BookOut& out);
  void on_time(Now now, BookOut& out);
  std::optional<MonoTime> next_due() const;

  /// False when there is no such open bracket.
  bool cancel_entry(const SignalHash& bracket, Now now, BookOut& out);
  bool close(const SignalHash& bracket, BracketOutcome why, Now now, BookOut& out);
  /// Sells so much of it at market; the rest stays protected.
  bool shed(const SignalHash& bracket, Quantity quantity, Now now, BookOut& out);
  /// It is managed no more: its orders are cancelled and it ends with what it holds.
  bool release(const SignalHash& bracket, Now now, BookOut& out);
  /// A reduce-only signal that was approved: each bracket sells its part, the rest of it stays
  /// protected. One outcome comes of it.
  void reduce(const Signal& signal, std::span<const ReductionPart> parts, Now now, BookOut& out);
  /// Its new prices were checked (amend.hpp).
  bool amend(const SignalHash& bracket, const std::optional<Price>& stop,
             std::span<const Price> targets, Now now, BookOut& out);
  void on_tick(const AccountName& account, const Tick& tick, Now now, BookOut& out);
  void on_state(const AccountName& account, TradingState state, Now now, BookOut& out);
  /// Resting entries of an account, narrowed where given; answers how many.
  std::size_t cancel_entries(const AccountName& account,
                             const std::optional<StrategyName>& strategy,
                             const std::optional<Symbol>& symbol, Now now, BookOut& out);

  // Replay: facts only, no decisions.
  void restore(const Plan& plan);
  /// `out` is given what senders were told, and nothing else.
  void replay(const SignalHash& bracket, const LegEvent& event, Now now, BookOut& out);
  void restore(const Signal& signal, std::span<const ReductionPart> parts, Now now);
  void replay(const CommandRecord& command, Now now);
  void replay_ended(const SignalHash& bracket, Now now);
  /// It ended so long ago that not even a late fill is expected.
  void replay_forgotten(const SignalHash& bracket);
  /// Decisions again, once the venues have been asked.
  /// All of the account's but those whose orders are still looked for.
  void resume(const AccountName& account, std::span<const SignalHash> but_not, Now now,
              BookOut& out);

  const Bracket* find(const SignalHash& bracket) const;
  std::size_t open_count() const { return open_count_; }
  std::size_t reductions() const { return reductions_.size(); }

 private:
  struct Entry {
    Bracket bracket;
    std::optional<MonoTime> due;
    bool outcome_told = false;
    std::optional<BracketEvent> last_event;
    std::optional<BracketExposure> last_exposure;
    bool trails = false;
  };

  Entry& add(const Plan& plan);
  void decide(Entry& entry, Now now, BookOut& out);
  void count_reduced(const SignalHash& bracket, const LegEvent& event, Now now, BookOut& out);
  void check_reduced(const SignalHash& bracket, Now now, BookOut& out);
  void check_reduced(Now now, BookOut& out);
  bool sells_no_more(const SignalHash& bracket) const;
  void follow(Entry& entry, bool trails, BookOut& out);
  void schedule(const SignalHash& key, Entry& entry, std::optional<MonoTime> due);
  static BracketEvent describe(const Bracket& bracket, Now now);
  static BracketExposure exposure_of(const Bracket& bracket, Now now);

  Wishes wishes_;  ///< reused
  std::unordered_map<AccountName, CoverPolicy> policies_;
  std::unordered_map<SignalHash, Entry> entries_;
  std::set<std::pair<MonoTime, SignalHash>> due_;
  std::size_t open_count_ = 0;
  struct Reducing {
    SignalHash key;
    Reduction reduction;
  };
  /// In the order of their approval. Each sells something that no other does: few.
  std::vector<Reducing> reductions_;
  /// Brackets whose stop follows the market.
  std::map<std::pair<AccountName, Symbol>, std::set<SignalHash>> trailing_;
};

}  // namespace signalbox
