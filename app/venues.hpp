#pragma once

#include <filesystem>

#include "app/engine.hpp"
#include "connectors/registry.hpp"

namespace signalbox {

/// An account as the registry takes it. Fails on hosts that are no addresses.
Result<VenueSettings> venue_settings(const AccountConfig& account);

/// The registry's venues, over real sockets, for an engine. In `keys_folder` they keep what must
/// outlive the process: bans of an account, and what of a key some venues need, which are not made
/// without one.
VenueMakers native_venues(std::filesystem::path keys_folder = {});

}  // namespace signalbox
