#pragma once

#include "simulator/coinbase/coinbase_dialect.hpp"
#include "simulator/exchange.hpp"

namespace signalbox::simulator::coinbase {

/// A simulated exchange that speaks Coinbase: matching engine, planned faults, dialect. An
/// account's `api_key` is its key's name, its `secret` the private key as PEM. One thread.
struct CoinbaseExchange {
  /// The keys come from `settings`; `chosen` says the rest.
  CoinbaseExchange(const ExchangeSettings& settings, WallTime now, Settings chosen = {})
      : faults(settings.seed),
        dialect(engine, faults, prepare(engine, settings, now, std::move(chosen))) {
    engine.set_hooks(&faults);
  }

  Engine engine;
  FaultPlan faults;
  CoinbaseDialect dialect;

 private:
  /// Markets and accounts come first: a dialect learns its symbols when it is made.
  static Settings prepare(Engine& engine, const ExchangeSettings& settings, WallTime now,
                          Settings made) {
    for (const auto& market : settings.markets) engine.add_market(market);
    for (const auto& a : settings.accounts) {
      const auto id = engine.add_account({.name = a.name,
                                          .maker_fee = a.maker_fee,
                                          .taker_fee = a.taker_fee,
                                          .fees_in_quote = true});
      for (const auto& d : a.deposits) engine.deposit(id, d.asset, d.amount, now);
      made.keys.push_back({a.api_key, a.secret, id});
    }
    return made;
  }
};

}  // namespace signalbox::simulator::coinbase
