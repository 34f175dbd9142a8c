#pragma once

#include "messages/signal.hpp"

namespace signalbox {

/// Commands are what a client may ask on the `commands` socket; a signal is one of them
/// (messages/signal.hpp). Each has an `id`; those that change state are idempotent by it.

/// Ends the entry of a signal; what has filled stays protected.
struct Cancel {
  SignalId id;
  SignalId signal;
  AccountName account;
  StrategyName strategy;
  static constexpr auto fields = Fields{
      field("id", &Cancel::id, "of this command"),
      field("signal", &Cancel::signal, "the signal whose entry ends"),
      field("account", &Cancel::account, ""),
      field("strategy", &Cancel::strategy, ""),
  };
  friend bool operator==(const Cancel&, const Cancel&) = default;
};

/// Closes a bracket at the market.
struct Close {
  SignalId id;
  SignalId signal;
  AccountName account;
  StrategyName strategy;
  std::optional<Decimal> fraction = std::nullopt;
  static constexpr auto fields = Fields{
      field("id", &Close::id, "of this command"),
      field("signal", &Close::signal, "the signal whose bracket closes"),
      field("account", &Close::account, ""),
      field("strategy", &Close::strategy, ""),
      field("fraction", &Close::fraction, "share of what is held, above 0 up to 1; absent: all"),
  };
  friend bool operator==(const Close&, const Close&) = default;
};

/// Moves the stop, the targets or both of a bracket.
struct Amend {
  SignalId id;
  SignalId signal;
  AccountName account;
  StrategyName strategy;
  std::optional<Price> stop_loss;
  Bounded<Price, targets_max> take_profit;
  static constexpr auto fields = Fields{
      field("id", &Amend::id, "of this command"),
      field("signal", &Amend::signal, "the signal whose bracket is amended"),
      field("account", &Amend::account, ""),
      field("strategy", &Amend::strategy, ""),
      field("stop_loss", &Amend::stop_loss, "price; a stop moves only towards safety"),
      field("take_profit", &Amend::take_profit, "prices, as many as the signal has targets"),
  };
  friend bool operator==(const Amend&, const Amend&) = default;
};

/// Closes every bracket of an account (or of all), and takes no entries until `resume`.
struct Flatten {
  SignalId id;
  std::optional<AccountName> account;
  static constexpr auto fields = Fields{
      field("id", &Flatten::id, ""), field("account", &Flatten::account, "absent: all accounts")};
  friend bool operator==(const Flatten&, const Flatten&) = default;
};

/// Sets the trading state to something stricter; latched until `resume`.
struct Halt {
  SignalId id;
  TradingState level = TradingState::halted;
  std::optional<AccountName> account;
  static constexpr auto fields = Fields{
      field("id", &Halt::id, ""),
      field("level", &Halt::level, "no_entries, reduce_only, flatten or halted"),
      field("account", &Halt::account, "absent: all accounts"),
  };
  friend bool operator==(const Halt&, const Halt&) = default;
};

/// Back to active.
struct Resume {
  SignalId id;
  std::optional<AccountName> account;
  static constexpr auto fields = Fields{field("id", &Resume::id, ""),
                                        field("account", &Resume::account, "absent: all accounts")};
  friend bool operator==(const Resume&, const Resume&) = default;
};

/// For callers of the old manager. With `stop_loss` it is a bracket; without, it passes all of
/// risk but confidence and tier and is reported as unprotected by request.
struct PlaceOrder {
  SignalId id;
  AccountName account;
  StrategyName strategy;
  Symbol symbol;
  Side side = Side::buy;
  EntryType type = EntryType::market;
  Quantity quantity;
  std::optional<Price> price;
  std::optional<Price> stop_loss;
  std::optional<Price> take_profit;
  std::optional<TimeInForce> time_in_force;
  bool post_only = false;
  static constexpr auto fields = Fields{
      field("id", &PlaceOrder::id, "is its signal id too"),
      field("account", &PlaceOrder::account, ""),
      field("strategy", &PlaceOrder::strategy, ""),
      field("symbol", &PlaceOrder::symbol, "CCXT's unified form"),
      field("side", &PlaceOrder::side, ""),
      field("type", &PlaceOrder::type, "market or limit"),
      field("quantity", &PlaceOrder::quantity, "base units"),
      field("price", &PlaceOrder::price, "required for limit"),
      field("stop_loss", &PlaceOrder::stop_loss, "stop price; makes it a bracket"),
      field("take_profit", &PlaceOrder::take_profit, "target price; needs stop_loss"),
      field("time_in_force", &PlaceOrder::time_in_force, ""),
      field("post_only", &PlaceOrder::post_only, ""),
  };
  friend bool operator==(const PlaceOrder&, const PlaceOrder&) = default;
};

/// Cancels one order that `place_order` made, by that command's id.
struct CancelOneOrder {
  SignalId id;
  AccountName account;
  StrategyName strategy;
  SignalId order;
  static constexpr auto fields = Fields{
      field("id", &CancelOneOrder::id, "of this command"),
      field("account", &CancelOneOrder::account, ""),
      field("strategy", &CancelOneOrder::strategy, ""),
      field("order", &CancelOneOrder::order, "id of the place_order command"),
  };
  friend bool operator==(const CancelOneOrder&, const CancelOneOrder&) = default;
};

/// Cancels every resting entry of a strategy; protection stays.
struct CancelAll {
  SignalId id;
  AccountName account;
  std::optional<StrategyName> strategy;
  std::optional<Symbol> symbol;
  static constexpr auto fields = Fields{
      field("id", &CancelAll::id, ""),
      field("account", &CancelAll::account, ""),
      field("strategy", &CancelAll::strategy, "absent: all"),
      field("symbol", &CancelAll::symbol, "absent: all"),
  };
  friend bool operator==(const CancelAll&, const CancelAll&) = default;
};

/// Claims a configured account, as the old manager's callers do before they trade.
struct InitExchange {
  SignalId id;
  AccountName account;
  std::optional<VenueName> exchange;
  std::optional<bool> testnet;
  static constexpr auto fields = Fields{
      field("id", &InitExchange::id, ""),
      field("account", &InitExchange::account, "a configured account"),
      field("exchange", &InitExchange::exchange, "must be the account's venue when given"),
      field("testnet", &InitExchange::testnet, "must be how the account is configured when given"),
  };
  friend bool operator==(const InitExchange&, const InitExchange&) = default;
};

/// Ends this client's claims. It never cancels, closes or disconnects what others use.
struct CloseAll {
  SignalId id;
  static constexpr auto fields = Fields{field("id", &CloseAll::id, "")};
  friend bool operator==(const CloseAll&, const CloseAll&) = default;
};

struct FetchTicker {
  SignalId id;
  AccountName account;
  Symbol symbol;
  static constexpr auto fields =
      Fields{field("id", &FetchTicker::id, ""), field("account", &FetchTicker::account, ""),
             field("symbol", &FetchTicker::symbol, "")};
  friend bool operator==(const FetchTicker&, const FetchTicker&) = default;
};

/// Non-zero balances only.
struct FetchBalance {
  SignalId id;
  AccountName account;
  static constexpr auto fields =
      Fields{field("id", &FetchBalance::id, ""), field("account", &FetchBalance::account, "")};
  friend bool operator==(const FetchBalance&, const FetchBalance&) = default;
};

/// The order that a place_order command (or a signal's entry) made.
struct FetchOrder {
  SignalId id;
  AccountName account;
  StrategyName strategy;
  SignalId order;
  static constexpr auto fields =
      Fields{field("id", &FetchOrder::id, ""), field("account", &FetchOrder::account, ""),
             field("strategy", &FetchOrder::strategy, ""),
             field("order", &FetchOrder::order, "id of the place_order command or signal")};
  friend bool operator==(const FetchOrder&, const FetchOrder&) = default;
};

struct FetchOpenOrders {
  SignalId id;
  AccountName account;
  std::optional<Symbol> symbol;
  static constexpr auto fields =
      Fields{field("id", &FetchOpenOrders::id, ""), field("account", &FetchOpenOrders::account, ""),
             field("symbol", &FetchOpenOrders::symbol, "absent: all")};
  friend bool operator==(const FetchOpenOrders&, const FetchOpenOrders&) = default;
};

/// A signal's state so far.
struct FetchSignal {
  SignalId id;
  AccountName account;
  StrategyName strategy;
  SignalId signal;
  static constexpr auto fields = Fields{
      field("id", &FetchSignal::id, ""), field("account", &FetchSignal::account, ""),
      field("strategy", &FetchSignal::strategy, ""), field("signal", &FetchSignal::signal, "")};
  friend bool operator==(const FetchSignal&, const FetchSignal&) = default;
};

/// Venues this program knows, and the configured accounts with their state.
struct ListExchanges {
  SignalId id;
  static constexpr auto fields = Fields{field("id", &ListExchanges::id, "")};
  friend bool operator==(const ListExchanges&, const ListExchanges&) = default;
};

/// Everything that is open, with the sequence numbers it is true for.
struct Snapshot {
  SignalId id;
  std::optional<AccountName> account;
  static constexpr auto fields =
      Fields{field("id", &Snapshot::id, ""), field("account", &Snapshot::account, "absent: all")};
  friend bool operator==(const Snapshot&, const Snapshot&) = default;
};

struct Status {
  SignalId id;
  static constexpr auto fields = Fields{field("id", &Status::id, "")};
  friend bool operator==(const Status&, const Status&) = default;
};

}  // namespace signalbox
