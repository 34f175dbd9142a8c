#pragma once

#include <cstdint>
#include <memory>
#include <string_view>
#include <vector>

#include "connectors/binance/errors.hpp"
#include "connectors/binance/market_data.hpp"
#include "connectors/binance/orders.hpp"
#include "messages/result.hpp"

namespace signalbox {
class JsonObject;
class JsonReader;
}  // namespace signalbox

namespace signalbox::binance {

struct OpenOrders {
  std::vector<OrderRow> orders;
  std::size_t skipped = 0;  ///< of symbols that are not loaded
};

struct Account {
  bool can_trade = false;
  Decimal taker_fee;              ///< the worst a taker pays, whichever side
  std::vector<Balance> balances;  ///< those that are not zero
};

/// The bodies of successful answers as rows of ours. Pure: no state but a reused buffer. A field
/// that is missing or of a wrong type is an error that names it; unknown fields are ignored.
/// Loop thread only.
class AnswerReader {
 public:
  explicit AnswerReader(const Markets& markets);
  ~AnswerReader();

  /// Whatever of code and text can be made out. The text is valid until the next call.
  VenueError error(std::string_view body);

  /// Of POST order and orderList/…, DELETE order (one order or its whole list), PUT amend.
  Result<WrittenOrders> written(std::string_view body);
  /// The same of what is inside an answer of the websocket API.
  Result<WrittenOrders> written(const JsonObject& result);
  Result<OrderRow> order(std::string_view body);
  /// One order, whatever request it answers, with what people want to know of it.
  Result<DescribedOrder> described(std::string_view body);
  Result<std::vector<DescribedOrder>> described_list(std::string_view body);
  Result<OpenOrders> open_orders(std::string_view body);
  Result<std::vector<FillRow>> trades(std::string_view body);
  Result<Account> account(std::string_view body);
  /// Whether the key may take money out.
  Result<bool> may_withdraw(std::string_view body);
  Result<BookTop> book_ticker(std::string_view body);
  Result<DayTicker> day_ticker(std::string_view body);
  Result<BookDepth> depth(std::string_view body);
  Result<WallTime> server_time(std::string_view body);

 private:
  const Markets& markets_;
  std::unique_ptr<JsonReader> json_;
};

}  // namespace signalbox::binance
