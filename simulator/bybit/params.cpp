#include "simulator/bybit/params.hpp"

#include <simdjson.h>

#include <charconv>

namespace signalbox::simulator::bybit {
namespace {

namespace json = simdjson::ondemand;

constexpr std::size_t frame_max = 64 * 1024;  // bytes
constexpr std::size_t list_max = 1024;        // entries

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
  if (type == json::json_type::boolean) {
    bool flag = false;
    if (value.get_bool().get(flag)) return std::nullopt;
    return flag ? "true" : "false";
  }
  return std::nullopt;
}

bool read_object(json::object object, Params& into) {
  for (auto field : object) {
    std::string_view name;
    if (field.unescaped_key().get(name)) return false;
    const std::string kept{name};
    json::value value;
    if (field.value().get(value)) return false;
    const auto text = scalar(value);
    if (!text || !into.put(kept, *text)) return false;
  }
  return true;
}

bool read_arguments(json::array array, Frame& into) {
  for (auto element : array) {
    json::value value;
    json::json_type type{};
    if (element.get(value) || value.type().get(type) || into.list.size() == list_max) return false;
    if (type == json::json_type::object) {
      json::object object;
      if (value.get_object().get(object) || into.has_order) return false;
      into.has_order = true;
      if (!read_object(object, into.order)) return false;
      continue;
    }
    const auto text = scalar(value);
    if (!text) return false;
    into.list.push_back(*text);
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
      out += text[i];
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
  if (all_.size() == params_max) return false;
  return all_.emplace(std::move(name), std::move(value)).second;
}

std::optional<Params> Params::from_query(std::string_view query) {
  Params params;
  while (!query.empty()) {
    const auto end = std::min(query.find('&'), query.size());
    const auto pair = query.substr(0, end);
    query.remove_prefix(std::min(end + 1, query.size()));
    const auto equals = pair.find('=');
    if (equals == pair.npos) return std::nullopt;
    auto value = decoded(pair.substr(equals + 1));
    if (!value || !params.put(std::string{pair.substr(0, equals)}, std::move(*value)))
      return std::nullopt;
  }
  return params;
}

std::optional<Params> Params::from_json(std::string_view body) {
  Params params;
  json::parser parser;
  const simdjson::padded_string text{body};
  json::document document;
  json::object object;
  if (body.size() > frame_max || parser.iterate(text).get(document) ||
      document.get_object().get(object) || !read_object(object, params))
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

std::optional<Frame> parse_frame(std::string_view bytes) {
  Frame frame;
  json::parser parser;
  const simdjson::padded_string text{bytes};
  json::document document;
  json::object root;
  if (bytes.size() > frame_max || parser.iterate(text).get(document) ||
      document.get_object().get(root))
    return std::nullopt;
  for (auto field : root) {
    std::string_view key;
    json::value value;
    if (field.unescaped_key().get(key)) return std::nullopt;
    const std::string name{key};
    if (field.value().get(value)) return std::nullopt;
    if (name == "args") {
      json::array array;
      if (value.get_array().get(array) || !read_arguments(array, frame)) return std::nullopt;
    } else if (name == "header") {
      json::object object;
      if (value.get_object().get(object) || !read_object(object, frame.header)) return std::nullopt;
    } else if (const auto one = scalar(value)) {
      if (name == "req_id" || name == "reqId") frame.id = *one;
      if (name == "op") frame.operation = *one;
    } else {
      return std::nullopt;
    }
  }
  if (frame.operation.empty()) return std::nullopt;
  return frame;
}

}  // namespace signalbox::simulator::bybit
