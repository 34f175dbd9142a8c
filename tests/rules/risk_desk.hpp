#pragma once

#include <memory>
#include <vector>

#include "actors/rules/risk.hpp"
#include "tests/rules/rules_kit.hpp"

namespace signalbox::test {

/// An account on which everything is allowed; each story makes one thing worse.
struct RiskDesk {
  RiskDesk() {
    limits.max_order_notional = worth("100000");
    limits.max_account_notional = worth("1000000");
    limits.collar_percent = Decimal{2};
  }

  /// A perpetual contract.
  void make_derivative() {
    instrument.kind = MarketKind::linear;
    instrument.fee_in_base = false;
    tiers.clear();
    for (const auto type : {EntryType::market, EntryType::limit}) {
      tiers.push_back(resting_facts(type, false));
      tiers.back().market = MarketKind::linear;
    }
  }

  void start() {
    risk = std::make_unique<Risk>(options, std::vector<RiskAccount>{{main_account, limits, tiers}});
    risk->on_instruments(main_account, std::vector{instrument});
    risk->on_link(main_account, LinkState::ready);
    const std::vector balances{Balance{Asset{"USDT"}, Quantity{1'000'000}, {}},
                               Balance{Asset{"BTC"}, Quantity{3}, {}}};
    risk->exposure().on_balances(main_account, balances, now.mono);
    tick("99.99", "100");
  }
  void tick(std::string_view bid, std::string_view ask) {
    risk->exposure().on_tick(
        main_account, Tick{.symbol = btc_usdt, .bid = price(bid), .ask = price(ask)}, now.mono);
  }
  Risk::Decision judge(const Signal& s, Origin origin = {}) {
    if (!risk) start();
    return risk->judge(s, origin, now);
  }
  Reason reason(const Signal& s, Origin origin = {}) {
    const auto decision = judge(s, origin);
    CHECK((decision.plan.has_value() || !decision.reduces.empty()) == decision.verdict.approved);
    CHECK((decision.verdict.reason == Reason::none) == decision.verdict.approved);
    return decision.verdict.reason;
  }

  Risk::Options options;
  std::vector<TierFacts> tiers{resting_facts(EntryType::market), resting_facts(EntryType::limit)};
  RiskLimits limits;
  Instrument instrument = spot_instrument();
  Now now = at({});
  std::unique_ptr<Risk> risk;
};

}  // namespace signalbox::test
