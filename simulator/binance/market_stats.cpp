#include "simulator/binance/market_stats.hpp"

#include <algorithm>

#include "simulator/engine/money.hpp"

namespace signalbox::simulator::binance {

void MarketStats::on_print(MarketId id, const Print& print, WallTime now) {
  // Far above any real day; beyond it volumes stand still rather than overflow.
  constexpr Quantity volume_max{1'000'000'000'000};
  auto& m = at(id);
  if (m.first_trade == 0) {
    m.first_trade = print.id;
    m.open = m.high = m.low = print.price;
    m.since = now;
  }
  m.last_trade = print.id;
  m.last = print.price;
  m.last_quantity = print.quantity;
  m.high = std::max(m.high, print.price);
  m.low = std::min(m.low, print.price);
  if (m.volume + print.quantity > volume_max) return;
  m.volume += print.quantity;
  m.quote_volume += value_of(print.price, print.quantity);
}

}  // namespace signalbox::simulator::binance
