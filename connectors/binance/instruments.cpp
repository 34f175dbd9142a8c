#include "connectors/binance/instruments.hpp"

#include <algorithm>
#include <limits>

#include "connectors/transport/json.hpp"

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

Decimal smallest(std::int64_t digits) {
  auto raw = Int128{Decimal::one_raw};
  for (std::int64_t i = 0; i < digits; ++i) raw /= 10;
  return Decimal::from_raw(raw);
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
    // A symbol has one or the other or both: the stricter minimum holds.
    Notional least;
    if (auto read = take(filter, "minNotional", least)(); !read) return read;
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
  if (is("MAX_NUM_ORDERS")) return counted("maxNumOrders", to.orders_max);
  if (is("MAX_NUM_ALGO_ORDERS")) return counted("maxNumAlgoOrders", to.conditional_orders_max);
  return {};
}

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

struct Interval {
  std::string_view name;
  std::string_view letter;  // in the headers
  Duration length;
};
constexpr auto intervals = std::array{Interval{"SECOND", "S", std::chrono::seconds{1}},
                                      Interval{"MINUTE", "M", std::chrono::minutes{1}},
                                      Interval{"HOUR", "H", std::chrono::hours{1}},
                                      Interval{"DAY", "D", std::chrono::hours{24}}};

/// Nothing for kinds of limits this build does not know.
std::optional<PaceLimit> read_limit(const JsonObject& from) {
  const auto type = json_text(from, "rateLimitType");
  const auto interval = json_text(from, "interval");
  const auto number = json_integer(from, "intervalNum");
  const auto most = json_integer(from, "limit");
  if (!type || !interval || !number || !most || *number < 1 || *number > 10'000 || *most < 1 ||
      *most > std::numeric_limits<std::uint32_t>::max())
    return std::nullopt;
  const auto* named = std::find_if(intervals.begin(), intervals.end(),
                                   [&](const Interval& i) { return i.name == *interval; });
  if (named == intervals.end()) return std::nullopt;

  PaceLimit limit;
  limit.window = named->length * *number;
  limit.most = static_cast<std::uint32_t>(*most);
  const auto suffix = std::to_string(*number) + std::string{named->letter};
  if (*type == "REQUEST_WEIGHT") {
    limit.counts = PaceLimit::Counts::weight;
    limit.used_header = "X-MBX-USED-WEIGHT-" + suffix;
  } else if (*type == "ORDERS") {
    limit.counts = PaceLimit::Counts::orders;
    limit.used_header = "X-MBX-ORDER-COUNT-" + suffix;
  } else if (*type == "RAW_REQUESTS") {
    limit.counts = PaceLimit::Counts::requests;
  } else {
    return std::nullopt;
  }
  return limit;
}

}  // namespace

Result<ExchangeInfo> read_exchange_info(JsonReader& json, std::string_view body) {
  auto root = json.object(body);
  if (!root) return tl::unexpected<Error>(root.error());
  ExchangeInfo info;

  if (auto limits = json_array(*root, "rateLimits")) {
    for (const auto element : *limits) {
      const auto object = element.object();
      if (!object) return unreadable("a rate limit is not an object");
      auto limit = read_limit(*object);
      if (limit && info.limits.size() < Pacer::limits_max) info.limits.push_back(std::move(*limit));
    }
  }

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
