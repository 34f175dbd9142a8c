#pragma once

#include <catch2/catch.hpp>
#include <map>
#include <ostream>
#include <string>
#include <string_view>

#include "connectors/binance/markets.hpp"
#include "connectors/binance/requests.hpp"
#include "messages/venue_requests.hpp"

namespace signalbox {

inline std::ostream& operator<<(std::ostream& out, Outcome o) { return out << name_of(o); }
inline std::ostream& operator<<(std::ostream& out, Refusal r) { return out << name_of(r); }
inline std::ostream& operator<<(std::ostream& out, OrderStatus s) { return out << name_of(s); }
inline std::ostream& operator<<(std::ostream& out, OrderKind k) { return out << name_of(k); }
inline std::ostream& operator<<(std::ostream& out, Side s) { return out << name_of(s); }

}  // namespace signalbox

namespace signalbox::binance {

inline Decimal operator""_d(const char* text, std::size_t size) {
  return Decimal::parse({text, size}).value();
}
inline Price operator""_p(const char* text, std::size_t size) {
  return Price{Decimal::parse({text, size}).value()};
}
inline Quantity operator""_q(const char* text, std::size_t size) {
  return Quantity{Decimal::parse({text, size}).value()};
}

inline Market market(std::string_view base, std::string_view quote, Price tick = "0.01"_p,
                     Quantity lot = "0.00001"_q) {
  Market market;
  market.wire = std::string{base} + std::string{quote};
  market.stream = market.wire;
  for (auto& c : market.stream)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c + 32);
  market.instrument.symbol = Symbol{std::string{base} + "/" + std::string{quote}};
  market.instrument.base = Asset{base};
  market.instrument.quote = Asset{quote};
  market.instrument.tick_size = tick;
  market.instrument.lot_size = lot;
  market.instrument.quantity_min = lot;
  market.instrument.quantity_max = "9000"_q;
  market.instrument.market_quantity_max = "100"_q;
  return market;
}

inline Markets some_markets() {
  Markets markets;
  REQUIRE(markets.put(market("BTC", "USDT")));
  REQUIRE(markets.put(market("ETH", "BTC", "0.00001"_p, "0.0001"_q)));
  REQUIRE(markets.put(market("LTC", "BTC", "0.000001"_p, "0.001"_q)));
  REQUIRE(markets.put(market("BNB", "BTC", "0.0001"_p, "0.01"_q)));
  REQUIRE(markets.put(market("BNB", "USDT", "0.0001"_p, "0.01"_q)));
  return markets;
}

/// The pair of keys that the venue prints in its own documentation.
inline Secret printed_key() {
  return Secret::take("vmPUZE6mv9SD5VNHk4HlWFsOr6aKE2zvsw0MuIgwCIPy6utIco14y7Ju91duEh8A");
}
inline Secret printed_secret() {
  return Secret::take("NhqPtmdSJYdKjVHjA7PZj4Mge3R5YNiP1e3UZjInClVN65XAbvqqM6A7H5fATj0j");
}

inline WallTime ms(std::int64_t n) { return WallTime{std::chrono::milliseconds{n}}; }

// Ids of our form: book, signal, leg, generation.
inline const ClientOrderId entry_id{std::string_view{"bk01h45h0fs1g0e000"}};
inline const ClientOrderId stop_id{std::string_view{"bk01h45h0fs1g00000"}};
inline const ClientOrderId target_id{std::string_view{"bk01h45h0fs1g0k000"}};

inline OrderSpec limit(Side side, Quantity quantity, Price price, ClientOrderId id = entry_id) {
  return {.id = id, .side = side, .kind = OrderKind::limit, .quantity = quantity, .price = price};
}
inline OrderSpec stop(Side side, Quantity quantity, Price trigger) {
  return {.id = stop_id,
          .side = side,
          .kind = OrderKind::stop_market,
          .quantity = quantity,
          .price = {},
          .trigger_price = trigger};
}
inline OrderSpec target(Side side, Quantity quantity, Price price) {
  return limit(side, quantity, price, target_id);
}

}  // namespace signalbox::binance
