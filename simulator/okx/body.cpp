#include "simulator/okx/body.hpp"

#include <simdjson.h>

namespace signalbox::simulator::okx {
namespace {

namespace dom = simdjson::dom;

constexpr std::size_t list_max = 1000;  // objects in one array
constexpr int depth_max = 4;

bool read(dom::object object, Body& into, int depth);

bool read_list(dom::array array, std::vector<Body>& into, int depth) {
  for (const auto element : array) {
    dom::object object;
    if (into.size() == list_max) return false;
    if (element.get(object)) continue;
    if (!read(object, into.emplace_back(), depth + 1)) return false;
  }
  return true;
}

bool read(dom::object object, Body& into, int depth) {
  if (depth > depth_max) return false;
  for (const auto [key, value] : object) {
    std::string name{key};
    switch (value.type()) {
      case dom::element_type::STRING:
        into.members.emplace(std::move(name), std::string{value.get_string().value_unsafe()});
        break;
      case dom::element_type::BOOL:
        into.members.emplace(std::move(name), value.get_bool().value_unsafe() ? "true" : "false");
        break;
      case dom::element_type::INT64:
        into.members.emplace(std::move(name), std::to_string(value.get_int64().value_unsafe()));
        break;
      case dom::element_type::ARRAY:
        if (!read_list(value.get_array().value_unsafe(), into.lists[name], depth)) return false;
        break;
      default: break;
    }
  }
  return true;
}

int hex(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  return -1;
}

std::string decoded(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '%' && i + 2 < text.size() && hex(text[i + 1]) >= 0 && hex(text[i + 2]) >= 0) {
      out.push_back(static_cast<char>(hex(text[i + 1]) * 16 + hex(text[i + 2])));
      i += 2;
    } else {
      out.push_back(text[i]);
    }
  }
  return out;
}

}  // namespace

std::string_view Body::text(std::string_view name) const {
  const auto found = members.find(name);
  return found == members.end() ? std::string_view{} : std::string_view{found->second};
}

std::optional<Decimal> Body::number(std::string_view name, bool& bad) const {
  const auto value = text(name);
  if (value.empty()) return std::nullopt;
  const auto parsed = Decimal::parse(value);
  if (!parsed || *parsed > amount_max || *parsed < -amount_max) {
    bad = true;
    return std::nullopt;
  }
  return *parsed;
}

const Body* Body::first(std::string_view list) const {
  const auto found = lists.find(list);
  return found == lists.end() || found->second.empty() ? nullptr : &found->second.front();
}

std::optional<std::vector<Body>> parse_body(std::string_view json) {
  dom::parser parser;
  dom::element root;
  if (parser.parse(json.data(), json.size()).get(root)) return std::nullopt;
  std::vector<Body> bodies;
  dom::object object;
  dom::array array;
  if (!root.get(object)) {
    if (!read(object, bodies.emplace_back(), 0)) return std::nullopt;
  } else if (root.get(array) || !read_list(array, bodies, 0)) {
    return std::nullopt;
  }
  return bodies;
}

Body parse_query(std::string_view query) {
  Body body;
  while (!query.empty()) {
    const auto end = std::min(query.find('&'), query.size());
    const auto pair = query.substr(0, end);
    const auto equals = std::min(pair.find('='), pair.size());
    const auto value = equals < pair.size() ? pair.substr(equals + 1) : std::string_view{};
    body.members.emplace(decoded(pair.substr(0, equals)), decoded(value));
    query.remove_prefix(std::min(end + 1, query.size()));
  }
  return body;
}

}  // namespace signalbox::simulator::okx
