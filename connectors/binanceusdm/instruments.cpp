#include "connectors/binanceusdm/instruments.hpp"

#include <algorithm>

#include "connectors/binance/filters.hpp"
#include "connectors/binance/markets.hpp"
#include "connectors/binance/rate_limits.hpp"
#include "connectors/kit/take.hpp"

namespace signalbox::binanceusdm {
namespace {

/// Of conditional orders on one symbol; the filter that said so is gone from the answer.
constexpr std::uint16_t conditional_orders_max = 200;

tl::unexpected<Error> unreadable(std::string_view what) {
  return failed(Fault::bad_input, "exchangeInfo: " + std::string{what});
}

Result<Market> read_market(const JsonObject& from) {
  const auto wire = json_text(from, "symbol");
  const auto contract = json_text(from, "contractType");
  const auto status = json_text(from, "status");
  const auto base = json_text(from, "baseAsset");
  const auto quote = json_text(from, "quoteAsset");
  const auto margin = json_text(from, "marginAsset");
  if (!wire || !contract || !status || !base || !quote || !margin || wire->empty())
    return unreadable("a symbol lacks a field");
  if (*contract != "PERPETUAL" || *quote != *margin) return unreadable("another kind of contract");
  if (base->empty() || quote->empty() || !Asset::fits(*base) || !Asset::fits(*quote))
    return unreadable("a name is empty or too long");

  Market market;
  market.wire = *wire;
  market.stream = binance::stream_name(*wire);
  auto& instrument = market.instrument;
  instrument.base = Asset{*base};
  instrument.quote = Asset{*quote};
  const auto symbol =
      instrument.base.str() + "/" + instrument.quote.str() + ":" + instrument.quote.str();
  if (!Symbol::fits(symbol)) return unreadable("a symbol is too long");
  instrument.symbol = Symbol{symbol};
  instrument.kind = MarketKind::linear;
  instrument.trading = *status == "TRADING";
  instrument.conditional_orders_max = conditional_orders_max;
  if (auto read = binance::read_filters(from, instrument); !read) return pass(read);
  // Precisions are not steps here: without the filters nothing is known.
  if (instrument.tick_size.is_zero() || instrument.lot_size.is_zero())
    return unreadable("a symbol has no tick or lot size");
  return market;
}

}  // namespace

Result<ExchangeInfo> read_exchange_info(JsonReader& json, std::string_view body,
                                        const std::vector<Symbol>& wanted) {
  auto root = json.object(body);
  if (!root) return pass(root);
  ExchangeInfo info;
  auto limits = binance::read_rate_limits(*root);
  if (!limits) return pass(limits);
  info.limits = std::move(*limits);

  auto symbols = json_array(*root, "symbols");
  if (!symbols) return pass(symbols);
  for (const auto element : *symbols) {
    const auto object = element.object();
    if (!object) return unreadable("a symbol is not an object");
    if (info.markets.size() == Markets::markets_max) return unreadable("too many symbols");
    auto market = read_market(*object);
    const bool is_wanted =
        market && (wanted.empty() || std::find(wanted.begin(), wanted.end(),
                                               market->instrument.symbol) != wanted.end());
    if (is_wanted)
      info.markets.push_back(std::move(*market));
    else if (!market)
      ++info.skipped;
  }
  return info;
}

}  // namespace signalbox::binanceusdm
