#pragma once

#include <cstdint>
#include <optional>

#include "messages/bounded.hpp"
#include "messages/ids.hpp"
#include "messages/time.hpp"

namespace signalbox {

/// Chosen by whoever asks a venue; repeated in the one final result.
enum class RequestId : std::uint64_t { none = 0 };

/// How the orders of one request hang together at the venue.
enum class Linkage : std::uint8_t {
  single = 1,
  one_cancels_other,   ///< [0] stop, [1] target
  one_triggers_pair,   ///< [0] entry, [1] stop, [2] target: live once the entry is filled
  one_triggers_other,  ///< [0] entry, [1] stop
};
template <>
inline constexpr auto enum_names<Linkage> = std::array{
    Named{Linkage::single, "single"}, Named{Linkage::one_cancels_other, "one_cancels_other"},
    Named{Linkage::one_triggers_pair, "one_triggers_pair"},
    Named{Linkage::one_triggers_other, "one_triggers_other"}};

/// One order as the venue shall hold it. Prices and quantities are already on tick and lot.
struct OrderSpec {
  ClientOrderId id;
  Side side = Side::buy;
  OrderKind kind = OrderKind::market;
  Quantity quantity;
  std::optional<Price> price;          ///< limit price, for the limit kinds
  std::optional<Price> trigger_price;  ///< for the stop and take-profit kinds
  Trigger trigger = Trigger::last;
  TimeInForce time_in_force = TimeInForce::gtc;
  bool post_only = false;
  bool reduce_only = false;

  static constexpr auto fields = Fields{
      field("id", &OrderSpec::id, "client order id"),
      field("side", &OrderSpec::side, ""),
      field("kind", &OrderSpec::kind, ""),
      field("quantity", &OrderSpec::quantity, "base units"),
      field("price", &OrderSpec::price, "limit price"),
      field("trigger_price", &OrderSpec::trigger_price, ""),
      field("trigger", &OrderSpec::trigger, ""),
      field("time_in_force", &OrderSpec::time_in_force, ""),
      field("post_only", &OrderSpec::post_only, ""),
      field("reduce_only", &OrderSpec::reduce_only, ""),
  };
  friend bool operator==(const OrderSpec&, const OrderSpec&) = default;
};

/// Place one order, or orders the venue links. All or nothing at the venue.
struct PlaceOrders {
  RequestId request = RequestId::none;
  Symbol symbol;
  OrderClass order_class = OrderClass::entry;
  Linkage linkage = Linkage::single;
  Bounded<OrderSpec, 3> orders;
  Duration valid_for{};     ///< the venue must refuse it when it arrives later than this
  std::uint64_t epoch = 0;  ///< of the lease it was decided under; the Gate compares

  static constexpr auto fields = Fields{
      field("request", &PlaceOrders::request, "repeated in the result"),
      field("symbol", &PlaceOrders::symbol, ""),
      field("order_class", &PlaceOrders::order_class, "what the Gate decides by"),
      field("linkage", &PlaceOrders::linkage, ""),
      field("orders", &PlaceOrders::orders, "1 to 3"),
      field("valid_for", &PlaceOrders::valid_for, "ns"),
      field("epoch", &PlaceOrders::epoch, ""),
  };
  friend bool operator==(const PlaceOrders&, const PlaceOrders&) = default;
};

/// Change a working order in place, where the venue can.
struct AmendOrder {
  RequestId request = RequestId::none;
  Symbol symbol;
  OrderClass order_class = OrderClass::protective;
  ClientOrderId id;
  VenueOrderId venue_id;
  std::optional<Quantity> quantity;
  std::optional<Price> price;
  std::optional<Price> trigger_price;
  std::uint64_t epoch = 0;

  static constexpr auto fields = Fields{
      field("request", &AmendOrder::request, ""),
      field("symbol", &AmendOrder::symbol, ""),
      field("order_class", &AmendOrder::order_class, ""),
      field("id", &AmendOrder::id, ""),
      field("venue_id", &AmendOrder::venue_id, "may be empty"),
      field("quantity", &AmendOrder::quantity, "the new total"),
      field("price", &AmendOrder::price, ""),
      field("trigger_price", &AmendOrder::trigger_price, ""),
      field("epoch", &AmendOrder::epoch, ""),
  };
  friend bool operator==(const AmendOrder&, const AmendOrder&) = default;
};

/// Cancel one order; a linked order takes its siblings with it where the venue does so.
struct CancelOrder {
  RequestId request = RequestId::none;
  Symbol symbol;
  ClientOrderId id;
  VenueOrderId venue_id;
  std::uint64_t epoch = 0;

  static constexpr auto fields = Fields{
      field("request", &CancelOrder::request, ""),
      field("symbol", &CancelOrder::symbol, ""),
      field("id", &CancelOrder::id, ""),
      field("venue_id", &CancelOrder::venue_id, "may be empty"),
      field("epoch", &CancelOrder::epoch, ""),
  };
  friend bool operator==(const CancelOrder&, const CancelOrder&) = default;
};

/// What does the venue know of this order?
struct QueryOrder {
  RequestId request = RequestId::none;
  Symbol symbol;
  ClientOrderId id;
  VenueOrderId venue_id;

  static constexpr auto fields = Fields{
      field("request", &QueryOrder::request, ""), field("symbol", &QueryOrder::symbol, ""),
      field("id", &QueryOrder::id, ""), field("venue_id", &QueryOrder::venue_id, "may be empty")};
  friend bool operator==(const QueryOrder&, const QueryOrder&) = default;
};

/// All open orders, plain and conditional, of one symbol or of all.
struct QueryOpenOrders {
  RequestId request = RequestId::none;
  std::optional<Symbol> symbol;
  bool urgent = false;  ///< the fate of an order hangs on it: it may use what entries must leave

  static constexpr auto fields =
      Fields{field("request", &QueryOpenOrders::request, ""),
             field("symbol", &QueryOpenOrders::symbol, "absent: all"),
             field("urgent", &QueryOpenOrders::urgent, "may use what is kept for exits")};
  friend bool operator==(const QueryOpenOrders&, const QueryOpenOrders&) = default;
};

/// Our fills on one symbol since a time; the venue connection pages until it has them all.
struct QueryFills {
  RequestId request = RequestId::none;
  Symbol symbol;
  WallTime since{};

  static constexpr auto fields =
      Fields{field("request", &QueryFills::request, ""), field("symbol", &QueryFills::symbol, ""),
             field("since", &QueryFills::since, "")};
  friend bool operator==(const QueryFills&, const QueryFills&) = default;
};

struct QueryBalances {
  RequestId request = RequestId::none;
  static constexpr auto fields = Fields{field("request", &QueryBalances::request, "")};
  friend bool operator==(const QueryBalances&, const QueryBalances&) = default;
};

struct QueryPositions {
  RequestId request = RequestId::none;
  static constexpr auto fields = Fields{field("request", &QueryPositions::request, "")};
  friend bool operator==(const QueryPositions&, const QueryPositions&) = default;
};

struct QueryTicker {
  RequestId request = RequestId::none;
  Symbol symbol;
  static constexpr auto fields = Fields{field("request", &QueryTicker::request, ""),
                                        field("symbol", &QueryTicker::symbol, "")};
  friend bool operator==(const QueryTicker&, const QueryTicker&) = default;
};

/// Start the ticker stream of a symbol. Idempotent.
struct SubscribeTicker {
  RequestId request = RequestId::none;
  Symbol symbol;
  static constexpr auto fields = Fields{field("request", &SubscribeTicker::request, ""),
                                        field("symbol", &SubscribeTicker::symbol, "")};
  friend bool operator==(const SubscribeTicker&, const SubscribeTicker&) = default;
};

}  // namespace signalbox
