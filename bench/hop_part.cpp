#include <unistd.h>
#include <zmq.h>

#include <array>
#include <atomic>
#include <memory>
#include <stdexcept>
#include <string>
#include <thread>

#include "bench/parts.hpp"

namespace signalbox::bench {
namespace {

using namespace std::chrono_literals;

constexpr std::size_t body_bytes = 300;  // a signal with stop and target
constexpr int receive_ms_max = 10'000;

void need(bool fine, const char* what) {
  if (!fine) throw std::runtime_error(std::string{"hop: "} + what + ": " + zmq_strerror(errno));
}

struct Closer {
  void operator()(void* socket) const { zmq_close(socket); }
};
struct Terminator {
  void operator()(void* context) const { zmq_ctx_term(context); }
};

/// One end with a context, and so an I/O thread, of its own.
struct End {
  explicit End(int type)
      : context(zmq_ctx_new()), socket(context ? zmq_socket(context.get(), type) : nullptr) {
    need(socket != nullptr, "socket");
    const int linger = 0;
    zmq_setsockopt(socket.get(), ZMQ_LINGER, &linger, sizeof linger);
    zmq_setsockopt(socket.get(), ZMQ_RCVTIMEO, &receive_ms_max, sizeof receive_ms_max);
  }
  std::unique_ptr<void, Terminator> context;
  std::unique_ptr<void, Closer> socket;
};

/// False when a blocking receive timed out.
bool receive_all(void* socket, bool spin) {
  std::array<char, 1024> frame{};
  for (int more = 1; more != 0;) {
    int n = -1;
    do {
      n = zmq_recv(socket, frame.data(), frame.size(), spin ? ZMQ_DONTWAIT : 0);
    } while (n < 0 && (errno == EINTR || (spin && errno == EAGAIN)));
    if (n < 0) return false;
    std::size_t size = sizeof more;
    zmq_getsockopt(socket, ZMQ_RCVMORE, &more, &size);
  }
  return true;
}

}  // namespace

void measure_hop(const Clock& clock, const Load& load, Hop hop, WaitMode wait, Durations& into) {
  End router{ZMQ_ROUTER};
  End dealer{ZMQ_DEALER};
  const auto at = hop == Hop::ipc ? "ipc:///tmp/signalbox-hop-" + std::to_string(getpid())
                                  : std::string{"tcp://127.0.0.1:*"};
  need(zmq_bind(router.socket.get(), at.c_str()) == 0, "bind");
  std::array<char, 256> bound{};
  std::size_t size = bound.size();
  zmq_getsockopt(router.socket.get(), ZMQ_LAST_ENDPOINT, bound.data(), &size);
  need(zmq_connect(dealer.socket.get(), bound.data()) == 0, "connect");

  const unsigned all = warm_up + load.count;
  std::vector<MonoTime> received(all);
  std::atomic<unsigned> count{0};
  std::atomic<bool> lost{false};
  std::thread receiver{[&] {
    for (unsigned n = 0; n < all; ++n) {
      if (!receive_all(router.socket.get(), wait == WaitMode::spin)) {
        lost = true;
        return;
      }
      received[n] = clock.mono();
      count.store(n + 1, std::memory_order_release);
    }
  }};
  const std::string body(body_bytes, 'x');
  std::vector<MonoTime> sent(all);
  for (unsigned n = 0; n < all && !lost; ++n) {
    sent[n] = clock.mono();
    zmq_send(dealer.socket.get(), "SB1", 3, ZMQ_SNDMORE);
    zmq_send(dealer.socket.get(), "signal", 6, ZMQ_SNDMORE);
    zmq_send(dealer.socket.get(), body.data(), body.size(), 0);
    while (count.load(std::memory_order_acquire) <= n && !lost) std::this_thread::sleep_for(20us);
    std::this_thread::sleep_for(load.pace);
  }
  receiver.join();
  if (lost) throw std::runtime_error("hop: a message did not arrive");
  for (unsigned n = warm_up; n < all; ++n) into.push_back(received[n] - sent[n]);
}

}  // namespace signalbox::bench
