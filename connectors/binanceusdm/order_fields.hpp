#pragma once

#include <optional>
#include <string_view>

#include "connectors/binanceusdm/markets.hpp"
#include "connectors/binanceusdm/words.hpp"
#include "connectors/kit/order_rows.hpp"
#include "connectors/transport/json.hpp"

namespace signalbox::binanceusdm {

/// One order as an answer or event describes it. A conditional one says in what state it is, and
/// which plain order it became.
struct OrderState {
  OrderRow row;
  OrderDetails details;
  std::optional<AlgoState> algo;
  VenueOrderId child;
};

/// The fields of an order in any answer of the venue, plain or conditional, in whatever order they
/// come. Texts point into the document.
struct OrderFields {
  std::string_view symbol, client_id, status, type, original_type, side, time_in_force, child,
      algo_status, failed_why;
  std::int64_t number = -1, algo_number = -1;
  std::int64_t updated = 0, created = 0, triggered = 0;  // ms
  std::optional<Decimal> price, quantity, executed, stop_price, average, cost;
  bool reduce_only = false;
  bool close_position = false;

  Result<void> read(const JsonObject& from);
  /// `market`: of the request, for answers that do not name the symbol.
  Result<OrderState> order(const Markets& markets, const Market* market) const;

 private:
  Result<void> read_field(JsonValue field);
  Result<void> describe(OrderState& to) const;
};

}  // namespace signalbox::binanceusdm
