#include "simulator/coinbase/params.hpp"

#include <simdjson.h>

#include <algorithm>

namespace signalbox::simulator::coinbase {
namespace {

namespace dom = simdjson::dom;

bool put_value(Params& into, const std::string& name, dom::element value, int depth);

bool put_list(Params& into, const std::string& name, dom::array list, int depth) {
  for (const auto each : list)
    if (!put_value(into, name, each, depth + 1)) return false;
  return true;
}

bool put_members(Params& into, const std::string& name, dom::object object, int depth) {
  for (const auto [key, inner] : object) {
    const std::string own{key};
    if (!put_value(into, name.empty() ? own : name + "." + own, inner, depth + 1)) return false;
  }
  return true;
}

bool put_value(Params& into, const std::string& name, dom::element value, int depth) {
  if (depth > Params::depth_max) return false;
  std::string_view text;
  bool truth = false;
  std::int64_t number = 0;
  dom::array list;
  dom::object object;
  if (!value.get(text)) return into.put(name, std::string{text});
  if (!value.get(truth)) return into.put(name, truth ? "true" : "false");
  if (!value.get(number)) return into.put(name, std::to_string(number));
  if (!value.get(list)) return put_list(into, name, list, depth);
  if (!value.get(object)) return put_members(into, name, object, depth);
  return true;  // null, and numbers with a point: amounts are texts here
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

bool Params::put(std::string name, std::string value) {
  if (all_.size() == params_max) return false;
  all_.emplace(std::move(name), std::move(value));
  return true;
}

std::optional<Params> Params::from_query(std::string_view query) {
  Params params;
  while (!query.empty()) {
    const auto end = std::min(query.find('&'), query.size());
    const auto pair = query.substr(0, end);
    const auto equals = std::min(pair.find('='), pair.size());
    const auto value = equals < pair.size() ? pair.substr(equals + 1) : std::string_view{};
    if (!params.put(decoded(pair.substr(0, equals)), decoded(value))) return std::nullopt;
    query.remove_prefix(std::min(end + 1, query.size()));
  }
  return params;
}

std::optional<Params> Params::from_json(std::string_view body) {
  dom::parser parser;
  dom::element root;
  if (parser.parse(body.data(), body.size()).get(root) || !root.is_object()) return std::nullopt;
  Params params;
  if (!put_value(params, {}, root, 0)) return std::nullopt;
  return params;
}

std::string_view Params::text(std::string_view name) const {
  const auto found = all_.find(name);
  return found == all_.end() ? std::string_view{} : std::string_view{found->second};
}

std::vector<std::string> Params::list(std::string_view name) const {
  std::vector<std::string> found;
  const auto [from, to] = all_.equal_range(name);
  for (auto each = from; each != to; ++each) found.push_back(each->second);
  return found;
}

std::optional<Decimal> Params::decimal(std::string_view name) const {
  const auto parsed = Decimal::parse(text(name));
  if (!parsed || *parsed > amount_max || *parsed < -amount_max) return std::nullopt;
  return *parsed;
}

std::string_view Params::inside(std::string_view prefix) const {
  const auto start = std::string{prefix} + ".";
  const auto found = all_.lower_bound(start);
  if (found == all_.end() || !found->first.starts_with(start)) return {};
  const std::string_view rest = std::string_view{found->first}.substr(start.size());
  return rest.substr(0, rest.find('.'));
}

}  // namespace signalbox::simulator::coinbase
