#pragma once

#include <cstdint>
#include <string_view>

#include "connectors/binance/book_ticker.hpp"
#include "connectors/binance/errors.hpp"
#include "connectors/binance/market_data.hpp"

namespace signalbox::binance {

/// One frame of a market stream, spot or futures. Views are valid until the next frame.
struct MarketFrame {
  enum class Kind : std::uint8_t {
    book = 1,  ///< `book`
    trade,     ///< `trade`
    depth,     ///< `depth`
    answer,    ///< to a subscription of ours: `id`; `error` when it was refused
    ended,     ///< serverShutdown
    other,     ///< whatever else may come
  };
  Kind kind = Kind::other;
  BookTicker book;

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
  DepthUpdate depth;

  std::int64_t id = 0;
  VenueError error;
};

/// By the general reader, whatever form the frame has; bare, or wrapped as `{"stream":…,"data":…}`.
Result<MarketFrame> read_market_frame(const JsonObject& root);

}  // namespace signalbox::binance
