#pragma once

#include "simulator/exchange.hpp"
#include "simulator/kraken/kraken_dialect.hpp"

namespace signalbox::simulator::kraken {

/// A simulated exchange that speaks Kraken: matching engine, planned faults, dialect. One thread.
struct KrakenExchange {
  /// The keys come from `settings`, secrets in base64; `chosen` says the rest.
  KrakenExchange(const ExchangeSettings& settings, WallTime now, Settings chosen = {})
      : faults(settings.seed),
        dialect(engine, faults, prepare(engine, settings, now, std::move(chosen))) {
    engine.set_hooks(&faults);
  }

  Engine engine;
  FaultPlan faults;
  KrakenDialect dialect;

 private:
  /// Markets and accounts come first: a dialect learns its pairs when it is made.
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

}  // namespace signalbox::simulator::kraken
