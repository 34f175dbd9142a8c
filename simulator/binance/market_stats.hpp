#pragma once

#include <cstdint>
#include <vector>

#include "simulator/engine/types.hpp"

namespace signalbox::simulator::binance {

/// What tickers say beyond the top of the book, per market, since the start.
class MarketStats {
 public:
  struct Market {
    std::uint64_t updates = 0;  ///< changes of the top
    std::uint64_t first_trade = 0;
    std::uint64_t last_trade = 0;
    Price open, high, low, last;
    Quantity last_quantity;
    Quantity volume;
    Notional quote_volume;
    WallTime since{};
  };

  void on_top(MarketId id) { ++at(id).updates; }
  void on_print(MarketId id, const Print& print, WallTime now);
  const Market& of(MarketId id) const {
    static const Market none;
    const auto i = static_cast<std::size_t>(id);
    return i < markets_.size() ? markets_[i] : none;
  }

 private:
  Market& at(MarketId id) {
    const auto i = static_cast<std::size_t>(id);
    if (markets_.size() <= i) markets_.resize(i + 1);
    return markets_[i];
  }
  std::vector<Market> markets_;
};

}  // namespace signalbox::simulator::binance
