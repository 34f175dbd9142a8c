#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "connectors/kit/verdict.hpp"
#include "messages/time.hpp"

namespace signalbox {
class JsonObject;
}

namespace signalbox::binance {

using namespace kit;

/// One row of a table from code and text to what it means. The first that fits counts.
struct ErrorRule {
  std::int32_t code = 0;
  std::string_view part;  ///< of the text; empty: any text
  Outcome outcome = Outcome::refused;
  Refusal refusal = Refusal::other;
};
/// Codes of parameters that are missing, superfluous, malformed or do not go together.
struct ErrorRange {
  std::int32_t from = 0, to = 0;
};
struct ErrorTable {
  std::span<const ErrorRule> rules;
  std::span<const ErrorRange> invalid;
};
ErrorTable spot_errors();
/// By this table; see `judge`.
Verdict judge_by(const ErrorTable& table, int http_status, const VenueError& error);

/// The one table from (HTTP status, code, text) to (outcome, class). Whatever is not in it is
/// refused as `other` with its code and text; a server's own failure (5xx) is unknown unless its
/// code says that nothing was executed.
Verdict judge(int http_status, const VenueError& error);

/// From an object's `code` and `msg`, which may be absent. The text points into the document.
VenueError read_error(const JsonObject& from);

/// Up to when an IP address is banned, as the texts of -1003 say it: "… banned until <epoch ms>."
std::optional<WallTime> banned_until(std::string_view text);

}  // namespace signalbox::binance
