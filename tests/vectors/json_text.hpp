#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "connectors/transport/json.hpp"

namespace signalbox::vectors {

/// A number with or without an exponent, or a text that holds one. Digits beyond what a Decimal
/// holds are cut: the files carry numbers that went through floating point.
std::optional<Decimal> decimal_of(JsonValue value);
std::optional<Decimal> decimal_of(std::string_view digits);

/// The value as JSON again, its numbers in the digits that they came in.
std::string json_of(JsonValue value);
std::string quoted(std::string_view text);

/// A JSON object, written field by field.
class JsonOut {
 public:
  JsonOut& text(std::string_view name, std::string_view value) { return raw(name, quoted(value)); }
  JsonOut& number(std::string_view name, Decimal value) { return raw(name, value.str()); }
  JsonOut& integer(std::string_view name, std::int64_t value) {
    return raw(name, std::to_string(value));
  }
  JsonOut& boolean(std::string_view name, bool value) {
    return raw(name, value ? "true" : "false");
  }
  /// `json` is JSON already.
  JsonOut& raw(std::string_view name, std::string_view json);

  std::string str() const { return "{" + fields_ + "}"; }

 private:
  std::string fields_;
};

/// `[a,b]` of what is JSON already.
class JsonList {
 public:
  JsonList& add(std::string_view json) {
    items_ += items_.empty() ? "" : ",";
    items_ += json;
    return *this;
  }
  std::string str() const { return "[" + items_ + "]"; }

 private:
  std::string items_;
};

}  // namespace signalbox::vectors
