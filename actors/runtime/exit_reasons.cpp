#include "actors/runtime/exit_reasons.hpp"

#include <caf/atom.hpp>
#include <caf/make_message.hpp>
#include <caf/to_string.hpp>

namespace signalbox {
namespace {

constexpr caf::atom_value category = caf::atom("signalbox");

}  // namespace

caf::error exit_because(ExitCause cause, std::string_view text) {
  return {static_cast<std::uint8_t>(cause), category, caf::make_message(std::string{text})};
}

bool is_because(const caf::error& reason, ExitCause cause) {
  return reason.category() == category && reason.code() == static_cast<std::uint8_t>(cause);
}

std::string describe(const caf::error& reason) {
  if (!reason) return "normal";
  if (reason.category() != category) return caf::to_string(reason);
  std::string text = is_because(reason, ExitCause::crashed) ? "crashed" : "restarted too often";
  if (reason.context().match_elements<std::string>())
    text += ": " + reason.context().get_as<std::string>(0);
  return text;
}

}  // namespace signalbox
