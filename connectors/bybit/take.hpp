#pragma once

#include <optional>
#include <string_view>

#include "connectors/kit/take.hpp"

namespace signalbox::bybit {

using kit::pass;
using kit::take;

// This venue says "no number" with an empty text, and some numbers with a text or a number alike.

/// A price or quantity: absent for "", null and a missing field, never negative.
Result<void> take_amount(JsonValue from, std::optional<Decimal>& into);
/// The same of a value that may be negative: a fee that is a rebate, a loss.
Result<void> take_signed(JsonValue from, std::optional<Decimal>& into);
/// Milliseconds or another whole number, as a number or as a text; 0 for "".
Result<void> take_whole(JsonValue from, std::int64_t& into);

/// Zero counts as none.
inline std::optional<Decimal> unless_zero(const std::optional<Decimal>& value) {
  return value && !value->is_zero() ? value : std::nullopt;
}

/// Calls `each(const JsonObject&)` for every element, stops at the first error.
template <class Each>
Result<void> for_objects(const JsonArray& array, std::size_t most, Each&& each) {
  std::size_t count = 0;
  for (const auto element : array) {
    const auto object = element.object();
    if (!object) return failed(Fault::bad_input, "an element is no object");
    if (++count > most) return failed(Fault::full, "too many elements");
    if (Result<void> read = each(*object); !read) return read;
  }
  return {};
}

}  // namespace signalbox::bybit
