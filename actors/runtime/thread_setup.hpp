#pragma once

#include <optional>
#include <string_view>

namespace signalbox {

/// Names the calling thread; the kernel keeps the first 15 characters.
void name_this_thread(std::string_view name);
/// Pins the calling thread. False when this machine has no such CPU or forbids it.
[[nodiscard]] bool pin_this_thread(unsigned cpu);

}  // namespace signalbox
