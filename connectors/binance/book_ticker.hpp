#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "messages/value.hpp"

namespace signalbox::binance {

/// One bookTicker frame. `symbol` points into the frame.
struct BookTicker {
  std::string_view symbol;
  Price bid, ask;
  Quantity bid_quantity, ask_quantity;
  std::int64_t update = 0;     ///< the number of the book's update
  std::int64_t event_ms = 0;   ///< futures only: when it was sent
  std::int64_t engine_ms = 0;  ///< futures only: when it happened
};

/// Reads the frame in the one form the venue has always sent, bare or wrapped as
/// `{"stream":…,"data":…}`, and nothing else: a blank, another order of fields or an odd number
/// is nothing here, and the caller asks the general reader, which decides. About a fifth of its
/// cost. Never reads beyond the frame.
std::optional<BookTicker> scan_book_ticker(std::string_view frame);
/// The same of the futures' form, with its times before or after the rest.
std::optional<BookTicker> scan_futures_book_ticker(std::string_view frame);

}  // namespace signalbox::binance
