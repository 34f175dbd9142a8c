#include <cstdio>
#include <string_view>

#include "torture/tracer.hpp"

namespace {

constexpr int exit_usage = 2;

int usage(const char* why) {
  std::fprintf(stderr,
               "signalbox_torture: %s\n"
               "signalbox_torture --state FILE --states NAME,… --report FILE [--kill POINT] -- "
               "PROGRAM [ARGUMENT …]\n",
               why);
  return exit_usage;
}

std::vector<std::string> split(std::string_view text) {
  std::vector<std::string> out;
  while (true) {
    const auto comma = text.find(',');
    out.emplace_back(text.substr(0, comma));
    if (comma == text.npos) return out;
    text.remove_prefix(comma + 1);
  }
}

}  // namespace

int main(int count, char** values) {
  using signalbox::torture::KillPoint;
  signalbox::torture::TracerSettings settings;
  int at = 1;
  for (; at + 1 < count && std::string_view{values[at]} != "--"; at += 2) {
    const std::string_view option{values[at]};
    const std::string_view value{values[at + 1]};
    if (option == "--state") {
      settings.state_file = value;
    } else if (option == "--states") {
      settings.states = split(value);
    } else if (option == "--report") {
      settings.report_file = value;
    } else if (option == "--kill") {
      settings.kill = KillPoint::parse(value);
      if (!settings.kill) return usage("a point is role:site:state:nth:when");
    } else {
      return usage("there is no such option");
    }
  }
  for (++at; at < count; ++at) settings.program.emplace_back(values[at]);
  if (settings.state_file.empty() || settings.report_file.empty() || settings.states.empty() ||
      settings.program.empty())
    return usage("something is missing");
  return signalbox::torture::Tracer{std::move(settings)}.run();
}
