#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "messages/enums.hpp"
#include "messages/time.hpp"
#include "messages/value.hpp"

namespace signalbox::binance {

/// `{"code":-2010,"msg":"…"}`, as far as a body could be read as one.
struct VenueError {
  std::int32_t code = 0;  ///< 0: the body carries none
  std::string_view text;  ///< valid as long as the body
};

/// What an answer that is not a plain success means.
struct Verdict {
  Outcome outcome = Outcome::unknown;
  Refusal refusal = Refusal::none;
  std::int32_t code = 0;
  Detail detail;
};

/// The one table from (HTTP status, code, text) to (outcome, class). Whatever is not in it is
/// refused as `other` with its code and text; a server's own failure (5xx) is unknown unless its
/// code says that nothing was executed.
Verdict judge(int http_status, const VenueError& error);

/// Up to when an IP address is banned, as the texts of -1003 say it: "… banned until <epoch ms>."
std::optional<WallTime> banned_until(std::string_view text);

/// Venue text as it may be shown: printable ASCII, cut to fit.
Detail shown(std::string_view text);

}  // namespace signalbox::binance
