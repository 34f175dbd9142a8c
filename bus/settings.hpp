#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "bus/command_socket.hpp"
#include "bus/gatekeeper.hpp"
#include "bus/liveness.hpp"
#include "messages/result.hpp"
#include "messages/time.hpp"

namespace signalbox {

/// Every peer on this machine, in lists of who may do what.
inline constexpr std::string_view local_role = "local";

/// The `[bus]` section of the configuration. Addresses left empty become an ipc socket in the
/// runtime folder and the port of this list on 127.0.0.1. The keys themselves are not here: the
/// secret one is named by a file or environment reference that the application resolves.
struct BusSettings {
  std::string runtime_folder;
  std::vector<std::string> commands;
  std::vector<std::string> events;
  std::vector<std::string> ticks;
  std::vector<std::string> connections;
  Ingress ingress = Ingress::native;  ///< of `commands`, for peers on this machine
  int io_threads = 1;
  std::vector<int> io_cpus;
  Duration tick_interval = std::chrono::milliseconds{10};  ///< 0: every tick
  LivenessOptions liveness;
  bool has_keys = false;             ///< a CURVE secret key is configured
  std::vector<AllowedPeer> allowed;  ///< the public keys let in over CURVE
  /// Who may halt, resume, resolve, release and protect: names of `allowed`, and `local` for the
  /// peers on this machine. By default only these.
  std::vector<std::string> operators = {std::string{local_role}};
};

inline constexpr int commands_port = 7411;
inline constexpr int events_port = 7412;
inline constexpr int ticks_port = 7413;
inline constexpr int connections_port = 7414;

/// `$XDG_RUNTIME_DIR/signalbox`, or `/tmp/signalbox-<uid>` where there is no such folder.
std::string default_runtime_folder();

/// Fills in the addresses that were left empty.
BusSettings with_defaults(BusSettings settings);

/// Everything that is wrong with them, each error naming its setting (`commands[1]: …`).
std::vector<Error> violations(const BusSettings& settings);

}  // namespace signalbox
