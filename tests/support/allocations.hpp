#pragma once

#include <cstddef>

namespace signalbox::test {

/// How often this program has called `operator new`, on all threads. For tests that promise a
/// warm path without allocations: link allocations.cpp into the program.
std::size_t allocations();

}  // namespace signalbox::test
