#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "connectors/binance/api_socket.hpp"
#include "connectors/binance/market_frame.hpp"
#include "connectors/binance/orders.hpp"
#include "messages/result.hpp"

namespace signalbox {
class JsonReader;
}

namespace signalbox::binance {

/// One frame of the websocket API connection: an event of the account, or an answer.
struct UserFrame {
  enum class Kind : std::uint8_t {
    order = 1,  ///< executionReport: `order`, and `fill` when it is a trade
    list,       ///< listStatus: `list`
    balances,   ///< outboundAccountPosition: `balances`, those that changed
    answer,     ///< to a request of ours: `answer`, valid until the next frame
    ended,      ///< the venue ends the subscription or the connection: reconnect at once
    other,      ///< an event we need nothing of
    foreign,    ///< of a symbol that is not loaded
  };
  Kind kind = Kind::other;

  OrderRow order;
  std::optional<FillRow> fill;

  struct List {
    Symbol symbol;
    std::int64_t number = -1;
    bool ended = false;
    bool rejected = false;
    std::vector<OrderKey> members;
  };
  List list;

  std::vector<Balance> balances;

  ApiAnswer answer;
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

}  // namespace signalbox::binance
