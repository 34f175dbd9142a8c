#pragma once

#include "simulator/binanceusdm/usdm_dialect.hpp"

namespace signalbox::simulator {

/// A simulated futures exchange: BTC/USDT perpetual, one account. Its key is public: it opens
/// nothing but a simulator. One thread.
struct UsdmExchange {
  explicit UsdmExchange(WallTime now, binanceusdm::Settings settings = {});

  /// Moves the market to a price and fires what it reaches.
  void move_to(Price price, Quantity quantity, WallTime now);

  Engine engine;
  FaultPlan faults;
  AccountId account{};
  binanceusdm::UsdmDialect dialect;
};

}  // namespace signalbox::simulator
