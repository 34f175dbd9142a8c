#pragma once

#include <cstdint>

namespace signalbox {

/// What became of a message given to ZeroMQ. `yes` means queued, not arrived.
enum class Sent : std::uint8_t {
  yes = 1,
  full,         ///< the peer's queue is full: it does not read
  unreachable,  ///< no such peer, or none connected
};

}  // namespace signalbox
