#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "messages/decimal.hpp"

namespace signalbox::simulator::kraken {

/// The parameters of one request by name, from a form or a JSON object. Numbers and booleans keep
/// their spelling, members of an inner object are named "outer.inner", and a list is its texts with
/// commas between them.
class Params {
 public:
  static constexpr std::size_t params_max = 100;  // in one request

  /// Nothing: not a form, or not such an object.
  static std::optional<Params> from_form(std::string_view form);
  static std::optional<Params> from_json(std::string_view body);

  /// Empty when it was not sent.
  std::string_view text(std::string_view name) const;
  bool has(std::string_view name) const { return !text(name).empty(); }
  bool is_true(std::string_view name) const { return text(name) == "true" || text(name) == "1"; }
  std::optional<Decimal> decimal(std::string_view name) const;
  std::optional<std::int64_t> integer(std::string_view name) const;

  [[nodiscard]] bool put(std::string name, std::string value);

 private:
  std::map<std::string, std::string, std::less<>> all_;
};

}  // namespace signalbox::simulator::kraken
