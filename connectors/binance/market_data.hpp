#pragma once

#include <functional>

#include "connectors/kit/order_rows.hpp"
#include "connectors/transport/json.hpp"

namespace signalbox::binance {

using namespace kit;

struct BookTop {
  Price bid, ask;
  Quantity bid_quantity, ask_quantity;
};

/// A level-by-level change of a book.
struct DepthUpdate {
  std::string_view symbol;
  std::int64_t first = 0, last = 0;   ///< numbers of the updates in it
  std::int64_t previous = 0;          ///< futures only: the last of the frame before
  WallTime time{};                    ///< when it was sent
  WallTime engine_time{};             ///< futures only: when it happened
  std::vector<BookLevel> bids, asks;  ///< a quantity of zero takes the level away
};

/// How a symbol's name is looked up.
using FindMarket = std::function<const MarketBase*(std::string_view wire)>;

/// Of `ticker/24hr`, spot or futures: the latter have no top of the book in it.
Result<DayTicker> read_day_ticker(const JsonObject& from, const FindMarket& find);
/// Of `depth`: its `bids` and `asks`.
Result<BookDepth> read_depth(const JsonObject& from);
/// Of `ticker/bookTicker`.
Result<BookTop> read_book_top(const JsonObject& from);
/// Of `time`.
Result<WallTime> read_server_time(const JsonObject& from);
/// Of a `depthUpdate` event. Its symbol points into the document.
Result<DepthUpdate> read_depth_update(const JsonObject& event);
/// A picture of the book, as it is asked for over REST and stands in recordings: its numbers are
/// one and the same, and it names no symbol.
Result<DepthUpdate> read_depth_picture(const JsonObject& root);
/// Levels as `[["price","quantity"],…]`.
Result<std::vector<BookLevel>> read_levels(const JsonObject& from, std::string_view name);

}  // namespace signalbox::binance
