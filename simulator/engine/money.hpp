#pragma once

#include <cassert>

#include "messages/value.hpp"

namespace signalbox::simulator {

/// Products of amounts that passed the filters: these cannot overflow, and if one does the books
/// are wrong already.
inline Decimal times(Decimal a, Decimal b, Rounding rounding) {
  const auto product = Decimal::mul(a, b, rounding);
  assert(product);
  return *product;
}

/// What buying at a price takes from a balance at most.
inline Notional cost_of(Price p, Quantity q) {
  return Notional{times(p.decimal(), q.decimal(), Rounding::up)};
}

/// What changes hands in a trade. Exact for every real tick and lot.
inline Notional value_of(Price p, Quantity q) {
  return Notional{times(p.decimal(), q.decimal(), Rounding::down)};
}

inline Quantity to_lot(Quantity q, Quantity lot) {
  if (lot.is_zero()) return q;
  const auto rounded = Decimal::to_step(q.decimal(), lot.decimal(), Rounding::down);
  assert(rounded);
  return Quantity{*rounded};
}

inline bool on_step(Decimal value, Decimal step) {
  if (step.is_zero()) return true;
  const auto rounded = Decimal::to_step(value, step, Rounding::down);
  return rounded && *rounded == value;
}

}  // namespace signalbox::simulator
