#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "connectors/kit/market_table.hpp"

namespace signalbox::okx {

using kit::MarketIndex;

/// One symbol. `wire` is the venue's instId: "BTC-USDT", "BTC-USDT-SWAP".
struct Market : kit::MarketBase {
  /// How much base one unit of the venue's `sz` is: 1 on spot, the contract's value on swaps.
  Decimal unit{1};
  std::optional<std::int64_t> code;  ///< instIdCode, for order entry over the websocket

  bool is_swap() const { return instrument.kind == MarketKind::linear; }
  std::string_view type() const { return is_swap() ? "SWAP" : "SPOT"; }
};

using Markets = kit::MarketTable<Market>;

/// Base to the venue's size and back. Nothing when it does not come out even or does not fit:
/// a quantity is never rounded here.
inline std::optional<Decimal> to_size(Quantity base, const Market& market) {
  const auto size = Decimal::div(base.decimal(), market.unit, Rounding::exact);
  return size ? std::optional{*size} : std::nullopt;
}
inline std::optional<Quantity> to_base(Decimal size, const Market& market) {
  const auto base = Decimal::mul(size, market.unit, Rounding::exact);
  return base ? std::optional{Quantity{*base}} : std::nullopt;
}

}  // namespace signalbox::okx
