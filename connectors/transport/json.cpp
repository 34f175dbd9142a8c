#include "connectors/transport/json.hpp"

namespace signalbox {
namespace {

constexpr std::size_t buffer_first = std::size_t{16} << 10;

tl::unexpected<Error> wrong(std::string_view name, std::string_view what) {
  return failed(Fault::bad_input, "json field \"" + std::string{name} + "\" " + std::string{what});
}

tl::unexpected<Error> wrong(std::string_view name, simdjson::error_code error,
                            std::string_view wanted) {
  switch (error) {
    case simdjson::NO_SUCH_FIELD: return wrong(name, "is missing");
    case simdjson::INCORRECT_TYPE:
    case simdjson::NUMBER_ERROR: return wrong(name, "is not " + std::string{wanted});
    default: return wrong(name, std::string{"cannot be read: "} + simdjson::error_message(error));
  }
}

/// One required field of type T; the type is asked of the value, so a null is an incorrect type.
template <class T>
Result<T> required(JsonObject& from, std::string_view name, std::string_view wanted) {
  JsonValue value;
  if (const auto error = from.find_field_unordered(name).get(value))
    return wrong(name, error, wanted);
  T out;
  if (const auto error = value.get(out)) return wrong(name, error, wanted);
  return out;
}

/// The value if it is there and not null.
Result<std::optional<JsonValue>> present(JsonObject& from, std::string_view name) {
  JsonValue value;
  if (const auto error = from.find_field_unordered(name).get(value)) {
    if (error == simdjson::NO_SUCH_FIELD) return std::optional<JsonValue>{};
    return wrong(name, error, "");
  }
  if (value.is_null()) return std::optional<JsonValue>{};
  return std::optional<JsonValue>{value};
}

template <class T>
Result<std::optional<T>> optional(JsonObject& from, std::string_view name,
                                  std::string_view wanted) {
  auto value = present(from, name);
  if (!value) return tl::unexpected<Error>(value.error());
  if (!*value) return std::optional<T>{};
  T out;
  if (const auto error = (*value)->get(out)) return wrong(name, error, wanted);
  return std::optional<T>{out};
}

std::string_view without_blanks_after(std::string_view text) {
  const auto last = text.find_last_not_of(" \t\r\n");
  return last == text.npos ? std::string_view{} : text.substr(0, last + 1);
}

constexpr std::string_view a_text = "a text";
constexpr std::string_view an_integer = "a whole number of 64 bits";

}  // namespace

Result<void> JsonReader::load(std::string_view text) {
  if (text.size() > text_bytes_max)
    return failed(Fault::full, "json text above " + std::to_string(text_bytes_max) + " bytes");
  const auto needed = text.size() + simdjson::SIMDJSON_PADDING;
  if (buffer_.size() < needed)
    buffer_.resize(std::max({buffer_first, needed, std::min(2 * buffer_.size(), text_bytes_max)}));
  text.copy(buffer_.data(), text.size());
  const simdjson::padded_string_view view{buffer_.data(), text.size(), buffer_.size()};
  if (const auto error = parser_.iterate(view).get(document_))
    return failed(Fault::bad_input, std::string{"not json: "} + simdjson::error_message(error));
  return {};
}

Result<JsonObject> JsonReader::object(std::string_view text) {
  if (auto loaded = load(text); !loaded) return tl::unexpected<Error>(loaded.error());
  JsonObject object;
  if (const auto error = document_.get_object().get(object))
    return failed(Fault::bad_input,
                  std::string{"not a json object: "} + simdjson::error_message(error));
  return object;
}

Result<JsonArray> JsonReader::array(std::string_view text) {
  if (auto loaded = load(text); !loaded) return tl::unexpected<Error>(loaded.error());
  JsonArray array;
  if (const auto error = document_.get_array().get(array))
    return failed(Fault::bad_input,
                  std::string{"not a json array: "} + simdjson::error_message(error));
  return array;
}

Result<std::string_view> json_text(JsonObject& from, std::string_view name) {
  return required<std::string_view>(from, name, a_text);
}
Result<std::int64_t> json_integer(JsonObject& from, std::string_view name) {
  return required<std::int64_t>(from, name, an_integer);
}
Result<bool> json_bool(JsonObject& from, std::string_view name) {
  return required<bool>(from, name, "true or false");
}
Result<JsonObject> json_object(JsonObject& from, std::string_view name) {
  return required<JsonObject>(from, name, "an object");
}
Result<JsonArray> json_array(JsonObject& from, std::string_view name) {
  return required<JsonArray>(from, name, "an array");
}

Result<Decimal> json_decimal(JsonValue value, std::string_view name) {
  std::string_view text;
  simdjson::ondemand::json_type type;
  if (const auto error = value.type().get(type)) return wrong(name, error, "a decimal");
  if (type == simdjson::ondemand::json_type::string) {
    if (const auto error = value.get_string().get(text)) return wrong(name, error, "a decimal");
  } else if (type == simdjson::ondemand::json_type::number) {
    text = without_blanks_after(value.raw_json_token());
  } else {
    return wrong(name, "is not a decimal");
  }
  const auto decimal = Decimal::parse(text);
  if (!decimal) return wrong(name, "is not a decimal: " + std::string{to_string(decimal.error())});
  return *decimal;
}

Result<Decimal> json_decimal(JsonObject& from, std::string_view name) {
  JsonValue value;
  if (const auto error = from.find_field_unordered(name).get(value))
    return wrong(name, error, "a decimal");
  return json_decimal(value, name);
}

Result<std::optional<std::string_view>> json_text_if(JsonObject& from, std::string_view name) {
  return optional<std::string_view>(from, name, a_text);
}
Result<std::optional<std::int64_t>> json_integer_if(JsonObject& from, std::string_view name) {
  return optional<std::int64_t>(from, name, an_integer);
}
Result<std::optional<Decimal>> json_decimal_if(JsonObject& from, std::string_view name) {
  auto value = present(from, name);
  if (!value) return tl::unexpected<Error>(value.error());
  if (!*value) return std::optional<Decimal>{};
  return json_decimal(**value, name).map([](Decimal d) { return std::optional<Decimal>{d}; });
}

}  // namespace signalbox
