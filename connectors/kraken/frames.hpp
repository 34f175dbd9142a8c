#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "connectors/kraken/checks.hpp"
#include "connectors/kraken/order_terms.hpp"
#include "messages/secret.hpp"

namespace signalbox::kraken {

using kit::RequestBytes;

/// What we say on the venue's websockets (version 2). Orders need the token that REST hands out for
/// them. Views are valid until the next call. Loop thread only.
class FrameWriter {
 public:
  using RequestNumber = std::int64_t;

  void set_token(Secret token) { token_ = std::move(token); }
  bool has_token() const { return !token_.empty(); }

  // Messages of ours: checked.
  RequestBytes place(RequestNumber number, const PlaceOrders& orders, const Market& market,
                     WallTime now);
  RequestBytes amend(RequestNumber number, const AmendOrder& amend, const Market& market);
  RequestBytes cancel(RequestNumber number, const CancelOrder& cancel);

  /// Orders and trades of the account: first those that stand, then what happens.
  std::string_view subscribe_executions(RequestNumber number);
  std::string_view subscribe_balances(RequestNumber number);
  /// Every change of the best bid and ask, not only after a trade.
  std::string_view subscribe_tickers(RequestNumber number,
                                     const std::vector<std::string_view>& stream_names);
  std::string_view ping(RequestNumber number);

 private:
  void begin(std::string_view method);
  std::string_view end(RequestNumber number, bool with_token);

  Secret token_;
  std::string frame_;
};

}  // namespace signalbox::kraken
