#pragma once

#include <cstddef>

namespace signalbox::test {

/// How often this program has called `operator new`, on all threads. For tests that promise a
/// warm path without allocations: link allocations.cpp into the program. Always 0 under a
/// sanitizer, which brings an `operator new` of its own.
std::size_t allocations();

}  // namespace signalbox::test
