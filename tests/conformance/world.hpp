#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "connectors/venue.hpp"
#include "simulator/engine/engine.hpp"
#include "simulator/faults.hpp"
#include "simulator/memory/memory_net.hpp"
#include "tests/support/printing.hpp"
#include "tests/support/told.hpp"
#include "tests/support/virtual_time.hpp"

namespace signalbox::conformance {

namespace sim = signalbox::simulator;

inline Decimal operator""_d(const char* text, std::size_t size) {
  return Decimal::parse({text, size}).value();
}
inline Price operator""_p(const char* text, std::size_t size) {
  return Price{Decimal::parse({text, size}).value()};
}
inline Quantity operator""_q(const char* text, std::size_t size) {
  return Quantity{Decimal::parse({text, size}).value()};
}

/// The simulated exchange of one venue, whatever its dialect.
class FarSide {
 public:
  virtual ~FarSide() = default;
  virtual sim::Engine& engine() = 0;
  virtual sim::FaultPlan& faults() = 0;
  virtual sim::Dialect& dialect() = 0;
  /// Moves the market, and lets the dialect do what that brings about there.
  virtual void move_to(Price price, WallTime now);
  virtual void mute_user_streams(sim::AccountId account) = 0;
  virtual void garble_user_streams(sim::AccountId account) = 0;
  /// That a client must not have sent.
  virtual std::uint64_t requests_while_banned() const = 0;
  /// As the dialect spells them.
  virtual std::string order_name(sim::OrderId id) const {
    return std::to_string(static_cast<std::uint64_t>(id));
  }
  virtual std::string trade_name(const sim::Trade& trade) const { return std::to_string(trade.id); }
};

/// Of an exchange that has `engine`, `faults` and `dialect`; the names are left to its venue.
template <class Exchange>
class FarExchange : public FarSide {
 public:
  template <class... Made>
  explicit FarExchange(Made&&... made) : exchange(std::forward<Made>(made)...) {}

  sim::Engine& engine() override { return exchange.engine; }
  sim::FaultPlan& faults() override { return exchange.faults; }
  sim::Dialect& dialect() override { return exchange.dialect; }
  void mute_user_streams(sim::AccountId a) override { exchange.dialect.mute_user_streams(a); }
  void garble_user_streams(sim::AccountId a) override { exchange.dialect.garble_user_streams(a); }

  Exchange exchange;
};

struct World;

/// One venue, in one way of being used: how it is made, and what differs from others.
struct VenueCase {
  std::string_view name;
  Symbol symbol{"BTC/USDT"};
  std::function<std::unique_ptr<FarSide>(WallTime now)> exchange;
  /// From `net`, `clock`, `timers` and `random` of the world.
  std::function<std::unique_ptr<Venue>(World&)> connect;

  std::optional<Decimal> taker_fee = "0.001"_d;  ///< absent: the account's is not asked for
  Notional notional_min{"5"_d};                  ///< as the venue tells it; zero: it has none
  Quantity too_small{"0.00005"_d};
  std::size_t assets = 2;  ///< with a balance
  bool has_positions = false;
  /// The same order under a used id is answered with the one there is.
  bool gives_old_orders_back = false;
  bool amends_down = true;  ///< quantities, in place
  bool has_price_band = true;
  bool has_conditionals = true;
  /// The code that `FaultKind::maintenance` gives is a definite refusal.
  Refusal maintenance = Refusal::maintenance;
  /// How long a venue without a Retry-After holds us up at most.
  Duration patience = std::chrono::seconds{10};
  /// How long it locks an address out, in s, where it does not say so itself.
  std::uint32_t lockout_s = 300;
  /// What a refusal that is in no table of the venue's is taken for.
  Refusal strange = Refusal::other;
  /// A venue's lockout, and then some.
  Duration lockout = std::chrono::minutes{20};
};

/// One account's connection to a simulated exchange with one market, price 66000, in memory and
/// virtual time. The judge is the exchange's own record.
struct World {
  explicit World(const VenueCase& venue_case);
  ~World();

  void pass(Duration d);
  /// To READY.
  void start();
  void move(std::string_view price);
  /// Without letting time pass.
  void jump(Price price);

  static ClientOrderId id_of(int number, char leg = 'e');
  PlaceOrders orders(Linkage linkage, std::initializer_list<OrderSpec> specs,
                     OrderClass order_class = OrderClass::entry);
  WriteResult place(const PlaceOrders& orders);
  WriteResult place(const OrderSpec& spec, OrderClass order_class = OrderClass::entry);
  WriteResult cancel(const ClientOrderId& id);
  WriteResult amend(const ClientOrderId& id, Quantity quantity);
  OrdersResult ask(const ClientOrderId& id);
  OrdersResult ask_open();
  /// A limit order that rests, while the next placement has this fault.
  WriteResult with(sim::FaultKind kind, bool executed, int number, std::uint32_t after_s = 0);

  OrderStatus status_of(const ClientOrderId& id) const;
  OrderReport report_of(const ClientOrderId& id) const;
  Quantity filled_of(const ClientOrderId& id) const;
  /// Every trade of the account has been told, once; nothing else has.
  void check_books() const;

  const VenueCase& venue_case;
  test::VirtualClock clock;
  test::VirtualTimers timers;
  test::SeededRandom random{11};
  std::unique_ptr<FarSide> far;
  std::unique_ptr<sim::MemoryNet> net;
  sim::AccountId account{};
  test::Told told;
  std::unique_ptr<Venue> venue;
  std::uint64_t requests = 0;
};

OrderSpec limit(Side side, Quantity quantity, Price price, const ClientOrderId& id);
OrderSpec at_market(Side side, Quantity quantity, const ClientOrderId& id);
OrderSpec stop(Side side, Quantity quantity, Price trigger, const ClientOrderId& id);
OrderSpec target(Side side, Quantity quantity, Price trigger, const ClientOrderId& id);

}  // namespace signalbox::conformance
