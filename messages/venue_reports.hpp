#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "messages/instrument.hpp"
#include "messages/venue_requests.hpp"

namespace signalbox {

/// An order as the venue last described it. Status text never decides a quantity: fills do.
struct OrderReport {
  Symbol symbol;
  ClientOrderId id;        ///< empty when the venue gives none of our form
  Text<40> raw_client_id;  ///< what the venue gave when it is not of our form
  VenueOrderId venue_id;
  VenueOrderId parent_id;  ///< list or parent order, when the venue made or linked it
  OrderStatus status = OrderStatus::working;
  Side side = Side::buy;
  OrderKind kind = OrderKind::market;
  Quantity quantity;
  Quantity filled;
  std::optional<Price> price;
  std::optional<Price> trigger_price;
  bool triggered = false;           ///< a conditional order that has fired and works now
  Refusal refusal = Refusal::none;  ///< for rejected and expired
  Detail detail;
  WallTime time{};  ///< the venue's

  static constexpr auto fields = Fields{
      field("symbol", &OrderReport::symbol),
      field("id", &OrderReport::id),
      field("raw_client_id", &OrderReport::raw_client_id),
      field("venue_id", &OrderReport::venue_id),
      field("parent_id", &OrderReport::parent_id),
      field("status", &OrderReport::status),
      field("side", &OrderReport::side),
      field("kind", &OrderReport::kind),
      field("quantity", &OrderReport::quantity),
      field("filled", &OrderReport::filled),
      field("price", &OrderReport::price),
      field("trigger_price", &OrderReport::trigger_price),
      field("triggered", &OrderReport::triggered),
      field("refusal", &OrderReport::refusal),
      field("detail", &OrderReport::detail),
      field("time", &OrderReport::time),
  };
  friend bool operator==(const OrderReport&, const OrderReport&) = default;
};

/// One trade of ours. (symbol, venue order id, trade id) is its identity on an account.
struct FillReport {
  Symbol symbol;
  ClientOrderId id;  ///< empty when the venue names only its own id
  VenueOrderId venue_id;
  TradeId trade_id;
  Side side = Side::buy;
  Price price;
  Quantity quantity;
  std::optional<Decimal> fee;  ///< absent: unknown, the worst is assumed
  Asset fee_asset;
  bool maker = false;
  WallTime time{};  ///< the venue's

  static constexpr auto fields = Fields{
      field("symbol", &FillReport::symbol),       field("id", &FillReport::id),
      field("venue_id", &FillReport::venue_id),   field("trade_id", &FillReport::trade_id),
      field("side", &FillReport::side),           field("price", &FillReport::price),
      field("quantity", &FillReport::quantity),   field("fee", &FillReport::fee),
      field("fee_asset", &FillReport::fee_asset), field("maker", &FillReport::maker),
      field("time", &FillReport::time),
  };
  friend bool operator==(const FillReport&, const FillReport&) = default;
};

struct Balance {
  Asset asset;
  Quantity free;
  Quantity locked;

  static constexpr auto fields =
      Fields{field("asset", &Balance::asset), field("free", &Balance::free),
             field("locked", &Balance::locked)};
  friend bool operator==(const Balance&, const Balance&) = default;
};

struct Position {
  Symbol symbol;
  Quantity quantity;  ///< signed: long is positive
  Price entry_price;
  std::optional<Price> liquidation_price;

  static constexpr auto fields =
      Fields{field("symbol", &Position::symbol), field("quantity", &Position::quantity),
             field("entry_price", &Position::entry_price),
             field("liquidation_price", &Position::liquidation_price)};
  friend bool operator==(const Position&, const Position&) = default;
};

/// Best bid and ask.
struct Tick {
  Symbol symbol;
  Price bid;
  Quantity bid_quantity;
  Price ask;
  Quantity ask_quantity;
  WallTime time{};  ///< the venue's where it sends one, else of receipt

  static constexpr auto fields = Fields{
      field("symbol", &Tick::symbol),
      field("bid", &Tick::bid),
      field("bid_quantity", &Tick::bid_quantity),
      field("ask", &Tick::ask),
      field("ask_quantity", &Tick::ask_quantity),
      field("time", &Tick::time),
  };
  friend bool operator==(const Tick&, const Tick&) = default;
};

/// The one final result of a request that writes (place, amend, cancel).
struct WriteResult {
  RequestId request = RequestId::none;
  Outcome outcome = Outcome::unknown;
  Refusal refusal = Refusal::none;
  std::int32_t code = 0;  ///< the venue's own, 0 when none
  Detail detail;
  /// Accepted: what the venue says of each order. Fills it reports come as FillReports.
  Bounded<OrderReport, 3> orders;

  static constexpr auto fields = Fields{
      field("request", &WriteResult::request), field("outcome", &WriteResult::outcome),
      field("refusal", &WriteResult::refusal), field("code", &WriteResult::code),
      field("detail", &WriteResult::detail),   field("orders", &WriteResult::orders),
  };
  friend bool operator==(const WriteResult&, const WriteResult&) = default;
};

inline constexpr std::size_t answer_items_max = 10'000;  // orders, fills, balances in one answer

/// The one final result of a request that reads. `outcome` unknown: nothing was learned.
template <class Item>
struct QueryResult {
  RequestId request = RequestId::none;
  Outcome outcome = Outcome::unknown;
  Refusal refusal = Refusal::none;
  std::int32_t code = 0;
  Detail detail;
  std::vector<Item> items;

  static constexpr auto fields = Fields{
      field("request", &QueryResult::request), field("outcome", &QueryResult::outcome),
      field("refusal", &QueryResult::refusal), field("code", &QueryResult::code),
      field("detail", &QueryResult::detail),   field("items", &QueryResult::items),
  };
  friend bool operator==(const QueryResult&, const QueryResult&) = default;
};
using OrdersResult =
    QueryResult<OrderReport>;  ///< of QueryOrder (one or, refused, not_found) and QueryOpenOrders
using FillsResult = QueryResult<FillReport>;
using BalancesResult = QueryResult<Balance>;
using PositionsResult = QueryResult<Position>;
using TickerResult = QueryResult<Tick>;

/// How far a connection has come. Entries need `ready`; exits go by whatever way is open.
enum class LinkState : std::uint8_t {
  down = 1,  ///< nothing works
  connecting,
  stale,  ///< requests work, the user stream is lost or silent
  ready,  ///< clock, instruments, modes known; stream subscribed and backfilled
};
template <>
inline constexpr auto enum_names<LinkState> =
    std::array{Named{LinkState::down, "down"}, Named{LinkState::connecting, "connecting"},
               Named{LinkState::stale, "stale"}, Named{LinkState::ready, "ready"}};

/// Every state change of a connection. `generation` counts connections: reports of an earlier one
/// are dropped, fills excepted.
struct LinkReport {
  LinkState state = LinkState::down;
  std::uint64_t generation = 0;
  Duration clock_offset{};  ///< venue minus ours
  Duration clock_error{};   ///< bound of the error of that
  Detail detail;

  static constexpr auto fields =
      Fields{field("state", &LinkReport::state), field("generation", &LinkReport::generation),
             field("clock_offset", &LinkReport::clock_offset).allowing(Allowance::negative),
             field("clock_error", &LinkReport::clock_error), field("detail", &LinkReport::detail)};
  friend bool operator==(const LinkReport&, const LinkReport&) = default;
};

/// A batch of instruments, after loading and after each refresh.
struct InstrumentsReport {
  std::vector<Instrument> instruments;
  static constexpr auto fields = Fields{field("instruments", &InstrumentsReport::instruments)};
  friend bool operator==(const InstrumentsReport&, const InstrumentsReport&) = default;
};

struct BalancesReport {
  std::vector<Balance> balances;  ///< only those that changed
  static constexpr auto fields = Fields{field("balances", &BalancesReport::balances)};
  friend bool operator==(const BalancesReport&, const BalancesReport&) = default;
};

}  // namespace signalbox
