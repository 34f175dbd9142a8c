#pragma once

#include <catch2/catch.hpp>
#include <string_view>

#include "connectors/bybit/markets.hpp"
#include "messages/venue_requests.hpp"
#include "tests/support/printing.hpp"

namespace signalbox::bybit {

inline Decimal operator""_d(const char* text, std::size_t size) {
  return Decimal::parse({text, size}).value();
}
inline Price operator""_p(const char* text, std::size_t size) {
  return Price{Decimal::parse({text, size}).value()};
}
inline Quantity operator""_q(const char* text, std::size_t size) {
  return Quantity{Decimal::parse({text, size}).value()};
}

inline Market market(Category category) {
  const bool linear = category == Category::linear;
  Market market;
  market.category = category;
  market.name = "BTCUSDT";
  market.wire = table_name(category, market.name);
  auto& i = market.instrument;
  i.symbol = Symbol{linear ? "BTC/USDT:USDT" : "BTC/USDT"};
  i.kind = linear ? MarketKind::linear : MarketKind::spot;
  i.base = Asset{"BTC"};
  i.quote = Asset{"USDT"};
  if (linear) market.settle = Asset{"USDT"};
  i.tick_size = linear ? "0.1"_p : "0.01"_p;
  i.lot_size = i.quantity_min = linear ? "0.001"_q : "0.00001"_q;
  i.quantity_max = "100"_q;
  i.market_quantity_max = "50"_q;
  return market;
}
inline const Market spot_market = market(Category::spot);
inline const Market linear_market = market(Category::linear);

inline Markets some_markets() {
  Markets markets;
  REQUIRE(markets.put(spot_market));
  REQUIRE(markets.put(linear_market));
  return markets;
}

inline WallTime at_ms(std::int64_t n) { return WallTime{std::chrono::milliseconds{n}}; }

// Ids of our form: book, signal, leg, generation.
inline const ClientOrderId entry_id{std::string_view{"bk01h45h0fs1g0e000"}};
inline const ClientOrderId stop_id{std::string_view{"bk01h45h0fs1g00000"}};
inline const ClientOrderId target_id{std::string_view{"bk01h45h0fs1g0k000"}};

inline OrderSpec limit(Side side, Quantity quantity, Price price, ClientOrderId id = entry_id) {
  return {.id = id, .side = side, .kind = OrderKind::limit, .quantity = quantity, .price = price};
}
inline OrderSpec at_market(Side side, Quantity quantity, ClientOrderId id = entry_id) {
  return {.id = id, .side = side, .kind = OrderKind::market, .quantity = quantity, .price = {}};
}
inline OrderSpec stop(Side side, Quantity quantity, Price trigger) {
  return {.id = stop_id,
          .side = side,
          .kind = OrderKind::stop_market,
          .quantity = quantity,
          .price = {},
          .trigger_price = trigger};
}
inline OrderSpec target(Side side, Quantity quantity, Price trigger) {
  return {.id = target_id,
          .side = side,
          .kind = OrderKind::take_profit_market,
          .quantity = quantity,
          .price = {},
          .trigger_price = trigger};
}
inline PlaceOrders orders(Linkage linkage, std::initializer_list<OrderSpec> specs,
                          OrderClass order_class = OrderClass::entry) {
  PlaceOrders placed;
  placed.order_class = order_class;
  placed.linkage = linkage;
  for (const auto& each : specs) placed.orders.push_back(each);
  return placed;
}

}  // namespace signalbox::bybit
