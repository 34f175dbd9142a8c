#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "messages/bounded.hpp"
#include "messages/enums.hpp"
#include "messages/instrument.hpp"
#include "messages/time.hpp"
#include "messages/value.hpp"

/// The exchange on the far side of every test, demo and benchmark. Nothing here is shared with the
/// engine under test but values: a mistake made on both sides would go unseen.
namespace signalbox::simulator {

enum class AccountId : std::uint32_t {};
enum class MarketId : std::uint32_t {};
enum class OrderId : std::uint64_t { none = 0 };
enum class ListId : std::int64_t { none = -1 };

/// As venues take them: no form of ours. 36 characters is the longest any of them allows.
using ClientId = Text<36>;

enum class OrderType : std::uint8_t {
  market = 1,
  limit,
  limit_maker,
  stop_loss,
  stop_loss_limit,
  take_profit,
  take_profit_limit,
};
constexpr bool is_conditional(OrderType t) { return t >= OrderType::stop_loss; }
constexpr bool is_stop(OrderType t) {
  return t == OrderType::stop_loss || t == OrderType::stop_loss_limit;
}
constexpr bool has_price(OrderType t) {
  return t != OrderType::market && t != OrderType::stop_loss && t != OrderType::take_profit;
}

enum class SelfTrade : std::uint8_t { allow = 1, expire_taker, expire_maker, expire_both };

enum class OrderState : std::uint8_t {
  held = 1,  ///< waits for its parent to fill; holds no balance
  open,
  partly_filled,
  filled,
  cancelled,
  expired,
  self_trade,  ///< ended by self-trade prevention
};
constexpr bool is_done(OrderState s) { return s >= OrderState::filled; }

/// Why an order ended without being filled.
enum class EndReason : std::uint8_t {
  none = 1,
  by_user,
  immediate_rest,     ///< what an IOC order left
  fill_or_kill,       ///< an FOK order that could not fill at once
  no_liquidity,       ///< what a market order left
  sibling,            ///< the other leg of a pair went first
  parent,             ///< the order it waited for ended unfilled
  refused_when_live,  ///< a held leg that did not pass the checks when its time came
  self_trade,
  venue,
};

/// Why a request changed nothing.
enum class Reject : std::uint8_t {
  unknown_market = 1,
  market_closed,
  price_filter,
  lot_size,
  market_lot_size,
  percent_price,
  notional,
  too_many_orders,
  too_many_conditional,
  too_many_lists,
  insufficient_balance,
  would_trigger,
  would_take,
  duplicate_id,
  duplicate_list_id,
  price_relation,  ///< the legs of a pair lie on the wrong sides
  unknown_order,
  cancel_restricted,
  amend_refused,
  injected,  ///< a planned fault
  full,      ///< the simulator's own bound
};

struct NewOrder {
  ClientId client_id;  ///< empty: the engine makes one
  Side side = Side::buy;
  OrderType type = OrderType::market;
  TimeInForce time_in_force = TimeInForce::gtc;
  Quantity quantity;
  Price price;         ///< limit kinds
  Price stop_price;    ///< conditional kinds
  Notional for_quote;  ///< market orders sized in quote currency; then no quantity
  SelfTrade self_trade = SelfTrade::allow;
};

enum class ListKind : std::uint8_t { oco = 1, oto, otoco };

/// oco: [0] and [1] are the pair. oto: [0] works, [1] waits. otoco: [0] works, [1] and [2] wait.
struct NewList {
  ClientId client_id;
  ListKind kind = ListKind::oco;
  Bounded<NewOrder, 3> orders;
};

/// One order and all that happened to it so far.
struct Order {
  OrderId id = OrderId::none;
  AccountId account{};
  MarketId market{};
  ListId list = ListId::none;
  ClientId client_id;
  Side side = Side::buy;
  OrderType type = OrderType::market;
  TimeInForce time_in_force = TimeInForce::gtc;
  SelfTrade self_trade = SelfTrade::allow;
  Quantity quantity;
  Price price;
  Price stop_price;
  Notional for_quote;

  OrderState state = OrderState::open;
  EndReason end = EndReason::none;
  bool triggered = false;  ///< a conditional order that has fired
  bool on_book = false;    ///< can trade now
  Quantity filled;
  Notional filled_quote;
  WallTime created{};
  WallTime updated{};
  std::optional<WallTime> working_since;

  std::uint32_t lock = 0;  ///< in Locks; legs of a pair share one
  std::uint64_t step = 0;  ///< market step in which `filled_in_step` was filled
  Quantity filled_in_step;

  Quantity rest() const { return quantity - filled; }
  bool done() const { return is_done(state); }
  bool held() const { return state == OrderState::held; }
  /// Waits for its price.
  bool armed() const { return is_conditional(type) && !triggered && !done() && !held(); }
};

struct OrderList {
  ListId id = ListId::none;
  AccountId account{};
  MarketId market{};
  ListKind kind = ListKind::oco;
  ClientId client_id;
  Bounded<OrderId, 3> orders;
  WallTime created{};
  WallTime updated{};
  bool done = false;
  bool legs_live = false;  ///< the waiting legs of an oto or otoco have been activated
};

/// One side of one trade: what an account's trade history shows.
struct Trade {
  std::uint64_t id = 0;  ///< both sides of a match carry the same
  OrderId order = OrderId::none;
  AccountId account{};
  MarketId market{};
  Side side = Side::buy;
  Price price;
  Quantity quantity;
  Notional quote;
  Decimal fee;
  Asset fee_asset;
  bool maker = false;
  WallTime time{};
  bool fee_in_base = false;
};

/// A trade as the public sees it.
struct Print {
  std::uint64_t id = 0;
  Price price;
  Quantity quantity;
  bool buyer_is_maker = false;
};

struct BookTop {
  Price bid;
  Quantity bid_quantity;
  Price ask;
  Quantity ask_quantity;
  friend bool operator==(const BookTop&, const BookTop&) = default;
};

struct AssetBalance {
  Asset asset;
  Decimal free;
  Decimal locked;
};

enum class OrderChange : std::uint8_t {
  accepted = 1,
  activated,  ///< a held leg went live, or a conditional order fired
  traded,
  cancelled,
  expired,
  amended,
  prevented,  ///< ended by self-trade prevention
};

struct OrderEvent {
  OrderChange change = OrderChange::accepted;
  const Order& order;
  const Trade* trade = nullptr;  ///< of `traded`
  ClientId cancel_id;            ///< of `cancelled`: the id of the cancel
  ClientId previous_id;          ///< of `amended`
  WallTime time{};
};

/// `updated`: a member's client id changed. A waiting pair that goes live is `started` once more.
enum class ListChange : std::uint8_t { started = 1, updated, done };

/// Who hears what the engine does, in the order it happens. Calls come from inside the engine's
/// methods: take what is needed and return; never call back.
class EngineSink {
 public:
  virtual ~EngineSink() = default;
  virtual void on_order(const OrderEvent&) {}
  virtual void on_refused(AccountId, MarketId, const NewOrder&, Reject, WallTime) {}
  virtual void on_list(const OrderList&, ListChange, WallTime) {}
  virtual void on_balances(AccountId, const std::vector<AssetBalance>&, WallTime) {}
  virtual void on_transfer(AccountId, const Asset&, Decimal /*delta*/, WallTime) {}
  virtual void on_book(MarketId, const BookTop&, WallTime) {}
  virtual void on_print(MarketId, const Print&, WallTime) {}
};

/// Where planned faults reach into matching.
class EngineHooks {
 public:
  virtual ~EngineHooks() = default;
  /// How much of `wanted` this order may fill now; `order` knows what it has filled in all and in
  /// this step of the market.
  virtual Quantity may_fill(const Order&, Quantity wanted) { return wanted; }
  /// True: the held leg is refused when its parent fills.
  virtual bool refuse_when_live(const Order&) { return false; }
};

}  // namespace signalbox::simulator
