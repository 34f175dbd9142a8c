#pragma once

#include <optional>
#include <string_view>

#include "connectors/kit/take.hpp"
#include "messages/time.hpp"

namespace signalbox::kraken {

using kit::for_objects;
using kit::pass;

// This venue writes amounts as texts (REST) or as numbers (streams), small ones with an exponent,
// and times as seconds with a fraction or as RFC 3339.

/// "0.5", 0.5 or 5e-1. Nothing for any other text; digits beyond what a Decimal holds are an error
/// of the text, not rounded.
std::optional<Decimal> decimal_in(std::string_view text);

/// A price or quantity: absent for null and "", never negative.
Result<void> take_amount(JsonValue from, std::optional<Decimal>& into);
/// The same of a value that may be negative.
Result<void> take_signed(JsonValue from, std::optional<Decimal>& into);
/// A price that may be said relative to another ("+5.0%"): then there is none yet.
Result<void> take_price(JsonValue from, std::optional<Decimal>& into);
/// Seconds since the epoch, with a fraction or without.
Result<void> take_seconds(JsonValue from, WallTime& into);

/// "2023-09-25T07:49:37.708706Z"; nothing for any other text.
std::optional<WallTime> time_in(std::string_view text);
/// With milliseconds.
std::string time_text(WallTime time);

/// Zero counts as none.
inline std::optional<Decimal> unless_zero(const std::optional<Decimal>& value) {
  return value && !value->is_zero() ? value : std::nullopt;
}

}  // namespace signalbox::kraken
