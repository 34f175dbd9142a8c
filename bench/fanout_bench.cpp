// Ticks to many subscribers: how many a second our `ticks` socket hands over beside libzmq's PUB
// alone, and how long one takes through the whole engine, from the exchange's matching to the last
// subscriber. Both sides of the comparison take turns.
//
//     fanout_bench [BLOCKS] [JSON]
#include <fmt/core.h>
#include <zmq.h>

#include <array>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include "actors/runtime/loop_asio.hpp"
#include "actors/runtime/steady_clock.hpp"
#include "app/engine.hpp"
#include "app/on_loop.hpp"
#include "app/venues.hpp"
#include "bench/engine_kit.hpp"
#include "bench/exchange.hpp"
#include "bench/table.hpp"
#include "bus/publish_socket.hpp"
#include "messages/catalog.hpp"
#include "messages/codec.hpp"
#include "messages/event_header.hpp"

namespace signalbox::bench {
namespace {

using namespace std::chrono_literals;

constexpr std::array<unsigned, 3> crowds{1, 10, 100};  // subscribers
constexpr unsigned chunk = 2'000;                      // messages; fewer than a queue takes
constexpr unsigned chunks = 10;
constexpr unsigned ticks_measured = 200;
constexpr unsigned ticks_first = 20;
constexpr Duration pace = 2ms;
constexpr int receive_ms_max = 10'000;
constexpr Duration ready_within = 10s;
constexpr Duration settle = 300ms;  // subscriptions are on their way

constexpr std::string_view topic = "tick.main.BTC/USDT";

void need(bool fine, const char* what) {
  if (!fine) throw std::runtime_error(std::string{what} + ": " + zmq_strerror(errno));
}

struct Closer {
  void operator()(void* socket) const { zmq_close(socket); }
};
struct Terminator {
  void operator()(void* context) const { zmq_ctx_term(context); }
};
using Context = std::unique_ptr<void, Terminator>;
using Socket = std::unique_ptr<void, Closer>;

Socket open_socket(const Context& context, int type) {
  Socket socket{zmq_socket(context.get(), type)};
  need(socket != nullptr, "socket");
  const int linger = 0;
  const int queue_max = 10'000;
  zmq_setsockopt(socket.get(), ZMQ_LINGER, &linger, sizeof linger);
  zmq_setsockopt(socket.get(), ZMQ_SNDHWM, &queue_max, sizeof queue_max);
  zmq_setsockopt(socket.get(), ZMQ_RCVHWM, &queue_max, sizeof queue_max);
  zmq_setsockopt(socket.get(), ZMQ_RCVTIMEO, &receive_ms_max, sizeof receive_ms_max);
  return socket;
}

/// Any number of SUB sockets, read one after the other by one thread.
class Crowd {
 public:
  Crowd(unsigned size, const std::string& address) : context_(zmq_ctx_new()) {
    for (unsigned n = 0; n < size; ++n) {
      all_.push_back(open_socket(context_, ZMQ_SUB));
      zmq_setsockopt(all_.back().get(), ZMQ_SUBSCRIBE, "", 0);
      need(zmq_connect(all_.back().get(), address.c_str()) == 0, "connect");
    }
    std::this_thread::sleep_for(settle);
  }
  /// Until each has got that many more.
  void take(unsigned messages) {
    std::array<char, 1024> frame{};
    for (const auto& each : all_)
      for (unsigned n = 0; n < messages; ++n)
        for (int more = 1; more != 0;) {
          need(zmq_recv(each.get(), frame.data(), frame.size(), 0) >= 0, "a tick did not arrive");
          std::size_t size = sizeof more;
          zmq_getsockopt(each.get(), ZMQ_RCVMORE, &more, &size);
        }
  }

 private:
  Context context_;
  std::vector<Socket> all_;
};

struct Frames {
  std::string header, body;
};
Frames sample() {
  const Tick tick{Symbol{"BTC/USDT"}, Price{60'000}, Quantity{1},
                  Price{60'001},      Quantity{1},   wall_from_ns(1'700'000'000'000'000'000)};
  EventHeader header;
  header.stream = Text<96>{topic};
  header.sequence = 1'000'000;
  return {encoded(header), encoded(tick)};
}

/// Messages a second that all have received, of chunks that are each awaited.
template <class Publish>
double rate(const Clock& clock, Crowd& crowd, Publish&& publish_chunk) {
  publish_chunk();
  crowd.take(chunk);
  const auto begun = clock.mono();
  for (unsigned n = 0; n < chunks; ++n) {
    publish_chunk();
    crowd.take(chunk);
  }
  return chunk * chunks / std::chrono::duration<double>(clock.mono() - begun).count();
}

double raw_rate(const Clock& clock, unsigned subscribers, const Frames& frames) {
  const Context context{zmq_ctx_new()};
  const auto pub = open_socket(context, ZMQ_PUB);
  need(zmq_bind(pub.get(), "tcp://127.0.0.1:*") == 0, "bind");
  std::array<char, 256> bound{};
  std::size_t size = bound.size();
  zmq_getsockopt(pub.get(), ZMQ_LAST_ENDPOINT, bound.data(), &size);
  Crowd crowd{subscribers, bound.data()};
  return rate(clock, crowd, [&] {
    for (unsigned n = 0; n < chunk; ++n) {
      zmq_send(pub.get(), topic.data(), topic.size(), ZMQ_SNDMORE);
      zmq_send(pub.get(), frames.header.data(), frames.header.size(), ZMQ_SNDMORE);
      zmq_send(pub.get(), frames.body.data(), frames.body.size(), 0);
    }
  });
}

double our_rate(const Clock& clock, unsigned subscribers, const Frames& frames) {
  Loop loop{{.name = "cold"}};
  std::thread thread{[&] { loop.run(); }};
  std::unique_ptr<TickSocket> ticks;
  on_loop(loop, [&] {
    PublishSocketOptions options;
    options.listen.addresses = {"tcp://127.0.0.1:*"};
    ticks = std::move(
        TickSocket::open(BusContext::open().value(), io_context_of(loop), options).value());
  });
  double measured = 0;
  {
    Crowd crowd{subscribers, ticks->addresses().front()};
    measured = rate(clock, crowd, [&] {
      on_loop(loop, [&] {
        for (unsigned n = 0; n < chunk; ++n)
          if (ticks->wanted(topic)) ticks->publish(topic, frames.header, frames.body);
      });
    });
  }
  on_loop(loop, [&] { ticks.reset(); });
  loop.stop();
  thread.join();
  return measured;
}

/// From the exchange's matching until the last subscriber has the tick, in µs.
std::vector<double> through_engine(const Clock& clock, unsigned subscribers) {
  LocalExchange exchange{clock};
  const Folder disk{std::filesystem::temp_directory_path()};
  const Folder memory{in_memory()};
  EngineConfig config;
  config.runtime_directory = memory.path() / "run";
  config.journal_directory = disk.path() / "journal";
  config.bus.tick_interval = {};
  config.accounts.push_back(exchange.account("main"));
  auto engine = Engine::start(std::move(config), native_venues());
  if (!engine) throw std::runtime_error(engine.error().what);
  auto client =
      CommandClient::connect(BusContext::open().value(), (*engine)->addresses().commands.front())
          .value();
  wait_ready(clock, client, ready_within);
  std::vector<double> micros;
  {
    Crowd crowd{subscribers, (*engine)->addresses().ticks.front()};
    for (unsigned n = 0; n < ticks_first + ticks_measured; ++n) {
      const auto matched = exchange.touch_market();
      crowd.take(1);
      const std::chrono::duration<double, std::micro> took = clock.mono() - matched;
      if (n >= ticks_first) micros.push_back(took.count());
      std::this_thread::sleep_for(pace);
    }
  }
  (*engine)->stop();
  return micros;
}

void measure(unsigned blocks, const std::string& json) {
  SteadyClock clock;
  const auto frames = sample();
  const auto how = fmt::format("{} bytes in three frames, tcp, medians of {} blocks",
                               topic.size() + frames.header.size() + frames.body.size(), blocks);
  fmt::print("{}\n\n", how);
  Table table{{{"subscribers"},
               {"raw PUB, 1/s"},
               {"ours, 1/s"},
               {"ours / raw", 2},
               {"exchange to last, us p50", 1},
               {"us p99", 1}}};
  for (const auto subscribers : crowds) {
    std::vector<double> raw, ours, ratios, through;
    for (unsigned block = 0; block < blocks; ++block) {
      raw.push_back(raw_rate(clock, subscribers, frames));
      ours.push_back(our_rate(clock, subscribers, frames));
      ratios.push_back(ours.back() / raw.back());
      const auto more = through_engine(clock, subscribers);
      through.insert(through.end(), more.begin(), more.end());
    }
    table.row({static_cast<double>(subscribers), median(raw), median(ours), median(ratios),
               median(through), percentile(through, 99)});
  }
  table.save(json, how);
}

}  // namespace
}  // namespace signalbox::bench

int main(int argc, char** argv) {
  try {
    signalbox::bench::measure(argc > 1 ? static_cast<unsigned>(std::stoul(argv[1])) : 5,
                              argc > 2 ? argv[2] : "");
  } catch (const std::exception& e) {
    std::fprintf(stderr, "fanout_bench: %s\n", e.what());
    return EXIT_FAILURE;
  }
  return EXIT_SUCCESS;
}
