#pragma once

#include "app/engine.hpp"

namespace signalbox {

/// The native venues by name, over real sockets.
VenueMakers native_venues();

}  // namespace signalbox
