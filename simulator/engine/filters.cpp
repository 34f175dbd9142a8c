#include "simulator/engine/filters.hpp"

#include "simulator/engine/money.hpp"

namespace signalbox::simulator {
namespace {

bool price_fits(const MarketSpec& m, Price p) {
  if (!p.is_positive() || p.decimal() > amount_max) return false;
  if (!m.price_min.is_zero() && p < m.price_min) return false;
  if (!m.price_max.is_zero() && p > m.price_max) return false;
  return on_step(p.decimal(), m.instrument.tick_size.decimal());
}

bool quantity_fits(const Instrument& i, Quantity q) {
  if (!q.is_positive() || q.decimal() > amount_max) return false;
  if (!i.quantity_min.is_zero() && q < i.quantity_min) return false;
  if (!i.quantity_max.is_zero() && q > i.quantity_max) return false;
  return on_step(q.decimal(), i.lot_size.decimal());
}

bool within(Decimal price, Decimal reference, Decimal down, Decimal up) {
  const auto low = Decimal::mul(reference, down, Rounding::down);
  const auto high = Decimal::mul(reference, up, Rounding::up);
  return (down.is_zero() || (low && price >= *low)) && (up.is_zero() || (high && price <= *high));
}

bool in_band(const Instrument& i, Side side, Price price, Price reference) {
  if (reference.is_zero()) return true;
  return side == Side::buy
             ? within(price.decimal(), reference.decimal(), i.buy_band_down, i.buy_band_up)
             : within(price.decimal(), reference.decimal(), i.sell_band_down, i.sell_band_up);
}

}  // namespace

std::optional<Reject> why_notional(const MarketSpec& market, OrderType type, Price at,
                                   Quantity quantity) {
  const auto value = Decimal::mul(at.decimal(), quantity.decimal(), Rounding::down);
  if (!value || *value > amount_max) return Reject::notional;
  const bool by_market = !has_price(type);
  const auto& i = market.instrument;
  if ((!by_market || market.notional_min_for_market) && *value < i.notional_min.decimal())
    return Reject::notional;
  if ((!by_market || market.notional_max_for_market) && !i.notional_max.is_zero() &&
      *value > i.notional_max.decimal())
    return Reject::notional;
  return std::nullopt;
}

std::optional<Reject> why_filtered(const MarketSpec& market, const NewOrder& order,
                                   Price reference) {
  const auto& i = market.instrument;
  if (has_price(order.type)) {
    if (!price_fits(market, order.price)) return Reject::price_filter;
    if (!in_band(i, order.side, order.price, reference)) return Reject::percent_price;
  }
  if (is_conditional(order.type) && !price_fits(market, order.stop_price))
    return Reject::price_filter;

  if (order.type == OrderType::market && order.for_quote.is_positive()) {
    if (order.for_quote.decimal() > amount_max) return Reject::notional;
    if (market.notional_min_for_market && order.for_quote < i.notional_min) return Reject::notional;
    return std::nullopt;
  }
  if (!quantity_fits(i, order.quantity)) return Reject::lot_size;
  if (!has_price(order.type) && !i.market_quantity_max.is_zero() &&
      order.quantity > i.market_quantity_max)
    return Reject::market_lot_size;

  const auto at = has_price(order.type)        ? order.price
                  : is_conditional(order.type) ? order.stop_price
                                               : reference;
  return why_notional(market, order.type, at, order.quantity);
}

}  // namespace signalbox::simulator
