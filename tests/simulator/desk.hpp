#pragma once

#include <catch2/catch.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "simulator/engine/engine.hpp"

namespace signalbox::simulator::test {

inline Decimal num(std::string_view text) {
  const auto d = Decimal::parse(text);
  REQUIRE(d);
  return *d;
}
inline Price price(std::string_view t) { return Price{num(t)}; }
inline Quantity qty(std::string_view t) { return Quantity{num(t)}; }
inline Notional quote(std::string_view t) { return Notional{num(t)}; }

/// One market, BTC/USDT with round rules, and accounts with money, at a time that moves only when
/// told to. Everything the engine says is written down, one line an event.
struct Desk : EngineSink {
  explicit Desk(MarketSpec spec = rules()) {
    market = engine.add_market(std::move(spec));
    account = add_account("main");
    engine.add_sink(*this);
    engine.set_top(market, {price("99"), qty("5"), price("101"), qty("5")}, now);
    engine.print(market, price("100"), qty("1"), false, now);
    said.clear();
  }

  static MarketSpec rules() {
    MarketSpec spec;
    auto& i = spec.instrument;
    i.symbol = Symbol{"BTC/USDT"};
    i.base = Asset{"BTC"};
    i.quote = Asset{"USDT"};
    i.tick_size = price("0.01");
    i.lot_size = qty("0.001");
    i.quantity_min = qty("0.001");
    i.quantity_max = qty("100");
    i.market_quantity_max = qty("50");
    i.notional_min = quote("5");
    i.notional_max = quote("100000");
    i.buy_band_up = i.sell_band_up = num("5");
    i.buy_band_down = i.sell_band_down = num("0.2");
    i.orders_max = 20;
    i.conditional_orders_max = 5;
    return spec;
  }

  AccountId add_account(std::string_view name) {
    const auto id = engine.add_account({AccountName{name}, num("0.001"), num("0.002"), true});
    engine.deposit(id, usdt, num("10000"), now);
    engine.deposit(id, btc, num("10"), now);
    return id;
  }

  // Orders, in few words.
  NewOrder limit(Side side, std::string_view quantity, std::string_view at,
                 TimeInForce tif = TimeInForce::gtc) const {
    NewOrder o;
    o.side = side;
    o.type = OrderType::limit;
    o.time_in_force = tif;
    o.quantity = qty(quantity);
    o.price = price(at);
    return o;
  }
  NewOrder buy_limit(std::string_view q, std::string_view p) const {
    return limit(Side::buy, q, p);
  }
  NewOrder sell_limit(std::string_view q, std::string_view p) const {
    return limit(Side::sell, q, p);
  }
  NewOrder at_market(Side side, std::string_view quantity) const {
    NewOrder o;
    o.side = side;
    o.quantity = qty(quantity);
    return o;
  }
  NewOrder maker(Side side, std::string_view q, std::string_view p) const {
    auto o = limit(side, q, p);
    o.type = OrderType::limit_maker;
    return o;
  }
  NewOrder conditional(OrderType type, Side side, std::string_view q, std::string_view stop,
                       std::string_view at = {}) const {
    NewOrder o;
    o.side = side;
    o.type = type;
    o.quantity = qty(q);
    o.stop_price = price(stop);
    if (!at.empty()) o.price = price(at);
    return o;
  }
  NewOrder sell_stop(std::string_view q, std::string_view stop) const {
    return conditional(OrderType::stop_loss, Side::sell, q, stop);
  }
  NewList pair(NewOrder stop, NewOrder target) const {
    NewList list;
    list.kind = ListKind::oco;
    list.orders = {stop, target};
    return list;
  }
  NewList bracket(NewOrder entry, NewOrder stop, NewOrder target) const {
    NewList list;
    list.kind = ListKind::otoco;
    list.orders = {entry, stop, target};
    return list;
  }

  OrderId place(const NewOrder& order) { return place(account, order); }
  OrderId place(AccountId who, const NewOrder& order) {
    const auto placed = engine.place(who, market, order, now);
    REQUIRE(placed);
    return *placed;
  }
  PlacedList place(const NewList& list) {
    const auto placed = engine.place(account, market, list, now);
    REQUIRE(placed);
    return *placed;
  }
  Reject refused(const NewOrder& order) {
    const auto placed = engine.place(account, market, order, now);
    REQUIRE_FALSE(placed);
    return placed.error();
  }
  Reject refused(const NewList& list) {
    const auto placed = engine.place(account, market, list, now);
    REQUIRE_FALSE(placed);
    return placed.error();
  }

  void move_to(std::string_view p, std::string_view q = "5") {
    engine.move_to(market, price(p), qty(q), now);
  }
  void top(std::string_view bid, std::string_view bid_q, std::string_view ask,
           std::string_view ask_q) {
    engine.set_top(market, {price(bid), qty(bid_q), price(ask), qty(ask_q)}, now);
  }
  void pass(Duration d) { now += d; }

  const Order& order(OrderId id) const { return engine.orders()[id]; }
  std::string free(const Asset& a) const { return engine.accounts().free(account, a).str(); }
  std::string locked(const Asset& a) const { return engine.accounts().locked(account, a).str(); }

  void on_order(const OrderEvent& e) override {
    static constexpr std::string_view changes[] = {
        "", "accepted", "activated", "traded", "cancelled", "expired", "amended", "prevented"};
    std::string line{changes[static_cast<std::size_t>(e.change)]};
    line += " #" + std::to_string(static_cast<std::uint64_t>(e.order.id));
    if (e.trade) line += " " + e.trade->quantity.str() + "@" + e.trade->price.str();
    said.push_back(std::move(line));
  }
  void on_list(const OrderList&, ListChange change, WallTime) override {
    said.push_back(change == ListChange::done      ? "list done"
                   : change == ListChange::updated ? "list updated"
                                                   : "list started");
  }

  Engine engine;
  MarketId market{};
  AccountId account{};
  WallTime now = wall_from_ns(1'700'000'000'000'000'000);
  Asset btc{"BTC"};
  Asset usdt{"USDT"};
  std::vector<std::string> said;
};

using Said = std::vector<std::string>;

}  // namespace signalbox::simulator::test
