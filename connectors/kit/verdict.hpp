#pragma once

#include <cstdint>
#include <string_view>
#include <tl/expected.hpp>

#include "messages/enums.hpp"
#include "messages/result.hpp"
#include "messages/value.hpp"

namespace signalbox::kit {

/// What a venue says when it refuses, as far as a body could be read: a number, a text, or both.
struct VenueError {
  std::int32_t code = 0;  ///< 0: the body carries none
  std::string_view text;  ///< valid as long as the body
};

/// What an answer means.
struct Verdict {
  Outcome outcome = Outcome::unknown;
  Refusal refusal = Refusal::none;
  std::int32_t code = 0;
  Detail detail;

  bool is_good() const { return outcome == Outcome::accepted; }
};

inline Verdict good() { return {Outcome::accepted, Refusal::none, 0, {}}; }
/// Nothing was learned: the request may have been executed.
Verdict not_known(std::string_view why);
/// A success whose body could not be read.
inline Verdict not_readable(const Error& error) {
  return not_known("answer not readable: " + error.what);
}

/// Why a request is not sent at all: the venue would refuse it, or worse, would not.
struct Rejection {
  Refusal refusal = Refusal::invalid;
  Detail detail;
};

/// The complete bytes of one request. Valid until the next call on the writer that made them.
using RequestBytes = tl::expected<std::string_view, Rejection>;

/// Venue text as it may be shown: printable ASCII, cut to fit.
Detail shown(std::string_view text);

}  // namespace signalbox::kit
