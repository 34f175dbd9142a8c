#pragma once

#include <optional>
#include <span>
#include <vector>

#include "actors/rules/bracket.hpp"
#include "actors/rules/exposure.hpp"
#include "actors/rules/limits.hpp"
#include "messages/records.hpp"

namespace signalbox {

/// What a reduce-only signal may take, oldest bracket first; empty: refused, and the verdict says
/// why. It passes none of the exposure checks and needs neither a connection nor a ticker: an exit
/// is wanted the more, the less is known. In `halted` only operators close.
std::vector<ReductionPart> check_reduction(const Signal& signal, const RiskLimits& limits,
                                           TradingState state, const Exposure& exposure, Now now,
                                           Verdict& verdict);

/// A reduce-only signal on its way: what it sells of which bracket, and what came of that. Brackets
/// do the selling; this counts their closing orders' trades, each part up to what was approved.
/// Pure, one thread.
class Reduction {
 public:
  static constexpr std::size_t parts_max = 64;  ///< brackets; a record of the journal holds them

  Reduction(const Signal& signal, std::span<const ReductionPart> parts);

  /// One trade of a bracket's closing order. Answers what of it is counted here.
  Quantity on_sold(const SignalHash& bracket, Quantity quantity, Price price);
  /// The venue's word on a closing order of a bracket; nothing when it is not news.
  std::optional<Placed> on_placed(const SignalHash& bracket, const LegEvent& event);
  /// Nothing more comes of this bracket: it has ended, or sells nothing any more.
  void on_over(const SignalHash& bracket);

  bool awaits(const SignalHash& bracket) const;
  bool done() const;
  const AccountName& account() const { return account_; }
  std::vector<SignalHash> brackets() const;
  SignalOutcome outcome() const;

 private:
  struct Part {
    SignalHash bracket;
    Quantity left;
    bool over = false;
  };
  SignalId id_;
  StrategyName strategy_;
  AccountName account_;
  Symbol symbol_;
  Quantity asked_;
  Quantity sold_;
  Notional paid_;
  std::optional<Outcome> placed_;
  std::vector<Part> parts_;
};

}  // namespace signalbox
