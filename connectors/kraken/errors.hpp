#pragma once

#include <optional>
#include <string_view>

#include "connectors/kit/verdict.hpp"

namespace signalbox::kraken {

using kit::VenueError;
using kit::Verdict;

/// The one table from (HTTP status, text) to (outcome, class). `error` is the first error that the
/// body tells, its text empty for a success; nothing when the body is no answer of the venue's.
/// This venue has texts and no numbers, and answers with 200 whatever happened. Whatever is not in
/// the table is refused as `other` with its text; what a server says of itself is unknown.
Verdict judge(int http_status, const std::optional<VenueError>& error);
/// The same of a websocket answer: a text, or none for a success.
Verdict judge(std::string_view error_text);

}  // namespace signalbox::kraken
