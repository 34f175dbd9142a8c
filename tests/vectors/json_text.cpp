#include "tests/vectors/json_text.hpp"

#include <algorithm>
#include <cstdio>

namespace signalbox::vectors {

std::optional<Decimal> decimal_of(std::string_view digits) {
  std::string text{digits};
  int exponent = 0;
  if (const auto e = text.find_first_of("eE"); e != text.npos) {
    exponent = std::stoi(text.substr(e + 1));
    text.erase(e);
  }
  const bool negative = text.starts_with('-');
  if (negative) text.erase(0, 1);
  auto point = static_cast<int>(std::min(text.find('.'), text.size()));
  std::erase(text, '.');
  point += exponent;
  if (point <= 0) {
    text.insert(0, static_cast<std::size_t>(1 - point), '0');
    point = 1;
  }
  if (static_cast<std::size_t>(point) > text.size())
    text.append(static_cast<std::size_t>(point) - text.size(), '0');
  auto fraction = text.substr(static_cast<std::size_t>(point));
  fraction.resize(std::min<std::size_t>(fraction.size(), Decimal::fraction_digits));
  auto whole = text.substr(0, static_cast<std::size_t>(point));
  if (!fraction.empty()) whole += "." + fraction;
  const auto read = Decimal::parse((negative ? "-" : "") + whole);
  if (!read) return std::nullopt;
  return *read;
}

std::optional<Decimal> decimal_of(JsonValue value) {
  if (const auto digits = value.number()) return decimal_of(*digits);
  if (const auto text = value.text(); text && !text->empty()) return decimal_of(*text);
  return std::nullopt;
}

std::string quoted(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') {
      out += '\\';
      out += c;
    } else if (static_cast<unsigned char>(c) < ' ') {
      char code[7];
      std::snprintf(code, sizeof code, "\\u%04x", static_cast<unsigned>(c));
      out += code;
    } else {
      out += c;
    }
  }
  return out + '"';
}

std::string json_of(JsonValue value) {
  if (const auto text = value.text()) return quoted(*text);
  if (const auto digits = value.number()) return std::string{*digits};
  if (const auto truth = value.boolean()) return *truth ? "true" : "false";
  if (const auto array = value.array()) {
    JsonList list;
    for (const auto element : *array) list.add(json_of(element));
    return list.str();
  }
  if (const auto object = value.object()) {
    JsonOut out;
    for (const auto field : *object) out.raw(field.name(), json_of(field));
    return out.str();
  }
  return "null";
}

JsonOut& JsonOut::raw(std::string_view name, std::string_view json) {
  if (!fields_.empty()) fields_ += ',';
  fields_ += quoted(name);
  fields_ += ':';
  fields_ += json;
  return *this;
}

}  // namespace signalbox::vectors
