#pragma once

#include <optional>
#include <string_view>

#include "connectors/kit/verdict.hpp"

namespace signalbox::bybit {

using kit::VenueError;
using kit::Verdict;

/// The one table from (HTTP status, code, text) to (outcome, class). `error` is what the body says,
/// nothing when it could not be read as an answer of the venue; code 0 is a success, and so is
/// "there was nothing to change". Business errors come with HTTP 200. Whatever is not in the table
/// is refused as `other` with its code and text; a server's own failure is unknown.
Verdict judge(int http_status, const std::optional<VenueError>& error);

/// Codes after which this address must keep quiet for a while.
bool is_address_limit(std::int32_t code);
/// Codes that say "too fast": come again when the window is over.
bool is_pace_limit(std::int32_t code);

}  // namespace signalbox::bybit
