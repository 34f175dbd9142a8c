#include "actors/rules/rounding.hpp"

namespace signalbox {
namespace {

Price on_tick(Price price, const Instrument& instrument, Rounding rounding) {
  if (instrument.tick_size.is_zero()) return price;
  const auto rounded = Decimal::to_step(price.decimal(), instrument.tick_size.decimal(), rounding);
  return Price{rounded.value_or(price.decimal())};
}

constexpr Decimal hundred{100};

}  // namespace

Quantity to_lot(Quantity quantity, const Instrument& instrument) {
  if (!quantity.is_positive()) return {};
  if (instrument.lot_size.is_zero()) return quantity;
  const auto rounded =
      Decimal::to_step(quantity.decimal(), instrument.lot_size.decimal(), Rounding::floor);
  return Quantity{rounded.value_or(Decimal{})};
}

Price stop_to_tick(Price price, Side exit_side, const Instrument& instrument) {
  // A sell stop protects a long: higher is tighter.
  return on_tick(price, instrument, exit_side == Side::sell ? Rounding::ceil : Rounding::floor);
}

Price limit_to_tick(Price price, Side side, const Instrument& instrument) {
  return on_tick(price, instrument, side == Side::buy ? Rounding::floor : Rounding::ceil);
}

Price target_to_tick(Price price, Side exit_side, const Instrument& instrument) {
  return on_tick(price, instrument, exit_side == Side::sell ? Rounding::floor : Rounding::ceil);
}

OrderSpec to_spec(const WishedLeg& leg, const Instrument& instrument) {
  OrderSpec spec{.id = {},
                 .side = leg.side,
                 .kind = leg.kind,
                 .quantity = to_lot(leg.quantity, instrument),
                 .price = leg.price,
                 .trigger_price = leg.trigger_price,
                 .trigger = leg.trigger,
                 .time_in_force = leg.time_in_force,
                 .post_only = leg.post_only,
                 .reduce_only = leg.reduce_only};
  if (spec.trigger_price)
    spec.trigger_price = leg.leg.kind == LegKind::stop
                             ? stop_to_tick(*spec.trigger_price, leg.side, instrument)
                             : target_to_tick(*spec.trigger_price, leg.side, instrument);
  if (spec.price) {
    // A stop's limit lies past its trigger and only bounds the slippage: the looser tick fills.
    const bool exit = leg.leg.kind != LegKind::entry;
    spec.price = exit ? target_to_tick(*spec.price, leg.side, instrument)
                      : limit_to_tick(*spec.price, leg.side, instrument);
  }
  return spec;
}

bool meets_minimum(Quantity quantity, Price price, const Instrument& instrument) {
  if (!quantity.is_positive() || quantity < instrument.quantity_min) return false;
  if (instrument.notional_min.is_zero()) return true;
  return notional(price, quantity, Rounding::floor).value_or(Notional{}) >= instrument.notional_min;
}

std::optional<Price> average_price(Notional paid, Quantity quantity) {
  if (quantity.is_zero()) return std::nullopt;
  const auto average = Decimal::div(paid.decimal(), quantity.decimal(), Rounding::half_even);
  return Price{average.value_or(Decimal{})};
}

Price moved_by_percent(Price price, Decimal percent, bool up) {
  const auto share = Decimal::div(percent, hundred, Rounding::down);
  const auto moved =
      Decimal::mul(price.decimal(), share.value_or(Decimal{}), Rounding::down).value_or(Decimal{});
  return up ? price + Price{moved} : price - Price{moved};
}

}  // namespace signalbox
