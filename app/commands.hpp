#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "app/client_keys.hpp"
#include "messages/time.hpp"

namespace signalbox {

// The program's sub-commands, one file each. All answer the process's exit code.
inline constexpr int exit_ok = 0;
inline constexpr int exit_failed = 1;
inline constexpr int exit_usage = 2;  ///< bad usage or configuration: nothing was started

/// The engine, until SIGINT or SIGTERM.
int run_command(const std::filesystem::path& config);

struct ConnectionArguments {
  std::filesystem::path config;
  std::string account;
  std::string engine;  ///< address of its `connections`; empty: as the configuration says
  ClientKeys keys;
};
/// One account's venue in this process, for an engine elsewhere.
int connection_command(const ConnectionArguments& arguments);
/// Makes NAME.secret (mode 0600) and NAME.public.
int keygen_command(const std::string& name);
struct DoctorArguments {
  std::filesystem::path journal;  ///< where a journal would be; a file is written there and removed
  std::filesystem::path runtime;
};
/// What on this machine costs latency, and the floor it sets.
int doctor_command(const DoctorArguments& arguments);
/// What a venue's connection can do, from its facts alone; `symbol` may be empty.
int caps_command(const std::string& venue, const std::string& symbol);
int check_config_command(const std::filesystem::path& config);

struct CheckArguments {
  std::filesystem::path config;
  std::string account;
};
/// What an account's venue answers to everything that only reads. Places nothing.
int check_live_command(const CheckArguments& arguments);

struct SimulatorArguments {
  std::uint16_t port = 0;  ///< TLS; 0: the kernel chooses
  std::uint16_t control_port = 0;
  std::string speak;                  ///< the venue whose dialect it speaks; empty: Binance's
  bool plain = false;                 ///< plain HTTP too, on a port the kernel chooses
  std::uint32_t speed = 1;            ///< recorded seconds a second
  std::string data;                   ///< recorded frames; empty: the market stands still at 60000
  std::string ca_file;                ///< where the throw-away authority's certificate goes
  std::vector<std::string> accounts;  ///< name:key:secret; none: the example account
  std::string ready_file;             ///< JSON with the ports, once it listens
  std::string verdict_file;           ///< JSON with what the record says of cover, at the end
};
int simulator_command(const SimulatorArguments& arguments);

struct SendArguments {
  std::string address;
  std::string type;
  std::string json;  ///< "-": standard input
  ClientKeys keys;
  Duration wait = std::chrono::seconds{5};
};
int send_command(const SendArguments& arguments);

struct WatchArguments {
  std::string address;
  std::vector<std::string> prefixes;
  ClientKeys keys;
  bool raw = false;  ///< topic, header and body as JSON
};
int watch_command(const WatchArguments& arguments);

struct DemoArguments {
  std::optional<Duration> run_for;
  std::string report;
  bool processes = false;  ///< the exchange connection in a process of its own
  std::string program;     ///< this executable
  std::string strategy;    ///< the example strategy's executable
  std::string data;        ///< recorded frames
};
int demo_command(const DemoArguments& arguments);

}  // namespace signalbox
