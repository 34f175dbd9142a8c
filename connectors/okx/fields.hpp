#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "connectors/kit/take.hpp"
#include "connectors/transport/json.hpp"
#include "messages/value.hpp"

namespace signalbox::okx {

/// A number of the venue: a text, "" for none, or a plain JSON number. Signed. Digits beyond what
/// a Decimal holds are cut off, never rounded up.
Result<void> take_number(JsonValue from, std::optional<Decimal>& into);
/// Whole numbers written as texts: times in milliseconds, codes. "" is 0.
Result<void> take_whole(JsonValue from, std::int64_t& into);
/// "true", "false", or a real one; "" is false.
Result<void> take_flag(JsonValue from, bool& into);

/// The same, of a member that may be missing.
Result<std::optional<Decimal>> number_if(const JsonObject& from, std::string_view name);
/// Of one that must be there, and not negative.
Result<Decimal> amount_of(const JsonObject& from, std::string_view name);
/// A text, or nothing at all where it is missing or of another type.
std::string_view text_or_none(const JsonObject& from, std::string_view name);

std::optional<Price> price_or_none(const std::optional<Decimal>& value);

}  // namespace signalbox::okx
