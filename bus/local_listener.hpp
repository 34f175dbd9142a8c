#pragma once

#include <string>

#include "bus/address.hpp"
#include "bus/descriptor.hpp"
#include "messages/result.hpp"

namespace signalbox {

/// A listening stream socket of our own, for addresses of this machine only: ipc, whose file only
/// the user can open, and tcp on a loopback address.
class LocalListener {
 public:
  static Result<LocalListener> open(const BusAddress& address);
  ~LocalListener();
  LocalListener(LocalListener&&) noexcept = default;
  LocalListener& operator=(LocalListener&&) = delete;

  int socket() const { return socket_.get(); }
  /// With the port the kernel chose.
  const std::string& address() const { return address_; }

  /// The next connection, none when nobody waits; `exhausted` when the process or the machine has
  /// no room for another.
  struct Accepted {
    Descriptor socket;
    bool exhausted = false;
  };
  Accepted accept() const;

 private:
  LocalListener() = default;
  Result<void> bind_ipc(const BusAddress& address);
  Result<void> bind_tcp(const BusAddress& address);

  Descriptor socket_;
  std::string address_;
  std::string path_;  // ipc: removed at the end
};

}  // namespace signalbox
