#include "bench/machine.hpp"

#include <sys/resource.h>
#include <sys/utsname.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <fstream>
#include <thread>

namespace signalbox::bench {
namespace {

std::string first_line(const char* path) {
  std::ifstream file{path};
  std::string line;
  std::getline(file, line);
  return line;
}

std::string processor() {
  std::ifstream file{"/proc/cpuinfo"};
  for (std::string line; std::getline(file, line);)
    if (line.starts_with("model name")) return line.substr(line.find(':') + 2);
  return "unknown";
}

double seconds(const timeval& t) {
  return static_cast<double>(t.tv_sec) + static_cast<double>(t.tv_usec) / 1e6;
}

}  // namespace

std::vector<std::pair<std::string, std::string>> describe_machine() {
  utsname system{};
  uname(&system);
  return {{"processor", processor()},
          {"cores", std::to_string(std::thread::hardware_concurrency())},
          {"kernel", std::string{system.sysname} + " " + system.release},
          {"compiler", "GCC " __VERSION__},
          {"clock_source",
           first_line("/sys/devices/system/clocksource/clocksource0/current_clocksource")}};
}

OtherLoad::OtherLoad() : at_start_(read()) {}

OtherLoad::Ticks OtherLoad::read() {
  // /proc/stat: user nice system idle iowait irq softirq steal, in ticks, over all cores.
  std::ifstream file{"/proc/stat"};
  std::string label;
  std::array<double, 8> each{};
  file >> label;
  for (auto& value : each) file >> value;
  const auto per_second = static_cast<double>(sysconf(_SC_CLK_TCK));
  rusage own{};
  getrusage(RUSAGE_SELF, &own);
  Ticks ticks;
  for (const auto value : each) ticks.all += value / per_second;
  ticks.busy = ticks.all - (each[3] + each[4] + each[7]) / per_second;
  ticks.stolen = each[7] / per_second;
  ticks.own = seconds(own.ru_utime) + seconds(own.ru_stime);
  return ticks;
}

OtherLoad::Shares OtherLoad::shares() const {
  const auto now = read();
  const double all = now.all - at_start_.all;
  if (all <= 0) return {};
  const double others = (now.busy - at_start_.busy) - (now.own - at_start_.own);
  return {.others = std::clamp(others / all, 0.0, 1.0),
          .stolen = std::clamp((now.stolen - at_start_.stolen) / all, 0.0, 1.0)};
}

}  // namespace signalbox::bench
