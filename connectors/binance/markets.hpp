#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "messages/instrument.hpp"

namespace signalbox::binance {

/// Position of a symbol in `Markets`: never changes while the process lives.
using MarketIndex = std::uint32_t;

/// One symbol: ours and the venue's name for it, and what may be done with it.
struct Market {
  MarketIndex index = 0;  ///< set by `Markets`
  Instrument instrument;
  std::string wire;    ///< "BTCUSDT", in UTF-8
  std::string stream;  ///< "btcusdt", as stream names spell it
  bool oco = true;
  bool oto = true;
  bool amend = true;
  /// Which of the venue's self-trade preventions this symbol allows.
  bool expire_maker = false;
  bool expire_taker = false;
};

/// All symbols of the venue, by either name. A symbol that is gone after a reload is kept, not
/// trading: reports about it must still find their name. One thread, the owner's.
class Markets {
 public:
  static constexpr std::size_t markets_max = 20'000;

  /// Adds a symbol, or replaces what is known of it. False: the table is full.
  [[nodiscard]] bool put(Market market);
  /// Before a reload: whoever is not put again is no longer traded.
  void halt_all();

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

/// How the venue spells a symbol, for asking before its table is loaded: "BTC/USDT" → "BTCUSDT".
std::string wire_guess(const Symbol& symbol);

}  // namespace signalbox::binance
