#pragma once

#include <string>

#include "messages/result.hpp"

namespace signalbox::simulator {

/// Certificates in PEM.
struct Certificates {
  std::string ca;           ///< give this to clients: they verify against it
  std::string certificate;  ///< the server's, for localhost and 127.0.0.1
  std::string key;
};

/// A throw-away authority and a server certificate under it, valid for 30 days from now.
Result<Certificates> make_certificates();

}  // namespace signalbox::simulator
