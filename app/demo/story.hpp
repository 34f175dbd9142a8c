#pragma once

#include <string>

#include "actors/outlet.hpp"

namespace signalbox {

/// One line of an event for people, or nothing for those that would only repeat another.
std::string story_line(const Event& event);

}  // namespace signalbox
