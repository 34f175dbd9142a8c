#pragma once

#include "tests/rules/rules_kit.hpp"

namespace signalbox::test {

/// The orders of one account whose venue is the test: what it is asked, and what it says.
struct OrderDesk {
  explicit OrderDesk(bool ids_unique = true)
      : orders(OrdersPolicy{.book = Book{"test"}, .live_ids_unique = ids_unique}) {
    orders.own(plan.key, owner_of(plan));
    ready(1);
    picture({});
    out.clear();
  }

  void ready(std::uint64_t generation) {
    out.clear();
    orders.on(LinkReport{.state = LinkState::ready, .generation = generation}, now, out);
    orders.on_time(now, out);
  }
  /// The venue shows what is open.
  void picture(std::vector<OrderReport> open) {
    const auto asked_for = asked<QueryOpenOrders>();
    REQUIRE(asked_for);
    CHECK_FALSE(asked_for->symbol);
    hear(OrdersResult{
        .request = asked_for->request, .outcome = Outcome::accepted, .items = std::move(open)});
  }

  template <class Said>
  void hear(const Said& said) {
    out.clear();
    orders.on(said, now, out);
  }
  void wish(LegKind kind, std::string_view quantity) {
    out.clear();
    const bool entry = kind == LegKind::entry;
    WishedLeg leg{
        .leg = {kind, 0}, .side = entry ? Side::buy : Side::sell, .quantity = qty(quantity)};
    if (kind == LegKind::stop) {
      leg.kind = OrderKind::stop_market;
      leg.trigger_price = Price{90};
    }
    orders.wish(
        plan.key,
        Wish{.order_class = entry ? OrderClass::entry : OrderClass::protective, .legs = {leg}}, now,
        out);
  }
  void pass(Duration d) {
    now.mono += d;
    now.wall += d;
    out.clear();
    orders.on_time(now, out);
  }
  template <class Request>
  std::optional<Request> asked() const {
    for (const auto& each : out.requests)
      if (const auto* r = std::get_if<Request>(&each)) return *r;
    return std::nullopt;
  }
  bool told(LegEvent::What what) const {
    return std::any_of(out.told.begin(), out.told.end(),
                       [&](const auto& each) { return each.event.what == what; });
  }
  OrderReport report(ClientOrderId id, OrderStatus status, std::string_view filled = "0") const {
    return {.symbol = btc_usdt,
            .id = id,
            .venue_id = VenueOrderId{"v" + id.str()},
            .status = status,
            .quantity = Quantity{1},
            .filled = qty(filled)};
  }
  FillReport fill(ClientOrderId id, std::string_view trade, std::string_view quantity) const {
    return {.symbol = btc_usdt,
            .id = id,
            .venue_id = VenueOrderId{"v" + id.str()},
            .trade_id = TradeId{trade},
            .side = Side::buy,
            .price = Price{100},
            .quantity = qty(quantity),
            .fee = num("0"),
            .fee_asset = Asset{"BTC"}};
  }
  /// Until the venue has been silent on every endpoint, or something is found.
  void silence(OrdersResult order, int times) {
    for (int i = 0; i < times; ++i) {
      pass(std::chrono::seconds{2});
      const auto requests = out.requests;
      for (const auto& each : requests) {
        if (const auto* q = std::get_if<QueryOrder>(&each)) {
          order.request = q->request;
          hear(order);
        } else if (const auto* o = std::get_if<QueryOpenOrders>(&each)) {
          hear(OrdersResult{.request = o->request, .outcome = Outcome::accepted});
        } else if (const auto* f = std::get_if<QueryFills>(&each)) {
          hear(FillsResult{.request = f->request, .outcome = Outcome::accepted});
        }
        if (told(LegEvent::What::ended)) return;
      }
    }
  }

  Plan plan = plan_for(a_signal("s"));
  Now now = at({});
  Orders orders;
  OrdersOut out;
};

inline const OrdersResult not_found{.outcome = Outcome::refused, .refusal = Refusal::not_found};

}  // namespace signalbox::test
