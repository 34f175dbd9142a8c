#pragma once

#include <memory>
#include <optional>
#include <string>

#include "connectors/coinbase/coinbase.hpp"
#include "simulator/coinbase/coinbase_exchange.hpp"
#include "simulator/memory/memory_net.hpp"
#include "tests/coinbase/words.hpp"
#include "tests/support/told.hpp"
#include "tests/support/virtual_time.hpp"

namespace signalbox::coinbase::test {

namespace sim = signalbox::simulator;

inline Quantity operator""_q(const char* text, std::size_t size) { return quantity({text, size}); }
inline Price operator""_p(const char* text, std::size_t size) { return price({text, size}); }

inline const Symbol btc{"BTC/USDT"};

// Ids of our form: book, signal, leg, generation.
inline const ClientOrderId entry_id{std::string_view{"bk01h45h0fs1g0e000"}};
inline const ClientOrderId stop_id{std::string_view{"bk01h45h0fs1g00000"}};
inline const ClientOrderId target_leg_id{std::string_view{"bk01h45h0fs1g0k000"}};
inline ClientOrderId id_of(int number, char leg = 'e') {
  std::string generation = std::to_string(number);
  generation.insert(0, 3 - generation.size(), '0');
  return ClientOrderId{"bk01h45h0fs1g0" + std::string(1, leg) + generation};
}

inline OrderSpec limit(Side side, Quantity size, Price at, ClientOrderId id = entry_id) {
  return {.id = id, .side = side, .kind = OrderKind::limit, .quantity = size, .price = at};
}
inline OrderSpec at_market(Side side, Quantity size, ClientOrderId id = entry_id) {
  return {.id = id, .side = side, .kind = OrderKind::market, .quantity = size, .price = {}};
}
inline OrderSpec stop(Side side, Quantity size, Price trigger, ClientOrderId id = stop_id) {
  return {.id = id,
          .side = side,
          .kind = OrderKind::stop_market,
          .quantity = size,
          .price = {},
          .trigger_price = trigger};
}

/// One account's connection to the example exchange in memory and virtual time, price 66000. The
/// judge is the exchange's own record.
struct World {
  explicit World(sim::coinbase::Settings chosen = {}, std::string_view pem = rfc_key);

  void pass(Duration d);
  void start();
  void move(std::string_view at, std::string_view size = "100");
  void move_unheard(std::string_view at);

  WriteResult place(PlaceOrders wanted);
  WriteResult place(const OrderSpec& spec, OrderClass order_class = OrderClass::entry);
  WriteResult protect(const OrderSpec& spec) { return place(spec, OrderClass::protective); }
  WriteResult place_pair(const OrderSpec& entry, Price stop_at, Price target_at);
  WriteResult cancel(const ClientOrderId& id);
  WriteResult amend(const ClientOrderId& id, Quantity size);
  OrdersResult ask(const ClientOrderId& id);
  OrdersResult ask_open();
  FillsResult ask_fills();
  OrderStatus status_of(const ClientOrderId& id) const;
  std::size_t fills_of(const ClientOrderId& id) const;
  /// An order that the next fault strikes.
  WriteResult with(sim::FaultKind kind, bool executed, int number, std::uint32_t after_s = 0);
  /// Every trade of the account has been told, once; nothing else has.
  void check_books() const;
  /// A second connection of the same account, as after a restart.
  void restart();

  signalbox::test::VirtualClock clock;
  signalbox::test::VirtualTimers timers;
  signalbox::test::SeededRandom random{11};
  sim::coinbase::CoinbaseExchange exchange;
  sim::MemoryNet net;
  sim::AccountId account;
  signalbox::test::Told told;
  std::unique_ptr<Venue> venue;
  std::uint64_t requests = 0;

 private:
  void connect();
  void beat();
  std::string pem_;
};

}  // namespace signalbox::coinbase::test
