#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <string_view>

#include "messages/instrument.hpp"

namespace signalbox::fuzz {

/// A fuzzer's bytes in memory of exactly their size: a read beyond them is found.
class Input {
 public:
  Input(const std::uint8_t* bytes, std::size_t size)
      : bytes_(std::make_unique<char[]>(size)), size_(size) {
    std::copy_n(bytes, size, bytes_.get());
  }
  std::string_view text() const { return {bytes_.get(), size_}; }

 private:
  std::unique_ptr<char[]> bytes_;
  std::size_t size_;
};

/// What must hold for every input; a fuzzer takes an abort for a finding.
inline void must(bool holds) {
  if (!holds) std::abort();
}

/// BTC against `quote`, with steps that the venues' recorded rows keep to.
inline Instrument bitcoin(std::string_view quote, bool linear = false) {
  Instrument i;
  const auto pair = "BTC/" + std::string{quote};
  i.symbol = Symbol{linear ? pair + ":" + std::string{quote} : pair};
  i.kind = linear ? MarketKind::linear : MarketKind::spot;
  i.base = Asset{"BTC"};
  i.quote = Asset{quote};
  i.tick_size = Price{*Decimal::parse("0.01")};
  i.lot_size = i.quantity_min = Quantity{*Decimal::parse("0.00001")};
  i.quantity_max = Quantity{*Decimal::parse("1000")};
  return i;
}

}  // namespace signalbox::fuzz
