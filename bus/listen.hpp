#pragma once

#include <memory>
#include <string>
#include <vector>

#include "bus/curve.hpp"

namespace signalbox {

class Gatekeeper;

/// Where a socket listens. On ipc a peer is known by the file permissions of the runtime folder.
/// With keys every tcp address speaks CURVE, and the gatekeeper decides who comes in; without
/// keys only addresses of this machine are taken.
struct Listen {
  std::vector<std::string> addresses;
  std::shared_ptr<const CurveKeys> keys;
  /// Held as long as the socket lives: libzmq lets everybody in once its handler is gone.
  std::shared_ptr<Gatekeeper> gatekeeper;
};

/// How a client proves who it is, and whom it expects to find.
struct CurveClient {
  CurvePublicKey server;
  std::shared_ptr<const CurveKeys> keys;
};

}  // namespace signalbox
