#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "connectors/bybit/errors.hpp"
#include "connectors/bybit/order_body.hpp"
#include "connectors/bybit/order_fields.hpp"
#include "messages/result.hpp"

namespace signalbox {
class JsonReader;
}

namespace signalbox::bybit {

/// The ids of an order that was accepted, changed or is being cancelled: nothing more is ever
/// acknowledged. Valid until the reader's next call.
struct Acknowledged {
  std::string_view order_id, link_id;
};

/// Texts point into the body; valid until the reader's next call.
struct OrdersPage {
  Category category = Category::spot;
  std::vector<OrderFields> orders;
  std::string cursor;  ///< of the next page; empty: there is none
};

struct ExecutionsPage {
  Category category = Category::spot;
  std::vector<ExecutionFields> executions;
  std::string cursor;
};

struct TickerFields {
  std::string_view name;
  std::optional<Decimal> bid, bid_quantity, ask, ask_quantity, last, high, low, open;
  std::optional<Decimal> volume, turnover, change, mark, index;  // change: 0.01 is 1 %
};

struct BookFields {
  struct Level {
    Decimal price, quantity;
  };
  std::string_view name;
  std::vector<Level> bids, asks;
  std::int64_t time = 0;  // ms
};

struct PositionFields {
  std::string_view name, side, status;  // side: empty or "None" without a position
  std::int64_t index = 0;               // 0 one-way, 1 the long, 2 the short of a hedge
  std::int64_t created = 0, updated = 0;
  std::optional<Decimal> size, entry_price, mark_price, liquidation_price, leverage, value, profit,
      take_profit, stop_loss;

  Result<void> read(const JsonObject& from);
  /// Long is positive.
  Quantity signed_size() const;
  PositionMode mode() const { return index == 0 ? PositionMode::one_way : PositionMode::hedge; }
};

struct PositionsPage {
  std::vector<PositionFields> positions;
  std::string cursor;
};

struct AccountInfo {
  bool unified = false;
  std::string margin_mode;
};

struct KeyInfo {
  bool read_only = false;
  bool can_withdraw = false;
  bool trades_spot = false;
  bool trades_linear = false;
};

struct FeeRate {
  std::string_view name;  ///< empty: of all
  Decimal taker;
};

/// One coin of the wallet, in an answer or an event. Zero ones are not told.
Result<std::optional<Balance>> read_coin(const JsonObject& from);

/// The bodies of answers as values. Pure: no state but a reused buffer. A field that is missing or
/// of a wrong type is an error that names it; unknown fields are ignored. Loop thread only.
class AnswerReader {
 public:
  AnswerReader();
  ~AnswerReader();

  /// Code and text; code 0 is a success, nothing is a body that is no answer of the venue's.
  std::optional<VenueError> said(std::string_view body);

  Result<Acknowledged> acknowledged(std::string_view body);
  Result<OrdersPage> orders(std::string_view body);
  Result<ExecutionsPage> executions(std::string_view body);
  Result<std::vector<Balance>> wallet(std::string_view body);
  Result<PositionsPage> positions(std::string_view body);
  Result<TickerFields> ticker(std::string_view body);
  Result<BookFields> book(std::string_view body);
  Result<AccountInfo> account_info(std::string_view body);
  Result<KeyInfo> key_info(std::string_view body);
  Result<std::vector<FeeRate>> fee_rates(std::string_view body);
  Result<WallTime> server_time(std::string_view body);

 private:
  Result<JsonObject> result_of(std::string_view body);
  std::unique_ptr<JsonReader> json_;
};

}  // namespace signalbox::bybit
