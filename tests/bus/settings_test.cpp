#include "bus/settings.hpp"

#include <algorithm>
#include <catch2/catch.hpp>

using namespace signalbox;
using namespace std::chrono_literals;

namespace {

bool mentions(const std::vector<Error>& errors, std::string_view what) {
  return std::any_of(errors.begin(), errors.end(),
                     [&](const Error& e) { return e.what.find(what) != std::string::npos; });
}

}  // namespace

TEST_CASE("by default the bus listens on this machine only", "[bus]") {
  const auto settings = with_defaults({.runtime_folder = "/run/user/1000/signalbox"});
  CHECK(settings.commands == std::vector<std::string>{"ipc:///run/user/1000/signalbox/commands",
                                                      "tcp://127.0.0.1:7411"});
  CHECK(settings.ticks.size() == 2);
  CHECK(violations(settings).empty());
  CHECK(violations(with_defaults({})).empty());
}

TEST_CASE("every violation is reported at once, by the name of its setting", "[bus]") {
  BusSettings settings;
  settings.runtime_folder = "here";
  settings.commands = {"tcp://127.0.0.1:7411", "tcp://0.0.0.0:7411"};
  settings.events = {"nonsense"};
  settings.io_threads = 0;
  settings.io_cpus = {-1};
  settings.tick_interval = -1ms;
  settings.liveness = {.heartbeat_every = 1s, .silence_max = 1s};
  settings.has_keys = true;
  const auto found = violations(settings);
  for (const auto* name : {"runtime_folder:", "commands[1]:", "events[0]:", "io_threads:",
                           "io_cpus:", "tick_interval:", "silence_max:", "curve.allowed:"}) {
    INFO(name);
    CHECK(mentions(found, name));
  }
  CHECK_FALSE(mentions(found, "commands[0]"));
}
