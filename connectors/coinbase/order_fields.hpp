#pragma once

#include <optional>
#include <string_view>

#include "connectors/coinbase/markets.hpp"
#include "connectors/kit/order_rows.hpp"
#include "connectors/transport/json.hpp"
#include "messages/bounded.hpp"

namespace signalbox::coinbase {

using kit::FillRow;
using kit::OrderRow;

/// An order as one answer or event describes it, as rows of ours. A bracket is one order there and
/// two of ours: its stop under the venue's id, its target under the same with "-tp" behind it.
struct ReadOrder {
  Bounded<OrderRow, 2> rows;
  bool is_bracket = false;
  std::string_view parent;    ///< the order it was attached to; empty: none
  std::string_view attached;  ///< what is attached to it; empty: nothing
  kit::OrderDetails details;
};

/// The id of a bracket's target, and back: empty for an id that is none.
VenueOrderId target_id(std::string_view order_id);
std::string_view bracket_of(std::string_view target_id);
/// An id that the venue may have made, with room for a leg's mark.
bool is_venue_id(std::string_view text);
/// The venue's own id of an order, whichever leg is named.
std::string_view wire_id(const VenueOrderId& id);

/// The fields of an order in any answer or event of the venue, read in one pass in whatever order
/// they come. The user channel has other names for some and leaves out many. Texts point into the
/// document.
struct OrderFields {
  std::string_view order_id, client_id, product, side, status, type, time_in_force, trigger_status;
  std::string_view reject_reason, why, parent, attached;
  std::string_view configuration;  ///< the key of order_configuration
  std::string_view stop_direction;
  std::optional<Decimal> base_size, quote_size, limit_price, stop_price, stop_trigger_price;
  std::optional<Decimal> filled, left, average, fees, value;
  std::optional<bool> post_only, in_quote;
  WallTime created{}, last_fill{};

  Result<void> read(const JsonObject& from);
  /// Fails when an id is missing or a word that decides about money is unknown; `not_found` for a
  /// product that is not `market`'s table's.
  Result<ReadOrder> order(const Markets& markets) const;
  Result<ReadOrder> order(const Market& market) const;

 private:
  Result<void> read_field(JsonValue field);
  Result<void> read_configuration(JsonValue field);
  bool is(std::string_view kind) const;
  OrderKind kind(Side side, const Instrument& instrument) const;
  OrderStatus own_status() const;
  Bounded<OrderRow, 2> bracket(const OrderRow& whole) const;
};

/// One fill of ours.
struct FillFields {
  std::string_view entry_id, trade_id, order_id, product, side, type, liquidity;
  std::optional<Decimal> price, size, commission;
  std::optional<bool> in_quote;
  WallTime time{};

  Result<void> read(const JsonObject& from);
  /// Nothing for what is no trade of an order: a reversal or a correction.
  Result<std::optional<FillRow>> row(const Market& market) const;

 private:
  Result<void> read_field(JsonValue field);
};

}  // namespace signalbox::coinbase
