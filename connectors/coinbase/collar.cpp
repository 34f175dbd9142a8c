#include "connectors/coinbase/collar.hpp"

namespace signalbox::coinbase {

std::optional<Price> collar(Price trigger, Side side, const Instrument& instrument) {
  const Decimal percent{side == Side::sell ? 100 - collar_percent : 100 + collar_percent};
  const auto scaled = Decimal::mul(trigger.decimal(), percent, Rounding::half_even);
  if (!scaled) return std::nullopt;
  const auto limit = Decimal::div(*scaled, Decimal{100}, Rounding::half_even);
  if (!limit) return std::nullopt;
  // Away from the market: a limit that is wider fills sooner.
  const auto rounding = side == Side::sell ? Rounding::down : Rounding::up;
  const auto on_tick = Decimal::to_step(*limit, instrument.tick_size.decimal(), rounding);
  if (!on_tick || !on_tick->is_positive()) return std::nullopt;
  return Price{*on_tick};
}

}  // namespace signalbox::coinbase
