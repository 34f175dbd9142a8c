#include "connectors/coinbase/fields.hpp"

#include <charconv>
#include <string>

#include "connectors/coinbase/times.hpp"

namespace signalbox::coinbase {
namespace {

tl::unexpected<Error> wrong(std::string_view name, std::string_view what) {
  return failed(Fault::bad_input, "field \"" + std::string{name} + "\" " + std::string{what});
}

bool is_absent(JsonValue from) { return from.is_null() || (from.text() && from.text()->empty()); }

}  // namespace

Result<void> take_signed(JsonValue from, std::optional<Decimal>& into) {
  if (is_absent(from)) return {};
  const auto decimal = json_decimal(from, from.name());
  if (!decimal) return kit::pass(decimal);
  if (*decimal > amount_max || *decimal < -amount_max) return wrong(from.name(), "is out of range");
  into = *decimal;
  return {};
}

Result<void> take_amount(JsonValue from, std::optional<Decimal>& into) {
  std::optional<Decimal> value;
  if (auto taken = take_signed(from, value); !taken) return taken;
  if (value && value->is_negative()) return wrong(from.name(), "is out of range");
  if (value) into = value;
  return {};
}

Result<void> take_whole(JsonValue from, std::int64_t& into) {
  if (is_absent(from)) return {};
  if (const auto number = from.integer()) {
    into = *number;
    return {};
  }
  const auto text = from.text();
  if (!text) return wrong(from.name(), "is no whole number");
  std::int64_t number = 0;
  const auto* end = text->data() + text->size();
  const auto [stopped, error] = std::from_chars(text->data(), end, number);
  if (error != std::errc{} || stopped != end) return wrong(from.name(), "is no whole number");
  into = number;
  return {};
}

void take_truth(JsonValue from, std::optional<bool>& into) {
  if (const auto truth = from.boolean()) into = *truth;
  if (from.text() == "true") into = true;
  if (from.text() == "false") into = false;
}

void take_time(JsonValue from, WallTime& into) {
  if (const auto text = from.text())
    if (const auto time = parse_rfc3339(*text)) into = *time;
}

std::string_view text_or_none(const JsonObject& from, std::string_view name) {
  const auto value = from.find(name);
  return value ? value->text().value_or(std::string_view{}) : std::string_view{};
}

bool truth_or(const JsonObject& from, std::string_view name, bool otherwise) {
  std::optional<bool> truth;
  if (const auto value = from.find(name)) take_truth(*value, truth);
  return truth.value_or(otherwise);
}

}  // namespace signalbox::coinbase
