#pragma once

#include <map>
#include <string>
#include <vector>

#include "tests/shard/trading_stage.hpp"

namespace signalbox::test {

inline SignalHash key_of(const Signal& s) { return signal_hash(s.account, s.strategy, s.id); }

inline void command(TradingStage& t, const Signal& s, BracketCommand what) {
  static int commands = 0;
  t.stage->send(t.shard.brackets,
                CommandBracket{.command = SignalId{"c" + std::to_string(++commands)},
                               .bracket = key_of(s),
                               .account = AccountName{"main"},
                               .what = what});
}

inline void set_state(TradingStage& t, TradingState state, ClientToken client = 0) {
  t.stage->send(
      t.shard.risk,
      SetState{.command = SignalId{"state"}, .account = {}, .state = state, .client = client});
}

/// What entries of each signal bought, by the exchange's record.
inline std::map<SignalHash, Quantity> bought(const TradingStage& t) {
  std::map<SignalHash, Quantity> sums;
  for (const auto& trade : t.exchange.record().trades()) {
    if (trade.account != t.account) continue;
    const auto& order = t.exchange.orders()[trade.order];
    if (const auto id = parse_client_order_id(order.client_id.view());
        id && id->leg.kind == LegKind::entry)
      sums[id->signal] += trade.quantity;
  }
  return sums;
}

/// Ends everything, asks for every signal again, and judges by the exchange's record and by what
/// the senders heard.
inline void judge_at_rest(TradingStage& t, const std::vector<Signal>& signals) {
  t.move_to("100");  // somebody to sell to
  set_state(t, TradingState::flatten);
  t.pass_with_ticks(std::chrono::seconds{20});
  CHECK(t.open_orders() == 0);
  // A lot and what fees cut off it, for each.
  CHECK(t.held() <
        Quantity{*Decimal::mul(num("0.06"), Decimal{static_cast<std::int64_t>(signals.size() + 1)},
                               Rounding::up)});
  CHECK_FALSE(t.held().is_negative());
  auto sums = bought(t);
  std::map<std::string, int> published;
  for (const auto& outcome : t.outcomes()) ++published[outcome.id.str()];
  for (const auto& signal : signals) {
    INFO("signal " << signal.id);
    CHECK(sums[key_of(signal)] <= signal.quantity.value_or(Quantity{}));
    CHECK(published[signal.id.str()] <= 1);
    t.notes.replies.clear();
    t.submit(signal, 77);
    for (const auto& answer : t.notes.told<SignalAnswer>(77)) {
      CHECK(answer.verdict);
      CHECK(answer.outcome);
    }
  }
}

}  // namespace signalbox::test
