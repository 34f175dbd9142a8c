#pragma once

#include <caf/error.hpp>
#include <cstdint>
#include <string>
#include <string_view>

namespace signalbox {

/// Why an actor of ours ended, as its monitor reads it. CAF's own reasons (kill, user_shutdown)
/// keep their meaning.
enum class ExitCause : std::uint8_t {
  crashed = 1,        ///< an exception left a handler
  restart_limit = 2,  ///< a supervisor gave up: its children died too often
};

caf::error exit_because(ExitCause cause, std::string_view text);

/// Whether `reason` is ours and of this cause.
bool is_because(const caf::error& reason, ExitCause cause);

/// "crashed: venue said no"; an empty reason is "normal".
std::string describe(const caf::error& reason);

}  // namespace signalbox
