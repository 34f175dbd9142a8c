#include "simulator/kraken/params.hpp"

#include <simdjson.h>

#include <algorithm>
#include <charconv>

namespace signalbox::simulator::kraken {
namespace {

namespace json = simdjson::ondemand;

constexpr std::size_t body_max = 64 * 1024;  // bytes
constexpr int depth_max = 3;                 // of objects in objects
constexpr std::size_t list_max = 200;        // entries

std::string_view trimmed(std::string_view s) {
  const auto last = s.find_last_not_of(" \t\r\n");
  return last == s.npos ? std::string_view{} : s.substr(0, last + 1);
}

/// A text, number or boolean as text; nothing for anything else.
std::optional<std::string> scalar(json::value value) {
  json::json_type type{};
  if (value.type().get(type)) return std::nullopt;
  if (type == json::json_type::string) {
    std::string_view text;
    if (value.get_string().get(text)) return std::nullopt;
    return std::string{text};
  }
  if (type == json::json_type::number) {
    const auto token = trimmed(value.raw_json_token());
    double ignored = 0;
    if (value.get_double().get(ignored)) return std::nullopt;
    return std::string{token};
  }
  bool flag = false;
  if (type != json::json_type::boolean || value.get_bool().get(flag)) return std::nullopt;
  return flag ? "true" : "false";
}

std::optional<std::string> joined(json::array array) {
  std::string all;
  std::size_t entries = 0;
  for (auto element : array) {
    json::value value;
    if (element.get(value) || ++entries > list_max) return std::nullopt;
    const auto text = scalar(value);
    if (!text) return std::nullopt;
    all.append(all.empty() ? "" : ",").append(*text);
  }
  return all;
}

bool read_object(json::object object, const std::string& prefix, int depth, Params& into) {
  for (auto field : object) {
    std::string_view name;
    json::value value;
    json::json_type type{};
    if (field.unescaped_key().get(name)) return false;
    const std::string key = prefix + std::string{name};
    if (field.value().get(value) || value.type().get(type)) return false;
    if (type == json::json_type::object) {
      json::object inner;
      if (depth == depth_max || value.get_object().get(inner) ||
          !read_object(inner, key + ".", depth + 1, into))
        return false;
      continue;
    }
    std::optional<std::string> text;
    if (type == json::json_type::array) {
      json::array array;
      if (!value.get_array().get(array)) text = joined(array);
    } else {
      text = scalar(value);
    }
    if (!text || !into.put(key, *text)) return false;
  }
  return true;
}

int hex(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  return -1;
}

std::optional<std::string> decoded(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '%') {
      out += text[i] == '+' ? ' ' : text[i];
      continue;
    }
    if (i + 2 >= text.size()) return std::nullopt;
    const int high = hex(text[i + 1]);
    const int low = hex(text[i + 2]);
    if (high < 0 || low < 0) return std::nullopt;
    out += static_cast<char>(high * 16 + low);
    i += 2;
  }
  return out;
}

}  // namespace

bool Params::put(std::string name, std::string value) {
  return all_.size() < params_max && all_.emplace(std::move(name), std::move(value)).second;
}

std::optional<Params> Params::from_form(std::string_view form) {
  Params params;
  while (!form.empty()) {
    const auto end = std::min(form.find('&'), form.size());
    const auto pair = form.substr(0, end);
    form.remove_prefix(std::min(end + 1, form.size()));
    const auto equals = pair.find('=');
    if (equals == pair.npos) return std::nullopt;
    auto name = decoded(pair.substr(0, equals));
    auto value = decoded(pair.substr(equals + 1));
    if (!name || !value || !params.put(std::move(*name), std::move(*value))) return std::nullopt;
  }
  return params;
}

std::optional<Params> Params::from_json(std::string_view body) {
  Params params;
  json::parser parser;
  const simdjson::padded_string text{body};
  json::document document;
  json::object object;
  if (body.size() > body_max || parser.iterate(text).get(document) ||
      document.get_object().get(object) || !read_object(object, {}, 0, params))
    return std::nullopt;
  return params;
}

std::string_view Params::text(std::string_view name) const {
  const auto found = all_.find(name);
  return found == all_.end() ? std::string_view{} : std::string_view{found->second};
}

std::optional<Decimal> Params::decimal(std::string_view name) const {
  const auto value = Decimal::parse(text(name));
  return value ? std::optional{*value} : std::nullopt;
}

std::optional<std::int64_t> Params::integer(std::string_view name) const {
  const auto from = text(name);
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(from.data(), from.data() + from.size(), value);
  if (from.empty() || error != std::errc{} || end != from.data() + from.size()) return std::nullopt;
  return value;
}

}  // namespace signalbox::simulator::kraken
