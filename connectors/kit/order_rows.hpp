#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "connectors/kit/market_table.hpp"
#include "messages/venue_reports.hpp"

namespace signalbox::kit {

/// An order by the venue's own id, which is unique within a symbol: how a connection keeps books.
struct OrderKey {
  MarketIndex market = 0;
  VenueOrderId id;

  friend bool operator==(const OrderKey&, const OrderKey&) = default;
};

struct OrderKeyHash {
  std::size_t operator()(const OrderKey& key) const noexcept {
    return std::hash<std::string_view>{}(key.id.view()) * 0x9E3779B97F4A7C15U ^ key.market;
  }
};

/// Oldest first where a venue counts its ids up, and the same everywhere else.
inline bool counts_before(std::string_view a, std::string_view b) {
  return a.size() != b.size() ? a.size() < b.size() : a < b;
}

/// One order as an answer or an event describes it.
struct OrderRow {
  OrderKey key;
  OrderReport report;
  bool described = true;  ///< false: nothing but the ids is known of it
  bool echoed = true;     ///< false: not sure that the stream tells of it as well
};

/// One trade of ours as an answer or an event describes it; its id is in the report.
struct FillRow {
  OrderKey key;
  FillReport report;
};

/// What a description of an order holds beyond the report: for people, and for whoever asks about
/// one order. Absent: the venue did not say.
struct OrderDetails {
  WallTime created{};
  std::optional<Decimal> average;  ///< of what has filled
  std::optional<Decimal> cost;     ///< in quote
  std::optional<TimeInForce> time_in_force;
  std::optional<bool> post_only;
  std::optional<bool> reduce_only;
  std::optional<Price> stop_loss;    ///< attached to it
  std::optional<Price> take_profit;  ///< attached to it
  std::optional<Decimal> fee;
  Asset fee_asset;
  Text<40> answer_id;  ///< the id of the request answered, where a cancel has one of its own
};
struct DescribedOrder {
  OrderRow row;
  OrderDetails details;
  std::vector<FillRow> fills;  ///< those that the description tells
};

/// The last 24 hours of a symbol, with the top of its book where the venue adds it.
struct DayTicker {
  Symbol symbol;
  std::optional<Decimal> bid, bid_quantity, ask, ask_quantity, last, open, high, low, base_volume,
      quote_volume, percentage;
  WallTime time{};
};

struct BookLevel {
  Price price;
  Quantity quantity;
};
/// Best first.
struct BookDepth {
  std::vector<BookLevel> bids, asks;
};

/// One asset of an account that trades on margin. `total` is not the sum of the other two.
struct Wallet {
  Asset asset;
  Decimal free, used, total;
};

/// What a write brought: an order, the members of a list, or an amended order; and the fills that
/// the answer tells.
struct WrittenOrders {
  Bounded<OrderRow, 3> orders;
  std::vector<FillRow> fills;
};

/// Our form goes into `id`, anything else into `raw_client_id`.
void set_client_id(OrderReport& report, std::string_view client_id);
ClientOrderId own_client_id(std::string_view client_id);
/// Clamped to what a wall clock holds.
WallTime wall_from_ms(std::int64_t ms);
std::int64_t to_ms(WallTime t);

constexpr bool is_conditional(OrderKind kind) { return kind >= OrderKind::stop_market; }
constexpr bool has_limit_price(OrderKind kind) {
  return kind == OrderKind::limit || kind == OrderKind::stop_limit ||
         kind == OrderKind::take_profit_limit;
}
constexpr bool is_stop(OrderKind kind) {
  return kind == OrderKind::stop_market || kind == OrderKind::stop_limit;
}

}  // namespace signalbox::kit
