#pragma once

#include "connectors/coinbase/hosts.hpp"
#include "messages/capabilities.hpp"

namespace signalbox {

/// What Coinbase Advanced Trade can do on spot, before any connection is made.
Capabilities coinbase_capabilities(coinbase::Network network);

}  // namespace signalbox
