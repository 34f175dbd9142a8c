// What an engine costs that does nothing: from the start of its process until every account is
// READY, what it holds in memory then, and what it burns while nothing happens.
//
//     start_bench [BLOCKS] [JSON]
#include <fmt/core.h>
#include <spawn.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include "actors/runtime/steady_clock.hpp"
#include "app/engine.hpp"
#include "app/venues.hpp"
#include "bench/engine_kit.hpp"
#include "bench/exchange.hpp"
#include "bench/table.hpp"

extern char** environ;

namespace signalbox::bench {
namespace {

using namespace std::chrono_literals;

constexpr Duration ready_within = 60s;
constexpr Duration settle = 2s;
constexpr Duration idle_for = 5s;
constexpr unsigned accounts_an_exchange = 25;  // of its own connections each; it takes 512

double rss_mib() {
  std::ifstream status{"/proc/self/statm"};
  long size = 0, resident = 0;
  status >> size >> resident;
  return static_cast<double>(resident) * static_cast<double>(sysconf(_SC_PAGESIZE)) / 1048576;
}

double cpu_seconds() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  const auto seconds = [](timeval t) {
    return static_cast<double>(t.tv_sec) + static_cast<double>(t.tv_usec) * 1e-6;
  };
  return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

/// The process that is measured: `engine SPAWNED_NS ACCOUNTS PORT CA [PORT CA …]`.
int be_engine(int argc, char** argv) {
  const MonoTime spawned = mono_from_ns(std::stoll(argv[2]));
  const auto accounts = static_cast<unsigned>(std::stoul(argv[3]));
  const auto exchanges = static_cast<unsigned>(argc - 4) / 2;
  SteadyClock clock;
  const Folder disk{std::filesystem::temp_directory_path()};
  const Folder memory{in_memory()};
  EngineConfig config;
  config.runtime_directory = memory.path() / "run";
  config.journal_directory = disk.path() / "journal";
  for (unsigned n = 0; n < accounts; ++n) {
    const auto at = 4 + 2 * (n % exchanges);
    config.accounts.push_back(account_at(static_cast<std::uint16_t>(std::stoul(argv[at])),
                                         argv[at + 1], "account-" + std::to_string(n)));
  }
  auto engine = Engine::start(std::move(config), native_venues());
  if (!engine) throw std::runtime_error(engine.error().what);
  const auto started = clock.mono();
  auto client =
      CommandClient::connect(BusContext::open().value(), (*engine)->addresses().commands.front())
          .value();
  wait_ready(clock, client, ready_within);
  const auto ready = clock.mono();
  std::this_thread::sleep_for(settle);
  const auto before = cpu_seconds();
  std::this_thread::sleep_for(idle_for);
  const auto burnt = cpu_seconds() - before;
  const auto ms = [&](MonoTime t) {
    return std::chrono::duration<double, std::milli>(t - spawned).count();
  };
  std::printf("%.1f %.1f %.1f %.2f\n", ms(started), ms(ready), rss_mib(),
              100 * burnt / std::chrono::duration<double>(idle_for).count());
  std::fflush(stdout);
  (*engine)->stop();
  return EXIT_SUCCESS;
}

struct Cost {
  double started_ms = 0, ready_ms = 0, rss_mib = 0, idle_percent = 0;
};

/// Runs this program again as an engine.
Cost engine_with(unsigned accounts, const Clock& clock) {
  std::vector<std::unique_ptr<LocalExchange>> exchanges;
  for (unsigned n = 0; n < accounts; n += accounts_an_exchange)
    exchanges.push_back(std::make_unique<LocalExchange>(clock));
  std::vector<std::string> words{"start_bench", "engine", std::to_string(ns(clock.mono())),
                                 std::to_string(accounts)};
  for (const auto& each : exchanges) {
    words.push_back(std::to_string(each->port()));
    words.push_back(each->ca_file());
  }
  std::vector<char*> args;
  for (auto& each : words) args.push_back(each.data());
  args.push_back(nullptr);

  int ends[2];
  if (pipe(ends) != 0) throw std::runtime_error("no pipe");
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, ends[1], STDOUT_FILENO);
  posix_spawn_file_actions_addclose(&actions, ends[0]);
  pid_t pid = 0;
  const int failed = posix_spawn(&pid, "/proc/self/exe", &actions, nullptr, args.data(), environ);
  posix_spawn_file_actions_destroy(&actions);
  close(ends[1]);
  if (failed != 0) throw std::runtime_error(std::strerror(failed));
  std::FILE* out = fdopen(ends[0], "r");
  Cost cost;
  const int read = std::fscanf(out, "%lf %lf %lf %lf", &cost.started_ms, &cost.ready_ms,
                               &cost.rss_mib, &cost.idle_percent);
  std::fclose(out);
  int status = 0;
  waitpid(pid, &status, 0);
  if (read != 4 || status != 0) throw std::runtime_error("the engine failed");
  return cost;
}

void measure(unsigned blocks, const std::string& json) {
  SteadyClock clock;
  const auto how =
      fmt::format("medians of {} starts, an empty journal, one symbol an account, block", blocks);
  fmt::print("{}\n\n", how);
  Table table{
      {{"accounts"}, {"bus open, ms", 1}, {"READY, ms", 1}, {"RSS, MiB", 1}, {"idle CPU, %", 2}}};
  for (const unsigned accounts : {1U, 10U, 100U}) {
    std::vector<double> started, ready, rss, idle;
    for (unsigned n = 0; n < blocks; ++n) {
      const auto cost = engine_with(accounts, clock);
      started.push_back(cost.started_ms);
      ready.push_back(cost.ready_ms);
      rss.push_back(cost.rss_mib);
      idle.push_back(cost.idle_percent);
    }
    table.row(
        {static_cast<double>(accounts), median(started), median(ready), median(rss), median(idle)});
  }
  table.save(json, how);
}

}  // namespace
}  // namespace signalbox::bench

int main(int argc, char** argv) {
  try {
    if (argc > 5 && std::string_view{argv[1]} == "engine")
      return signalbox::bench::be_engine(argc, argv);
    signalbox::bench::measure(argc > 1 ? static_cast<unsigned>(std::stoul(argv[1])) : 5,
                              argc > 2 ? argv[2] : "");
  } catch (const std::exception& e) {
    std::fprintf(stderr, "start_bench: %s\n", e.what());
    return EXIT_FAILURE;
  }
  return EXIT_SUCCESS;
}
