#include <fmt/core.h>
#include <unistd.h>

#include <atomic>
#include <csignal>
#include <cstdlib>

#include "app/commands.hpp"
#include "app/config.hpp"
#include "app/engine.hpp"
#include "app/log.hpp"
#include "app/signals.hpp"
#include "app/venues.hpp"

namespace signalbox {

int run_command(const std::filesystem::path& file) {
  const StopSignals stop;  // blocked before any thread starts, so that only `wait` sees them
  auto config = load_config(file);
  if (!config) {
    for (const auto& each : config.error()) fmt::print(stderr, "{}\n", each.text(file.string()));
    return exit_usage;
  }
  auto log = Log::open(config->log);
  if (!log) {
    fmt::print(stderr, "signalbox: log.file: {}\n", log.error().what);
    return exit_failed;
  }
  std::atomic<bool> failed = false;
  const auto keys_folder = config->journal_directory;
  auto engine =
      Engine::start(std::move(*config), native_venues(keys_folder), log->get(), [&failed] {
        failed = true;
        ::kill(::getpid(), SIGTERM);  // wakes whoever waits below
      });
  if (!engine) {
    (*log)->write(LogLevel::error, engine.error().what);
    fmt::print(stderr, "signalbox: {}\n", engine.error().what);
    return exit_failed;
  }
  const auto& at = (*engine)->addresses();
  const auto show = [](const char* what, const std::vector<std::string>& where) {
    for (const auto& each : where) fmt::print("{:<11} {}\n", what, each);
  };
  show("commands", at.commands);
  show("events", at.events);
  show("ticks", at.ticks);
  show("connections", at.connections);
  std::fflush(stdout);

  const int signal = stop.wait();
  if (failed) {
    // As after a crash: the journal's ring holds what was recorded, and the next start uses it.
    fmt::print(stderr, "signalbox: a defect ended a part of the engine; the log says which\n");
    log->reset();  // writes what is queued
    std::fflush(nullptr);
    std::_Exit(exit_failed);
  }
  fmt::print("signal {}: entries off, journal flushed; stops stay at the venue\n", signal);
  (*engine)->stop();
  return exit_ok;
}

int check_config_command(const std::filesystem::path& file) {
  const auto config = load_config(file);
  if (config) {
    fmt::print("{}: {} account(s), nothing wrong\n", file.string(), config->accounts.size());
    return exit_ok;
  }
  for (const auto& each : config.error()) fmt::print(stderr, "{}\n", each.text(file.string()));
  return exit_usage;
}

}  // namespace signalbox
