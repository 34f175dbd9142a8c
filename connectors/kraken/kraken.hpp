#pragma once

#include "connectors/kraken/hosts.hpp"
#include "messages/capabilities.hpp"

namespace signalbox {

/// What Kraken spot can do, before any connection is made.
Capabilities kraken_capabilities(kraken::Network network);

}  // namespace signalbox
