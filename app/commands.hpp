#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "messages/time.hpp"

namespace signalbox {

// The program's sub-commands, one file each. All answer the process's exit code.
inline constexpr int exit_ok = 0;
inline constexpr int exit_failed = 1;
inline constexpr int exit_usage = 2;  ///< bad usage or configuration: nothing was started

/// The engine, until SIGINT or SIGTERM.
int run_command(const std::filesystem::path& config);
/// One account's venue in this process, for an engine elsewhere.
int connection_command(const std::filesystem::path& config, const std::string& account);
int check_config_command(const std::filesystem::path& config);

struct SimulatorArguments {
  unsigned port = 0;  ///< 0: the kernel chooses
  double speed = 1;   ///< of the recorded market; not money
  std::string tls_directory;
  std::string data;
  std::vector<std::string> accounts;  ///< name:key:secret
  std::string ready_file;             ///< where to write the ports once it listens
};
int simulator_command(const SimulatorArguments& arguments);

struct SendArguments {
  std::string address;
  std::string type;
  std::string json;  ///< "-": standard input
  Duration wait = std::chrono::seconds{5};
};
int send_command(const SendArguments& arguments);

struct WatchArguments {
  std::vector<std::string> addresses;
  std::vector<std::string> prefixes;
};
int watch_command(const WatchArguments& arguments);

struct DemoArguments {
  std::optional<Duration> run_for;
  std::string report;
  bool processes = false;
  std::string program;  ///< this executable
};
int demo_command(const DemoArguments& arguments);

}  // namespace signalbox
