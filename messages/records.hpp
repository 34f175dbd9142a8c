#pragma once

#include "messages/events.hpp"

namespace signalbox {

/// What the journal holds. Replaying the records of an account through the same rules rebuilds
/// its brackets and orders; nothing else is kept on disk. Values are forever: add, never reuse.
enum class RecordType : std::uint16_t {
  signal_accepted = 1,
  signal_judged = 2,
  orders_intended = 3,
  cancel_intended = 4,
  // 5 and 6 were never written and stay reserved.
  order_reported = 7,
  filled = 8,
  order_absent = 9,
  bracket_ended = 10,
  trading_state_set = 11,
  bracket_commanded = 12,
  command_done = 13,
  strategy_heard = 14,
};

/// Payload of signal_accepted.
struct SignalRecord {
  Signal signal;
  bool by_place_order = false;  ///< came as place_order: confidence and tier were not asked
  bool protects = false;        ///< came as `protect`, which has no entry
  static constexpr auto fields = Fields{field("signal", &SignalRecord::signal),
                                        field("by_place_order", &SignalRecord::by_place_order),
                                        field("protects", &SignalRecord::protects)};
  friend bool operator==(const SignalRecord&, const SignalRecord&) = default;
};

/// What an approved signal's bracket runs by, as it was decided: replay needs no venue and no
/// configuration of that day.
struct PlanRecord {
  Signal signal;  ///< with the account's defaults filled in
  Instrument instrument;
  TierFacts facts;
  bool unprotected_by_request = false;
  bool held_already = false;
  static constexpr auto fields =
      Fields{field("signal", &PlanRecord::signal), field("instrument", &PlanRecord::instrument),
             field("facts", &PlanRecord::facts),
             field("unprotected_by_request", &PlanRecord::unprotected_by_request),
             field("held_already", &PlanRecord::held_already)};
  friend bool operator==(const PlanRecord&, const PlanRecord&) = default;
};

/// What a reduce-only signal takes from one bracket.
struct ReductionPart {
  SignalHash bracket;
  Quantity quantity;
  static constexpr auto fields = Fields{field("bracket", &ReductionPart::bracket),
                                        field("quantity", &ReductionPart::quantity)};
  friend bool operator==(const ReductionPart&, const ReductionPart&) = default;
};

/// Payload of signal_judged.
struct JudgedRecord {
  Verdict verdict;
  std::optional<PlanRecord> plan;           ///< of an approved signal
  std::vector<ReductionPart> reduces = {};  ///< of an approved reduce-only signal
  static constexpr auto fields =
      Fields{field("verdict", &JudgedRecord::verdict), field("plan", &JudgedRecord::plan),
             field("reduces", &JudgedRecord::reduces)};
  friend bool operator==(const JudgedRecord&, const JudgedRecord&) = default;
};

/// Payload of order_absent: an unknown order was proven never to have reached the venue.
struct AbsentRecord {
  ClientOrderId order;
  bool told = false;  ///< by an operator, where the venue gave no word
  static constexpr auto fields =
      Fields{field("order", &AbsentRecord::order), field("told", &AbsentRecord::told)};
  friend bool operator==(const AbsentRecord&, const AbsentRecord&) = default;
};

struct TradingStateRecord {
  TradingState state = TradingState::active;
  Detail detail;
  static constexpr auto fields = Fields{field("state", &TradingStateRecord::state),
                                        field("detail", &TradingStateRecord::detail)};
  friend bool operator==(const TradingStateRecord&, const TradingStateRecord&) = default;
};

/// Payload of bracket_commanded: a latch that must survive a restart.
/// `lost` and `hands_off` nobody commanded: the venue's word, taken in once.
enum class BracketCommand : std::uint8_t {
  cancel_entry = 1,
  close,
  amend,
  release,
  lost,       ///< somebody else closed `quantity` of it, at about `price`
  hands_off,  ///< somebody else cancels its stops: it is left alone
};
template <>
inline constexpr auto enum_names<BracketCommand> =
    std::array{Named{BracketCommand::cancel_entry, "cancel_entry"},
               Named{BracketCommand::close, "close"},
               Named{BracketCommand::amend, "amend"},
               Named{BracketCommand::release, "release"},
               Named{BracketCommand::lost, "lost"},
               Named{BracketCommand::hands_off, "hands_off"}};

struct CommandRecord {
  SignalHash bracket;
  BracketCommand command = BracketCommand::close;
  BracketOutcome why = BracketOutcome::closed;
  std::optional<Quantity> quantity = std::nullopt;  ///< of a partial close, and of `lost`
  std::optional<Price> stop = std::nullopt;         ///< of `amend`, like the targets
  Bounded<Price, targets_max> targets = {};
  std::optional<Price> price = std::nullopt;  ///< of `lost`
  static constexpr auto fields =
      Fields{field("bracket", &CommandRecord::bracket), field("command", &CommandRecord::command),
             field("why", &CommandRecord::why),         field("quantity", &CommandRecord::quantity),
             field("stop", &CommandRecord::stop),       field("targets", &CommandRecord::targets),
             field("price", &CommandRecord::price)};
  friend bool operator==(const CommandRecord&, const CommandRecord&) = default;
};

/// Payload of command_done: sent again, the command is answered and not done again.
struct CommandDoneRecord {
  AccountName account;    ///< empty: all
  StrategyName strategy;  ///< empty: none or all
  SignalId id;
  std::uint64_t digest = 0;  ///< of the command's type and content
  Detail detail;             ///< of its answer
  static constexpr auto fields =
      Fields{field("account", &CommandDoneRecord::account).allowing(Allowance::empty),
             field("strategy", &CommandDoneRecord::strategy).allowing(Allowance::empty),
             field("id", &CommandDoneRecord::id), field("digest", &CommandDoneRecord::digest),
             field("detail", &CommandDoneRecord::detail)};
  friend bool operator==(const CommandDoneRecord&, const CommandDoneRecord&) = default;
};

/// Payload of strategy_heard: a strategy's first heartbeat, since then or since its silence; or
/// that it is silent, and that what was configured for it has been done.
struct StrategyRecord {
  StrategyName strategy;
  bool silent = false;
  static constexpr auto fields = Fields{field("strategy", &StrategyRecord::strategy),
                                        field("silent", &StrategyRecord::silent)};
  friend bool operator==(const StrategyRecord&, const StrategyRecord&) = default;
};

// orders_intended: PlaceOrders; cancel_intended: CancelOrder; order_reported: OrderReport;
// filled: FillReport;
// bracket_ended: SignalOutcome.

}  // namespace signalbox
