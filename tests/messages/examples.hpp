#pragma once

#include "messages/signal.hpp"
#include "tests/messages/raw.hpp"

namespace signalbox::test {

inline Decimal dec(std::string_view text) { return Decimal::parse(text).value(); }

/// A signal with every field set.
inline Signal full_signal() {
  Signal s;
  s.id = SignalId{"s-1"};
  s.time = wall_from_ns(1'700'000'000'000'000'001);
  s.strategy = StrategyName{"trend"};
  s.account = AccountName{"main"};
  s.symbol = Symbol{"BTC/USDT"};
  s.side = Side::buy;
  s.type = EntryType::limit;
  s.price = Price{dec("66000.12")};
  s.quantity = Quantity{dec("0.1")};
  s.notional = Notional{6600};
  s.risk = Notional{100};
  s.confidence = dec("0.75");
  s.stop_loss = StopLoss{Price{65000}, dec("1.5"), Price{dec("10.5")}, Trigger::last};
  s.take_profit = {{Price{67000}, std::nullopt, dec("0.5")}, {std::nullopt, dec("3"), dec("0.5")}};
  s.trail = Trail{Price{250}, Price{66500}};
  s.break_even_after = std::uint8_t{1};
  s.valid_until = wall_from_ns(1'700'000'001'000'000'000);
  s.entry_expires = wall_from_ns(1'700'000'002'000'000'000);
  s.time_limit = std::chrono::hours{1};
  s.time_in_force = TimeInForce::ioc;
  s.post_only = true;
  s.reduce_only = true;
  s.leverage = Decimal{3};
  s.min_tier = Tier::attached;
  s.tags = {Text<32>{"breakout"}, Text<32>{"v2"}};
  return s;
}

/// The least a signal must bring, as a stranger packs it.
inline raw::Map raw_signal() {
  return {{"id", raw::text("s-1")},          {"time", raw::integer(1'700'000'000'000'000'001)},
          {"strategy", raw::text("trend")},  {"account", raw::text("main")},
          {"symbol", raw::text("BTC/USDT")}, {"side", raw::text("buy")},
          {"type", raw::text("market")}};
}

}  // namespace signalbox::test
