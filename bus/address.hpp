#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "messages/result.hpp"

namespace signalbox {

/// Where a bus socket listens or connects: `ipc:///run/user/1000/signalbox/commands`,
/// `tcp://127.0.0.1:7411`. Port `*` lets the kernel choose.
struct BusAddress {
  enum class Transport : std::uint8_t { ipc = 1, tcp };
  Transport transport = Transport::ipc;
  std::string text;  ///< as ZeroMQ takes it
  std::string path;  ///< ipc: the socket's file
  bool numeric = false;
  bool loopback = false;  ///< tcp: a numeric address of this machine only
  bool ipv6 = false;

  /// Whoever can reach it is let in: by file permissions on ipc, by being on this machine.
  bool is_local() const { return transport == Transport::ipc || loopback; }
};

Result<BusAddress> parse_bus_address(std::string_view text);

/// Nothing, or why a socket may not listen there: any address beyond this machine needs CURVE
/// keys and a list of the keys let in.
Result<void> may_listen(const BusAddress& address, bool has_keys, bool has_allow_list);

/// Makes the folder that holds the ipc sockets, mode 0700. One that is already there must be
/// ours, no link, and closed to everybody else: its permissions are who may send commands.
Result<void> prepare_runtime_folder(const std::filesystem::path& folder);

/// `unavailable` when somebody listens on this ipc path: ZeroMQ would take it over silently.
Result<void> ipc_path_is_free(const std::string& path);

}  // namespace signalbox
