#include "connectors/binance/markets.hpp"

#include <algorithm>

namespace signalbox::binance {

bool Markets::put(Market market) {
  const auto known = by_wire_.find(market.wire);
  if (known == by_wire_.end()) {
    if (markets_.size() == markets_max || by_symbol_.contains(market.instrument.symbol.view()))
      return false;
    market.index = static_cast<MarketIndex>(markets_.size());
    const auto& added = *markets_.emplace_back(std::make_unique<Market>(std::move(market)));
    by_wire_.emplace(added.wire, &added);
    by_symbol_.emplace(added.instrument.symbol.view(), &added);
    return true;
  }
  auto& kept = *markets_[known->second->index];
  // The names stay where the keys point; a venue that renames one side of a pair makes a new one.
  if (kept.instrument.symbol != market.instrument.symbol) return false;
  kept.instrument = market.instrument;
  kept.oco = market.oco;
  kept.oto = market.oto;
  kept.amend = market.amend;
  kept.expire_maker = market.expire_maker;
  kept.expire_taker = market.expire_taker;
  return true;
}

void Markets::halt_all() {
  for (auto& market : markets_) market->instrument.trading = false;
}

std::string wire_guess(const Symbol& symbol) {
  std::string wire = symbol.str();
  std::erase(wire, '/');
  return wire;
}

}  // namespace signalbox::binance
