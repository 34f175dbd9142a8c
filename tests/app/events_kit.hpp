#pragma once

#include <string_view>

#include "actors/outlet.hpp"
#include "messages/event_header.hpp"

namespace signalbox::test {

inline Decimal dec(std::string_view text) { return Decimal::parse(text).value(); }

/// `ms` milliseconds after 2023-11-14 22:13:20 UTC.
inline WallTime at(std::int64_t ms) { return wall_from_ns((1'700'000'000'000 + ms) * 1'000'000); }

/// Events of strategy `trend` on account `main`, symbol BTC/USDT, with what a test looks at.
inline Accepted accepted(std::string_view id, WallTime time) {
  return {.id = SignalId{id},
          .strategy = StrategyName{"trend"},
          .account = AccountName{"main"},
          .symbol = Symbol{"BTC/USDT"},
          .log_number = 7,
          .time = time};
}

inline Verdict verdict(std::string_view id, WallTime time, Reason reason = Reason::none) {
  Verdict v;
  v.id = SignalId{id};
  v.strategy = StrategyName{"trend"};
  v.account = AccountName{"main"};
  v.symbol = Symbol{"BTC/USDT"};
  v.approved = reason == Reason::none;
  v.reason = reason;
  v.time = time;
  return v;
}

inline Placed placed(std::string_view id, WallTime time, Outcome outcome = Outcome::accepted) {
  Placed p;
  p.id = SignalId{id};
  p.strategy = StrategyName{"trend"};
  p.account = AccountName{"main"};
  p.symbol = Symbol{"BTC/USDT"};
  p.outcome = outcome;
  p.time = time;
  return p;
}

inline SignalOutcome outcome(std::string_view id, WallTime time, BracketOutcome how) {
  SignalOutcome o;
  o.id = SignalId{id};
  o.strategy = StrategyName{"trend"};
  o.account = AccountName{"main"};
  o.symbol = Symbol{"BTC/USDT"};
  o.outcome = how;
  o.time = time;
  return o;
}

/// The order's own id follows from the signal and the leg.
inline OrderEvent order(std::string_view signal, LegKind leg, OrderStage stage,
                        WallTime time = at(0)) {
  OrderEvent o;
  o.signal = SignalId{signal};
  o.strategy = StrategyName{"trend"};
  o.account = AccountName{"main"};
  o.symbol = Symbol{"BTC/USDT"};
  o.leg = leg;
  o.order =
      client_order_id(Book{"book"}, signal_hash(o.account, o.strategy, o.signal), {leg, 0}, 0);
  o.stage = stage;
  o.side = leg == LegKind::entry ? Side::buy : Side::sell;
  o.quantity = Quantity{dec("0.5")};
  o.time = time;
  return o;
}

inline BracketEvent bracket(std::string_view signal, BracketPhase phase) {
  BracketEvent b;
  b.signal = SignalId{signal};
  b.strategy = StrategyName{"trend"};
  b.account = AccountName{"main"};
  b.symbol = Symbol{"BTC/USDT"};
  b.phase = phase;
  b.position = Quantity{dec("0.5")};
  b.covered = Quantity{dec("0.25")};
  b.time = at(0);
  return b;
}

inline FillEvent fill(std::string_view signal, LegKind leg) {
  FillEvent f;
  f.signal = SignalId{signal};
  f.strategy = StrategyName{"trend"};
  f.account = AccountName{"main"};
  f.leg = leg;
  f.fill.symbol = Symbol{"BTC/USDT"};
  f.fill.side = leg == LegKind::entry ? Side::buy : Side::sell;
  f.fill.price = Price{dec("100.5")};
  f.fill.quantity = Quantity{dec("0.5")};
  f.fill.time = at(0);
  return f;
}

inline NoticeEvent notice(std::string_view account, TradingState state, bool page = false) {
  NoticeEvent n;
  n.account = AccountName{account};
  n.state = state;
  n.page = page;
  n.time = at(0);
  return n;
}

inline ConnectionEvent connection(std::string_view account, LinkState state) {
  ConnectionEvent c;
  c.account = AccountName{account};
  c.state = state;
  c.generation = 1;
  c.time = at(0);
  return c;
}

}  // namespace signalbox::test
