#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "connectors/bybit/answers.hpp"

namespace signalbox {
class JsonReader;
}

namespace signalbox::bybit {

/// One frame of the account's stream: rows of one topic, or an answer to an operation of ours.
struct PrivateFrame {
  enum class Kind : std::uint8_t {
    orders = 1,
    fills,
    balances,
    positions,
    answer,  ///< `operation`, `id`, `succeeded`, `text`
    other,   ///< a topic we need nothing of
  };
  Kind kind = Kind::other;
  struct Order {
    OrderRow row;
    std::string parent;  ///< client id of the entry it was made for
  };
  std::vector<Order> orders;
  std::vector<FillRow> fills;
  std::vector<Balance> balances;
  struct PositionRow {
    MarketIndex market = 0;
    PositionMode mode = PositionMode::one_way;
  };
  std::vector<PositionRow> positions;
  std::size_t foreign = 0;  ///< rows of instruments that are not loaded

  std::string operation;
  std::string id;
  bool succeeded = false;
  std::string text;
};

/// One frame of a market stream. Texts are valid until the next frame.
struct PublicFrame {
  enum class Kind : std::uint8_t { book = 1, trade, ticker, answer, other };
  Kind kind = Kind::other;
  std::string_view name;

  /// The best of each side; nothing where a side is empty or has not changed.
  std::optional<Price> bid, ask;
  Quantity bid_quantity, ask_quantity;
  WallTime time{};

  struct Trade {
    Price price;
    Quantity quantity;
    Side taker = Side::buy;
    WallTime time{};
  };
  std::vector<Trade> trades;
  std::optional<Price> mark, index, last;  ///< of a ticker: those it says

  bool succeeded = false;
};

/// An answer on the websocket that takes orders.
struct TradeAnswer {
  enum class Kind : std::uint8_t { order = 1, log_on, other };
  Kind kind = Kind::other;
  std::string id;
  VenueError error;  ///< code 0: accepted. Its text is valid until the next frame
  std::string_view order_id, link_id;
  std::optional<WallTime> comes_again;  ///< when over the limit: from when on
};

/// Frames as values. Pure: no state but a reused buffer. An unreadable frame is an error, and on
/// the account's stream that means something may be lost. Loop thread only.
class FrameReader {
 public:
  explicit FrameReader(const Markets& markets);
  ~FrameReader();

  Result<PrivateFrame> account(std::string_view frame);
  Result<PublicFrame> market(std::string_view frame);
  Result<TradeAnswer> trade(std::string_view frame);

 private:
  const Markets& markets_;
  std::unique_ptr<JsonReader> json_;
};

}  // namespace signalbox::bybit
