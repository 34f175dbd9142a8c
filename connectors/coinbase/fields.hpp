#pragma once

#include <optional>
#include <string_view>

#include "connectors/kit/take.hpp"
#include "messages/time.hpp"

namespace signalbox::coinbase {

// This venue says "no number" with an empty text, and numbers and truths with a text or a value
// alike: its own examples mix them.

/// A price or quantity: absent for "", null and a missing field, never negative.
Result<void> take_amount(JsonValue from, std::optional<Decimal>& into);
/// The same of a value that may be negative: a fee that is a rebate.
Result<void> take_signed(JsonValue from, std::optional<Decimal>& into);
/// A whole number, as a number or as a text.
Result<void> take_whole(JsonValue from, std::int64_t& into);
/// true, false, "true", "false"; anything else leaves it as it is.
void take_truth(JsonValue from, std::optional<bool>& into);
/// Absent for what is no time.
void take_time(JsonValue from, WallTime& into);

/// A text, or nothing where it is missing or something else.
std::string_view text_or_none(const JsonObject& from, std::string_view name);
bool truth_or(const JsonObject& from, std::string_view name, bool otherwise);

/// The venue writes these where it has nothing to say.
inline bool says_nothing(std::string_view word) {
  return word.empty() || word.starts_with("UNKNOWN_") || word.ends_with("_UNSPECIFIED");
}

}  // namespace signalbox::coinbase
