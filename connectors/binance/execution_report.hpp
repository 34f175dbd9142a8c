#pragma once

#include <optional>
#include <string_view>

#include "connectors/binance/orders.hpp"
#include "connectors/transport/json.hpp"

namespace signalbox::binance {

/// The fields of an `executionReport`, read in one pass in whatever order they come. Their names
/// are single letters whose case matters. Texts point into the document.
struct ExecutionReport {
  std::string_view symbol, client_id, original_id, execution, status, reason, type, side,
      expiry_reason, fee_asset;
  std::int64_t number = -1, list = -1, trade = -1, time = 0;  // time: ms
  std::optional<Decimal> quantity, price, stop_price, last_quantity, last_price, filled, fee;
  bool on_book = false;
  bool maker = false;

  Result<void> read(const JsonObject& from);
  Result<OrderRow> row(const Markets& markets) const;
  /// The trade it reports, when it reports one.
  Result<std::optional<FillRow>> fill(const OrderRow& row) const;

 private:
  Result<void> read_field(JsonValue field);
};

}  // namespace signalbox::binance
