#pragma once

#include <memory>
#include <optional>
#include <string_view>
#include <vector>

#include "connectors/binance/book_ticker.hpp"
#include "connectors/binance/market_data.hpp"
#include "connectors/binanceusdm/order_fields.hpp"
#include "connectors/kit/verdict.hpp"

namespace signalbox {
class JsonReader;
}

namespace signalbox::binanceusdm {

/// One frame of the account's stream.
struct UserFrame {
  enum class Kind : std::uint8_t {
    order = 1,  ///< ORDER_TRADE_UPDATE: `order`, and `fill` when it is a trade
    algo,       ///< ALGO_UPDATE: `order`
    account,    ///< ACCOUNT_UPDATE: balances or positions moved; read them
    modes,      ///< ACCOUNT_CONFIG_UPDATE: somebody changed leverage or modes
    ended,      ///< listenKeyExpired: a new key is needed
    other,      ///< an event we need nothing of
    foreign,    ///< of a symbol that is not loaded
  };
  Kind kind = Kind::other;
  OrderState order;
  std::optional<FillRow> fill;
};

/// One frame of a market stream. Views are valid until the next frame.
struct MarketFrame {
  enum class Kind : std::uint8_t {
    book = 1,
    trade,
    depth,
    answer,  ///< to a subscription of ours: `error` when it was refused
    other,
  };
  Kind kind = Kind::other;
  binance::BookTicker book;
  struct Trade {
    std::string_view symbol;
    std::int64_t number = 0;
    Price price;
    Quantity quantity;
    WallTime time{};
    WallTime sent{};
    bool buyer_is_maker = false;
  };
  Trade trade;
  binance::DepthUpdate depth;
  VenueError error;
};

/// Frames as values. Pure: no state but a reused buffer. An unreadable frame is an error, and on
/// the account's stream that means something may be lost. Loop thread only.
class FrameReader {
 public:
  explicit FrameReader(const Markets& markets);
  ~FrameReader();

  Result<UserFrame> user(std::string_view frame);
  Result<MarketFrame> market(std::string_view frame);

 private:
  const Markets& markets_;
  std::unique_ptr<JsonReader> json_;
};

}  // namespace signalbox::binanceusdm
