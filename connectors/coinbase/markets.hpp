#pragma once

#include <string>
#include <string_view>

#include "connectors/kit/market_table.hpp"

namespace signalbox::coinbase {

using kit::MarketIndex;

/// One product. Pairs against USDC share the book of their USD twin: streams and events name the
/// twin ("BTC-USD") also for what was asked of the other ("BTC-USDC").
struct Market : kit::MarketBase {
  std::string book;           ///< the product whose book it trades on; most often its own
  bool market_orders = true;  ///< false: limit-only, post-only or an auction
  Decimal quote_step;         ///< of amounts of quote currency
};
using Markets = kit::MarketTable<Market>;

inline std::string_view book_of(const Market& market) {
  return market.book.empty() ? std::string_view{market.wire} : std::string_view{market.book};
}

/// The product that an event about `wire` belongs to: the loaded one of that name, else a loaded
/// one that trades on its book.
inline const Market* find_loaded(const Markets& markets, std::string_view wire) {
  if (const auto* market = markets.find_wire(wire)) return market;
  for (std::size_t i = 0; i < markets.size(); ++i)
    if (const auto& market = markets[static_cast<MarketIndex>(i)]; book_of(market) == wire)
      return &market;
  return nullptr;
}

}  // namespace signalbox::coinbase
