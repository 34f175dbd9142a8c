// `resolve`: an operator's evidence for an order whose fate nobody here knows.
#include "tests/rules/rules_kit.hpp"

using namespace signalbox;
using namespace signalbox::test;
using namespace std::chrono_literals;
using What = LegEvent::What;

namespace {

/// One order of one BTC whose answer never came.
struct Doubt {
  explicit Doubt(LegKind kind = LegKind::entry) : orders(policy()) {
    orders.own(plan.key, owner_of(plan));
    orders.on(LinkReport{.state = LinkState::ready, .generation = 1}, now, out);
    WishedLeg leg{.leg = {kind, 0}, .side = Side::buy, .quantity = Quantity{1}};
    take();
    orders.wish(plan.key, Wish{.order_class = OrderClass::entry, .legs = {leg}}, now, out);
    id = std::get<PlaceOrders>(out.records.at(0)).orders[0].id;
    const auto request = std::get<PlaceOrders>(out.requests.at(0)).request;
    take();
    orders.on(WriteResult{.request = request, .outcome = Outcome::unknown}, now, out);
    take();
    now = at(10s);
  }
  static OrdersPolicy policy() { return {.book = Book{"test"}}; }

  /// What goes to the journal is kept.
  void take() {
    for (const auto& record : out.records) records.push_back(record);
    out.clear();
  }
  Reason resolve(Evidence found, const char* filled = nullptr, const char* at_price = nullptr) {
    take();
    Resolve r{.id = SignalId{"r"}, .account = main_account, .order = id, .found = found};
    if (filled != nullptr) r.filled = qty(filled);
    if (at_price != nullptr) r.price = price(at_price);
    const auto no = orders.resolve(r, now, out);
    return no ? no->reason : Reason::none;
  }
  FillReport trade(std::string_view trade_id, std::string_view quantity) const {
    return {.symbol = btc_usdt,
            .id = id,
            .trade_id = TradeId{trade_id},
            .side = Side::buy,
            .price = Price{100},
            .quantity = qty(quantity),
            .fee = num("0"),
            .fee_asset = Asset{"BTC"}};
  }
  Quantity told_filled() const {
    Quantity sum;
    for (const auto& each : out.told)
      if (each.event.what == What::filled) sum += each.event.quantity;
    return sum;
  }
  std::optional<LegEnd> told_end() const {
    for (const auto& each : out.told)
      if (each.event.what == What::ended) return each.event.end;
    return std::nullopt;
  }

  Plan plan = plan_for(a_signal("s"));
  Now now = at({});
  Orders orders;
  OrdersOut out;
  std::vector<OrderRecord> records;
  ClientOrderId id;
};

}  // namespace

TEST_CASE("an operator's word ends the search and the frost", "[orders][resolve]") {
  struct Row {
    Evidence found;
    const char* filled;
    const char* at;
    LegEnd end;
    const char* told;
  };
  for (const Row& row : {Row{Evidence::absent, nullptr, nullptr, LegEnd::absent, "0"},
                         Row{Evidence::ended, nullptr, nullptr, LegEnd::cancelled, "0"},
                         Row{Evidence::ended, "0.4", "101", LegEnd::cancelled, "0.4"},
                         Row{Evidence::ended, "1", "101", LegEnd::filled, "1"}}) {
    INFO(name_of(row.found) << " " << (row.filled == nullptr ? "" : row.filled));
    Doubt d;
    CHECK(d.orders.frozen(btc_usdt));
    CHECK(d.resolve(row.found, row.filled, row.at) == Reason::none);
    CHECK(d.told_end() == row.end);
    CHECK(d.told_filled() == qty(row.told));
    CHECK_FALSE(d.orders.frozen(btc_usdt));
    CHECK(d.orders.unknown_count() == 0);
  }
}

TEST_CASE("evidence that cannot be right is refused", "[orders][resolve]") {
  Doubt d;
  SECTION("of an order that nobody knows") {
    d.id = ClientOrderId{"test0000000000a000"};
    CHECK(d.resolve(Evidence::absent) == Reason::not_found);
  }
  SECTION("of an order whose fate is known") {
    d.orders.on(OrderReport{.symbol = btc_usdt, .id = d.id, .quantity = Quantity{1}}, d.now, d.out);
    CHECK(d.resolve(Evidence::absent) == Reason::fate_known);
    d.orders.on(d.trade("t", "1"), d.now, d.out);
    CHECK(d.resolve(Evidence::absent) == Reason::fate_known);
  }
  SECTION("while the venue may still take it") {
    d.now = at(1s);
    CHECK(d.resolve(Evidence::absent) == Reason::too_early);
  }
  SECTION("absent, and traded") { CHECK(d.resolve(Evidence::absent, "0") == Reason::bad_field); }
  SECTION("more than the order's") {
    CHECK(d.resolve(Evidence::ended, "1.001", "100") == Reason::bad_field);
    CHECK(d.resolve(Evidence::ended, "-0.1", "100") == Reason::bad_field);
  }
  SECTION("traded, at no price") {
    CHECK(d.resolve(Evidence::ended, "0.5") == Reason::bad_field);
    CHECK(d.resolve(Evidence::ended, "0.5", "0") == Reason::bad_field);
  }
  CHECK(d.told_filled() == Quantity{});
}

TEST_CASE("trades that the venue shows later count beyond what was told, once",
          "[orders][resolve][I13]") {
  Doubt d;
  REQUIRE(d.resolve(Evidence::ended, "0.4", "101") == Reason::none);
  d.take();
  d.orders.on(d.trade("a", "0.3"), d.now, d.out);
  CHECK(d.told_filled() == Quantity{});
  d.orders.on(d.trade("b", "0.2"), d.now, d.out);
  CHECK(d.told_filled() == qty("0.1"));
  d.orders.on(d.trade("c", "0.1"), d.now, d.out);
  CHECK(d.told_filled() == qty("0.2"));
  d.take();

  // Another process hears the same from the journal.
  Orders again{Doubt::policy()};
  again.own(d.plan.key, owner_of(d.plan));
  OrdersOut out;
  for (const auto& record : d.records) again.replay(record, d.now, out);
  REQUIRE(again.find(d.id) != nullptr);
  CHECK(again.find(d.id)->filled == qty("0.6"));
  CHECK(again.find(d.id)->filled == d.orders.find(d.id)->filled);
  CHECK_FALSE(again.find(d.id)->live());
}

TEST_CASE("an order that was told absent and lives after all is cancelled", "[orders][resolve]") {
  Doubt d;
  REQUIRE(d.resolve(Evidence::absent) == Reason::none);
  d.take();
  d.orders.on(OrderReport{.symbol = btc_usdt, .id = d.id, .quantity = Quantity{1}}, d.now, d.out);
  REQUIRE(d.out.requests.size() == 1);
  CHECK(std::get<CancelOrder>(d.out.requests[0]).id == d.id);
}
