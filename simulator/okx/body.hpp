#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "messages/value.hpp"

namespace signalbox::simulator::okx {

/// One object of a request: its members as texts, and the objects in its arrays. What the venue
/// takes is never deeper than that.
struct Body {
  std::map<std::string, std::string, std::less<>> members;
  std::map<std::string, std::vector<Body>, std::less<>> lists;

  std::string_view text(std::string_view name) const;
  bool has(std::string_view name) const { return !text(name).empty(); }
  /// Nothing when it is missing; `bad` is set when it is no number.
  std::optional<Decimal> number(std::string_view name, bool& bad) const;
  const Body* first(std::string_view list) const;
};

/// An object, or the objects of an array. Nothing for what is neither.
std::optional<std::vector<Body>> parse_body(std::string_view json);
/// A query string, percent-decoded.
Body parse_query(std::string_view query);

}  // namespace signalbox::simulator::okx
