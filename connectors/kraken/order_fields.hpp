#pragma once

#include <optional>
#include <string_view>

#include "connectors/kit/order_rows.hpp"
#include "connectors/kraken/markets.hpp"
#include "connectors/kraken/take.hpp"

namespace signalbox::kraken {

using kit::FillRow;
using kit::OrderKey;
using kit::OrderRow;

/// The fields of an order in a REST answer. Texts point into the document.
struct OrderFields {
  std::string_view order_id;   ///< the name it stands under
  std::string_view client_id;  ///< empty: none
  std::string_view parent_id;  ///< the order that a close order was made for
  std::string_view pair, side, order_type;
  std::string_view status, reason;
  std::string_view misc;      ///< "stopped", "touched", "partial", …
  std::string_view flags;     ///< "post,fciq"
  std::string_view fee_text;  ///< as it was written
  /// Of a conditional order the first is its trigger and the second its limit.
  std::optional<Decimal> price, price2;
  std::optional<Decimal> quantity, executed, cost, fee, average, stop_price, limit_price;
  WallTime opened{}, closed{};

  Result<void> read(const JsonObject& from);
  /// Fails when a word is unknown, the pair is not loaded (`not_found`) or the id is missing.
  Result<OrderRow> row(const Markets& markets) const;

  std::optional<Decimal> limit() const;
  std::optional<Decimal> trigger() const;
  bool post_only() const { return flags.find("post") != flags.npos; }

 private:
  Result<void> read_field(JsonValue field);
  Result<void> read_description(const JsonObject& from);
};

/// One trade of ours in a REST answer.
struct TradeFields {
  std::string_view trade_id;  ///< the name it stands under
  std::string_view order_id, pair, side;
  std::optional<Decimal> price, quantity, cost, fee;
  WallTime time{};
  bool maker = false;

  Result<void> read(const JsonObject& from);
  Result<FillRow> row(const Markets& markets) const;
};

}  // namespace signalbox::kraken
