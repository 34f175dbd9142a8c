#include "connectors/coinbase/instruments.hpp"

#include <algorithm>

#include "connectors/coinbase/fields.hpp"
#include "connectors/transport/json.hpp"

namespace signalbox::coinbase {
namespace {

using kit::pass;

tl::unexpected<Error> unreadable(std::string_view what) {
  return failed(Fault::bad_input, "products: " + std::string{what});
}

/// It goes into requests as it is.
bool is_wire_name(std::string_view name) {
  constexpr std::size_t name_max = 64;
  return !name.empty() && name.size() <= name_max &&
         std::all_of(name.begin(), name.end(), [](char c) {
           return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') ||
                  c == '-' || c == '_';
         });
}

/// Zero where it is missing or over all bounds.
Result<Decimal> number(const JsonObject& from, std::string_view name) {
  const auto member = from.find(name);
  if (!member) return Decimal{};
  std::optional<Decimal> value;
  if (auto taken = take_amount(*member, value); !taken) return Decimal{};
  return value.value_or(Decimal{});
}

bool is_tradable(const JsonObject& from) {
  // Absent is as good as false; a status that is said must be the right one.
  const auto status = text_or_none(from, "status");
  const bool online = status.empty() || status == "online";
  for (const auto name : {"trading_disabled", "is_disabled", "cancel_only", "view_only"})
    if (truth_or(from, name, false)) return false;
  return online;
}

Result<Market> read_market(const JsonObject& from) {
  const auto type = text_or_none(from, "product_type");
  if (!type.empty() && type != "SPOT") return unreadable("no spot product");
  const auto wire = text_or_none(from, "product_id");
  if (!is_wire_name(wire)) return unreadable("a name that is none");
  auto base = text_or_none(from, "base_currency_id");
  auto quote = text_or_none(from, "quote_currency_id");
  const auto dash = wire.find('-');
  if (base.empty() && dash != wire.npos) base = wire.substr(0, dash);
  if (quote.empty() && dash != wire.npos) quote = wire.substr(dash + 1);
  if (base.empty() || quote.empty() || !Asset::fits(base) || !Asset::fits(quote))
    return unreadable("a coin's name is empty or too long");

  Market market;
  market.wire = wire;
  if (const auto alias = text_or_none(from, "alias"); is_wire_name(alias)) market.book = alias;
  market.market_orders = !truth_or(from, "limit_only", false) &&
                         !truth_or(from, "post_only", false) &&
                         !truth_or(from, "auction_mode", false);
  auto& instrument = market.instrument;
  instrument.kind = MarketKind::spot;
  instrument.base = Asset{base};
  instrument.quote = Asset{quote};
  const auto symbol = instrument.base.str() + "/" + instrument.quote.str();
  if (!Symbol::fits(symbol)) return unreadable("a symbol is too long");
  instrument.symbol = Symbol{symbol};
  instrument.trading = is_tradable(from);

  auto tick = *number(from, "price_increment");
  const auto quote_step = *number(from, "quote_increment");
  if (tick.is_zero()) tick = quote_step;
  const auto lot = *number(from, "base_increment");
  if (!tick.is_positive() || !lot.is_positive()) return unreadable("a step that is no step");
  instrument.tick_size = Price{tick};
  instrument.lot_size = Quantity{lot};
  market.quote_step = quote_step.is_positive() ? quote_step : tick;
  instrument.quantity_min = Quantity{*number(from, "base_min_size")};
  instrument.quantity_max = Quantity{*number(from, "base_max_size")};
  instrument.notional_min = Notional{*number(from, "quote_min_size")};
  instrument.notional_max = Notional{*number(from, "quote_max_size")};
  instrument.fee_in_base = false;  // commission is in quote
  return market;
}

}  // namespace

Result<InstrumentList> read_instruments(JsonReader& json, std::string_view body) {
  const auto root = json.object(body);
  if (!root) return pass(root);
  const auto rows = json_array(*root, "products");
  if (!rows) return pass(rows);
  InstrumentList list;
  for (const auto element : *rows) {
    const auto object = element.object();
    if (!object) return unreadable("a row is not an object");
    if (list.markets.size() == Markets::markets_max) return unreadable("too many products");
    if (auto market = read_market(*object))
      list.markets.push_back(std::move(*market));
    else
      ++list.skipped;
  }
  return list;
}

std::string wire_guess(const Symbol& symbol) {
  std::string wire = symbol.str();
  std::replace(wire.begin(), wire.end(), '/', '-');
  return wire;
}

}  // namespace signalbox::coinbase
