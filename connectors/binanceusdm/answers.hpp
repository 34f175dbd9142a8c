#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "connectors/binance/answers.hpp"
#include "connectors/binanceusdm/order_fields.hpp"
#include "connectors/kit/verdict.hpp"

namespace signalbox::binanceusdm {

struct Account {
  std::optional<bool> can_trade;     ///< absent: this version of the answer does not say
  std::optional<bool> can_withdraw;  ///< the same
  std::vector<Wallet> wallets;       ///< those that are not zero
};

struct SymbolMode {
  MarketIndex market = 0;
  bool isolated = false;
  std::int64_t leverage = 0;
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

  /// One order, plain or conditional. `market`: of the request, where the answer names none.
  Result<OrderState> order(std::string_view body, const Market* market = nullptr);
  Result<OrderState> order(const JsonObject& object, const Market* market);
  /// Those of symbols that are not loaded are left out.
  Result<std::vector<OrderState>> orders(std::string_view body);
  Result<std::vector<FillRow>> trades(std::string_view body);
  Result<Account> account(std::string_view body);
  Result<std::vector<Position>> positions(std::string_view body);
  Result<PositionMode> position_mode(std::string_view body);
  Result<std::vector<SymbolMode>> symbol_modes(std::string_view body);
  /// What the account pays for taking, as a fraction.
  Result<Decimal> taker_fee(std::string_view body);
  Result<std::string> listen_key(std::string_view body);
  Result<binance::BookTop> book_ticker(std::string_view body);
  Result<DayTicker> day_ticker(std::string_view body);
  Result<BookDepth> depth(std::string_view body);
  Result<WallTime> server_time(std::string_view body);

 private:
  const Markets& markets_;
  std::unique_ptr<JsonReader> json_;
};

}  // namespace signalbox::binanceusdm
