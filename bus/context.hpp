#pragma once

#include <memory>
#include <vector>

#include "messages/result.hpp"

namespace signalbox {

struct BusContextOptions {
  int io_threads = 1;        ///< ZeroMQ's own, 1 to 16
  std::vector<int> io_cpus;  ///< CPUs they may run on; empty: those of the opening thread
  int sockets_max = 64;      ///< monitors and the gatekeeper included
};

/// ZeroMQ's threads. Every socket holds its context, so it ends with the last of them; that takes
/// at most the longest `linger` of the sockets closed before.
///
/// The threads start in `open` and inherit the CPUs of the thread that calls it: open it before
/// a loop is pinned, or name `io_cpus`.
class BusContext {
 public:
  static Result<std::shared_ptr<BusContext>> open(const BusContextOptions& options = {});
  ~BusContext();
  BusContext(const BusContext&) = delete;
  BusContext& operator=(const BusContext&) = delete;

  /// libzmq's handle, for bus/ itself.
  void* handle() const { return handle_; }

 private:
  explicit BusContext(void* handle) : handle_(handle) {}
  void* handle_;
};

}  // namespace signalbox
