#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "messages/result.hpp"

namespace signalbox {

/// One server. The name is what its certificate must carry; the address, if given, is where the
/// bytes go (a numeric address, for a simulator that answers under a venue's name).
struct Endpoint {
  std::string host;
  std::uint16_t port = 443;
  bool tls = true;      ///< false only towards this machine
  std::string address;  ///< empty: look `host` up
};

/// A numeric loopback address or `localhost`.
bool is_loopback(std::string_view host);

/// Nothing, or why no connection may be made there: a missing host or port, an address that is no
/// address, plain bytes to another machine.
Result<void> check(const Endpoint& endpoint);

/// For people: `tls://api.binance.com:443`.
std::string describe(const Endpoint& endpoint);

}  // namespace signalbox
