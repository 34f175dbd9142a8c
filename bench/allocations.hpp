#pragma once

#include <cstddef>

namespace signalbox::bench {

/// How often this thread has called `operator new`: link allocations.cpp into the program. Always 0
/// under a sanitizer, which brings an `operator new` of its own.
std::size_t allocations_here();

}  // namespace signalbox::bench
