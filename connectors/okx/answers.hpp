#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "connectors/okx/algo_fields.hpp"
#include "connectors/okx/errors.hpp"
#include "connectors/okx/modes.hpp"
#include "connectors/okx/order_fields.hpp"
#include "messages/result.hpp"
#include "messages/venue_reports.hpp"

namespace signalbox {
class JsonReader;
}

namespace signalbox::okx {

/// What a write was answered with: names, and nothing about the order itself.
struct Acknowledged {
  std::string number;     ///< ordId or algoId
  std::string client_id;  ///< clOrdId or algoClOrdId
};

/// The account's way of trading, as GET account/config has it.
struct AccountConfig {
  int level = 0;  ///< 1 spot, 2 futures, 3 multi-currency, 4 portfolio
  bool hedged = false;
  bool may_trade = false;
  bool may_withdraw = false;
  bool says_permissions = false;
};

/// A ticker with what people want to see of a day.
struct DayTicker {
  std::string_view instrument;
  std::optional<Decimal> bid, bid_size, ask, ask_size, last, open, high, low, volume, quote_volume;
  std::int64_t time = 0;  ///< ms
};

/// A position with what people want to see of it. Sizes are the venue's.
struct PositionFields {
  std::string_view instrument, type, side, margin_mode;
  std::optional<Decimal> size, entry_price, mark_price, liquidation_price, leverage, profit;

  Result<void> read(const JsonObject& from);
};

/// The bodies of answers as rows of ours. Pure: no state but a reused buffer. A field that is
/// missing or of a wrong type is an error that names it; unknown fields are ignored. Loop thread
/// only.
class AnswerReader {
 public:
  explicit AnswerReader(const Markets& markets);
  ~AnswerReader();

  /// The code and text of the envelope or, where it has them, of the first order in it that was
  /// refused. The text is valid until the next call.
  VenueError error(std::string_view body);

  Result<Acknowledged> acknowledged(std::string_view body);
  /// Calls `each` with the fields of every row, whatever its symbol; stops at its first error.
  Result<void> each_order(std::string_view body,
                          const std::function<Result<void>(const OrderFields&)>& each);
  Result<void> each_algo(std::string_view body,
                         const std::function<Result<void>(const AlgoFields&)>& each);

  Result<PlainRow> order(std::string_view body);
  Result<AlgoRow> algo(std::string_view body);
  /// Rows of symbols that are not loaded are left out; `last` is the id of the last row, to go on
  /// from, and `rows` counts all.
  struct Page {
    std::size_t rows = 0;
    std::string last;
  };
  Result<Page> orders(std::string_view body, std::vector<PlainRow>& to);
  Result<Page> algos(std::string_view body, std::vector<AlgoRow>& to);
  Result<Page> fills(std::string_view body, std::vector<kit::FillRow>& to);

  Result<std::vector<Balance>> balances(std::string_view body);
  Result<void> each_position(std::string_view body,
                             const std::function<Result<void>(const PositionFields&)>& each);
  Result<std::vector<Position>> positions(std::string_view body);
  Result<AccountConfig> account_config(std::string_view body);
  /// The worst rate a taker pays, as a fraction.
  Result<Decimal> taker_fee(std::string_view body);
  Result<DayTicker> ticker(std::string_view body);
  Result<WallTime> server_time(std::string_view body);

 private:
  Result<JsonArray> data(std::string_view body);
  Result<JsonObject> only(std::string_view body);

  const Markets& markets_;
  std::unique_ptr<JsonReader> json_;
};

/// Rows that answers and streams share.
Result<kit::FillRow> fill_row(const JsonObject& from, const Markets& markets);
Result<std::vector<Balance>> balance_rows(const JsonObject& account);
Result<Position> position_row(const PositionFields& fields, const Markets& markets);
Result<DayTicker> day_ticker(const JsonObject& from);
/// Nothing when a side of the book is empty. `received` is the time when the venue tells none.
std::optional<Tick> tick_of(const DayTicker& ticker, const Market& market, WallTime received);
/// Code and text of an envelope, of the first refused order in it where it has one.
VenueError envelope_error(const JsonObject& root);

}  // namespace signalbox::okx
