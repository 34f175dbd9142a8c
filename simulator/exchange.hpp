#pragma once

#include <vector>

#include "simulator/binance/binance_dialect.hpp"
#include "simulator/engine/engine.hpp"
#include "simulator/faults.hpp"

namespace signalbox::simulator {

struct Deposit {
  Asset asset;
  Decimal amount;
};

/// One account, its key, and what it starts with.
struct AccountSettings {
  AccountName name;
  std::string api_key;
  std::string secret;
  std::string ed25519_public;  ///< instead of a secret: base64 of an SPKI
  bool key_may_withdraw = false;
  Decimal maker_fee = Decimal::from_raw(Decimal::one_raw / 1000);  // 0.1 %
  Decimal taker_fee = Decimal::from_raw(Decimal::one_raw / 1000);
  std::vector<Deposit> deposits;
};

struct ExchangeSettings {
  std::vector<MarketSpec> markets;
  std::vector<AccountSettings> accounts;
  binance::LimitSettings limits;
  std::uint64_t seed = 1;
};

/// BTC/USDT with the rules Binance states for it, a book some levels deep, and one account, "main",
/// with 1 BTC and 100,000 USDT. Its key is public: it opens nothing but a simulator.
ExchangeSettings example_exchange();
MarketSpec example_market();

/// A whole simulated exchange: matching engine, planned faults, dialects. One thread.
struct Exchange {
  explicit Exchange(const ExchangeSettings& settings, WallTime now);

  Engine engine;
  FaultPlan faults;
  binance::BinanceDialect binance;
};

}  // namespace signalbox::simulator
