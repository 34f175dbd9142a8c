#pragma once

#include <memory>
#include <optional>
#include <string_view>
#include <vector>

#include "connectors/binance/market_frame.hpp"
#include "connectors/binanceusdm/order_fields.hpp"

namespace signalbox {
class JsonReader;
}

namespace signalbox::binanceusdm {

using binance::MarketFrame;

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
