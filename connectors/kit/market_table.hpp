#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "messages/instrument.hpp"

namespace signalbox::kit {

/// Position of a symbol in its table: never changes while the process lives.
using MarketIndex = std::uint32_t;

/// What every venue's market has; a venue adds its own to it.
struct MarketBase {
  MarketIndex index = 0;  ///< set by the table
  Instrument instrument;
  std::string wire;  ///< the venue's name for it
};

/// All symbols of a venue, by either name. A symbol that is gone after a reload is kept, not
/// trading: reports about it must still find their name. One thread, the owner's.
template <class Market>
class MarketTable {
 public:
  static constexpr std::size_t markets_max = 20'000;

  /// Adds a symbol, or replaces what is known of it. False: the table is full, or the venue now
  /// means something else by the name.
  [[nodiscard]] bool put(Market market) {
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
    if (kept.instrument.symbol != market.instrument.symbol) return false;
    by_wire_.erase(known);  // its key points into the name that is replaced
    market.index = kept.index;
    kept = std::move(market);
    by_wire_.emplace(kept.wire, &kept);
    return true;
  }
  /// Before a reload: whoever is not put again is no longer traded.
  void halt_all() {
    for (auto& market : markets_) market->instrument.trading = false;
  }

  const Market* find(const Symbol& symbol) const { return at(by_symbol_, symbol.view()); }
  const Market* find_wire(std::string_view wire) const { return at(by_wire_, wire); }
  const Market& operator[](MarketIndex index) const { return *markets_[index]; }
  std::size_t size() const { return markets_.size(); }
  bool empty() const { return markets_.empty(); }

 private:
  using Names = std::unordered_map<std::string_view, const Market*>;
  static const Market* at(const Names& names, std::string_view name) {
    const auto found = names.find(name);
    return found == names.end() ? nullptr : found->second;
  }

  std::vector<std::unique_ptr<Market>> markets_;
  Names by_symbol_;  // keys point into the markets, which never move
  Names by_wire_;
};

}  // namespace signalbox::kit
