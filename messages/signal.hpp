#pragma once

#include <optional>

#include "messages/bounded.hpp"
#include "messages/enums.hpp"
#include "messages/time.hpp"
#include "messages/value.hpp"

namespace signalbox {

inline constexpr std::size_t targets_max = 8;
inline constexpr std::size_t tags_max = 8;

/// Where the stop lies: exactly one of `price` and `percent`.
struct StopLoss {
  std::optional<Price> price;
  std::optional<Decimal> percent;
  std::optional<Price>
      limit_offset;  ///< makes it a stop-limit: how far past the stop the limit lies
  std::optional<Trigger> trigger;

  static constexpr auto fields = Fields{
      field("price", &StopLoss::price, "absolute stop price"),
      field("percent", &StopLoss::percent,
            "distance from the limit price, or from the average fill for market entries"),
      field("limit_offset", &StopLoss::limit_offset,
            "makes it a stop-limit this far past the stop"),
      field("trigger", &StopLoss::trigger, "default: last on spot, mark on derivatives"),
  };
  friend bool operator==(const StopLoss&, const StopLoss&) = default;
};

/// Where profit is taken: exactly one of `price` and `percent`; fractions of all targets add to 1.
struct TakeProfit {
  std::optional<Price> price;
  std::optional<Decimal> percent;
  std::optional<Decimal> fraction;

  static constexpr auto fields = Fields{
      field("price", &TakeProfit::price, "absolute target price"),
      field("percent", &TakeProfit::percent, "distance, as for the stop"),
      field("fraction", &TakeProfit::fraction,
            "share of the position; one target without it takes all"),
  };
  friend bool operator==(const TakeProfit&, const TakeProfit&) = default;
};

/// A stop that follows the market at `offset` once `activation` was reached.
struct Trail {
  Price offset;
  std::optional<Price> activation;

  static constexpr auto fields = Fields{
      field("offset", &Trail::offset, "distance kept to the best price"),
      field("activation", &Trail::activation, "starts at this price; absent: at once"),
  };
  friend bool operator==(const Trail&, const Trail&) = default;
};

/// A strategy's request to open (or, reduce-only, to reduce) one protected position.
/// Durations are nanoseconds, like every time on the bus.
struct Signal {
  SignalId id;
  WallTime time{};
  StrategyName strategy;
  AccountName account;
  Symbol symbol;
  Side side = Side::buy;
  EntryType type = EntryType::market;
  std::optional<Price> price;
  std::optional<Quantity> quantity;
  std::optional<Notional> notional;
  std::optional<Notional> risk;
  std::optional<Decimal> confidence;
  std::optional<StopLoss> stop_loss;
  Bounded<TakeProfit, targets_max> take_profit;
  std::optional<Trail> trail;
  std::optional<std::uint8_t> break_even_after;
  std::optional<WallTime> valid_until;
  std::optional<WallTime> entry_expires;
  std::optional<Duration> time_limit;
  std::optional<TimeInForce> time_in_force;
  bool post_only = false;
  bool reduce_only = false;
  std::optional<Decimal> leverage;
  std::optional<Tier> min_tier;
  Bounded<Text<32>, tags_max> tags;

  /// The one list of fields: codec, journal, printer and docs/bus.md read it, so a field cannot
  /// be on the bus and missing from the journal.
  static constexpr auto fields = Fields{
      field("id", &Signal::id, "chosen by the strategy, never reused"),
      field("time", &Signal::time, "when the strategy decided"),
      field("strategy", &Signal::strategy, "who sends it"),
      field("account", &Signal::account, "a configured account"),
      field("symbol", &Signal::symbol, "CCXT's unified form, BTC/USDT"),
      field("side", &Signal::side, ""),
      field("type", &Signal::type, "market or limit"),
      field("price", &Signal::price, "limit price; required for limit"),
      field("quantity", &Signal::quantity, "base units; exactly one of quantity, notional, risk"),
      field("notional", &Signal::notional, "quote units at the collar price, with fees"),
      field("risk", &Signal::risk, "quote units lost if the stop fills"),
      field("confidence", &Signal::confidence, "required for signals that open")
          .allowing(Allowance::share_or_float),
      field("stop_loss", &Signal::stop_loss, "required for signals that open"),
      field("take_profit", &Signal::take_profit, "where profit is taken"),
      field("trail", &Signal::trail, "trailing stop"),
      field("break_even_after", &Signal::break_even_after,
            "stop to break-even after this many targets"),
      field("valid_until", &Signal::valid_until, "no entry is sent after it"),
      field("entry_expires", &Signal::entry_expires, "the unfilled rest is cancelled then"),
      field("time_limit", &Signal::time_limit, "from the first fill; then the position is closed"),
      field("time_in_force", &Signal::time_in_force, "of a limit entry; default gtc"),
      field("post_only", &Signal::post_only, "the entry must not take liquidity"),
      field("reduce_only", &Signal::reduce_only, "may only make the position smaller"),
      field("leverage", &Signal::leverage, "checked against the account, set only if configured"),
      field("min_tier", &Signal::min_tier, "weakest protection accepted; default resting"),
      field("tags", &Signal::tags, "carried through to events"),
  };

  friend bool operator==(const Signal&, const Signal&) = default;
};

}  // namespace signalbox
