#pragma once

#include "messages/ids.hpp"
#include "messages/reasons.hpp"
#include "messages/signal.hpp"
#include "messages/venue_reports.hpp"

namespace signalbox {

/// Events are published on `events`; the first four are also the replies to whoever sent the
/// signal. `id` in a reply is the id of the command it answers.

/// The signal is recorded: from here on it has exactly one outcome.
struct Accepted {
  SignalId id;
  StrategyName strategy;
  AccountName account;
  Symbol symbol;
  std::uint64_t log_number = 0;
  WallTime time{};
  static constexpr auto fields = Fields{
      field("id", &Accepted::id, ""),
      field("strategy", &Accepted::strategy, ""),
      field("account", &Accepted::account, ""),
      field("symbol", &Accepted::symbol, ""),
      field("log_number", &Accepted::log_number, "of its record in the journal"),
      field("time", &Accepted::time, ""),
  };
  friend bool operator==(const Accepted&, const Accepted&) = default;
};

/// What risk decided, with the numbers it decided by.
struct Verdict {
  SignalId id;
  StrategyName strategy;
  AccountName account;
  Symbol symbol;
  bool approved = false;
  Reason reason = Reason::none;
  Detail detail;
  std::optional<Quantity> quantity;
  std::optional<Price> reference;
  std::optional<Notional> notional;
  std::optional<Decimal> confidence;
  std::optional<Tier> tier;
  std::optional<Duration> ticker_age;
  std::optional<Duration> balance_age;
  WallTime time{};
  static constexpr auto fields = Fields{
      field("id", &Verdict::id, ""),
      field("strategy", &Verdict::strategy, ""),
      field("account", &Verdict::account, ""),
      field("symbol", &Verdict::symbol, ""),
      field("approved", &Verdict::approved, ""),
      field("reason", &Verdict::reason, "none when approved"),
      field("detail", &Verdict::detail, "for people"),
      field("quantity", &Verdict::quantity, "approved, base units"),
      field("reference", &Verdict::reference, "price the limits were computed at"),
      field("notional", &Verdict::notional, "at that price, with fees"),
      field("confidence", &Verdict::confidence, ""),
      field("tier", &Verdict::tier, "how it will be protected"),
      field("ticker_age", &Verdict::ticker_age, "ns; how old the market's prices were"),
      field("balance_age", &Verdict::balance_age, "ns; since the venue last told the balances"),
      field("time", &Verdict::time, ""),
  };
  friend bool operator==(const Verdict&, const Verdict&) = default;
};

/// The venue's answer to the entry, or unknown.
struct Placed {
  SignalId id;
  StrategyName strategy;
  AccountName account;
  Symbol symbol;
  ClientOrderId order;
  VenueOrderId venue_order;
  Outcome outcome = Outcome::unknown;
  Refusal refusal = Refusal::none;
  Detail detail;
  WallTime time{};
  static constexpr auto fields = Fields{
      field("id", &Placed::id, ""),
      field("strategy", &Placed::strategy, ""),
      field("account", &Placed::account, ""),
      field("symbol", &Placed::symbol, ""),
      field("order", &Placed::order, "client order id"),
      field("venue_order", &Placed::venue_order, "empty while unknown"),
      field("outcome", &Placed::outcome, ""),
      field("refusal", &Placed::refusal, ""),
      field("detail", &Placed::detail, ""),
      field("time", &Placed::time, ""),
  };
  friend bool operator==(const Placed&, const Placed&) = default;
};

/// How it ended. Exactly one for every accepted signal.
struct SignalOutcome {
  SignalId id;
  StrategyName strategy;
  AccountName account;
  Symbol symbol;
  BracketOutcome outcome = BracketOutcome::refused;
  Reason reason = Reason::none;
  Detail detail;
  Quantity filled;
  std::optional<Price> entry_price;
  std::optional<Price> exit_price;
  Quantity left;                  ///< dust the bracket could not sell
  std::optional<Decimal> profit;  ///< quote, after known fees in quote
  Duration uncovered_longest{};   ///< ns
  WallTime time{};
  static constexpr auto fields = Fields{
      field("id", &SignalOutcome::id, ""),
      field("strategy", &SignalOutcome::strategy, ""),
      field("account", &SignalOutcome::account, ""),
      field("symbol", &SignalOutcome::symbol, ""),
      field("outcome", &SignalOutcome::outcome, ""),
      field("reason", &SignalOutcome::reason, "for refused signals"),
      field("detail", &SignalOutcome::detail, ""),
      field("filled", &SignalOutcome::filled,
            "entry, base units; of a reduce-only signal what it sold"),
      field("entry_price", &SignalOutcome::entry_price, "average"),
      field("exit_price", &SignalOutcome::exit_price, "average"),
      field("left", &SignalOutcome::left, "what could not be sold"),
      field("profit", &SignalOutcome::profit, "quote currency, after fees known in quote or base"),
      field("uncovered_longest", &SignalOutcome::uncovered_longest, "ns"),
      field("time", &SignalOutcome::time, ""),
  };
  friend bool operator==(const SignalOutcome&, const SignalOutcome&) = default;
};

/// A change in an order's life as we know it.
enum class OrderStage : std::uint8_t {
  intended = 1,
  working,
  cancelling,
  filled,
  cancelled,
  expired,
  rejected,
  unknown,
  absent,  ///< was unknown; the venue proved to know nothing of it
};
template <>
inline constexpr auto enum_names<OrderStage> =
    std::array{Named{OrderStage::intended, "intended"},     Named{OrderStage::working, "working"},
               Named{OrderStage::cancelling, "cancelling"}, Named{OrderStage::filled, "filled"},
               Named{OrderStage::cancelled, "cancelled"},   Named{OrderStage::expired, "expired"},
               Named{OrderStage::rejected, "rejected"},     Named{OrderStage::unknown, "unknown"},
               Named{OrderStage::absent, "absent"}};

struct OrderEvent {
  SignalId signal;
  StrategyName strategy;
  AccountName account;
  Symbol symbol;
  LegKind leg = LegKind::entry;
  ClientOrderId order;
  VenueOrderId venue_order;
  OrderStage stage = OrderStage::intended;
  Side side = Side::buy;
  OrderKind kind = OrderKind::market;
  Quantity quantity;
  Quantity filled;
  std::optional<Price> price;
  std::optional<Price> trigger_price;
  Refusal refusal = Refusal::none;
  Detail detail;
  WallTime time{};
  static constexpr auto fields = Fields{
      field("signal", &OrderEvent::signal, "empty for an order that no signal of ours made")
          .allowing(Allowance::empty),
      field("strategy", &OrderEvent::strategy, "").allowing(Allowance::empty),
      field("account", &OrderEvent::account, ""),
      field("symbol", &OrderEvent::symbol, ""),
      field("leg", &OrderEvent::leg, ""),
      field("order", &OrderEvent::order, "client order id"),
      field("venue_order", &OrderEvent::venue_order, ""),
      field("stage", &OrderEvent::stage, ""),
      field("side", &OrderEvent::side, ""),
      field("kind", &OrderEvent::kind, ""),
      field("quantity", &OrderEvent::quantity, ""),
      field("filled", &OrderEvent::filled, ""),
      field("price", &OrderEvent::price, ""),
      field("trigger_price", &OrderEvent::trigger_price, ""),
      field("refusal", &OrderEvent::refusal, ""),
      field("detail", &OrderEvent::detail, ""),
      field("time", &OrderEvent::time, ""),
  };
  friend bool operator==(const OrderEvent&, const OrderEvent&) = default;
};

struct FillEvent {
  SignalId signal;  ///< empty for a fill that is not ours
  StrategyName strategy;
  AccountName account;
  LegKind leg = LegKind::entry;
  FillReport fill;
  static constexpr auto fields =
      Fields{field("signal", &FillEvent::signal, "empty for a fill that is not ours")
                 .allowing(Allowance::empty),
             field("strategy", &FillEvent::strategy, "").allowing(Allowance::empty),
             field("account", &FillEvent::account, ""), field("leg", &FillEvent::leg, ""),
             field("fill", &FillEvent::fill, "")};
  friend bool operator==(const FillEvent&, const FillEvent&) = default;
};

/// Where a bracket stands; sent when any of it changes.
enum class BracketPhase : std::uint8_t {
  entering = 1,
  open,
  closing,
  stranded,
  ended,
  hands_off,  ///< somebody else cancelled its stop twice: only commands move it
};
template <>
inline constexpr auto enum_names<BracketPhase> = std::array{
    Named{BracketPhase::entering, "entering"}, Named{BracketPhase::open, "open"},
    Named{BracketPhase::closing, "closing"},   Named{BracketPhase::stranded, "stranded"},
    Named{BracketPhase::ended, "ended"},       Named{BracketPhase::hands_off, "hands_off"}};

struct BracketEvent {
  SignalId signal;
  StrategyName strategy;
  AccountName account;
  Symbol symbol;
  Side side = Side::buy;
  BracketPhase phase = BracketPhase::entering;
  Tier tier = Tier::resting;
  Quantity position;
  Quantity covered;
  std::optional<Price> stop;
  std::int64_t uncovered_ms = 0;
  WallTime time{};
  static constexpr auto fields = Fields{
      field("signal", &BracketEvent::signal, ""),
      field("strategy", &BracketEvent::strategy, ""),
      field("account", &BracketEvent::account, ""),
      field("symbol", &BracketEvent::symbol, ""),
      field("side", &BracketEvent::side, ""),
      field("phase", &BracketEvent::phase, ""),
      field("tier", &BracketEvent::tier, ""),
      field("position", &BracketEvent::position, "what the bracket owns"),
      field("covered", &BracketEvent::covered, "of that, under live stops"),
      field("stop", &BracketEvent::stop, "stop price"),
      field("uncovered_ms", &BracketEvent::uncovered_ms, "longest so far"),
      field("time", &BracketEvent::time, ""),
  };
  friend bool operator==(const BracketEvent&, const BracketEvent&) = default;
};

/// Whose a position of a derivative is: what brackets own and `external` add up to it.
struct PositionEvent {
  AccountName account;
  Symbol symbol;
  Quantity position;
  Quantity external;
  WallTime time{};
  static constexpr auto fields = Fields{
      field("account", &PositionEvent::account, ""), field("symbol", &PositionEvent::symbol, ""),
      field("position", &PositionEvent::position, "the venue's; long is positive")
          .allowing(Allowance::negative),
      field("external", &PositionEvent::external, "of that, what no bracket owns")
          .allowing(Allowance::negative),
      field("time", &PositionEvent::time, "")};
  friend bool operator==(const PositionEvent&, const PositionEvent&) = default;
};

struct BalanceEvent {
  AccountName account;
  std::vector<Balance> balances;
  WallTime time{};
  static constexpr auto fields =
      Fields{field("account", &BalanceEvent::account, ""),
             field("balances", &BalanceEvent::balances, "those that changed"),
             field("time", &BalanceEvent::time, "")};
  friend bool operator==(const BalanceEvent&, const BalanceEvent&) = default;
};

struct ConnectionEvent {
  AccountName account;
  LinkState state = LinkState::down;
  std::uint64_t generation = 0;
  Detail detail;
  WallTime time{};
  static constexpr auto fields = Fields{
      field("account", &ConnectionEvent::account, ""), field("state", &ConnectionEvent::state, ""),
      field("generation", &ConnectionEvent::generation, "counts connections"),
      field("detail", &ConnectionEvent::detail, ""), field("time", &ConnectionEvent::time, "")};
  friend bool operator==(const ConnectionEvent&, const ConnectionEvent&) = default;
};

/// The trading state of an account changed, or something needs a person.
struct NoticeEvent {
  AccountName account;
  TradingState state = TradingState::active;
  bool page = false;
  Detail detail;
  WallTime time{};
  static constexpr auto fields = Fields{
      field("account", &NoticeEvent::account, "empty: all accounts").allowing(Allowance::empty),
      field("state", &NoticeEvent::state, "trading state now"),
      field("page", &NoticeEvent::page, "a person should look now"),
      field("detail", &NoticeEvent::detail, ""), field("time", &NoticeEvent::time, "")};
  friend bool operator==(const NoticeEvent&, const NoticeEvent&) = default;
};

/// Each second: the last number of every stream, so that a subscriber whose tail was dropped
/// learns of it.
struct StreamSequence {
  Text<96> stream;
  std::uint64_t sequence = 0;
  static constexpr auto fields = Fields{field("stream", &StreamSequence::stream, ""),
                                        field("sequence", &StreamSequence::sequence, "last sent")};
  friend bool operator==(const StreamSequence&, const StreamSequence&) = default;
};
struct HealthSequences {
  std::vector<StreamSequence> streams;
  WallTime time{};
  static constexpr auto fields = Fields{field("streams", &HealthSequences::streams, ""),
                                        field("time", &HealthSequences::time, "")};
  friend bool operator==(const HealthSequences&, const HealthSequences&) = default;
};

}  // namespace signalbox
