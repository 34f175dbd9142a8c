#pragma once

#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <tl/expected.hpp>
#include <vector>

#include "connectors/kit/shown_request.hpp"
#include "messages/instrument.hpp"
#include "messages/time.hpp"
#include "tests/vectors/json_text.hpp"

namespace signalbox::vectors {

/// One symbol of a file's table.
struct VectorMarket {
  Instrument instrument;  ///< names, kind, steps, minimums
  std::string wire;       ///< the venue's name for it
  JsonObject all;         ///< everything the file says of it
};

/// What a file gives besides its cases. Lives as long as the venue made from it.
struct VectorWorld {
  std::string exchange;
  std::map<std::string, std::string, std::less<>> credentials;
  std::vector<VectorMarket> markets;

  const VectorMarket* find(std::string_view symbol) const;
  std::string credential(std::string_view name) const;
};

/// A stop or target attached to an order.
struct AttachedExit {
  Price trigger;
  std::optional<Price> price;
};

/// A unified order, its prices rounded to the tick and its quantity down to the lot.
struct UnifiedOrder {
  std::string type;  ///< in lower case: "market", "limit", or a venue's own ("stop_loss")
  Side side = Side::buy;
  Quantity amount;
  std::optional<Price> price;
  std::optional<Price> trigger_price, stop_loss_price, take_profit_price;
  std::optional<AttachedExit> stop_loss, take_profit;
  std::optional<TimeInForce> time_in_force;
  bool post_only = false;
  bool reduce_only = false;
  bool hedged = false;
  std::string margin_mode;
  std::string trigger_direction;
};

/// A unified call with its arguments by name.
struct UnifiedCall {
  std::string method;  ///< "createOrder", …
  const VectorMarket* market =
      nullptr;                  ///< of calls about a symbol; never null where one is needed
  UnifiedOrder order;           ///< of createOrder and editOrder
  std::string id;               ///< the venue's order id; empty: by client id
  std::string client_id;        ///< empty: the caller gave none, so none is sent
  std::optional<Decimal> cost;  ///< of createMarketBuyOrderWithCost
  std::optional<WallTime> since;
  std::optional<std::int64_t> limit;
  std::int64_t leverage = 0;
  bool trigger = false;     ///< cancelOrder: it is a conditional order
  bool derivative = false;  ///< fetchBalance: of the derivatives account
  JsonObject params;        ///< everything the caller added
  WallTime now{};           ///< what the clock shows
  bool sandbox = false;
  bool demo = false;
};

/// Why nothing is sent or what an answer means, in ccxt's name of the class.
struct ErrorClass {
  std::string name;
  std::string why;
};
/// In the order they are sent; the first is what is compared, unless `order_at` says otherwise.
using Requests = tl::expected<std::vector<kit::ShownRequest>, ErrorClass>;
/// JSON of the unified result.
using Unified = tl::expected<std::string, ErrorClass>;

struct CannedAnswer {
  int status = 200;
  std::string body;
};

/// One exchange's real connector code under the vectors: our messages in, its bytes out; its
/// answers in, our rows out. Nothing here may know a vector.
class VectorVenue {
 public:
  virtual ~VectorVenue() = default;
  virtual Requests send(const UnifiedCall& call) = 0;
  virtual Unified read(const UnifiedCall& call, std::span<const CannedAnswer> answers) = 0;
  /// One JSON object for a frame of a recorded file; nothing for a line that holds no frame (what
  /// was sent, a comment). An unreadable frame is an object with `error`.
  virtual std::optional<std::string> frame(std::string_view line) = 0;
};

/// A row of the table in exchanges.cpp.
struct Exchange {
  std::string_view name;
  std::unique_ptr<VectorVenue> (*make)(const VectorWorld& world);
};
std::span<const Exchange> exchanges();

}  // namespace signalbox::vectors
