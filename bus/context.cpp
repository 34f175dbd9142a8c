#include "bus/context.hpp"

#include <sched.h>
#include <zmq.h>

#include <cerrno>
#include <string>

namespace signalbox {
namespace {

constexpr int io_threads_max = 16;

/// libzmq aborts the process when it cannot pin a thread, so it is asked only for CPUs we have.
Result<void> check_cpus(const std::vector<int>& cpus) {
  cpu_set_t ours;
  CPU_ZERO(&ours);
  if (sched_getaffinity(0, sizeof ours, &ours) != 0) return {};
  for (const int cpu : cpus) {
    if (cpu < 0 || cpu >= CPU_SETSIZE || !CPU_ISSET(static_cast<std::size_t>(cpu), &ours))
      return failed(Fault::bad_input,
                    "io_cpus: this process cannot run on CPU " + std::to_string(cpu));
  }
  return {};
}

}  // namespace

Result<std::shared_ptr<BusContext>> BusContext::open(const BusContextOptions& options) {
  if (options.io_threads < 1 || options.io_threads > io_threads_max)
    return failed(Fault::bad_input, "io_threads must be 1 to " + std::to_string(io_threads_max));
  if (options.sockets_max < 1) return failed(Fault::bad_input, "sockets_max must be positive");
  if (const auto checked = check_cpus(options.io_cpus); !checked)
    return tl::unexpected(checked.error());

  void* handle = zmq_ctx_new();
  if (handle == nullptr)
    return failed(Fault::unavailable, std::string{"no ZeroMQ context: "} + zmq_strerror(errno));
  std::shared_ptr<BusContext> context{new BusContext{handle}};
  zmq_ctx_set(handle, ZMQ_IO_THREADS, options.io_threads);
  zmq_ctx_set(handle, ZMQ_MAX_SOCKETS, options.sockets_max);
  for (const int cpu : options.io_cpus) zmq_ctx_set(handle, ZMQ_THREAD_AFFINITY_CPU_ADD, cpu);

  // libzmq starts its threads with the first socket: make that now, while we know where we are.
  void* first = zmq_socket(handle, ZMQ_PAIR);
  if (first == nullptr)
    return failed(Fault::unavailable, std::string{"no ZeroMQ socket: "} + zmq_strerror(errno));
  zmq_close(first);
  return context;
}

BusContext::~BusContext() {
  while (zmq_ctx_term(handle_) != 0 && errno == EINTR) {
  }
}

}  // namespace signalbox
