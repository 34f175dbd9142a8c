#pragma once

#include <deque>
#include <map>
#include <optional>
#include <span>

#include "actors/rules/order.hpp"
#include "actors/rules/plan.hpp"
#include "messages/records.hpp"
#include "messages/venue_reports.hpp"

namespace signalbox {

/// A bracket as exposure sees it. Brackets send one whenever any of it changes.
struct BracketExposure {
  SignalHash key;
  bool entry_live = true;  ///< the rest of the approved quantity may still fill
  bool placed = false;     ///< the venue has answered the entry: its balances know of it
  Quantity held;
  Quantity covered;
  Quantity shedding;  ///< of what is held, promised to sales by command
  std::optional<Price> entry_price;
  Decimal cash;  ///< quote received less quote paid so far, fees taken off
  bool ended = false;
  std::optional<Decimal> profit;  ///< once ended

  friend bool operator==(const BracketExposure&, const BracketExposure&) = default;
};

/// What is open, reserved and lost, on every account. A plain class inside risk, so that approving
/// and reserving are one step. Unknown entries count as if filled.
class Exposure {
 public:
  void on_balances(const AccountName& account, std::span<const Balance> balances, MonoTime now);
  void on_tick(const AccountName& account, const Tick& tick, MonoTime now);

  /// Of a derivative's position, what no bracket owns; signed.
  void set_external(const AccountName& account, const Symbol& symbol, Quantity quantity);
  Quantity external(const AccountName& account, const Symbol& symbol) const;

  void reserve(const Plan& plan, Notional cost);
  void count_entry(const AccountName& account, MonoTime now);
  void on(const BracketExposure& change, WallTime now);

  struct Quote {
    Price bid, ask;
    MonoTime at{};
  };
  std::optional<Quote> quote(const AccountName& account, const Symbol& symbol) const;
  /// Of the instrument of an open bracket.
  std::optional<Quote> quote(const SignalHash& bracket) const;

  Notional open_notional(const AccountName& account) const;
  Notional open_notional(const AccountName& account, const Symbol& symbol) const;
  Notional open_notional() const;
  Quantity position(const AccountName& account, const Symbol& symbol) const;
  std::uint32_t open_brackets(const AccountName& account) const;
  std::uint32_t entries_within(const AccountName& account, Duration window, MonoTime now);
  std::uint32_t brackets_on(const AccountName& account, const Symbol& symbol) const {
    return of(account, symbol).brackets;
  }
  bool side_open(const AccountName& account, const Symbol& symbol, Side side) const;
  bool is_open(const SignalHash& bracket) const { return open_.contains(bracket); }
  /// The same instrument the other way round.
  bool opposes(const SignalHash& bracket, const Signal& signal) const;
  /// What a strategy's brackets of this side hold and no command sells yet, oldest first.
  std::vector<ReductionPart> reducible(const AccountName& account, const StrategyName& strategy,
                                       const Symbol& symbol, Side side) const;
  /// Asks `judge` what would be if this bracket were gone.
  template <class Judge>
  auto without(const SignalHash& bracket, Judge&& judge) {
    const auto found = open_.find(bracket);
    if (found == open_.end()) return judge();
    count(found->second, false);
    auto node = open_.extract(found);
    auto answer = judge();
    count(node.mapped(), true);
    open_.insert(std::move(node));
    return answer;
  }

  /// Free funds less what approved entries will take that the venue's balances do not show yet.
  Quantity available(const AccountName& account, const Asset& asset) const;
  /// Since the venue last told the account's balances; nothing before it has.
  std::optional<Duration> balance_age(const AccountName& account, MonoTime now) const;
  /// Base that no bracket holds.
  Quantity free_inventory(const AccountName& account, const Instrument& instrument) const;

  /// Realised today (UTC) plus what open brackets have made so far, after known fees; negative is a
  /// loss.
  Decimal profit_today(const AccountName& account, WallTime now) const;
  /// Below the best that realised plus unrealised has been; never negative.
  Decimal drawdown(const AccountName& account) const;

  /// A bracket known from the journal.
  void restore_realised(const AccountName& account, Decimal profit, WallTime at);

 private:
  struct Open {
    std::uint64_t number = 0;  ///< counts up: an older bracket has a lower one
    AccountName account;
    StrategyName strategy;
    Symbol symbol;
    Side side = Side::buy;
    Asset quote_asset;
    Quantity approved;
    Price reference;
    Notional cost;
    BracketExposure now;
    bool counted_by_venue = false;
  };
  struct Account {
    std::map<Asset, Quantity> free;
    /// Approved since the venue last told what is free, or not answered by it yet; some may have
    /// ended. Not longer than what was approved in between.
    std::vector<SignalHash> unpaid;
    std::optional<MonoTime> balances_at;
    std::map<Symbol, Quote> quotes;
    std::map<Symbol, Quantity> external;
    std::deque<MonoTime> entries;
    std::map<std::int64_t, Decimal> realised_by_day;
    Decimal realised;
    mutable Decimal peak;
  };
  static constexpr std::size_t entries_remembered_max = 10'000;

  /// Sums over the open brackets, kept as they change: a check costs the same with one bracket
  /// open and with ten thousand.
  struct Totals {
    Notional worth;
    Quantity quantity;
    Quantity loose;  ///< held and not under a stop
    std::uint32_t brackets = 0;
    std::uint32_t buys = 0;
  };
  void count(const Open& open, bool in);
  const Totals& of(const AccountName& account, const Symbol& symbol) const;
  Quantity free_funds(const AccountName& account, const Asset& asset) const;

  static Quantity quantity_of(const Open& open);
  static Notional worth(const Open& open);
  Decimal unrealised(const AccountName& account) const;

  std::map<AccountName, Account> accounts_;
  std::map<SignalHash, Open> open_;
  std::uint64_t last_number_ = 0;
  Notional total_;
  std::map<AccountName, Totals> of_account_;
  std::map<std::pair<AccountName, Symbol>, Totals> of_symbol_;
  std::map<std::pair<AccountName, Asset>, Notional> unpaid_;
};

}  // namespace signalbox
