#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "connectors/kraken/answers.hpp"
#include "connectors/kraken/markets.hpp"

namespace signalbox {
class JsonReader;
}

namespace signalbox::kraken {

/// One event of the account's order stream. Only what has changed is told: "new" names nothing but
/// the order. Texts point into the frame; see `KnownOrders` for the whole.
struct ExecutionFields {
  std::string_view order_id, client_id, parent_id;
  std::string_view event;   ///< pending_new, new, trade, filled, canceled, expired, amended, …
  std::string_view status;  ///< pending_new, new, partially_filled, filled, canceled, expired
  std::string_view reason;
  std::string_view symbol, side, order_type;
  std::optional<Decimal> quantity, limit, trigger, filled, cost, average;
  std::optional<bool> triggered;
  // Of a trade.
  std::string_view trade_id, liquidity;
  std::optional<Decimal> last_quantity, last_price, fee;
  std::string_view fee_asset;  ///< as the stream spells it
  WallTime time{};

  Result<void> read(const JsonObject& from);
  bool is_trade() const { return event == "trade"; }
};

/// One frame of the account's stream.
struct AccountFrame {
  enum class Kind : std::uint8_t {
    executions = 1,
    balances,
    status,     ///< `system`
    answer,     ///< to a request of ours
    heartbeat,  ///< or a pong: the line is alive
    other,      ///< a channel we need nothing of
  };
  Kind kind = Kind::other;
  bool snapshot = false;
  std::int64_t sequence = 0;  ///< of executions and balances: one more each frame
  std::vector<ExecutionFields> executions;
  /// Totals; what is held by orders is not told.
  struct Total {
    std::string asset;
    Decimal total;
  };
  std::vector<Total> totals;
  SystemStatus system = SystemStatus::unknown;

  std::string_view method;
  std::int64_t request = 0;
  bool succeeded = false;
  std::string_view error;
  std::string_view order_id, client_id;
  std::string_view channel;           ///< of a subscription
  std::int64_t rate_counter_max = 0;  ///< of the subscription to executions
};

/// One frame of a market stream. Texts are valid until the next frame.
struct MarketFrame {
  enum class Kind : std::uint8_t { tickers = 1, status, answer, heartbeat, other };
  Kind kind = Kind::other;
  struct Ticker {
    std::string_view name;
    Price bid, ask;
    Quantity bid_quantity, ask_quantity;
    std::optional<Price> last;
    WallTime time{};
  };
  std::vector<Ticker> tickers;
  SystemStatus system = SystemStatus::unknown;
  std::string_view method;
  std::int64_t request = 0;
  bool succeeded = false;
  std::string_view error;
};

/// Frames as values. Pure: no state but a reused buffer. An unreadable frame is an error, and on
/// the account's stream that means something may be lost. Loop thread only.
class FrameReader {
 public:
  FrameReader();
  ~FrameReader();

  Result<AccountFrame> account(std::string_view frame);
  Result<MarketFrame> market(std::string_view frame);

 private:
  std::unique_ptr<JsonReader> json_;
};

}  // namespace signalbox::kraken
