#pragma once

#include <optional>
#include <utility>

#include "actors/outlet.hpp"
#include "bus/client.hpp"
#include "messages/event_header.hpp"

namespace signalbox {

/// An event as a subscriber got it; nothing for what is no Event (ticks, sequences) or cannot be
/// decoded.
std::optional<std::pair<EventHeader, Event>> decode_event(const BusEvent& event);

}  // namespace signalbox
