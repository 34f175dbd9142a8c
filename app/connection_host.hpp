#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "actors/runtime/loop.hpp"
#include "app/engine.hpp"
#include "bus/connection_client.hpp"

namespace signalbox {

struct ConnectionHostOptions {
  AccountConfig account;
  std::string engine;                ///< the address of its `connections`
  std::optional<CurveClient> curve;  ///< needed beyond this machine
  LivenessOptions liveness;
  LoopOptions loop{.name = "connection"};
  /// For people; called on the loop. Holds no secret. May be empty.
  std::function<void(std::string_view)> log = {};
};

/// One account's venue in this process, for an engine elsewhere: a loop of its own, the venue, and
/// the port to the engine. The engine may come and go; the venue stays connected.
///
/// Made and stopped on one thread that is not its loop.
class ConnectionHost {
 public:
  static Result<std::unique_ptr<ConnectionHost>> start(ConnectionHostOptions options,
                                                       const VenueMakers& makers);
  ~ConnectionHost();

  /// Disconnects the venue; orders stay at the exchange. Idempotent.
  void stop();

 private:
  struct Impl;
  explicit ConnectionHost(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace signalbox
