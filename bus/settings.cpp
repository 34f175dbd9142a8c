#include "bus/settings.hpp"

#include <unistd.h>

#include <algorithm>
#include <cstdlib>

#include "bus/address.hpp"

namespace signalbox {
namespace {

void fill(std::vector<std::string>& addresses, const std::string& folder, std::string_view name,
          int port) {
  if (!addresses.empty()) return;
  addresses.push_back("ipc://" + folder + "/" + std::string{name});
  addresses.push_back("tcp://127.0.0.1:" + std::to_string(port));
}

class Violations {
 public:
  void check(std::string_view name, bool good, std::string_view why) {
    if (!good) add(name, {Fault::bad_input, std::string{why}});
  }
  void add(std::string_view name, Error error) {
    found_.push_back({error.fault, std::string{name} + ": " + error.what});
  }
  std::vector<Error> take() { return std::move(found_); }

 private:
  std::vector<Error> found_;
};

}  // namespace

std::string default_runtime_folder() {
  const char* base = std::getenv("XDG_RUNTIME_DIR");
  if (base != nullptr && *base == '/') return std::string{base} + "/signalbox";
  return "/tmp/signalbox-" + std::to_string(geteuid());
}

BusSettings with_defaults(BusSettings settings) {
  if (settings.runtime_folder.empty()) settings.runtime_folder = default_runtime_folder();
  const auto& folder = settings.runtime_folder;
  fill(settings.commands, folder, "commands", commands_port);
  fill(settings.events, folder, "events", events_port);
  fill(settings.ticks, folder, "ticks", ticks_port);
  fill(settings.connections, folder, "connections", connections_port);
  return settings;
}

std::vector<Error> violations(const BusSettings& settings) {
  Violations found;
  const auto check_addresses = [&](std::string_view name, const std::vector<std::string>& list) {
    for (std::size_t i = 0; i < list.size(); ++i) {
      const auto where = std::string{name} + "[" + std::to_string(i) + "]";
      const auto address = parse_bus_address(list[i]);
      if (!address) {
        found.add(where, address.error());
      } else if (auto may = may_listen(*address, settings.has_keys, !settings.allowed.empty());
                 !may) {
        found.add(where, may.error());
      }
    }
  };
  check_addresses("commands", settings.commands);
  check_addresses("events", settings.events);
  check_addresses("ticks", settings.ticks);
  check_addresses("connections", settings.connections);

  found.check("runtime_folder",
              settings.runtime_folder.empty() || settings.runtime_folder.front() == '/',
              "must be an absolute path");
  found.check("io_threads", settings.io_threads >= 1 && settings.io_threads <= 16,
              "must be 1 to 16");
  for (const int cpu : settings.io_cpus) found.check("io_cpus", cpu >= 0, "no such CPU");
  found.check("tick_interval", settings.tick_interval >= Duration::zero(), "must not be negative");
  found.check("heartbeat_every", settings.liveness.heartbeat_every >= std::chrono::milliseconds{10},
              "must be at least 10 ms");
  found.check("silence_max", settings.liveness.silence_max >= 2 * settings.liveness.heartbeat_every,
              "must be at least two heartbeats");
  found.check("curve.allowed", settings.allowed.size() <= Gatekeeper::allowed_max, "too many keys");
  found.check("curve.allowed", !settings.has_keys || !settings.allowed.empty(),
              "keys are configured, but nobody is let in");
  for (std::size_t i = 0; i < settings.operators.size(); ++i) {
    const auto& name = settings.operators[i];
    const bool known =
        name == local_role || std::any_of(settings.allowed.begin(), settings.allowed.end(),
                                          [&](const AllowedPeer& p) { return p.name == name; });
    found.check("operators[" + std::to_string(i) + "]", known,
                "is neither 'local' nor a name in curve.allowed");
  }
  return found.take();
}

}  // namespace signalbox
