#pragma once

#include <optional>

#include "actors/rules/exposure.hpp"
#include "actors/rules/limits.hpp"
#include "actors/rules/risk.hpp"

namespace signalbox {

/// What one judgement is given.
struct RiskInputs {
  const Signal& signal;
  Origin origin;
  Now now;
  const RiskAccount& settings;
  LinkState link;
  TradingState state;
  const Instrument* instrument;
  bool frozen;
  bool reconciling;  ///< records were lost, and not every account was compared with its venue
  std::optional<Notional> max_total_notional;
  Exposure& exposure;
};

/// One judgement: the checks in the order of the design, each able to end it with its reason.
/// Reads as a table; the numbers it finds on the way go into the verdict.
class RiskCheck : private RiskInputs {
 public:
  struct No {
    Reason reason;
    Detail detail;
  };
  using Step = std::optional<No>;

  /// Too old, from the future, or past its own time.
  static Step signal_age(const Signal& signal, const RiskLimits& limits, Now now);

  explicit RiskCheck(RiskInputs inputs) : RiskInputs(inputs) {}

  /// A plan, or nothing and the verdict's reason.
  std::optional<Plan> run(Verdict& verdict);

 private:
  Step age() const { return signal_age(signal, settings.limits, now); }
  Step account_open() const;
  Step confidence() const;
  Step unsupported_fields() const;
  Step market();
  Step direction() const;
  Step stop_and_targets();
  /// The stop fires before the position could be liquidated.
  Step liquidation() const;
  Step size();
  Step entry_leg() const;
  Step legs() const;
  Step tier();
  Step exposure_limits();
  Step losses() const;
  Step funds();

  /// What is there already is protected whatever the state of trading.
  bool enters() const { return !origin.protects; }
  bool needs_protection() const { return !(origin.by_place_order && !signal.stop_loss); }
  /// `place_order` with targets and no stop, on an account that allows it.
  bool target_alone() const {
    return !needs_protection() && !wanted_.take_profit.empty() &&
           settings.limits.allow_unprotected_target;
  }
  Step targets_beyond() const;
  Step target_legs(Quantity left, std::optional<Price> stop) const;
  Price stop_price() const;
  Price target_price(const TakeProfit& target) const;
  Step shares() const;
  Step within_band(Price price, Side side, std::string_view what) const;

  Exposure::Quote quote_{};
  Price entry_;      ///< the worst price the entry may have: limit, or market with collar
  Price reference_;  ///< the market now, on the entry's side
  Signal wanted_;    ///< the signal with the account's defaults filled in
  Quantity quantity_;
  Notional cost_;
  TierFacts facts_;
};

}  // namespace signalbox
