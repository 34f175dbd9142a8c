#include "connectors/okx/fields.hpp"

#include <charconv>
#include <string>

namespace signalbox::okx {
namespace {

tl::unexpected<Error> wrong(std::string_view name, std::string_view what) {
  return failed(Fault::bad_input, "field \"" + std::string{name} + "\" " + std::string{what});
}

/// Without the digits that no Decimal holds.
std::string_view cut(std::string_view text) {
  const auto point = text.find('.');
  if (point == text.npos) return text;
  return text.substr(0, point + 1 + static_cast<std::size_t>(Decimal::fraction_digits));
}

bool in_range(Decimal d) { return d <= amount_max && -amount_max <= d; }

}  // namespace

Result<void> take_number(JsonValue from, std::optional<Decimal>& into) {
  into.reset();
  if (from.is_null()) return {};
  const auto text = from.text();
  if (text && text->empty()) return {};
  const auto value = text ? Decimal::parse(cut(*text)).map_error([](auto) {
    return Error{Fault::bad_input, {}};
  })
                          : json_decimal(from, from.name());
  if (!value) return wrong(from.name(), "is not a number");
  if (!in_range(*value)) return wrong(from.name(), "is out of range");
  into = *value;
  return {};
}

Result<void> take_whole(JsonValue from, std::int64_t& into) {
  into = 0;
  if (from.is_null()) return {};
  if (const auto number = from.integer()) {
    into = *number;
    return {};
  }
  const auto text = from.text();
  if (!text) return wrong(from.name(), "is not a whole number");
  if (text->empty()) return {};
  const auto [end, error] = std::from_chars(text->data(), text->data() + text->size(), into);
  if (error != std::errc{} || end != text->data() + text->size())
    return wrong(from.name(), "is not a whole number");
  return {};
}

Result<void> take_flag(JsonValue from, bool& into) {
  if (const auto flag = from.boolean()) {
    into = *flag;
    return {};
  }
  const auto text = from.text();
  if (!from.is_null() && !text) return wrong(from.name(), "is not a flag");
  into = text && *text == "true";
  return {};
}

Result<std::optional<Decimal>> number_if(const JsonObject& from, std::string_view name) {
  std::optional<Decimal> value;
  const auto member = from.find(name);
  if (!member) return value;
  if (auto read = take_number(*member, value); !read) return kit::pass(read);
  return value;
}

Result<Decimal> amount_of(const JsonObject& from, std::string_view name) {
  auto value = number_if(from, name);
  if (!value) return kit::pass(value);
  if (!*value) return wrong(name, "is missing");
  if ((*value)->is_negative()) return wrong(name, "is negative");
  return **value;
}

std::string_view text_or_none(const JsonObject& from, std::string_view name) {
  const auto member = from.find(name);
  if (!member) return {};
  return member->text().value_or(std::string_view{});
}

std::optional<Price> price_or_none(const std::optional<Decimal>& value) {
  if (!value || !value->is_positive()) return std::nullopt;
  return Price{*value};
}

}  // namespace signalbox::okx
