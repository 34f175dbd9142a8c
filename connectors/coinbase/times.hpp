#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "messages/time.hpp"

namespace signalbox::coinbase {

/// "2024-12-31T22:00:00.123Z".
std::string rfc3339_ms(WallTime t);
/// With any number of fractional digits, in UTC. Nothing for another text or a year before 1970:
/// the venue writes the year 1 for "never".
std::optional<WallTime> parse_rfc3339(std::string_view text);

}  // namespace signalbox::coinbase
