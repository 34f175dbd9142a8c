#pragma once

#include <optional>
#include <string_view>

#include "connectors/binanceusdm/order_fields.hpp"

namespace signalbox::binanceusdm {

/// The `o` of an ORDER_TRADE_UPDATE, read in one pass. Names are case-sensitive. Texts point into
/// the document.
struct TradeUpdate {
  std::string_view symbol, client_id, side, type, original_type, time_in_force, execution, status,
      fee_asset, expiry_reason;
  std::int64_t number = -1, trade = -1, time = 0;
  std::optional<Decimal> quantity, price, average, stop_price, last_quantity, last_price, filled,
      fee;
  bool maker = false;
  bool reduce_only = false;

  Result<void> read(const JsonObject& from);
  Result<OrderState> order(const Markets& markets) const;
  /// The trade it reports, when it reports one.
  Result<std::optional<FillRow>> fill(const OrderRow& row) const;

 private:
  Result<void> read_field(JsonValue field);
};

/// The `o` of an ALGO_UPDATE.
Result<OrderState> read_algo_update(const JsonObject& from, std::int64_t time_ms,
                                    const Markets& markets);

}  // namespace signalbox::binanceusdm
