#pragma once

#include "messages/ids.hpp"
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

/// Closes a bracket and opens another signal once it is flat, as one command. It is refused as a
/// whole when the new signal would be refused, and then nothing is closed.
struct Flip {
  SignalId id;
  SignalId signal;
  AccountName account;
  StrategyName strategy;
  Signal open;
  static constexpr auto fields = Fields{
      field("id", &Flip::id, "of this command"),
      field("signal", &Flip::signal, "the signal whose bracket closes"),
      field("account", &Flip::account, ""),
      field("strategy", &Flip::strategy, ""),
      field("open", &Flip::open,
            "the new signal: same account, strategy and symbol, the other side, an id of its own; "
            "it is judged again when the bracket is flat"),
  };
  friend bool operator==(const Flip&, const Flip&) = default;
};

/// Puts stop and targets on a quantity that is already there: free inventory on spot, the part of
/// a derivative's position that no bracket owns. Its id is its
/// signal id: from then on it is a bracket like any other.
struct Protect {
  SignalId id;
  AccountName account;
  StrategyName strategy;
  Symbol symbol;
  Side side = Side::buy;
  Quantity quantity;
  StopLoss stop_loss;
  Bounded<TakeProfit, targets_max> take_profit;
  static constexpr auto fields = Fields{
      field("id", &Protect::id, "is its signal id too"),
      field("account", &Protect::account, ""),
      field("strategy", &Protect::strategy, "whose bracket it becomes"),
      field("symbol", &Protect::symbol, "CCXT's unified form"),
      field("side", &Protect::side, "of the position: buy is long; on spot always buy"),
      field("quantity", &Protect::quantity, "base units, held by no bracket and no order"),
      field("stop_loss", &Protect::stop_loss, "percent counts from the market now"),
      field("take_profit", &Protect::take_profit, "as for a signal; may be absent"),
  };
  friend bool operator==(const Protect&, const Protect&) = default;
};

/// Stops managing a bracket: its entry, stops and targets are cancelled, and what it holds is left
/// to whoever asked, without a stop.
struct Release {
  SignalId id;
  SignalId signal;
  AccountName account;
  StrategyName strategy;
  static constexpr auto fields = Fields{
      field("id", &Release::id, "of this command"),
      field("signal", &Release::signal, "the signal whose bracket is handed over"),
      field("account", &Release::account, ""),
      field("strategy", &Release::strategy, ""),
  };
  friend bool operator==(const Release&, const Release&) = default;
};

/// What an operator found out about an order of unknown fate.
enum class Evidence : std::uint8_t { absent = 1, ended };
template <>
inline constexpr auto enum_names<Evidence> =
    std::array{Named{Evidence::absent, "absent"}, Named{Evidence::ended, "ended"}};

/// An operator's evidence for an order of unknown fate, taken as the venue's word would be. Should
/// the venue say otherwise later, its trades count and an order that lives after all is cancelled.
struct Resolve {
  SignalId id;
  AccountName account;
  ClientOrderId order;
  Evidence found = Evidence::absent;
  std::optional<Quantity> filled;
  std::optional<Price> price;
  static constexpr auto fields = Fields{
      field("id", &Resolve::id, "of this command"),
      field("account", &Resolve::account, ""),
      field("order", &Resolve::order, "client order id, as the page and the events name it"),
      field("found", &Resolve::found,
            "absent: it never reached the venue; ended: it is over there, and traded `filled`"),
      field("filled", &Resolve::filled, "of `ended`: all it traded, base units"),
      field("price", &Resolve::price, "of `ended`: average, when `filled` is more than is known"),
  };
  friend bool operator==(const Resolve&, const Resolve&) = default;
};

/// Closes every bracket of an account (or of all), and takes no entries until `resume`.
struct Flatten {
  SignalId id;
  std::optional<AccountName> account;
  bool external = false;
  static constexpr auto fields = Fields{
      field("id", &Flatten::id, ""), field("account", &Flatten::account, "absent: all accounts"),
      field("external", &Flatten::external,
            "also positions of derivatives that no bracket owns; never spot holdings")};
  friend bool operator==(const Flatten&, const Flatten&) = default;
};

/// A strategy lives. From its first one on its silence is watched, where the configuration says
/// what its silence means.
struct Heartbeat {
  SignalId id;
  AccountName account;
  StrategyName strategy;
  static constexpr auto fields =
      Fields{field("id", &Heartbeat::id, ""), field("account", &Heartbeat::account, ""),
             field("strategy", &Heartbeat::strategy, "who lives")};
  friend bool operator==(const Heartbeat&, const Heartbeat&) = default;
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

/// Why a signal, its bracket and its orders stand where they stand: what the journal has of it.
struct Why {
  SignalId id;
  SignalId signal;
  std::optional<AccountName> account;
  std::optional<StrategyName> strategy;
  static constexpr auto fields = Fields{
      field("id", &Why::id, ""),
      field("signal", &Why::signal, "a signal's id, a bracket's key or an order's client order id"),
      field("account", &Why::account, "absent: whichever has it"),
      field("strategy", &Why::strategy, "absent: whichever has it"),
  };
  friend bool operator==(const Why&, const Why&) = default;
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
