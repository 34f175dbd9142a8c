#pragma once

#include <optional>

#include "messages/time.hpp"
#include "messages/value.hpp"

namespace signalbox {

/// What one account may do. Absent limits do not limit; `max_order_notional` and
/// `max_account_notional` are always set: configuration requires them.
struct RiskLimits {
  Decimal confidence_threshold =
      Decimal::from_raw(600'000'000'000'000'000);  ///< 0.6, and 0.6 passes
  Duration max_signal_age = std::chrono::seconds{30};
  Duration max_clock_ahead = std::chrono::seconds{1};  ///< of a signal's `time` before ours
  Duration max_ticker_age = std::chrono::seconds{5};
  Decimal collar_percent{1};  ///< limit and market entries around the market
  Notional max_order_notional;
  Notional max_account_notional;
  std::optional<Notional> max_symbol_notional;
  std::optional<Quantity> max_position;
  std::optional<Notional> max_daily_loss;
  std::optional<Notional> max_drawdown;
  std::uint32_t max_open_brackets = 100;
  std::uint32_t max_entries_per_minute = 60;
  std::optional<Decimal> default_stop_loss_percent;
  /// Of its derivatives, as it is set at the venue. Absent: nobody knows, and no signal may name
  /// one.
  std::optional<Decimal> leverage;
  /// Of the entry's price: how far before liquidation the stop of a derivative lies.
  Decimal liquidation_margin_percent{1};
  bool allow_unprotected_target = false;  ///< place_order with take_profit alone
};

}  // namespace signalbox
