#pragma once

#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>

#include "connectors/okx/okx.hpp"
#include "simulator/memory/memory_net.hpp"
#include "simulator/okx/okx_dialect.hpp"
#include "tests/okx/words.hpp"
#include "tests/support/told.hpp"
#include "tests/support/virtual_time.hpp"

namespace signalbox::okx {

namespace sim = signalbox::simulator;

inline const Symbol btc{"BTC/USDT"};

/// One account's connection to a simulated exchange with one market, price 66000, in memory and
/// virtual time. The judge is the exchange's own record.
struct World {
  using Change = std::function<void(sim::okx::Settings&, OkxConfig&)>;
  explicit World(const Change& change = {});

  void pass(Duration d);
  void start();
  void move(std::string_view price, std::string_view quantity = "100");

  WriteResult place(const PlaceOrders& orders);
  WriteResult place(OrderSpec spec, OrderClass order_class = OrderClass::entry);
  PlaceOrders orders(Linkage linkage, std::initializer_list<OrderSpec> specs,
                     OrderClass order_class);
  WriteResult pair(Quantity quantity, std::string_view stop_at, std::string_view target_at);
  WriteResult cancel(const ClientOrderId& id, const VenueOrderId& venue_id = {});
  OrdersResult ask(const ClientOrderId& id, const VenueOrderId& venue_id = {});
  OrdersResult ask_open();
  FillsResult ask_fills(Duration back);
  OrderStatus status_of(const ClientOrderId& id) const;
  bool was_told(const ClientOrderId& id, OrderStatus status) const;
  Quantity filled_of(const ClientOrderId& id) const;

  /// Every trade of the account has been told, once and under an id of ours; nothing else has.
  void check_books() const;
  /// A connection of its own beside or after the first, as a restart makes one.
  std::unique_ptr<Venue> connect();

  test::VirtualClock clock;
  test::VirtualTimers timers;
  test::SeededRandom random{11};
  sim::Engine engine;
  sim::FaultPlan faults;
  sim::AccountId account{};
  Change change;
  std::unique_ptr<sim::okx::OkxDialect> far;
  std::unique_ptr<sim::MemoryNet> net;
  test::Told told;
  std::unique_ptr<Venue> venue;
  std::uint64_t requests = 0;
  int pairs = 0;
};

}  // namespace signalbox::okx
