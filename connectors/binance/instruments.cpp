#include "connectors/binance/instruments.hpp"

#include <algorithm>
#include <limits>

#include "connectors/binance/filters.hpp"
#include "connectors/binance/rate_limits.hpp"
#include "connectors/transport/json.hpp"

namespace signalbox::binance {
namespace {

tl::unexpected<Error> unreadable(std::string_view what) {
  return failed(Fault::bad_input, "exchangeInfo: " + std::string{what});
}

/// Missing means allowed: the venue itself refuses what it does not have.
bool flag(const JsonObject& from, std::string_view name) {
  const auto value = json_bool(from, name);
  return !value || *value;
}

void read_prevention(const JsonObject& from, Market& to) {
  auto modes = json_array(from, "allowedSelfTradePreventionModes");
  if (!modes) return;
  for (const auto element : *modes) {
    to.expire_maker |= element.text() == "EXPIRE_MAKER";
    to.expire_taker |= element.text() == "EXPIRE_TAKER";
  }
}

/// Nothing when this is no spot symbol that our names can carry.
Result<Market> read_market(const JsonObject& from) {
  const auto wire = json_text(from, "symbol");
  const auto status = json_text(from, "status");
  const auto base = json_text(from, "baseAsset");
  const auto base_digits = json_integer(from, "baseAssetPrecision");
  const auto quote = json_text(from, "quoteAsset");
  const auto quote_digits = json_integer(from, "quoteAssetPrecision");
  if (!wire || !status || !base || !base_digits || !quote || !quote_digits)
    return unreadable("a symbol lacks a field");
  if (wire->empty() || base->empty() || quote->empty() || !Asset::fits(*base) ||
      !Asset::fits(*quote))
    return unreadable("a name is empty or too long");

  Market market;
  market.wire = *wire;
  market.stream = stream_name(*wire);
  auto& instrument = market.instrument;
  instrument.base = Asset{*base};
  instrument.quote = Asset{*quote};
  const std::string symbol = instrument.base.str() + "/" + instrument.quote.str();
  if (!Symbol::fits(symbol)) return unreadable("a symbol is too long");
  instrument.symbol = Symbol{symbol};
  instrument.kind = MarketKind::spot;
  instrument.trading = *status == "TRADING";

  if (auto read = read_filters(from, instrument); !read) return tl::unexpected<Error>(read.error());
  // A zero step switches the rule off; what is left is the precision of the asset.
  constexpr std::int64_t digits_max = Decimal::fraction_digits;
  if (instrument.tick_size.is_zero())
    instrument.tick_size = Price{smallest(std::clamp<std::int64_t>(*quote_digits, 0, digits_max))};
  if (instrument.lot_size.is_zero())
    instrument.lot_size = Quantity{smallest(std::clamp<std::int64_t>(*base_digits, 0, digits_max))};

  market.oco = flag(from, "ocoAllowed");
  market.oto = flag(from, "otoAllowed");
  market.amend = flag(from, "amendAllowed");
  instrument.trading = instrument.trading && flag(from, "isSpotTradingAllowed");
  read_prevention(from, market);
  return market;
}

}  // namespace

Result<ExchangeInfo> read_exchange_info(JsonReader& json, std::string_view body) {
  auto root = json.object(body);
  if (!root) return tl::unexpected<Error>(root.error());
  ExchangeInfo info;

  auto limits = read_rate_limits(*root);
  if (!limits) return tl::unexpected<Error>(limits.error());
  info.limits = std::move(*limits);

  auto symbols = json_array(*root, "symbols");
  if (!symbols) return tl::unexpected<Error>(symbols.error());
  for (const auto element : *symbols) {
    const auto object = element.object();
    if (!object) return unreadable("a symbol is not an object");
    if (info.markets.size() == Markets::markets_max) return unreadable("too many symbols");
    if (auto market = read_market(*object))
      info.markets.push_back(std::move(*market));
    else
      ++info.skipped;
  }
  return info;
}

}  // namespace signalbox::binance
