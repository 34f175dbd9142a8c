// A hundred open brackets, a process that dies, and how soon after the next start each of them is
// under a stop again.
#include "tests/shard/judge.hpp"

using namespace signalbox;
using namespace signalbox::test;
using namespace std::chrono_literals;

namespace {

constexpr int brackets = 100;

TradingStage::Options room_for_all() {
  TradingStage::Options options;
  options.limits.max_open_brackets = brackets;
  options.limits.max_entries_per_minute = brackets;
  options.limits.max_account_notional = Notional{9'900};
  options.orders_max = 500;
  options.conditional_orders_max = 500;
  return options;
}

Signal one_of_many(const TradingStage& t, int number) {
  auto s = t.limit_signal("s" + std::to_string(number), "99");
  s.quantity = Quantity{num("0.5")};
  return s;
}

/// Brackets whose whole quantity stands under a stop, by the exchange's own book.
std::size_t under_a_stop(const TradingStage& t) {
  std::map<SignalHash, Quantity> covers;
  for (const auto id : t.exchange.orders().open(t.account)) {
    const auto& order = t.exchange.orders()[id];
    const auto parsed = parse_client_order_id(order.client_id.view());
    if (parsed && simulator::is_stop(order.type)) covers[parsed->signal] += order.rest();
  }
  return static_cast<std::size_t>(std::count_if(covers.begin(), covers.end(), [](const auto& each) {
    return each.second > Quantity{num("0.498")};
  }));
}

}  // namespace

TEST_CASE("a hundred brackets are under their stops within two seconds of the next start",
          "[recovery][I1]") {
  TradingStage t{room_for_all()};
  std::vector<Signal> signals;
  for (int n = 0; n < brackets; ++n) {
    signals.push_back(one_of_many(t, n));
    t.submit_only(SubmitSignal{signals.back(), false, 1});
  }
  t.pass(100ms);
  REQUIRE(t.open_orders() == brackets);

  SECTION("they filled while nobody was there") {
    t.crash();
    t.move_to("98.5", "100");
  }
  SECTION("their stops were cancelled while nobody was there") {
    t.move_to("98.5", "100");
    t.pass(200ms);
    REQUIRE(under_a_stop(t) == brackets);
    t.crash();
    const auto open = t.exchange.orders().open(t.account);  // a copy: cancelling changes it
    for (const auto id : open)
      if (simulator::is_stop(t.exchange.orders()[id].type))
        static_cast<void>(t.exchange.cancel(t.account, id, {}, simulator::CancelOnly::any,
                                            t.stage->clock().wall()));
    t.stage->run();
  }
  REQUIRE(under_a_stop(t) == 0);
  REQUIRE(t.held() > Quantity{49});

  // The venue's answers: a picture of what is open, and then one question and one order for each.
  const auto answers = brackets * (t.options.paper.latency_there + t.options.paper.latency_back);
  const auto from = t.stage->clock().mono();
  t.restart();
  while (under_a_stop(t) < brackets && t.stage->clock().mono() - from < 10s) t.pass(10ms);
  CHECK(under_a_stop(t) == brackets);
  CHECK(t.stage->clock().mono() - from <= 2s + answers);
  // Nothing was sold to get there, and nothing bought twice.
  CHECK(t.held() > Quantity{49});
  for (const auto& [signal, quantity] : bought(t)) CHECK(quantity == Quantity{num("0.5")});
}
