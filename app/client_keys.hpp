#pragma once

#include <optional>
#include <string>

#include "bus/listen.hpp"
#include "messages/result.hpp"

namespace signalbox {

/// How a client of a bus proves who it is, as its options say it.
struct ClientKeys {
  std::string own_key;     ///< file with our secret key, closed to others
  std::string server_key;  ///< the engine's public key, or a file that holds it
};

/// Nothing when neither is given; both are needed otherwise.
Result<std::optional<CurveClient>> load_client_keys(const ClientKeys& keys);

}  // namespace signalbox
