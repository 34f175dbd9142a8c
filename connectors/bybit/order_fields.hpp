#pragma once

#include <optional>
#include <string_view>

#include "connectors/bybit/markets.hpp"
#include "connectors/bybit/take.hpp"
#include "connectors/kit/order_rows.hpp"

namespace signalbox::bybit {

using kit::FillRow;
using kit::OrderKey;
using kit::OrderRow;

/// The fields of an order in any answer or event of the venue, read in one pass in whatever order
/// they come. Texts point into the document.
struct OrderFields {
  std::string_view category;  ///< events only; an answer says it once for all its orders
  std::string_view name;      ///< of the instrument
  std::string_view order_id, link_id, parent_link_id;
  std::string_view side, order_type, stop_order_type, create_type, time_in_force;
  std::string_view status, reject_reason, cancel_type;
  std::optional<Decimal> price, quantity, left, executed, executed_value, average;
  std::optional<Decimal> trigger_price, take_profit, stop_loss, made_at;
  std::int64_t trigger_direction = 0, position_index = 0;
  std::int64_t created = 0, updated = 0;  // ms
  bool reduce_only = false;
  bool in_quote = false;  ///< the quantity is an amount of money

  Result<void> read(const JsonObject& from);
  /// Fails when the id is missing, a word is unknown or the instrument is not loaded.
  Result<OrderRow> row(const Markets& markets, Category category) const;

  bool post_only() const { return time_in_force == "PostOnly"; }

 private:
  Result<void> read_field(JsonValue field);
};

/// One execution of ours, in an answer or an event.
struct ExecutionFields {
  std::string_view category, name, order_id, link_id, execution_id, side, type, fee_currency;
  std::string_view order_type;
  std::optional<Decimal> price, quantity, value, fee, fee_rate;
  std::int64_t time = 0;  // ms
  bool maker = false;

  Result<void> read(const JsonObject& from);
  /// Nothing for what is no trade of an order: funding, liquidation, settlement.
  Result<std::optional<FillRow>> row(const Markets& markets, Category category) const;

  bool is_trade() const { return type.empty() || type == "Trade"; }

 private:
  Result<void> read_field(JsonValue field);
};

}  // namespace signalbox::bybit
