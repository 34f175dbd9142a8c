#include "connectors/kit/order_checks.hpp"

#include <algorithm>
#include <string>

namespace signalbox::kit {
namespace {

bool on_step(Decimal value, Decimal step) {
  const auto rounded = Decimal::to_step(value, step, Rounding::down);
  return rounded && *rounded == value;
}

}  // namespace

std::optional<Rejection> check_price(const std::optional<Price>& price, bool wanted,
                                     std::string_view name, const Instrument& instrument) {
  const std::string field{name};
  if (price.has_value() != wanted)
    return no(Refusal::invalid, wanted ? "this kind of order needs a " + field
                                       : "this kind of order has no " + field);
  if (!wanted) return std::nullopt;
  if (!price->is_positive()) return no(Refusal::invalid, field + " is not above zero");
  if (!on_step(price->decimal(), instrument.tick_size.decimal()))
    return no(Refusal::precision, field + " is not a multiple of " + instrument.tick_size.str());
  return std::nullopt;
}

std::optional<Rejection> check_quantity(Quantity quantity, OrderKind kind,
                                        const Instrument& instrument) {
  if (!quantity.is_positive()) return no(Refusal::invalid, "quantity is not above zero");
  if (quantity < instrument.quantity_min)
    return no(Refusal::minimum, "quantity is below " + instrument.quantity_min.str());
  if (!on_step(quantity.decimal(), instrument.lot_size.decimal()))
    return no(Refusal::precision, "quantity is not a multiple of " + instrument.lot_size.str());
  const auto most = kind == OrderKind::market && !instrument.market_quantity_max.is_zero()
                        ? instrument.market_quantity_max
                        : instrument.quantity_max;
  if (!most.is_zero() && quantity > most)
    return no(Refusal::maximum, "quantity is above " + most.str());
  return std::nullopt;
}

bool is_plain_client_id(std::string_view id) {
  return !id.empty() && std::all_of(id.begin(), id.end(), [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-' ||
           c == '_';
  });
}

bool ids_repeat(const PlaceOrders& orders) {
  const auto& all = orders.orders;
  for (std::size_t i = 0; i < all.size(); ++i)
    for (std::size_t j = i + 1; j < all.size(); ++j)
      if (all[i].id == all[j].id) return true;
  return false;
}

}  // namespace signalbox::kit
