#include <fmt/core.h>

#include "app/commands.hpp"

namespace signalbox {

int connection_command(const std::filesystem::path&, const std::string&) {
  fmt::print(stderr, "signalbox connection: this build hosts no connections yet\n");
  return exit_failed;
}

}  // namespace signalbox
