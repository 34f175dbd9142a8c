#include "bench/allocations.hpp"

#include <cstdlib>
#include <new>

namespace {

thread_local std::size_t made_here = 0;

}  // namespace

#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
void* operator new(std::size_t size) {
  ++made_here;
  if (void* p = std::malloc(size)) return p;
  throw std::bad_alloc();
}
void operator delete(void* p) noexcept { std::free(p); }
void operator delete(void* p, std::size_t) noexcept { std::free(p); }
#endif

namespace signalbox::bench {

std::size_t allocations_here() { return made_here; }

}  // namespace signalbox::bench
