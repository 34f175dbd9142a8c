#include "connectors/bybit/take.hpp"

#include <charconv>
#include <string>

#include "messages/decimal.hpp"

namespace signalbox::bybit {
namespace {

tl::unexpected<Error> wrong(std::string_view name, std::string_view what) {
  return failed(Fault::bad_input, "field \"" + std::string{name} + "\" " + std::string{what});
}

bool says_none(JsonValue from) { return from.is_null() || from.text() == ""; }

}  // namespace

Result<void> take_amount(JsonValue from, std::optional<Decimal>& into) {
  if (says_none(from)) return {};
  return take(from, into);
}

Result<void> take_signed(JsonValue from, std::optional<Decimal>& into) {
  if (says_none(from)) return {};
  const auto decimal = json_decimal(from, from.name());
  if (!decimal) return pass(decimal);
  if (*decimal > amount_max || *decimal < -amount_max) return wrong(from.name(), "is out of range");
  into = *decimal;
  return {};
}

Result<void> take_whole(JsonValue from, std::int64_t& into) {
  if (says_none(from)) return {};
  if (const auto number = from.integer()) {
    into = *number;
    return {};
  }
  const auto text = from.text();
  if (!text) return wrong(from.name(), "is no whole number");
  const auto [end, error] = std::from_chars(text->data(), text->data() + text->size(), into);
  if (error != std::errc{} || end != text->data() + text->size())
    return wrong(from.name(), "is no whole number");
  return {};
}

}  // namespace signalbox::bybit
