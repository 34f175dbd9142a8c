#include "actors/runtime/thread_setup.hpp"

#include <pthread.h>
#include <sched.h>

#include <string>

namespace signalbox {

void name_this_thread(std::string_view name) {
  constexpr std::size_t kernel_keeps = 15;  // characters
  pthread_setname_np(pthread_self(), std::string{name.substr(0, kernel_keeps)}.c_str());
}

bool pin_this_thread(unsigned cpu) {
  if (cpu >= CPU_SETSIZE) return false;
  cpu_set_t only;
  CPU_ZERO(&only);
  CPU_SET(cpu, &only);
  return pthread_setaffinity_np(pthread_self(), sizeof only, &only) == 0;
}

}  // namespace signalbox
