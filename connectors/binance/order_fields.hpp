#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "connectors/binance/orders.hpp"
#include "connectors/transport/json.hpp"

namespace signalbox::binance {

/// The fields of an order object in any answer of the venue, read in one pass in whatever order
/// they come. Texts point into the document.
struct OrderFields {
  std::string_view symbol, client_id, original_id, status, type, side, expiry_reason, time_in_force;
  std::int64_t number = -1;
  std::int64_t list = -1;
  std::int64_t transacted = 0, updated = 0, created = 0, working_since = 0;  // ms
  std::optional<Decimal> price, quantity, executed, stop_price, quote_filled;
  std::optional<bool> is_working;
  std::vector<FillRow> fills;  // without their order

  Result<void> read(const JsonObject& from);
  /// One field of it, for objects that hold more than an order. Unknown ones are ignored.
  Result<void> read_field(JsonValue field);
  /// Fails when the ids are missing, a word is unknown or the symbol is not loaded.
  Result<OrderRow> row(const Markets& markets) const;
  /// The same with what people want to know of it.
  Result<DescribedOrder> described(const Markets& markets) const;
  /// The fills, completed by what the order says.
  std::vector<FillRow> fills_of(const OrderRow& row) const;

 private:
  Result<void> read_fills(JsonValue field);
};

}  // namespace signalbox::binance
