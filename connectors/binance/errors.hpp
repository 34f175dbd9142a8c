#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "connectors/kit/verdict.hpp"
#include "messages/time.hpp"

namespace signalbox::binance {

using namespace kit;

/// The one table from (HTTP status, code, text) to (outcome, class). Whatever is not in it is
/// refused as `other` with its code and text; a server's own failure (5xx) is unknown unless its
/// code says that nothing was executed.
Verdict judge(int http_status, const VenueError& error);

/// Up to when an IP address is banned, as the texts of -1003 say it: "… banned until <epoch ms>."
std::optional<WallTime> banned_until(std::string_view text);

}  // namespace signalbox::binance
