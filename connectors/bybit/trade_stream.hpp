#pragma once

#include <string>
#include <string_view>

#include "connectors/bybit/private_stream.hpp"
#include "connectors/kit/order_socket.hpp"

namespace signalbox::bybit {

/// Orders over a websocket: one log-on, then no signature for each. Loop thread only.
class TradeStream final : public kit::OrderSocketOf<TradeAnswer> {
 public:
  explicit TradeStream(Shared& shared);

 private:
  std::string_view log_on(const std::string& id) override;
  void heard(std::string_view frame) override;

  Shared& shared_;
};

}  // namespace signalbox::bybit
