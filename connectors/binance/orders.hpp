#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "connectors/binance/markets.hpp"
#include "messages/venue_reports.hpp"

namespace signalbox::binance {

/// The venue's own number of an order: unique within a symbol, and how this connection keeps books.
struct OrderKey {
  MarketIndex market = 0;
  std::int64_t number = 0;

  friend bool operator==(const OrderKey&, const OrderKey&) = default;
};

struct OrderKeyHash {
  std::size_t operator()(const OrderKey& key) const noexcept {
    return static_cast<std::size_t>(key.number) * 0x9E3779B97F4A7C15U ^ key.market;
  }
};

/// One order as an answer or an event describes it.
struct OrderRow {
  OrderKey key;
  OrderReport report;
  bool described = true;  ///< false: nothing but the ids is known of it
};

/// One trade of ours as an answer or an event describes it.
struct FillRow {
  OrderKey key;
  std::int64_t trade = 0;
  FillReport report;
};

/// Words of the venue for words of ours. An unknown status is nothing: the caller says so.
std::optional<OrderStatus> status_of(std::string_view status);
std::optional<OrderKind> kind_of(std::string_view type);
std::optional<Side> side_of(std::string_view side);

VenueOrderId venue_order_id(std::int64_t number);
TradeId trade_id(std::int64_t number);
/// Our form goes into `id`, anything else into `raw_client_id`.
void set_client_id(OrderReport& report, std::string_view client_id);
ClientOrderId own_client_id(std::string_view client_id);
WallTime wall_from_ms(std::int64_t ms);

}  // namespace signalbox::binance
