#pragma once

#include <cstdint>
#include <string_view>

namespace signalbox {

class RemoteVenue;

/// Frames to the other end of a connection port: a socket in a running system, a queue in a test.
/// Loop thread only.
class FramePort {
 public:
  virtual ~FramePort() = default;
  /// Never blocks and calls nobody. False: it was not sent and never will be.
  [[nodiscard]] virtual bool send(std::string_view type, std::string_view body) = 0;
};

/// One account's place at the engine's end. It outlives the venues that are opened on it, one at a
/// time, and tells the open one what the hosting process says.
class RemoteDoor : public FramePort {
 public:
  /// Should the process be there already, its hello follows from the loop, not from inside.
  virtual void open(RemoteVenue& venue) = 0;
  virtual void close() = 0;
  /// Greater than every earlier one on this journal.
  virtual std::uint64_t next_generation() = 0;
};

}  // namespace signalbox
