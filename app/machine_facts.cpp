// What `signalbox doctor` measures and reads. Linux.
#include <fcntl.h>
#include <linux/magic.h>
#include <sched.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/statfs.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <fstream>
#include <thread>

#include "actors/runtime/steady_clock.hpp"
#include "app/doctor.hpp"

namespace signalbox {
namespace {

using namespace std::chrono_literals;

constexpr int clock_readings = 10'000;
constexpr std::size_t record_bytes = 4096;
constexpr std::size_t signal_bytes = 300;

std::string first_line(const std::filesystem::path& path) {
  std::ifstream file{path};
  std::string line;
  std::getline(file, line);
  return line;
}

std::string cpu_model() {
  std::ifstream file{"/proc/cpuinfo"};
  for (std::string line; std::getline(file, line);)
    if (line.starts_with("model name")) return line.substr(line.find(':') + 2);
  return "unknown";
}

unsigned usable_cpus() {
  cpu_set_t set;
  CPU_ZERO(&set);
  if (sched_getaffinity(0, sizeof set, &set) != 0) return std::thread::hardware_concurrency();
  return static_cast<unsigned>(CPU_COUNT(&set));
}

bool in_memory(const std::filesystem::path& path) {
  // A directory that is not there yet will be in the first one that is.
  for (auto at = std::filesystem::absolute(path); !at.empty(); at = at.parent_path()) {
    struct statfs found {};
    if (::statfs(at.c_str(), &found) == 0) return found.f_type == TMPFS_MAGIC;
    if (at == at.root_path()) break;
  }
  return false;
}

struct CpuTime {
  double all = 0, busy = 0, stolen = 0, own = 0;  // seconds
};

CpuTime cpu_time() {
  // /proc/stat: user nice system idle iowait irq softirq steal, in ticks, over all CPUs.
  std::ifstream file{"/proc/stat"};
  std::string label;
  std::array<double, 8> each{};
  file >> label;
  for (auto& value : each) file >> value;
  const auto ticks = static_cast<double>(sysconf(_SC_CLK_TCK));
  rusage own{};
  getrusage(RUSAGE_SELF, &own);
  const auto seconds = [](const timeval& t) {
    return static_cast<double>(t.tv_sec) + static_cast<double>(t.tv_usec) / 1e6;
  };
  CpuTime time;
  for (const auto value : each) time.all += value / ticks;
  time.busy = time.all - (each[3] + each[4] + each[7]) / ticks;
  time.stolen = each[7] / ticks;
  time.own = seconds(own.ru_utime) + seconds(own.ru_stime);
  return time;
}

/// From the sender's call to the moment the receiver has the bytes, with the receiver asleep.
Spread measure_hop(std::size_t bytes, Duration quiet, unsigned times) {
  std::array<int, 2> ends{};
  if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends.data()) != 0) return {};
  std::vector<Duration> measured;
  std::thread receiver{[&] {
    std::vector<char> into(bytes);
    for (unsigned n = 0; n < times; ++n) {
      MonoTime sent{};
      if (::recv(ends[1], into.data(), into.size(), MSG_WAITALL) <= 0) return;
      const auto now = SteadyClock::now();
      std::copy_n(into.data(), sizeof sent, reinterpret_cast<char*>(&sent));
      measured.push_back(now - sent);
    }
  }};
  std::vector<char> from(bytes);
  for (unsigned n = 0; n < times; ++n) {
    std::this_thread::sleep_for(quiet);
    const auto now = SteadyClock::now();
    std::copy_n(reinterpret_cast<const char*>(&now), sizeof now, from.data());
    if (::send(ends[0], from.data(), from.size(), MSG_NOSIGNAL) < 0) break;
  }
  ::close(ends[0]);
  receiver.join();
  ::close(ends[1]);
  return spread_of(std::move(measured));
}

Spread measure_sync(const std::filesystem::path& folder, unsigned times) {
  auto name = (folder / "signalbox-doctor-XXXXXX").string();
  const int file = ::mkostemp(name.data(), O_CLOEXEC);
  if (file < 0) return {};
  ::unlink(name.c_str());
  const std::string record(record_bytes, 'x');
  std::vector<Duration> measured;
  for (unsigned n = 0; n < times; ++n) {
    const auto begun = SteadyClock::now();
    if (::write(file, record.data(), record.size()) < 0 || ::fdatasync(file) != 0) break;
    measured.push_back(SteadyClock::now() - begun);
  }
  ::close(file);
  return spread_of(std::move(measured));
}

Duration measure_clock() {
  const auto begun = SteadyClock::now();
  for (int n = 0; n < clock_readings; ++n) static_cast<void>(SteadyClock::now());
  return (SteadyClock::now() - begun) / clock_readings;
}

}  // namespace

MachineFacts examine_machine(const std::filesystem::path& journal,
                             const std::filesystem::path& runtime, unsigned samples) {
  const std::filesystem::path cpu = "/sys/devices/system/cpu";
  MachineFacts facts;
  facts.cpus = usable_cpus();
  facts.cpu_model = cpu_model();
  facts.cpu_quota = first_line("/sys/fs/cgroup/cpu.max");
  facts.smt_siblings = first_line(cpu / "cpu0/topology/thread_siblings_list");
  facts.isolated_cpus = first_line(cpu / "isolated");
  facts.governor = first_line(cpu / "cpu0/cpufreq/scaling_governor");
  facts.clock_source =
      first_line("/sys/devices/system/clocksource/clocksource0/current_clocksource");
  facts.runtime_in_memory = in_memory(runtime);
  facts.journal_in_memory = in_memory(journal);

  const auto before = cpu_time();
  facts.clock_read = measure_clock();
  facts.wake = measure_hop(sizeof(MonoTime), 1ms, samples);
  facts.wake_later = measure_hop(sizeof(MonoTime), 5ms, samples);
  facts.hop = measure_hop(signal_bytes, 1ms, samples);
  facts.sync = measure_sync(journal, samples);
  const auto after = cpu_time();
  if (const double all = after.all - before.all; all > 0) {
    const double others = (after.busy - before.busy) - (after.own - before.own);
    facts.others = std::clamp(others / all, 0.0, 1.0);
    facts.stolen = std::clamp((after.stolen - before.stolen) / all, 0.0, 1.0);
  }
  return facts;
}

}  // namespace signalbox
