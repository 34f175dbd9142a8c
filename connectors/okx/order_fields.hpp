#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "connectors/kit/order_rows.hpp"
#include "connectors/okx/fields.hpp"
#include "connectors/okx/markets.hpp"
#include "connectors/okx/names.hpp"

namespace signalbox::okx {

/// Exits hung on a plain order, which the venue places when that has filled.
struct AttachedFields {
  std::string_view client_id, stop_price, target_price, target_kind, fail_code, fail_reason;
  std::optional<Decimal> stop_trigger, target_trigger;

  Result<void> read(const JsonObject& from);
};

/// The fields of a plain order in answers and on the stream, read in one pass in whatever order
/// they come. Texts point into the document. Sizes are the venue's.
struct OrderFields {
  std::string_view instrument, number, client_id, state, side, type, position_side, trade_mode,
      size_currency, trade, fee_asset, fill_fee_asset, execution, cancel_source, amend_result, algo,
      algo_client_id, linked_algo;
  std::int64_t created = 0, updated = 0, filled_at = 0;  // ms
  std::optional<Decimal> price, size, filled, average, last_price, last_size, fee, fill_fee;
  bool reduce_only = false;
  std::vector<AttachedFields> attached;

  Result<void> read(const JsonObject& from);
};

/// A plain order as rows of ours.
struct PlainRow {
  kit::OrderRow order;
  std::optional<kit::FillRow> fill;  ///< only the stream tells trades one by one
  std::string algo;                  ///< the algo order that made this one; empty: none
  std::optional<LegIds> legs;        ///< of that algo order
  std::vector<kit::OrderRow> attached;
  bool attached_failed = false;  ///< the venue could not place them
};

/// `not_found`: of a symbol that is not loaded. A word that is unknown fails, but for the state:
/// an order of tomorrow's state is better live and named than not there.
Result<PlainRow> plain_row(const OrderFields& fields, const Markets& markets);

std::optional<Side> side_of(std::string_view side);

}  // namespace signalbox::okx
