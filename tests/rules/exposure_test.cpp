// What is open and reserved, against a naive recomputation.
#include <random>

#include "actors/rules/exposure.hpp"
#include "tests/rules/rules_kit.hpp"

using namespace signalbox;
using namespace signalbox::test;

TEST_CASE("sums over open brackets are what adding them up gives", "[exposure]") {
  for (std::uint64_t seed = 1; seed <= 50; ++seed) {
    INFO("seed " << seed);
    std::mt19937_64 random{seed};
    const auto draw = [&](std::uint64_t below) { return random() % below; };
    Exposure exposure;
    exposure.on_balances(main_account, std::vector{Balance{Asset{"USDT"}, Quantity{1'000'000}, {}}},
                         at({}).mono);
    struct Open {
      Plan plan;
      Notional cost;
      BracketExposure now;
      bool paid = false;
    };
    std::map<SignalHash, Open> open;
    for (int step = 0; step < 200; ++step) {
      const auto pick = [&] {
        auto it = open.begin();
        std::advance(it, static_cast<std::ptrdiff_t>(draw(open.size())));
        return it;
      };
      switch (draw(5)) {
        case 0:
        case 1: {
          auto plan = plan_for(a_signal("s" + std::to_string(step)));
          plan.quantity = Quantity{static_cast<std::int64_t>(1 + draw(5))};
          plan.reference = Price{static_cast<std::int64_t>(90 + draw(20))};
          const Notional cost{static_cast<std::int64_t>(100 + draw(400))};
          exposure.reserve(plan, cost);
          exposure.reserve(plan, cost);  // twice is once
          open.emplace(plan.key, Open{plan, cost, {.key = plan.key}});
          break;
        }
        case 2:
          if (!open.empty()) {
            auto& each = pick()->second;
            each.now.placed = true;
            each.now.held = Quantity{static_cast<std::int64_t>(draw(3))};
            each.now.entry_price = Price{static_cast<std::int64_t>(90 + draw(20))};
            each.now.entry_live = draw(2) == 0;
            exposure.on(each.now, at({}).wall);
          }
          break;
        case 3:
          if (!open.empty()) {
            const auto it = pick();
            it->second.now.ended = true;
            exposure.on(it->second.now, at({}).wall);
            open.erase(it);
          }
          break;
        case 4:
          exposure.on_balances(main_account,
                               std::vector{Balance{Asset{"USDT"}, Quantity{1'000'000}, {}}},
                               at({}).mono);
          for (auto& [key, each] : open)
            if (each.now.placed || !each.now.entry_live) each.paid = true;
          break;
      }
      Notional sum;
      Quantity position;
      Notional unpaid;
      for (const auto& [key, each] : open) {
        const auto quantity =
            each.now.entry_live ? std::max(each.plan.quantity, each.now.held) : each.now.held;
        const auto top = std::max(each.plan.reference, each.now.entry_price.value_or(Price{}));
        sum += *notional(top, quantity, Rounding::ceil);
        position += quantity;
        if (!each.paid) unpaid += each.cost;
      }
      REQUIRE(exposure.open_notional() == sum);
      REQUIRE(exposure.open_notional(main_account) == sum);
      REQUIRE(exposure.open_notional(main_account, btc_usdt) == sum);
      REQUIRE(exposure.position(main_account, btc_usdt) == position);
      REQUIRE(exposure.open_brackets(main_account) == open.size());
      REQUIRE(exposure.available(main_account, Asset{"USDT"}) ==
              Quantity{1'000'000} - Quantity{unpaid.decimal()});
    }
  }
}

TEST_CASE("the peak counts although nobody asked while it stood", "[exposure]") {
  Exposure exposure;
  exposure.restore_realised(main_account, num("100"), at({}).wall);
  exposure.restore_realised(main_account, num("-30"), at({}).wall);
  CHECK(exposure.drawdown(main_account) == num("30"));
}

TEST_CASE("risk hears when the rest of an entry may not fill any more", "[exposure]") {
  BracketBook book;
  BookOut out;
  const auto plan = plan_for(a_limit_signal("s"));
  book.open(plan, at({}), out);
  const auto last = [&](LegEvent event) {
    out.clear();
    event.leg = {LegKind::entry, 0};
    book.told(plan.key, event, at({}), out);
    return out.exposure.empty() ? std::nullopt : std::optional{out.exposure.back()};
  };
  const auto placed = last({.what = LegEvent::What::standing, .quantity = Quantity{1}});
  REQUIRE(placed);
  CHECK(placed->placed);
  const auto part =
      last({.what = LegEvent::What::filled, .quantity = qty("0.3"), .price = Price{100}});
  REQUIRE(part);
  CHECK(part->entry_live);
  const auto rest = last({.what = LegEvent::What::ended, .end = LegEnd::cancelled});
  REQUIRE(rest);
  CHECK_FALSE(rest->entry_live);
  CHECK(rest->held == qty("0.3"));
}
