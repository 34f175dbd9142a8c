#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "connectors/okx/answers.hpp"

namespace signalbox::okx {

/// One frame of a logged-in websocket.
struct UserFrame {
  enum class Kind : std::uint8_t {
    orders = 1,  ///< `orders`
    algos,       ///< `algos`
    balances,    ///< `balances`
    positions,   ///< something about positions changed
    logged_in,
    subscribed,  ///< `channel`
    refused,     ///< `error`: a login, a subscription, or the connection
    answer,      ///< to order entry: `id`, `error`, `names`
    notice,      ///< the venue will close: `error`
    pong,
    other,  ///< an event we need nothing of
  };
  Kind kind = Kind::other;
  std::vector<PlainRow> orders;
  std::vector<AlgoRow> algos;
  std::vector<Balance> balances;
  std::string channel;
  std::string id;
  std::string operation;
  VenueError error;  ///< its text is valid until the next frame
  Acknowledged names;
};

/// One frame of the public websocket. Texts are valid until the next frame.
struct MarketFrame {
  enum class Kind : std::uint8_t {
    tickers = 1,
    books,  ///< best prices only are read: of a delta, the levels it carries
    trades,
    subscribed,
    refused,
    notice,
    pong,
    other,
  };
  struct Level {
    Price price;
    Quantity size;  ///< the venue's
  };
  struct Book {
    std::string_view instrument;
    bool is_snapshot = false;
    std::vector<Level> bids, asks;
    std::int64_t time = 0;      ///< ms
    std::int64_t checksum = 0;  ///< 0: none
  };
  struct Trade {
    std::string_view instrument, id;
    Side side = Side::buy;  ///< the taker's
    Price price;
    Quantity size;          ///< the venue's
    std::int64_t time = 0;  ///< ms
  };
  Kind kind = Kind::other;
  std::string_view channel;
  std::string_view instrument;
  std::vector<DayTicker> tickers;
  std::vector<Book> books;
  std::vector<Trade> trades;
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

}  // namespace signalbox::okx
