#include "connectors/binance/filters.hpp"

#include <algorithm>
#include <limits>

namespace signalbox::binance {
namespace {

tl::unexpected<Error> unreadable(std::string_view what) {
  return failed(Fault::bad_input, "exchangeInfo: " + std::string{what});
}

/// A limit of ours from one of the venue's. Values over `amount_max` are the venue's "no limit".
Result<Decimal> limit(const JsonObject& from, std::string_view name) {
  auto value = json_decimal(from, name);
  if (value && value->is_negative()) return unreadable("a negative limit");
  if (value && *value > amount_max) return Decimal{};
  return value;
}

std::uint16_t count(std::int64_t n) {
  return static_cast<std::uint16_t>(
      std::clamp<std::int64_t>(n, 0, std::numeric_limits<std::uint16_t>::max()));
}

/// Reads into several places, stops at the first that fails.
template <class... Sets>
Result<void> all(Sets&&... sets) {
  Result<void> result;
  static_cast<void>(((result = sets()) && ...));
  return result;
}

auto take(const JsonObject& filter, std::string_view name, auto& into) {
  return [&filter, name, &into]() -> Result<void> {
    auto value = limit(filter, name);
    if (!value) return tl::unexpected<Error>(value.error());
    into = std::remove_reference_t<decltype(into)>{*value};
    return {};
  };
}

Result<void> read_filter(const JsonObject& filter, Instrument& to) {
  const auto type = json_text(filter, "filterType");
  if (!type) return tl::unexpected<Error>(type.error());
  const auto is = [&](std::string_view name) { return *type == name; };

  if (is("PRICE_FILTER")) return take(filter, "tickSize", to.tick_size)();
  if (is("LOT_SIZE"))
    return all(take(filter, "minQty", to.quantity_min), take(filter, "maxQty", to.quantity_max),
               take(filter, "stepSize", to.lot_size));
  if (is("MARKET_LOT_SIZE")) return take(filter, "maxQty", to.market_quantity_max)();
  if (is("NOTIONAL") || is("MIN_NOTIONAL")) {
    // A symbol has one or the other or both: the stricter minimum holds. Futures name it shorter.
    Notional least;
    const auto name = filter.find("minNotional") ? "minNotional" : "notional";
    if (auto read = take(filter, name, least)(); !read) return read;
    to.notional_min = std::max(to.notional_min, least);
    if (is("MIN_NOTIONAL")) return {};
    return take(filter, "maxNotional", to.notional_max)();
  }
  if (is("PERCENT_PRICE_BY_SIDE"))
    return all(take(filter, "bidMultiplierUp", to.buy_band_up),
               take(filter, "bidMultiplierDown", to.buy_band_down),
               take(filter, "askMultiplierUp", to.sell_band_up),
               take(filter, "askMultiplierDown", to.sell_band_down));
  if (is("PERCENT_PRICE")) {
    auto read = all(take(filter, "multiplierUp", to.buy_band_up),
                    take(filter, "multiplierDown", to.buy_band_down));
    to.sell_band_up = to.buy_band_up;
    to.sell_band_down = to.buy_band_down;
    return read;
  }
  const auto counted = [&](std::string_view name, std::uint16_t& into) -> Result<void> {
    const auto most = json_integer(filter, name);
    if (!most) return tl::unexpected<Error>(most.error());
    into = count(*most);
    return {};
  };
  if (is("MAX_NUM_ORDERS"))
    return counted(filter.find("maxNumOrders") ? "maxNumOrders" : "limit", to.orders_max);
  if (is("MAX_NUM_ALGO_ORDERS"))
    return counted(filter.find("maxNumAlgoOrders") ? "maxNumAlgoOrders" : "limit",
                   to.conditional_orders_max);
  return {};
}

}  // namespace

Result<void> read_filters(const JsonObject& from, Instrument& to) {
  auto filters = json_array(from, "filters");
  if (!filters) return tl::unexpected<Error>(filters.error());
  for (const auto element : *filters) {
    const auto filter = element.object();
    if (!filter) return unreadable("a filter is not an object");
    if (auto read = read_filter(*filter, to); !read) return read;
  }
  return {};
}

Decimal smallest(std::int64_t digits) {
  auto raw = Int128{Decimal::one_raw};
  for (std::int64_t i = 0; i < digits; ++i) raw /= 10;
  return Decimal::from_raw(raw);
}

}  // namespace signalbox::binance
