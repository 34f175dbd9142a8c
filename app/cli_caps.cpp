// `caps`: what a venue's connection can do.
#include <fmt/core.h>

#include "app/caps.hpp"
#include "app/commands.hpp"

namespace signalbox {

int caps_command(const std::string& venue, const std::string& symbol) {
  const auto text = caps_text(venue, symbol);
  if (!text) {
    fmt::print(stderr, "signalbox caps: {}\n", text.error().what);
    return exit_usage;
  }
  fmt::print("{}", *text);
  return exit_ok;
}

}  // namespace signalbox
