#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "messages/value.hpp"

namespace signalbox::simulator::coinbase {

/// The parameters of one request by name: of a query string, whose names may repeat, or of a JSON
/// object, whose inner names are joined by dots and whose lists repeat their name.
class Params {
 public:
  static constexpr std::size_t params_max = 300;  // in one request
  static constexpr int depth_max = 5;

  /// Nothing: not a query, or no JSON object.
  static std::optional<Params> from_query(std::string_view query);
  static std::optional<Params> from_json(std::string_view body);

  /// Empty when it was not sent.
  std::string_view text(std::string_view name) const;
  bool has(std::string_view name) const { return !text(name).empty(); }
  /// All that were sent under the name.
  std::vector<std::string> list(std::string_view name) const;
  /// Nothing when it was not sent, or is no number.
  std::optional<Decimal> decimal(std::string_view name) const;
  /// The first name under `prefix.`, up to the next dot; empty: there is none.
  std::string_view inside(std::string_view prefix) const;

  bool put(std::string name, std::string value);

 private:
  std::multimap<std::string, std::string, std::less<>> all_;
};

}  // namespace signalbox::simulator::coinbase
