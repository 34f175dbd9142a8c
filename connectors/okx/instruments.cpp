#include "connectors/okx/instruments.hpp"

#include <algorithm>

#include "connectors/okx/fields.hpp"

namespace signalbox::okx {
namespace {

using kit::pass;

// Per instrument, from the venue's documents; the answer does not carry them.
constexpr std::uint16_t orders_max = 500;
constexpr std::uint16_t exits_max = 100;  // TP/SL, pairs included

tl::unexpected<Error> unreadable(std::string_view what) {
  return failed(Fault::bad_input, "instruments: " + std::string{what});
}

/// It goes into requests as it is.
bool is_wire_name(std::string_view name) {
  return !name.empty() && name.size() <= 64 && std::all_of(name.begin(), name.end(), [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '-' ||
           c == '_';
  });
}

struct Names {
  std::string_view base, quote, settle;
};

Result<Names> names_of(const JsonObject& from, bool is_swap) {
  Names names{text_or_none(from, "baseCcy"), text_or_none(from, "quoteCcy"), {}};
  if (!is_swap) return names;
  // A swap names its coins only by its family, "BTC-USDT".
  const auto family = text_or_none(from, "instFamily");
  const auto dash = family.find('-');
  if (dash == family.npos) return unreadable("a swap without a family");
  names = {family.substr(0, dash), family.substr(dash + 1), text_or_none(from, "settleCcy")};
  return names;
}

/// A limit in the venue's sizes as a limit in base; missing, zero or over all bounds: none.
Result<Quantity> limit(const JsonObject& from, std::string_view name, const Market& market) {
  const auto value = number_if(from, name);
  if (!value) return Quantity{};
  if (!*value || !(*value)->is_positive()) return Quantity{};
  const auto base = to_base(**value, market);
  return base && base->decimal() <= amount_max ? *base : Quantity{};
}

Result<Quantity> step(const JsonObject& from, std::string_view name, const Market& market) {
  const auto value = amount_of(from, name);
  if (!value) return pass(value);
  const auto base = to_base(*value, market);
  if (!base || !base->is_positive()) return unreadable("a step that is no step");
  return *base;
}

Result<void> read_contract(const JsonObject& from, const Names& names, Market& to) {
  if (text_or_none(from, "ctType") != "linear" || names.settle != names.quote)
    return unreadable("an inverse swap");
  if (const auto coin = text_or_none(from, "ctValCcy"); !coin.empty() && coin != names.base)
    return unreadable("a contract that is not worth base");
  const auto value = amount_of(from, "ctVal");
  const auto multiplier = number_if(from, "ctMult");
  if (!value) return pass(value);
  if (!multiplier) return pass(multiplier);
  const auto unit = Decimal::mul(*value, multiplier->value_or(Decimal{1}), Rounding::exact);
  if (!unit || !unit->is_positive()) return unreadable("a contract without a value");
  to.unit = *unit;
  return {};
}

Result<Market> read_market(const JsonObject& from) {
  const auto type = text_or_none(from, "instType");
  const auto wire = text_or_none(from, "instId");
  const bool is_swap = type == "SWAP";
  if (!is_swap && type != "SPOT") return unreadable("a type we do not trade");
  if (!is_wire_name(wire)) return unreadable("a name that is none");
  const auto names = names_of(from, is_swap);
  if (!names) return pass(names);
  if (names->base.empty() || names->quote.empty() || !Asset::fits(names->base) ||
      !Asset::fits(names->quote))
    return unreadable("a coin's name is empty or too long");

  Market market;
  market.wire = wire;
  auto& instrument = market.instrument;
  instrument.kind = is_swap ? MarketKind::linear : MarketKind::spot;
  instrument.base = Asset{names->base};
  instrument.quote = Asset{names->quote};
  std::string symbol = instrument.base.str() + "/" + instrument.quote.str();
  if (is_swap) symbol.append(":").append(names->settle);
  if (!Symbol::fits(symbol)) return unreadable("a symbol is too long");
  instrument.symbol = Symbol{symbol};
  instrument.trading = text_or_none(from, "state") == "live";
  if (is_swap)
    if (auto read = read_contract(from, *names, market); !read) return pass(read);

  const auto tick = amount_of(from, "tickSz");
  const auto lot = step(from, "lotSz", market);
  const auto least = step(from, "minSz", market);
  const auto most = limit(from, "maxLmtSz", market);
  if (!tick) return pass(tick);
  if (!tick->is_positive()) return unreadable("a tick that is no tick");
  if (!lot) return pass(lot);
  if (!least) return pass(least);
  instrument.tick_size = Price{*tick};
  instrument.lot_size = *lot;
  instrument.quantity_min = *least;
  instrument.quantity_max = *most;
  // On spot the venue states it in quote currency, which is no quantity.
  if (is_swap) instrument.market_quantity_max = *limit(from, "maxMktSz", market);
  instrument.orders_max = orders_max;
  instrument.conditional_orders_max = exits_max;
  instrument.fee_in_base = !is_swap;
  std::int64_t code = 0;
  if (const auto member = from.find("instIdCode"))
    if (take_whole(*member, code) && code > 0) market.code = code;
  return market;
}

}  // namespace

Result<InstrumentList> read_instruments(JsonReader& json, std::string_view body) {
  auto root = json.object(body);
  if (!root) return pass(root);
  auto rows = json_array(*root, "data");
  if (!rows) return pass(rows);
  InstrumentList list;
  for (const auto element : *rows) {
    const auto object = element.object();
    if (!object) return unreadable("a row is not an object");
    if (list.markets.size() == Markets::markets_max) return unreadable("too many symbols");
    if (auto market = read_market(*object))
      list.markets.push_back(std::move(*market));
    else
      ++list.skipped;
  }
  return list;
}

std::string wire_guess(const Symbol& symbol) {
  std::string wire = symbol.str();
  const auto colon = wire.find(':');
  if (colon != wire.npos) wire = wire.substr(0, colon) + "-SWAP";
  std::replace(wire.begin(), wire.end(), '/', '-');
  return wire;
}

}  // namespace signalbox::okx
