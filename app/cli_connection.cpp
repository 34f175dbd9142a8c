#include <fmt/core.h>

#include <algorithm>

#include "app/commands.hpp"
#include "app/config.hpp"
#include "app/connection_host.hpp"
#include "app/signals.hpp"
#include "app/venues.hpp"
#include "bus/address.hpp"

namespace signalbox {
namespace {

/// The engine's `connections`, as a process on this machine or elsewhere reaches it.
Result<ConnectionHostOptions> engine_of(const EngineConfig& config,
                                        const ConnectionArguments& arguments) {
  ConnectionHostOptions options;
  auto keys = load_client_keys(arguments.keys);
  if (!keys) return tl::unexpected<Error>(keys.error());
  options.curve = std::move(*keys);
  options.liveness = config.bus.liveness;
  options.loop = config.hot;
  options.loop.name = "connection";
  options.loop.cpu.reset();  // the engine's
  options.engine = arguments.engine;
  if (!options.engine.empty()) return options;

  const auto& addresses = config.bus.connections;
  if (addresses.empty()) return failed(Fault::bad_input, "bus.connections has no address");
  // A local socket of the runtime folder needs no keys, so it goes first.
  const auto local = std::find_if(addresses.begin(), addresses.end(), [](const std::string& each) {
    const auto parsed = parse_bus_address(each);
    return parsed && parsed->is_local();
  });
  options.engine = local != addresses.end() ? *local : addresses.front();
  if (options.engine.ends_with(":*"))
    return failed(Fault::bad_input, "bus.connections: " + options.engine + " has no fixed port");
  const auto parsed = parse_bus_address(options.engine);
  if (!parsed) return tl::unexpected<Error>(parsed.error());
  if (config.keys && parsed->transport == BusAddress::Transport::tcp && !options.curve)
    return failed(Fault::bad_input,
                  "the engine speaks CURVE at " + options.engine + ": --key and --server-key");
  return options;
}

int failed_with(std::string_view why, int code) {
  fmt::print(stderr, "signalbox connection: {}\n", why);
  return code;
}

}  // namespace

int connection_command(const ConnectionArguments& arguments) {
  const auto& [file, account] = std::tie(arguments.config, arguments.account);
  const StopSignals stop;  // blocked before any thread starts, so that only `wait` sees them
  auto config = load_config(file);
  if (!config) {
    for (const auto& each : config.error()) fmt::print(stderr, "{}\n", each.text(file.string()));
    return exit_usage;
  }
  config->bus = with_defaults(config->bus);
  auto& all = config->accounts;
  const auto found =
      std::find_if(all.begin(), all.end(), [&](const auto& a) { return a.name.view() == account; });
  if (found == all.end()) return failed_with("no account '" + account + "'", exit_usage);
  if (!found->own_process)
    return failed_with("account '" + account +
                           "' is connected by the engine itself; write process = \"own\" to give "
                           "its connection a process of its own",
                       exit_usage);
  auto options = engine_of(*config, arguments);
  if (!options) return failed_with(options.error().what, exit_usage);
  options->account = std::move(*found);
  options->log = [](std::string_view text) {
    fmt::print("{}\n", text);
    std::fflush(stdout);
  };
  fmt::print("account {} at {}, for the engine at {}\n", options->account.name.view(),
             options->account.venue.view(), options->engine);
  std::fflush(stdout);

  auto host = ConnectionHost::start(std::move(*options), native_venues(config->journal_directory));
  if (!host) return failed_with(host.error().what, exit_failed);
  const int signal = stop.wait();
  fmt::print("signal {}: disconnected; orders stay at the venue\n", signal);
  (*host)->stop();
  return exit_ok;
}

}  // namespace signalbox
