#pragma once

#include <string>
#include <vector>

#include "bus/address.hpp"
#include "bus/context.hpp"
#include "bus/listen.hpp"

namespace signalbox {

/// Where a socket may listen, by who protects it: without CURVE only on this machine.
struct CheckedAddresses {
  std::vector<BusAddress> plain;
  std::vector<BusAddress> curve;
};
Result<CheckedAddresses> checked(const Listen& where);

/// How a ZeroMQ socket gets its addresses, and with them who may reach it. `socket` is libzmq's
/// handle; used only inside bus/.

/// Answers the addresses with the ports the kernel chose. After an error, close the socket.
Result<std::vector<std::string>> bind_all(void* socket, const BusContext& context,
                                          const Listen& where);

/// Beyond this machine only with keys.
Result<void> connect_to(void* socket, const BusAddress& address, const CurveClient* curve);

bool set_option(void* socket, int option, int value);

/// What libzmq says of the last failure.
tl::unexpected<Error> zmq_failed(std::string what);

}  // namespace signalbox
