#pragma once

#include <map>
#include <memory>
#include <set>
#include <unordered_map>
#include <vector>

#include "actors/rules/bracket.hpp"
#include "actors/rules/exposure.hpp"
#include "actors/rules/ledger.hpp"
#include "actors/rules/position_watch.hpp"
#include "actors/rules/reduction.hpp"
#include "actors/rules/silence.hpp"
#include "actors/rules/suspects.hpp"
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
  std::vector<AccountName> entries_off;  ///< something of theirs is stranded
  /// Ticks of this symbol are needed from now on, or no longer.
  struct Watch {
    AccountName account;
    Symbol symbol;
    bool on = false;
    friend bool operator==(const Watch&, const Watch&) = default;
  };
  std::vector<Watch> watches;
  /// What the venue's word did to a bracket, to be recorded like a command.
  std::vector<std::pair<AccountName, CommandRecord>> commanded;
  /// Strategies that fell silent, to be recorded.
  std::vector<std::pair<AccountName, StrategyRecord>> silent;
  /// The venue's position is not what is known here: our trades are to be asked for.
  std::vector<std::pair<AccountName, Symbol>> doubts;
  /// Whose a position is has changed.
  std::vector<PositionEvent> positions;

  void clear();
};

/// All brackets of a shard and the times at which they must be looked at. Pure, one thread.
class BracketBook {
 public:
  /// An ended bracket still takes late fills for this long.
  static constexpr Duration late_fills_for = std::chrono::minutes{10};

  /// Who is told which bracket's rule runs.
  void set_suspects(std::shared_ptr<Suspects> suspects) { suspects_ = std::move(suspects); }
  Suspects* suspects() const { return suspects_.get(); }

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
  /// `seen`: when the market was so.
  void on_tick(const AccountName& account, const Tick& tick, MonoTime seen, Now now, BookOut& out);
  /// Whether the account is READY.
  void on_link(const AccountName& account, bool ready, Now now, BookOut& out);
  void on_state(const AccountName& account, TradingState state, Now now, BookOut& out);
  /// As the journal latched it, before any decision.
  void restore_state(const AccountName& account, TradingState state) { states_[account] = state; }
  TradingState state(const AccountName& account) const;
  /// What the venue holds of derivatives. What is not of brackets is external; what brackets lack
  /// was closed by somebody else. Either is believed when it is confirmed.
  void on_positions(const AccountName& account, const PositionsSeen& seen, Now now, BookOut& out);
  /// Of a position, what no open bracket owns; signed. Zero on spot, where it is free inventory.
  Quantity external(const AccountName& account, const Symbol& symbol) const;
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

  Silence& silence() { return silence_; }
  const Bracket* find(const SignalHash& bracket) const;
  std::size_t open_count() const { return open_count_; }
  std::size_t reductions() const { return reductions_.size(); }

 private:
  using Place = std::pair<AccountName, Symbol>;
  struct Entry {
    Bracket bracket;
    std::uint64_t number = 0;  ///< counts up: a newer bracket has a higher one
    std::optional<MonoTime> due;
    bool outcome_told = false;
    std::optional<BracketEvent> last_event;
    std::optional<BracketExposure> last_exposure;
    bool watches = false;
    bool hands_off_told = false;
  };

  void at_work(const SignalHash& bracket) const {
    if (suspects_ != nullptr) suspects_->at_work(bracket);
  }
  Entry& add(const Plan& plan);
  void decide(Entry& entry, Now now, BookOut& out);
  void count_reduced(const SignalHash& bracket, const LegEvent& event, Now now, BookOut& out);
  void check_reduced(const SignalHash& bracket, Now now, BookOut& out);
  void check_reduced(Now now, BookOut& out);
  bool sells_no_more(const SignalHash& bracket) const;
  std::vector<LedgerShare> shares(const AccountName& account, const Symbol& symbol) const;
  bool restores_others(const Bracket& bracket, const Wish& wish) const;
  std::set<Symbol> derivatives(const AccountName& account) const;
  void set_external(const Place& place, Quantity quantity, Now now, BookOut& out);
  /// What an open bracket takes over of what was external, or leaves when it ends.
  void move_external(const Entry& entry, int sign, Now now, BookOut& out);
  void fall_silent(const Silence::Fallen& fallen, Now now, BookOut& out);
  void follow(Entry& entry, bool watches, Now now, BookOut& out);
  static bool show(Entry& entry, const Tick& tick, MonoTime seen, Now now);
  void schedule(const SignalHash& key, Entry& entry, std::optional<MonoTime> due);
  static BracketEvent describe(const Bracket& bracket, Now now);
  static BracketExposure exposure_of(const Bracket& bracket, Now now);

  std::shared_ptr<Suspects> suspects_;
  Wishes wishes_;  ///< reused
  std::unordered_map<AccountName, CoverPolicy> policies_;
  std::unordered_map<SignalHash, Entry> entries_;
  std::set<std::pair<MonoTime, SignalHash>> due_;
  std::map<AccountName, TradingState> states_;
  Silence silence_;
  std::size_t open_count_ = 0;
  std::uint64_t last_number_ = 0;
  std::map<Place, Quantity> external_;  ///< of derivatives; none is zero
  std::map<Place, Quantity> doubted_;   ///< positions that did not add up
  struct Reducing {
    SignalHash key;
    Reduction reduction;
  };
  /// In the order of their approval. Each sells something that no other does: few.
  std::vector<Reducing> reductions_;
  /// Brackets that have to know the market's price.
  struct Watched {
    std::set<SignalHash> brackets;
    std::optional<Tick> last;
    MonoTime seen{};
  };
  std::map<std::pair<AccountName, Symbol>, Watched> watched_;
  std::set<AccountName> ready_;
};

}  // namespace signalbox
