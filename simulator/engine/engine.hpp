#pragma once

#include <memory>
#include <span>
#include <string_view>
#include <tl/expected.hpp>
#include <vector>

#include "simulator/engine/accounts.hpp"
#include "simulator/engine/market.hpp"
#include "simulator/engine/orders.hpp"
#include "simulator/engine/record.hpp"
#include "simulator/engine/resting.hpp"

namespace signalbox::simulator {

enum class CancelOnly : std::uint8_t { any = 1, untouched, partly_filled };

/// A list as its answer shows it: legs still held even when the first order filled at once,
/// because venues answer before they activate.
struct PlacedList {
  ListId id = ListId::none;
  Bounded<Order, 3> as_placed;
};

/// A matching engine for many accounts and instruments. Pure: time is an argument, nothing is
/// random, no clock, thread or socket. The market is moved from outside (`set_top`, `print`);
/// accounts' orders trade against it and against each other.
///
/// Refused requests change nothing. Every change is told to the sinks in order, the record first.
/// One thread. `now` must not go backwards.
class Engine {
 public:
  Engine();
  Engine(const Engine&) = delete;
  Engine& operator=(const Engine&) = delete;

  MarketId add_market(MarketSpec spec);
  AccountId add_account(AccountSpec spec);
  void add_sink(EngineSink& sink) { sinks_.push_back(&sink); }
  void remove_sink(EngineSink& sink);
  void set_hooks(EngineHooks* hooks) { hooks_ = hooks; }

  /// A withdrawal when negative. False: not that much is free.
  bool deposit(AccountId account, const Asset& asset, Decimal amount, WallTime now);

  void set_top(MarketId market, const BookTop& top, WallTime now);
  /// A trade between others: sets the last price, which fires stops.
  void print(MarketId market, Price price, Quantity quantity, bool buyer_is_maker, WallTime now);
  /// Both of the above, one tick around `price`, with `quantity` on each side.
  void move_to(MarketId market, Price price, Quantity quantity, WallTime now);
  void set_trading(MarketId market, bool trading, WallTime now);

  template <class T>
  using Answer = tl::expected<T, Reject>;

  Answer<OrderId> place(AccountId account, MarketId market, const NewOrder& order, WallTime now);
  Answer<PlacedList> place(AccountId account, MarketId market, const NewList& list, WallTime now);
  /// What `place` would check, and nothing else.
  std::optional<Reject> why_not(AccountId account, MarketId market, const NewOrder& order) const;
  /// A member of a list takes the others with it. Answers what was cancelled, the order asked for
  /// first.
  Answer<std::vector<OrderId>> cancel(AccountId account, OrderId order, const ClientId& cancel_id,
                                      CancelOnly only, WallTime now);
  Answer<std::vector<OrderId>> cancel(AccountId account, ListId list, const ClientId& cancel_id,
                                      WallTime now);
  /// Only downwards; keeps the place in the book. Both legs of a pair change together.
  Answer<OrderId> amend(AccountId account, OrderId order, Quantity quantity,
                        const ClientId& new_client_id, WallTime now);

  const Accounts& accounts() const { return accounts_; }
  const Orders& orders() const { return orders_; }
  const Record& record() const { return record_; }
  const MarketSpec& spec(MarketId id) const { return at(id).spec; }
  std::size_t market_count() const { return markets_.size(); }
  /// As the public sees it, accounts' orders included.
  const BookTop& top(MarketId id) const { return at(id).shown; }
  Price last(MarketId id) const { return at(id).last; }
  const std::vector<Level>& external(MarketId id, Side side) const {
    return at(id).external.on(side);
  }
  std::optional<MarketId> find_market(const Symbol& symbol) const;
  std::optional<AccountId> find_account(const AccountName& name) const;

  /// A client id nobody has used, in the venue's style.
  ClientId make_client_id();

 private:
  struct Market {
    explicit Market(MarketSpec s) : spec(std::move(s)), external(spec.depth) {}
    MarketSpec spec;
    ExternalBook external;
    RestingOrders resting;
    ArmedOrders armed;
    Price last;
    BookTop shown;
    std::uint64_t step = 0;
    std::uint64_t trades = 0;
  };

  const Market& at(MarketId id) const { return *markets_.at(static_cast<std::size_t>(id)); }
  Market& at(MarketId id) { return *markets_.at(static_cast<std::size_t>(id)); }

  // checks.cpp: all that is asked before an order exists.
  std::optional<Reject> why_not_placed(AccountId, MarketId, const NewOrder&) const;
  std::optional<Reject> why_no_room(AccountId, MarketId, std::span<const NewOrder>) const;
  std::optional<Reject> why_not_live(const Market&, const NewOrder&) const;
  std::optional<Reject> why_not_paired(const Market&, const NewOrder&, const NewOrder&,
                                       bool now) const;
  std::optional<Reject> why_no_list(AccountId, MarketId, const NewList&) const;
  bool affords(AccountId, const Market&, const NewOrder&) const;
  Notional walk_cost(const Market&, const NewOrder&) const;
  bool would_take(const Market&, Side, Price) const;
  Price trigger_price(const Market&, bool rising) const;
  Price reference(const Market&) const;

  // engine.cpp
  Order& create(AccountId, MarketId, const NewOrder&, ListId, WallTime);
  void go_live(Market&, Order&, WallTime);
  void refuse(AccountId, MarketId, std::span<const NewOrder>, Reject, WallTime);

  // matching.cpp: who trades with whom, and what a trade changes.
  void take(Market&, Order&, WallTime);
  void match(Market&, Order&, WallTime);
  void cross(Market&, Side, WallTime);
  bool can_fill_now(const Market&, Order&);
  static void enter_step(const Market&, Order&);
  Quantity allowed(const Market&, Order&, Quantity);
  Quantity wanted(const Market&, const Order&, Price) const;
  bool prevent_self_trade(Market&, Order& taker, Order& maker, WallTime);
  void trade_with_market(Market&, Order&, Price, Quantity, bool maker, WallTime);
  void fill(Market&, Order&, std::uint64_t trade, Price, Quantity, bool maker, WallTime);
  void show_print(Market&, MarketId, std::uint64_t trade, Price, Quantity, bool buyer_is_maker,
                  WallTime);

  // lifecycle.cpp: triggers, lists, ends.
  void settle(MarketId, WallTime);
  bool fire_due(Market&, WallTime);
  void fire(Market&, Order&, WallTime);
  void activate_waiting(Market&, WallTime);
  void activate(Market&, OrderList&, WallTime);
  void end(Market&, Order&, OrderState, EndReason, const ClientId& cancel_id, WallTime);
  void end_with_list(Market&, Order&, OrderState, EndReason, WallTime);
  void expire(Market&, Order&, EndReason, WallTime);
  void on_ended(Market&, Order&, WallTime);
  void end_sibling(Market&, const Order&, WallTime);
  Order* sibling(const Order&);
  bool restate_lock(const Order&, bool may_grow);
  Decimal with_fee(AccountId account, Decimal cost) const;
  Decimal lock_needed(const Order&) const;
  void tell(const OrderEvent&);
  void tell(const OrderList&, ListChange, WallTime);
  void flush(MarketId, WallTime);
  BookTop visible(const Market&) const;

  Record record_;
  std::vector<EngineSink*> sinks_;
  EngineHooks no_hooks_;
  EngineHooks* hooks_ = nullptr;
  EngineHooks& hooks() { return hooks_ ? *hooks_ : no_hooks_; }

  Accounts accounts_;
  Orders orders_;
  std::vector<std::unique_ptr<Market>> markets_;
  std::vector<ListId> to_activate_;
  std::uint64_t made_ids_ = 0;
};

}  // namespace signalbox::simulator
