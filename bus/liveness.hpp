#pragma once

#include <array>
#include <cstdint>
#include <string_view>

#include "messages/field.hpp"
#include "messages/time.hpp"

namespace signalbox {

/// How the two ends of the connection port know of each other's death. Each sends a heartbeat
/// frame from its loop, so a process whose loop hangs falls silent although its sockets live.
/// ZeroMQ's own pings, at the same rate, close what the network has lost.
struct LivenessOptions {
  Duration heartbeat_every = std::chrono::seconds{1};
  Duration silence_max = std::chrono::seconds{3};  ///< without any frame: lost
};

/// Handled by the sockets, never handed on. Its body is an empty msgpack map.
inline constexpr std::string_view heartbeat_type = "heartbeat";
inline constexpr std::string_view heartbeat_body = "\x80";

enum class PeerLoss : std::uint8_t {
  closed = 1,  ///< its connection has ended
  silent,      ///< connected, but nothing was heard for `silence_max`
};
template <>
inline constexpr auto enum_names<PeerLoss> =
    std::array{Named{PeerLoss::closed, "closed"}, Named{PeerLoss::silent, "silent"}};

}  // namespace signalbox
