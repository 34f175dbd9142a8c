#pragma once

#include <catch2/catch.hpp>
#include <ostream>
#include <string>
#include <string_view>

#include "connectors/okx/markets.hpp"
#include "connectors/okx/requests.hpp"
#include "messages/venue_requests.hpp"

namespace signalbox {

inline std::ostream& operator<<(std::ostream& out, Outcome o) { return out << name_of(o); }
inline std::ostream& operator<<(std::ostream& out, Refusal r) { return out << name_of(r); }
inline std::ostream& operator<<(std::ostream& out, OrderStatus s) { return out << name_of(s); }
inline std::ostream& operator<<(std::ostream& out, OrderKind k) { return out << name_of(k); }
inline std::ostream& operator<<(std::ostream& out, Side s) { return out << name_of(s); }

}  // namespace signalbox

namespace signalbox::okx {

inline Decimal operator""_d(const char* text, std::size_t size) {
  return Decimal::parse({text, size}).value();
}
inline Price operator""_p(const char* text, std::size_t size) {
  return Price{Decimal::parse({text, size}).value()};
}
inline Quantity operator""_q(const char* text, std::size_t size) {
  return Quantity{Decimal::parse({text, size}).value()};
}

inline WallTime ms(std::int64_t n) { return WallTime{std::chrono::milliseconds{n}}; }

inline Market spot(std::string_view base = "BTC", std::string_view quote = "USDT") {
  Market market;
  market.wire = std::string{base} + "-" + std::string{quote};
  auto& i = market.instrument;
  i.symbol = Symbol{std::string{base} + "/" + std::string{quote}};
  i.base = Asset{base};
  i.quote = Asset{quote};
  i.tick_size = "0.1"_p;
  i.lot_size = i.quantity_min = "0.00001"_q;
  market.code = 1000;
  return market;
}
/// A contract is a hundredth of a coin; lots are hundredths of a contract.
inline Market swap(std::string_view base = "BTC", std::string_view quote = "USDT") {
  auto market = spot(base, quote);
  market.wire += "-SWAP";
  market.unit = "0.01"_d;
  auto& i = market.instrument;
  i.symbol = Symbol{std::string{base} + "/" + std::string{quote} + ":" + std::string{quote}};
  i.kind = MarketKind::linear;
  i.lot_size = i.quantity_min = "0.0001"_q;
  return market;
}
inline Markets some_markets() {
  Markets markets;
  REQUIRE(markets.put(spot()));
  REQUIRE(markets.put(swap()));
  REQUIRE(markets.put(spot("ETH")));
  return markets;
}

inline Credentials credentials(std::string secret = "22582BD0CFF14C41EDBF1AB98506286D") {
  return {Secret::take("985d5b66-57ce-40fb-b714-afc0b9787083"), Secret::take(std::move(secret)),
          Secret::take("123456")};
}

/// Of one signal: book, signal, leg, generation.
inline ClientOrderId id_of(int number, char leg = 'e') {
  std::string generation = std::to_string(number);
  generation.insert(0, 3 - generation.size(), '0');
  return ClientOrderId{"bk01h45h0fs1g0" + std::string(1, leg) + generation};
}
inline const ClientOrderId entry_id = id_of(0, 'e');
inline const ClientOrderId stop_id = id_of(0, '0');
inline const ClientOrderId target_id = id_of(0, 'k');

inline OrderSpec limit(Side side, Quantity quantity, Price price, ClientOrderId id = entry_id) {
  return {.id = id, .side = side, .kind = OrderKind::limit, .quantity = quantity, .price = price};
}
inline OrderSpec market_order(Side side, Quantity quantity, ClientOrderId id = entry_id) {
  return {.id = id, .side = side, .kind = OrderKind::market, .quantity = quantity, .price = {}};
}
inline OrderSpec stop(Side side, Quantity quantity, Price trigger, ClientOrderId id = stop_id) {
  return {.id = id,
          .side = side,
          .kind = OrderKind::stop_market,
          .quantity = quantity,
          .price = {},
          .trigger_price = trigger};
}
inline OrderSpec target(Side side, Quantity quantity, Price price, ClientOrderId id = target_id) {
  return limit(side, quantity, price, id);
}

}  // namespace signalbox::okx
