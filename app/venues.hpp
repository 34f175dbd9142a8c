#pragma once

#include "app/engine.hpp"
#include "connectors/registry.hpp"

namespace signalbox {

/// An account as the registry takes it. Fails on hosts that are no addresses.
Result<VenueSettings> venue_settings(const AccountConfig& account);

/// The registry's venues, over real sockets, for an engine.
VenueMakers native_venues();

}  // namespace signalbox
