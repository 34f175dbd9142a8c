#include "connectors/kraken/instruments.hpp"

#include <string>

#include "connectors/kraken/take.hpp"
#include "connectors/transport/json.hpp"

namespace signalbox::kraken {
namespace {

// The venue's own bound on open orders of a pair, for accounts of the lowest level; the answer
// does not carry it.
constexpr std::uint16_t orders_of_pair_max = 60;

tl::unexpected<Error> unreadable(std::string_view what) {
  return failed(Fault::bad_input, "AssetPairs: " + std::string{what});
}

std::string text_in(const JsonObject& from, std::string_view name) {
  const auto text = json_text_if(from, name);
  return text ? std::string{text->value_or("")} : std::string{};
}

/// A filter: absent is zero, unreadable an error.
Result<Decimal> filter(const JsonObject& from, std::string_view name) {
  std::optional<Decimal> value;
  if (const auto field = from.find(name))
    if (auto read = take_amount(*field, value); !read) return pass(read);
  return value.value_or(Decimal{});
}

/// 10^-digits.
std::optional<Decimal> step_of(std::int64_t digits) {
  if (digits < 0 || digits > Decimal::fraction_digits) return std::nullopt;
  Int128 raw = Decimal::one_raw;
  for (std::int64_t i = 0; i < digits; ++i) raw /= 10;
  return Decimal::from_raw(raw);
}

/// The dearest row of [[volume, percent], …], as a fraction. Nothing where there is none.
std::optional<Decimal> worst_fee(const JsonObject& from) {
  const auto rows = json_array(from, "fees");
  if (!rows) return std::nullopt;
  std::optional<Decimal> worst;
  for (const auto element : *rows) {
    const auto row = element.array();
    if (!row) return std::nullopt;
    std::size_t place = 0;
    for (const auto value : *row) {
      if (place++ != 1) continue;
      const auto digits = value.number() ? value.number() : value.text();
      const auto percent = digits ? decimal_in(*digits) : std::nullopt;
      if (!percent || percent->is_negative() || *percent > Decimal{100}) return std::nullopt;
      if (!worst || *percent > *worst) worst = percent;
    }
  }
  if (!worst) return std::nullopt;
  const auto fraction = Decimal::div(*worst, Decimal{100}, Rounding::up);
  return fraction ? std::optional{*fraction} : std::nullopt;
}

Result<Market> read_pair(std::string_view id, const JsonObject& from, const AssetNames& names) {
  Market market;
  market.wire = std::string{id};
  market.alt_name = text_in(from, "altname");
  market.stream_name = stream_name_of(text_in(from, "wsname"));
  const auto asset_class = text_in(from, "aclass_base");
  if (!asset_class.empty() && asset_class != "currency") return unreadable("no currency");
  if (!is_plain_name(id) || market.stream_name.empty()) return unreadable("no name of a stream");
  const auto base = names.name_of(text_in(from, "base"));
  const auto quote = names.name_of(text_in(from, "quote"));
  const auto symbol = base + "/" + quote;
  if (base.empty() || quote.empty() || !Asset::fits(base) || !Asset::fits(quote) ||
      !Symbol::fits(symbol) || !is_plain_name(base) || !is_plain_name(quote))
    return unreadable("a name cannot be carried");

  auto& instrument = market.instrument;
  instrument.symbol = Symbol{symbol};
  instrument.base = Asset{base};
  instrument.quote = Asset{quote};
  instrument.trading = text_in(from, "status") == "online";
  instrument.orders_max = orders_of_pair_max;
  const auto tick = filter(from, "tick_size");
  const auto least = filter(from, "ordermin");
  const auto cost = filter(from, "costmin");
  if (!tick) return pass(tick);
  if (!least) return pass(least);
  if (!cost) return pass(cost);
  const auto lot_digits = json_integer(from, "lot_decimals");
  if (!lot_digits) return pass(lot_digits);
  const auto lot = step_of(*lot_digits);
  if (!lot || !tick->is_positive()) return unreadable("a pair has no steps");
  instrument.tick_size = Price{*tick};
  instrument.lot_size = Quantity{*lot};
  instrument.quantity_min = Quantity{*least};
  instrument.notional_min = Notional{*cost};
  const auto fee = worst_fee(from);
  if (!fee) return unreadable("a pair has no fees");
  instrument.taker_fee = *fee;
  return market;
}

}  // namespace

Result<Pairs> read_pairs(JsonReader& json, std::string_view body, const AssetNames& names) {
  const auto root = json.object(body);
  if (!root) return pass(root);
  const auto result = json_object(*root, "result");
  if (!result) return pass(result);
  Pairs pairs;
  for (const auto member : *result) {
    const auto object = member.object();
    if (!object) return unreadable("a pair is no object");
    if (pairs.markets.size() == Markets::markets_max) return failed(Fault::full, "too many pairs");
    if (auto market = read_pair(member.name(), *object, names))
      pairs.markets.push_back(std::move(*market));
    else
      ++pairs.skipped;
  }
  return pairs;
}

}  // namespace signalbox::kraken
