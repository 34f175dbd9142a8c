#include "connectors/kit/take.hpp"

#include <string>

namespace signalbox::kit {
namespace {

tl::unexpected<Error> wrong(std::string_view name, std::string_view what) {
  return failed(Fault::bad_input, "field \"" + std::string{name} + "\" " + std::string{what});
}

template <class T>
Result<void> set(T& into, const std::optional<T>& value, std::string_view name) {
  if (!value) return wrong(name, "has a wrong type");
  into = *value;
  return {};
}

bool is_amount(Decimal d) { return !d.is_negative() && d <= amount_max; }

}  // namespace

Result<void> take(JsonValue from, std::string_view& into) {
  if (from.is_null()) return {};
  return set(into, from.text(), from.name());
}

Result<void> take(JsonValue from, std::int64_t& into) {
  return set(into, from.integer(), from.name());
}

Result<void> take(JsonValue from, bool& into) { return set(into, from.boolean(), from.name()); }

Result<void> take(JsonValue from, std::optional<Decimal>& into) {
  const auto decimal = json_decimal(from, from.name());
  if (!decimal) return pass(decimal);
  if (!is_amount(*decimal)) return wrong(from.name(), "is out of range");
  into = *decimal;
  return {};
}

Result<Decimal> amount(const JsonObject& from, std::string_view name) {
  auto decimal = json_decimal(from, name);
  if (decimal && !is_amount(*decimal)) return wrong(name, "is out of range");
  return decimal;
}

}  // namespace signalbox::kit
