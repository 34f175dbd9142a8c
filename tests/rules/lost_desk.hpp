#pragma once

#include "actors/rules/reconcile.hpp"
#include "tests/rules/rules_kit.hpp"

namespace signalbox::test {

inline SignalHash hash_of(std::uint32_t n) {
  return signal_hash(main_account, StrategyName{"trend"}, SignalId{"s" + std::to_string(n)});
}

/// An account whose journal has lost records, and whose venue is the test.
struct LostDesk {
  LostDesk() : orders(policy()) {}
  static OrdersPolicy policy() {
    return {.book = Book{"test"}, .account = main_account, .live_ids_unique = true};
  }
  void start(Orders& o) {
    o.after_replay(now);
    o.records_end_at(now.wall - std::chrono::minutes{1}, {btc_usdt});
    out.clear();
    o.on(LinkReport{.state = LinkState::ready, .generation = ++generation}, now, out);
    step(o);
  }
  void step(Orders& o) {
    o.on_time(now, out);
    take(out);
  }
  /// Everything that is recorded is kept for a replay.
  void take(const OrdersOut& said) {
    records.insert(records.end(), said.records.begin(), said.records.end());
  }
  template <class Request>
  std::optional<Request> asked() const {
    for (const auto& each : out.requests)
      if (const auto* r = std::get_if<Request>(&each)) return *r;
    return std::nullopt;
  }
  template <class Said>
  void hear(const Said& said) {
    out.clear();
    orders.on(said, now, out);
    take(out);
  }
  void next() {
    out.clear();
    step(orders);
  }
  void picture(std::vector<OrderReport> open) {
    const auto q = asked<QueryOpenOrders>();
    REQUIRE(q);
    hear(OrdersResult{
        .request = q->request, .outcome = Outcome::accepted, .items = std::move(open)});
  }
  void history(std::vector<FillReport> trades) {
    next();
    const auto q = asked<QueryFills>();
    REQUIRE(q);
    CHECK(q->symbol == btc_usdt);
    hear(FillsResult{
        .request = q->request, .outcome = Outcome::accepted, .items = std::move(trades)});
  }
  OrderReport stop(ClientOrderId id) const {
    return {.symbol = btc_usdt,
            .id = id,
            .venue_id = VenueOrderId{"v" + id.str()},
            .side = Side::sell,
            .kind = OrderKind::stop_market,
            .quantity = qty("0.999"),
            .trigger_price = Price{90}};
  }
  FillReport trade(ClientOrderId id, std::string_view number, Side side,
                   std::string_view quantity) const {
    return {.symbol = btc_usdt,
            .id = id,
            .venue_id = VenueOrderId{"v" + id.str()},
            .trade_id = TradeId{number},
            .side = side,
            .price = Price{100},
            .quantity = qty(quantity),
            .fee = side == Side::buy ? num("0.001") : num("0"),
            .fee_asset = Asset{"BTC"}};
  }

  SignalHash lost = hash_of(1);
  ClientOrderId entry_id = client_order_id(Book{"test"}, lost, {LegKind::entry, 0}, 0);
  ClientOrderId stop_id = client_order_id(Book{"test"}, lost, {LegKind::stop, 0}, 0);
  Now now = at({});
  std::uint64_t generation = 0;
  OrdersOut out;
  std::vector<OrderRecord> records;
  Orders orders;
};

inline Plan recovery_plan(const LostPosition& position) {
  Signal s;
  s.id = SignalId{position.signal.view()};
  s.strategy = StrategyName{recovered_strategy};
  s.account = main_account;
  s.symbol = position.symbol;
  s.quantity = position.entered;
  auto plan = plan_for(s);
  plan.key = recovered_key(main_account, position.signal);
  return plan;
}

}  // namespace signalbox::test
