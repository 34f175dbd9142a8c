#pragma once

#include <catch2/catch.hpp>
#include <string_view>

#include "actors/rules/bracket_book.hpp"
#include "actors/rules/orders.hpp"
#include "actors/rules/plan.hpp"

// What the tests of the rules are made of: BTC/USDT around 100, one account, one strategy.

namespace signalbox::test {

inline Decimal num(std::string_view text) {
  const auto d = Decimal::parse(text);
  REQUIRE(d);
  return *d;
}
inline Price price(std::string_view text) { return Price{num(text)}; }
inline Quantity qty(std::string_view text) { return Quantity{num(text)}; }
inline Notional worth(std::string_view text) { return Notional{num(text)}; }

inline Now at(Duration since_start) {
  return {MonoTime{std::chrono::hours{1} + since_start},
          WallTime{std::chrono::hours{24 * 365 * 50} + since_start}};
}

inline const AccountName main_account{"main"};
inline const Symbol btc_usdt{"BTC/USDT"};

inline Instrument spot_instrument() {
  Instrument i;
  i.symbol = btc_usdt;
  i.base = Asset{"BTC"};
  i.quote = Asset{"USDT"};
  i.tick_size = price("0.01");
  i.lot_size = qty("0.001");
  i.quantity_min = qty("0.001");
  i.quantity_max = qty("100");
  i.market_quantity_max = qty("50");
  i.notional_min = worth("5");
  i.notional_max = worth("100000");
  i.buy_band_up = i.sell_band_up = num("5");
  i.buy_band_down = i.sell_band_down = num("0.2");
  i.orders_max = 200;
  i.conditional_orders_max = 5;
  i.taker_fee = num("0.001");
  i.fee_in_base = true;
  return i;
}

inline TierFacts resting_facts(EntryType entry, bool pairs = true) {
  return {.market = MarketKind::spot,
          .entry = entry,
          .tier = Tier::resting,
          .covers_partial = true,
          .both_legs = true,
          .survives_engine = true,
          .stop_survives_partial_target = false,
          .exits_hold_balance = pairs,
          .pairs = pairs,
          .evidence = Text<120>{"a test"}};
}

/// A buy of 1 BTC at market, stop 90, target 120.
inline Signal a_signal(std::string_view id) {
  Signal s;
  s.id = SignalId{id};
  s.time = at({}).wall;
  s.strategy = StrategyName{"trend"};
  s.account = main_account;
  s.symbol = btc_usdt;
  s.quantity = Quantity{1};
  s.confidence = num("0.8");
  s.stop_loss = StopLoss{.price = Price{90}};
  s.take_profit = {TakeProfit{.price = Price{120}}};
  return s;
}
inline Signal a_limit_signal(std::string_view id, std::string_view limit = "100") {
  auto s = a_signal(id);
  s.type = EntryType::limit;
  s.price = price(limit);
  return s;
}

inline SignalHash key_of(const Signal& s) { return signal_hash(s.account, s.strategy, s.id); }

inline Plan plan_for(const Signal& s, const Instrument& i = spot_instrument(), bool pairs = true) {
  Plan plan;
  plan.key = key_of(s);
  plan.signal = s;
  plan.quantity = s.quantity.value_or(Quantity{1});
  plan.instrument = i;
  plan.facts = resting_facts(s.type, pairs);
  plan.reference = Price{100};
  return plan;
}

}  // namespace signalbox::test
