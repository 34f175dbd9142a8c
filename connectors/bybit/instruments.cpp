#include "connectors/bybit/instruments.hpp"

#include "connectors/bybit/take.hpp"
#include "connectors/transport/json.hpp"

namespace signalbox::bybit {
namespace {

// The venue's own bounds, which no answer carries.
constexpr std::uint16_t linear_orders_max = 500;
constexpr std::uint16_t linear_conditional_max = 10;
constexpr std::uint16_t spot_orders_max = 500;  // of the account
constexpr std::uint16_t spot_conditional_max = 30;

tl::unexpected<Error> unreadable(std::string_view what) {
  return failed(Fault::bad_input, "instruments-info: " + std::string{what});
}

/// A limit of ours from one of the venue's; absent, empty or beyond all bounds: none.
Result<Decimal> limit(const JsonObject& from, std::string_view name) {
  const auto field = from.find(name);
  if (!field || field->is_null() || field->text() == "") return Decimal{};
  auto value = json_decimal(*field, name);
  if (value && value->is_negative()) return unreadable("a negative limit");
  if (value && *value > amount_max) return Decimal{};
  return value;
}

/// Reads into several places, stops at the first that fails.
template <class... Sets>
Result<void> all(Sets&&... sets) {
  Result<void> result;
  static_cast<void>(((result = sets()) && ...));
  return result;
}

auto into(const JsonObject& from, std::string_view name, auto& to) {
  return [&from, name, &to]() -> Result<void> {
    auto value = limit(from, name);
    if (!value) return pass(value);
    to = std::remove_reference_t<decltype(to)>{*value};
    return {};
  };
}

/// Of a price against the market's: the wider of the two, because which one counts depends on the
/// state of the market, and an order that the venue might take must not be refused here.
Result<void> read_bands(const JsonObject& from, Instrument& to) {
  const auto risk = json_object(from, "riskParameters");
  if (!risk) return {};
  Decimal narrow, wide;
  auto read = all(into(*risk, "priceLimitRatioX", narrow), into(*risk, "priceLimitRatioY", wide));
  const auto band = std::max(narrow, wide);
  if (!read || band.is_zero() || band >= Decimal{1}) return read;
  // A purchase may not be too dear, a sale not too cheap; the other side has no bound.
  to.buy_band_up = Decimal{1} + band;
  to.sell_band_down = Decimal{1} - band;
  return read;
}

Result<void> read_linear(const JsonObject& lots, Market& to) {
  auto& i = to.instrument;
  return all(into(lots, "qtyStep", i.lot_size), into(lots, "minOrderQty", i.quantity_min),
             into(lots, "maxOrderQty", i.quantity_max),
             into(lots, "maxMktOrderQty", i.market_quantity_max),
             into(lots, "postOnlyMaxOrderQty", to.post_only_max),
             into(lots, "minNotionalValue", i.notional_min));
}

Result<void> read_spot(const JsonObject& lots, Market& to) {
  auto& i = to.instrument;
  Quantity old_max;
  // The plain bounds of a quantity are deprecated; what is left of them may still be enforced.
  auto read = all(
      into(lots, "basePrecision", i.lot_size), into(lots, "minOrderQty", i.quantity_min),
      into(lots, "maxLimitOrderQty", i.quantity_max),
      into(lots, "maxMarketOrderQty", i.market_quantity_max), into(lots, "maxOrderQty", old_max),
      into(lots, "postOnlyMaxLimitOrderSize", to.post_only_max),
      into(lots, "minOrderAmt", i.notional_min), into(lots, "maxOrderAmt", i.notional_max));
  if (i.quantity_max.is_zero()) i.quantity_max = old_max;
  if (i.quantity_min.is_zero()) i.quantity_min = i.lot_size;
  return read;
}

/// Nothing when this is nothing that we trade, or a name that ours cannot carry.
Result<Market> read_market(const JsonObject& from, Category category) {
  const auto name = json_text(from, "symbol");
  const auto status = json_text(from, "status");
  const auto base = json_text(from, "baseCoin");
  const auto quote = json_text(from, "quoteCoin");
  if (!name || !status || !base || !quote) return unreadable("an instrument lacks a field");
  if (!is_plain_name(*name) || base->empty() || quote->empty() || !Asset::fits(*base) ||
      !Asset::fits(*quote))
    return unreadable("a name cannot be carried");
  const bool linear = category == Category::linear;

  Market market;
  market.category = category;
  market.name = *name;
  market.wire = table_name(category, *name);
  auto& instrument = market.instrument;
  instrument.base = Asset{*base};
  instrument.quote = Asset{*quote};
  auto symbol = instrument.base.str() + "/" + instrument.quote.str();
  if (linear) {
    const auto contract = json_text(from, "contractType");
    const auto settle = json_text(from, "settleCoin");
    if (!contract || *contract != "LinearPerpetual") return unreadable("no linear perpetual");
    if (!settle || settle->empty() || !Asset::fits(*settle)) return unreadable("no settle coin");
    market.settle = Asset{*settle};
    symbol += ":" + market.settle.str();
  }
  if (!Symbol::fits(symbol)) return unreadable("a symbol is too long");
  instrument.symbol = Symbol{symbol};
  instrument.kind = linear ? MarketKind::linear : MarketKind::spot;
  instrument.trading = *status == "Trading";
  instrument.orders_max = linear ? linear_orders_max : spot_orders_max;
  instrument.conditional_orders_max = linear ? linear_conditional_max : spot_conditional_max;

  const auto prices = json_object(from, "priceFilter");
  const auto lots = json_object(from, "lotSizeFilter");
  if (!prices || !lots) return unreadable("an instrument lacks its filters");
  auto read = all(
      into(*prices, "tickSize", instrument.tick_size),
      [&] { return linear ? read_linear(*lots, market) : read_spot(*lots, market); },
      [&] { return read_bands(from, instrument); });
  if (!read) return pass(read);
  if (!instrument.tick_size.is_positive() || !instrument.lot_size.is_positive())
    return unreadable("an instrument has no steps");
  return market;
}

}  // namespace

Result<InstrumentsPage> read_instruments(JsonReader& json, std::string_view body,
                                         Category category) {
  auto root = json.object(body);
  if (!root) return pass(root);
  auto result = json_object(*root, "result");
  if (!result) return pass(result);
  auto list = json_array(*result, "list");
  if (!list) return pass(list);
  InstrumentsPage page;
  if (const auto cursor = json_text_if(*result, "nextPageCursor"); cursor && *cursor)
    page.cursor = **cursor;
  auto read = for_objects(*list, Markets::markets_max, [&](const JsonObject& one) -> Result<void> {
    if (auto market = read_market(one, category))
      page.markets.push_back(std::move(*market));
    else
      ++page.skipped;
    return {};
  });
  if (!read) return pass(read);
  return page;
}

}  // namespace signalbox::bybit
