#pragma once

#include <map>
#include <optional>
#include <unordered_map>
#include <vector>

#include "actors/rules/amend.hpp"
#include "actors/rules/approved.hpp"
#include "actors/rules/exposure.hpp"
#include "actors/rules/limits.hpp"
#include "messages/answers.hpp"

namespace signalbox {

/// What risk needs to know of one account before it approves anything on it.
struct RiskAccount {
  AccountName account;
  RiskLimits limits;
  std::vector<TierFacts> tiers;
};

/// How a signal ends that risk refused.
SignalOutcome refused_outcome(const Verdict& verdict, WallTime time);

/// Decides every signal: approved with a plan, or refused with one reason and its numbers. What it
/// does not know it refuses. Approving and reserving are one step. Remembers every signal id, so
/// that a repeat is answered with its state so far and never traded twice.
/// Pure: one thread, no clock.
class Risk {
 public:
  struct Options {
    std::optional<Notional> max_total_notional;  ///< over all accounts
    Duration remember_beyond_age = std::chrono::hours{1};
    std::size_t signals_remembered_max = 1'000'000;
  };
  Risk(Options options, std::vector<RiskAccount> accounts);

  void on_instruments(const AccountName& account, std::span<const Instrument> instruments);
  void on_link(const AccountName& account, LinkState state);
  void set_state(const AccountName& account, TradingState state);
  TradingState state(const AccountName& account) const;
  /// Records were lost: nothing opens, on any account, until every account has been compared with
  /// its venue.
  void set_reconciling(bool yes) { reconciling_ = yes; }
  bool reconciling() const { return reconciling_; }
  /// Null when the venue has not told of it.
  const Instrument* instrument(const AccountName& account, const Symbol& symbol) const;
  void set_frozen(const AccountName& account, const Symbol& symbol, bool frozen);
  /// Where the market of an open bracket stands, if its ticker is young enough to say.
  std::optional<MarketNow> market_of(const AccountName& account, const SignalHash& bracket,
                                     MonoTime now) const;

  Exposure& exposure() { return exposure_; }
  const Exposure& exposure() const { return exposure_; }

  enum class Known : std::uint8_t { fresh = 1, repeated, id_reused };
  /// Asks only; `remember` must follow once the signal is recorded.
  /// Where the time of a signal is ours it does not tell two apart.
  Known known(const Signal& signal, Origin origin) const;
  void remember(const Signal& signal, Origin origin, const Accepted& accepted, Now now);
  /// Replay: what was over so long before `latest`, the newest record, that nothing can repeat it
  /// is forgotten, so that a journal of years takes no more memory than one of days.
  void forget_before(WallTime latest);
  std::size_t remembered() const { return memory_.size() + ended_orders_.size(); }
  /// Older than ids are remembered: nobody can say any more whether it was seen. It is refused
  /// and not accepted a second time. Orders of place_order have no age; theirs are kept for good.
  bool beyond_memory(const Signal& signal, WallTime now) const;
  /// The state so far of a known signal.
  SignalAnswer state_of(const SignalHash& key) const;
  /// Also of an order that ended so long ago that only its end is kept.
  SignalAnswer state_of(const Signal& signal) const;
  void note(const SignalHash& key, const Verdict& verdict);
  void note(const SignalHash& key, const Placed& placed);
  void note(const SignalHash& key, const SignalOutcome& outcome);

  struct Decision {
    Verdict verdict;
    std::optional<Approved<Plan>> plan;
    /// Instead, of a reduce-only signal: what it takes from which bracket, oldest first.
    std::vector<ReductionPart> reduces = {};
  };
  /// By place_order confidence and tier are not asked, and no stop means an order without
  /// protection, by request.
  Decision judge(const Signal& signal, Origin origin, Now now);
  /// What would be said now of a signal that shall follow this bracket. Reserves nothing.
  Verdict judge_after(const SignalHash& bracket, const Signal& signal, Now now);

  /// A plan for what no bracket owns of a derivative's position, so that it can be closed like any
  /// other. Nothing when there is none.
  std::optional<Approved<Plan>> take_external(const AccountName& account, const Symbol& symbol,
                                              const SignalId& id, Now now);
  /// On which derivatives of an account somebody else holds something.
  std::vector<Symbol> external_on(const AccountName& account) const;

  /// Replay: what was approved before is approved again, without asking.
  Approved<Plan> approved_before(Plan plan);

 private:
  struct Account {
    RiskAccount settings;
    std::map<Symbol, Instrument> instruments;
    LinkState link = LinkState::down;
    TradingState state = TradingState::active;
    std::map<Symbol, bool> frozen;
  };
  struct Memory {
    std::uint64_t digest = 0;
    bool by_place_order = false;
    SignalAnswer answer;
  };
  /// What is kept of an order of place_order for good.
  struct Ended {
    std::uint64_t digest = 0;
    std::uint64_t log_number = 0;
    WallTime accepted{};
    WallTime ended{};
    BracketOutcome outcome = BracketOutcome::closed;
    Reason reason = Reason::none;
    Quantity filled;
  };
  Duration remembered_for() const;
  Verdict blank(const Signal& signal, Now now) const;
  std::optional<Plan> check(const Signal& signal, Origin origin, Now now, Verdict& verdict);
  void forget_old(MonoTime now);
  bool forget_if_over(const SignalHash& key);

  Options options_;
  std::map<AccountName, Account> accounts_;
  Exposure exposure_;
  bool reconciling_ = false;
  std::unordered_map<SignalHash, Memory> memory_;
  std::deque<std::pair<MonoTime, SignalHash>> memory_order_;
  std::unordered_map<SignalHash, Ended> ended_orders_;
};

}  // namespace signalbox
