// `doctor`: what on this machine stands in the way of low latency, and the floor it sets.
#include <fmt/core.h>

#include "app/commands.hpp"
#include "app/doctor.hpp"

namespace signalbox {

int doctor_command(const DoctorArguments& arguments) {
  std::error_code error;
  if (!std::filesystem::is_directory(arguments.journal, error)) {
    fmt::print(stderr, "signalbox doctor: {} is no directory\n", arguments.journal.string());
    return exit_failed;
  }
  for (const auto& finding : judge(examine_machine(arguments.journal, arguments.runtime)))
    fmt::print("{} {}\n", finding.hinders ? "!" : " ", finding.text);
  return exit_ok;
}

}  // namespace signalbox
