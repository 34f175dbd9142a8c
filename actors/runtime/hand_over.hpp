#pragma once

// ThreadSanitizer sees only what was compiled with it. Debian's libcaf was not: its mailbox moves
// a message from one thread to another unseen, and every message would be reported as a race.
// The two ends of the hand-over are ours, so they say it themselves. Without the sanitizer both
// are nothing.

#if defined(__SANITIZE_THREAD__)
extern "C" {
void __tsan_acquire(void* address);
void __tsan_release(void* address);
}
namespace signalbox {
inline void handed_over(const void* what) { __tsan_release(const_cast<void*>(what)); }
inline void taken_over(const void* what) { __tsan_acquire(const_cast<void*>(what)); }
}  // namespace signalbox
#else
namespace signalbox {
inline void handed_over(const void*) {}
inline void taken_over(const void*) {}
}  // namespace signalbox
#endif
