#pragma once

#include "messages/events.hpp"

namespace signalbox {

/// Answers to commands that are not signals. Each repeats the command's `id`.

/// Refused before risk, or a command that failed.
struct Refused {
  SignalId id;  ///< empty when the frame was too broken to have one
  Reason reason = Reason::malformed;
  Text<64> field_name;
  Detail detail;
  static constexpr auto fields = Fields{
      field("id", &Refused::id, "empty when it could not be read").allowing(Allowance::empty),
      field("reason", &Refused::reason, ""),
      field("field", &Refused::field_name, "path of the field at fault"),
      field("detail", &Refused::detail, "what to change"),
  };
  friend bool operator==(const Refused&, const Refused&) = default;
};

/// Done (or recorded to be done, for commands whose effect takes time).
struct Done {
  SignalId id;
  Detail detail;
  static constexpr auto fields =
      Fields{field("id", &Done::id, ""), field("detail", &Done::detail, "")};
  friend bool operator==(const Done&, const Done&) = default;
};

struct TickerAnswer {
  SignalId id;
  Tick ticker;
  static constexpr auto fields =
      Fields{field("id", &TickerAnswer::id, ""), field("ticker", &TickerAnswer::ticker, "")};
  friend bool operator==(const TickerAnswer&, const TickerAnswer&) = default;
};

struct BalanceAnswer {
  SignalId id;
  AccountName account;
  std::vector<Balance> balances;
  static constexpr auto fields =
      Fields{field("id", &BalanceAnswer::id, ""), field("account", &BalanceAnswer::account, ""),
             field("balances", &BalanceAnswer::balances, "non-zero only")};
  friend bool operator==(const BalanceAnswer&, const BalanceAnswer&) = default;
};

struct OrdersAnswer {
  SignalId id;
  AccountName account;
  std::vector<OrderEvent> orders;
  static constexpr auto fields =
      Fields{field("id", &OrdersAnswer::id, ""), field("account", &OrdersAnswer::account, ""),
             field("orders", &OrdersAnswer::orders, "")};
  friend bool operator==(const OrdersAnswer&, const OrdersAnswer&) = default;
};

/// A signal's state so far: what is known is present.
struct SignalAnswer {
  SignalId id;
  std::optional<Accepted> accepted;
  std::optional<Verdict> verdict;
  std::optional<Placed> placed;
  std::optional<SignalOutcome> outcome;
  static constexpr auto fields = Fields{
      field("id", &SignalAnswer::id, ""),           field("accepted", &SignalAnswer::accepted, ""),
      field("verdict", &SignalAnswer::verdict, ""), field("placed", &SignalAnswer::placed, ""),
      field("outcome", &SignalAnswer::outcome, ""),
  };
  friend bool operator==(const SignalAnswer&, const SignalAnswer&) = default;
};

/// One record of the journal that has to do with a signal, for people.
struct WhyStep {
  std::uint64_t log_number = 0;
  WallTime time{};
  Text<32> what;
  Text<240> text;
  static constexpr auto fields = Fields{
      field("log_number", &WhyStep::log_number, "of its record in the journal"),
      field("time", &WhyStep::time, ""),
      field("what", &WhyStep::what, "such as accepted, refused, intended, filled, outcome"),
      field("text", &WhyStep::text, "for people, with the numbers it was decided by"),
  };
  friend bool operator==(const WhyStep&, const WhyStep&) = default;
};

struct WhyAnswer {
  SignalId id;
  SignalId signal;
  AccountName account;
  StrategyName strategy;
  std::vector<WhyStep> steps;
  bool more = false;
  static constexpr auto fields = Fields{
      field("id", &WhyAnswer::id, ""),
      field("signal", &WhyAnswer::signal, "whose story it is"),
      field("account", &WhyAnswer::account, ""),
      field("strategy", &WhyAnswer::strategy, ""),
      field("steps", &WhyAnswer::steps, "in the order of the journal, up to its last commit"),
      field("more", &WhyAnswer::more, "there are more steps than fit into one answer")};
  friend bool operator==(const WhyAnswer&, const WhyAnswer&) = default;
};

struct AccountInfo {
  AccountName account;
  VenueName exchange;
  bool testnet = false;
  bool initialised = false;  ///< some client has claimed it
  LinkState link = LinkState::down;
  TradingState state = TradingState::active;
  static constexpr auto fields =
      Fields{field("account", &AccountInfo::account, ""),
             field("exchange", &AccountInfo::exchange, ""),
             field("testnet", &AccountInfo::testnet, ""),
             field("initialised", &AccountInfo::initialised, "a client has claimed it"),
             field("link", &AccountInfo::link, ""),
             field("state", &AccountInfo::state, "trading state")};
  friend bool operator==(const AccountInfo&, const AccountInfo&) = default;
};

struct ExchangesAnswer {
  SignalId id;
  std::vector<VenueName> exchanges;
  std::vector<AccountInfo> accounts;
  static constexpr auto fields =
      Fields{field("id", &ExchangesAnswer::id, ""),
             field("exchanges", &ExchangesAnswer::exchanges, "venues known"),
             field("accounts", &ExchangesAnswer::accounts, "configured")};
  friend bool operator==(const ExchangesAnswer&, const ExchangesAnswer&) = default;
};

struct SnapshotAnswer {
  SignalId id;
  std::vector<AccountInfo> accounts;
  std::vector<BracketEvent> brackets;
  std::vector<OrderEvent> orders;
  std::vector<StreamSequence> sequences;
  static constexpr auto fields = Fields{
      field("id", &SnapshotAnswer::id, ""),
      field("accounts", &SnapshotAnswer::accounts, ""),
      field("brackets", &SnapshotAnswer::brackets, "open ones"),
      field("orders", &SnapshotAnswer::orders, "live or unknown ones"),
      field("sequences", &SnapshotAnswer::sequences, "the snapshot is true as of these"),
  };
  friend bool operator==(const SnapshotAnswer&, const SnapshotAnswer&) = default;
};

struct StatusAnswer {
  SignalId id;
  std::uint64_t epoch = 0;
  std::uint64_t log_recorded = 0;
  std::uint64_t log_committed = 0;
  std::uint32_t brackets_open = 0;
  std::uint32_t orders_unknown = 0;
  std::vector<AccountInfo> accounts;
  static constexpr auto fields = Fields{
      field("id", &StatusAnswer::id, ""),
      field("epoch", &StatusAnswer::epoch, "raised at each start"),
      field("log_recorded", &StatusAnswer::log_recorded, ""),
      field("log_committed", &StatusAnswer::log_committed, ""),
      field("brackets_open", &StatusAnswer::brackets_open, ""),
      field("orders_unknown", &StatusAnswer::orders_unknown, ""),
      field("accounts", &StatusAnswer::accounts, ""),
  };
  friend bool operator==(const StatusAnswer&, const StatusAnswer&) = default;
};

}  // namespace signalbox
