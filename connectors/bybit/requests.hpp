#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "connectors/bybit/checks.hpp"
#include "connectors/bybit/order_body.hpp"
#include "connectors/bybit/signed_writer.hpp"

namespace signalbox::bybit {

using kit::RequestBytes;

inline constexpr Duration valid_for_default = std::chrono::seconds{2};
inline constexpr std::int64_t orders_page_max = 50;
inline constexpr std::int64_t executions_page_max = 100;
inline constexpr std::int64_t positions_page_max = 200;
inline constexpr std::int64_t instruments_page_max = 1000;

/// Orders that stand, or that have ended lately. Of one instrument, of one settlement coin
/// (linear), or of a whole category (spot).
struct OrdersQuery {
  bool history = false;  ///< those that ended up to two years ago
  Category category = Category::spot;
  std::string_view name;
  std::string_view settle;
  OrderName order;
  std::string_view status;
  std::int64_t limit = 0;  ///< 0: the venue's own
  std::optional<WallTime> since;
  std::string_view cursor;
};

/// Trades of ours; seven days at most.
struct ExecutionsQuery {
  Category category = Category::spot;
  std::string_view name;
  std::int64_t limit = 0;
  std::optional<WallTime> since, until;
  std::string_view cursor;
};

struct PositionsQuery {
  std::string_view name;
  std::string_view settle;
  std::int64_t limit = 0;
  std::string_view cursor;
};

/// Our request messages as the venue's bytes. Pure: the same message, market and time give the
/// same bytes, and nothing here knows a socket. `now` is always the venue's time. Views are valid
/// until the next call. Loop thread only.
class RequestWriter {
 public:
  RequestWriter(std::string_view host, const Secret& api_key, const Secret& api_secret)
      : writer_(host, api_key, api_secret) {}

  // Messages of ours: checked.
  RequestBytes place(const PlaceOrders& orders, const Market& market, PositionMode mode,
                     WallTime now);
  RequestBytes amend(const AmendOrder& amend, const Market& market, WallTime now);
  RequestBytes cancel(const CancelOrder& cancel, const Market& market, Filter filter, WallTime now);
  RequestBytes order(const ClientOrderId& id, const VenueOrderId& venue_id, const Market& market,
                     bool history, WallTime now);

  // The venue's own terms.
  RequestBytes create(const NewOrder& order, const Market& market, Duration window, WallTime now);
  std::string_view change(const OrderChange& change, const Market& market, WallTime now);
  std::string_view cancel(const OrderCancel& cancel, const Market& market, WallTime now);
  /// Every order of one instrument.
  std::string_view cancel_all(const Market& market, WallTime now);
  std::string_view set_leverage(const Market& market, Decimal leverage, WallTime now);

  std::string_view orders(const OrdersQuery& query, WallTime now);
  std::string_view executions(const ExecutionsQuery& query, WallTime now);
  std::string_view positions(const PositionsQuery& query, WallTime now);
  std::string_view wallet(WallTime now);
  std::string_view account_info(WallTime now);
  std::string_view key_info(WallTime now);
  std::string_view fee_rates(Category category, WallTime now);

  std::string_view server_time();
  /// Of one name, or page by page of all.
  std::string_view instruments(Category category, std::string_view name, std::string_view cursor);
  std::string_view ticker(const Market& market);
  std::string_view order_book(const Market& market, std::int64_t limit);

  // Websocket frames.
  /// Says who we are; good until `expires`.
  std::string_view log_on(std::string_view id, WallTime expires);
  RequestBytes place_frame(std::string_view id, const PlaceOrders& orders, const Market& market,
                           PositionMode mode, WallTime now);
  RequestBytes amend_frame(std::string_view id, const AmendOrder& amend, const Market& market,
                           WallTime now);
  RequestBytes cancel_frame(std::string_view id, const CancelOrder& cancel, const Market& market,
                            Filter filter, WallTime now);

 private:
  void begin_frame(std::string_view id, std::string_view operation, Duration window, WallTime now);
  std::string_view end_frame();

  SignedWriter writer_;
  std::string frame_;
};

/// {"req_id":"…","op":"subscribe","args":["…"]} and its like.
std::string operation_frame(std::string_view id, std::string_view operation,
                            const std::vector<std::string>& arguments);

}  // namespace signalbox::bybit
